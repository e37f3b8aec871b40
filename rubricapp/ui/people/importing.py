"""Importing a roster: choose, see what was understood, put columns right, then take it as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.choosing import choose_file
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, say_problem
from rubricapp.ui.page import Scroll
from rubricapp.ui.people.person import say_field
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, FlowLayout, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

FIELDS = (
    *("id", "given_name", "family_name", "name", "email", "country", "department", "joined_on", "pronouns"),
    "languages",
)
SHOWN = 300
"""Rows of a table; the heading says how many there are."""


class ImportView(QWidget):
    """left(): back to the people. imported(words)."""

    left = Signal()
    imported = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.path: Path | None = None
        self.compared = None
        self._mapping: dict[str, str] = {}
        self._sheet: str | None = None
        self.setAcceptDrops(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Import a roster"))
        outer.addWidget(self.scroll)
        body = self.scroll.body
        back = button(_("All people"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        body.addLayout(row(back, 1))
        body.addWidget(PlainLabel(_("Import a roster"), "title"))
        self.about = PlainLabel("", "muted")
        body.addWidget(self.about)
        self.error = ErrorCard()
        self.error.retry.connect(self.read)
        body.addWidget(self.error)
        self.choose = button(_("Choose a file"), "primary", "folder-open")
        self.choose.clicked.connect(self._on_choose)
        self.again = button(_("Read it again"), "", "rotate-cw")
        self.again.clicked.connect(self.read)
        body.addWidget(flow(self.choose, self.again))
        self.verdict_card = Card()
        self.verdict = PlainLabel("", "strong")
        self.do = button(_("Import"), "primary", "check")
        self.do.clicked.connect(self._on_import)
        self.verdict_card.body.addWidget(self.verdict)
        self.verdict_card.body.addWidget(flow(self.do))
        body.addWidget(self.verdict_card)
        self.problems_card, self.problems = self._table_card(
            _("Problems"),
            (
                Column(_("Row"), lambda each: str(each.row) if each.row else "–", lambda each: each.row),
                Column(_("Column"), lambda each: each.column or "–"),
                Column(_("Kind"), lambda each: _("stops") if each.severity == "error" else _("take note")),
                Column(_("What to do"), say_problem, wide=True),
            ),
        )
        self.differences_card, self.differences = self._table_card(
            _("Different from what is here"),
            (
                Column(_("Row"), lambda each: str(each.row), lambda each: each.row),
                Column(_("Person"), lambda each: each.name),
                Column(_("Field"), lambda each: say_field(each.field)),
                Column(_("Here"), lambda each: each.ours or _("(empty)"), wide=True),
                Column(_("In the roster"), lambda each: each.theirs, wide=True),
            ),
        )
        self.take = QCheckBox(_("Take the roster's values for these"))
        self.differences_card.body.addWidget(self.take)
        self.columns_card = Card()
        self.columns_card.body.addWidget(PlainLabel(_("Which column is what"), "label"))
        self.sheet = QComboBox()
        self.sheet.setAccessibleName(_("Sheet"))
        self.sheet.activated.connect(self._on_sheet)
        self.sheet_field = Field(_("Sheet"), self.sheet)
        self.columns_card.body.addWidget(self.sheet_field)
        self._choices = QWidget()
        FlowLayout(self._choices, 14)
        self.columns_card.body.addWidget(self._choices)
        self.boxes: dict[str, QComboBox] = {}
        self.people_card, self.people = self._table_card(
            _("People in the file"),
            tuple(
                Column(say_field(name), lambda each, name=name: each.values.get(name, ""), wide=name == "email")
                for name in FIELDS
                if name != "name"
            ),
        )
        for each in (self.problems_card, self.differences_card, self.columns_card, self.people_card):
            body.addWidget(each)
        body.addStretch(1)
        self.start()

    def _table_card(self, title: str, columns: tuple[Column, ...]) -> tuple[Card, RowsTable]:
        card = Card()
        card.title = PlainLabel(title, "label")
        card.body.addWidget(card.title)
        model = RowsModel(columns, self)
        table = RowsTable(model, title)
        table.setWordWrap(any(column.text is say_problem for column in columns))
        table.grow_to(9)
        card.body.addWidget(table)
        return card, table

    def start(self) -> None:
        """With an empty page."""
        self.path, self.compared = None, None
        self._mapping, self._sheet = {}, None
        self.about.setText(
            _(
                "A workbook (.xlsx) or a CSV file, as the office has it. Choose it, or drop it here. Nothing is taken"
                " until you have seen it."
            )
        )
        self.error.hide()
        self._show(False)
        self.choose.setFocus()

    def _show(self, on: bool) -> None:
        for each in (self.problems_card, self.differences_card, self.columns_card, self.people_card):
            each.setVisible(on)
        self.verdict_card.setVisible(on)
        self.again.setVisible(on)
        theme.restyle(self.choose, "" if on else "primary")
        theme.set_icon(self.choose, "folder-open", "ink" if on else "on_accent")

    # Reading

    def _on_choose(self) -> None:
        at = self.path.parent if self.path else Path.home()
        kinds = [_("Rosters (*.xlsx *.xlsm *.csv *.tsv *.txt)")]
        choose_file(self, _("Choose a roster"), self.open_file, at, kinds)

    def open_file(self, path: Path) -> None:
        """Read this file afresh."""
        self.path = path
        self._mapping, self._sheet = {}, None
        self.take.setChecked(False)
        self.read()

    def read(self) -> None:
        """Read the file with the columns as they are set."""
        from rubricapp.operations import people

        if self.path is None:
            return
        at = self._box_with_focus()
        try:
            self.compared = people.compare_roster(self.session.ws, self.path, self._mapping or None, self._sheet)
        except UserError as error:
            self.compared = None
            self._show(False)
            self.again.show()
            self.error.show_error(error)
            self.again.setFocus()
            return
        self.error.hide()
        self._show(True)
        self._tell()
        self._go_on(at)

    def _box_with_focus(self) -> str | None:
        """The field whose column, or "" for the sheet, is being chosen with the keyboard."""
        if self.sheet.hasFocus():
            return ""
        return next((name for name, box in self.boxes.items() if box.hasFocus()), None)

    def _go_on(self, at: str | None) -> None:
        """The keyboard to what comes next: where one was choosing, what stops the import, or the import."""
        if at is not None:
            (self.boxes[at] if at else self.sheet).setFocus()
        elif self.compared.errors:
            self.problems.setFocus()
            self.problems.setCurrentIndex(self.problems.model().index(0, 0))
        else:
            self.do.setFocus()
        self.scroll.ensureWidgetVisible(self.verdict_card)

    def _tell(self) -> None:
        found = self.compared
        roster = found.roster
        how = [roster.path.name]
        if roster.sheet:
            how.append(_("sheet “{name}”").format(name=roster.sheet))
        how.append(
            _("headings in row {n}").format(n=roster.header_row) if roster.header_row else _("no row of headings")
        )
        if roster.encoding:
            how.append(roster.encoding)
        self.about.setText("  ·  ".join(how))
        self._fill(self.problems_card, self.problems, found.problems, _("Problems"))
        self._fill(self.differences_card, self.differences, found.differing, _("Different from what is here"))
        self._fill(self.people_card, self.people, roster.rows, _("People in the file"))
        self._fill_columns()
        errors = len(found.errors)
        if errors:
            self.verdict.setText(
                ngettext(
                    "Nothing can be imported: {n} problem stops it. Put it right in the file or choose other columns,"
                    " then read it again.",
                    "Nothing can be imported: {n} problems stop it. Put them right in the file or choose other"
                    " columns, then read it again.",
                    errors,
                ).format(n=errors)
            )
        else:
            differing = len({each.person for each in found.differing})
            self.verdict.setText(
                _("{new} new, {same} the same, {differing} different").format(
                    new=len(found.new), same=len(found.same), differing=differing
                )
                + (" " + _("(they stay as they are here, unless you tick the box below)") if differing else "")
            )
        count = len(found.new)
        self.do.setText(
            ngettext("Import {n} new person", "Import {n} new people", count).format(n=count) if count else _("Import")
        )
        self.do.setAccessibleName(self.do.text())
        self.do.setVisible(not errors)
        theme.restyle(self.verdict_card, "danger_box" if errors else "card")

    def _fill(self, card: Card, table: RowsTable, records: tuple, title: str) -> None:
        card.setVisible(bool(records))
        more = _(" · the first {n} are shown").format(n=SHOWN) if len(records) > SHOWN else ""
        card.title.setText(f"{title} · {len(records)}{more}")
        table.model().set_records(records[:SHOWN])

    def _fill_columns(self) -> None:
        roster = self.compared.roster
        self.sheet.clear()
        self.sheet.addItems(list(roster.sheets))
        self.sheet.setCurrentText(roster.sheet or "")
        self.sheet_field.setVisible(len(roster.sheets) > 1)
        clear(self._choices.layout())
        self.boxes.clear()
        for name in FIELDS:
            box = QComboBox()
            box.setObjectName(name)
            box.addItem(_("not in this file"), "")
            for number, heading in enumerate(roster.columns, 1):
                box.addItem(heading or _("column {n}").format(n=number), f"column {number}")
            at = _place(roster, name)
            box.setCurrentIndex(at + 1)
            box.setMinimumContentsLength(14)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.activated.connect(self._on_mapped)
            self.boxes[name] = box
            put(self._choices.layout(), Field(say_field(name), box))

    def _on_mapped(self, _index: int) -> None:
        self._mapping = {name: box.currentData() for name, box in self.boxes.items()}
        self.read()

    def _on_sheet(self, _index: int) -> None:
        self._sheet = self.sheet.currentText()
        self._mapping = {}
        self.read()

    # Taking

    def _on_import(self) -> None:
        from rubricapp.operations import people

        me = self.session.me.id if self.session.me else ""
        done = self.session.run(
            people.import_roster, self.path, self._mapping or None, self._sheet, self.take.isChecked(), me
        )
        if done is None:
            return
        if done.errors:  # the file was changed since it was shown
            self.compared = done
            self._tell()
            return
        text = ngettext("Imported {n} person", "Imported {n} people", done.imported).format(n=done.imported)
        if done.updated:
            text += "; " + ngettext("{n} corrected", "{n} corrected", done.updated).format(n=done.updated)
        self.imported.emit(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.open_file(Path(files[0]))


def _place(roster: object, name: str) -> int:
    """The column of a field, counted from 0; -1 where the file has none."""
    label = roster.mapping.get(name, "")
    if label in roster.columns:
        return roster.columns.index(label)
    letters = label.removeprefix("column ") if label.startswith("column ") else ""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
