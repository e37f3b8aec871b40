"""The Scores tab: growth by rubric, self-assessment beside the assessors, every finished assessment to be seen here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentKind, Person
from rubricapp.core.timeline import Event, EventKind
from rubricapp.i18n import _, language
from rubricapp.store.assessments import list_beside
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.viewing import load_view
from rubricapp.ui.asked import say_state
from rubricapp.ui.background import Background
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.people.growth_chart import GrowthCard
from rubricapp.ui.people.panel import PersonPanel
from rubricapp.ui.score.gaps import GapsPanel
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, clear, flow, put
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


@dataclass(frozen=True)
class Scored:
    """A finished assessment as the list shows it."""

    event: Event
    source: str
    brief: str


class ScoresPanel(PersonPanel):
    """Enter on an assessment of one's own opens it in Score."""

    kinds = frozenset({"assessment", "rating", "person", "enrolment", "rubric_version", "occasion", "release"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, background, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Scores"), measure=WHOLE, reading=True)
        layout.addWidget(self.scroll)
        body = self.scroll.body
        body.addWidget(PlainLabel(_("Growth"), "section"))
        self.nothing = Card()
        self.nothing.body.addWidget(PlainLabel(_("Growth needs two scorings of the same rubric.")))
        body.addWidget(self.nothing)
        self.hidden = PlainLabel("", "muted")
        body.addWidget(self.hidden)
        self._inside = QVBoxLayout()
        self._inside.setSpacing(16)
        body.addLayout(self._inside)
        self.own_title = PlainLabel(_("Self-assessment"), "section")
        body.addWidget(self.own_title)
        self.own = choice(_("Which self-assessment"))
        self.own.currentIndexChanged.connect(self._on_own)
        body.addWidget(flow(self.own))
        self.gaps = GapsPanel(session)
        self.gaps.heading.hide()  # the section above says it
        body.addWidget(self.gaps)
        self.title = PlainLabel(_("Assessments"), "section")
        body.addWidget(self.title)
        self.model = RowsModel(
            (
                Column(_("Day"), lambda each: say_day(each.event.on), lambda each: each.event.on),
                Column(_("Rubric"), lambda each: each.event.title, wide=True),
                Column(_("Occasion"), lambda each: _occasion(each.event.detail)),
                Column(_("By"), lambda each: each.event.by),
                Column(_("As"), lambda each: each.source),
                Column(_("Result"), lambda each: each.brief, wide=True),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Assessments"))
        self.table.allow_sorting()
        self.table.grow_to(12)
        self.table.chosen.connect(self._on_chosen)
        body.addWidget(self.table)
        self.beside_words = PlainLabel(
            _("Given twice, as this person has two ids: another one by the same assessor counts; these are kept."),
            "muted",
        )
        body.addWidget(self.beside_words)
        self.beside = RowsTable(
            RowsModel(
                (
                    Column(_("Rubric"), lambda each: self._rubrics.get(each.rubric, ""), wide=True),
                    Column(_("Occasion"), lambda each: self._occasions.get(each.occasion, "")),
                    Column(_("By"), lambda each: self._names.get(each.assessor, _("somebody"))),
                    Column(_("State"), lambda each: say_state(each.state)),
                    Column(_("Result"), lambda each: self._brief_of(each.id), wide=True),
                ),
                self,
            ),
            _("Assessments that count nowhere"),
        )
        self.beside.grow_to(6)
        body.addWidget(self.beside)
        body.addStretch(1)
        self._names: dict[str, str] = {}
        self._rubrics: dict[str, str] = {}
        self._occasions: dict[str, str] = {}
        self.cards: list[GrowthCard] = []

    def refresh(self) -> None:
        from rubricapp.operations.timeline import grown, is_hidden, timeline

        person, me = self.person, self.session.me
        shown = {each.grown.rubric.content_hash: each for each in self.cards if each.charts}
        tables = {key for key, each in shown.items() if each.as_table.isChecked()}
        clear(self._inside)
        found = grown(self.session.ws, person, me)
        self._names = names = {each.id: each.name for each in list_people(self.session.ws)}
        self.cards = [GrowthCard(each, names) for each in found]
        for each in self.cards:
            put(self._inside, each)
            if each.charts and each.grown.rubric.content_hash in tables:
                each.as_table.setChecked(True)
            if each.charts:
                each.copy.clicked.connect(self._on_copied)
        hidden = is_hidden(self.session.ws, me, person)
        self.hidden.setText(self._say_hidden())
        self.hidden.setVisible(hidden)
        self.nothing.setVisible(not found and not hidden)
        events = [each for each in timeline(self.session.ws, person, me) if each.kind is EventKind.ASSESSMENT]
        scored = [Scored(each, say_source(each.source), self._brief(each)) for each in reversed(events)]
        self.model.set_records(scored)
        for each in (self.title, self.table):
            each.setVisible(bool(scored))
        self._fill_own([each for each in reversed(events) if each.source == AssessmentKind.SELF])
        self._fill_beside()

    def _fill_beside(self) -> None:
        ws = self.session.ws
        found = list_beside(ws, self.person.id, load_view(ws, self.session.me))
        if found:
            self._rubrics = {each.content_hash: each.label for each in list_rubrics(ws, language())}
            self._occasions = {each.id: say_occasion(each) for each in list_occasions(ws)}
        self.beside.model().set_records(found)
        for each in (self.beside_words, self.beside):
            each.setVisible(bool(found))

    def _fill_own(self, events: list[Event]) -> None:
        """The occasions with a finished self-assessment, newest first, each compared with what assessors said."""
        kept = self.own.currentData()
        self.own.blockSignals(True)
        self.own.clear()
        for each in events:
            self.own.addItem(f"{each.title}  ·  {_occasion(each.detail)}", (each.rubric, each.occasion))
        slots = [(each.rubric, each.occasion) for each in events]
        self.own.setCurrentIndex(slots.index(kept) if kept in slots else min(0, len(slots) - 1))
        self.own.blockSignals(False)
        for each in (self.own_title, self.own, self.gaps):
            each.setVisible(bool(events))
        self._on_own()

    def _on_own(self) -> None:
        slot = self.own.currentData()
        if slot is not None:
            self.gaps.show(self.person.id, *slot)

    def _say_hidden(self) -> str:
        me = self.session.me
        if me is None:
            return _("Say on Home who sits here: results are shown by name.")
        if me.id == self.person.id:
            return _("Not everything is shown yet: finish your own view first; then what is released comes here.")
        return _("Not everything is shown yet: what others say comes once yours is finished, or once it is released.")

    def _brief(self, event: Event) -> str:
        return self._brief_of(event.record)

    def _brief_of(self, assessment: str) -> str:
        from rubricapp.operations.scores import explain

        return explain(self.session.ws, assessment).brief

    def _on_copied(self) -> None:
        self.notice.emit(_("Copied. Paste it into a sheet or a message."))

    def _on_chosen(self, scored: Scored) -> None:
        open_assessment(self, scored.event, self.person)

    def panes(self) -> list[QWidget]:
        charts = [each.charts[0] for each in self.cards if each.charts][:1]
        found = [*charts, self.own, *self.gaps.panes(), self.table]
        return [each for each in found if each.isVisibleTo(self)] or [self.scroll]

    def copy_table(self) -> bool:
        if not self.model.rowCount():
            return False
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True


def open_assessment(panel: PersonPanel, event: Event, person: Person) -> None:
    """Go to an assessment: one's own in Score; another's is read here."""
    me = panel.session.me
    if me is not None and event.assessor == me.id:
        panel.wanted.emit("score", (event.rubric, event.occasion, person.id))
    else:
        panel.notice.emit(_("{name} wrote it: it opens for them.").format(name=event.by))


def say_source(kind: str) -> str:
    """As what somebody assessed."""
    return {"assessor": _("assessor"), "self": _("self-assessment"), "mentor": _("mentor"), "peer": _("peer")}[kind]


def _occasion(name: str) -> str:
    from rubricapp.operations.timeline import say_occasion

    return say_occasion(name)
