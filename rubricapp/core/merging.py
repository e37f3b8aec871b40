"""What a package would change, before anything is written: new, same, parallel, conflict, and what cannot be trusted.

Merging is the union of logs: a change that is here already is the same; one that is not is new. Nothing of ours is
ever taken away. What a field shows follows from its heads afterwards (see `changes`), so the order in which packages
come, and how often, makes no difference.

A change is put into quarantine, and everything after it of the same device, where its place in that device's log is
taken by another one (a cloned laptop), where its id is known with other words (altered), or where its link does not
follow from the one before. A gap is no fault: what is missing is named, and may come with another package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rubricapp.core import changes as rules
from rubricapp.core.model import Change, Problem

Field = tuple[str, str, str]
"""(kind, record, field)"""
Place = tuple[str, int]
"""(device, sequence number)"""


FREE_TEXT: Mapping[str, frozenset[str]] = {
    "programme": frozenset({"name"}),
    "edition": frozenset({"name"}),
    "occasion": frozenset({"name"}),
    "person": frozenset({"given_name", "family_name", "email", "country", "department", "pronouns"}),
    "assessment": frozenset({"note"}),
    "rating": frozenset({"comment"}),
    "comment_bank": frozenset({"text"}),
    "artefact": frozenset({"title", "did", "credits", "context", "reflection"}),
    "evidence": frozenset({"note"}),
    "log_entry": frozenset({"scenes", "rolls", "tasks", "problem", "decision", "outcome", "incident", "happened"}),
    "log_check": frozenset({"note"}),
    "meeting": frozenset({"topics", "note"}),
    "agreed_action": frozenset({"text"}),
    "milestone": frozenset({"title", "note"}),
    "showing": frozenset({"place", "result"}),
    "declared_conflict": frozenset({"note"}),
    "calibration_sample": frozenset({"title", "note"}),
    "calibration_rating": frozenset({"comment"}),
}
"""Fields of a kind of record that take any words: whoever settles a conflict may say a third thing there. All others
name something, or are one of a few: there only what somebody said can be taken."""

NOTED: frozenset[tuple[str, str]] = frozenset({("assessment", "finished_at"), ("calibration", "finished_at")})
"""(kind, field) of what a laptop notes by itself while somebody says something else. Nobody can say which of two is
right, so two are no conflict: the later one shows."""


@dataclass(frozen=True)
class Arriving:
    """A change with its proof. salt: of its commitment; None where the value was erased: then only `committed` is left.

    committed: 32 bytes, see `changes.commitment`.
    """

    change: Change
    hash: bytes
    salt: bytes | None
    committed: bytes = b""

    @property
    def place(self) -> Place:
        return self.change.device, self.change.seq

    @property
    def field(self) -> Field:
        return self.change.kind, self.change.record, self.change.field

    def follows(self, previous: bytes) -> bool:
        """Whether its link is the one that follows from `previous`, with these words and no others."""
        proof = (
            rules.commitment(self.salt, self.change.value, self.change.reason)
            if self.salt is not None
            else self.committed
        )
        return len(proof) == 32 and rules.chain_hash(previous, self.change, proof) == self.hash


@dataclass(frozen=True)
class Known:
    """What the workspace knows of the things that arrive; read by the store.

    hashes: of arriving ids that are here. ids: of arriving places that are taken. links: hashes at the places before
    those that arrive. successors: our changes right after places that arrive. heads: of the fields touched.
    replaced: ids that changes here replace, in the fields touched, with the latest of those changes' clock values.
    """

    hashes: Mapping[str, bytes] = field(default_factory=dict)
    ids: Mapping[Place, str] = field(default_factory=dict)
    links: Mapping[Place, bytes] = field(default_factory=dict)
    successors: Mapping[Place, Arriving] = field(default_factory=dict)
    heads: Mapping[Field, tuple[Change, ...]] = field(default_factory=dict)
    replaced: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ahead:
    """What would be known if plans were carried out: for looking at several packages at once, before one is merged."""

    new: dict[str, Arriving] = field(default_factory=dict)
    ids: dict[Place, str] = field(default_factory=dict)
    heads: dict[Field, tuple[Change, ...]] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    touched: dict[tuple[str, str], list[Change]] = field(default_factory=dict)

    def add(self, plan_: Plan) -> None:
        """Count a plan as carried out."""
        for each in plan_.new:
            self.new[each.change.id] = each
            self.ids[each.place] = each.change.id
            self.touched.setdefault(each.field[:2], []).append(each.change)
        self.heads.update({each.field: each.heads for each in plan_.fields})
        rules.named_by((each.change for each in plan_.new), self.replaced)

    def known(self, known: Known, arriving: Sequence[Arriving]) -> Known:
        """The same of what arrives next."""
        hashes, ids, links = dict(known.hashes), dict(known.ids), dict(known.links)
        heads, replaced = dict(known.heads), dict(known.replaced)
        for each in arriving:
            device, seq = each.place
            if each.change.id in self.new:
                hashes[each.change.id] = self.new[each.change.id].hash
            if each.place in self.ids:
                ids[each.place] = self.ids[each.place]
            before = self.ids.get((device, seq - 1))
            if before is not None:
                links[device, seq - 1] = self.new[before].hash
            if each.field in self.heads:
                heads[each.field] = self.heads[each.field]
            for id_ in (each.change.id, *(head.id for head in heads.get(each.field, ()))):
                if id_ in self.replaced:
                    replaced[id_] = max(replaced.get(id_, -1), self.replaced[id_])
        return Known(hashes, ids, links, known.successors, heads, replaced)

    def unseen(self, records: Iterable[tuple[str, str]], seen: Mapping[str, int]) -> dict[tuple[str, str], set[str]]:
        """Fields of these (kind, record) that were changed by them without the sender knowing."""
        return {
            key: {each.field for each in self.touched.get(key, ()) if each.seq > seen.get(each.device, 0)}
            for key in records
        }

    def ends(self, ends: Mapping[str, int]) -> dict[str, int]:
        """How far each device's log would reach."""
        found = dict(ends)
        for device, seq in self.ids:
            found[device] = max(found.get(device, 0), seq)
        return found


