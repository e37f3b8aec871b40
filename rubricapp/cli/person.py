"""person export, person erase, person erased.

With --json:

- person export: {"file": PATH, "records": N, "files": N, "left_out": [TEXT…]}
- person erase: {"erased": ID, "values": N, "files": N, "backup": PATH or null, "removed": [NAME…], "searched": [NAME…],
  "left": [NAME…], "mentions": [{"kind", "record"}…], "disputed": [{"kind", "record"}…], "unfinished": TEXT or null}
- person erased: {"people": [{"id", "erased_on", "reason", "by", "roles": [{"edition", "role"}…], "finished": N}…]}

Exit code of erase: 0, and 1 where something is left, unfinished or still names the person.
"""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("person")
    def person() -> None:
        """What law gives a person: everything held about them, and to be erased."""

    @output.verb(person, "export")
    @click.argument("who", metavar="PERSON")
    @click.option(
        "--out",
        type=click.Path(path_type=Path, readable=False),
        required=True,
        metavar="FILE",
        help="The ZIP to write.",
    )
    @click.option("--restricted", is_flag=True, help="With notes of meetings that were kept from the participant.")
    def export(who: str, out: Path, restricted: bool) -> None:
        """Write everything that the workspace holds about one person into one ZIP."""
        from rubricapp.operations.people import who as find
        from rubricapp.operations.personal_file import export_person

        with output.opened() as ws:
            found = find(ws, who)
            made = export_person(ws, found.id, out, output.progress(), restricted)
        output.result(
            "person export",
            {
                "file": str(made.path),
                "records": made.records,
                "files": made.files,
                "left_out": list(made.left_out),
            },
            [
                _("Wrote {file}: {records} records, {files} files.").format(
                    file=made.path, records=made.records, files=made.files
                ),
                *(_("Left out: {what}").format(what=each) for each in made.left_out),
            ],
        )

    @output.verb(person, "erase")
    @click.argument("who", metavar="PERSON")
    @click.option("--confirm", default="", metavar="NAME", help="The whole name, to show that this person is meant.")
    @click.option("--reason", default="", metavar="TEXT", help="Why, without the name; it stays.")
    def erase(who: str, confirm: str, reason: str) -> None:
        """Erase a person for good: what was said of them, their files, and the backups that hold them."""
        from rubricapp.operations import privacy
        from rubricapp.operations.people import who as find

        with output.opened(daily_backup=False) as ws:
            mark = privacy.find_mark(ws, who)
            if mark is not None:
                raise privacy.erased_already(ws, mark)
            found = find(ws, who)
            if not confirm:
                ahead = privacy.look_ahead(ws, found.id)
                raise UserError(
                    "E_CONFIRM",
                    " ".join(ahead.lines),
                    _("Nothing was changed."),
                    _("To go on, say the whole name: --confirm “{name}”.").format(name=found.name),
                    exit_code=Exit.USAGE,
                )
            done, proof = privacy.erase_person(ws, found.id, confirm, reason, "", output.progress())
        clean = done.unfinished is None and proof is not None and not (proof.left or proof.mentions)
        output.result(
            "person erase",
            {
                "erased": done.person,
                "values": done.gone.values,
                "files": done.finished.files if done.finished else 0,
                "backup": str(done.finished.backup) if done.finished else None,
                "removed": list(done.finished.removed) if done.finished else [],
                "searched": list(proof.searched) if proof else [],
                "left": list(proof.left) if proof else [],
                "mentions": [{"kind": kind, "record": record} for kind, record in (proof.mentions if proof else ())],
                "disputed": [{"kind": kind, "record": record} for kind, record in done.gone.disputed],
                "unfinished": done.unfinished.message if done.unfinished else None,
            },
            privacy.say_done(done, proof),
            Exit.DONE if clean else Exit.PROBLEMS,
        )

    @output.verb(person, "erased")
    def erased() -> None:
        """Who was erased: an id, when, why, by whom; no name."""
        from rubricapp.operations import privacy
        from rubricapp.store.erasing import list_marks

        with output.opened() as ws:
            marks = list_marks(ws)
            names = {each.id: each.name for each in privacy.everyone(ws).values()}
            lines = [f"{each.person}  {privacy.say_mark(ws, each)}" for each in marks]
        output.result(
            "person erased",
            {
                "people": [
                    {
                        "id": each.person,
                        "erased_on": each.erased_on,
                        "reason": each.reason,
                        "by": names.get(each.by, each.by),
                        "roles": [{"edition": edition, "role": role} for edition, role in each.roles],
                        "finished": each.finished,
                    }
                    for each in marks
                ]
            },
            lines or [_("Nobody was erased here.")],
        )
