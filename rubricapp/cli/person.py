"""person export, person erase, person erased, person same, person apart, person list.

With --json:

- person export: {"file": PATH, "records": N, "files": N, "left_out": [TEXT…]}
- person erase: {"erased": ID, "values": N, "files": N, "backup": PATH or null, "removed": [NAME…], "searched": [NAME…],
  "left": [NAME…], "mentions": [{"kind", "record"}…], "disputed": [{"kind", "record"}…], "unfinished": TEXT or null}
- person erased: {"people": [{"id", "erased_on", "reason", "by", "roles": [{"edition", "role"}…], "finished": N}…]}
- person same: {"kept": ID, "other": ID, "changes": N, "doubles": {KIND: N}}
- person apart: {"one": ID, "other": ID, "changes": N}
- person new: {"id": ID, "changes": N}
- person list: {"people": [{"id", "name", "code", "also": [{"id", "name", "code", "why"}…]}…],
  "alike": [{"id", "name", "code", "offers": [{"id", "name", "code", "reason", "why", "likely"}…]}…]}

Exit code of erase: 0, and 1 where something is left, unfinished or still names the person.
"""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext


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

    @output.verb(person, "same")
    @click.argument("who", metavar="WHO")
    @click.argument("kept", metavar="KEPT")
    @click.option("--reason", default="", metavar="TEXT", help="How you know; it is kept in the history.")
    def same(who: str, kept: str, reason: str) -> None:
        """Say that WHO is the same person as KEPT, whose name and id stay."""
        from rubricapp.operations import same_people
        from rubricapp.operations.people import who as find

        with output.opened() as ws:
            one, other = same_people.id_meant(ws, who), find(ws, kept)
            done = same_people.say_same(ws, one.id, other.id, reason)
        output.result(
            "person same",
            {
                "kept": other.id,
                "other": one.id,
                "changes": done.changes.count,
                "doubles": dict(done.doubles),
            },
            [
                _("{one} and {other} are one person; {other} is kept.").format(
                    one=same_people.say_person(one), other=same_people.say_person(other)
                )
                if done.changes
                else _("They are one person already."),
                *done.lines,
            ],
        )

    @output.verb(person, "apart")
    @click.argument("one")
    @click.argument("other")
    @click.option("--reason", default="", metavar="TEXT", help="How you know; it is kept in the history.")
    def apart(one: str, other: str, reason: str) -> None:
        """Say that two ids of one person are two people after all; each gets back what was said under it."""
        from rubricapp.operations import same_people
        from rubricapp.store.same_people import load_details

        with output.opened() as ws:
            first, second = same_people.pair_meant(ws, one, other)
            done = same_people.say_apart(ws, first, second, reason)
            names = [same_people.say_person(load_details(ws, each)) for each in (first, second)]
        output.result(
            "person apart",
            {"one": first, "other": second, "changes": done.changes.count},
            [_("{one} and {other} are two people.").format(one=names[0], other=names[1])],
        )

    @output.verb(person, "new")
    @click.argument("who", metavar="WHO")
    @click.option("--reason", default="", metavar="TEXT", help="How you know; it is kept in the history.")
    def new(who: str, reason: str) -> None:
        """Say that WHO is somebody of their own, however much they look like somebody else here."""
        from rubricapp.operations import same_people
        from rubricapp.operations.people import who as find

        with output.opened() as ws:
            found = find(ws, who)
            done = same_people.say_new(ws, found.id, reason)
        words = _("{person} is somebody of their own.").format(person=same_people.say_person(found))
        output.result("person new", {"id": found.id, "changes": done.changes.count}, [words])

    @output.verb(person, "list")
    def list_() -> None:
        """Who has more than one id, and who may be somebody else here."""
        from rubricapp.operations import same_people
        from rubricapp.store.people import list_people
        from rubricapp.store.same_people import find_only_named, list_known_as

        with output.opened() as ws:
            names = {each.id: each for each in list_people(ws)}
            also: dict[str, list] = {}
            for each in list_known_as(ws):
                also.setdefault(each.kept, []).append(each)
            alike = same_people.list_looking_alike(ws)
            nameless = find_only_named(ws)
        people, lines = [], []
        for kept, others in also.items():
            person = names.get(kept)
            people.append(
                {
                    "id": kept,
                    "name": person.name if person else "",
                    "code": person.code if person else "",
                    "also": [
                        {"id": each.person.id, "name": each.person.name, "code": each.person.code, "why": each.why}
                        for each in others
                    ],
                }
            )
            lines.append(f"{kept}  {same_people.say_person(person) if person else _('somebody not known here')}")
            lines += [f"  {each.person.id}  {same_people.say_person(each.person)}: {each.why}" for each in others]
        for one in alike:
            lines.append(f"{one.person.id}  {same_people.say_person(one.person)}")
            lines += [
                "  "
                + _("may be {person}: {why}").format(person=same_people.say_person(each.person), why=each.why)
                + f"  {each.person.id}"
                for each in one.offers
            ]
        for one, count in nameless.items():
            words = ngettext(
                "{n} assessment of somebody not known here", "{n} assessments of somebody not known here", count
            )
            lines.append(f"{one}  {words.format(n=count)}")
        output.result(
            "person list",
            {
                "people": people,
                "alike": [output.stranger_as_json(each) for each in alike],
                "only_named": [{"id": one, "assessments": count} for one, count in nameless.items()],
            },
            lines or [_("Everybody here has one id, and nobody looks like somebody else.")],
        )

    @output.verb(person, "erased")
    def erased() -> None:
        """Who was erased: an id, when, why, by whom; no name."""
        from rubricapp.operations import privacy
        from rubricapp.store.erasing import list_marks

        with output.opened() as ws:
            marks = list_marks(ws)
            names = {one: each.name for one, each in privacy.everyone(ws).items()}
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
