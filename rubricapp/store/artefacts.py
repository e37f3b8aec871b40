"""Reads: artefacts and where their files are."""

from __future__ import annotations

from pathlib import Path

from rubricapp.core.model import Artefact, ArtefactId, PersonId
from rubricapp.store.workspace import Workspace


def list_artefacts(ws: Workspace, participant: str) -> list[Artefact]:
    """A participant's artefacts in the order they were added."""
    return [
        Artefact(ArtefactId(row[0]), PersonId(row[1]), *row[2:])
        for row in ws.rows(
            "SELECT id, participant, coalesce(title, ''), coalesce(file_name, ''), coalesce(media, 'other'),"
            " coalesce(size, 0), coalesce(sha256, ''), coalesce(added_on, '') FROM artefact"
            " WHERE participant = ? AND coalesce(removed, 0) = 0 ORDER BY id",
            participant,
        )
    ]


def load_artefact_counts(ws: Workspace) -> dict[PersonId, int]:
    """How many artefacts each participant has; those without any are left out."""
    return {
        PersonId(row[0]): row[1]
        for row in ws.rows(
            "SELECT participant, count(*) FROM artefact WHERE coalesce(removed, 0) = 0 GROUP BY participant"
        )
    }


def find_file(ws: Workspace, artefact: Artefact) -> Path | None:
    """The artefact's file, or None when it is not on this laptop."""
    path = ws.files / artefact.sha256[:2] / artefact.sha256
    return path if artefact.sha256 and path.is_file() else None
