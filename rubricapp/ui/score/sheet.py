"""The rows one scores, one below the other, of which one is the current row; what stands below them scrolls along."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from rubricapp.ui.score.row import CriterionRow
from rubricapp.ui.widgets.labels import ElidedLabel


class Sheet(QScrollArea):
    """foot stands below the rows. current_changed(int): another row is the current one."""

    current_changed = Signal(int)

    def __init__(self, foot: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._above: list[QWidget] = []
        self.rows: list[CriterionRow] = []
        self.current = -1
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = _Inside(self)
        inside.setProperty("look", "page")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(foot)
        self._column.addStretch(1)
        self.setWidget(inside)
        # One reveal for each turn of the event loop, after the layout has settled.
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._reveal.timeout.connect(self._on_reveal)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)
        # Where the current row is higher than the view its name stays above it.
        self.pinned = _Pinned(self)
        # Rows grow and shrink as one moves, some turns of the loop later: the view follows until somebody scrolls.
        self._follows = False
        self._watch = _Watch(self)
        self._watch.shifted.connect(self._on_shifted)
        self.verticalScrollBar().actionTriggered.connect(self._stop_following)
        self.verticalScrollBar().valueChanged.connect(self._pin)
        self.current_changed.connect(self._pin)

    def set_rows(self, rows: list[CriterionRow], above: list[QWidget]) -> None:
        """Show these rows below the widgets above; what was shown before is deleted, the foot stays."""
        self.widget().hide()  # else everything is measured again for each row
        for old in (*self._above, *self.rows):
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows, self._above = rows, above
        self.current = -1
        for place, each in enumerate((*above, *rows)):
            self._column.insertWidget(place, each)
        for row in rows:
            row.grew.connect(self._on_grew)
        self.widget().show()

    @property
    def row(self) -> CriterionRow | None:
        return self.rows[self.current] if 0 <= self.current < len(self.rows) else None

    def set_current(self, index: int, focus: bool = True, reveal: bool = True) -> None:
        """Make this row the current one. focus: its chosen button gets the focus. reveal: bring it into view."""
        if not 0 <= index < len(self.rows):
            return
        if index != self.current:
            if self.row is not None:
                self.row.set_current(False)
            self.current = index
            self.rows[index].set_current(True)
            self._watch.watch(self.rows[index])
            self.current_changed.emit(index)
        if focus:
            self.rows[index].focus_choice()
        self._follows = reveal
        if reveal:
            self._reveal.start()

    def next_unrated(self, after: int) -> int | None:
        """The next row without a rating after this one, from the top again at the end; None where all are rated."""
        order = [*range(after + 1, len(self.rows)), *range(after + 1)]
        return next((index for index in order if self.rows[index].value is None), None)

    def index_of(self, widget: QWidget | None) -> int:
        """The row that holds this widget, or -1."""
        while widget is not None and not isinstance(widget, CriterionRow):
            widget = widget.parentWidget()
        return self.rows.index(widget) if widget in self.rows else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whole pages scroll; ↑ and ↓ are for whoever has the rows, not for the scroll bar."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._stop_following()
            super().keyPressEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break anew at another width: the row one works on stays in sight."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._reveal.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._stop_following()
        super().wheelEvent(event)

    def _stop_following(self) -> None:
        self._follows = False

    def _on_shifted(self) -> None:
        if self._follows:
            self._reveal.start()

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        index = self.index_of(now)
        # A pointer shows where the person looks: nothing moves away from under it.
        pointing = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if index >= 0 and index != self.current:
            self.set_current(index, focus=False, reveal=not pointing)
        elif index >= 0 and not pointing:
            self._reveal.start()
        elif now is not None and not pointing and self.widget().isAncestorOf(now):
            self._stop_following()
            self.ensureWidgetVisible(now, 0, 8)

    def _on_reveal(self) -> None:
        """Where the current row is not in view as a whole, put it at the top, so that the next one shows below it."""
        if self.row is None:
            return
        top = self.row.mapTo(self.widget(), QPoint(0, 0)).y()
        bar, view = self.verticalScrollBar(), self.viewport().height()
        if top < bar.value() or top + self.row.height() > bar.value() + view:
            bar.setValue(top)
        focus = QApplication.focusWidget()
        if focus is not None and self.row.isAncestorOf(focus):  # a row may be higher than the view
            self.ensureWidgetVisible(focus, 0, 8 + self.pinned.sizeHint().height())
        self._pin()

    def _pin(self) -> None:
        """The name of the current row at the top of the view, while the row is in view and its name is not."""
        row, label = self.row, self.pinned
        top = row.mapTo(self.widget(), QPoint(0, 0)).y() - self.verticalScrollBar().value() if row else 0
        name = top + row.title_label.geometry().bottom() if row else 0
        wanted = row is not None and name < 0 < top + row.height() - label.sizeHint().height()
        label.setVisible(wanted)
        if wanted:
            label.words.setText(row.content.title)
            label.setGeometry(0, 0, self.viewport().width(), label.sizeHint().height())
            label.raise_()

    def _on_grew(self) -> None:
        if self.sender() is self.row:
            self._reveal.start()


class _Inside(QWidget):
    """As high as its rows at the width it has. A scroll area would else give it the height of the narrowest rows."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class _Watch(QObject):
    """shifted(): the widget that is watched was moved or resized."""

    shifted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._widget: QWidget | None = None

    def watch(self, widget: QWidget) -> None:
        """This one, and no other any more."""
        if self._widget is not None:
            self._widget.removeEventFilter(self)
            self._widget.destroyed.disconnect(self._forget)
        self._widget = widget
        widget.installEventFilter(self)
        widget.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._widget = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self.shifted.emit()
        return False


class _Pinned(QFrame):
    """A name that stays at the top of the view while what it names is higher than the view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        self.words = ElidedLabel("", "label", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 5, 10, 5)
        column.addWidget(self.words)
        self.hide()
