"""Bringing rubrics into a workspace, checking rubric files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rubricapp.core.model import Changes, RubricState
from rubricapp.core.rubrics import content_hash
from rubricapp.formats import rubric_yaml
from rubricapp.store.workspace import Workspace


def check_file(path: Path) -> rubric_yaml.RubricFile:
    """What the rubric file holds and everything that is wrong with it, by line and column."""
    return rubric_yaml.read_rubric(path)


def adopt(ws: Workspace, documents: list[Mapping[str, Any]], author: str = "") -> Changes:
    """Publish checked rubric documents in this workspace. One that is there already changes nothing."""
    with ws.writing(author) as log:
        for document in documents:
            record = content_hash(document)
            log.set("rubric_version", record, "document", document)
            log.set("rubric_version", record, "state", RubricState.PUBLISHED.value)
    return log.changes


def adopt_files(ws: Workspace, files: list[Path], author: str = "") -> Changes:
    """Publish rubric files. Raises UserError E_RUBRIC_INVALID for the first that has errors; then none is taken."""
    return adopt(ws, documents_of(files), author)


def documents_of(files: list[Path]) -> list[Mapping[str, Any]]:
    """What rubric files hold, checked. Raises UserError E_RUBRIC_INVALID for the first that has errors."""
    return [rubric_yaml.document_of(path) for path in files]
