"""Whole residencies drawn at random: every verb of a network, in any order, with real sealed packages.

A lead, assessors on a laptop or two, participants. Kits are made and opened, early or late; people score, finish and
reopen; returns are handed in, merged, merged again, taken back and done again; conflicts are settled and opened, gaps
agreed, results released; people are erased, found to be two, told apart; the lead's laptop is restored from a backup,
an assessor's is copied. Whatever the order:

- no verb ends otherwise than well or with words for a person, and no check finds anything, at any step;
- on no assessor's laptop lies a word of another assessor, on no participant's what was not released when its kit was
  made;
- once every laptop has handed in, the lead's shows what each assessor's shows, or a conflict of that assessor's own;
- of whoever was erased nothing is left there.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rubricapp.core.model import Assessment, AssessmentKind, Person, Role
from rubricapp.errors import UserError
from rubricapp.operations import (
    agreeing,
    assessments,
    assigning,
    backups,
    kits,
    merging,
    people,
    privacy,
    releases,
    returns,
    same_people,
)
from rubricapp.store.assessments import list_assessments
from rubricapp.store.conflicts import list_conflicts, list_settled
from rubricapp.store.erasing import list_marks
from rubricapp.store.kits import load_home
from rubricapp.store.merging import list_merges
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.releases import FINISHED, list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.same_people import list_doubles, list_ids
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.conftest import small_document
from tests.laptops import WORDS, make_passphrases_quick, start_programme, who
from tests.steps import steps_taken_once

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
REFUSED = frozenset(
    {
        *("E_OPEN_GAPS", "E_OPEN_CONFLICTS", "E_NOTHING_TO_RELEASE", "E_RELEASED", "E_IN_MARKING", "E_NOT_BOTH"),
        *("E_NOTHING_TO_MODERATE", "E_OTHER_PERSON", "E_IS_APART"),
        *("E_ERASED", "E_CONFLICT_OF_INTEREST", "E_APART", "E_NOBODY_ASSIGNED", "E_NO_PLACE", "E_AMBIGUOUS"),
        *("E_FINISHED", "E_DRAFT", "E_NO_CONFLICT", "E_NO_PERSON", "E_SAME", "E_NO_MERGE", "E_OWN_WORK"),
    }
)
"""What may be refused when verbs come in any order."""


@dataclass
class Laptop:
    """Somebody's workspace. person: the id of whose it is."""

    ws: Workspace
    person: str


@dataclass
class Residency:
    """One network. kits and returns: files that travel, however old. told: of whose results (rubric, occasion) were
    released when one of their kits was made."""

    folder: Path
    draw: random.Random
    lead: Workspace
    laptops: list[Laptop] = field(default_factory=list)
    kits: dict[str, list[Path]] = field(default_factory=dict)
    returns: list[Path] = field(default_factory=list)
    told: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    backups: list[Path] = field(default_factory=list)
    restored: bool = False
    count: Counter[str] = field(default_factory=Counter)

    def some(self, role: Role) -> Person:
        """Somebody of the lead's programme. Raises IndexError where nobody is left."""
        return self.draw.choice(list_people(self.lead, role))

    def laptop(self) -> Laptop:
        """Some laptop that is not the lead's. Raises IndexError where there is none."""
        return self.draw.choice(self.laptops)


def asked(net: Residency) -> None:
    """Ask somebody for one more assessment."""
    rubric, occasion = find_rubric(net.lead, "small"), find_occasion(net.lead, net.draw.choice(("baseline", "final")))
    assigning.assign(net.lead, net.some(Role.PARTICIPANT), net.some(Role.ASSESSOR), rubric, occasion)


def begin(net: Residency, person: Person) -> None:
    """Somebody's first kit, on their laptop."""
    make(net, person)
    place = net.folder / f"{person.id}-0"
    kits.open_kit(net.kits[person.id][-1], place, WORDS)
    net.laptops.append(Laptop(open_(place), person.id))


def make(net: Residency, person: Person) -> None:
    made = kits.make_kit(net.lead, person, net.folder / "kits", WORDS)
    net.kits.setdefault(person.id, []).append(made.path)
    told = {
        (each.rubric, each.occasion)
        for each in list_releases(net.lead)
        if each.released_on and each.participant == person.id
    }
    net.told.setdefault(person.id, set()).update(told)


