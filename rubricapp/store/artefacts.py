"""Reads: artefacts and where their files are."""

from __future__ import annotations

from pathlib import Path

from rubricapp.core.model import ArtefactId, PersonId
from rubricapp.core.portfolio import DETAILS, Artefact
from rubricapp.store.vault import Stored
from rubricapp.store.workspace import Workspace

_TEXTS = ("title", "file_name", "media", "sha256", "added_on", *DETAILS, "link", "log_entry")
_SELECT = f"SELECT id, participant, size, {', '.join(_TEXTS)} FROM artefact"


def _artefact(row: tuple) -> Artefact:
    texts = {name: text or "" for name, text in zip(_TEXTS, row[3:], strict=True)}
    texts["media"] = texts["media"] or "other"
    return Artefact(ArtefactId(row[0]), PersonId(row[1] or ""), size=row[2] or 0, **texts)


def list_artefacts(ws: Workspace, participant: str = "") -> list[Artefact]:
    """A participant's artefacts, or everyone's, in the order they were added."""
    where, values = ("participant = ?", (participant,)) if participant else ("participant IS NOT NULL", ())
    rows = ws.rows(f"{_SELECT} WHERE {where} AND coalesce(removed, 0) = 0 ORDER BY id", *values)
    return [_artefact(row) for row in rows]


def list_shown(ws: Workspace, participant: str, only: str | None) -> list[Artefact]:
    """What is looked at while scoring: a participant's artefacts; or `only` this one, "" for none, whoever's it is."""
    if only is None:
        return list_artefacts(ws, participant)
    rows = ws.rows(f"{_SELECT} WHERE id = ? AND coalesce(removed, 0) = 0 AND title IS NOT NULL", only)
    return [_artefact(row) for row in rows]


def list_attached(ws: Workspace, log_entry: str) -> list[Artefact]:
    """What is attached to a day of the log, in the order it was added."""
    rows = ws.rows(f"{_SELECT} WHERE log_entry = ? AND coalesce(removed, 0) = 0 ORDER BY id", log_entry)
    return [_artefact(row) for row in rows]


def count_attached(ws: Workspace) -> dict[str, int]:
    """How many works are attached to each day of the log; days without any are left out."""
    rows = ws.rows(
        "SELECT log_entry, count(*) FROM artefact WHERE log_entry IS NOT NULL AND coalesce(removed, 0) = 0"
        " GROUP BY log_entry"
    )
    return {row[0]: row[1] for row in rows}


def load_artefact(ws: Workspace, artefact: str) -> Artefact:
    """The artefact with this id, removed or not. Raises LookupError."""
    rows = ws.rows(f"{_SELECT} WHERE id = ?", artefact)
    if not rows:
        raise LookupError(artefact)
    return _artefact(rows[0])


def load_artefact_counts(ws: Workspace) -> dict[PersonId, int]:
    """How many artefacts each participant has; those without any are left out."""
    return {
        PersonId(row[0]): row[1]
        for row in ws.rows(
            "SELECT participant, count(*) FROM artefact WHERE coalesce(removed, 0) = 0 GROUP BY participant"
        )
    }


def find_file(ws: Workspace, artefact: Artefact) -> Stored | None:
    """The artefact's file, or None when it is not on this laptop. A linked file is where its link says.

    Only its presence is looked at; `operations.artefacts.verify_at` reads every byte.
    """
    if artefact.sha256:
        return ws.vault.find(artefact.sha256)
    # A network path would make Windows greet a machine that a stranger chose, with the user's name.
    if artefact.link and not artefact.is_web and not artefact.link.startswith(("\\\\", "//")):
        try:
            return Stored(Path(artefact.link)) if Path(artefact.link).is_file() else None
        except (OSError, ValueError):
            return None
    return None
