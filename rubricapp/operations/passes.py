"""Passes: who must have calibrated before they score, who has not, and asking them all the same.

Question: is somebody without a pass kept from scoring? Decision: from being asked, unless the lead says why; never from
writing. Reasons: what is typed is testimony and is kept; on a laptop that came as a kit the agreed levels may not be
there to tell; the lead alone knows whether the week can wait. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rubricapp.core.calibration import Standing
from rubricapp.core.model import Person, PersonId, RubricVersion
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations import calibration
from rubricapp.operations.texts import fitting
from rubricapp.store.assigning import list_assignments
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Lacking:
    """Somebody without a valid pass for a rubric whose programme demands one."""

    person: Person
    rubric: RubricVersion
    standing: Standing


def list_lacking(ws: Workspace, people: Iterable[Person], rubrics: Iterable[RubricVersion]) -> list[Lacking]:
    """Who of these has no valid pass for which of these rubrics, where one is demanded; by rubric, then as given."""
    people = list(people)
    return [
        Lacking(person, rubric, found)
        for rubric in rubrics
        if calibration.gate_of(ws, rubric).demanded
        for person, found in calibration.standings_of(ws, rubric, people)
        if not found.passed
    ]


def say_lacking(ws: Workspace, lacking: Lacking) -> str:
    """Who lacks a pass for what, and where they stand, in words."""
    return (
        _("{name} has not passed the calibration for {rubric}.").format(
            name=lacking.person.name, rubric=lacking.rubric.label
        )
        + f" {calibration.say_standing(lacking.standing, calibration.gate_of(ws, lacking.rubric))}"
    )


def demand_passes(ws: Workspace, people: Iterable[Person], rubrics: Collection[RubricVersion], despite: str) -> str:
    """What is kept as the reason for asking somebody who has not passed; "" where all have.

    despite: why they are asked all the same. Raises UserError E_NOT_CALIBRATED without one.
    """
    lacking = list_lacking(ws, people, rubrics)
    if not lacking:
        return ""
    despite = fitting(despite)
    if despite:
        return _("Asked without a calibration: {reason}").format(reason=despite)
    said = [say_lacking(ws, each) for each in lacking[:5]]
    if len(lacking) > 5:
        said.append(ngettext("And {n} more.", "And {n} more.", len(lacking) - 5).format(n=len(lacking) - 5))
    raise UserError(
        "E_NOT_CALIBRATED",
        " ".join(said),
        _("Nothing was changed."),
        _("Let them score a sample first: it is in their kit. Or say why they are asked all the same."),
    )


def list_missing(ws: Workspace, person: Person) -> list[str]:
    """In words, which passes somebody lacks for what they are asked to score; what is said with their kit."""
    return load_missing(ws, [person]).get(person.id, [])


def load_missing(ws: Workspace, people: Collection[Person]) -> dict[PersonId, list[str]]:
    """The same for several people, by their ids; whoever lacks nothing is left out."""
    asked = {(each.assessor, each.rubric) for each in list_assignments(ws)}
    found: dict[PersonId, list[str]] = {}
    for each in list_lacking(ws, people, list_rubrics(ws)):
        if (each.person.id, each.rubric.content_hash) in asked:
            found.setdefault(each.person.id, []).append(say_lacking(ws, each))
    return found