def kit_made(net: Residency) -> None:
    """Make a kit, for an assessor or a participant."""
    make(net, net.some(net.draw.choice((Role.ASSESSOR, Role.ASSESSOR, Role.PARTICIPANT))))


def kit_opened(net: Residency) -> None:
    """Open a kit, the newest or an old one, on its person's laptop or on a second one."""
    person = net.draw.choice(sorted(net.kits))
    path = net.draw.choice(net.kits[person][-2:])
    mine = [each for each in net.laptops if each.person == person]
    number = net.draw.choice((0, 0, 0, 1)) if mine else 0
    if number < len(mine):
        laptop = mine[number]
        place = laptop.ws.folder
        laptop.ws.close()
        try:
            kits.open_kit(path, place, WORDS)
        finally:
            laptop.ws = open_(place)
        return
    place = net.folder / f"{person}-{len(mine)}"
    kits.open_kit(path, place, WORDS)
    net.laptops.append(Laptop(open_(place), person))


def scored(net: Residency) -> None:
    """Score somebody one was asked to score, some of it or all; finish, or not."""
    laptop = net.laptop()
    ws, draw = laptop.ws, net.draw
    home = load_home(ws)
    me = next(each for each in list_people(ws) if each.id in list_ids(ws, home.me))
    rubric = find_rubric(ws, "small")
    if Role.PARTICIPANT in me.roles:
        whom, kind = me, AssessmentKind.SELF
    else:
        others = list_people(ws, Role.PARTICIPANT)
        whom, kind = draw.choice(others), AssessmentKind.ASSESSOR
    occasion = find_occasion(ws, draw.choice(("baseline", "baseline", "baseline", "final")))
    begun = assessments.begin(ws, whom, rubric, occasion, me, kind)[0]
    if not begun.is_open:
        assessments.reopen(ws, begun.id, "Seen again.", me.id)
    most = len(rubric.criteria)
    which = draw.sample(rubric.criteria, draw.choice((most, most, draw.randint(1, most))))
    levels = {each.id: draw.randint(1, 4) for each in which}
    words = {each.id: f"of {whom.code} {draw.getrandbits(40):x}" for each in which if draw.random() < 0.4}
    assessments.rate_many(ws, begun, rubric, levels, words)
    if draw.random() < 0.8:
        assessments.finish(ws, begun.id)


def handed_in(net: Residency) -> None:
    laptop = net.laptop()
    net.returns.append(returns.make_return(laptop.ws, net.folder / "stick").path)


def merged(net: Residency) -> None:
    """Merge some returns, old ones among them, in any order; sometimes only look."""
    chosen = net.draw.sample(net.returns, min(len(net.returns), net.draw.randint(1, 3)))
    for each in returns.bring_in(net.lead, chosen, net.draw.random() < 0.2, trust=True, erase=True):
        if each.error is not None:
            net.count[each.error.code] += 1
            # A kit from before the last restore may be sealed for a laptop that is gone; else everything opens.
            assert each.error.code in ("E_FOREIGN_SAME",), each.error


def undone(net: Residency) -> None:
    merges = list_merges(net.lead)
    one = net.draw.choice(merges)
    (merging.undo if one.stands else merging.redo)(net.lead, one.id)


def settled(net: Residency) -> None:
    """Settle a conflict with what one of them said; or open one again."""
    if net.draw.random() < 0.25 and list_settled(net.lead):
        merging.reopen(net.lead, net.draw.choice(list_settled(net.lead)), "Not so.")
        return
    conflict = net.draw.choice(list_conflicts(net.lead))
    merging.resolve(net.lead, conflict, net.draw.choice(conflict.heads).value, "Asked them.")


def assessed(net: Residency) -> Person:
    """Somebody who has a finished assessment. Raises IndexError where nobody has."""
    whose = {each.participant for each in list_assessments(net.lead) if each.state in FINISHED}
    return net.draw.choice([each for each in list_people(net.lead, Role.PARTICIPANT) if each.id in whose])


