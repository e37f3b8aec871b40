"""One thing that a peer said, as its author reads it: how useful it is, and a way to report what does harm."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.peer_scores import USEFUL, Piece
from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.words import say_useful
from rubricapp.ui.score.header import Chooser
from rubricapp.ui.score.writer import QUIET_MS
from rubricapp.ui.widgets.layouts import Card, flow, put


class PieceCard(Card):
    """rated(usefulness or None), when one has stopped on it: an arrow passes by others. reported(reason)."""

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
        self._kept = usefulness
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.flush)
        self.useful.chosen.connect(lambda _each: self._quiet.start())
        self.useful.installEventFilter(self)
        self.report = button(_("Report…"), "quiet", "flag")
        self.report.setAccessibleName(_("Report “{text}”…").format(text=_brief(piece.text)))
        self.report.clicked.connect(self._on_report)
        self.body.addWidget(flow(self.useful, self.report))
        self.asking: QWidget | None = None

    def _make_asking(self) -> None:
        """Made when first wanted: there may be a hundred of these cards."""
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
        self.asking = QWidget()
        column = QVBoxLayout(self.asking)
        column.setContentsMargins(0, 0, 0, 0)
        words = _("It is gone from here at once, and the programme lead sees it with your reason. Numbers stay.")
        column.addWidget(PlainLabel(words, "small muted"))
        column.addWidget(flow(self.reason, self.send, self.keep))
        put(self.body, self.asking)
        self.chain(self.report)

    def chain(self, before: QWidget) -> QWidget:
        """Tab comes here after `before`, whenever the parts were made; returns the last one."""
        parts = [self.useful, self.report]
        if self.asking is not None:
            parts += [self.reason, self.send, self.keep]
        for each in parts[parts.index(before) + 1 if before in parts else 0 :]:
            QWidget.setTabOrder(before, each)
            before = each
        return before

    def set_useful(self, usefulness: int | None) -> None:
        """Show what is kept; what waits to be kept stays."""
        self._kept = usefulness
        if not self._quiet.isActive():
            self.useful.setCurrentIndex(self.useful.findData(str(usefulness or 0)))

    def flush(self) -> None:
        """Tell what was chosen, if that waits."""
        self._quiet.stop()
        chosen = int(self.useful.currentData()) or None
        if chosen != self._kept:
            self._kept = chosen
            self.rated.emit(chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self._quiet.isActive():
            self.flush()
        return super().eventFilter(watched, event)

    def lock(self, locked: bool) -> None:
        """Nothing can be said of it here."""
        self.useful.setEnabled(not locked)
        self.report.setEnabled(not locked)

    def _on_report(self) -> None:
        if self.asking is None:
            self._make_asking()
        self.reason.clear()
        self.send.setEnabled(False)
        self.asking.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_send(self) -> None:
        if self.reason.text().strip():
            self.reported.emit(self.reason.text())

    def _on_keep(self) -> None:
        self.asking.hide()
        self.report.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.asking is not None and self.asking.isVisible():
            self._on_keep()
        else:
            super().keyPressEvent(event)


def _brief(text: str) -> str:
    """The first words, for a name that is read out."""
    words = text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")
