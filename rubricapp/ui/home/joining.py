"""Joining a programme: a kit is chosen, its passphrase asked on the page, and unsealed beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp import paths
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.workspace import Workspace
from rubricapp.ui import theme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_file
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.recovery_key import RecoveryKeyField
from rubricapp.ui.widgets.layouts import Card, Field, flow, row
from rubricapp.ui.working import WorkBar

if TYPE_CHECKING:
    from rubricapp.operations.joining import Joined, ReadyKit
    from rubricapp.operations.packages import Head
    from rubricapp.operations.recovery import Identity


class JoinView(QWidget):
    """left(): back. ready(ReadyKit, [Joined]): unsealed and checked; whoever takes it puts it away."""

    left = Signal()
    ready = Signal(object, object)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self._joined: list[Joined] = []
        self.path: Path | None = None
        self.head: Head | None = None
        self.here: Workspace | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("Join a programme"), measure=640)
        outer.addWidget(scroll)
        scroll.widget().layout().insertStretch(0, 1)
        body = scroll.body
        self.back = button(_("Back"), "quiet back", "arrow-left")
        self.back.clicked.connect(self._on_back)
        body.addLayout(row(self.back, 1))
        body.addWidget(PlainLabel(_("Join a programme"), "title"))
        self.about = PlainLabel(
            _(
                "Open the file (.rubricpack) that your programme lead sent you. Choose it, or drop it here: it holds"
                " the rubrics, and whom you score, review or accompany, or what is your own. Everything stays on this"
                " laptop until you hand in."
            ),
            "muted",
        )
        body.addWidget(self.about)
        self.error = ErrorCard()
        self.error.retry.connect(lambda: self.join())
        body.addWidget(self.error)
        self.choose = button(_("Choose the file"), "primary", "folder-open")
        self.choose.clicked.connect(self.ask)
        body.addWidget(flow(self.choose))
        body.addWidget(self._make_card())
        body.addStretch(1)

    def _make_card(self) -> Card:
        self.card = Card()
        self.whose = PlainLabel("", "section")
        self.what = PlainLabel()
        self.source = PlainLabel("", "muted")
        self.fingerprint = PlainLabel("", "small muted")
        self.fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fingerprint.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for each in (self.whose, self.what, self.source, self.fingerprint):
            self.card.body.addWidget(each)
        self.others = PlainLabel("", "warning")
        self.card.body.addWidget(self.others)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setMaxLength(1000)
        self.passphrase.returnPressed.connect(lambda: self.join())
        self.passphrase_field = Field(_("Passphrase"), self.passphrase, _("Your programme lead tells you by phone."))
        self.card.body.addWidget(self.passphrase_field)
        self.visible = QCheckBox(_("Show the passphrase"))
        self.visible.toggled.connect(self._on_visible)
        self.card.body.addWidget(self.visible)
        self.do = button(_("Join"), "primary", "check")
        self.do.clicked.connect(lambda: self.join())
        self.card.body.addWidget(flow(self.do))
        self.recovery = RecoveryKeyField(_("Join with the recovery key"), folds=True)
        self.recovery.typed.connect(self._on_key)
        self.card.body.addWidget(self.recovery)
        self.work = WorkBar(_("Opening the file"))
        self.card.body.addWidget(self.work)
        return self.card

    # Which file

    def start(self, here: Workspace | None) -> None:
        """With an empty page. here: the workspace that the window has open."""
        self.here = here
        self._show(None)
        self.error.hide()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """Ask for the file."""
        at = self.path.parent if self.path else Path.home()
        choose_file(self, _("Choose a kit"), self.open_file, at, [_("Packages (*.rubricpack)")])

    def open_file(self, path: Path) -> None:
        """Show whose kit this is; a kit without a passphrase can be joined at once."""
        from rubricapp.operations.packages import read_kit_head

        if self._job is not None:
            return
        self.path = path
        self.error.hide()
        try:
            self._show(read_kit_head(path))
        except UserError as error:
            self._show(None)
            self.error.show_error(error, can_retry=False)
            return
        goes_on = self.passphrase if self.head.asks_passphrase else self.do
        goes_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, head: Head | None) -> None:
        self.head = head
        self.card.setVisible(head is not None)
        theme.restyle(self.choose, "primary" if head is None else "")
        theme.set_icon(self.choose, "folder-open", "on_accent" if head is None else "ink")
        self.choose.setText("\N{THIN SPACE}" + (_("Choose the file") if head is None else _("Choose another file")))
        self.choose.setAccessibleName(self.choose.text().strip("\N{THIN SPACE}"))
        self.passphrase.clear()
        self.visible.setChecked(False)
        self.recovery.forget()
        if head is None:
            self._set_busy(False)
            return
        self.whose.setText(_("For {name}").format(name=head.recipient))
        self.what.setText("  ·  ".join(part for part in (head.programme, head.edition) if part))
        self.source.setText(
            _("Made on {day} on the laptop {laptop}").format(day=say_day(head.made_on), laptop=head.laptop)
        )
        self.fingerprint.setText(_("Key of that laptop: {fingerprint}").format(fingerprint=head.fingerprint))
        self._say_others(head.recipient)
        self.passphrase_field.setVisible(head.asks_passphrase)
        self.visible.setVisible(head.asks_passphrase)
        self._set_busy(False)

    def _say_others(self, name: str) -> None:
        """Who else works on this laptop: said before the file is opened."""
        from rubricapp.operations import joining

        said = joining.say_others(name, joining.list_joined(paths.home() / "workspaces", self.here))
        self.others.setText(said)
        self.others.setVisible(bool(said))

    def _on_visible(self, shown: bool) -> None:
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    # Unsealing

    def _on_key(self, key: Identity) -> None:
        self.recovery.forget()
        self.join((key,))

    def join(self, recovery: tuple[Identity, ...] = ()) -> None:
        """Unseal and check it beside the window. recovery: the programme's recovery key, where it was typed."""
        from rubricapp.operations import joining

        if self._job is not None or self.path is None or self.head is None:
            return
        self.error.hide()
        place = paths.home() / "workspaces"
        self._joined = joining.list_joined(place, self.here)
        keys = [*(key for each in self._joined for key in each.identities), *recovery]
        self._job = self._background.start(joining.make_ready, self.path, keys, place, self.passphrase.text().strip())
        self._job.done.connect(self._on_ready)
        self._job.failed.connect(self.show_error)
        self._job.ended.connect(self._on_ended)
        self.work.follow(self._job)
        self._set_busy(True)
        self.work.take_focus()

    def _set_busy(self, on: bool) -> None:
        for each in (self.do, self.choose, self.passphrase, self.visible, self.recovery):
            each.setEnabled(not on)

    def _on_ended(self) -> None:
        self._job = None
        self._set_busy(False)

    def _on_ready(self, ready: ReadyKit) -> None:
        self.passphrase.clear()
        self.ready.emit(ready, self._joined)

    def show_error(self, error: UserError, can_retry: bool = True) -> None:
        """What stands in the way; a passphrase can be typed again at once."""
        self._set_busy(False)
        wrong = error.code == "E_PASSPHRASE"
        self.error.show_error(error, can_retry and not wrong)
        if wrong:
            self.passphrase.selectAll()
        goes_on = self.passphrase if wrong else self.error.again if self.error.again.isVisible() else self.choose
        goes_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_back(self) -> None:
        self._on_stop()
        self.passphrase.clear()
        self.recovery.forget()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_back()
            return
        super().keyPressEvent(event)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.back, self.passphrase if self.passphrase.isVisible() else self.choose]
