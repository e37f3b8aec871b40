"""One gap, side by side: what each assessor gave, in whose words, on what evidence; and settling it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from rubricapp.core.model import Changes, PersonId, Rating
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import agreeing
from rubricapp.operations.moderation import list_proofs
from rubricapp.store.workspace import Workspace
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.moderation.reading import Entry, Need, say_movements, say_outcome, say_value
from rubricapp.ui.moderation.settling import SettleCard
from rubricapp.ui.page import WHOLE, Header, Scroll, keep_undo
from rubricapp.ui.score.keys import LEVELS
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.labels import on_button
from rubricapp.ui.widgets.layouts import Card, clear, put, row, tab_through

_LEVELS = {key: int(each.act.removeprefix("level_")) for each in LEVELS for key in each.keys}
"""Keys that choose a level, the French number row among them: the same as while scoring."""


class GapView(Scroll):
    """left(): back to the list. step_wanted(1 or -1): another gap. work_wanted(entry, link): look at it, or at all.

    release_wanted(entry). notice(str). done(str): with an Undo.
    """

    left = Signal()
    step_wanted = Signal(int)
    work_wanted = Signal(object, str)
    release_wanted = Signal(object)
    notice = Signal(str)
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("One gap"), parent, measure=WHOLE)
        self.session = session
        self.entry: Entry | None = None
        self.back = button(_("All gaps"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        self.body.addLayout(row(self.back, 1))
        self.header = Header("")
        # Where the page begins, whichever way the name is written.
        start = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        self.header.title.setAlignment(start | Qt.AlignmentFlag.AlignAbsolute)
        self.previous = button(_("Previous gap"), "", "arrow-left")
        self.previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.next = button(_("Next gap"), "primary", "arrow-right")
        self.next.clicked.connect(lambda: self.step_wanted.emit(1))
        self.header.set_acts(self.previous, self.next)
        self.body.addWidget(self.header)
        self.why = PlainLabel("", "warning")
        self.body.addWidget(self.why)
        self.sides = Sides()
        self.body.addWidget(self.sides)
        self.settle = SettleCard(session)
        self.settle.wanted.connect(self._on_settle)
        self.settle.opened.connect(self._on_reopen)
        self.settle.following.clicked.connect(lambda: self.step_wanted.emit(1))
        self.body.addWidget(self.settle)
        self.error = ErrorCard()  # below what it is about, where the keyboard is
        self.settle.body.insertWidget(self.settle.body.indexOf(self.settle.reason_field) + 1, self.error)
        self.proofs = Card(spacing=6)
        self.body.addWidget(self.proofs)
        self.release = button(_("Release results…"), "", "lock-open")
        self.release.clicked.connect(lambda: self.release_wanted.emit(self.entry))
        self.body.addLayout(row(self.release, 1))
        self.body.addStretch(1)

    def show_entry(self, entry: Entry) -> None:
        """Show this gap, or the same one again after something changed."""
        if self.entry is None or self.entry.key != entry.key:
            self.error.hide()
            self.verticalScrollBar().setValue(0)
        self.entry = entry
        self.header.title.setText(entry.participant.name)
        self.header.say(f"{entry.title}  ·  {entry.where}")
        why = entry.why[:1].upper() + entry.why[1:]
        gate = entry.gap.criterion.gate
        if gate is not None:
            why += "  ·  " + _("the gate is level {level}").format(level=gate)
        if entry.is_early:
            why += "\n" + _("Not finished yet: {names}. This is not for their eyes.").format(names=entry.unfinished)
        self.why.setText(why)
        self.sides.show_ratings(entry)
        self.settle.show_entry(entry, not self.session.ws.read_only)
        tab_through(self.next, *self.settle.chain)
        self._show_proofs(entry)

    def _show_proofs(self, entry: Entry) -> None:
        clear(self.proofs.body)
        put(self.proofs.body, PlainLabel(_("Evidence for this criterion"), "label"))
        found = list_proofs(self.session.ws, entry.participant.id).get(entry.gap.criterion.id, ())
        for each in found:
            where = "  ·  ".join(part for part in (each.title, each.moment) if part)
            if each.link:
                go = button(on_button(where or _("A work")), "link", "eye")
                go.setAccessibleName(_("Look at {what}").format(what=where or _("the work")))
                go.clicked.connect(lambda _checked=False, link=each.link: self.work_wanted.emit(self.entry, link))
                put(self.proofs.body, in_row(go))
            else:
                put(self.proofs.body, PlainLabel(where, "strong"))
            if each.note:
                put(self.proofs.body, PlainLabel(each.note))
        if not found:
            put(self.proofs.body, PlainLabel(_("Nothing is linked to it yet."), "muted"))
        look = button(_("Look at all works"), "", "eye")
        look.clicked.connect(lambda: self.work_wanted.emit(self.entry, ""))
        put(self.proofs.body, in_row(look))

    # Done

    def _place(self) -> agreeing.Place:
        entry = self.entry
        slot = entry.gap.slot
        return agreeing.find_place(self.session.ws, entry.participant, entry.gap.criterion.id, [slot[1]], [slot[2]])

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me else ""

    def _on_settle(self, value: object, reason: str, third: object) -> None:
        if value is None:
            self._say(
                UserError(
                    "E_NOTHING_CHOSEN",
                    _("Nothing is chosen yet."),
                    _("Nothing was changed."),
                    _("Choose a level, both, or a third assessor; then say why."),
                    exit_code=Exit.USAGE,
                )
            )
            self.settle.focus()
            return
        # A third assessor who still scores keeps nobody from settling: whoever sits here is not the one.
        waits = bool(self.entry.standing.unfinished)
        early = waits and (not self.entry.is_early or self.settle.early.isChecked())
        self._do(
            lambda ws, place: agreeing.agree(ws, place, value, reason, third, self._me, early),
            _("Settle {criterion} of {name}"),
        )

    def _on_reopen(self, reason: str) -> None:
        self._do(lambda ws, place: agreeing.reopen(ws, place, reason, self._me), _("Open {criterion} of {name} again"))

    def _do(self, act: Callable[[Workspace, agreeing.Place], Changes], text: str) -> None:
        """Do it, with the way back on the undo stack."""
        session, place = self.session, self._place()
        try:
            changes = act(session.ws, place)
        except UserError as error:
            self._refuse(error)
            return
        self.error.hide()
        self.settle.forget()
        if changes:
            keep_undo(
                session,
                text.format(criterion=place.criterion.id, name=place.participant.name),
                changes,
                lambda: session.run(lambda ws: act(ws, agreeing.find_again(ws, place))),
                lambda: session.run(agreeing.put_back, place, self._me),
            )
        if not self.isVisible():  # the one who asked is the third
            self.notice.emit(_("It is yours to score now; nothing of it is shown to you before you have finished."))
            return
        if not changes:
            self.settle.show_entry(self.entry, True)
        entry = self.entry
        words = [say_outcome(entry), *say_movements(entry.gap.agreed, entry.names)]
        said = _("Opened again.") if entry.gap.agreed is None or entry.gap.agreed.outcome is None else ". ".join(words)
        (self.done if changes else self.notice).emit(said[:1].upper() + said[1:])
        announce(self, said)
        if entry.need in (Need.SETTLED, Need.WAITS):
            self._to(self.settle.following)
        else:
            self.settle.focus()

    def _refuse(self, error: UserError) -> None:
        if error.code == "E_IN_MARKING":  # what to do about it is in the window, too
            do = _("Wait for them, or tick the box below the reason: they may then see what others gave.")
            error = UserError(error.code, error.what, error.safe, do, error.details, error.exit_code)
        self._say(error)
        if error.code in ("E_REASON", "E_TOO_LONG"):
            self._to(self.settle.reason)
        elif error.code == "E_IN_MARKING":
            self._to(self.settle.early)

    def _to(self, widget: QWidget) -> None:
        """The keyboard to this, and it into view."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(widget)
        # What was just shown gets its place when the loop turns.
        QTimer.singleShot(0, widget, lambda: self.ensureWidgetVisible(widget))

    def _say(self, error: UserError) -> None:
        self.error.show_error(error, can_retry=False)
        self.ensureWidgetVisible(self.error)
        announce(self, error.message, urgent=True)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose the agreed level; Enter goes on: to the reason, where something is chosen, else to the next."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif self.focusWidget() is self.settle.reason:
            # Not by its returnPressed: the same key would come here after it, and go on to the next gap.
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.settle.act()
        elif plain and event.text() in _LEVELS and self.settle.choose(_LEVELS[event.text()]):
            self.settle.focus()
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.settle.value is not None and not self.settle.go.isHidden():
                self._to(self.settle.reason)
            else:
                self.step_wanted.emit(1)
        else:
            super().keyPressEvent(event)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        options = [self.settle.options.checkedButton() or self.settle.options.button(0)]
        settles = [] if self.settle.go.isHidden() else options
        return [self.next, *settles, self.settle.reason]


