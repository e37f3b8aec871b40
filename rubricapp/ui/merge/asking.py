"""Who scores whom: one by one or all evenly, each with its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from rubricapp.core.model import Changes, Role, RubricState
from rubricapp.errors import UserError
from rubricapp.i18n import _, language, ngettext
from rubricapp.store.assigning import list_assignments
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.asked import Asked, list_asked
from rubricapp.ui.merge.part import Part, column_of
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, fill, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


class AskingView(Part):
    """Who is asked to score whom, one more, or all evenly."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.error = ErrorCard()
        for each in (self.error, self._make_table(), self._make_evenly()):
            self.outer.addWidget(each)

    def _make_table(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Who scores whom"), "label"))
        self.box = FindBox(_("Find by name, rubric, occasion, state"), _("Find assignments"))
        self.model = RowsModel(
            (
                column_of(_("Participant"), lambda each: each.participant),
                column_of(_("Assessor"), lambda each: each.assessor),
                Column(_("Rubric"), lambda each: each.rubric),
                Column(_("Occasion"), lambda each: each.occasion),
                Column(_("State"), lambda each: each.said_state),
            ),
            self,
        )
        self.box.textChanged.connect(self.model.look_for)
        card.body.addWidget(flow(self.box))
        self.table = RowsTable(self.model, _("Who scores whom"))
        self.table.allow_sorting()
        self.table.grow_to(10)
        card.body.addWidget(self.table)
        self.empty = PlainLabel(_("Nobody was asked yet. Ask one by one, or all evenly below."), "muted")
        card.body.addWidget(self.empty)
        self.away = button(_("No longer ask for this one"), "quiet", "x")
        self.away.clicked.connect(self.take_back)
        card.body.addWidget(flow(self.away))
        self.participant, self.assessor = choice(_("Participant")), choice(_("Assessor"))
        self.rubric, self.occasion = choice(_("Rubric")), choice(_("Occasion"))
        self.ask_one = button(_("Ask for this one"), "", "plus")
        self.ask_one.clicked.connect(self.ask)
        card.body.addWidget(
            flow(
                Field(_("Participant"), self.participant),
                Field(_("Assessor"), self.assessor),
                Field(_("Rubric"), self.rubric),
                Field(_("Occasion"), self.occasion),
                spacing=14,
            )
        )
        card.body.addWidget(flow(self.ask_one))
        return card

    def _make_evenly(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("All evenly"), "label"))
        card.body.addWidget(
            PlainLabel(
                _(
                    "Equal loads, conflicts of interest kept apart, languages matched. Takes the place of what was"
                    " asked on this occasion; what was begun stays. A share that one more scores tells severe from"
                    " lenient; another seed gives another draw."
                ),
                "muted",
            )
        )
        self.rubrics, self.moment = choice(_("Rubrics")), choice(_("Occasion"))
        self.raters, self.double, self.seed = QSpinBox(), QSpinBox(), QSpinBox()
        self.raters.setRange(1, 9)
        self.double.setRange(0, 100)
        self.double.setSingleStep(5)
        self.double.setValue(20)
        self.double.setSuffix(" %")
        self.despite = QLineEdit()
        self.despite.setMaxLength(1000)
        self.despite_field = Field(
            _("Reason for asking without a calibration"),
            self.despite,
            _("It is kept with each of them. Without one, whoever has not passed is not asked."),
        )
        self.despite_field.hide()
        self.seed.setRange(0, 999_999)
        self.do = button(_("Assign evenly"), "primary", "scale")
        self.do.clicked.connect(self.assign_evenly)
        card.body.addWidget(
            flow(
                Field(_("Rubrics"), self.rubrics),
                Field(_("Occasion"), self.moment),
                Field(_("Assessors for each"), self.raters),
                Field(_("Share scored by one more"), self.double),
                Field(_("Seed"), self.seed),
                spacing=14,
            )
        )
        card.body.addWidget(self.despite_field)
        card.body.addWidget(flow(self.do))
        self.notes = PlainLabel("", "warning")
        card.body.addWidget(self.notes)
        return card

    def refresh(self) -> None:
        """Read who is asked, and who could be."""
        ws = self.session.ws
        row = max(0, self.table.currentIndex().row())
        asked = list_asked(ws)
        self.model.set_records(asked)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1), 0))
        for each in (self.table, self.away, self.box):
            each.setVisible(bool(asked))
        self.empty.setVisible(not asked)
        rubrics = [each for each in list_rubrics(ws, language()) if each.state is RubricState.PUBLISHED]
        newest = list({each.id: each for each in rubrics}.values())
        occasions = [(say_occasion(each), each) for each in list_occasions(ws)]
        fill(self.participant, [(each.name, each) for each in list_people(ws, Role.PARTICIPANT)])
        fill(self.assessor, [(each.name, each) for each in list_people(ws, Role.ASSESSOR)])
        fill(self.rubric, [(each.label, each) for each in rubrics])
        fill(self.occasion, occasions)
        fill(self.moment, occasions)
        everything = [(_("All, newest version"), tuple(newest))] if len(newest) > 1 else []
        fill(self.rubrics, everything + [(each.label, (each,)) for each in newest])
        can = bool(rubrics and occasions and self.participant.count() and self.assessor.count())
        self.ask_one.setEnabled(can)
        self.do.setEnabled(can)

    # Acts

    def _did(self, text: str, changes: Changes, before: Mapping[str, Asked | object]) -> None:
        """Tell everyone, and remember the way back: what was asked before is asked again, what came is not."""
        from rubricapp.operations import assigning

        session = self.session
        now = {each.id for each in list_assignments(session.ws)}
        after = dict.fromkeys(now - set(before), True) | dict.fromkeys(set(before) - now, False)
        back = {each: not asked for each, asked in after.items()}
        first = [True]

        def act(wanted: Mapping[str, bool]) -> Callable[[], object]:
            def run() -> None:
                if first:
                    first.clear()
                else:
                    session.run(assigning.set_asked, wanted, self.me)

            return run

        if after:
            session.undo_stack.push(OperationCommand(text, act(after), act(back)))
        session.changed.emit(changes)
        (self.done if after else self.notice).emit(text if after else _("This is asked for already."))

    def _before(self) -> dict[str, object]:
        return {each.id: each for each in list_assignments(self.session.ws)}

    def ask(self) -> None:
        """Ask for the one that is chosen."""
        from rubricapp.operations import assigning

        participant, assessor = self.participant.currentData(), self.assessor.currentData()
        before = self._before()
        try:
            changes = assigning.assign(
                self.session.ws,
                participant,
                assessor,
                self.rubric.currentData(),
                self.occasion.currentData(),
                self.me,
                self.despite.text(),
            )
        except UserError as error:
            self._refuse(error)
            return
        self._asked()
        words = _("{assessor} scores {participant}").format(assessor=assessor.name, participant=participant.name)
        self._did(words, changes, before)

    def _refuse(self, error: UserError) -> None:
        """Say it; where only a calibration is missing, a reason can be given."""
        self.error.show_error(error, can_retry=False)
        if error.code == "E_NOT_CALIBRATED":
            self.despite_field.show()
            self.despite.setFocus(Qt.FocusReason.OtherFocusReason)

    def _asked(self) -> None:
        self.error.hide()
        self.despite.clear()
        self.despite_field.hide()

    def take_back(self) -> None:
        """No longer ask for the chosen row."""
        from rubricapp.operations import assigning

        index = self.table.currentIndex()
        if not index.isValid():
            return
        asked, before = self.model.record(index.row()), self._before()
        try:
            changes = assigning.set_asked(self.session.ws, {asked.id: False}, self.me)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        words = _("{assessor} no longer scores {participant}").format(
            assessor=asked.assessor.name, participant=asked.participant.name
        )
        self._did(words, changes, before)
        (self.table if self.table.isVisible() else self.ask_one).setFocus(Qt.FocusReason.OtherFocusReason)

    def assign_evenly(self) -> None:
        """Ask everybody, evenly."""
        from rubricapp.operations import assigning

        before = self._before()
        try:
            made = assigning.assign_evenly(
                self.session.ws,
                self.rubrics.currentData(),
                self.moment.currentData(),
                self.raters.value(),
                Fraction(self.double.value(), 100),
                self.seed.value(),
                self.me,
                self.despite.text(),
            )
        except UserError as error:
            self.notes.setText("")
            self._refuse(error)
            return
        self._asked()
        self.notes.setText("\n".join(made.assigned.notes))
        self.notes.setVisible(bool(made.assigned.notes))
        count = len(made.assigned.pairs)
        words = ngettext("Assigned evenly: {n} pair", "Assigned evenly: {n} pairs", count).format(n=count)
        self._did(words, made.changes, before)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.take_back()
            return
        super().keyPressEvent(event)
