"""Cards of Home for what one is asked for besides scoring: whom one accompanies, and samples to practise on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rubricapp.core.calibration import Sample
from rubricapp.core.model import Person
from rubricapp.i18n import _, ngettext
from rubricapp.operations.calibration import practice_id
from rubricapp.store.calibrations import find_practice, list_samples
from rubricapp.store.mentoring import list_actions, list_mentees
from rubricapp.store.people import list_people, load_edition
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.labels import line
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


@dataclass(frozen=True)
class Mentee:
    """Somebody who is accompanied. actions: open ones. days: of their log that nobody looked through."""

    person: Person
    actions: int
    days: int


def list_accompanied(ws: Workspace, me: Person) -> list[Mentee]:
    """Whom this person accompanies, by name."""
    wanted, found = list_mentees(ws, me), []
    for person in list_people(ws):
        if person.id in wanted:
            open_ = [each for each in list_actions(ws, person.id, me) if each.is_open]
            checked = list_log_checks(ws, person.id)
            days = [each for each in list_log(ws, person.id) if each.id not in checked]
            found.append(Mentee(person, len(open_), len(days)))
    return found


class AccompaniedCard(Card):
    """Enter on somebody goes where their meetings are."""

    def __init__(self, mentees: list[Mentee], go: Callable[[Person], None]) -> None:
        super().__init__()
        self.body.addWidget(PlainLabel(_("You accompany"), "label"))
        columns = [
            Column(_("Participant"), lambda each: each.person.name, lambda each: each.person.sort_key, wide=True),
            Column(_("Open actions"), lambda each: str(each.actions), lambda each: each.actions, right=True),
            Column(_("Days to look through"), lambda each: str(each.days), lambda each: each.days, right=True),
        ]
        self.table = RowsTable(RowsModel(columns, self), _("Whom you accompany"))
        self.table.grow_to(8)
        self.table.model().set_records(mentees)
        self.table.setCurrentIndex(self.table.model().index(0, 0))
        self.table.chosen.connect(lambda each: go(each.person))
        self.body.addWidget(self.table)
        self.open = button(_("Open"), "", "arrow-right")
        self.open.setAccessibleName(_("Open the one that is chosen"))
        self.open.clicked.connect(lambda: go(self.table.model().record(max(0, self.table.currentIndex().row())).person))
        self.body.addWidget(flow(self.open))


@dataclass(frozen=True)
class Calibrating:
    """Where somebody stands with one rubric. todo: samples not finished. demanded: whether they must pass."""

    rubric: str
    standing: str
    demanded: bool
    passed: bool
    todo: tuple[Sample, ...]


def list_calibrating(ws: Workspace, me: Person, rubrics: frozenset[str]) -> list[Calibrating]:
    """The rubrics (content hashes) that have samples, and where this person stands with each."""
    from rubricapp.operations import calibration

    found, edition = [], load_edition(ws).id
    for rubric in list_rubrics(ws):
        samples = list_samples(ws, rubric.content_hash)
        if rubric.content_hash not in rubrics or not samples:
            continue
        standing = calibration.standing_of(ws, rubric, me)
        practices = {each.id: find_practice(ws, practice_id(each.id, me.id, edition)) for each in samples}
        todo = [each for each in samples if not ((done := practices[each.id]) and done.finished_on)]
        gate = calibration.gate_of(ws, rubric)
        said = calibration.say_standing(standing, gate)
        found.append(Calibrating(rubric.label, said, gate.demanded, standing.passed, tuple(todo)))
    return [each for each in found if each.todo or each.demanded]


class CalibrationCard(Card):
    """Samples to score, and where one stands."""

    def __init__(self, found: list[Calibrating], go: Callable[[Sample], None]) -> None:
        super().__init__()
        self.body.addWidget(PlainLabel(_("Calibration"), "label"))
        for number, each in enumerate(found):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(PlainLabel(each.rubric, "strong"))
            self.body.addWidget(PlainLabel(each.standing, "" if each.passed or not each.demanded else "warning"))
            if each.demanded and not each.passed:
                self.body.addWidget(PlainLabel(_("It is asked for before you score with this rubric."), "muted"))
            if each.todo:
                words = ngettext("Score the sample", "Score the next of {n} samples", len(each.todo))
                act = button(words.format(n=len(each.todo)), "", "scale")
                act.setAccessibleDescription(each.rubric)
                act.clicked.connect(lambda _checked=False, sample=each.todo[0]: go(sample))
                self.body.addWidget(flow(act))
