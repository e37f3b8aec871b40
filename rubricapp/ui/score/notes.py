"""What stands above the rows before one scores: what a self-assessment is, and that a calibration is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentKind
from rubricapp.i18n import _
from rubricapp.ui.widgets.chips import WordsLabel

if TYPE_CHECKING:
    from rubricapp.ui.score.page import ScorePage


class OwnNote(QFrame):
    """What a self-assessment is, above its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 6)
        column.addWidget(WordsLabel(_("You assess yourself"), "section", self))
        words = _(
            "Same rubric, same evidence: choose the level that your work shows. What assessors say of you comes"
            " afterwards, once yours is finished and the results are released. Yours stands beside theirs and is never"
            " counted with them."
        )
        column.addWidget(WordsLabel(words, "muted", self))


class PassNote(QFrame):
    """That whoever scores has not passed the calibration that the rubric demands. It keeps nobody from writing."""

    def __init__(self, missing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "warning_box")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.addWidget(WordsLabel(_("Calibrate first"), "section", self))
        column.addWidget(WordsLabel(missing, "", self))
        words = _(
            "Home has the samples. What you write here is kept, and your programme lead sees that it came before."
        )
        column.addWidget(WordsLabel(words, "muted", self))


def notes_above(page: ScorePage) -> list[QWidget]:
    """What to know before the first row of the slot that is shown."""
    desk, me = page.desk, page.session.me
    if desk.is_own:
        return [OwnNote(page)]
    if me is None or desk.slot is None or page.writer.kind_of(desk.slot.participant) is not AssessmentKind.ASSESSOR:
        return []
    from rubricapp.operations.passes import list_lacking, say_lacking

    lacking = list_lacking(page.session.ws, [me], [desk.rubric])
    if lacking and page.isVisible():  # the first row may have scrolled the note away
        page.notice.emit(_("Calibrate first: Home has the samples."))
    return [PassNote(say_lacking(page.session.ws, each), page) for each in lacking]
