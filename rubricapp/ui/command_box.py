"""Ctrl+K: one box to go anywhere, find anyone and do anything the menus hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel

MOST = 500
SHOWN = 40


@dataclass(frozen=True)
class Entry:
    """text: what is matched. beside: keys or what kind of thing it is."""

    text: str
    beside: str
    do: Callable[[], object]


def rank(wanted: str, text: str) -> int | None:
    """How well a text fits what was typed: lower is better, None is not at all. Letters in order suffice."""
    wanted, text = wanted.casefold().strip(), text.casefold()
    if not wanted:
        return 0
    if text.startswith(wanted):
        return 1
    if f" {wanted}" in text:
        return 2
    if wanted in text:
        return 3
    place = -1
    spread = 0
    for letter in wanted.replace(" ", ""):
        found = text.find(letter, place + 1)
        if found < 0:
            return None
        spread += found - place if place >= 0 else 0
        place = found
    return 10 + spread


class CommandBox(QFrame):
    """A child of the window, not a window: it appears where it is drawn, on every system."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "floating")
        self.setAutoFillBackground(True)
        self.setAccessibleName(_("Go to or do anything"))
        self._entries: list[Entry] = []
        self._found: list[Entry] = []
        self._before: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(6)
        self.box = QLineEdit()
        self.box.setPlaceholderText(_("Go to, find a person, or do…"))
        self.box.setAccessibleName(_("Go to, find a person, or do"))
        self.box.textChanged.connect(self._on_typed)
        self.box.installEventFilter(self)
        layout.addWidget(self.box)
        self._model = QStringListModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName(_("What fits"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._on_clicked)
        layout.addWidget(self.list)
        self.nothing = PlainLabel("", "muted")
        layout.addWidget(self.nothing)
        parent.installEventFilter(self)
        self.hide()

    def open_with(self, entries: list[Entry], focus_before: QWidget | None) -> None:
        """Show the box with these entries; Escape gives the focus back."""
        self._entries = entries[:MOST]
        self._before = focus_before
        self.box.clear()
        self._on_typed("")
        self._place()
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _place(self) -> None:
        room = self.parentWidget().rect()
        look = theme.look()
        wide = min(room.width() - 32, look.px(560))
        tall = min(room.height() - 48, look.px(420))
        self.setGeometry((room.width() - wide) // 2, min(look.px(72), (room.height() - tall) // 2), wide, tall)

    def _on_typed(self, text: str) -> None:
        ranked = [
            (fit, number) for number, each in enumerate(self._entries) if (fit := rank(text, each.text)) is not None
        ]
        self._found = [self._entries[number] for _fit, number in sorted(ranked)[:SHOWN]]
        self._model.setStringList(
            [f"{each.text}    {each.beside}" if each.beside else each.text for each in self._found]
        )
        self.nothing.setText(_("No match for “{text}”.").format(text=text))
        self.nothing.setVisible(not self._found)
        self.list.setVisible(bool(self._found))
        if self._found:
            self.list.setCurrentIndex(self._model.index(0))

    def _go(self, row: int) -> None:
        if 0 <= row < len(self._found):
            entry = self._found[row]
            self._leave()
            entry.do()

    def _leave(self) -> None:
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._go(index.row())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.box and event.type() == QEvent.Type.KeyPress and self._on_key(event):
            return True
        if watched is self.box and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        row = self.list.currentIndex().row()
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self._model.index(max(0, min(len(self._found) - 1, row + step))))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(row)
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            return False
        return True