class Outcome(StrEnum):
    """What becomes of a field. PARALLEL: new, while ours changed another field of the same record unseen."""

    NEW = "new"
    SAME = "same"
    PARALLEL = "parallel"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class FieldOutcome:
    """One field that arriving changes touch. before: what is shown now, or None. heads: afterwards, shown one first."""

    field: Field
    outcome: Outcome
    before: Change | None
    heads: tuple[Change, ...]

    @property
    def after(self) -> Change:
        return self.heads[0]


@dataclass(frozen=True)
class Plan:
    """new: to be written, by device in the order of its log. same: number of changes that are here already.

    fields: touched by what is new. quarantined: with the reason, in words. gaps: (device, first, last) that is missing.
    """

    new: tuple[Arriving, ...]
    same: int
    fields: tuple[FieldOutcome, ...]
    quarantined: tuple[tuple[Arriving, str], ...] = ()
    gaps: tuple[tuple[str, int, int], ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many fields have this outcome."""
        return sum(each.outcome is outcome for each in self.fields)

    @property
    def conflicts(self) -> tuple[FieldOutcome, ...]:
        return tuple(each for each in self.fields if each.outcome is Outcome.CONFLICT)


def plan(
    arriving: Iterable[Arriving],
    known: Known,
    before: Mapping[Place, bytes] | None = None,
    ends: Mapping[str, int] | None = None,
    unseen: Mapping[tuple[str, str], frozenset[str]] | None = None,
) -> Plan:
    """What merging would do.

    before: the hash that precedes the first change of each run, as the package claims it ((device, seq of that first
    change) → hash). ends: how far each device's log reaches here. unseen: fields of a record, by (kind, record), that
    were changed here without the sender knowing.
    """
    runs: dict[str, dict[int, Arriving]] = {}
    doubled: list[tuple[Arriving, str]] = []
    for each in arriving:
        other = runs.setdefault(each.change.device, {}).setdefault(each.change.seq, each)
        if other is not each and (other.change.id, other.hash) != (each.change.id, each.hash):
            doubled.append((each, _TAKEN))
    new: list[Arriving] = []
    same = 0
    quarantined = doubled
    for device in sorted(runs):
        found, held, refused = _walk(runs[device], known, before or {})
        new += found
        same += held
        quarantined += refused
    return Plan(
        tuple(new),
        same,
        _outcomes(new, known, unseen or {}),
        tuple(quarantined),
        _gaps(new, ends or {}),
    )


_TAKEN = "Its place in this laptop's log holds another change: the laptop was cloned, or an old copy went on working."
_ALTERED = "It is known here with other words: one of the two was altered."
_BROKEN = "It does not follow from the change before it: something was altered or taken out."
_AFTER = "It comes after a change of the same laptop that cannot be trusted."


def _walk(
    run: Mapping[int, Arriving], known: Known, before: Mapping[Place, bytes]
) -> tuple[list[Arriving], int, list[tuple[Arriving, str]]]:
    """(new, number of same, quarantined) of one device's changes."""
    new: list[Arriving] = []
    same = 0
    refused: list[tuple[Arriving, str]] = []
    previous: tuple[int, bytes] | None = None
    for seq in sorted(run):
        each = run[seq]
        if known.hashes.get(each.change.id) == each.hash:
            same += 1
            previous = (seq, each.hash)
            continue
        reason = _AFTER if refused else _clash(each, known)
        if not reason:
            link = _link(each, previous, known, before)
            following = known.successors.get(each.place)
            if link is None or not each.follows(link) or (following and not following.follows(each.hash)):
                reason = _BROKEN
            else:
                new.append(each)
        if reason:
            refused.append((each, reason))
        previous = (seq, each.hash)
    return new, same, refused


def _clash(each: Arriving, known: Known) -> str:
    held = known.hashes.get(each.change.id)
    if held is not None and held != each.hash:
        return _ALTERED
    if known.ids.get(each.place, each.change.id) != each.change.id:
        return _TAKEN
    return ""


def _link(
    each: Arriving, previous: tuple[int, bytes] | None, known: Known, before: Mapping[Place, bytes]
) -> bytes | None:
    """The hash that comes before: of the change before it in the package, in the workspace, or as it is claimed."""
    device, seq = each.place
    if seq == 1:
        return rules.GENESIS
    if previous is not None and previous[0] == seq - 1:
        return previous[1]
    return known.links.get((device, seq - 1)) or before.get(each.place)


def _outcomes(
    new: Sequence[Arriving], known: Known, unseen: Mapping[tuple[str, str], frozenset[str]]
) -> tuple[FieldOutcome, ...]:
    touched: dict[Field, list[Change]] = {}
    for each in new:
        touched.setdefault(each.field, []).append(each.change)
    found = []
    for key in sorted(touched):
        ours = known.heads.get(key, ())
        heads = rules.heads_of((*ours, *touched[key]), known.replaced)
        found.append(FieldOutcome(key, _outcome(key, ours, heads, unseen), ours[0] if ours else None, heads))
    return tuple(found)


def _outcome(
    key: Field, ours: Sequence[Change], heads: Sequence[Change], unseen: Mapping[tuple[str, str], frozenset[str]]
) -> Outcome:
    if {each.id for each in ours} == {each.id for each in heads}:
        return Outcome.SAME  # older history of what is known
    if needs_settling(heads):
        return Outcome.CONFLICT
    if ours and rules.is_conflict((ours[0], heads[0])) is False:
        return Outcome.SAME
    others = unseen.get(key[:2], frozenset()) - {key[2]}
    return Outcome.PARALLEL if others else Outcome.NEW


def needs_settling(heads: Sequence[Change]) -> bool:
    """Whether heads of one field are a conflict that a person settles."""
    return rules.is_conflict(heads) and (heads[0].kind, heads[0].field) not in NOTED


def _gaps(new: Sequence[Arriving], ends: Mapping[str, int]) -> tuple[tuple[str, int, int], ...]:
    """What is missing between what is here and what arrives: (device, first, last)."""
    places: dict[str, list[int]] = {}
    for each in new:
        places.setdefault(each.change.device, []).append(each.change.seq)
    gaps = []
    for device, seqs in sorted(places.items()):
        last = ends.get(device, 0)
        for seq in sorted(seqs):
            if seq > last + 1:
                gaps.append((device, last + 1, seq - 1))
            last = max(last, seq)
    return tuple(gaps)


def problems(plan_: Plan, names: Mapping[str, str]) -> tuple[Problem, ...]:
    """What a person must know of a plan before accepting it. names: of devices, for people."""
    found = []
    for device, first, last in plan_.gaps:
        name = names.get(device) or device[:8]
        what = (
            f"Changes {first} to {last} of {name} are missing."
            if last > first
            else f"Change {first} of {name} is missing."
        )
        found.append(Problem("MERGE_GAP", what, "Ask for the package that came before this one.", severity="warning"))
    reasons = dict.fromkeys(
        (names.get(each.change.device) or each.change.device[:8], reason) for each, reason in plan_.quarantined
    )
    for name, reason in reasons:
        if reason == _AFTER:
            continue
        found.append(
            Problem(
                "MERGE_QUARANTINE",
                f"A change of {name} was not taken in. {reason}",
                "It is kept aside, with all that come after it: nothing is lost. Ask its sender.",
            )
        )
    return tuple(found)