def agreed(net: Residency) -> None:
    """Agree on a criterion, early where somebody is unfinished; or take that back."""
    whom, criterion = assessed(net), net.draw.choice(find_rubric(net.lead, "small").criteria)
    place = agreeing.find_place(net.lead, whom, criterion.id, opens=net.draw.random() < 0.3)
    if place.agreed is not None and net.draw.random() < 0.5:
        agreeing.reopen(net.lead, place, "Once more.")
    else:
        agreeing.agree(net.lead, place, net.draw.randint(1, 4), "Talked it over.", early=True)


def released(net: Residency) -> None:
    """Release somebody's results, although they differ now and then; or take that back."""
    whom = assessed(net)
    there = [each for each in list_releases(net.lead) if each.participant == whom.id and each.released_on]
    if there and net.draw.random() < 0.4:
        releases.take_back(net.lead, [whom.id], reason="Too early.")
    else:
        releases.release(net.lead, [whom.id], anyway=net.draw.choice(("", "It is time.")))


def erased(net: Residency) -> None:
    """Erase a participant, seldom."""
    if net.draw.random() < 0.25 and len(list_people(net.lead, Role.PARTICIPANT)) > 2:
        whom = net.some(Role.PARTICIPANT)
        ids = list_ids(net.lead, whom.id)
        privacy.erase(net.lead, whom.id, whom.name)
        net.erased |= set(ids)


def twins(net: Residency) -> None:
    """Say that two are one, or two again."""
    draw = net.draw
    known = list_people(net.lead, draw.choice((Role.PARTICIPANT, Role.PARTICIPANT, Role.ASSESSOR)))
    doubled = [each for each in known if len(list_ids(net.lead, each.id)) > 1]
    if doubled and draw.random() < 0.6:
        one = draw.choice(doubled)
        other = draw.choice([each for each in list_ids(net.lead, one.id) if each != one.id])
        same_people.say_apart(net.lead, other, one.id, "Two after all.")
    elif len(known) > 1 and draw.random() < 0.3:
        one, other = draw.sample(known, 2)
        same_people.say_same(net.lead, one.id, other.id, "She told me.")


def added(net: Residency) -> None:
    """Somebody joins late."""
    role = net.draw.choice((Role.PARTICIPANT, Role.ASSESSOR))
    people.add_person(net.lead, role, f"Late {net.draw.getrandbits(24):x} {role.value}")


def backed_up(net: Residency) -> None:
    net.backups.append(backups.back_up(net.lead))


def restored(net: Residency) -> None:
    """The lead's laptop goes back to how it was."""
    there = [each for each in net.backups if each.exists()]
    if not there or net.draw.random() < 0.5:
        return
    folder = net.lead.folder
    net.lead.close()
    try:
        backups.restore(folder, net.draw.choice(there))
    finally:
        net.lead = open_(folder)
    net.restored = True


def copied(net: Residency) -> None:
    """An assessor's workspace is copied, and both go on."""
    laptop = net.laptop()
    if net.draw.random() < 0.5 or sum(each.person == laptop.person for each in net.laptops) > 2:
        return
    place = laptop.ws.folder
    into = place.with_name(f"{place.name}-copy{len(net.laptops)}")
    laptop.ws.close()
    shutil.copytree(place, into)
    laptop.ws = open_(place)
    net.laptops.append(Laptop(open_(into), laptop.person))


ACTIONS: dict[Callable[[Residency], None], int] = {
    asked: 3,
    kit_made: 6,
    kit_opened: 8,
    scored: 16,
    handed_in: 8,
    merged: 8,
    undone: 4,
    settled: 4,
    agreed: 4,
    released: 4,
    erased: 1,
    twins: 2,
    added: 1,
    backed_up: 1,
    restored: 1,
    copied: 1,
}


def own(ws: Workspace, code: str) -> list[Assessment]:
    """The assessments on a laptop that are by its person."""
    mine = set(list_ids(ws, code))
    return [each for each in list_assessments(ws) if each.assessor in mine]


