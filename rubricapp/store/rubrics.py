"""Reads: rubric versions."""

from __future__ import annotations

import json
from typing import Any

from rubricapp.core.model import RubricState, RubricVersion
from rubricapp.core.rubrics import from_document
from rubricapp.store.engine import damaged
from rubricapp.store.workspace import Workspace


def _version_key(rubric: RubricVersion) -> tuple[str, list[tuple[int, int, str]]]:
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in rubric.version.split(".")]
    return rubric.id, parts


def list_rubrics(ws: Workspace, language: str = "") -> list[RubricVersion]:
    """Every rubric version in the workspace, by id, newest version last."""
    rows = ws.rows("SELECT id FROM rubric_version WHERE document IS NOT NULL")
    return sorted((load_rubric(ws, row[0], language) for row in rows), key=_version_key)


def load_rubric(ws: Workspace, content_hash: str, language: str = "") -> RubricVersion:
    """The version with this content hash. Raises LookupError.

    Read once for each open workspace, until something is said of any rubric: nobody else writes while it is open.
    """
    key = content_hash, language
    found = ws.rubrics.get(key)
    if found is None:
        document = load_document(ws, content_hash)
        state = ws.rows("SELECT state FROM rubric_version WHERE id = ?", content_hash)[0][0]
        try:
            found = from_document(document, language, RubricState(state or "published"))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise damaged(ws.path, f"rubric {content_hash[:12]}: {type(error).__name__}: {error}") from error
        ws.rubrics[key] = found
    return found


def load_document(ws: Workspace, content_hash: str) -> dict[str, Any]:
    """The whole document of a version, as it came. Raises LookupError."""
    rows = ws.rows("SELECT document FROM rubric_version WHERE id = ? AND document IS NOT NULL", content_hash)
    if not rows:
        raise LookupError(content_hash)
    with ws.reading():
        return json.loads(rows[0][0])


def find_rubric(ws: Workspace, text: str, language: str = "") -> RubricVersion | None:
    """The rubric meant by an id ("camera": the newest published version), "camera@1.0", or a content hash."""
    wanted, _, version = text.strip().partition("@")
    found = [
        each
        for each in list_rubrics(ws, language)
        if (each.content_hash == wanted or each.id == wanted.casefold()) and version in ("", each.version)
    ]
    published = [each for each in found if each.state is RubricState.PUBLISHED]
    return (published or found or [None])[-1]
