"""The scoring screen: who is scored above, evidence beside, criteria with their levels, and whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from rubricapp.core.model import Changes, PersonId
from rubricapp.i18n import _
from rubricapp.operations import assessments
from rubricapp.ui import theme
from rubricapp.ui.score import keyboard, keys, looks
from rubricapp.ui.score.across import CriterionCard, content_for
from rubricapp.ui.score.commands import TextCommand, WriteCommand, say_value
from rubricapp.ui.score.comments import Comments
from rubricapp.ui.score.desk import Desk
from rubricapp.ui.score.foot import EmptyState, Foot, Footer
from rubricapp.ui.score.gaps import GapsPanel
from rubricapp.ui.score.header import ScoreHeader
from rubricapp.ui.score.notes import notes_above
from rubricapp.ui.score.panels import FinishPanel, LockedPanel, ReopenPanel
from rubricapp.ui.score.row import CriterionRow, content_of
from rubricapp.ui.score.sheet import Sheet
from rubricapp.ui.score.side import Side
from rubricapp.ui.score.writer import Place, Slot, Value, Writer
from rubricapp.ui.session import Session


class ScorePage(QWidget):
    """notice(str): worth a toast. keys_wanted(): show all keys. people_wanted(): nobody is there to score yet."""

    # Scoring of another kind is a subclass with its own parts. Works are looked at and not changed; or one alone is.
    writer_type, desk_type, foot_type, row_of = Writer, Desk, Foot, staticmethod(content_of)
    only_looks, only_work = False, None

    notice = Signal(str)
    keys_wanted = Signal()
    people_wanted = Signal()
    wanted = Signal(str, object)  # as a Page's

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.writer = self.writer_type(session, self)
        self.desk = self.desk_type(self.writer)
        self._rows_for: tuple | None = None
        self._is_read = False
        self.header = ScoreHeader(looks.paints(5), self)
        self.finish_panel = FinishPanel(self)
        self.locked_panel = LockedPanel(self)
        self.reopen_panel = ReopenPanel(self)
        self.foot = self.foot_type(self)
        self.sheet = Sheet(self.foot, self)
        self.footer = Footer(self)
        self.empty = EmptyState(self)
        self.body = QSplitter(Qt.Orientation.Horizontal, self)
        self.body.setChildrenCollapsible(False)
        self.body.addWidget(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for each in (self.header, self.finish_panel, self.locked_panel, self.reopen_panel):
            column.addWidget(each)
        column.addWidget(self.body, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.footer)
        self.setAcceptDrops(not self.only_looks)
        self.side = Side(self)
        self.comments = Comments(self)
        self.gaps = GapsPanel(session)
        self.foot.layout().addWidget(self.gaps)
        self._connect()

    def _connect(self) -> None:
        header, session = self.header, self.session
        header.previous.connect(lambda: self.go(-1))
        header.next_.connect(lambda: self.go(1))
        header.finish.connect(self.finish)
        for box, what in ((header.people, "participant"), (header.rubrics, "rubric"), (header.occasions, "occasion")):
            box.chosen.connect(lambda each, box=box, what=what: self._choose(box.is_passing, **{what: each}))
        header.criteria.chosen.connect(lambda each: self._choose_criterion(each, header.criteria.is_passing))
        header.across_toggled.connect(self._on_across_toggled)
        header.saved.try_again.connect(self.writer.flush)
        self.finish_panel.finish_as_is.connect(self._finish_now)
        self.finish_panel.go_to_first.connect(self._go_to_first_missing)
        self.finish_panel.closed.connect(self.focus_rows)
        self.locked_panel.reopen.connect(self.reopen_panel.ask)
        self.locked_panel.next_.connect(lambda: self.go(1))
        self.locked_panel.home.connect(lambda: self.wanted.emit("home", None))
        self.reopen_panel.reasoned.connect(self._reopen)
        self.reopen_panel.closed.connect(self.focus_rows)
        for field, box in self.foot.texts.items():
            box.typed.connect(lambda field=field, box=box: self.writer.type(Place(self.desk.slot, field), box.text))
            box.left.connect(self.writer.flush)
            box.escaped.connect(self.focus_rows)
        self.footer.auto_advance.toggled.connect(
            lambda on: on == session.settings.auto_advance or session.set_settings(auto_advance=on)
        )
        self.empty.people_wanted.connect(self.people_wanted)
        self.writer.state_changed.connect(self._show_saving)
        self.writer.text_saved.connect(self._on_text_saved)
        self.writer.undone.connect(self._on_undone)
        session.changed.connect(self._on_changed)
        session.me_changed.connect(self._on_me_changed)
        session.settings_changed.connect(lambda _settings: self._show_settings())
        theme.look().changed.connect(self._dress)
        QApplication.instance().applicationStateChanged.connect(self._on_application_state_changed)

    # What is shown

    def show_slot(self, rubric: str, occasion: str, participant: str) -> None:
        """Score this participant with this rubric version on this occasion."""
        self.flush()
        self.desk.slot = Slot(rubric, occasion, PersonId(participant))
        self._read()
        self._start()

    def _choose(self, stays: bool = False, **what: str) -> None:
        self.flush()
        self.desk.choose(**what)
        self.refresh()
        self._start(not stays)

    def _choose_criterion(self, criterion: str, stays: bool = False) -> None:
        self.flush()
        self.desk.criterion = criterion
        self.refresh()
        self._start(not stays)

    def go(self, step: int) -> None:
        """The next or previous participant (across: criterion)."""
        found = self.desk.neighbour(step) if self.desk.slot else None
        if found is None:
            self.notice.emit(_("This is the last one.") if step > 0 else _("This is the first one."))
        elif self.desk.criterion is None:
            self._choose(participant=found)
        else:
            self._choose_criterion(found)

    def _read(self) -> None:
        self._is_read = True
        self.desk.read()
        self.refresh()

    def refresh(self) -> None:
        """Show what is on the disk, with what waits to be saved."""
        desk = self.desk
        there = desk.slot is not None
        for each in (self.header, self.body, self.footer):
            each.setVisible(there)
        self.empty.setVisible(not there)
        if not there:
            self.empty.explain(bool(desk.participants), bool(desk.rubrics))
            return
        desk.read_ratings()
        shown = (desk.slot.rubric, desk.criterion, tuple(desk.across) if desk.criterion else desk.is_own)
        if shown != self._rows_for:
            self._rows_for = shown
            self._make_rows()
        for row, place in zip(self.sheet.rows, desk.places(), strict=True):
            rating, typed, locked = desk.rating_at(place)
            row.show_rating(rating, locked, typed, desk.log_days(place))
        self._show_around()

    def _make_rows(self) -> None:
        desk = self.desk
        paints = looks.paints(desk.rubric.top_level)
        above: list[QWidget] = []
        if desk.criterion is None:
            contents = [self.row_of(each, n, desk.is_own) for n, each in enumerate(desk.rubric.criteria, 1)]
            above += notes_above(self)
        else:
            criterion = desk.rubric.criterion(desk.criterion)
            contents = [content_for(each, criterion) for each in desk.across]
            above.append(CriterionCard(criterion, desk.rubric.criteria.index(criterion) + 1, self))
        rows = [CriterionRow(each, paints) for each in contents]
        for index, row in enumerate(rows):
            row.picked.connect(lambda value, by_mouse, index=index: self.rate(index, value, by_mouse))
            row.typed.connect(lambda text, index=index: self.comments.typed(index, text))
            row.comment_left.connect(self.writer.flush)
            row.bank_wanted.connect(lambda index=index: self.comments.open_bank(index))
            row.keep_wanted.connect(lambda index=index: self.comments.keep(index))
        self.sheet.set_rows(rows, above)

    def _show_around(self) -> None:
        """Header, panels, foot and footer."""
        desk = self.desk
        across = desk.criterion is not None
        standings = desk.standings()
        self.header.show_desk(desk, standings)
        found = desk.assessment if not across else None
        locked = found is not None and not found.is_open
        self.locked_panel.show_locked(found if locked else None, desk.neighbour(1) is not None, desk.is_handed_in)
        if not locked:
            self.reopen_panel.hide()
        self.header.finish_button.setEnabled(not locked and not desk.is_locked)
        self.foot.setVisible(not across)
        self.gaps.show_beside(found)
        self.foot.show_texts(found, desk.typed_texts(), desk.is_locked, self.session.ws)
        self.footer.show_progress(desk.finished(standings), 0 if desk.is_own else len(desk.across))
        self._show_settings()
        self._show_saving()
        self.side.show_person()

    def _show_saving(self) -> None:
        if self.desk.slot is not None:
            self.header.show_saving(self.writer, bool(self.desk.assessments))

    def _show_settings(self) -> None:
        settings = self.session.settings
        self.footer.show_settings(settings, self.desk.rubric.top_level if self.desk.slot else 5)

    def _start(self, focus: bool = True) -> None:
        """Begin at the first criterion without a rating. focus: it takes the keyboard, where the page is shown."""
        self.finish_panel.hide()
        if self.desk.slot is None:
            return
        first = self.sheet.next_unrated(-1)
        self.sheet.verticalScrollBar().setValue(0)
        self.sheet.set_current(first or 0, focus=focus and self.isVisible())
        if focus and self.locked_panel.isVisibleTo(self) and self.isVisible():
            self.locked_panel.go_on()

    def focus_rows(self) -> None:
        """Back to the rows."""
        self.sheet.set_current(max(0, self.sheet.current))

    # Writing

    def rate(self, index: int, value: Value, by_mouse: bool = False) -> None:
        """Choose a level, a blank or None for a row: written now, shown as it was chosen even where that fails."""
        row, place = self.sheet.rows[index], self.desk.places()[index]
        if row.is_locked:
            self.notice.emit(keyboard.why_locked(self, place))
            return
        before = self.writer.value_at(place)
        self.sheet.set_current(index, focus=not by_mouse, reveal=not by_mouse)
        row.show_value(value)
        if value != before or place in self.writer.waiting:
            self.writer.write(place, value)
            words = f"{row.content.title}: {say_value(value)}"
            self.session.undo_stack.push(WriteCommand(self.writer, place, before, value, words))
        # A pointer shows where the person looks, so nothing moves away from under it.
        if self.session.settings.auto_advance and value is not None and not by_mouse:
            self._advance(index)

    def _advance(self, index: int) -> None:
        following = self.sheet.next_unrated(index)
        if following is not None:
            self.sheet.set_current(following)
        elif self.desk.criterion is None:
            self.header.finish_button.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.header.forward_button.setFocus(Qt.FocusReason.TabFocusReason)

    def finish(self) -> None:
        """Finish, after saying what is missing."""
        if self.desk.slot is None or self.desk.is_locked or not self.flush():
            return
        if self.desk.criterion is not None:
            self.header.across_button.setChecked(False)
        found = self.writer.begin(self.desk.slot)
        if found is None or not found.is_open:
            return
        missing = assessments.find_missing(self.session.ws, found.id)
        if missing:
            self.finish_panel.ask([self.desk.rubric.criterion(each).title for each in missing])
        else:
            self._finish_now()

    def _finish_now(self) -> None:
        self.finish_panel.hide()
        if self.writer.run(assessments.finish, self.writer.id_of(self.desk.slot)) is not None:
            own = _("Your self-assessment is finished.")
            self.notice.emit(own if self.desk.is_own else _("Finished: {name}").format(name=self.desk.participant.name))
            self.locked_panel.go_on()

    def _go_to_first_missing(self) -> None:
        self.finish_panel.hide()
        self.sheet.set_current(self.sheet.next_unrated(-1) or 0)

    def _reopen(self, reason: str) -> None:
        if self.writer.run(assessments.reopen, self.writer.id_of(self.desk.slot), reason) is not None:
            self.reopen_panel.hide()
            self._start()

    def flush(self) -> bool:
        """Write everything that waits, now. False if the disk refuses; it stays on the screen."""
        return self.writer.flush() if self.writer.waiting else True

    # What happened elsewhere

    def _on_changed(self, changes: Changes) -> None:
        if not self._is_read:
            return
        if changes.concerns("person", "enrolment", "occasion", "edition", "rubric_version", "log_entry"):
            self._read()
        elif changes.concerns("assessment", "rating") and self.desk.slot is not None:
            self.refresh()
        elif changes.concerns("artefact", "evidence"):
            self.side.show_person()

    def _on_me_changed(self) -> None:
        if self._is_read:
            self._read()
            self._start(focus=False)

    def _on_text_saved(self, place: Place, before: str, after: str) -> None:
        what = _("comment on {id}").format(id=place.criterion) if place.criterion else self.foot.name_of(place.field)
        self.session.undo_stack.push(TextCommand(self.writer, place, before, after, what))

    def _on_undone(self, place: Place, words: str) -> None:
        self.notice.emit(words)
        if self.desk.slot is None or not self.isVisible():
            return
        if not self._show_place(place) and (self.desk.criterion is not None or place.slot != self.desk.slot):
            self.desk.criterion = None
            self.show_slot(place.slot.rubric, place.slot.occasion, place.slot.participant)
            self._show_place(place)

    def _show_place(self, place: Place) -> bool:
        """Make the row of this place the current one; False where it is not shown."""
        places = [(each.slot, each.criterion) for each in self.desk.places()]
        if (place.slot, place.criterion) not in places:
            return False
        self.sheet.set_current(places.index((place.slot, place.criterion)))
        return True

    def _on_across_toggled(self, across: bool) -> None:
        if self.desk.slot is None or across == (self.desk.criterion is not None):
            return
        self.flush()
        row, place = self.sheet.current, self.desk.places()[max(0, self.sheet.current)]
        self.desk.criterion = place.criterion if across else None
        if not across and row >= 0:
            self.desk.slot = place.slot
        self.refresh()
        self._start()

    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self.flush()

    def _dress(self) -> None:
        if self.desk.slot is None:
            return
        paints = looks.paints(self.desk.rubric.top_level)
        self.header.set_paints(paints)
        for row in self.sheet.rows:
            row.set_paints(paints)
        self._show_saving()

    # Qt

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.header.people, *self.side.panes(), self.sheet.row or self.sheet, *self.gaps.panes()]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_read:
            self._read()
            self._start()
        QTimer.singleShot(0, self, self._focus_first)

    def _focus_first(self) -> None:
        now = QApplication.focusWidget()
        if self.isVisible() and self.desk.slot is not None and (now is None or not self.isAncestorOf(now)):
            self._start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.fit()
        if self.comments.popup is not None and self.comments.popup.isVisible():
            self.comments.popup.place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "side"):
            self.side.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.desk.slot is not None and not self.session.ws.read_only:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.side.open().take(event.mimeData()):
            event.acceptProposedAction()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = keys.act_of(event, self.session.settings.number_keys)
        if act and self.desk.slot is not None and keyboard.do(self, act, QApplication.focusWidget()):
            event.accept()
        else:
            super().keyPressEvent(event)
