"""The list of gaps: who, where, which levels, why; narrowed by rubric, occasion and what is still to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.agreed_levels import directions
from rubricapp.i18n import _, ngettext
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.moderation.reading import Entry, Need, Read
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.widgets.layouts import Card, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion

_SHOWN = {
    "todo": (Need.OPEN, Need.WAITS),
    "blank": (Need.BLANK,),
    "settled": (Need.SETTLED,),
    "all": tuple(Need),
    "early": tuple(Need),
}


def gap_columns() -> tuple[Column, ...]:
    return (
        Column(_("Participant"), lambda each: each.participant.name, lambda each: each.participant.sort_key),
        Column(_("Criterion"), lambda each: each.title, wide=True),
        Column(_("Levels"), lambda each: each.levels),
        Column(_("Why"), lambda each: each.why),
        Column(_("State"), lambda each: each.say_need()),
        Column(_("Rubric"), lambda each: each.rubric.label),
        Column(_("Occasion"), lambda each: say_occasion(each.occasion), lambda each: each.occasion.position),
    )


class GapsView(Scroll):
    """gap_wanted(Entry): settle this one."""

    gap_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Gaps"), parent, measure=WHOLE)
        self.found: Read | None = None
        self.rubric, self.occasion, self.which = choice(_("Rubric")), choice(_("Occasion")), choice(_("Which gaps"))
        for text, key in (
            (_("To settle"), "todo"),
            (_("One did not observe"), "blank"),
            (_("Settled"), "settled"),
            (_("All"), "all"),
            (_("Not finished by all"), "early"),
        ):
            self.which.addItem(text, key)
        for box in (self.which, self.rubric, self.occasion):
            box.currentIndexChanged.connect(lambda _index: self._show())
        self.box = FindBox(_("Find a gap"), _("Find a gap"))
        self.box.textChanged.connect(self._on_looked_for)
        self.body.addWidget(flow(self.which, self.rubric, self.occasion, self.box))
        self.early_words = PlainLabel(
            _("Somebody who was asked is still to finish these: not for their eyes. Settle one only if you must."),
            "warning",
        )
        self.body.addWidget(self.early_words)
        self.model = RowsModel(gap_columns(), self)
        self.table = RowsTable(self.model, _("Gaps"))
        self.table.allow_sorting()
        self.table.keep_rows(4)
        self.table.chosen.connect(self.gap_wanted)
        self.body.addWidget(self.table, 1)
        self.go = button(_("Settle this one"), "primary", "arrow-right")
        self.go.clicked.connect(self._on_go)
        self._acts = flow(self.go)
        self.body.addWidget(self._acts)
        self.nothing = Card()
        self.nothing_title = PlainLabel("", "section")
        self.nothing_words = PlainLabel("", "muted")
        self.nothing.body.addWidget(self.nothing_title)
        self.nothing.body.addWidget(self.nothing_words)
        self.body.addWidget(self.nothing)
        self.moves = Card()
        self.moves.body.addWidget(PlainLabel(_("Which way agreeing moved levels"), "label"))
        about = _("Always up says that an assessor is severe, always down that they are mild: worth a talk, no more.")
        self.moves.body.addWidget(PlainLabel(about, "muted"))
        columns = (
            Column(_("Assessor"), lambda each: each[0], wide=True),
            Column(_("Up"), lambda each: str(each[1]), lambda each: each[1], right=True),
            Column(_("Kept"), lambda each: str(each[2]), lambda each: each[2], right=True),
            Column(_("Down"), lambda each: str(each[3]), lambda each: each[3], right=True),
        )
        self.moves_model = RowsModel(columns, self)
        self.moves_table = RowsTable(self.moves_model, _("Which way agreeing moved levels"))
        self.moves_table.grow_to(8)
        self.moves.body.addWidget(self.moves_table)
        self.body.addWidget(self.moves)
        self.body.addStretch(0)

    def show_read(self, found: Read) -> None:
        """Show these; filters and the row one is at stay."""
        self.found = found
        rubrics = [(each.label, each.content_hash) for each in found.rubrics]
        occasions = [(say_occasion(each), each.id) for each in found.occasions]
        for box, every, items in (
            (self.rubric, _("Every rubric"), rubrics),
            (self.occasion, _("Every occasion"), occasions),
        ):
            kept = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(every, "")
            for text, key in items:
                box.addItem(text, key)
            box.setCurrentIndex(max(0, box.findData(kept)))
            box.blockSignals(False)
        self._show()

    def _show(self) -> None:
        if self.found is None:
            return
        row = max(0, self.table.currentIndex().row())
        current = self.current()
        needs, rubric, occasion = (
            _SHOWN[self.which.currentData()],
            self.rubric.currentData(),
            self.occasion.currentData(),
        )
        early = self.which.currentData() == "early"
        self.early_words.setVisible(early)
        shown = [
            each
            for each in (self.found.early if early else self.found.entries)
            if each.need in needs and rubric in ("", each.rubric.content_hash) and occasion in ("", each.occasion.id)
        ]
        self.model.set_records(shown)
        self._select(current, row)
        there = bool(shown)
        for each in (self.table, self._acts):
            each.setVisible(there)
        self.nothing.setVisible(not there)
        self._say_nothing()
        names = {person: name for entry in self.found.entries for person, name in entry.names.items()}
        moved = directions(each.gap.agreed for each in self.found.entries if each.gap.agreed is not None)
        self.moves_model.set_records([(names.get(each, each), *counts) for each, counts in moved.items()])
        self.moves.setVisible(bool(moved))

    def _say_nothing(self) -> None:
        """Why there is none."""
        todo = self.which.currentData() == "todo"
        narrowed = bool(self.rubric.currentData() or self.occasion.currentData())
        title = _("No gaps of two levels or more.") if todo and not narrowed else _("No gaps here.")
        self.nothing_title.setText(title)
        blanks = sum(each.need is Need.BLANK for each in self.found.entries)
        if self.which.currentData() == "early":
            self.nothing_words.setText(_("Wherever assessors differ, everybody who was asked has finished."))
            return
        words = _("Where two assessors have finished and differ by two levels, or across a gate, it stands here.")
        if todo and blanks:
            more = ngettext(
                "{n} where one did not observe need not be settled.",
                "{n} where one did not observe need not be settled.",
                blanks,
            )
            words += " " + more.format(n=blanks)
        self.nothing_words.setText(words)

    def _select(self, current: Entry | None, row: int) -> None:
        if self.model.rowCount():
            found = self.model.row_of(lambda each: current is not None and each.key == current.key)
            place = found if found >= 0 else min(row, self.model.rowCount() - 1)
            self.table.setCurrentIndex(self.model.index(place, 0))

    def _on_looked_for(self, text: str) -> None:
        current = self.current()
        self.model.look_for(text)
        self._select(current, 0)

    def current(self) -> Entry | None:
        """The gap the table stands at."""
        row = self.table.currentIndex().row()
        return self.model.record(row) if 0 <= row < self.model.rowCount() else None

    def _on_go(self) -> None:
        if self.current() is not None:
            self.gap_wanted.emit(self.current())

    def show_filter(self, key: str, text: str = "") -> None:
        """Show these gaps of every rubric and occasion."""
        for box in (self.rubric, self.occasion):
            box.setCurrentIndex(0)
        self.which.setCurrentIndex(self.which.findData(key))
        self.box.setText(text)

    def panes(self) -> list[QWidget]:
        return [self.which, self.table] if not self.table.isHidden() else [self.which]

    def find(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def as_text(self) -> str:
        return self.model.as_text() if self.model.rowCount() else ""
