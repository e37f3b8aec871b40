"""What every page of the rail is: a header, a body that scrolls, and reading again when something changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent, QUndoCommand
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from rubricapp.core.model import Changes
from rubricapp.ui import theme
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import PlainLabel
from rubricapp.ui.widgets.layouts import flow

MEASURE = 1080
"""Logical pixels at 100 % text beyond which a page of words grows no wider."""
WHOLE = 100_000
"""For pages with a table: as wide as the window."""


class Page(QWidget):
    """A page reads when it is shown and something of `kinds` changed since; never while nobody looks.

    notice(text): worth saying, nothing to take back. done(text): said with an Undo of the newest command.
    wanted(page, what): go there. failed faults go through the session.
    """

    notice = Signal(str)
    done = Signal(str)
    wanted = Signal(str, object)
    kinds: frozenset[str] = frozenset()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._stale = True
        session.changed.connect(self._on_changed)
        session.me_changed.connect(self._on_me_changed)

    def refresh(self) -> None:
        """Read again and show."""

    def open_with(self, what: object) -> None:
        """The page was asked for with something in mind, such as "import"."""

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in order: the first widget of each part of the page."""
        return [self]

    def main(self) -> QWidget:
        """What takes the keyboard when one comes to the page by a key."""
        return self.panes()[-1]

    def find(self) -> None:
        """Ctrl+F: the page's own search box takes the keyboard."""

    def copy_table(self) -> bool:
        """Copy what the page shows as a table; False where it shows none."""
        return False

    def refresh_if_stale(self) -> None:
        """Read if something changed since the last time."""
        if self._stale:
            self._stale = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh_if_stale()
        super().showEvent(event)

    def _on_changed(self, changes: Changes) -> None:
        if changes.concerns(*self.kinds):
            self._mark()

    def _on_me_changed(self) -> None:
        self._mark()

    def _mark(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh_if_stale()


class Header(QFrame):
    """Title, a line below it, and the page's acts at the right or, where that is narrow, below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = PlainLabel(title, "title")
        self.below = PlainLabel("", "muted")
        words.addWidget(self.title)
        words.addWidget(self.below)
        self._layout.addLayout(words, 1)
        self._acts: QWidget | None = None
        self.below.hide()

    def say(self, text: str) -> None:
        """The line below the title; "" for none."""
        self.below.setText(text)
        self.below.setVisible(bool(text))

    def set_acts(self, *widgets: QWidget) -> None:
        """The page's acts, the most important one last."""
        self._acts = flow(*widgets)
        self._layout.addWidget(self._acts, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give the acts the room they need, after one of them came or went."""
        if self._acts is not None:
            wanted = self._acts.layout().sizeHint().width() + self.title.fontMetrics().averageCharWidth() * 18
            way = QBoxLayout.Direction
            self._layout.setDirection(way.TopToBottom if wanted > self.width() else way.LeftToRight)
            self._acts.setMinimumWidth(0 if wanted > self.width() else self._acts.layout().sizeHint().width())


class Scroll(QScrollArea):
    """A column of words and cards that scrolls up and down only, with the arrow keys too.

    Tab stops at it only where there is more than one sees, or where it is for reading: then the page may begin with it.
    """

    def __init__(self, name: str, parent: QWidget | None = None, measure: int = MEASURE, reading: bool = False) -> None:
        super().__init__(parent)
        self._reading = reading
        self._measure = measure
        self.setWidgetResizable(True)
        self.setProperty("look", "scroll")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        inside = QWidget()
        inside.setProperty("look", "page")
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        self.column = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.column.setSizePolicy(policy)
        outer.addWidget(self.column, 100)
        outer.addStretch(1)
        self.body = QVBoxLayout(self.column)
        self.setWidget(inside)
        self.verticalScrollBar().rangeChanged.connect(lambda _low, high: self._stop_tab(high > 0))
        self._stop_tab(False)
        theme.look().changed.connect(self._dress)
        self._dress()

    def show_from_top(self, widget: QWidget) -> None:
        """Scroll as little as shows the widget; where it is higher than the window, its beginning."""
        if widget.height() > self.viewport().height():
            self.begin_with(widget)
        else:
            self.ensureWidgetVisible(widget)

    def begin_with(self, widget: QWidget) -> None:
        """Scroll so that the widget is the first that one sees."""
        self.verticalScrollBar().setValue(widget.mapTo(self.widget(), QPoint(0, 0)).y() - 8)

    def _stop_tab(self, stops: bool) -> None:
        policy = Qt.FocusPolicy
        self.setFocusPolicy(policy.StrongFocus if stops or self._reading else policy.ClickFocus)

    def _dress(self) -> None:
        found = theme.look()
        wide = found.percent <= 125
        self.body.setContentsMargins(*((30, 22, 30, 30) if wide else (18, 14, 18, 18)))
        self.body.setSpacing(16)
        self.column.setMaximumWidth(min(found.px(self._measure), (1 << 24) - 1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "column"):
            self._dress()


class OperationCommand(QUndoCommand):
    """Something done through operations that can be taken back: going back is a new change, never a deletion."""

    def __init__(self, text: str, do: object, back: object) -> None:
        super().__init__(text)
        self._do = do
        self._back = back

    def redo(self) -> None:
        self._do()

    def undo(self) -> None:
        self._back()


def keep_undo(
    session: Session, text: str, changes: Changes, again: Callable[[], object], back: Callable[[], object]
) -> str:
    """Put what was just done on the undo stack and tell everyone; returns the words, for a toast."""
    first = [True]

    def redo() -> None:
        if not first:
            again()
        first.clear()

    session.undo_stack.push(OperationCommand(text, redo, back))
    session.changed.emit(changes)
    return text
