"""The Timeline tab: everything that happened to a participant, drawn as a line and told as a list."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.timeline import Event, EventKind, first_day
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.mentoring import list_milestones
from rubricapp.ui import theme
from rubricapp.ui.background import Background
from rubricapp.ui.log.fields import SHORT, DayBox
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.people.acts import PersonActs
from rubricapp.ui.people.panel import PersonPanel
from rubricapp.ui.people.scores import open_assessment
from rubricapp.ui.people.timeline_line import TimelineLine, say_days, shape
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, Field, FlowLayout, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

_KIND_COLUMN = 1


class EventsModel(RowsModel):
    """Events as rows, each with the shape of its kind."""

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and index.isValid() and index.column() == _KIND_COLUMN:
            window = self.parent().window()
            return shape(self.record(index.row()).kind, theme.look().px(16), window.devicePixelRatioF())
        return super().data(index, role)


class EventsTable(RowsTable):
    """deletion_wanted(): the Delete key."""

    deletion_wanted = Signal()

    def fit(self) -> None:
        super().fit()
        room = theme.look().px(22)
        header = self.horizontalHeader()
        header.resizeSection(_KIND_COLUMN, header.sectionSize(_KIND_COLUMN) + room)
        header.resizeSection(_KIND_COLUMN + 1, header.sectionSize(_KIND_COLUMN + 1) - room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deletion_wanted.emit()
        else:
            super().keyPressEvent(event)


class TimelinePanel(PersonPanel):
    """Enter on an event goes where it is kept; boxes above the line say which kinds are shown."""

    kinds = frozenset(
        {"assessment", "artefact", "log_entry", "peer_review", "allocation", "milestone", "meeting", "showing"}
        | {"release", "occasion", "rubric_version", "person", "enrolment"}
    )

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        from rubricapp.operations.timeline import say_event, say_kind

        super().__init__(session, background, parent)
        self.acts = PersonActs(session)
        self.events: tuple[Event, ...] = ()
        self.left_out: set[EventKind] = set()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Timeline"), measure=WHOLE)
        layout.addWidget(self.scroll)
        body = self.scroll.body
        self.add = button(_("Add a milestone"), "", "flag")
        self.add.clicked.connect(self._on_add)
        self.filters = QWidget()
        FlowLayout(self.filters, 14)
        policy = self.filters.sizePolicy()
        policy.setHeightForWidth(True)
        self.filters.setSizePolicy(policy)
        top = row(self.filters, self.add, spacing=16)
        top.setStretch(0, 1)
        top.setAlignment(self.add, Qt.AlignmentFlag.AlignTop)
        body.addLayout(top)
        body.addWidget(self._make_form())
        self.boxes: dict[EventKind, QCheckBox] = {}
        self.line = TimelineLine(say_kind, say_event)
        self.line.chosen.connect(self._on_line)
        body.addWidget(self.line)
        self.model = EventsModel(
            (
                Column(_("Day"), say_days, lambda each: first_day(each.on) or date.max),
                Column(_("Kind"), lambda each: say_kind(each.kind)),
                Column(_("What"), say_event, wide=True),
            ),
            self,
        )
        self.table = EventsTable(self.model, _("Events"))
        self.table.grow_to(400)
        self.table.chosen.connect(self.open_event)
        self.table.deletion_wanted.connect(self._on_delete)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._on_row(now.row()))
        body.addWidget(self.table)
        self.open = button(_("Open"), "", "arrow-right")
        self.open.clicked.connect(lambda: self.open_event(self.current))
        self.delete = button(_("Remove milestone"), "", "trash-2")
        self.delete.clicked.connect(self._on_delete)
        body.addWidget(flow(self.open, self.delete))
        self.nothing = Card()
        self.nothing.body.addWidget(PlainLabel(_("Nothing yet"), "section"))
        self.nothing.body.addWidget(
            PlainLabel(_("Works, days of the log, finished assessments, meetings and milestones gather here."), "muted")
        )
        body.addWidget(self.nothing)
        body.addStretch(1)

    def _make_form(self) -> Card:
        self.form = Card()
        self.form.body.addWidget(PlainLabel(_("Add a milestone"), "label"))
        self.day, self.title, self.note = DayBox(9), QLineEdit(), QLineEdit()
        for each in (self.title, self.note):
            each.setMaxLength(SHORT)
        columns = Columns(at=44, shares=(1, 3))
        columns.left.addWidget(Field(_("Date"), self.day, _("Year-month-day")))
        columns.right.addWidget(Field(_("What was reached"), self.title))
        columns.right.addStretch(1)
        self.form.body.addWidget(columns)
        self.form.body.addWidget(Field(_("Note"), self.note))
        self.error = ErrorCard()
        self.error.retry.connect(self._on_keep)
        self.form.body.addWidget(self.error)
        keep = button(_("Keep"), "primary", "check")
        keep.clicked.connect(self._on_keep)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self._leave_form)
        self.form.body.addWidget(flow(keep, cancel))
        for each in (self.day, self.title, self.note):
            each.returnPressed.connect(self._on_keep)
        self.form.hide()
        return self.form

    # Reading

    @property
    def current(self) -> Event | None:
        """The event that the list stands at."""
        at = self.table.currentIndex().row()
        return self.model.record(at) if 0 <= at < self.model.rowCount() else None

    def refresh(self) -> None:
        from rubricapp.operations.timeline import timeline

        self.events = timeline(self.session.ws, self.person, self.session.me)
        self._fill_filters()
        self._show()

    def _fill_filters(self) -> None:
        from rubricapp.operations.timeline import say_kind

        counts = {kind: sum(each.kind is kind for each in self.events) for kind in EventKind}
        had = next((kind for kind, box in self.boxes.items() if box.hasFocus()), None)
        clear(self.filters.layout())
        self.boxes = {}
        for kind, count in counts.items():
            if not count:
                continue
            box = QCheckBox(f"{say_kind(kind)}  {count}")
            box.setChecked(kind not in self.left_out)
            size = theme.look().px(16)
            box.setIcon(QIcon(shape(kind, size, self.devicePixelRatioF())))
            box.setIconSize(QSize(size, size))
            box.setAccessibleName(_("Show: {kind}").format(kind=say_kind(kind)))
            box.toggled.connect(lambda on, kind=kind: self._on_filter(kind, on))
            self.boxes[kind] = box
            put(self.filters.layout(), box)
        if had in self.boxes:
            self.boxes[had].setFocus()

    def _show(self) -> None:
        current = self.current
        shown = [each for each in self.events if each.kind not in self.left_out]
        self.model.set_records(shown)
        self.line.show_events(shown, self._today())
        self.table.setVisible(bool(shown))
        self.nothing.setVisible(not self.events)
        if shown:
            same = self.model.row_of(lambda each: current is not None and _same(each, current))
            self.table.setCurrentIndex(self.model.index(same if same >= 0 else len(shown) - 1, 0))
        self._on_row(self.table.currentIndex().row())

    def _today(self) -> date:
        from rubricapp.operations.production_log import today

        return today(self.session.ws)

    def _on_filter(self, kind: EventKind, on: bool) -> None:
        (self.left_out.discard if on else self.left_out.add)(kind)
        self._show()

    def _on_row(self, at: int) -> None:
        event = self.current
        self.line.look_at(at if event is not None else -1)
        self.open.setVisible(event is not None and event.kind is not EventKind.MILESTONE)
        self.delete.setVisible(event is not None and event.kind is EventKind.MILESTONE)

    def _on_line(self, number: int) -> None:
        self.table.setCurrentIndex(self.model.index(number, 0))
        self.table.setFocus(Qt.FocusReason.MouseFocusReason)

    # Going there

    def open_event(self, event: Event | None) -> None:
        """Go where an event is kept."""
        if event is None or event.kind is EventKind.MILESTONE:
            return
        person = self.person.id
        if event.kind is EventKind.ASSESSMENT and event.assessor == getattr(self.session.me, "id", None):
            open_assessment(self, event, self.person)
        elif event.kind is EventKind.LOG:
            self.wanted.emit("log", ("person", person))
        else:
            tab = {EventKind.MEETING: "plan", EventKind.WORK: "portfolio", EventKind.SHOWING: "portfolio"}
            self.wanted.emit("people", ("person", person, tab.get(event.kind, "scores")))

    # Milestones

    def _on_add(self) -> None:
        self.error.hide()
        self.day.setText(self._today().isoformat())
        self.title.clear()
        self.note.clear()
        self.form.show()
        self.title.setFocus()
        QTimer.singleShot(0, self.form, lambda: self.scroll.show_from_top(self.form))

    def _leave_form(self) -> None:
        self.form.hide()
        self.add.setFocus()

    def _on_keep(self) -> None:
        try:
            words, made = self.acts.add_milestone(
                self.person, self.day.text().strip(), self.title.text(), self.note.text()
            )
        except UserError as error:
            self.error.show_error(error)
            return
        self._leave_form()
        self._select(made)
        self.done.emit(words)

    def _select(self, record: str) -> None:
        at = self.model.row_of(lambda each: each.record == record)
        if at >= 0:
            self.table.setCurrentIndex(self.model.index(at, 0))

    def _on_delete(self) -> None:
        event = self.current
        if event is None or event.kind is not EventKind.MILESTONE:
            return
        found = [each for each in list_milestones(self.session.ws, self.person.id) if each.id == event.record]
        for each in found:
            try:
                self.done.emit(self.acts.remove_milestone(each))
            except UserError as error:
                self.form.show()
                self.error.show_error(error, can_retry=False)

    # What the window asks

    def panes(self) -> list[QWidget]:
        found = [self.add, self.table]
        return [each for each in found if each.isVisibleTo(self)]

    def copy_table(self) -> bool:
        QGuiApplication.clipboard().setText(self.model.as_text())
        return bool(self.model.rowCount())

    def flush(self) -> bool:
        """Whether no milestone waits half typed."""
        return not (self.form.isVisibleTo(self) and (self.title.text() or self.note.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.form.isVisible():
            self._leave_form()
            return
        super().keyPressEvent(event)


def _same(one: Event, other: Event) -> bool:
    return (one.kind, one.record, one.on) == (other.kind, other.record, other.on)
