"""The fields of a day: each has its name above it, and below it a hint or what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from rubricapp.core.model import CriterionId
from rubricapp.core.production import DAY_TYPES
from rubricapp.core.text import LONGEST
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.log.words import say_day_type, say_field, say_hint, say_supervision
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Field

SHORT = 300
LINES = ("tasks", "problem", "decision", "outcome", "incident", "happened", "matters", "next_step")
_WIDE = {"worked_on": 9, "hours": 9, "called_at": 6, "wrapped_at": 6, "rolls": 8, "role": 11, "production": 13}


class LineBox(QLineEdit):
    """One line, as wide as its kind of text needs and no wider."""

    def __init__(self, letters: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = letters
        self.setMaxLength(SHORT)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("M") * self._letters, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("M") * 5, super().minimumSizeHint().height())


class DayBox(LineBox):
    """A day as year-month-day; the arrow keys go by a day."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(event.key())
        if step is None:
            super().keyPressEvent(event)
            return
        try:
            self.setText((date.fromisoformat(self.text().strip()) + timedelta(days=step)).isoformat())
        except (ValueError, OverflowError):
            self.selectAll()  # no day to count from


class CriteriaList(QListWidget):
    """Criteria with boxes to tick; Space ticks, letters go to the criterion that starts so. changed()."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.itemChanged.connect(lambda _item: self.changed.emit())
        theme.look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self.fontMetrics().height() * 12)

    def show_criteria(self, known: Sequence[tuple[CriterionId, str]], ticked: Sequence[CriterionId]) -> None:
        """known: (id, title). What is ticked and not known any more stays, ticked."""
        self.blockSignals(True)
        self.clear()
        titles = dict(known)
        names = {each: titles.get(each, "") for each in ticked} | titles  # what is ticked comes first
        for each, title in names.items():
            item = QListWidgetItem(f"{each}  {title}".strip())
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if each in ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        if self.count():
            self.setCurrentRow(0)
        self.blockSignals(False)

    def ticked(self) -> list[str]:
        items = [self.item(row) for row in range(self.count())]
        return [each.data(Qt.ItemDataRole.UserRole) for each in items if each.checkState() == Qt.CheckState.Checked]


class LogField(Field):
    """One field of a day as text, whatever control holds it. entered(): Enter in a line. name: as in the entry."""

    entered = Signal()
    escaped = Signal()

    def __init__(self, name: str, short: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(say_field(name), _control(name, short), "" if short else say_hint(name), parent)
        self.name = name
        self.control.setObjectName(name)
        self._hint = "" if short else say_hint(name)
        if short and say_hint(name):
            self.control.setPlaceholderText(say_hint(name) if name == "hours" else "")
            self.control.setAccessibleDescription(say_hint(name))
        if isinstance(self.control, QLineEdit):
            self.control.returnPressed.connect(self.entered)
        elif isinstance(self.control, GrowingText):
            self.control.escaped.connect(self.escaped)

    @property
    def text(self) -> str:
        box = self.control
        if isinstance(box, QComboBox):
            return box.currentData()
        if isinstance(box, CriteriaList):
            return " ".join(box.ticked())
        return (box.text if isinstance(box, GrowingText) else box.text()).strip()

    def set_text(self, text: str) -> None:
        box = self.control
        if isinstance(box, QComboBox):
            at = box.findData(text)
            if at < 0:  # from a newer version, or typed elsewhere
                box.addItem(text, text)
                at = box.count() - 1
            box.setCurrentIndex(at)
        elif isinstance(box, GrowingText):
            box.set_text(text)
        elif isinstance(box, QLineEdit):
            box.setText(text)
            box.setCursorPosition(0)
        self.say_fault("")

    def say_fault(self, text: str) -> None:
        """What is wrong, below the box, or "" for the hint again."""
        self.hint.setText(text or self._hint)
        theme.restyle(self.hint, "small danger" if text else "small muted")
        self.hint.setVisible(bool(self.hint.text()))
        self.control.setAccessibleDescription(text or say_hint(self.name))

    @property
    def fault(self) -> str:
        return self.hint.text() if self.hint.text() != self._hint else ""


def _control(name: str, short: bool) -> QWidget:
    if name == "worked_on":
        return DayBox(_WIDE[name])
    if name == "criteria":
        return CriteriaList()
    if name in ("day_type", "supervision"):
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        if name == "day_type":
            for each in ("", *DAY_TYPES):
                box.addItem(say_day_type(each), each)
        else:
            box.addItem(_("not said"), "")
            for level in range(1, 6):
                box.addItem("{} · {} – {}".format(level, *say_supervision(level)), str(level))
        return box
    if name in LINES and not short:
        return GrowingText(say_field(name))
    box = LineBox(_WIDE.get(name, 13))
    if name in LINES:
        box.setMaxLength(LONGEST)
    return box


def headed(title: str, *more: str) -> list[PlainLabel]:
    """A heading of a card, with muted lines below it."""
    return [PlainLabel(title, "label"), *(PlainLabel(each, "muted") for each in more)]
