"""report participant, report cohort, export xlsx."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.core.model import Role
from rubricapp.errors import Exit
from rubricapp.i18n import _


def _finish(command: str, batch) -> None:
    """Say what was made, what was made with a note, and what was not made and why."""
    output.result(
        command,
        {
            "files": [str(path) for path in batch.files],
            "counts": {"made": len(batch.files), "problems": len(batch.problems)},
            "problems": [output.problem_as_json(each) for each in batch.problems],
        },
        [*(str(path) for path in batch.files), *output.problem_lines(batch.problems)],
        Exit.PROBLEMS if any(each.severity == "error" for each in batch.problems) else Exit.DONE,
    )


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @cli.group("report")
    def report() -> None:
        """PDF reports."""

    @output.verb(report, "participant")
    @click.argument("people", nargs=-1, metavar="PERSON…")
    @click.option("--all", "everyone", is_flag=True, help="Every participant.")
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="DIR")
    def participant(people: tuple[str, ...], everyone: bool, out: Path) -> None:
        """One PDF for each participant."""
        from rubricapp.operations.people import who
        from rubricapp.operations.reporting import collect, make_participant_reports

        if bool(people) == everyone:
            raise click.UsageError(_("Name the people, or say --all."))
        with output.opened() as ws:
            chosen = [who(ws, each, Role.PARTICIPANT).id for each in people]
            data = collect(ws)
        _finish(
            "report participant",
            make_participant_reports(data, chosen or [each.id for each in data.participants], out, output.progress()),
        )

    @output.verb(report, "cohort")
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="FILE")
    def cohort(out: Path) -> None:
        """One PDF for the whole edition."""
        from rubricapp.operations.reporting import collect, make_cohort_report

        with output.opened() as ws:
            data = collect(ws)
        _finish("report cohort", make_cohort_report(data, out, output.progress()))

    @cli.group("export")
    def export() -> None:
        """Data for other programs."""

    @output.verb(export, "xlsx")
    @click.option("--out", type=click.Path(path_type=Path, readable=False), required=True, metavar="FILE")
    def xlsx(out: Path) -> None:
        """The workbook: all ratings with live formulas."""
        from rubricapp.operations.reporting import collect, make_workbook

        with output.opened() as ws:
            data = collect(ws)
        _finish("export xlsx", make_workbook(data, out, output.progress()))
