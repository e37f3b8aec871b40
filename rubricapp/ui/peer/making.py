"""Making a round: with which rubric, on which occasion, how many reviews each, and who must not review whom."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QSpinBox, QWidget

from rubricapp.core.model import Occasion, Person, Role, RubricState, RubricVersion
from rubricapp.errors import UserError
from rubricapp.i18n import _, language
from rubricapp.operations import peer_review
from rubricapp.operations.peer_conflicts import declare_conflict, remove_conflict
from rubricapp.store.peer_reviews import list_declared_conflicts, list_pairs
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import OperationCommand, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, Field, choice, fill, flow, row
from rubricapp.ui.words import say_occasion

MOST = 30
"""Reviews that one person can be asked for here."""


class MakingView(Scroll):
    """left(): back to the rounds. made(Allocated): there is a round now. done(str): said with an Undo."""

    left = Signal()
    done = Signal(str)
    made = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("New round of peer review"), parent, measure=860)
        self.session = session
        self.people: list[Person] = []
        self.excluded: list[tuple[Person, Person]] = []
        back = button(_("All rounds"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        self.body.addLayout(row(back, 1))
        self.body.addWidget(PlainLabel(_("New round of peer review"), "title"))
        self.error = ErrorCard()
        self.error.retry.connect(self.make)
        self.body.addWidget(self.error)
        self.body.addWidget(self._what())
        self.body.addWidget(self._apart())
        self.go = button(_("Say who reviews whom"), "primary", "check")
        self.go.clicked.connect(self.make)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.left)
        self.body.addWidget(flow(self.go, cancel))
        self.body.addStretch(1)

    def _what(self) -> Card:
        card = Card()
        self.rubric, self.occasion = choice(_("Rubric")), choice(_("Occasion"))
        for each in (self.rubric, self.occasion):
            each.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reviews = QSpinBox()
        self.reviews.setRange(1, MOST)
        self.reviews.setValue(4)
        self.reviews.lineEdit().setTextMargins(8, 0, 0, 0)
        self.seed = QLineEdit()
        self.seed.setMaxLength(15)
        columns = Columns(at=40, shares=(1, 1))
        columns.left.addWidget(Field(_("Rubric"), self.rubric))
        columns.right.addWidget(Field(_("Occasion"), self.occasion))
        card.body.addWidget(columns)
        self.known = PlainLabel("", "warning")
        self.known.hide()
        card.body.addWidget(self.known)
        for each in (self.rubric, self.occasion):
            each.currentIndexChanged.connect(lambda _index: self._show_known())
        columns = Columns(at=40, shares=(1, 1))
        hint = _("Each writes and receives as many. Feedback opens from four up; plan four or five.")
        columns.left.addWidget(Field(_("Reviews for each person"), self.reviews, hint))
        hint = _("Empty: drawn by chance. The same number gives the same round; it is kept, and shown to leads only.")
        columns.right.addWidget(Field(_("Seed"), self.seed, hint))
        columns.left.addStretch(1)
        columns.right.addStretch(1)
        card.body.addWidget(columns)
        self.calibration = QCheckBox(_("Calibration first"))
        self.reciprocal = QCheckBox(_("Two may review each other"))
        for box, words in (
            (self.calibration, _("Each must pass the rubric's calibration before they begin a review.")),
            (self.reciprocal, _("Only where it cannot be avoided: who reviews each other can guess more easily.")),
        ):
            box.setAccessibleDescription(words)
            card.body.addWidget(box)
            card.body.addWidget(PlainLabel(words, "small muted"))
        return card

    def _apart(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("Kept apart"), "label"))
        words = _("Who worked on one production, as the log says, never review each other. Add other pairs here.")
        card.body.addWidget(PlainLabel(words, "muted"))
        self.one, self.other = choice(_("One person")), choice(_("Another person"))
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.note.setPlaceholderText(_("Why (leads only)"))
        self.note.setAccessibleName(_("Why they are kept apart; for leads only"))
        self.note.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        add = button(_("Keep apart this time"), "", "plus")
        add.clicked.connect(self._on_add)
        always = button(_("Keep apart always"), "", "plus")
        always.clicked.connect(self._on_declare)
        card.body.addWidget(flow(self.one, self.other, self.note, add, always))
        self.pairs = QListWidget()
        self.pairs.setAccessibleName(_("People kept apart"))
        card.body.addWidget(self.pairs)
        self.remove = button(_("Take out"), "", "x")
        self.remove.clicked.connect(self._on_remove)
        card.body.addWidget(flow(self.remove))
        return card

    def start(self) -> None:
        """Fill in what there is; what was chosen stays."""
        ws = self.session.ws
        self.error.hide()
        self.people = list_people(ws, Role.PARTICIPANT)
        known = {each.id for each in self.people}
        self.excluded = [pair for pair in self.excluded if {each.id for each in pair} <= known]
        rubrics = [each for each in list_rubrics(ws, language()) if each.state is not RubricState.DRAFT]
        names = [("  ·  ".join(part for part in (each.name, each.code) if part), each) for each in self.people]
        fill(self.rubric, [(each.label, each) for each in rubrics])
        fill(self.occasion, [(say_occasion(each), each) for each in list_occasions(ws)])
        fill(self.one, names)
        fill(self.other, names)
        if len(names) > 1 and self.one.currentIndex() == self.other.currentIndex():
            self.other.setCurrentIndex(1 if self.one.currentIndex() == 0 else 0)
        self._show_pairs()
        self.go.setEnabled(bool(rubrics) and not ws.read_only)
        self.rubric.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_known(self) -> None:
        """Whether there is such a round, and what becomes of it."""
        rubric, occasion = self.rubric.currentData(), self.occasion.currentData()
        found = peer_review.find_round(self.session.ws, rubric, occasion) if rubric and occasion else None
        begun = found is not None and any(pair.state for pair in list_pairs(self.session.ws, found))
        if begun:
            self.known.setText(_("There is such a round, and reviews have begun: it cannot be made anew."))
        elif found is not None:
            self.known.setText(_("There is such a round already, and nobody has begun: it is made anew."))
        self.known.setVisible(found is not None)

    def _show_pairs(self) -> None:
        """Declared conflicts, which hold for every round, then those of this round alone."""
        people = {each.id: each for each in self.people}
        self.pairs.clear()
        declared = [
            (people[each.one], people[each.other], each.note)
            for each in list_declared_conflicts(self.session.ws)
            if each.one in people and each.other in people
        ]
        for one, other, note in declared:
            words = "  ·  ".join(part for part in (f"{one.name} – {other.name}", _("always"), note) if part)
            self._list(words, (one, other, True, note))
        for one, other in self.excluded:
            self._list(f"{one.name} – {other.name}  ·  " + _("this time"), (one, other, False, ""))
        count = self.pairs.count()
        self.pairs.setVisible(count > 0)
        self.remove.setVisible(count > 0)
        line = max(self.pairs.sizeHintForRow(0), 20) if count else 0
        self.pairs.setFixedHeight(min(6, max(1, count)) * line + 12)
        self.pairs.setCurrentRow(count - 1)

    def _list(self, words: str, pair: tuple[Person, Person, bool, str]) -> None:
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, pair)
        self.pairs.addItem(item)

    def _chosen(self) -> tuple[Person, Person] | None:
        one, other = self.one.currentData(), self.other.currentData()
        return (one, other) if one is not None and other is not None and one.id != other.id else None

    def _on_add(self) -> None:
        pair = self._chosen()
        known = {frozenset((a.id, b.id)) for a, b in self.excluded}
        if pair is not None and frozenset(each.id for each in pair) not in known:
            self.excluded.append(pair)
            self._show_pairs()

    def _on_declare(self) -> None:
        pair = self._chosen()
        if pair is None:
            return
        note, run, author = self.note.text(), self.session.run, self._author()
        words = _("Kept apart in every round: {one} and {other}.").format(one=pair[0].name, other=pair[1].name)
        self._do(
            words,
            lambda: run(declare_conflict, *pair, note, author),
            lambda: run(remove_conflict, *pair, author),
        )
        self.note.clear()

    def _do(self, words: str, do: object, back: object) -> None:
        self.session.undo_stack.push(OperationCommand(words, do, back))
        self.refresh()
        self.done.emit(words)

    def refresh(self) -> None:
        """Who is kept apart may have changed."""
        self._show_pairs()
        self._show_known()

    def _on_remove(self) -> None:
        item = self.pairs.currentItem()
        if item is None:
            return
        one, other, always, note = item.data(Qt.ItemDataRole.UserRole)
        run, author = self.session.run, self._author()
        if always:
            self._do(
                _("Not kept apart any more: {one} and {other}.").format(one=one.name, other=other.name),
                lambda: run(remove_conflict, one, other, author),
                lambda: run(declare_conflict, one, other, note, author),
            )
        else:
            self.excluded = [pair for pair in self.excluded if {each.id for each in pair} != {one.id, other.id}]
            self._show_pairs()
        (self.pairs if self.pairs.count() else self.one).setFocus(Qt.FocusReason.OtherFocusReason)

    def _author(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def make(self) -> None:
        """Make the round, or say in the allocation's own words why there is none."""
        self.error.hide()
        rubric: RubricVersion | None = self.rubric.currentData()
        occasion: Occasion | None = self.occasion.currentData()
        if rubric is None or occasion is None:
            return
        text = self.seed.text().strip()
        try:
            # Whatever is no number is a word that gives a number: nobody need know the difference.
            seed = int(text) if text.isdecimal() else int.from_bytes(text.encode()[:6])
            if not text:
                seed = int.from_bytes(self.session.ws.sources.random(6))
            made = peer_review.allocate_round(
                self.session.ws,
                rubric,
                occasion,
                self.reviews.value(),
                seed,
                self.excluded,
                self._author(),
                self.calibration.isChecked(),
                self.reciprocal.isChecked(),
            )
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            QTimer.singleShot(0, self.error, lambda: self.ensureWidgetVisible(self.error))
            return
        self.session.changed.emit(made.changes)
        self.made.emit(made)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
