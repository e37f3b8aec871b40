"""Settling conflicts: both values with who said them, when and where; one is taken, with a reason; both are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from rubricapp.core.model import Changes
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui.merge.disputes import Dispute, Said, list_disputes
from rubricapp.ui.merge.settled import SettledCard, settle_again, take_back
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, on_button
from rubricapp.ui.page import Scroll, keep_undo
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, clear, flow, put, tab_through
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.store.conflicts import Conflict

LONGEST = 300
"""Letters of a value that a choice shows; the whole of it is in its description."""


class ConflictsView(QWidget):
    """done(words): settled, with an Undo. notice(words). counted(n): so many are open."""

    done = Signal(str)
    notice = Signal(str)
    counted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.dispute: Dispute | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Conflicts"), measure=100_000)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.empty = PlainLabel(
            _(
                "No conflicts. Two assessors never conflict; one does where the same thing was set on two laptops that"
                " did not know of each other."
            ),
            "muted",
        )
        body.addWidget(self.empty)
        self.model = RowsModel(
            (
                Column(_("Of whom"), lambda each: each.about, wide=True),
                Column(_("What"), lambda each: each.what),
                Column(
                    _("Values"),
                    lambda each: _("hidden") if each.hidden else _(" or ").join(one.words[:60] for one in each.said),
                    wide=True,
                ),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Conflicts"))
        self.table.grow_to(8)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_one())
        self.table.chosen.connect(lambda _one: self._focus_choice())
        body.addWidget(self.table)
        body.addWidget(self._make_card())
        self.settled = SettledCard(session)
        self.settled.done.connect(self.done)
        body.addWidget(self.settled)
        body.addStretch(1)

    def _make_card(self) -> Card:
        self.card = Card()
        self.title = PlainLabel("", "label")
        self.card.body.addWidget(self.title)
        self.hidden = PlainLabel("", "muted")
        self.card.body.addWidget(self.hidden)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(2)
        self.card.body.addLayout(self._choices)
        self._group: QButtonGroup | None = None
        self.radios: list[QRadioButton] = []
        self.typed = QLineEdit()
        self.typed.setAccessibleName(_("Another value"))
        self.typed.textEdited.connect(lambda _text: self.radios[-1].setChecked(True))
        self.levels = QComboBox()
        self.levels.setAccessibleName(_("Another level"))
        self.levels.activated.connect(lambda _index: self.radios[-1].setChecked(True))
        self.card.body.addWidget(self.typed)
        self.card.body.addWidget(flow(self.levels))
        self.reason = QLineEdit()
        self.reason.setMaxLength(2000)
        self.reason.returnPressed.connect(self.settle)
        self.reason_field = Field(_("Reason"), self.reason, _("In a few words; it stays in the history."))
        self.card.body.addWidget(self.reason_field)
        self.others = QCheckBox()
        self.card.body.addWidget(self.others)
        self.error = ErrorCard()
        self.card.body.addWidget(self.error)
        self.do = button(_("Settle"), "primary", "check")
        self.do.clicked.connect(self.settle)
        self.card.body.addWidget(flow(self.do))
        self.card.body.addWidget(PlainLabel(_("Both values stay in the history, with who said them."), "small muted"))
        return self.card

    def refresh(self) -> None:
        """Read what is open."""
        kept = self.dispute.conflict.id if self.dispute is not None else ""
        row = max(0, self.table.currentIndex().row())
        disputes = list_disputes(self.session.ws, self.session.me)
        self.dispute = None
        self.model.set_records(disputes)
        self.settled.refresh()
        there = bool(disputes)
        for each in (self.table, self.card):
            each.setVisible(there)
        self.empty.setVisible(not there)
        self.counted.emit(len(disputes))
        if there:
            same = self.model.row_of(lambda each: each.conflict.id == kept)
            self.table.setCurrentIndex(self.model.index(same if same >= 0 else min(row, len(disputes) - 1), 0))
            self._show_one()

    def _show_one(self) -> None:
        index = self.table.currentIndex()
        if not index.isValid():
            return
        dispute = self.model.record(index.row())
        if self.dispute is not None and dispute.conflict == self.dispute.conflict:
            return
        self.dispute = dispute
        self.error.hide()
        self.title.setText(f"{dispute.about} — {dispute.what}")
        clear(self._choices)
        if self._group is not None:
            self._group.deleteLater()
        self._group = QButtonGroup(self)
        self.radios = []
        for said in dispute.said:
            keep = _("Keep this: {value}") if said.here else _("Take that: {value}")
            words = said.words if len(said.words) <= LONGEST else said.words[:LONGEST] + "…"
            where = _("{name}, on the laptop {laptop}, {when}").format(name=said.by, laptop=said.laptop, when=said.at)
            if said.here:
                where += "  ·  " + _("this laptop")
            if said.shown:
                where += "  ·  " + _("shown now")
            self._add_choice(" ".join(keep.format(value=words).split()), where)
        self.hidden.setText(dispute.hidden)
        for widget in (self.reason_field, self.do):
            widget.setVisible(not dispute.hidden)
        self.hidden.setVisible(bool(dispute.hidden))
        if not dispute.hidden:
            self._add_choice(_("Another value:"), "")
        self.levels.clear()
        for value, words in dispute.levels:
            self.levels.addItem(words, value)
        self.typed.clear()
        self.typed.setVisible(not dispute.levels and not dispute.hidden)
        self.levels.setVisible(bool(dispute.levels))
        tab_through(self.table, *self.radios, self.typed, self.levels, self.reason, self.others, self.do)
        rest = len(self._rest())
        self.others.setVisible(rest > 0)
        self.others.setChecked(False)
        self.others.setText(
            ngettext(
                "The same laptop’s answer for the other one of this record",
                "The same laptop’s answer for the other {n} of this record",
                rest,
            ).format(n=rest)
        )

    def _add_choice(self, text: str, below: str) -> None:
        radio = QRadioButton(on_button(text))
        radio.setAccessibleName(text)
        radio.setAccessibleDescription(below)
        self._group.addButton(radio)
        self.radios.append(radio)
        put(self._choices, radio)
        if below:
            words = PlainLabel(below, "small muted")
            words.setContentsMargins(30, 0, 0, 4)
            put(self._choices, words)

    def _focus_choice(self) -> None:
        if self.radios:
            self.radios[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _rest(self) -> list[Dispute]:
        """The others of the record."""
        chosen = self.dispute
        return [each for each in self.model.shown if each.group == chosen.group and each.conflict != chosen.conflict]

    def settle(self) -> None:
        """Take what is chosen, and where wanted what the same laptop said of the rest of the record."""
        from rubricapp.operations import merging

        dispute, me = self.dispute, self.session.me.id if self.session.me is not None else ""
        at = next((n for n, each in enumerate(self.radios) if each.isChecked()), -1)
        if dispute is None or dispute.hidden:
            return
        changes, settled, reason = Changes(), [], self.reason.text()
        try:
            if at < 0:
                raise UserError("E_VALUE", _("Choose one of the values first."), _("Nothing was changed."))
            said: Said | None = dispute.said[at] if at < len(dispute.said) else None
            if said is not None:
                value = said.value
            elif dispute.levels:
                value = self.levels.currentData()
            else:
                value = merging.value_typed(dispute.conflict, self.typed.text().strip())
            wanted = [(dispute.conflict, value)]
            for other in self._rest() if said is not None and self.others.isChecked() else ():
                same = next((each for each in other.said if each.device == said.device), None)
                if same is not None:
                    wanted.append((other.conflict, same.value))
            for conflict, chosen in wanted:
                changes |= merging.resolve(self.session.ws, conflict, chosen, reason, me)
                settled.append((conflict, chosen))
        except UserError as error:
            if settled:
                self._remember(changes, settled, reason)
            self.error.show_error(error, can_retry=False)
            (self.reason if error.code == "E_REASON" else self.radios[0]).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.reason.clear()
        text = self._remember(changes, settled, reason)
        self.refresh()
        self.done.emit(text)
        self.main().setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll.verticalScrollBar().setValue(0)

    def _remember(self, changes: Changes, settled: list[tuple[Conflict, object]], reason: str) -> str:
        """Tell everyone; Undo takes all of these back. Returns the words for it."""
        words = ngettext(
            "Settled {n} conflict. Both values stay in the history.",
            "Settled {n} conflicts. All values stay in the history.",
            len(settled),
        )
        return keep_undo(
            self.session,
            words.format(n=len(settled)),
            changes,
            lambda: settle_again(self.session, settled, reason),
            lambda: take_back(self.session, [conflict for conflict, _value in settled]),
        )

    def main(self) -> QWidget:
        """What takes the keyboard."""
        return self.table if self.table.isVisible() else self.scroll
