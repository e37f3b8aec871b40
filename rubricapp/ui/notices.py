"""A quiet bar for what one should know about this workspace: where it lies, that it is read only."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import clear
from rubricapp.ui.widgets.signs import Sign


class NoticeBar(QFrame):
    """Notices one below the other; each can be put away until the workspace is opened again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "notices")
        self.setAccessibleName(_("Good to know"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        self.hide()

    def show_notices(self, texts: list[str]) -> None:
        """These and no others."""
        clear(self._layout)
        self.setVisible(bool(texts))
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """One more."""
        line = QFrame()
        line.setProperty("look", "notice")
        row = QHBoxLayout(line)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(Sign("triangle-alert", "warning"))
        row.addWidget(PlainLabel(text), 1)
        away = button("", "quiet", "x")
        away.setAccessibleName(_("Put this notice away"))
        away.clicked.connect(lambda: self._put_away(line))
        row.addWidget(away)
        self._layout.addWidget(line)
        line.show()
        self.show()

    def texts(self) -> list[str]:
        """What is shown."""
        return [each.text() for each in self.findChildren(PlainLabel) if each.text() and not each.isHidden()]

    def _put_away(self, line: QFrame) -> None:
        self._layout.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.setVisible(self._layout.count() > 0)
