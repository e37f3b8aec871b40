"""How far everybody is, from not marked to released, with what is missing; and the sample to look at again."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from rubricapp.core.model import Person
from rubricapp.core.moderation import State
from rubricapp.core.moderation_sample import Sampled
from rubricapp.core.scoring import round_half_up
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.moderation import sample
from rubricapp.operations.moderation_words import say_state, say_why
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.viewing import load_view
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.moderation.reading import Far, Read
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


class StatesView(Scroll):
    """person_wanted(Far): Enter on a participant."""

    person_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("How far everybody is"), parent, measure=WHOLE)
        self.found: Read | None = None
        self.which = choice(_("Which state"))
        self.which.addItem(_("Every state"), "")
        for each in State:
            self.which.addItem(say_state(each), each)
        self.which.currentIndexChanged.connect(lambda _index: self._show())
        self.box = FindBox(_("Find a participant"), _("Find a participant"))
        self.box.textChanged.connect(lambda text: self.model.look_for(text))
        self.body.addWidget(flow(self.which, self.box))
        order = tuple(State)
        columns = (
            Column(_("Participant"), lambda each: each.participant.name, lambda each: each.participant.sort_key),
            Column(_("ID"), lambda each: each.participant.code),
            Column(_("State"), lambda each: say_state(each.state), lambda each: order.index(each.state)),
            Column(_("What is missing"), lambda each: each.missing or "–", wide=True),
        )
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, _("How far everybody is"))
        self.table.allow_sorting()
        self.table.keep_rows(6)
        self.table.chosen.connect(self.person_wanted)
        self.body.addWidget(self.table, 1)
        self.nothing = PlainLabel(_("Nobody here."), "muted")
        self.body.addWidget(self.nothing)
        self.body.addStretch(0)

    def show_read(self, found: Read) -> None:
        """Show these."""
        self.found = found
        self._show()

    def _show(self) -> None:
        if self.found is None:
            return
        row, wanted = max(0, self.table.currentIndex().row()), self.which.currentData()
        shown: list[Far] = [each for each in self.found.far if wanted in ("", each.state)]
        self.model.set_records(shown)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1), 0))
        self.table.setVisible(bool(shown))
        self.nothing.setVisible(not shown)

    def panes(self) -> list[QWidget]:
        return [self.which, self.table] if not self.table.isHidden() else [self.which]

    def find(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_text(self) -> str:
        return self.model.as_text() if self.model.rowCount() else ""


class SampleView(Scroll):
    """What a second person should look at, although nobody complained. person_wanted(Person)."""

    person_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("Moderation sample"), parent, measure=WHOLE)
        self.session = session
        card = Card()
        about = _(
            "Always in it: a gate that is not met, a total at the border between two levels, and the first two"
            " assessments of each assessor. On top a share of all, drawn evenly; the same seed draws the same."
        )
        card.body.addWidget(PlainLabel(about, "muted"))
        self.share, self.seed = QSpinBox(), QSpinBox()
        self.share.setRange(0, 100)
        self.share.setValue(10)
        self.share.setSuffix(" %")
        self.seed.setRange(0, 999_999)
        for each in (self.share, self.seed):
            each.setMinimumWidth(each.fontMetrics().horizontalAdvance("M") * 9)
        self.draw = button(_("Draw the sample"), "primary", "list")
        self.draw.clicked.connect(self.refresh)
        card.body.addWidget(flow(Field(_("Share"), self.share), Field(_("Seed"), self.seed)))
        card.body.addWidget(flow(self.draw))
        self.body.addWidget(card)
        self.count = PlainLabel("", "strong")
        self.body.addWidget(self.count)
        self._people: dict[str, Person] = {}
        self._rubrics: dict[str, str] = {}
        self._occasions: dict[str, str] = {}
        columns = (
            Column(_("Participant"), lambda each: self._name(each.assessment.participant)),
            Column(_("Rubric"), lambda each: self._rubrics[each.assessment.rubric]),
            Column(_("Occasion"), lambda each: self._occasions.get(each.assessment.occasion, "")),
            Column(_("Assessor"), lambda each: self._name(each.assessment.assessor)),
            Column(
                _("Total"),
                lambda each: "–" if each.total is None else round_half_up(each.total),
                lambda each: -1 if each.total is None else each.total,
                right=True,
            ),
            Column(_("Why"), lambda each: ", ".join(say_why(why) for why in each.why), wide=True),
        )
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, _("Moderation sample"))
        self.table.allow_sorting()
        self.table.keep_rows(4)
        self.table.chosen.connect(self._on_chosen)
        self.body.addWidget(self.table, 1)
        self.body.addStretch(0)

    def _name(self, person: str) -> str:
        return self._people[person].name if person in self._people else person

    def refresh(self) -> None:
        """Draw it; what whoever sits here may not see yet is not in it."""
        ws = self.session.ws
        self._people = {each.id: each for each in list_people(ws)}
        self._rubrics = {each.content_hash: each.label for each in list_rubrics(ws, language())}
        self._occasions = {each.id: say_occasion(each) for each in list_occasions(ws)}
        view = load_view(ws, self.session.me)
        found: list[Sampled] = [
            each
            for each in sample(ws, Fraction(self.share.value(), 100), self.seed.value())
            if view.sees_results(each.slot)
        ]
        self.model.set_records(found)
        text = ngettext("{n} assessment to look at", "{n} assessments to look at", len(found)).format(n=len(found))
        self.count.setText(text if found else _("Nothing is finished yet."))
        self.table.setVisible(bool(found))

    def _on_chosen(self, each: Sampled) -> None:
        person = self._people.get(each.assessment.participant)
        if person is not None:
            self.person_wanted.emit(person)

    def panes(self) -> list[QWidget]:
        return [self.share, self.draw, *([] if self.table.isHidden() else [self.table])]

    def find(self) -> None:
        self.share.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_text(self) -> str:
        return self.model.as_text() if self.model.rowCount() else ""