def look(net: Residency, laptops: Sequence[Laptop]) -> None:
    """What must hold at every step, on the lead's laptop and on these."""
    for ws in (net.lead, *(each.ws for each in laptops)):
        told = {each.code for each in find_faults(ws).problems}
        assert told <= {"CHECK_GAP", "CHECK_REFERENCE"}, (ws.folder.name, told)
    for each in laptops:
        others = [one for one in list_assessments(each.ws) if one.assessor not in list_ids(each.ws, each.person)]
        told = net.told.get(each.person, set())  # of an assessor nothing
        assert {(one.rubric, one.occasion) for one in others} <= told, f"too much is known on {each.ws.folder.name}"


def shown(each: Assessment) -> dict[str, object]:
    """What an assessment says, by criterion, and its state."""
    said: dict[str, object] = {"": each.state}
    for name, rating in each.ratings.items():
        said |= {f"{name} level": rating.level or rating.blank, f"{name} comment": rating.comment}
    return {name: value for name, value in said.items() if value}


def run(seed: int, number: int, count: Counter[str], steps: int = 160) -> None:
    """One residency. Raises AssertionError, or what a verb raised that is no word for a person."""
    draw = random.Random(f"{seed}-{number}")
    with tempfile.TemporaryDirectory(dir=FAST) as name:
        folder = Path(name)
        net = Residency(folder, draw, start_programme(folder / "lead", small_document()), count=count)
        try:
            for code in ("A-001", "A-002", "P-001"):
                begin(net, who(net.lead, code))
            for step in range(draw.randint(steps // 4, steps)):
                action = draw.choices([*ACTIONS], [*ACTIONS.values()])[0]
                try:
                    action(net)
                    count[action.__name__] += 1
                except (IndexError, StopIteration):
                    pass  # nobody is there yet
                except UserError as error:
                    assert error.code in REFUSED, (action.__name__, error.code, error.message)
                    count["refused"] += 1
                if step % 3 == 0:
                    look(net, draw.sample(net.laptops, 1))
            conclude(net)
        finally:
            net.lead.close()
            for each in net.laptops:
                each.ws.close()


def conclude(net: Residency) -> None:
    """Everybody hands in once more, and the lead merges it all: nothing is lost, nothing made up."""
    last = [returns.make_return(each.ws, net.folder / "last").path for each in net.laptops]
    for each in returns.bring_in(net.lead, net.draw.sample(last, len(last)), trust=True, erase=True):
        assert each.error is None or each.error.code == "E_FOREIGN_SAME", each.error
    look(net, net.laptops)
    gone = {each.person for each in list_marks(net.lead)}
    assert net.erased <= gone
    disputed = {each.record.partition("/")[0] for each in list_conflicts(net.lead)}
    settled_ = {each.record.partition("/")[0] for each in list_settled(net.lead)}
    here = {each.id: each for each in list_assessments(net.lead)}
    doubles = list_doubles(net.lead, "assessment")
    said: dict[str, list[Assessment]] = {}
    for laptop in net.laptops:
        for each in own(laptop.ws, laptop.person):
            said.setdefault(each.id, []).append(each)
    for id_, versions in said.items():
        if gone & {one for each in versions for one in (each.participant, each.assessor)}:
            continue
        assert id_ in here or id_ in doubles, f"an assessment is lost: {id_}"
        if id_ not in here or id_ in disputed | settled_:
            continue
        lead = shown(here[id_])
        assert set(lead) == set().union(*map(shown, versions)), id_
        for name, value in lead.items():
            assert value in [shown(each).get(name) for each in versions], (id_, name)
        net.count["compared"] += 1
    for one in gone:
        assert net.lead.rows("SELECT 1 FROM person WHERE id = ?", one) == []
        assert not [each for each in here.values() if each.participant == one]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="residencies", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first residency")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    given = parser.parse_args(arguments)
    count: Counter[str] = Counter()
    begun, number = time.monotonic(), given.first
    with pytest.MonkeyPatch.context() as patch, steps_taken_once():
        make_passphrases_quick(patch)
        while number < given.first + given.runs and time.monotonic() - begun < given.seconds:
            try:
                run(given.seed, number, count)
            except BaseException as error:
                print(f"residency {number} of seed {given.seed}: {type(error).__name__}: {error}", flush=True)
                raise
            number += 1
    told = ", ".join(f"{name} {n:,}" for name, n in sorted(count.items()))
    print(f"{number - given.first:,} residencies, 0 faults, {time.monotonic() - begun:.0f} s: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
