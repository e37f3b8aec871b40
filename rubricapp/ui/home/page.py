"""Home: go on where one stopped, what is to do, how far one is, when the last backup was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentState, Role
from rubricapp.core.viewing import is_only_participant
from rubricapp.i18n import _, ngettext
from rubricapp.ui import opening
from rubricapp.ui.asked import Asked
from rubricapp.ui.background import Background
from rubricapp.ui.dates import say_day, say_when, week_of
from rubricapp.ui.home.away import AccompaniedCard, CalibrationCard
from rubricapp.ui.home.cards import bar, moderation_cards, task, waiting_card
from rubricapp.ui.home.reading import Home, Work, load_home
from rubricapp.ui.messages import PlainLabel, button, on_button
from rubricapp.ui.own import Own
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import line
from rubricapp.ui.widgets.layouts import Card, Columns, Field, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.ui.home.handing_in import HandInView
    from rubricapp.ui.watching import Watch


class HomePage(Page):
    """Reads everything at once (`load_home`) and lays it out anew; it is small."""

    kinds = frozenset(
        {
            *("assessment", "rating", "person", "enrolment", "rubric_version", "occasion", "programme", "edition"),
            *("peer_round", "allocation", "agreed_level", "assignment", "release", "device_key", "mentorship"),
            *("meeting", "log_entry", "agreed_action", "log_check"),
            *("calibration", "calibration_sample", "calibration_level", "calibration_gate"),
        }
    )

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._background = background
        self.hand_in: HandInView | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.scroll = Scroll(_("Home"), reading=True)
        self.stack.addWidget(self.scroll)
        self.header = Header("")
        self.mine = button(_("My page"), "primary", "user")
        self.mine.clicked.connect(lambda: self.wanted.emit("people", ("person", self.session.me.id)))
        self.header.set_acts(self.mine)
        self.scroll.body.addWidget(self.header)
        self._inside = QVBoxLayout()
        self._inside.setSpacing(16)
        self.scroll.body.addLayout(self._inside)
        self.scroll.body.addStretch(1)
        self.resume: QWidget | None = None
        self.asked_table: RowsTable | None = None
        self._watch: Watch | None = None
        self._waiting: tuple[Path, ...] = ()

    def refresh(self) -> None:
        found = load_home(self.session.ws, self.session.me)
        now = self.session.ws.sources.now()
        self.header.title.setText(found.programme or _("Home"))
        dates = " – ".join(say_day(day) for day in (found.starts_on, found.ends_on) if day)
        week = week_of(found.starts_on, found.ends_on, now.astimezone().date())
        self.header.say("  ·  ".join(part for part in (found.edition, week or dates) if part))
        me = self.session.me
        self.mine.setVisible(me is not None and Role.PARTICIPANT in me.roles)
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        if had_focus:
            self.scroll.setFocus()  # else it would go to the rail as soon as what has it is gone
        clear(self._inside)
        self.resume = self.asked_table = None
        if self.session.me is None:
            put(self._inside, self._who(found))
        columns = Columns()
        only_participant = is_only_participant(self.session.me)
        goes_on = bool(found.recent) and (found.participants or found.own)
        waits = any(not each.is_done for each in found.own)
        if goes_on and (found.recent[0].is_draft or not waits):
            columns.left.addWidget(self._continue(found))
        if found.own:
            columns.left.addWidget(self._own(found))
        if found.peers:
            columns.left.addWidget(self._peers(found))
        if goes_on and waits and not found.recent[0].is_draft:
            columns.left.addWidget(self._continue(found))
        if found.asked:
            columns.left.addWidget(self._asked(found))
        if found.mentees:
            columns.left.addWidget(self._accompanied(found))
        if found.calibrating:
            columns.left.addWidget(CalibrationCard(found.calibrating, lambda each: self.wanted.emit("peer", each)))
        if found.participants and not (found.asked and opening.came_as_kit(self.session.ws)):
            columns.left.addWidget(self._to_do(found))
        elif not found.participants and not only_participant:
            columns.left.addWidget(self._nobody())
        columns.left.addStretch(1)
        if opening.came_as_kit(self.session.ws):
            columns.right.addWidget(self._handing_in())
        self._waiting = self._list_waiting()
        if self._waiting:
            columns.right.addWidget(self._packages(self._waiting))
        for each in moderation_cards(*found.gaps, self.wanted):
            columns.right.addWidget(each)
        columns.right.addWidget(self._progress(found))
        if len(found.recent) > 1:
            columns.right.addWidget(self._recent(found))
        columns.right.addStretch(1)
        put(self._inside, columns)
        if self.resume is not None and (had_focus or self.isVisible()):
            self.resume.setFocus()

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.hand_in:
            return self.hand_in.panes()
        return [self.resume or self.scroll]

    def open_with(self, what: object) -> None:
        if what == "hand_in" and opening.came_as_kit(self.session.ws):
            if self.hand_in is None:
                from rubricapp.ui.home.handing_in import HandInView

                self.hand_in = HandInView(self.session, self._background)
                self.hand_in.left.connect(self._on_left)
                self.hand_in.notice.connect(self.notice)
                self.stack.addWidget(self.hand_in)
            self.stack.setCurrentWidget(self.hand_in)
            self.hand_in.open()

    def _on_left(self) -> None:
        self.stack.setCurrentWidget(self.scroll)
        self._mark()
        (self.resume or self.scroll).setFocus()

    def copy_table(self) -> bool:
        table = self.asked_table if self.stack.currentWidget() is self.scroll else None
        if table is None:
            return False
        QGuiApplication.clipboard().setText(table.model().as_text())
        return True

    # The cards

    def _who(self, found: Home) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Who sits here?"), "label"))
        card.body.addWidget(PlainLabel(_("Levels are kept under the name of whoever chose them."), "muted"))
        if found.sitting:
            choice = QComboBox()
            choice.setAccessibleName(_("Who sits here?"))
            for person in found.sitting:
                choice.addItem(opening.say_sitting(person), person)
            that = button(_("This is me"), "primary")
            that.clicked.connect(lambda: self._set_me(choice.currentData()))
            card.body.addWidget(flow(choice, that))
        name = QLineEdit(self.session.settings.name)
        name.setMaxLength(200)
        add = button(_("Add me as assessor"), "" if found.sitting else "primary", "user-plus")
        add.clicked.connect(lambda: self._add_me(name.text()))
        name.returnPressed.connect(add.click)
        card.body.addWidget(Field(_("Your name") if not found.sitting else _("Or your name, if it is missing"), name))
        card.body.addWidget(flow(add))
        return card

    def _set_me(self, person: object) -> None:
        self.session.set_settings(name=person.name)
        self.session.set_me(person)

    def _add_me(self, name: str) -> None:
        from rubricapp.operations import people

        made = self.session.run(people.add_person, Role.ASSESSOR, name)
        if made is not None:
            self._set_me(made[0])

    def _continue(self, found: Home) -> Card:
        last = found.recent[0]
        card = Card()
        open_ = last.is_draft
        card.body.addWidget(PlainLabel(_("Continue") if open_ else _("Worked on last"), "small muted strong"))
        card.body.addWidget(PlainLabel(last.participant, "section"))
        where = f"{last.rubric}  ·  {last.occasion}"
        rated = _("{k} of {n} criteria rated").format(k=last.rated, n=last.criteria)
        card.body.addWidget(PlainLabel(f"{where}  ·  {rated}", "muted"))
        resume = button(_("Resume") if open_ else _("Look again"), "primary" if open_ else "", "arrow-right")
        resume.setAccessibleDescription(f"{last.participant}, {where}")
        resume.clicked.connect(lambda: self.wanted.emit("score", last.slot))
        card.body.addSpacing(4)
        card.body.addWidget(flow(resume))
        if self.resume is None:
            resume.setDefault(True)
            self.resume = resume
        return card

    def _own(self, found: Home) -> Card:
        card = Card()
        title = _("Assess yourself · {occasion}").format(occasion=found.own[0].occasion)
        card.body.addWidget(PlainLabel(title, "label"))
        card.body.addWidget(
            PlainLabel(_("Before you see what assessors say: the same rubric, the same evidence."), "muted")
        )
        for number, own in enumerate(found.own):
            if number:
                card.body.addWidget(line())
            card.body.addLayout(self._own_work(own))
        return card

    def _own_work(self, own: Own) -> QVBoxLayout:
        done = own.is_done
        rated = _("{k} of {n} criteria rated").format(k=own.rated, n=own.criteria)
        state = _("finished") if done else rated if own.state else _("not begun")
        go = button(_("Look") if done else _("Assess yourself"), "quiet" if done else "", "clipboard-check")
        named = _("Look at how you assessed yourself with {rubric}") if done else _("Assess yourself with {rubric}")
        go.setAccessibleName(named.format(rubric=own.rubric))
        go.clicked.connect(lambda: self.wanted.emit("score", own.slot))
        if self.resume is None and not done:
            self.resume = go
        shown = own.criteria if done else own.rated
        return task(own.rubric, state, go, shown, own.criteria)

    def _peers(self, found: Home) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Peer reviews"), "label"))
        for number, each in enumerate(found.peers):
            if number:
                card.body.addWidget(line())
            state = _("{k} of {n} finished").format(k=each.finished, n=each.asked)
            go = button(_("Review"), "", "message-square")
            go.setAccessibleName(_("Write peer reviews with {rubric}").format(rubric=each.rubric))
            go.clicked.connect(lambda: self.wanted.emit("peer", None))
            title = f"{each.rubric}  ·  {each.occasion}"
            card.body.addLayout(task(title, state, go, each.finished, each.asked))
        return card

    def _to_do(self, found: Home) -> Card:
        card = Card()
        title = _("To do") if not found.occasion else _("To do · {occasion}").format(occasion=found.occasion)
        card.body.addWidget(PlainLabel(title, "label"))
        if not found.work:
            card.body.addWidget(PlainLabel(_("No rubric is published yet. Publish one under Rubrics."), "muted"))
        for number, work in enumerate(found.work):
            if number:
                card.body.addWidget(line())
            card.body.addLayout(self._work(work, found.participants))
        return card

    def _asked(self, found: Home) -> Card:
        """What one was asked to score: how far each rubric is, then everybody by name."""
        card = Card()
        card.body.addWidget(PlainLabel(_("You are asked to score"), "label"))
        groups: dict[tuple[str, str], list[Asked]] = {}
        for each in found.asked:
            groups.setdefault((each.rubric, each.occasion), []).append(each)
        for number, ((rubric, occasion), asked) in enumerate(groups.items()):
            if number:
                card.body.addWidget(line())
            done = sum(each.is_done for each in asked)
            begun = sum(each.state is AssessmentState.DRAFT for each in asked)
            state = occasion + "  ·  " + _("{k} of {n} finished").format(k=done, n=len(asked))
            if begun:
                state += "  ·  " + ngettext("{n} draft", "{n} drafts", begun).format(n=begun)
            order = sorted(asked, key=lambda each: (each.is_done, each.state is None))
            go = button(_("Score") if done < len(asked) else _("Look"), "", "clipboard-check")
            go.setAccessibleName(_("Score with {rubric}, {occasion}").format(rubric=rubric, occasion=occasion))
            go.clicked.connect(lambda _checked=False, slot=order[0].slot: self.wanted.emit("score", slot))
            if self.resume is None and done < len(asked):
                self.resume = go
            card.body.addLayout(task(rubric, state, go, done, len(asked)))
        columns = [
            Column(_("Participant"), lambda each: each.participant.name, wide=True),
            Column(_("Rubric"), lambda each: each.rubric),
            Column(_("Occasion"), lambda each: each.occasion),
            Column(_("State"), lambda each: each.said_state),
        ]
        self.asked_table = RowsTable(RowsModel(columns, card), _("Whom you are asked to score"))
        self.asked_table.grow_to(8)
        self.asked_table.model().set_records(found.asked)
        self.asked_table.chosen.connect(lambda each: self.wanted.emit("score", each.slot))
        card.body.addWidget(self.asked_table)
        return card

    def _accompanied(self, found: Home) -> Card:
        card = AccompaniedCard(found.mentees, lambda each: self.wanted.emit("people", ("person", each.id, "plan")))
        self.resume = self.resume or card.table
        return card

    def _handing_in(self) -> Card:
        from rubricapp.ui.home.handing_in import list_drafts, say_last

        card = Card()
        card.body.addWidget(PlainLabel(_("Hand in"), "label"))
        card.body.addWidget(PlainLabel(say_last(self.session)))
        drafts = len(list_drafts(self.session))
        if drafts:
            text = ngettext("{n} is still a draft", "{n} are still drafts", drafts).format(n=drafts)
            card.body.addWidget(PlainLabel(text, "muted"))
        go = button(_("Hand in…"), "", "upload")
        go.clicked.connect(lambda: self.open_with("hand_in"))
        card.body.addWidget(flow(go))
        return card

    def _work(self, work: Work, participants: int) -> QVBoxLayout:
        done = work.finished >= participants
        go = button(_("Score") if not done else _("Look"), "" if not done else "quiet", "clipboard-check")
        named = _("Score with {rubric}") if not done else _("Look at what was scored with {rubric}")
        go.setAccessibleName(named.format(rubric=work.rubric))
        go.clicked.connect(lambda: self.wanted.emit("score", work.slot))
        state = _("{k} of {n} finished").format(k=work.finished, n=participants)
        begun = work.begun - work.finished
        if begun:
            state += "  ·  " + ngettext("{n} begun", "{n} begun", begun).format(n=begun)
        return task(work.rubric, state, go, work.finished, participants)

    def _packages(self, waiting: tuple[Path, ...]) -> Card:
        said = ngettext("{n} package to merge", "{n} packages to merge", len(waiting)).format(n=len(waiting))
        go = button(_("Look at them"), "", "merge")
        go.clicked.connect(lambda: self.wanted.emit("merge", ("files", list(waiting))))
        words = _("In {folder}; nothing is merged before you say so.").format(folder=waiting[0].parent)
        return waiting_card(_("From other laptops"), said, words, go)

    def _list_waiting(self) -> tuple[Path, ...]:
        """What turned up in the watched folder, for who merges; and hear of more."""
        watch = self.session.watch
        if watch is None or not opening.may_merge(self.session.me):
            return ()
        if watch is not self._watch:
            self._watch = watch
            watch.looked.connect(self._on_looked)
        watch.refresh()
        return watch.waiting

    def _on_looked(self) -> None:
        if self._watch.waiting != self._waiting:
            self._mark()

    def _nobody(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Nobody to score yet"), "section"))
        card.body.addWidget(PlainLabel(_("Import the roster your office keeps, or add people one by one."), "muted"))
        bring = button(_("Import a roster"), "primary", "download")
        bring.clicked.connect(lambda: self.wanted.emit("people", "import"))
        add = button(_("Add a person"), "", "user-plus")
        add.clicked.connect(lambda: self.wanted.emit("people", "add"))
        card.body.addSpacing(4)
        card.body.addWidget(flow(bring, add))
        self.resume = bring
        return card

    def _progress(self, found: Home) -> Card:
        card = Card()
        me = self.session.me
        title = _("My progress") if me is None else _("My progress · {name}").format(name=me.name)
        card.body.addWidget(PlainLabel(title, "label"))
        words = _("{k} of {n} begun assessments are finished").format(k=found.finished, n=found.begun)
        if not found.begun:
            words = _("No assessment begun yet")
        card.body.addWidget(PlainLabel(words))
        card.body.addWidget(bar(found.finished, found.begun, words))
        card.body.addWidget(line())
        now = self.session.ws.sources.now()
        backup = opening.newest_backup(self.session.ws)
        said = _("Last backup: {when}").format(when=say_when(backup, now)) if backup else _("No backup yet")
        card.body.addWidget(PlainLabel(said, "muted" if backup else "warning"))
        card.body.addWidget(PlainLabel(_("Everything is on this laptop only."), "small muted"))
        return card

    def _recent(self, found: Home) -> Card:
        card = Card(spacing=4)
        card.body.addWidget(PlainLabel(_("Recent"), "label"))
        now = self.session.ws.sources.now()
        for each in found.recent[1:]:
            go = button(on_button(each.participant), "link")
            go.setAccessibleDescription(f"{each.rubric}, {each.occasion}")
            go.clicked.connect(lambda _checked=False, slot=each.slot: self.wanted.emit("score", slot))
            when = say_when(each.touched_at, now)
            card.body.addLayout(row(go, 1))
            below = PlainLabel(f"{each.rubric} · {each.occasion} · {when}", "small muted")
            below.setContentsMargins(7, 0, 0, 4)
            card.body.addWidget(below)
        return card
