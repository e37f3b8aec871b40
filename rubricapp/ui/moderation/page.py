"""Moderation, for programme leads: the gaps, one gap side by side, how far everybody is, the sample."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.leading import leads, say_leads
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.moderation.gap import GapView
from rubricapp.ui.moderation.gaps import GapsView
from rubricapp.ui.moderation.reading import NOTHING, Entry, Far, Need, Read, read
from rubricapp.ui.moderation.states import SampleView, StatesView
from rubricapp.ui.page import WHOLE, Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import RowsTable


class ModerationPage(Page):
    """open_with: "list", or ("gap", rubric's hash, occasion, participant, criterion)."""

    kinds = frozenset(
        {
            *("assessment", "rating", "agreed_level", "release", "assignment", "declared_conflict"),
            *("person", "enrolment", "occasion", "rubric_version", "evidence", "artefact", "log_entry"),
        }
    )

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.outer = QStackedWidget()
        layout.addWidget(self.outer)
        self.lists = QWidget()
        inside = QVBoxLayout(self.lists)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self._top = top = QVBoxLayout()
        top.setSpacing(8)
        self.header = Header(_("Moderation"))
        copy = button(_("Copy as table"), "", "copy")
        copy.clicked.connect(self._on_copy)
        self.release = button(_("Release results…"), "", "lock-open")
        self.release.clicked.connect(lambda: self.wanted.emit("portfolios", "release"))
        self.header.set_acts(copy, self.release)
        top.addWidget(self.header)
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("Parts of moderation"))
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        top.addWidget(self.bar)
        inside.addLayout(top)
        self.stack = QStackedWidget()
        inside.addWidget(self.stack, 1)
        self.gaps, self.states, self.sample = GapsView(), StatesView(), SampleView(session)
        for title, view in (
            (_("Gaps"), self.gaps),
            (_("How far everybody is"), self.states),
            (_("Sample"), self.sample),
        ):
            self.bar.addTab(title)
            self.stack.addWidget(view)
        self.bar.currentChanged.connect(self._on_tab)
        self.gap = GapView(session)
        self.guest = GuestView(_("Moderation"))
        for each in (self.lists, self.gap, self.guest):
            self.outer.addWidget(each)
        self.gaps.gap_wanted.connect(self.show_gap)
        self.states.person_wanted.connect(self._on_far)
        self.sample.person_wanted.connect(lambda person: self.wanted.emit("people", ("person", person.id, "scores")))
        self.gap.left.connect(self.show_list)
        self.gap.step_wanted.connect(self._step)
        self.gap.notice.connect(self.notice)
        self.gap.done.connect(self.done)
        self.gap.work_wanted.connect(
            lambda entry, link: self.wanted.emit("people", ("person", entry.participant.id, "portfolio", link))
        )
        self.gap.release_wanted.connect(lambda entry: self.wanted.emit("portfolios", ("person", entry.participant.id)))
        self.guest.home_wanted.connect(lambda: self.wanted.emit("home", None))
        self.found: Read | None = None
        self._order: list[tuple] = []
        theme.look().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        """As far from the edges as what is below: see `Scroll`."""
        side = 32 if theme.look().percent <= 125 else 20
        self._top.setContentsMargins(side, 24 if side == 32 else 16, side, 0)

    # Shown

    def refresh(self) -> None:
        if not leads(self.session):
            self.found = None
            self.gaps.show_read(NOTHING)
            self.states.show_read(NOTHING)
            self.sample.model.set_records([])
            self.guest.say(say_leads(self.session))
            self.outer.setCurrentWidget(self.guest)
            return
        if self.outer.currentWidget() is self.guest:
            self.outer.setCurrentWidget(self.lists)
        self.found = read(self.session.ws, self.session.me)
        self.gaps.show_read(self.found)
        self.states.show_read(self.found)
        if self.stack.currentWidget() is self.sample:
            self.sample.refresh()
        todo = sum(each.need is Need.OPEN for each in self.found.entries)
        waits = sum(each.need is Need.WAITS for each in self.found.entries)
        said = ngettext("{n} gap to settle", "{n} gaps to settle", todo).format(n=todo)
        if waits:
            more = ngettext("{n} waits for a third assessor", "{n} wait for a third assessor", waits)
            said += "  ·  " + more.format(n=waits)
        self.header.say(said)
        if self.outer.currentWidget() is self.gap:
            entry = self._entry(self.gap.entry.key)
            if entry is None:
                self.show_list()
            else:
                self.gap.show_entry(entry)

    def _entry(self, key: tuple) -> Entry | None:
        return next((each for each in (*self.found.entries, *self.found.early) if each.key == key), None)

    def show_gap(self, entry: Entry) -> None:
        """One gap; the ones after it are those of the list as it is now."""
        self._order = [each.key for each in self.gaps.model.shown]
        if entry.key not in self._order:
            self._order = [each.key for each in self.found.entries]
        self._open(entry)

    def _open(self, entry: Entry) -> None:
        self.outer.setCurrentWidget(self.gap)
        self.gap.show_entry(entry)
        self.gap.settle.focus()

    def show_list(self) -> None:
        """Back to the list, at the gap one was at."""
        self.gap.settle.keep_draft()
        self.outer.setCurrentWidget(self.lists)
        self.stack.currentWidget().panes()[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, step: int) -> None:
        """The next gap that is to be settled, round the list; or the one before, settled or not."""
        order, key = self._order, self.gap.entry.key
        place = order.index(key) if key in order else 0
        following = [order[(place + step * n) % len(order)] for n in range(1, len(order))]
        entries = [entry for each in following if (entry := self._entry(each)) is not None]
        chosen = next((each for each in entries if step < 0 or each.need is Need.OPEN), None)
        if chosen is not None:
            self._open(chosen)
        elif step > 0 and self.gap.entry.need is not Need.OPEN:
            self.show_list()
            self.notice.emit(_("No other gap is to be settled."))
        else:
            self.notice.emit(_("There is no other gap in the list."))

    def _on_far(self, far: Far) -> None:
        """To a participant's first open gap, else to their scores."""
        entry = self._entry(far.gap) if far.gap is not None else None
        if entry is not None:
            self.show_gap(entry)
        else:
            self.wanted.emit("people", ("person", far.participant.id, "scores"))

    def _on_tab(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        if self.stack.currentWidget() is self.sample and self.found is not None:
            self.sample.refresh()

    # What the window asks

    def open_with(self, what: object) -> None:
        self.refresh_if_stale()
        if self.found is None:
            self.guest.go.setFocus()
            return
        entry = None
        if isinstance(what, tuple) and what[0] == "gap":
            _gap, rubric, occasion, person, criterion = what
            entry = self._entry((person, rubric, occasion, criterion))
        if entry is not None:
            self.bar.setCurrentIndex(0)
            self.show_gap(entry)
            return
        self.bar.setCurrentIndex(0)
        self.show_list()

    @property
    def view(self) -> QWidget:
        """What is shown: a list or one gap."""
        shown = self.outer.currentWidget()
        return self.stack.currentWidget() if shown is self.lists else shown

    def panes(self) -> list[QWidget]:
        return ([self.bar] if self.outer.currentWidget() is self.lists else []) + self.view.panes()

    def main(self) -> QWidget:
        return self.panes()[-1]

    def find(self) -> None:
        if self.found is not None:
            if self.outer.currentWidget() is not self.lists:
                self.show_list()
            self.view.find()

    def _on_copy(self) -> None:
        said = _("Copied. Paste it into a sheet or a message.")
        self.notice.emit(said if self.copy_table() else _("There is no table on this page."))

    def copy_table(self) -> bool:
        focus = QApplication.focusWidget()
        if self.found is None:
            return False
        if isinstance(focus, RowsTable) and self.isAncestorOf(focus):
            text = focus.model().as_text()
        else:
            view = self.gaps if self.view is self.gap else self.view
            text = view.as_text()
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)


class GuestView(Scroll):
    """For whoever is no lead. home_wanted()."""

    home_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent, measure=WHOLE)
        self.body.addWidget(Header(title))
        card = Card()
        card.body.addWidget(PlainLabel(_("Nothing for you to do here."), "section"))
        self.words = PlainLabel("", "muted")
        card.body.addWidget(self.words)
        self.go = button(_("Go to Home"), "primary", "house")
        self.go.clicked.connect(self.home_wanted)
        card.body.addWidget(flow(self.go))
        self.body.addWidget(card)
        self.body.addStretch(1)

    def say(self, words: str) -> None:
        self.words.setText(words)

    def panes(self) -> list[QWidget]:
        return [self.go]
