"""Added later: showings and notes of the owner, beside the signed file; nothing signed is ever touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.core.folio import Added
from rubricapp.core.portfolio import SHOWING_KINDS
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import portfolio_files
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.ui.folio.parts import Part
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card, Columns, Field, choice, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class LaterPart(Part):
    """What was added, and two small forms to add more. added(): something was; `show_folio` comes with it."""

    added = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Added later"), parent)
        self._shown: Shown | None = None
        self.body.addWidget(PlainLabel(_("Added by you, not signed"), "section"))
        text = _(
            "What you add is kept beside the portfolio file, or in your own folder where that place takes no files."
            " The signed file stays as it is, byte for byte."
        )
        self.body.addWidget(PlainLabel(text, "muted"))
        columns = (
            Column(_("When"), lambda each: reading.day_words(each.on)),
            Column(_("What"), reading.added_kind),
            Column(_("Work"), lambda each: one_line(self._title(each.work))),
            Column(_("Words"), _words, wide=True),
        )
        self.table = RowsTable(RowsModel(columns, self), _("Added later by you, not signed"))
        self.table.setWordWrap(True)
        self.table.grow_to(8)
        self.body.addWidget(self.table)
        self.nothing = PlainLabel(_("Nothing was added yet."), "muted")
        self.body.addWidget(self.nothing)
        self.remark = PlainLabel("", "warning")
        self.body.addWidget(self.remark)
        columns_ = Columns(at=60, shares=(1, 1))
        columns_.left.addWidget(self._make_showing())
        columns_.left.addStretch(1)
        columns_.right.addWidget(self._make_note())
        columns_.right.addStretch(1)
        self.body.addWidget(columns_)
        self.body.addStretch(1)

    def _make_showing(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("A showing or an award"), "label"))
        self.showing_error = ErrorCard()
        card.body.addWidget(self.showing_error)
        self.work = choice(_("Work"))
        self.kind = choice(_("Kind of showing"))
        for kind in SHOWING_KINDS:
            self.kind.addItem(reading.showing_words(kind), kind)
        self.on, self.place, self.result = QLineEdit(), QLineEdit(), QLineEdit()
        for each in (self.on, self.place, self.result):
            each.setMaxLength(300)
            each.returnPressed.connect(self.add_showing)
        card.body.addWidget(Field(_("Which work"), self.work))
        card.body.addWidget(Field(_("What kind"), self.kind))
        card.body.addWidget(Field(_("When"), self.on, _("2027-05-14; 2027-05 or 2027 where no more is known")))
        card.body.addWidget(Field(_("Where"), self.place, _("Festival, channel or town")))
        card.body.addWidget(Field(_("Result"), self.result, _("Award or selection; may stay empty")))
        add = button(_("Add this showing"), "primary", "plus")
        add.clicked.connect(self.add_showing)
        card.body.addWidget(flow(add))
        return card

    def _make_note(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("A note"), "label"))
        self.note_error = ErrorCard()
        card.body.addWidget(self.note_error)
        self.note_work = choice(_("Work of the note"))
        self.note = GrowingText(_("Note"), "", 12)
        card.body.addWidget(Field(_("About"), self.note_work))
        card.body.addWidget(Field(_("Your note"), self.note, _("Kept with the day of today")))
        add = button(_("Add this note"), "", "plus")
        add.clicked.connect(self.add_note)
        card.body.addWidget(flow(add))
        return card

    # Shown

    def show_folio(self, shown: Shown) -> None:
        new = self._shown is None or self._shown.folio != shown.folio
        self._shown = shown
        if new:
            for box in (self.work, self.note_work):
                box.clear()
                box.addItem(_("None in particular"), "")
                for each in shown.folio.works:
                    box.addItem(_short(one_line(each.title) or each.key), each.key)
            if shown.folio.works:
                self.work.setCurrentIndex(1)
        entries = sorted(shown.additions.entries, key=lambda each: each.on)
        self.table.model().set_records(entries)
        self.table.setVisible(bool(entries))
        self.nothing.setVisible(not entries)
        self.remark.setText("\n".join(map(reading.said, shown.remarks)))
        self.remark.setVisible(bool(shown.remarks))

    def _title(self, key: str) -> str:
        return next((each.title or each.key for each in self._shown.folio.works if each.key == key), key) if key else ""

    def open_with(self, what: object) -> None:
        at = self.work.findData(what)
        if at >= 0:
            self.work.setCurrentIndex(at)
        self.on.setFocus()

    # Adding

    def add_showing(self) -> None:
        """Keep what the form says, beside the file."""
        try:
            added, place = portfolio_files.add_showing(
                self._shown.path,
                self.on.text(),
                self.place.text(),
                self.work.currentData() or "",
                self.kind.currentData(),
                self.result.text(),
            )
        except UserError as error:
            self.showing_error.show_error(error, can_retry=False)
            return
        self.showing_error.hide()
        for each in (self.on, self.place, self.result):
            each.clear()
        self._tell(added, place)
        self.on.setFocus()

    def add_note(self) -> None:
        """Keep the note, beside the file."""
        try:
            added, place = portfolio_files.add_note(
                self._shown.path, self.note.text, self.note_work.currentData() or "", date.today()
            )
        except UserError as error:
            self.note_error.show_error(error, can_retry=False)
            return
        self.note_error.hide()
        self.note.set_text("")
        self._tell(added, place)

    def _tell(self, _added: Added, place: Path) -> None:
        if place.parent == self._shown.path.parent:
            self.said.emit(_("Kept beside the portfolio file, in {file}.").format(file=place.name))
        else:
            self.said.emit(
                _("The place of the file cannot be written to, so it is kept in your own folder: {place}").format(
                    place=place
                )
            )
        self.added.emit()

    def flush(self) -> bool:
        typed = [each.text().strip() for each in (self.on, self.place, self.result)]
        return not any((*typed, self.note.text.strip()))

    def panes(self) -> list[QWidget]:
        return [self.table, self.work, self.note] if self.table.isVisible() else [self.work, self.note]

    def copy_table(self) -> str:
        return self.table.model().as_text()


def _words(added: Added) -> str:
    parts = (added.words,) if added.kind == "note" else (added.place, added.result)
    return " · ".join(one_line(part) for part in parts if part)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
