"""One criterion across all participants: the same rows and the same writes, with descriptors where one is judging."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rubricapp.core.model import Criterion, Person
from rubricapp.i18n import _
from rubricapp.ui.score.row import RowContent, content_of
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import FlowLayout


def content_for(person: Person, criterion: Criterion) -> RowContent:
    """The row of one participant."""
    return RowContent(person.name, "", criterion.levels, hints=content_of(criterion, 1).hints, brief=True)


class CriterionCard(QFrame):
    """The criterion that all are scored on, above them."""

    def __init__(self, criterion: Criterion, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = content_of(criterion, number)
        outer = QVBoxLayout(self)
        line = FlowLayout(spacing=10)
        outer.addLayout(line)
        line.addWidget(WordsLabel(content.title, "section", self))
        if content.about:
            line.addWidget(WordsLabel(content.about, "muted", self))
        if criterion.gate is not None:
            line.addWidget(WordsLabel(_("Gate: level {level} or higher").format(level=criterion.gate), "strong", self))
