"""Who is this? People whom packages bring and whom nobody here knows by their id, each with those they may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from rubricapp.i18n import _, ngettext
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, Field, choice, clear, flow, put

if TYPE_CHECKING:
    from rubricapp.operations.same_people import Stranger

MOST = 40
"""So many are asked about at once; the others are decided later, on the page People."""


class WhoCard(Card):
    """Hidden while there is nobody to ask about. Whatever is chosen stays chosen while packages are looked at again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[str, str] = {}
        self._shown: tuple[Stranger, ...] = ()
        self.boxes: dict[str, QComboBox] = {}
        self.body.addWidget(PlainLabel(_("Who is this?"), "section"))
        self.words = PlainLabel("", "muted")
        self.body.addWidget(self.words)
        self.likely = button("", "", "check")
        self.likely.clicked.connect(self._on_likely)
        self.body.addWidget(flow(self.likely))
        self.fields = QVBoxLayout()
        self.fields.setSpacing(12)
        self.body.addLayout(self.fields)
        self.more = PlainLabel("", "muted")
        self.body.addWidget(self.more)
        self.hide()

    def show_people(self, people: Sequence[Stranger]) -> None:
        """Ask about those of these who may be somebody; the others are counted."""
        once = {one.person.id: one for one in people}
        asked = tuple(one for one in once.values() if one.offers)
        self.setVisible(bool(asked))
        alone = len(once) - len(asked)
        words = [
            ngettext(
                "{n} person of these packages is not known here by their id, and may be somebody who is.",
                "{n} people of these packages are not known here by their ids, and may be somebody who is.",
                len(asked),
            ).format(n=len(asked)),
            _("Said now or later, it can be taken back."),
        ]
        if alone:
            words.append(
                ngettext(
                    "{n} more is new and looks like nobody.", "{n} more are new and look like nobody.", alone
                ).format(n=alone)
            )
        self.words.setText(" ".join(words))
        if asked[:MOST] != self._shown:
            self._show(asked[:MOST])
        left = len(asked) - MOST
        self.more.setVisible(left > 0)
        self.more.setText(
            ngettext(
                "{n} more can be decided later, on the page People.",
                "{n} more can be decided later, on the page People.",
                left,
            ).format(n=left)
        )
        self._say_likely()

    def _show(self, asked: tuple[Stranger, ...]) -> None:
        from rubricapp.operations.same_people import say_person

        self._shown = asked
        self.boxes = {}
        clear(self.fields)
        for one in asked:
            name = say_person(one.person)
            box = choice(_("Who is {name}?").format(name=name))
            fill_offers(box, one, _("Decide later"))
            box.setCurrentIndex(max(0, box.findData(self._chosen.get(one.person.id, ""))))
            box.activated.connect(lambda _index, of=one.person.id: self._on_chosen(of))
            self.boxes[one.person.id] = box
            field = Field(name, box)
            box.setAccessibleName(_("Who is {name}?").format(name=name))
            put(self.fields, field)

    def _on_chosen(self, one: str) -> None:
        self._chosen[one] = self.boxes[one].currentData()
        self._say_likely()

    def _undecided(self) -> list[Stranger]:
        return [one for one in self._shown if one.likely is not None and not self._chosen.get(one.person.id)]

    def _say_likely(self) -> None:
        count = len(self._undecided())
        self.likely.setVisible(count > 0)
        words = ngettext("Take the likely answer ({n})", "Take the likely answers ({n})", count).format(n=count)
        self.likely.setText("\N{THIN SPACE}" + words)
        self.likely.setAccessibleName(words)

    def _on_likely(self) -> None:
        first = None
        for one in self._undecided():
            box = self.boxes[one.person.id]
            box.setCurrentIndex(box.findData(one.likely.person.id))
            self._chosen[one.person.id] = one.likely.person.id
            first = first or box
        self._say_likely()
        if first is not None:
            first.setFocus()

    @property
    def choices(self) -> Mapping[str, str]:
        """Unknown id → the id of whom they are; their own, where they are somebody of their own."""
        return {one: kept for one, kept in self._chosen.items() if kept}


def fill_offers(box: QComboBox, one: Stranger, nothing: str) -> None:
    """Whom somebody may be, with why; that they are somebody of their own; to leave it open. Data: the id, or ""."""
    from rubricapp.operations.same_people import say_person

    box.addItem(nothing, "")
    for each in one.offers:
        words = _("The same person as {name}: {why}").format(name=say_person(each.person), why=each.why)
        box.addItem(words if each.likely else _("{words} (not the only one)").format(words=words), each.person.id)
    box.addItem(_("Somebody of their own"), one.person.id)
