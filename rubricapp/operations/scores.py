"""Scores of assessments in the workspace, with the sentences that say how they came about."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.scoring import Score, score_of
from rubricapp.i18n import language
from rubricapp.reports.wording import score_in_brief, score_in_words
from rubricapp.store.assessments import load_assessment
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Explained:
    """A score, one short line of it, and whole sentences."""

    score: Score
    brief: str
    words: tuple[str, ...]


def explain(ws: Workspace, assessment: str) -> Explained:
    """The score of one assessment in words. Raises LookupError."""
    found = load_assessment(ws, assessment)
    rubric = load_rubric(ws, found.rubric, language())
    score = score_of(rubric, found)
    return Explained(score, score_in_brief(score, rubric), tuple(score_in_words(score, rubric)))
