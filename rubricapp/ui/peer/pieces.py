"""One thing that a peer said, as its author reads it: how useful it is, and a way to report what does harm."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.core.peer_scores import USEFUL, Piece
from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.words import say_useful
from rubricapp.ui.score.header import Chooser
from rubricapp.ui.widgets.layouts import Card, flow


class PieceCard(Card):
    """rated(usefulness or None). reported(reason)."""

    rated = Signal(object)
    reported = Signal(str)

    def __init__(self, piece: Piece, usefulness: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent, look="raised", margin=10, spacing=4)
        self.piece = piece
        self.body.addWidget(PlainLabel(piece.text))
        self.useful = Chooser(_("How useful is “{text}”?").format(text=_brief(piece.text)), self)
        entries = [("0", say_useful(None)), *((str(each), say_useful(each)) for each in USEFUL)]
        self.useful.fill(entries, str(usefulness or 0))
        self.useful.setMinimumContentsLength(max(len(words) for _id, words in entries) - 4)
        self.useful.chosen.connect(lambda each: self.rated.emit(int(each) or None))
        self.report = button(_("Report…"), "quiet", "flag")
        self.report.setAccessibleName(_("Report “{text}”…").format(text=_brief(piece.text)))
        self.report.clicked.connect(self._on_report)
        self.acts = flow(self.useful, self.report)
        self.body.addWidget(self.acts)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(_("What is wrong with it?"))
        self.reason.setAccessibleName(_("What is wrong with it?"))
        self.reason.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        self.reason.returnPressed.connect(self._on_send)
        self.send = button(_("Report it"), "danger", "flag")
        self.send.clicked.connect(self._on_send)
        self.reason.textChanged.connect(lambda text: self.send.setEnabled(bool(text.strip())))
        self.keep = button(_("Leave it"))
        self.keep.clicked.connect(self._on_keep)
        self.asking = flow(self.reason, self.send, self.keep)
        self.said = PlainLabel(
            _("It is gone from here at once, and the programme lead sees it with your reason. Numbers stay."),
            "small muted",
        )
        self.body.addWidget(self.said)
        self.body.addWidget(self.asking)
        for each in (self.said, self.asking):
            each.hide()

    def set_useful(self, usefulness: int | None) -> None:
        """Show what is kept."""
        self.useful.setCurrentIndex(self.useful.findData(str(usefulness or 0)))

    def lock(self, locked: bool) -> None:
        """Nothing can be said of it here."""
        self.useful.setEnabled(not locked)
        self.report.setEnabled(not locked)

    def _on_report(self) -> None:
        self.reason.clear()
        self.send.setEnabled(False)
        self.said.show()
        self.asking.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_send(self) -> None:
        if self.reason.text().strip():
            self.reported.emit(self.reason.text())

    def _on_keep(self) -> None:
        self.said.hide()
        self.asking.hide()
        self.report.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.asking.isVisible():
            self._on_keep()
        else:
            super().keyPressEvent(event)


def _brief(text: str) -> str:
    """The first words, for a name that is read out."""
    words = text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")
