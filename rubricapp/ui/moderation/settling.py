"""Settling one gap: keep both, agree on a level, ask a third assessor; always with a reason. And opening it again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QRadioButton, QWidget

from rubricapp.core.agreed_levels import Outcome
from rubricapp.core.model import Blank, Person, Role
from rubricapp.i18n import _
from rubricapp.store.assigning import list_kept_apart
from rubricapp.store.people import list_people
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.moderation.reading import Entry, Need, say_median, say_movements, say_outcome
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import on_button
from rubricapp.ui.widgets.layouts import Card, Field, choice, clear, flow, put
from rubricapp.ui.words import say_blank


class SettleCard(Card):
    """wanted(value, reason, third): settle it so. opened(reason): open it again."""

    wanted = Signal(object, str, object)
    opened = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.entry: Entry | None = None
        self._drafts: dict[tuple[str, ...], tuple[object, str]] = {}
        self._filled: tuple[str, ...] = ()
        self.title = PlainLabel("", "section")
        self.body.addWidget(self.title)
        self.blocked = PlainLabel(_("This workspace is read only."), "warning")
        self.body.addWidget(self.blocked)
        self.moved = PlainLabel("", "strong")
        self.body.addWidget(self.moved)
        self.said = PlainLabel("", "muted")
        self.body.addWidget(self.said)
        self.options = QButtonGroup(self)
        self.options.buttonToggled.connect(lambda _button, on: self._on_chosen() if on else None)
        self.values: list[object] = []
        self._levels_label = PlainLabel(_("Agree on"), "strong")
        self.body.addWidget(self._levels_label)
        self._levels = flow(spacing=4)
        self.body.addWidget(self._levels)
        self.words = PlainLabel("", "muted")
        self.body.addWidget(self.words)
        self._others = flow(spacing=4)
        self.body.addWidget(self._others)
        self.third = choice(_("Third assessor"))
        self.third.activated.connect(lambda _index: self.choose(Outcome.THIRD))
        self.third_field = Field(_("Third assessor"), self.third)
        self.body.addWidget(self.third_field)
        self.reason = QLineEdit()
        self.reason.setMaxLength(2000)
        self.reason_field = Field(_("Reason"), self.reason, _("Kept in the history. What each gave stays as it is."))
        self.body.addWidget(self.reason_field)
        self.early = QCheckBox()
        self.body.addWidget(self.early)
        self.go = button(_("Settle this gap"), "primary", "check")
        self.go.clicked.connect(self.act)
        self.reopen = button(_("Open it again"), "", "rotate-ccw")
        self.reopen.clicked.connect(self._on_reopen)
        self.following = button(_("Go on to the next gap"), "primary", "arrow-right")
        self.body.addWidget(flow(self.go, self.reopen, self.following))

    # Shown

    def show_entry(self, entry: Entry, may_write: bool) -> None:
        """Show this gap; what was chosen and typed for it before is there again."""
        self.keep_draft()
        self.entry = entry
        agreed, settled = entry.gap.agreed, entry.need is Need.SETTLED
        self.title.setText(_("Settled: {what}").format(what=say_outcome(entry)) if settled else _("Settle it"))
        moved = say_movements(agreed, entry.names)
        self.moved.setText("\n".join(moved))
        self.moved.setVisible(bool(moved))
        said = []
        if agreed is not None:
            if not settled:
                said.append(entry.say_need())
            by = entry.names.get(agreed.by, "") if agreed.by else ""
            said.append("  ·  ".join(part for part in (f"“{agreed.reason}”", by, say_day(agreed.on)) if part))
        self.said.setText("\n".join(said))
        self.said.setVisible(bool(said))
        self._fill()
        for each in (self._levels_label, self._levels, self._others, self.go):
            each.setVisible(not settled)
        self.following.setVisible(entry.need in (Need.SETTLED, Need.WAITS))
        self.reopen.setVisible(agreed is not None and agreed.outcome is not None)
        self.reason_field.label.setText(_("Reason for opening it again") if settled else _("Reason"))
        self.reason.setAccessibleName(self.reason_field.label.text())
        words = _("Settle it without waiting for {names}").format(names=entry.unfinished)
        self.early.setText(on_button(words))
        self.early.setAccessibleName(words)
        self.early.setVisible(entry.is_early and not settled)
        filled = self._filled
        self._filled = (self.session.me.id if self.session.me else "", *entry.key)
        if self._filled != filled:
            self.early.setChecked(False)
        value, text = self._drafts.get(self._filled, (None, ""))
        self.reason.setText(text)
        if value is not None and not settled:
            self.choose(value)
        self._on_chosen()
        self.blocked.setVisible(not may_write)
        for each in (self.go, self.reopen, self.reason, self.early):
            each.setEnabled(may_write)

    def _fill(self) -> None:
        """An option for every level and blank, for both, and for a third assessor where there is one to ask."""
        for each in self.options.buttons():
            self.options.removeButton(each)
        clear(self._levels.layout())
        clear(self._others.layout())
        self.values.clear()
        rubric = self.entry.rubric
        for number, (name, _anchor) in enumerate(rubric.scale, 1):
            self._add(
                self._levels, number, f"{number}  {name}", _("Agree on level {n}, {name}").format(n=number, name=name)
            )
        for blank in Blank:
            self._add(self._levels, blank, say_blank(blank), _("Agree on: {blank}").format(blank=say_blank(blank)))
        median = say_median(self.entry)
        if median:
            self._add(self._others, Outcome.BOTH, _("Keep both, report the median: {median}").format(median=median))
        people = self._thirds()
        if people:
            self._add(self._others, Outcome.THIRD, _("Ask a third assessor"))
        self.third.clear()
        for each in people:
            self.third.addItem(each.name, each)

    @property
    def chain(self) -> list[QWidget]:
        """Its controls in the order in which Tab is to reach them."""
        acts = (self.third, self.reason, self.early, self.go, self.reopen, self.following)
        return [*self.options.buttons(), *acts]

    def _add(self, holder: QWidget, value: object, text: str, name: str = "") -> None:
        option = QRadioButton(on_button(text))
        option.setAccessibleName(name or text)
        self.options.addButton(option, len(self.values))
        self.values.append(value)
        put(holder.layout(), option)

    def _thirds(self) -> list[Person]:
        """Assessors and leads who have not finished this one, and are not kept apart from the participant."""
        given = {assessor for assessor, _rating in self.entry.gap.ratings}
        about = self.entry.participant.id
        apart = {other for pair in list_kept_apart(self.session.ws) if about in pair for other in pair} | {about}
        return [
            each
            for each in list_people(self.session.ws)
            if each.roles & {Role.ASSESSOR, Role.LEAD} and each.id not in given and each.id not in apart
        ]

    # Chosen

    @property
    def value(self) -> object | None:
        """What is chosen, or None."""
        place = self.options.checkedId()
        return self.values[place] if 0 <= place < len(self.values) else None

    def choose(self, value: object) -> bool:
        """Choose this; whether it is there to be chosen."""
        if value not in self.values or self.go.isHidden():
            return False
        option = self.options.button(self.values.index(value))
        option.setChecked(True)
        return True

    def focus(self) -> None:
        """The keyboard to what is chosen, else the first option; to the reason where it is settled."""
        option = self.options.checkedButton() or self.options.button(0)
        there = option is not None and not self.go.isHidden()
        (option if there else self.reason).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self) -> None:
        value = self.value
        shown = not self.go.isHidden()
        words = ""
        if type(value) is int and shown:
            level = self.entry.gap.criterion.levels[value - 1]
            words = level.descriptor
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.third_field.setVisible(shown and value is Outcome.THIRD)

    def keep_draft(self) -> None:
        """Remember what was chosen and typed for this gap, by whoever did."""
        if self._filled:
            self._drafts[self._filled] = (self.value, self.reason.text())

    def forget(self) -> None:
        """It is done: nothing is to be remembered."""
        self._drafts.pop(self._filled, None)
        self._filled = ()
        self.reason.clear()

    def act(self) -> None:
        """Settle it, or open it again where it is settled."""
        if self.go.isHidden():
            self._on_reopen()
            return
        if not self.go.isEnabled():
            return
        third = self.third.currentData() if self.value is Outcome.THIRD else None
        self.wanted.emit(self.value, self.reason.text(), third)

    def _on_reopen(self) -> None:
        if self.reopen.isEnabled():
            self.opened.emit(self.reason.text())