def in_row(widget: QWidget) -> QWidget:
    """A widget that is no wider than it needs, at the beginning of its line."""
    holder = QWidget()
    holder.setLayout(row(widget, 1))
    return holder


class Sides(QWidget):
    """What each assessor gave, side by side where there is room, else one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)

    def show_ratings(self, entry: Entry) -> None:
        """A card for each assessor."""
        clear(self._layout)
        for assessor, rating in entry.gap.ratings:
            side = _side(entry, assessor, rating)
            put(self._layout, side)
            self._layout.setStretchFactor(side, 1)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        wide = max(1, self._layout.count()) * 20 * self.fontMetrics().horizontalAdvance("M")
        way = QBoxLayout.Direction
        self._layout.setDirection(way.LeftToRight if self.width() >= wide else way.TopToBottom)


def _side(entry: Entry, assessor: PersonId, rating: Rating) -> Card:
    card = Card(spacing=6)
    name = entry.names.get(assessor, assessor)
    said = say_value(rating)
    if rating.level is not None:
        said = _("Level {n}  {name}").format(n=rating.level, name=entry.rubric.scale[rating.level - 1][0])
    card.setAccessibleName(f"{name}: {said}")
    words: QVBoxLayout = card.body
    words.addWidget(PlainLabel(name, "strong"))
    words.addWidget(PlainLabel(said[:1].upper() + said[1:], "section"))
    if rating.level is not None:
        words.addWidget(PlainLabel(descriptor(entry, rating.level), "muted"))
    words.addWidget(
        PlainLabel(f"“{rating.comment}”" if rating.comment else _("No comment."), "" if rating.comment else "muted")
    )
    words.addStretch(1)
    return card


def descriptor(entry: Entry, level: int) -> str:
    """The rubric's words for a level of this criterion."""
    return entry.gap.criterion.levels[level - 1].descriptor
