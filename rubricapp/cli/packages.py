"""kit make, kit open, return make, package inspect: what travels between laptops."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.kits import Circle
from rubricapp.core.model import AssessmentState
from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.i18n import _, ngettext

PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, readable=False),
    metavar="F",
    help="Its first line opens or seals it.",
)

RECOVERY = click.option(
    "--recovery-file",
    type=click.Path(path_type=Path, readable=False),
    metavar="F",
    help="The recovery key, typed from its sheet.",
)


def say_circle(circle: str) -> str:
    """As what somebody gets a kit."""
    return {
        Circle.ASSESSOR: _("assessor"),
        Circle.PEER: _("peer"),
        Circle.MENTOR: _("mentor"),
        Circle.PARTICIPANT: _("participant"),
    }[Circle(circle)]


def manifest_as_json(manifest) -> dict[str, object]:
    """What a package's manifest says, for scripts."""
    return {
        "kind": manifest.kind,
        "id": manifest.id,
        "format": manifest.format,
        "programme": manifest.programme_name,
        "edition": manifest.edition_name,
        "made_at": manifest.made_at,
        "sender": manifest.sender_name,
        "laptop": manifest.laptop,
        "device": manifest.sender,
        "fingerprint": manifest.fingerprint,
        "recipient": manifest.recipient_name,
        "number": manifest.number,
        "changes": manifest.changes,
        "chain": [{"device": device, "first": first, "last": last} for device, first, last in manifest.ranges],
        "files": [
            {"sha256": each.sha256, "size": each.size} for each in manifest.members if each.name.startswith("files/")
        ],
    }


def _laptop_as_json(laptop) -> dict[str, object]:
    def moment(at) -> str | None:
        return at.isoformat(timespec="seconds") if at is not None else None

    return {
        "person": laptop.person.code if laptop.person else None,
        "name": laptop.person.name if laptop.person else "",
        "laptop": laptop.name,
        "device": laptop.device or None,
        "kit_at": moment(laptop.kit_at),
        "returned_at": moment(laptop.last_at),
        "asked": laptop.asked,
        "finished": laptop.finished,
        "conflicts": laptop.conflicts,
        "put_aside": laptop.put_aside,
    }


