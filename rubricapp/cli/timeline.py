"""timeline, growth: one participant's way through the programme."""

from __future__ import annotations

from typing import Any

import click

from rubricapp.cli import output
from rubricapp.core.growth import Line, RubricGrowth, Step
from rubricapp.core.model import Role
from rubricapp.core.scoring import round_half_up
from rubricapp.core.timeline import Event, EventKind
from rubricapp.i18n import _


def _event_as_json(event: Event, words: str) -> dict[str, Any]:
    found: dict[str, Any] = {"on": event.on, "until": event.until or None, "kind": event.kind.value, "words": words}
    found |= {"id": event.record or None, "title": event.title, "detail": event.detail, "by": event.by or None}
    if event.kind is EventKind.LOG:
        found |= {"days": event.days, "minutes": event.minutes}
    if event.kind is EventKind.ASSESSMENT:
        found |= {"assessment_kind": event.source}
    return found


def _level(step: Step) -> str:
    """3.5, or the word for its gap."""
    if step.level is not None:
        return round_half_up(step.level, 0 if step.level.denominator == 1 else 1)
    return step.blank.value.replace("_", " ") if step.blank else "–"


def _line_as_json(line: Line) -> dict[str, Any]:
    change = line.change
    return {
        "criterion": line.criterion.id,
        "title": line.criterion.title,
        "levels": [
            {
                "occasion": step.occasion.name,
                "held_on": step.occasion.held_on or None,
                "level": float(step.level) if step.level is not None else None,
                "count": step.count,
                "blank": step.blank.value if step.blank else None,
            }
            for step in line.steps
        ],
        "change": float(change) if change is not None else None,
    }


def _growth_lines(grown: RubricGrowth) -> list[str]:
    """A heading and a line for each criterion, set in columns."""
    head = f"{grown.rubric.title} {', '.join(grown.versions)}"
    if not grown.is_enough:
        return [head, "  " + _("Growth needs two scorings of the same rubric.")]
    rows = [["", *(each.name for each in grown.occasions), _("change")]]
    for line in grown.lines:
        change = line.change
        moved = (
            "" if change is None else (round_half_up(change, 0 if change.denominator == 1 else 1) if change else "=")
        )
        rows.append(
            [line.criterion.id, *(_level(step) for step in line.steps), f"+{moved}" if change and change > 0 else moved]
        )
    wide = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        head,
        *("  " + "  ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip() for row in rows),
    ]


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "timeline")
    @click.argument("person")
    def timeline_(person: str) -> None:
        """What happened to a participant, day by day."""
        from rubricapp.operations.people import who
        from rubricapp.operations.timeline import say_event, say_kind, timeline

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            events = timeline(ws, participant, everything=True)
        said = [(each, say_event(each)) for each in events]
        output.result(
            "timeline",
            {"participant": participant.code, "events": [_event_as_json(*each) for each in said]},
            [
                "  ".join((f"{each.on}–{each.until[5:]}" if each.until else each.on or "–", say_kind(each.kind), words))
                for each, words in said
            ]
            or [_("Nothing is known of {name} yet.").format(name=participant.name)],
        )

    @output.verb(cli, "growth")
    @click.argument("person")
    @click.option("--rubric", "rubric_id", default="", metavar="ID", help="Only this rubric.")
    def growth_(person: str, rubric_id: str) -> None:
        """How a participant's levels moved over the occasions: medians of the assessors, gaps left as gaps."""
        from rubricapp.cli.rubrics import find
        from rubricapp.operations.people import who
        from rubricapp.operations.timeline import grown

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            wanted = find(ws, rubric_id) if rubric_id else None
            found = [
                each
                for each in grown(ws, participant, everything=True)
                if wanted is None
                or (each.rubric.id == wanted.id and ("@" not in rubric_id or wanted.version in each.versions))
            ]
        lines = [line for each in found for line in _growth_lines(each)]
        output.result(
            "growth",
            {
                "participant": participant.code,
                "rubrics": [
                    {
                        "rubric": each.rubric.id,
                        "versions": list(each.versions),
                        "enough": each.is_enough,
                        "occasions": [one.name for one in each.occasions],
                        "criteria": [_line_as_json(line) for line in each.lines],
                    }
                    for each in found
                ],
            },
            lines or [_("Growth needs two scorings of the same rubric.")],
        )
