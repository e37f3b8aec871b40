"""F1: every key, from the same tables that make the keys work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Scroll


class KeysOverview(QDialog):
    """groups: (title, [(act, keys), …]). The window stays usable beside it; Escape closes."""

    def __init__(self, groups: list[tuple[str, list[tuple[str, tuple[str, ...]]]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("All keys"))
        look = theme.look()
        self.resize(min(look.px(620), parent.width() - 40), min(look.px(620), parent.height() - 40))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        layout.addWidget(PlainLabel(_("All keys"), "section"))
        self.box = QLineEdit()
        self.box.setPlaceholderText(_("Find a key or what it does"))
        self.box.setAccessibleName(_("Find a key or what it does"))
        self.box.textChanged.connect(self._on_typed)
        layout.addWidget(self.box)
        self.scroll = Scroll(_("All keys"), measure=900)
        self.scroll.body.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroll, 1)
        self.rows: list[tuple[str, PlainLabel, PlainLabel]] = []
        for title, acts in groups:
            self.scroll.body.addWidget(PlainLabel(title, "label"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(6)
            grid.setColumnStretch(1, 1)
            for number, (act, keys) in enumerate(acts):
                shown = "   ".join(native(each) for each in keys)
                key, words = PlainLabel(shown, "key", wraps=False), PlainLabel(act)
                grid.addWidget(key, number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(words, number, 1)
                self.rows.append((f"{shown} {act}".casefold(), key, words))
            self.scroll.body.addLayout(grid)
        self.scroll.body.addStretch(1)
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _on_typed(self, text: str) -> None:
        for words, *labels in self.rows:
            for label in labels:
                label.setVisible(text.casefold().strip() in words)


def native(key: str) -> str:
    """The key as this system writes it (⌘K on macOS); what is no key sequence stays as it is."""
    sequence = QKeySequence(key)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText) or key
