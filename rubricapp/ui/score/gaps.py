"""Self-assessment beside the assessors' levels, criterion by criterion: a table with a small chart in each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from rubricapp.core.gaps import Gap, say_level
from rubricapp.core.model import Assessment, AssessmentKind, Changes
from rubricapp.i18n import _, ngettext
from rubricapp.operations.gaps import find_gaps
from rubricapp.store.viewing import load_view
from rubricapp.ui import theme
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import PlainLabel
from rubricapp.ui.widgets.rows import Column, Index, RowsModel, RowsTable
from rubricapp.ui.words import say_blank

if TYPE_CHECKING:
    from rubricapp.core.model import Rating

_KINDS = ("assessment", "rating", "release", "rubric_version", "person")


def say_own(rating: Rating) -> str:
    """The participant's level, why there is none, or –."""
    if rating.level is not None:
        return str(rating.level)
    return say_blank(rating.blank) if rating.blank is not None else "–"


def say_assessors(gap: Gap) -> str:
    """The median, or what they agreed on; with the levels that were given where there are several that differ."""
    if gap.agreed is not None and gap.agreed.blank is not None:
        return _("agreed: {blank}").format(blank=say_blank(gap.agreed.blank))
    if gap.assessors is None:
        return "–"
    text = say_level(gap.assessors)
    if gap.agreed is not None:
        text = _("agreed {level}").format(level=text)
    return f"{text} ({', '.join(map(str, gap.given))})" if len(set(gap.given)) > 1 else text


def say_both(gap: Gap) -> str:
    """The chart of a row for whoever cannot see it."""
    if gap.apart is None:
        return _("nothing to compare")
    words = _("self {own}, agreed level {assessors}") if gap.agreed else _("self {own}, assessors {assessors}")
    return words.format(own=gap.own.level, assessors=say_level(gap.assessors))


class GapsPanel(QWidget):
    """What it may show depends on who sits here: see `core.viewing`. It reads again when something changes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.slot: tuple[str, str, str] | None = None
        self._top = 5
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.setContentsMargins(0, 0, 0, 0)
        self.heading = PlainLabel(_("Self-assessment and assessors"), "label")
        self.why = PlainLabel("", "muted")
        self.words = PlainLabel("", "muted")
        self.model = RowsModel(
            (
                Column(_("Criterion"), lambda gap: gap.criterion.title, wide=True),
                Column(_("Self"), lambda gap: say_own(gap.own), right=True),
                Column(_("Assessors"), say_assessors, right=True),
                Column(_("Gap"), lambda gap: gap.apart_text or "–", right=True),
                Column(_("Scale"), say_both),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Self-assessment and assessors"))
        self.table.setItemDelegateForColumn(4, _Scale(self))
        self.table.grow_to(14)
        self.legend = PlainLabel(_("○ self   ● assessors: what they agreed on, else their median"), "small muted")
        for each in (self.heading, self.why, self.table, self.legend, self.words):
            column.addWidget(each)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        session.changed.connect(self._on_changed)
        session.me_changed.connect(self.refresh)
        theme.look().changed.connect(self.table.viewport().update)

    @property
    def top(self) -> int:
        """Steps of the scale shown."""
        return self._top

    def show(self, participant: str = "", rubric: str = "", occasion: str = "") -> None:
        """Show this participant's gaps with one rubric on one occasion; without a slot as any widget is shown."""
        if participant:
            self.slot = (participant, rubric, occasion)
            self.refresh()
        super().show()

    def show_beside(self, assessment: Assessment | None) -> None:
        """Below one's own assessment: once it is finished, and never below a peer's."""
        done = assessment is not None and not assessment.is_open and assessment.kind is not AssessmentKind.PEER
        self.slot = (assessment.participant, assessment.rubric, assessment.occasion) if done else None
        self.setVisible(done)
        self.refresh()

    def refresh(self) -> None:
        """Read again and show."""
        if self.slot is None:
            return
        found = find_gaps(self.session.ws, *self.slot, load_view(self.session.ws, self.session.me))
        if found.gaps:
            self._top = max(len(each.criterion.levels) for each in found.gaps)
            apart = sum(bool(each.apart) for each in found.gaps)
            both = sum(each.apart is not None for each in found.gaps)
            self.words.setText(
                ngettext(
                    "{k} of {n} criterion differs. Where they differ, ask each other what you saw. A gap is no mark: it"
                    " counts in no total and is compared with nobody’s.",
                    "{k} of {n} criteria differ. Where they differ, ask each other what you saw. A gap is no mark: it"
                    " counts in no total and is compared with nobody’s.",
                    both,
                ).format(k=apart, n=both)
            )
        self.why.setText(found.because)
        self.why.setVisible(bool(found.because))
        self.model.set_records(found.gaps)
        for each in (self.table, self.legend, self.words):
            each.setVisible(bool(found.gaps))

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.table] if self.table.isVisible() else []

    def _on_changed(self, changes: Changes) -> None:
        if changes.concerns(*_KINDS):
            self.refresh()


class _Scale(QStyledItemDelegate):
    """A scale with a ring for the participant and a disc for the assessors; the numbers stand beside it."""

    def __init__(self, panel: GapsPanel) -> None:
        super().__init__(panel)
        self.panel = panel

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.text = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(option.fontMetrics.horizontalAdvance("M") * 9, super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        super().paint(painter, option, index)
        gap: Gap = self.panel.model.record(index.row())
        radius = option.fontMetrics.height() * 0.26
        room = option.rect.adjusted(round(radius * 2.5), 0, -round(radius * 2.5), 0)
        room.setWidth(min(room.width(), round(radius * 40)))
        middle = room.center().y() + 0.5
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft

        def place(level: float) -> float:
            share = (level - 1) / max(1, self.panel.top - 1)
            return room.left() + room.width() * (1 - share if mirrored else share)

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(QPointF(room.left(), middle), QPointF(room.left() + room.width(), middle))
        for step in range(1, self.panel.top + 1):
            painter.drawLine(QPointF(place(step), middle - 3), QPointF(place(step), middle + 3))
        ink = theme.colour("ink")
        if gap.apart:
            painter.setPen(QPen(ink, 2))
            painter.drawLine(QPointF(place(gap.own.level), middle), QPointF(place(float(gap.assessors)), middle))
        if gap.assessors is not None:
            painter.setPen(QPen(ink, 1))
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(place(float(gap.assessors)), middle), radius, radius)
        if gap.own.level is not None:
            painter.setPen(QPen(ink, 2))
            painter.setBrush(theme.colour("base") if gap.apart != 0 else Qt.BrushStyle.NoBrush)
            around = radius if gap.apart != 0 else radius + 3  # both are seen where they agree
            painter.drawEllipse(QPointF(place(gap.own.level), middle), around, around)
        painter.restore()
