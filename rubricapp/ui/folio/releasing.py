"""Releasing results: from then on their participants may see them. Taken back only with a reason, which is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Occasion, Person, Role, RubricVersion
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations import releases
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Page, keep_undo
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


@dataclass(frozen=True)
class Slot:
    """A rubric on an occasion. drafts, waiting, released: counts of assessments; since: ISO day of the last release."""

    rubric: RubricVersion
    occasion: Occasion
    drafts: int
    waiting: int
    released: int
    since: str


_UNSETTLED = ("E_OPEN_GAPS", "E_OPEN_CONFLICTS")


class ReleasingPanel(Page):
    """Rubric by occasion: what is finished, what is released; for everyone or one participant."""

    kinds = frozenset({"release", "assessment", "person", "enrolment", "occasion", "rubric_version"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        card = Card()
        layout.addWidget(card)
        card.body.addWidget(PlainLabel(_("Release results"), "section"))
        text = _(
            "A participant sees what assessors and mentors said only once it is released, in the window and in the"
            " portfolio file. What is finished and not released yet is waiting."
        )
        card.body.addWidget(PlainLabel(text, "muted"))
        self.not_lead = PlainLabel("", "warning")
        card.body.addWidget(self.not_lead)
        self.error = ErrorCard()
        card.body.addWidget(self.error)
        self.settle = button(_("Settle it under Moderation"), "", "scale")
        self.settle.clicked.connect(lambda: self.wanted.emit("moderation", "list"))
        self.settle_conflicts = button(_("Settle it under Merge, Conflicts"), "", "merge")
        self.settle_conflicts.clicked.connect(lambda: self.wanted.emit("merge", ("conflicts",)))
        card.body.addWidget(flow(self.settle, self.settle_conflicts))
        self.anyway = QLineEdit()
        self.anyway.setMaxLength(2000)
        self.anyway.returnPressed.connect(lambda: self._on_anyway())
        self.anyway_field = Field(
            _("Or the reason for releasing it all the same"),
            self.anyway,
            _("Kept in the history, beside each release."),
        )
        card.body.addWidget(self.anyway_field)
        self.all_the_same = button(_("Release it all the same"), "danger", "lock-open")
        self.all_the_same.clicked.connect(self._on_anyway)
        self._all_the_same = flow(self.all_the_same)
        card.body.addWidget(self._all_the_same)
        self._refused: tuple[list[str], list[str]] = ([], [])
        self._show_gaps()
        self.error.closed.connect(lambda: self._show_gaps())
        self.whom = choice(_("Whose results"))
        self.whom.currentIndexChanged.connect(lambda _index: self._show_slots())
        card.body.addWidget(Field(_("Whose results"), self.whom))
        columns = (
            Column(_("Rubric"), lambda each: each.rubric.label, wide=True),
            Column(_("Occasion"), lambda each: say_occasion(each.occasion)),
            Column(_("Drafts"), lambda each: str(each.drafts), lambda each: each.drafts, right=True),
            Column(_("Waiting"), lambda each: str(each.waiting), lambda each: each.waiting, right=True),
            Column(_("Released"), lambda each: str(each.released), lambda each: each.released, right=True),
            Column(_("On"), lambda each: say_day(each.since), lambda each: each.since),
        )
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, _("Results by rubric and occasion"))
        self.table.grow_to(12)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._enable())
        card.body.addWidget(self.table)
        self.nothing = PlainLabel(_("No results yet: nothing to release."), "muted")
        card.body.addWidget(self.nothing)
        self.release = button(_("Release these results"), "primary", "lock-open")
        self.release.clicked.connect(self._on_release)
        self.release_all = button(_("Release all that is finished"), "", "lock-open")
        self.release_all.clicked.connect(self._on_release_all)
        card.body.addWidget(flow(self.release, self.release_all))
        self.reason = QLineEdit()
        self.reason.setMaxLength(2000)
        hint = _("Kept in the history. Files that were made before are not undone.")
        self.reason_field = Field(_("Reason for taking a release back"), self.reason, hint)
        card.body.addWidget(self.reason_field)
        self.back = button(_("Take this release back"), "danger", "lock")
        self.back.clicked.connect(self._on_take_back)
        card.body.addWidget(flow(self.back))
        self._people: list[Person] = []

    # Shown

    def refresh(self) -> None:
        self._people = list_people(self.session.ws, Role.PARTICIPANT)
        kept = self.whom.currentData()
        self.whom.blockSignals(True)
        self.whom.clear()
        self.whom.addItem(_("Every participant"), "")
        for each in self._people:
            self.whom.addItem(f"{each.name}  {each.code}", each.id)
        self.whom.setCurrentIndex(max(0, self.whom.findData(kept)))
        self.whom.blockSignals(False)
        self._show_slots()

    def show_person(self, person: Person) -> None:
        """Whose results are meant."""
        self.refresh_if_stale()
        self.whom.setCurrentIndex(max(0, self.whom.findData(person.id)))

    def _meant(self) -> list[str]:
        chosen = self.whom.currentData()
        return [chosen] if chosen else [each.id for each in self._people]

    def _show_slots(self) -> None:
        row = max(0, self.table.currentIndex().row())
        slots = _slots(self.session.ws, set(self._meant()))
        self.model.set_records(slots)
        if slots:
            self.table.setCurrentIndex(self.model.index(min(row, len(slots) - 1), 0))
        self.table.setVisible(bool(slots))
        self.nothing.setVisible(not slots)
        self._enable()

    @property
    def slot(self) -> Slot | None:
        """The row that is chosen."""
        row = self.table.currentIndex().row()
        return self.model.record(row) if 0 <= row < len(self.model.shown) else None

    def _enable(self) -> None:
        may, why = self._may()
        self.not_lead.setText(why)
        self.not_lead.setVisible(bool(why))
        slot = self.slot
        self.release.setEnabled(may and slot is not None and slot.waiting > 0)
        self.release_all.setEnabled(may and any(each.waiting for each in self.model.shown))
        self.back.setEnabled(may and slot is not None and slot.released > 0)
        self.reason.setEnabled(self.back.isEnabled())

    def _may(self) -> tuple[bool, str]:
        """Whether who sits here releases results: a lead, or anybody who assesses where no lead is known."""
        if self.session.ws.read_only:
            return False, _("This workspace is read only.")
        me, leads = self.session.me, list_people(self.session.ws, Role.LEAD)
        if not leads and (me is None or me.roles != {Role.PARTICIPANT}):
            return True, ""
        if me is not None and Role.LEAD in me.roles:
            return True, ""
        names = ", ".join(each.name for each in leads)
        return False, _("Only the programme lead releases results: {names}.").format(names=names or "–")

    # Done

    def _on_release(self) -> None:
        slot = self.slot
        self._release([slot.rubric.content_hash], [slot.occasion.id])

    def _on_release_all(self) -> None:
        self._release([], [])

    def _show_gaps(self, code: str = "") -> None:
        """What one may do about open gaps or conflicts: settle them, or release all the same."""
        on = code in _UNSETTLED
        self.settle.setVisible(code == "E_OPEN_GAPS")
        self.settle_conflicts.setVisible(code == "E_OPEN_CONFLICTS")
        for each in (self.anyway_field, self._all_the_same):
            each.setVisible(on)
        if not on:
            self.anyway.clear()

    def _on_anyway(self) -> None:
        """Release what was refused although assessors differ, for a reason."""
        if self.anyway.text().strip():
            self._release(*self._refused, self.anyway.text())
            return
        self.error.show_error(
            UserError(
                "E_REASON",
                _("Releasing it all the same needs a reason."),
                _("Nothing was released."),
                _("Say in a few words why; it is kept in the history."),
            ),
            can_retry=False,
        )
        self.anyway.setFocus()

    def _release(self, rubrics: list[str], occasions: list[str], anyway: str = "") -> None:
        people = self._meant()

        def act(author: str) -> releases.Released:
            return releases.release(self.session.ws, people, rubrics, occasions, author, anyway)

        self._refused = rubrics, occasions
        done = self._do(act)
        if done is not None:
            count = len({each.participant for each in done.released})
            text = ngettext("Released to {n} participant.", "Released to {n} participants.", count).format(n=count)
            if done.waiting:
                more = ngettext("{n} draft waits.", "{n} drafts wait.", len(done.waiting))
                text += " " + more.format(n=len(done.waiting))
            self._remember(text, done, act)

    def _on_take_back(self) -> None:
        slot, people, reason = self.slot, self._meant(), self.reason.text()

        def act(author: str) -> releases.Released:
            which = [slot.rubric.content_hash], [slot.occasion.id]
            return releases.take_back(self.session.ws, people, reason, *which, author)

        done = self._do(act)
        if done is not None:
            self.reason.clear()
            count = len(done.released)
            text = ngettext("Taken back from {n} participant.", "Taken back from {n} participants.", count)
            self._remember(text.format(n=count), done, act)

    def _remember(self, text: str, done: releases.Released, act: Callable[[str], releases.Released]) -> None:
        """Tell everyone, with the way back on the undo stack; files that were made meanwhile are not undone."""
        session = self.session
        me = session.me.id if session.me else ""
        keep_undo(
            session,
            text,
            done.changes,
            lambda: session.run(lambda _ws: act(me)),
            lambda: session.run(releases.put_back, done.before, me),
        )
        self.done.emit(text)

    def _do(self, act: Callable[[str], releases.Released]) -> releases.Released | None:
        try:
            done = act(self.session.me.id if self.session.me else "")
        except UserError as error:
            if error.code in _UNSETTLED:  # what to do about it is in the window, too
                do = {
                    "E_OPEN_GAPS": _(
                        "Settle it under Moderation first, then release; or say below why it is released all the same."
                    ),
                    "E_OPEN_CONFLICTS": _(
                        "Settle it under Merge, Conflicts, then release; or say below why it is released all the same."
                    ),
                }[error.code]
                error = UserError(error.code, error.what, error.safe, do, error.details, error.exit_code)
            self.error.show_error(error, can_retry=False)
            self._show_gaps(error.code)
            way = {"E_OPEN_GAPS": self.settle, "E_OPEN_CONFLICTS": self.settle_conflicts}.get(error.code)
            if way is not None:
                way.setAccessibleDescription(error.what)
                way.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        self.error.hide()
        self._show_gaps()
        return done

    def panes(self) -> list[QWidget]:
        return [self.whom, self.table] if self.table.isVisible() else [self.whom]

    def copy_table(self) -> str:
        return self.model.as_text()


def _slots(ws: Workspace, people: set[str]) -> list[Slot]:
    """What there is of these people by rubric and occasion, in the order in which occasions are held."""
    given = {(each.participant, each.rubric, each.occasion): each for each in list_releases(ws)}
    counts: dict[tuple[str, str], list[int]] = {}
    since: dict[tuple[str, str], str] = {}
    for each in list_assessments(ws):
        if each.kind not in releases.JUDGING or each.participant not in people:
            continue
        slot = each.rubric, each.occasion
        found = given.get((each.participant, *slot))
        place = 0
        if each.state in releases.FINISHED:
            place = 2 if found is not None and found.covers(each) else 1
        counts.setdefault(slot, [0, 0, 0])[place] += 1
        if found is not None:
            since[slot] = max(found.released_on, since.get(slot, ""))
    return [
        Slot(rubric, occasion, *counts[slot], since.get(slot, ""))
        for occasion in list_occasions(ws)
        for rubric in list_rubrics(ws)
        if (slot := (rubric.content_hash, occasion.id)) in counts
    ]
