"""Whose a record is, and what goes when a person is erased: the one rule that erasing, merging and checking ask.

A person is erased where the log holds a change of kind `erasure` about them. What belongs to them follows from the log
alone: from the fields that say whose a record is (a work's participant, a proof's work …). Their values are ids made
of chance, so they stay when everything else of the record goes, and anybody can recompute what an erasure covers;
nobody can make it cover more. Testimony about somebody else stays, without its witness's name.

Question: does a list of record ids stand in the mark? Decision: no. Reasons: a list can claim another person's
records, goes out of date when an old laptop's changes come in, and conflicts when two laptops erase at once; the ids
in those fields say the same, are under the chain, and also cover what arrives later. 2026-11-29.

The rule only ever grows with more changes in one way: a record that one field gives to erased people alone is theirs.
A record that was given to somebody else as well, at any time, is disputed: it stays, and is named.

kind                goes with an erased person                       why
programme, edition, occasion, rubric_version, peer_round, calibration_gate: nobody's, the residency's
person              itself
same_person         itself; the id that is kept stays                it is made of chance, and says what a mark covers
enrolment           whose it is                                      roles of editions are counted in the mark
assessment          whom it is about, of every kind                  by them about others: testimony, stays nameless
rating, peer_review their assessment                                 comments and boxes about them
comment_bank        whose bank it is
artefact            whose work it is
evidence            its work or its day
showing, audience_choice   its work
log_entry           whose day it is
log_check           its day                                          by them on others' days: testimony
allocation, assignment   who is reviewed, who is scored              as reviewer or assessor of others it stays
peer_response, feedback_piece, feedback_opening   who answers, says how useful it was, opened it
declared_conflict   either of the two                                says something of both
calibration_sample  its work
calibration_level   its sample
calibration         who was calibrated, or its sample
calibration_rating  its calibration
meeting             whom it was held with                            as mentor of others it stays
mentorship          who is accompanied                               as mentor of others it stays
agreed_action       whose it is, or its meeting
milestone, release  whose it is
agreed_level        whose levels were settled                        as assessor of others it stays
committee_case      whose case it is
committee_vote, committee_decision   their case                      as a member on others it stays
erasure             nobody's                                         the mark itself: day, reason, counts, no name
device_key          nobody's                                         a laptop's keys: old packages are checked with them
a kind of a newer version: what names the person as its participant, or as itself
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

MARK = "erasure"
"""The kind of change that says that a person was erased; its record is the person's id."""


