"""Labels that show text as it is: nothing that anybody typed is ever read as markup."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget


class PlainLabel(QLabel):
    """Plain text. look: see `rubricapp.ui.theme`. wraps: breaks lines at the width it gets."""

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None, wraps: bool = True) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if look:
            self.setProperty("look", look)
        if wraps:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)


class ElidedLabel(PlainLabel):
    """One line that ends in … where it does not fit; the whole text is in the tooltip and for screen readers."""

    def __init__(self, text: str = "", look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, look, parent, wraps=False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(tip(text))
        self.setAccessibleDescription(" ")  # the name says it all; without this Qt would take the tooltip's markup

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, shown)


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline across."""
    found = QFrame(parent)
    found.setProperty("look", "line")
    found.setFixedHeight(1)
    return found


def tip(text: str) -> str:
    """Text as a tooltip: Qt would guess at markup otherwise."""
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


def set_tip(widget: QWidget, text: str) -> None:
    """Text as a tooltip, and as plain description for assistive technology, which would read the markup aloud."""
    widget.setToolTip(tip(text))
    widget.setAccessibleDescription(text)


def on_button(text: str) -> str:
    """Text for a button or menu without its & becoming a mnemonic."""
    return text.replace("&", "&&")
