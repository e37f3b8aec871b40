"""For the lead: samples with agreed levels to practise on, what is enough, and who has passed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGroupBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from rubricapp.core.calibration import Gate, Sample
from rubricapp.core.model import Person, Role, RubricState, RubricVersion
from rubricapp.i18n import _, language
from rubricapp.operations import calibration
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.calibrations import list_practices, list_samples
from rubricapp.store.people import list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.messages import PlainLabel, button, confirm
from rubricapp.ui.page import WHOLE, Scroll
from rubricapp.ui.peer.reading import Held
from rubricapp.ui.peer.tables import TableCard
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, Field, choice, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column


@dataclass(frozen=True)
class Passed:
    """Where one person stands. finished: samples they have finished."""

    person: Person
    standing: str
    finished: int


class SamplesView(Scroll):
    """left(): back to the rounds. notice(str)."""

    left = Signal()
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("Calibration"), parent, measure=WHOLE)
        self.session = session
        back = button(_("All rounds"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        self.body.addLayout(row(back, 1))
        self.body.addWidget(PlainLabel(_("Calibration"), "title"))
        words = _(
            "Everybody scores a sample whose levels are agreed, and sees where they differ and why. A round can ask"
            " for it before anybody reviews, a rubric before anybody is asked to score. In kits the agreed levels stay"
            " here: they come with the kit after the scoring was handed in."
        )
        self.body.addWidget(PlainLabel(words, "muted"))
        self.rubric = choice(_("Rubric"))
        self.rubric.activated.connect(lambda _index: self._show_rubric())
        self.body.addWidget(flow(self.rubric))
        self.samples = TableCard(
            _("Samples"),
            _("Works to practise on. What people scored with one that is taken out of use stays, and counts."),
            (
                Column(_("Sample"), lambda each: each.title, wide=True),
                Column(_("Criteria"), lambda each: ", ".join(each.criteria), wide=True),
                Column(_("Answered"), lambda each: _("at once") if each.at_once else _("by the lead")),
                Column(_("Finished by"), lambda each: str(self._finished_by(each)), right=True),
            ),
        )
        self.out = button(_("Take out of use…"), "", "trash-2")
        self.out.clicked.connect(self._on_out)
        self.samples.body.addWidget(flow(self.out))
        self.body.addWidget(self.samples)
        self.body.addWidget(self._gate())
        self.results = TableCard(
            _("Who has passed"),
            _("Agreement with the agreed levels, with the number of levels."),
            (
                Column(_("Person"), lambda each: each.person.name, lambda each: each.person.sort_key, wide=True),
                Column(_("Samples finished"), lambda each: str(each.finished), right=True),
                Column(_("Standing"), lambda each: each.standing, wide=True),
            ),
        )
        self.body.addWidget(self.results)
        self.form = SampleForm(session)
        self.form.made.connect(self._on_made)
        self.body.addWidget(self.form)
        self.body.addStretch(1)

    def _gate(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("What is enough"), "label"))
        gate = Gate()
        names = {
            "exact": (_("Percent as agreed"), 0, 100, gate.exact, ""),
            "within_one": (_("Percent within one level"), 0, 100, gate.within_one, ""),
            "samples": (_("Samples"), 1, 20, gate.samples, _("The newest, counted together.")),
            "days": (_("Days that a pass holds"), 0, 36500, gate.days, _("0: for ever.")),
        }
        self.gate: dict[str, QSpinBox] = {}
        fields = []
        for name, (words, low, high, usual, hint) in names.items():
            self.gate[name] = QSpinBox()
            self.gate[name].setRange(low, high)
            self.gate[name].setValue(usual)
            self.gate[name].lineEdit().setTextMargins(8, 0, 0, 0)
            fields.append(Field(words, self.gate[name], hint))
        self.demanded = QCheckBox(_("Demanded before scoring"))
        self.keep = button(_("Keep this"), "", "check")
        self.keep.clicked.connect(self._on_keep)
        for left, right in (fields[:2], fields[2:]):
            columns = Columns(at=40, shares=(1, 1))
            columns.left.addWidget(left)
            columns.right.addWidget(right)
            columns.left.addStretch(1)
            columns.right.addStretch(1)
            card.body.addWidget(columns)
        card.body.addWidget(self.demanded)
        hint = _("Assessors must have passed before they are asked to score with this rubric.")
        self.demanded.setAccessibleDescription(hint)
        card.body.addWidget(PlainLabel(hint, "small muted"))
        card.body.addWidget(flow(self.keep))
        return card

    def start(self, held: Held | None) -> None:
        """Show it, with the rubric of this round."""
        self.refresh()
        if held is not None:
            place = self.rubric.findData(held.rubric.content_hash)
            self.rubric.setCurrentIndex(max(0, place))
            self._show_rubric()
        self.rubric.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read again; what is typed in the form stays."""
        rubrics = [each for each in list_rubrics(self.session.ws, language()) if each.state is not RubricState.DRAFT]
        self.rubrics = {each.content_hash: each for each in rubrics}
        kept = self.rubric.currentData()
        self.rubric.clear()
        for each in rubrics:
            self.rubric.addItem(each.label, each.content_hash)
        self.rubric.setCurrentIndex(max(0, self.rubric.findData(kept)))
        self._show_rubric()

    def _show_rubric(self) -> None:
        ws, rubric = self.session.ws, self.rubrics.get(self.rubric.currentData())
        self.form.setVisible(rubric is not None)
        if rubric is None:
            return
        self._practices = list_practices(ws)
        samples = list_samples(ws, rubric.content_hash)
        self.samples.show_records(samples)
        gate = calibration.gate_of(ws, rubric)
        for name, box in self.gate.items():
            if not box.hasFocus():
                box.setValue(getattr(gate, name))
        if not self.demanded.hasFocus():
            self.demanded.setChecked(gate.demanded)
        people = [each for each in list_people(ws) if each.roles & {Role.PARTICIPANT, Role.ASSESSOR, Role.MENTOR}]
        results = []
        for person in people:
            done = len(calibration.results_of(ws, rubric, person))
            if done or Role.PARTICIPANT in person.roles:
                standing = calibration.say_standing(calibration.standing_of(ws, rubric, person), gate)
                results.append(Passed(person, standing, done))
        self.results.show_records(results if samples or any(each.finished for each in results) else [])
        self.form.show_rubric(rubric)
        self.keep.setEnabled(not ws.read_only)
        self.out.setEnabled(not ws.read_only)

    def _finished_by(self, sample: Sample) -> int:
        return sum(each.sample == sample.id and bool(each.finished_on) for each in self._practices)

    def _author(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def _on_keep(self) -> None:
        gate = Gate(**{name: box.value() for name, box in self.gate.items()}, demanded=self.demanded.isChecked())
        rubric = self.rubrics[self.rubric.currentData()]
        if self.session.run(calibration.set_gate, rubric, gate, self._author()) is not None:
            self.notice.emit(_("Kept: what is enough for {rubric}.").format(rubric=rubric.label))

    def _on_out(self) -> None:
        sample: Sample = self.samples.model.record(max(0, self.samples.table.currentIndex().row()))
        confirm(
            self,
            _("Take this sample out of use?"),
            _("“{title}” is offered to nobody any more. What was scored stays.").format(title=sample.title),
            _("Take it out of use"),
            lambda: self.session.run(calibration.remove_sample, sample.id, self._author()),
        )

    def _on_made(self, title: str) -> None:
        self.notice.emit(_("Kept: sample “{title}”.").format(title=title))
        QTimer.singleShot(0, self.samples, lambda: self.show_from_top(self.samples))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SampleForm(Card):
    """A new sample: a work, and for each criterion the agreed level with its reason. made(title)."""

    made = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.rubric: RubricVersion | None = None
        self.body.addWidget(PlainLabel(_("New sample"), "label"))
        words = _("Not every criterion is needed. A level needs its reason: that is what people learn from.")
        self.body.addWidget(PlainLabel(words, "muted"))
        self.title, self.note = QLineEdit(), QLineEdit()
        self.title.setMaxLength(200)
        self.note.setMaxLength(1000)
        self.work = choice(_("Work"))
        self.work.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        columns = Columns(at=40, shares=(1, 1))
        columns.left.addWidget(Field(_("Title"), self.title))
        columns.right.addWidget(
            Field(_("Work"), self.work, _("Shown beside the rows; in kits by its title. Or say below where."))
        )
        self.body.addWidget(columns)
        self.body.addWidget(Field(_("Note for whoever scores it"), self.note))
        holder = QWidget()
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(holder)
        self.levels: dict[str, QComboBox] = {}
        self.reasons: dict[str, QLineEdit] = {}
        self.at_once = QCheckBox(_("Answered at once"))
        self.body.addWidget(self.at_once)
        hint = _("Its agreed levels go into kits and are shown as soon as it is scored, so it counts at no gate.")
        self.at_once.setAccessibleDescription(hint)
        self.body.addWidget(PlainLabel(hint, "small muted"))
        self.make = button(_("Keep the sample"), "primary", "check")
        self.make.clicked.connect(self._on_make)
        self.body.addWidget(flow(self.make))

    def show_rubric(self, rubric: RubricVersion) -> None:
        """The criteria of this rubric; what is typed for it stays."""
        people = {each.id: each.name for each in list_people(self.session.ws)}
        kept = self.work.currentData()
        self.work.clear()
        self.work.addItem(_("none of those here"), "")
        for each in list_artefacts(self.session.ws):
            self.work.addItem(f"{each.title}  ·  {people.get(each.participant, '')}", each.id)
        self.work.setCurrentIndex(max(0, self.work.findData(kept)))
        self.make.setEnabled(not self.session.ws.read_only)
        if self.rubric is not None and self.rubric.content_hash == rubric.content_hash:
            return
        self.rubric = rubric
        clear(self._lines)
        self.levels.clear()
        self.reasons.clear()
        for criterion in rubric.criteria:
            name = f"{criterion.id} {criterion.title}"
            box = QGroupBox(self)
            box.setFlat(True)
            box.setAccessibleName(name)
            inside = QVBoxLayout(box)
            inside.setContentsMargins(0, 4, 0, 4)
            inside.setSpacing(2)
            level = choice(_("Agreed level of {criterion}").format(criterion=name))
            level.addItem(_("no level"), None)
            for each in criterion.levels:
                level.addItem(f"{each.level} {each.title}", each.level)
            reason = QLineEdit()
            reason.setMaxLength(1000)
            reason.setPlaceholderText(_("What in the work makes it this level?"))
            reason.setAccessibleName(_("Reason for the level of {criterion}").format(criterion=name))
            inside.addWidget(PlainLabel(name, "strong"))
            inside.addWidget(flow(level))
            inside.addWidget(reason)
            self.levels[criterion.id], self.reasons[criterion.id] = level, reason
            put(self._lines, box)

    def _on_make(self) -> None:
        levels = {each: box.currentData() for each, box in self.levels.items() if box.currentData() is not None}
        reasons = {each: self.reasons[each].text() for each in levels}
        author = self.session.me.id if self.session.me is not None else ""
        made = self.session.run(
            calibration.make_sample,
            self.rubric,
            self.title.text(),
            levels,
            reasons,
            self.work.currentData() or "",
            self.note.text(),
            author,
            self.at_once.isChecked(),
        )
        if made is None:
            return
        title = self.title.text().strip()
        for line in (self.title, self.note, *self.reasons.values()):
            line.clear()
        for box in (self.work, *self.levels.values()):
            box.setCurrentIndex(0)
        self.at_once.setChecked(False)
        self.made.emit(title)
