"""Log: a day in a line, the days as a table, what mentors said beside them, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.model import Person, Role
from rubricapp.core.production import hours_text
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.people import list_people
from rubricapp.ui.log.acts import Acts
from rubricapp.ui.log.correcting import CorrectionCard
from rubricapp.ui.log.form import DayView
from rubricapp.ui.log.importing import LogImportView, ask_where
from rubricapp.ui.log.quick import STAYS, QuickRow
from rubricapp.ui.log.reading import Day, may_check, may_see_incidents, read_days, total_up
from rubricapp.ui.log.table import DaysTable, day_columns, total_columns
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import WHOLE, Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, flow
from rubricapp.ui.widgets.rows import FindBox, RowsModel, RowsTable


class LogPage(Page):
    """The table first; a whole day and an import take the page, Escape comes back."""

    kinds = frozenset({"log_entry", "log_check", "person", "enrolment", "artefact"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.acts = Acts(session)
        self.people: list[Person] = []
        self.days: list[Day] = []
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.list_view = self._make_list()
        self.day_view = DayView(session, self.acts)
        self.import_view = LogImportView(self.acts)
        for each in (self.list_view, self.day_view, self.import_view):
            self.stack.addWidget(each)
        self.day_view.left.connect(self.show_list)
        self.day_view.added.connect(self._on_added)
        self.day_view.saved.connect(self._on_saved)
        self.day_view.deletion_wanted.connect(self._delete)
        for name in ("notice", "done", "wanted"):
            getattr(self.day_view, name).connect(getattr(self, name))
        self.import_view.left.connect(self.show_list)
        self.import_view.imported.connect(self._on_imported)

    def _make_list(self) -> QWidget:
        view = Scroll(_("Production log"), measure=WHOLE)
        outer = view.body
        self.header = Header(_("Production log"))
        bring = button(_("Import…"), "", "download")
        bring.clicked.connect(lambda: self.open_with("import"))
        self.export_button = button(_("Export…"), "", "upload")
        self.export_button.clicked.connect(lambda: ask_where(self, self.export))
        self.header.set_acts(bring, self.export_button)
        outer.addWidget(self.header)
        self.error = ErrorCard()
        self._again = self.refresh
        self.error.retry.connect(lambda: self._again())
        outer.addWidget(self.error)
        self.who = choice(_("Whose log"))
        self.who.currentIndexChanged.connect(self._on_who)
        self.box = FindBox(_("Find in the days"), _("Find in the days"))
        self.box.textChanged.connect(self._on_looked_for)
        self.with_incidents = QCheckBox(_("Export with incidents"))
        outer.addWidget(flow(self.who, self.box, self.with_incidents))
        self.quick = QuickRow()
        self.quick.add_wanted.connect(self._on_add)
        self.quick.more_wanted.connect(self._on_more)
        outer.addWidget(self.quick)
        self.choose_one = PlainLabel(_("Choose a participant to log a day for them."), "muted")
        outer.addWidget(self.choose_one)
        self._columns_for = (True, False)
        self.model = RowsModel(day_columns(*self._columns_for), self)
        self.table = DaysTable(self.model, _("Days"))
        self.table.allow_sorting()
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.keep_rows(5)
        self.table.chosen.connect(self.show_day)
        self.table.deletion_wanted.connect(lambda: self._delete(self.current_day()))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_acts())
        outer.addWidget(self.table, 1)
        self.nothing = Card()
        self.nothing_words = PlainLabel("", "section")
        self.nothing.body.addWidget(self.nothing_words)
        self.today = button(_("Log today"), "primary", "notebook-pen")
        self.today.clicked.connect(self._on_today)
        self.nothing.body.addWidget(flow(self.today))
        outer.addWidget(self.nothing)
        self.edit = button(_("Open"), "", "pencil")
        self.edit.clicked.connect(lambda: self.show_day(self.current_day()))
        self.confirm = button(_("Confirm"), "", "circle-check")
        self.confirm.clicked.connect(lambda: self._check("confirmed"))
        self.correct = button(_("Correct…"), "", "message-square-plus")
        self.correct.clicked.connect(self._on_correct)
        self.delete = button(_("Delete"), "", "trash-2")
        self.delete.clicked.connect(lambda: self._delete(self.current_day()))
        self.row_acts = flow(self.edit, self.confirm, self.correct, self.delete)
        outer.addWidget(self.row_acts)
        self.correction = CorrectionCard()
        self.correction.keep_wanted.connect(
            lambda: self._check("corrected", self.correction.hours.text().strip(), self.correction.note.text().strip())
        )
        self.correction.absent_wanted.connect(lambda: self._check("not_present", "", self.correction.note.text()))
        self.correction.left.connect(self._leave_correction)
        outer.addWidget(self.correction)
        self.totals_title = PlainLabel(_("Totals per week and role"), "label")
        outer.addWidget(self.totals_title)
        self.totals = RowsTable(RowsModel(total_columns(True), self), _("Totals per week and role"))
        self.totals.grow_to(6)
        outer.addWidget(self.totals)
        outer.addStretch(0)
        return view

    # Reading

    @property
    def person(self) -> Person | None:
        """Whose log is shown; None: everybody's."""
        wanted = self.who.currentData()
        return next((each for each in self.people if each.id == wanted), None)

    def refresh(self) -> None:
        self._fill_people()
        person, me = self.person, self.session.me
        current = self.current_day()
        self.days = read_days(self.session.ws, me, person.id if person else "")
        everyone = person is None
        seen = may_see_incidents(me, person.id if person else "")
        if self._columns_for != (everyone, seen):
            self._columns_for = (everyone, seen)
            self.model.set_columns(day_columns(everyone, seen))
            self.totals.model().set_columns(total_columns(everyone))
            self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.model.set_records(self.days)
        self._select(current.entry.id if current else "")
        self.totals.model().set_records(total_up(self.days))
        self.quick.setVisible(person is not None)
        self.choose_one.setVisible(person is None and bool(self.people) and bool(self.days))
        if person is not None:
            self.quick.show_for(person, self.days[0].entry if self.days else None, self._today())
        self.with_incidents.setVisible(seen and bool(self.days))
        if not seen:
            self.with_incidents.setChecked(False)
        self._show_state()

    def _fill_people(self) -> None:
        people = list_people(self.session.ws, Role.PARTICIPANT)
        if people == self.people and self.who.count():
            return
        me = self.session.me
        mine = me.id if me and me.id in {each.id for each in people} else ""
        wanted = self.who.currentData() if self.who.count() else mine
        self.people = people
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem(_("All participants"), "")
        for each in people:
            self.who.addItem("  ·  ".join(part for part in (each.name, each.code) if part), each.id)
        self.who.setCurrentIndex(max(0, self.who.findData(wanted)))
        self.who.blockSignals(False)

    def _today(self) -> str:
        from rubricapp.operations.production_log import today

        return today(self.session.ws).isoformat()

    def _show_state(self) -> None:
        """What is there to see and do with what is read and looked for."""
        known, shown = len(self.days), self.model.rowCount()
        minutes = sum(day.entry.minutes or 0 for day in self.days)
        text = ngettext("{n} day", "{n} days", known).format(n=known)
        if shown != known:
            text = _("{k} of {n} days").format(k=shown, n=known)
        self.header.say(f"{text}  ·  " + _("{hours} hours").format(hours=hours_text(minutes)))
        self.table.setVisible(shown > 0)
        self.totals.setVisible(known > 0)
        self.totals_title.setVisible(known > 0)
        self.export_button.setEnabled(known > 0)
        self.box.setVisible(known > 0 or bool(self.box.text()))
        self.nothing.setVisible(shown == 0)
        if known:
            self.nothing_words.setText(_("No match for “{text}”").format(text=self.box.text().strip()))
        elif self.people:
            self.nothing_words.setText(_("No days logged."))
        else:
            self.nothing_words.setText(_("Nobody here yet: add people first."))
        self.today.setVisible(known == 0)
        self.today.setText(f"\N{THIN SPACE}{_('Log today') if self.people else _('Add people')}")
        self.today.setAccessibleName(_("Log today") if self.people else _("Add people"))
        self._show_acts()

    def _show_acts(self) -> None:
        day = self.current_day()
        self.row_acts.setVisible(day is not None)
        if day is None or (self.correction.day is not None and self.correction.day.entry.id != day.entry.id):
            self.correction.hide()
        allowed = day is not None and may_check(self.session.me, day.person.id)
        self.confirm.setVisible(allowed)
        self.correct.setVisible(allowed)

    def current_day(self) -> Day | None:
        """The day the table stands at."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and index.row() < self.model.rowCount() else None

    def _select(self, entry: str) -> None:
        row = self.model.row_of(lambda day: day.entry.id == entry)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))

    def _on_who(self, _index: int) -> None:
        self.error.hide()
        self.refresh()

    def _on_looked_for(self, text: str) -> None:
        self.model.look_for(text)
        self._select("")
        self._show_state()

    # Doing

    def _try(self, act: Callable[..., str], *arguments: object, said: object = None) -> None:
        """Do it and say its words, with an Undo unless `said` is another signal; a refusal is said on the page."""
        try:
            words = act(*arguments)
        except UserError as error:
            self._again = lambda: self._try(act, *arguments, said=said)
            self.error.show_error(error)
            self.list_view.ensureWidgetVisible(self.error)
            return
        self.error.hide()
        (said or self.done).emit(words)

    def _on_add(self) -> None:
        self.quick.clear_faults()
        try:
            words, entry = self.acts.add(self.person, self.quick.texts)
        except UserError as error:
            at_field = self.quick.say_error(error)
            if not at_field:
                self._again = self._on_add
                self.error.show_error(error)
            place = self.quick.fault if at_field else self.error
            QTimer.singleShot(0, place, lambda: self.list_view.show_from_top(place))
            return
        self.error.hide()
        self.quick.start(self._today(), STAYS)
        self._select(entry.id)
        self.quick.focus_first()
        self.done.emit(words)

    def _on_more(self) -> None:
        self.stack.setCurrentWidget(self.day_view)
        self.day_view.show_new(self.person, self.quick.texts)

    def _on_today(self) -> None:
        if not self.people:
            self.wanted.emit("people", None)
            return
        if self.person is None:
            self.who.setCurrentIndex(1)
        self.quick.focus_first()

    def _delete(self, day: Day | None) -> None:
        if day is None:
            return
        if self.stack.currentWidget() is not self.list_view:
            self.show_list()
        self._try(self.acts.remove, day)

    def _check(self, state: str, hours: str = "", note: str = "") -> None:
        day = self.current_day()
        if day is None:
            return
        if self.correction.isVisible():
            try:
                words = self.acts.check(day, state, hours, note)
            except UserError as error:
                self.correction.say_error(error)
                return
            self._leave_correction()
            self.done.emit(words)
        else:
            self._try(self.acts.check, day, state, hours, note)

    def _on_correct(self) -> None:
        day = self.current_day()
        if day is not None:
            me = self.session.me.id
            self.correction.ask(day, next((each for each in day.checks if each.mentor == me), None))
            # The card gets its place when the loop turns.
            QTimer.singleShot(0, self.correction, lambda: self.list_view.show_from_top(self.correction))

    def _leave_correction(self) -> None:
        self.correction.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def export(self, path: Path) -> None:
        """Write what is shown, by the name's ending; incidents only where they may be seen and are asked for."""
        people = [self.person] if self.person else []
        self._try(self.acts.write_out, path, people, self.with_incidents.isChecked(), said=self.notice)

    # Going in and coming back

    def show_list(self) -> None:
        self.stack.setCurrentWidget(self.list_view)
        (self.table if self.table.isVisible() else self.who).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_day(self, day: Day | None) -> None:
        if day is not None:
            self.stack.setCurrentWidget(self.day_view)
            self.day_view.show_day(day)

    def open_with(self, what: object) -> None:
        if what == "import":
            self.stack.setCurrentWidget(self.import_view)
            self.import_view.start()
        elif isinstance(what, tuple) and what[0] == "person":
            self.refresh_if_stale()
            self.show_list()
            self.who.setCurrentIndex(max(0, self.who.findData(what[1])))
        elif isinstance(what, tuple) and what[0] == "day":
            for day in read_days(self.session.ws, self.session.me):
                if day.entry.id == what[1]:
                    self.show_day(day)

    def _on_added(self, words: str, entry: str) -> None:
        self.quick.start(self._today(), STAYS)
        self.show_list()
        self.refresh_if_stale()
        self._select(entry)
        self.done.emit(words)

    def _on_saved(self, words: str) -> None:
        self.show_list()
        if words:
            self.done.emit(words)

    def _on_imported(self, words: str, came: bool) -> None:
        self.show_list()
        (self.done if came else self.notice).emit(words)

    # What the window asks

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is not self.list_view:
            return [self.stack.currentWidget()]
        parts = [self.who, self.quick.fields["worked_on"].control, self.table, self.totals]
        return [each for each in parts if each.isVisibleTo(self)]

    def main(self) -> QWidget:
        if self.stack.currentWidget() is not self.list_view:
            return self.stack.currentWidget()
        return self.table if self.table.isVisibleTo(self) else self.who

    def flush(self) -> bool:
        """Whether nothing typed waits to be added or saved."""
        in_form = self.stack.currentWidget() is self.day_view and self.day_view.is_changed
        return not (in_form or self.quick.is_typed)

    def find(self) -> None:
        self.show_list()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def copy_table(self) -> bool:
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.open_with("import")
            self.import_view.open_file(Path(files[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentWidget() is self.import_view:
            self.show_list()
            return
        super().keyPressEvent(event)
