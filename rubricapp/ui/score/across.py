"""One criterion across all participants: the same rows and the same writes, the descriptors once above them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rubricapp.core.model import Criterion, Person
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.score.row import NARROWEST_EM, RowContent, content_of
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.columns import ColumnsLayout


def content_for(person: Person, criterion: Criterion) -> RowContent:
    """The row of one participant: levels by number and name, descriptors in tool tips and for screen readers."""
    return RowContent(person.name, "", criterion.levels, brief=True)


class CriterionCard(QFrame):
    """A criterion with its descriptors, to read while scoring people one below the other."""

    def __init__(self, criterion: Criterion, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        content = content_of(criterion, number)
        column = QVBoxLayout(self)
        column.addWidget(WordsLabel(content.title, "label", self))
        if content.about:
            column.addWidget(WordsLabel(content.about, "muted", self))
        if criterion.gate is not None:
            column.addWidget(
                WordsLabel(_("Gate: level {level} or higher").format(level=criterion.gate), "strong", self)
            )
        holder = QWidget(self)
        columns = ColumnsLayout(holder, spacing=12, narrowest=theme.look().px(14 * NARROWEST_EM))
        for level in criterion.levels:
            cell = QWidget(holder)
            inside = QVBoxLayout(cell)
            inside.setContentsMargins(0, 0, 0, 4)
            inside.setSpacing(2)
            inside.addWidget(WordsLabel(f"{level.level}  {level.title}", "strong", cell))
            inside.addWidget(WordsLabel(level.descriptor, "", cell))
            inside.addStretch(1)
            columns.addWidget(cell)
        column.addWidget(holder)