@dataclass(frozen=True)
class Belonging:
    """Whose a kind of record is. itself: its id is the person's. by: fields that hold a person's id.

    under: field → kind of the record that it names and goes with. part_of: kind of the record whose id it begins with
    ("<id>/<part>") or shares. witness: fields that name who said it; it is theirs, but about somebody else.
    stays: fields of what is theirs that hold a person's id, too, and stay, whoever that is.
    """

    itself: bool = False
    by: tuple[str, ...] = ()
    under: Mapping[str, str] = field(default_factory=dict)
    part_of: str = ""
    witness: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that say whose it is."""
        return (*self.by, *self.under)


_NOBODYS = Belonging()
_OF_PARTICIPANT = Belonging(by=("participant",))

DECISIONS: dict[str, Belonging] = {
    "programme": _NOBODYS,
    "edition": _NOBODYS,
    "occasion": _NOBODYS,
    "rubric_version": _NOBODYS,
    "peer_round": _NOBODYS,
    MARK: _NOBODYS,
    "device_key": _NOBODYS,
    "calibration_gate": _NOBODYS,
    "person": Belonging(itself=True),
    "same_person": Belonging(itself=True, stays=("kept",)),
    "enrolment": Belonging(by=("person",)),
    "assessment": Belonging(by=("participant",), witness=("assessor",)),
    "rating": Belonging(part_of="assessment"),
    "peer_review": Belonging(part_of="assessment"),
    "comment_bank": Belonging(by=("owner",)),
    "artefact": _OF_PARTICIPANT,
    "evidence": Belonging(under={"artefact": "artefact", "log_entry": "log_entry"}),
    "showing": Belonging(under={"artefact": "artefact"}),
    "audience_choice": Belonging(under={"artefact": "artefact"}),
    "log_entry": _OF_PARTICIPANT,
    "log_check": Belonging(under={"entry": "log_entry"}, witness=("mentor",)),
    "allocation": Belonging(by=("author",), witness=("reviewer",)),
    "peer_response": Belonging(by=("author",)),
    "feedback_piece": Belonging(by=("author",)),
    "feedback_opening": Belonging(by=("author",)),
    "declared_conflict": Belonging(by=("one", "other")),
    "calibration_sample": Belonging(under={"artefact": "artefact"}),
    "calibration_level": Belonging(part_of="calibration_sample"),
    "calibration": Belonging(by=("person",), under={"sample": "calibration_sample"}),
    "calibration_rating": Belonging(part_of="calibration"),
    "meeting": Belonging(by=("participant",), witness=("mentor",)),
    "agreed_action": Belonging(by=("participant",), under={"meeting": "meeting"}),
    "mentorship": Belonging(by=("participant",), witness=("mentor",)),
    "milestone": _OF_PARTICIPANT,
    "release": _OF_PARTICIPANT,
    "assignment": Belonging(by=("participant",), witness=("assessor",)),
    "agreed_level": Belonging(by=("participant",), witness=("agreed_by", "third")),
    "committee_case": _OF_PARTICIPANT,
    "committee_vote": Belonging(under={"committee_case": "committee_case"}, witness=("member",)),
    "committee_decision": Belonging(under={"committee_case": "committee_case"}, witness=("decided_by",)),
}
"""For every kind of record that this version knows."""
_OF_A_NEWER_VERSION = Belonging(itself=True, by=("participant",))

FIELDS = frozenset(name for each in (*DECISIONS.values(), _OF_A_NEWER_VERSION) for name in (*each.fields, *each.stays))
"""Fields that say whose some record is. Of a change in any other field only the header matters here."""

Said = tuple[str, str, str, object]
"""(kind, record, field, value) of one change."""


def belonging(kind: str) -> Belonging:
    """Whose records of this kind are."""
    return DECISIONS.get(kind, _OF_A_NEWER_VERSION)


@dataclass(frozen=True)
class Erased:
    """What is erased. people: ids. records: (kind, id) of whole records. disputed: those that others own as well."""

    people: frozenset[str] = frozenset()
    records: frozenset[tuple[str, str]] = frozenset()
    disputed: frozenset[tuple[str, str]] = frozenset()

    def covers(self, kind: str, record: str) -> bool:
        """Whether this is a record of an erased person: its values must not be kept, shown, sent or taken in."""
        if kind == MARK or not self.people:
            return False
        rule = belonging(kind)
        if rule.part_of:
            return (rule.part_of, record.partition("/")[0]) in self.records
        return (kind, record) in self.records or (rule.itself and record in self.people)

    def keeps(self, kind: str, record: str, name: str, value: object) -> bool:
        """Whether a value of a covered record stays all the same: it says whose the record was, and nothing else."""
        rule = belonging(kind)
        return self.covers(kind, record) and (
            name in rule.stays or _leads(rule, name, value, self.people, self.records)
        )


def find_erased(people: Iterable[str], said: Iterable[Said]) -> Erased:
    """What belongs to these people. said: every change ever in one of FIELDS, replaced ones too, in any order."""
    gone = frozenset(people)
    if not gone:
        return Erased()
    named: dict[tuple[str, str], dict[str, set[str]]] = {}
    naming: dict[str, list[tuple[str, str]]] = {}
    records: set[tuple[str, str]] = set()
    for kind, record, name, value in said:
        rule = belonging(kind)
        if record in gone and name in rule.stays:
            records.add((kind, record))
        if isinstance(value, str) and value and (name in rule.by or name in rule.under) and kind != MARK:
            key = (kind, record)
            named.setdefault(key, {}).setdefault(name, set()).add(value)
            naming.setdefault(value, []).append(key)
    records |= {("person", each) for each in gone}
    disputed: set[tuple[str, str]] = set()
    to_look_at = [*gone, *(record for _kind, record in records)]
    while to_look_at:  # a proof goes with its work, so once more for what hangs from what was found
        for key in naming.get(to_look_at.pop(), ()):
            if key in records:
                continue
            rule, fields = belonging(key[0]), named[key]
            if any(all(_leads(rule, name, value, gone, records) for value in of) for name, of in fields.items()):
                records.add(key)
                disputed.discard(key)
                to_look_at.append(key[1])
            elif any(_leads(rule, name, value, gone, records) for name, of in fields.items() for value in of):
                disputed.add(key)
    return Erased(gone, frozenset(records), frozenset(disputed))


def _leads(
    rule: Belonging, name: str, value: object, people: Iterable[str], records: Iterable[tuple[str, str]]
) -> bool:
    """Whether a field's value names somebody, or something, that is erased."""
    return (name in rule.by and value in people) or (name in rule.under and (rule.under[name], value) in records)


def same_name(typed: str, name: str) -> bool:
    """Whether somebody typed this name: in any case and spacing, in any script and either form of its accents."""

    def plain(text: str) -> str:
        return normalize("NFKC", " ".join(normalize("NFKC", text).casefold().split())).casefold()

    return bool(plain(name)) and plain(typed) == plain(name)
