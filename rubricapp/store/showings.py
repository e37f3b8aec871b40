"""Reads: where works were shown, and whom they are to be shown to."""

from __future__ import annotations

from rubricapp.core.model import ArtefactId
from rubricapp.core.portfolio import AudienceChoice, Showing
from rubricapp.store.workspace import Workspace

_SHOWINGS = (
    "SELECT showing.id, showing.artefact, coalesce(showing.shown_on, ''), coalesce(showing.kind, 'other'),"
    " coalesce(showing.place, ''), coalesce(showing.result, ''), coalesce(showing.proof, '')"
    " FROM showing JOIN artefact ON artefact.id = showing.artefact"
)
_CHOICES = (
    "SELECT audience_choice.artefact, coalesce(audience, ''), coalesce(shown, 0),"
    " coalesce(audience_choice.embargo_until, '')"
    " FROM audience_choice JOIN artefact ON artefact.id = audience_choice.artefact"
)


def list_showings(ws: Workspace, artefact: str = "", participant: str = "") -> list[Showing]:
    """Showings, oldest first: of one work, of all works of a participant, or all; not of works that were removed."""
    where, values = _which(artefact, participant)
    rows = ws.rows(
        f"{_SHOWINGS} WHERE {where} AND coalesce(showing.removed, 0) = 0 ORDER BY shown_on, showing.id", *values
    )
    return [Showing(row[0], ArtefactId(row[1]), *row[2:]) for row in rows]


def load_showing(ws: Workspace, showing: str) -> Showing:
    """The showing with this id, removed or not. Raises LookupError."""
    rows = ws.rows(f"{_SHOWINGS} WHERE showing.id = ?", showing)
    if not rows:
        raise LookupError(showing)
    return Showing(rows[0][0], ArtefactId(rows[0][1]), *rows[0][2:])


def list_choices(ws: Workspace, artefact: str = "", participant: str = "") -> list[AudienceChoice]:
    """What was chosen for each audience, everyone ("") first; see `portfolio.choice_for`."""
    where, values = _which(artefact, participant)
    rows = ws.rows(f"{_CHOICES} WHERE {where} AND shown IS NOT NULL ORDER BY artefact.id, audience", *values)
    return [AudienceChoice(ArtefactId(row[0]), row[1], bool(row[2]), row[3]) for row in rows]


def _which(artefact: str, participant: str) -> tuple[str, list[str]]:
    where, values = ["coalesce(artefact.removed, 0) = 0"], []
    for column, value in (("artefact.id", artefact), ("artefact.participant", participant)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    return " AND ".join(where), values
