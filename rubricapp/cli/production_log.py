"""log add, log list, log confirm, log totals, log import, log export."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.model import LogEntry, Role
from rubricapp.core.portfolio import Artefact
from rubricapp.core.production import hours_text
from rubricapp.errors import Exit
from rubricapp.i18n import _

# Option → field of the entry; the words of the option are what people say on set.
_TEXTS = {
    "role": "role",
    "hours": "hours",
    "day-type": "day_type",
    "production": "production",
    "unit": "unit",
    "location": "location",
    "call": "called_at",
    "wrap": "wrapped_at",
    "department": "department",
    "credited-as": "credited_role",
    "head": "head",
    "scenes": "scenes",
    "rolls": "rolls",
    "tasks": "tasks",
    "kit": "kit",
    "supervision": "supervision",
    "by": "supervised_by",
    "problem": "problem",
    "decision": "decision",
    "outcome": "outcome",
    "incident": "incident",
    "happened": "happened",
    "matters": "matters",
    "next-step": "next_step",
}


def _as_json(entry: LogEntry) -> dict[str, object]:
    found = {name: value for name, value in vars(entry).items() if value not in ("", None, ())}
    found["criteria"] = list(entry.criteria)
    if entry.minutes is not None:
        found["hours"] = hours_text(entry.minutes)
    return found


def _line(entry: LogEntry, names: dict[str, str]) -> str:
    hours = hours_text(entry.minutes) if entry.minutes is not None else "–"
    parts = (entry.role, entry.production, entry.scenes, " ".join(entry.criteria))
    said = " · ".join(part for part in parts if part)
    return f"{entry.worked_on}  {hours:>5}  {names.get(entry.participant, '')}  {said}  [{entry.id[-8:]}]"


def _attachments(works: Iterable[Artefact]) -> list[dict[str, str]]:
    return [{"id": each.id, "title": each.title, "file_name": each.file_name, "link": each.link} for each in works]


def _texts(command):
    for option in reversed(_TEXTS):
        command = click.option(f"--{option}", default="", metavar="TEXT")(command)
    return command


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("log")
    def log() -> None:
        """The production log: who did what on which day."""

    @output.verb(log, "add")
    @click.argument("person")
    @click.option("--date", "worked_on", required=True, metavar="DAY")
    @click.option("--criterion", "criteria", multiple=True, metavar="ID", help="A criterion that the day touched.")
    @click.option("--repeat-last", is_flag=True, help="Place and role as on the last day.")
    @click.option("--attach", multiple=True, metavar="FILE", help="A file, copied, or a web address; more than once.")
    @_texts
    def add(
        person: str,
        worked_on: str,
        criteria: tuple[str, ...],
        repeat_last: bool,
        attach: tuple[str, ...],
        **texts: str,
    ) -> None:
        """Write one day into a participant's log."""
        from rubricapp.operations.attachments import add_day_with
        from rubricapp.operations.people import who

        given = {field: texts[option.replace("-", "_")] for option, field in _TEXTS.items()}
        given = {field: text for field, text in given.items() if text} | {"worked_on": worked_on}
        if criteria:
            given["criteria"] = " ".join(criteria)
        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            entry, works, _changes = add_day_with(
                ws, participant, given, attach, repeat_last=repeat_last, progress=output.progress()
            )
        output.result(
            "log add",
            {"entry": _as_json(entry) | {"attachments": _attachments(works)}},
            [_line(entry, {participant.id: participant.name}), *(f"    {each.title}" for each in works)],
        )

    @output.verb(log, "list")
    @click.argument("person", required=False)
    @click.option("--restricted", is_flag=True, help="With incidents, for who may see them.")
    def list_(person: str | None, restricted: bool) -> None:
        """The days of one participant, or of all, with totals by week and role."""
        from rubricapp.core.production import totals
        from rubricapp.operations.people import who
        from rubricapp.operations.privacy import everyone
        from rubricapp.store.artefacts import list_artefacts
        from rubricapp.store.production_log import list_log, list_log_checks

        with output.opened() as ws:
            about = who(ws, person, Role.PARTICIPANT).id if person else ""
            entries = list_log(ws, about, restricted)
            checks = list_log_checks(ws, about)
            names = {one: each.name for one, each in everyone(ws).items()}
            attached: dict[str, list[Artefact]] = {}
            for work in list_artefacts(ws, about):
                attached.setdefault(work.log_entry, []).append(work)
        weeks = [
            {
                "week": f"{each.year}-W{each.week:02}",
                "starts_on": each.starts_on.isoformat(),
                "role": each.role,
                "days": each.days,
                "hours": hours_text(each.minutes),
                "without_hours": each.without_hours,
            }
            for each in totals(entries)
        ]
        output.result(
            "log list",
            {
                "entries": [
                    _as_json(entry)
                    | {
                        "checks": [
                            {"mentor": names.get(each.mentor, ""), "state": each.state, "note": each.note}
                            for each in checks.get(entry.id, ())
                        ],
                        "attachments": _attachments(attached.get(entry.id, ())),
                    }
                    for entry in entries
                ],
                "weeks": weeks,
            },
            [
                *(
                    line
                    for entry in entries
                    for line in (
                        _line(entry, names),
                        *(f"    {each.title}" for each in attached.get(entry.id, ())),
                    )
                ),
                *(f"{each['week']}  {each['hours']:>6}  {each['days']}  {each['role']}" for each in weeks),
            ],
        )

    @output.verb(log, "confirm")
    @click.argument("entry")
    @click.option("--mentor", required=True, metavar="NAME")
    @click.option("--state", type=click.Choice(["confirmed", "corrected", "not_present"]), default="confirmed")
    @click.option("--hours", default="")
    @click.option("--note", default="")
    def confirm(entry: str, mentor: str, state: str, hours: str, note: str) -> None:
        """Confirm or correct a day beside what its author wrote. ENTRY: its id, or the last letters of it."""
        from rubricapp.operations.people import who
        from rubricapp.operations.production_log import check_day, find_entry

        with output.opened() as ws:
            check_day(ws, find_entry(ws, entry), who(ws, mentor), state, hours, note)
        output.result("log confirm", {"entry": entry, "state": state}, [_("Kept beside the entry.")])

    @output.verb(log, "import")
    @click.argument("file", type=click.Path(path_type=Path, readable=False))
    def import_(file: Path) -> None:
        """Add the days of a CSV or XLSX table; all rows or none. Again adds nothing."""
        from rubricapp.operations.production_log import import_log

        with output.opened() as ws:
            found = import_log(ws, file)
        summary = _("{imported} imported, {same} the same, {errors} with errors.").format(
            imported=found.imported, same=found.same, errors=len(found.errors)
        )
        output.result(
            "log import",
            {
                "imported": found.imported,
                "same": found.same,
                "problems": [output.problem_as_json(each) for each in found.errors],
                "warnings": [output.problem_as_json(each) for each in found.problems if each.severity == "warning"],
            },
            [*output.problem_lines(found.problems), summary],
            Exit.PROBLEMS if found.errors else Exit.DONE,
        )

    @output.verb(log, "export")
    @click.argument("people", nargs=-1, metavar="[PERSON…]")
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="FILE")
    @click.option("--restricted", is_flag=True, help="With incidents, for a lead’s own use.")
    def export(people: tuple[str, ...], out: Path, restricted: bool) -> None:
        """Write the log as .xlsx or .csv, by the name’s ending."""
        from rubricapp.operations.people import who
        from rubricapp.operations.production_log import export_log

        with output.opened() as ws:
            days = export_log(ws, out, [who(ws, each, Role.PARTICIPANT) for each in people], restricted)
        output.result("log export", {"files": [str(out)], "days": days}, [str(out)])
