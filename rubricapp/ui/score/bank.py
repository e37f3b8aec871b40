"""The comment bank over the page: type words to narrow it, Enter puts the comment where one was writing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rubricapp.core.model import BankComment
from rubricapp.i18n import _
from rubricapp.ui.widgets.labels import PlainLabel, tip


class BankPopup(QFrame):
    """A frame inside the page, not a window of its own. chosen(BankComment). dropped(BankComment). closed()."""

    chosen = Signal(object)
    dropped = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "floating")
        self.setAutoFillBackground(True)
        self.setAccessibleName(_("Comment bank"))
        self.words = QLineEdit(self)
        self.words.setAccessibleName(_("Find comments by words"))
        self.words.setPlaceholderText(_("Find comments by words"))
        self.words.textChanged.connect(self._show)
        self.words.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Comments"))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._on_chosen)
        self.list.itemClicked.connect(self._on_chosen)
        self.empty = PlainLabel("", "muted", self)
        words = _("Enter: use it · Ctrl+Delete: take it out of the bank · Esc: close")
        self.help = PlainLabel(words, "small muted", self)
        column = QVBoxLayout(self)
        for each in (self.words, self.list, self.empty, self.help):
            column.addWidget(each)
        self.comments: list[BankComment] = []
        self.hide()

    def open_with(self, comments: list[BankComment], typed: str = "") -> None:
        """Show these comments, in this order, and take the keyboard."""
        self.comments = comments
        self.words.setText(typed)
        self._show()
        self.place()
        self.show()
        self.raise_()
        self.words.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """In the middle of the page's width, never larger than the page."""
        page = self.parentWidget().size()
        em = self.fontMetrics().height()
        width, height = min(page.width() - 16, em * 36), min(page.height() - 16, em * 22)
        self.setGeometry((page.width() - width) // 2, max(8, (page.height() - height) // 3), width, height)

    def _show(self) -> None:
        words = self.words.text().casefold().split()
        self.list.clear()
        for comment in self.comments:
            mark = comment.criterion
            if comment.level is not None:
                mark = _("{criterion}, level {level}").format(criterion=mark, level=comment.level).strip(", ")
            if all(word in f"{mark} {comment.text}".casefold() for word in words):
                item = QListWidgetItem(f"{comment.text}\n{mark}" if mark else comment.text)
                item.setData(Qt.ItemDataRole.UserRole, comment)
                item.setToolTip(tip(comment.text))
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self.empty.setVisible(self.list.count() == 0)
        self.empty.setText(
            _("No comment has these words.")
            if self.comments
            else _("Save a comment you use often with Ctrl+S in the comment box.")
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows and Enter in the words move and choose in the list."""
        if event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.list.count():
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.list.currentItem() is not None:
                    self._on_chosen(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.closed.emit()
        elif (
            event.key() == Qt.Key.Key_Delete
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and self.list.currentItem() is not None
        ):
            self.dropped.emit(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
        # Nothing else leaves the popup: a key for the rows below must not score while it is open.

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.hide()
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