def _laptop_line(found: dict) -> str:
    def day(said: str | None) -> str:
        return said[:16].replace("T", " ") if said else _("none")

    parts = [
        _("kit: {when}").format(when=day(found["kit_at"])),
        _("last return: {when}").format(when=day(found["returned_at"])),
    ]
    if found["asked"]:
        parts.append(_("{k} of {n} finished").format(k=found["finished"], n=found["asked"]))
    if found["conflicts"]:
        words = ngettext("{n} conflict", "{n} conflicts", found["conflicts"])
        parts.append(words.format(n=found["conflicts"]))
    if found["put_aside"]:
        words = ngettext("{n} change put aside", "{n} changes put aside", found["put_aside"])
        parts.append(words.format(n=found["put_aside"]))
    who = "  ".join(filter(None, (found["name"] or _("unknown"), found["laptop"])))
    return f"{who}: {'; '.join(parts)}"


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("kit")
    def kit() -> None:
        """What assessors, peers, mentors and participants get to work with, each holding only what they may see."""

    @output.verb(kit, "make")
    @click.argument("names", nargs=-1, metavar="PERSON…")
    @click.option("--all", "everybody", is_flag=True, help="For everybody who was asked to do something.")
    @click.option(
        "--for",
        "circle",
        type=click.Choice([each.value for each in Circle]),
        help="With --all: only those of one circle. A kit holds all that its person does, whatever it is made for.",
    )
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="DIR")
    @PASSPHRASE
    def make(
        names: tuple[str, ...], everybody: bool, circle: str | None, out: Path, passphrase_file: Path | None
    ) -> None:
        """Make kits to hand out: one for each person, with what each of their roles may see."""
        from rubricapp.operations.given_feedback import say_given
        from rubricapp.operations.kits import make_kit
        from rubricapp.operations.passes import list_missing
        from rubricapp.operations.people import who
        from rubricapp.operations.recipients import duties_of, find_everybody

        if bool(names) == everybody:
            raise click.UsageError(_("Name the people, or say --all."))
        if circle and not everybody:
            raise click.UsageError(_("--for goes with --all: whoever is named gets a kit with all that they do."))
        passphrase = output.first_line(passphrase_file)
        with output.opened(leads=True) as ws:
            left_out: tuple = ()
            own = 0
            if everybody:
                found = find_everybody(ws, Circle(circle) if circle else None)
                asked = [each for each in found.ready if circle or each.circles != {Circle.PARTICIPANT}]
                people, left_out, own = [each.person for each in asked], found.left_out, len(found.ready) - len(asked)
            else:
                people = [who(ws, each) for each in names]
            people = list(dict.fromkeys(people))
            made, problems, code = [], [], Exit.DONE
            progress = output.progress()
            try:
                for number, each in enumerate(people):
                    if len(people) > 1:
                        progress.step(number, len(people), each.name)
                    circles = sorted(duties_of(ws, each).circles)
                    try:
                        one = make_kit(ws, each, out, passphrase)
                    except UserError as error:
                        if len(people) == 1:
                            raise
                        problems.append((each, error))
                        code = Exit.PROBLEMS
                    else:
                        made.append((each, circles, one, list_missing(ws, each)))
            except (Cancelled, KeyboardInterrupt):
                if not made:
                    raise
                code = Exit.CANCELLED  # said all the same: nobody else knows the passphrases of those that are there
                output.remark(_("Cancelled. What was finished stays."))
        if problems and not made and code == Exit.PROBLEMS:
            code = Exit(problems[0][1].exit_code)  # nothing is done
        lines = []
        for person, circles, one, missing in made:
            lines.append(_("{name}: {path}").format(name=person.name, path=one.path))
            lines.append("    " + _("as {circles}").format(circles=", ".join(map(say_circle, circles))))
            if one.passphrase:
                lines.append("    " + _("passphrase, to be said by phone: {words}").format(words=one.passphrase))
            given = say_given(len(one.manifest.feedback))
            lines += [f"    {each}" for each in (*one.left_out, *missing, given) if each]
        lines += [f"{person.name}: {error.message}" for person, error in problems]
        lines += [_("No kit: {why}").format(why=why) for _person, why in left_out]
        if own:
            words = ngettext(
                "{n} participant was asked for nothing but work of their own: “--for participants” makes their kit.",
                "{n} participants were asked for nothing but work of their own: “--for participants” makes their kits.",
                own,
            )
            lines.append(words.format(n=own))
        output.result(
            "kit make",
            {
                "kits": [
                    {
                        "person": person.code,
                        "circles": circles,
                        "file": str(one.path),
                        "changes": one.manifest.changes,
                        "passphrase": one.passphrase or None,
                        "left_out": list(one.left_out),
                        "feedback": len(one.manifest.feedback),
                        "not_calibrated": missing,
                    }
                    for person, circles, one, missing in made
                ],
                "left_out": [{"person": person.code, "why": why} for person, why in left_out],
                "problems": [
                    {
                        "person": person.code,
                        "code": error.code,
                        "message": error.what,
                        "do": error.do,
                        "severity": "error",
                    }
                    for person, error in problems
                ],
            },
            lines or [_("Nobody has anything to do away from here.")],
            code,
        )

    @output.verb(kit, "list")
    def list_() -> None:
        """Who got a kit, whose laptop handed in and when, and how much of what was asked has come."""
        from rubricapp.operations.laptops import list_laptops

        with output.opened(leads=True) as ws:
            found = [_laptop_as_json(each) for each in list_laptops(ws)]
        lines = [_laptop_line(each) for each in found] or [_("Nobody was asked to score, and no laptop handed in.")]
        output.result("kit list", {"laptops": found}, lines)

    @output.verb(kit, "open")
    @click.argument("file", type=click.Path(path_type=Path, readable=False))
    @click.option("--into", type=click.Path(path_type=Path, readable=False), required=True, metavar="DIR")
    @PASSPHRASE
    @RECOVERY
    def open_(file: Path, into: Path, passphrase_file: Path | None, recovery_file: Path | None) -> None:
        """Make a workspace from a kit, or bring a newer kit into it."""
        from rubricapp.operations.kits import open_kit, say_other_lead
        from rubricapp.operations.recovery import key_in_file

        recovery = key_in_file(recovery_file)
        passphrase = output.first_line(passphrase_file)
        opened = open_kit(file, into, passphrase, progress=output.progress(), recovery=recovery, unlock=output.unlock)
        if said := say_other_lead(opened):
            output.remark(said)
        output.result(
            "kit open",
            {
                "workspace": str(opened.folder),
                **manifest_as_json(opened.manifest),
                **opened.counts,
                "other_lead": opened.other_lead,
            },
            [
                _("{programme}, {edition}: ready for {name} in {folder}.").format(
                    programme=opened.manifest.programme_name,
                    edition=opened.manifest.edition_name,
                    name=opened.manifest.recipient_name,
                    folder=opened.folder,
                )
            ],
        )

    @cli.group("return")
    def return_() -> None:
        """What somebody hands in who works with a kit."""

    @output.verb(return_, "make")
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="DIR")
    def hand_in(out: Path) -> None:
        """Hand in: everything written on this laptop, sealed for whoever made its kit."""
        from rubricapp.operations.returns import make_return
        from rubricapp.store.assigning import list_assignments

        with output.opened() as ws:
            made = make_return(ws, out, output.progress())
            asked = list_assignments(ws, made.manifest.sender_person)
        finished = sum(each.state is AssessmentState.FINISHED for each in asked)
        lines = [
            _("Handed in as {path}: {n} changes.").format(path=made.path, n=made.manifest.changes),
            _("Key of this laptop: {fingerprint}").format(fingerprint=made.manifest.fingerprint),
        ]
        if finished < len(asked):
            lines.append(
                _("{n} of {asked} that were asked for are finished; hand in again when there are more.").format(
                    n=finished, asked=len(asked)
                )
            )
        output.result(
            "return make",
            {
                "file": str(made.path),
                **manifest_as_json(made.manifest),
                "asked": len(asked),
                "finished": finished,
            },
            lines,
        )

    @cli.group("package")
    def package() -> None:
        """Packages, as files."""

    @output.verb(package, "inspect")
    @click.argument("file", type=click.Path(path_type=Path, readable=False))
    @PASSPHRASE
    @RECOVERY
    def inspect(file: Path, passphrase_file: Path | None, recovery_file: Path | None) -> None:
        """Who made it, for whom, what range of which log; never a value that is sealed to someone else."""
        from rubricapp.operations.packages import inspect as look
        from rubricapp.operations.recovery import key_in_file
        from rubricapp.operations.workspaces import is_workspace

        folder = output.workspace_folder()
        passphrase, recovery = output.first_line(passphrase_file), key_in_file(recovery_file)
        found = None
        if is_workspace(folder):
            try:
                with output.opened(daily_backup=False) as ws:
                    found = look(file, ws, passphrase, recovery=recovery)
            except UserError as error:
                if error.code not in ("E_LOCKED", "E_PROTECTED"):
                    raise
                output.remark(_("The workspace is not asked for its key: {why}").format(why=error.what))
        if found is None:
            found = look(file, None, passphrase, recovery=recovery)
        head = found.head
        data = {
            "kind": head.kind,
            "id": head.id,
            "format": head.format,
            "programme": head.programme,
            "edition": head.edition,
            "made_on": head.made_on,
            "sender": head.sender,
            "laptop": head.laptop,
            "recipient": head.recipient,
            "fingerprint": head.fingerprint,
            "size": found.size,
            "opened": found.manifest is not None,
        }
        lines = [
            _("{kind} of {programme}, {edition}, made on {day}").format(
                kind=head.kind, programme=head.programme, edition=head.edition, day=head.made_on
            ),
            _("from {sender} ({laptop}), key {fingerprint}").format(
                sender=head.sender, laptop=head.laptop, fingerprint=head.fingerprint
            ),
        ]
        if head.recipient:
            lines.append(_("for {name}").format(name=head.recipient))
        if found.manifest is None:
            lines.append(_("Sealed: what it holds, and whether this is true, is seen only by those it was made for."))
        else:
            data |= manifest_as_json(found.manifest)
            lines.append(_("{n} changes, {m} files").format(n=found.manifest.changes, m=len(data["files"])))
            for each in data["chain"]:
                lines.append(f"    {each['device'][:8]}: {each['first']}–{each['last']}")
        output.result("package inspect", data, lines)
