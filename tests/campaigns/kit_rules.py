"""Who may get what in a package, once more, from the log alone and in the words of the data protection rules.

Written against the rules, and not against the code that makes kits: it shares no function with it. One table of kinds
for each circle; a person gets the union of those that they stand in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rubricapp.store.workspace import Workspace

FREE = {
    "programme": {"name", "recovery_key"},
    "edition": {"programme", "name", "starts_on", "ends_on"},
    "occasion": {"edition", "name", "kind", "held_on", "position"},
    "rubric_version": {"state", "document"},
    "calibration_gate": {"rubric", "exact", "within_one", "samples", "days", "demanded"},
    "erasure": {"erased_on", "reason", "roles", "finished"},
}
NOBODY = {"committee_case", "committee_vote", "committee_decision", "declared_conflict", "device_key", "comment_bank"}
NOBODY |= {"feedback_opening"}
"""Kinds that are in no kit at all."""
TOLD_OF_AUTHORS = {"code", "given_name", "family_name", "pronouns", "languages"}
NOT_IN_A_SHARED_WORK = {"reflection", "rights", "consent", "consent_expires_on", "embargo_until", "log_entry"}
IN_A_SAMPLE = {"title", "file_name", "media", "size", "sha256", "removed", "type", "languages", "link"}
FINISHED = ("finished",)


@dataclass(frozen=True)
class Line:
    """One change of the log."""

    id: str
    kind: str
    record: str
    field: str
    value: object
    author: str
    reason: str


def log_of(ws: Workspace) -> Iterator[Line]:
    """Every change, as SQL says it, in the order shown."""
    for *line, value, author, reason in ws.rows(
        "SELECT lower(hex(change.id)), kind, record, field, value, author, reason FROM change"
        " WHERE value IS NOT NULL ORDER BY hlc, change.id"
    ):
        yield Line(*line, json.loads(value), author, reason)


class Log:
    """What the log says now. of(kind): record → field → value. twins: the id that is kept for another one of somebody.

    beside: (kind, record) of what is there twice, for somebody with two ids: it counts nowhere, so it is left out.
    """

    def __init__(self, ws: Workspace, beside: frozenset[tuple[str, str]] = frozenset()) -> None:
        lines = list(log_of(ws))
        people = {each.record for each in lines if each.kind == "person"}
        self.twins = {
            each.record: str(each.value)
            for each in lines
            if (each.kind, each.field) == ("same_person", "kept") and {each.record, each.value} <= people
        }
        self.lines = [
            each
            if each.kind == "same_person"
            else replace(each, value=self.kept(each.value), author=self.kept(each.author))
            for each in lines
            if (each.kind, each.record) not in beside
        ]
        self.latest: dict[tuple[str, str, str], str] = {}
        self._said: dict[str, dict[str, dict[str, object]]] = {}
        for each in self.lines:
            self.latest[each.kind, each.record, each.field] = each.id
            self._said.setdefault(each.kind, {}).setdefault(each.record, {})[each.field] = each.value

    def kept(self, one: object) -> object:
        return self.twins.get(one, one) if isinstance(one, str) else one

    def of(self, kind: str) -> dict[str, dict[str, object]]:
        return self._said.get(kind, {})

    def get(self, kind: str, record: object, field: str) -> object:
        return self.of(kind).get(str(record), {}).get(field)


def slot_of(fields: dict[str, object]) -> tuple[object, object, object]:
    return fields.get("participant"), fields.get("rubric"), fields.get("occasion")


class Rules:
    """What one person may get. me: their id. today: the ISO day of the kit."""

    def __init__(self, log: Log, me: str, today: str) -> None:
        self.log, self.me, self.today = log, me, today
        enrolled = [each for each in log.of("enrolment").values() if not each.get("ended_on")]
        self.roles = {each.get("role") for each in enrolled if each.get("person") == me}
        self.leads = {each.get("person") for each in enrolled if each.get("role") == "lead"}
        self.asked = [
            each
            for each in log.of("assignment").values()
            if each.get("assessor") == me and each.get("participant") and not each.get("removed")
        ]
        self.scores = {each.get("participant") for each in self.asked}
        self._peers()
        self._mentees()
        self._results()
        self._samples()
        self.judges = {(each.get("participant"), each.get("assessor")) for each in log.of("assignment").values()}
        self.judges |= {(each.get("author"), each.get("reviewer")) for each in log.of("allocation").values()}
        self.judges |= {
            (each.get("participant"), each.get("assessor"))
            for each in log.of("assessment").values()
            if (each.get("kind") or "assessor") != "self"
        }

    def _peers(self) -> None:
        mine = [
            each
            for each in self.log.of("allocation").values()
            if each.get("reviewer") == self.me and each.get("author") not in (None, self.me) and not each.get("removed")
        ]
        known = self.log.of("peer_round")
        mine = [each for each in mine if each.get("round") in known]
        self.rounds = {each.get("round") for each in mine}
        self.authors = {each.get("author") for each in mine}
        self.reviews = {
            each.get("author") for each in mine if not self.log.get("peer_round", each.get("round"), "closed_on")
        }

    def _mentees(self) -> None:
        asked = [each for each in self.log.of("mentorship").values() if each.get("mentor") == self.me]
        self.mentees = {each.get("participant") for each in asked if not each.get("removed")}
        if "mentor" in self.roles:
            met = {
                each.get("participant")
                for each in self.log.of("meeting").values()
                if each.get("mentor") == self.me and not each.get("removed")
            }
            met |= {
                each.get("participant")
                for each in self.log.of("assessment").values()
                if each.get("assessor") == self.me and each.get("kind") == "mentor"
            }
            self.mentees |= met - {each.get("participant") for each in asked if each.get("removed") == 1}
        self.mentees -= {self.me, None}

    def _results(self) -> None:
        """Assessments by others that were released to me, or of whom I accompany; and slots released as a whole."""
        released = {
            slot_of(each): str(each["released_on"])
            for each in self.log.of("release").values()
            if each.get("released_on") and None not in slot_of(each)
        }
        everything = {
            key: {**each, "kind": each.get("kind") or "assessor", "state": each.get("state") or "draft"}
            for key, each in self.log.of("assessment").items()
        }
        self.results, self.whole = set(), set()
        for slot, day in released.items():
            others = [(key, each) for key, each in everything.items() if slot_of(each) == slot]
            mine = [each for _key, each in others if each.get("assessor") == self.me and each["kind"] != "peer"]
            done = [each["state"] in FINISHED for each in mine]
            if slot[0] == self.me and "participant" in self.roles:
                may, at_once = bool(done) and all(done), False
            elif slot[0] in self.mentees:
                may, at_once = all(done), bool(done)
            else:
                continue
            scored = any(slot_of(each) == slot for each in self.asked)
            if not may or scored or any(each["kind"] == "assessor" for each in mine):
                continue
            judged = [
                (key, str(each.get("finished_at") or "9999")[:10] <= day)
                for key, each in others
                if each["state"] in FINISHED and each["kind"] in ("assessor", "mentor")
            ]
            all_of_it = at_once or all(in_time for _key, in_time in judged)
            if all_of_it:
                self.whole.add(slot)
            for key, each in others:
                if each.get("assessor") == self.me or each["state"] not in FINISHED or each["kind"] == "peer":
                    continue
                if all_of_it or (key, True) in judged:
                    self.results.add(key)

    def _samples(self) -> None:
        rubrics = {each.get("rubric") for each in self.asked}
        for each in self.log.of("allocation").values():
            peer_round = str(each.get("round"))
            mine = (
                each.get("reviewer") == self.me
                and each.get("author") not in (None, self.me)
                and not each.get("removed")
            )
            if mine and peer_round in self.rounds and not self.log.get("peer_round", peer_round, "closed_on"):
                rubrics.add(self.log.get("peer_round", peer_round, "rubric"))
        if "assessor" in self.roles:
            rubrics |= {each.get("rubric") for each in self.log.of("calibration_gate").values() if each.get("demanded")}
        mine = [each for each in self.log.of("calibration").values() if each.get("person") == self.me]
        begun = {each.get("sample") for each in mine}
        known = {key: each for key, each in self.log.of("calibration_sample").items() if each.get("rubric")}
        self.samples = {
            key
            for key, each in known.items()
            if key in begun or (each["rubric"] in rubrics and not each.get("removed"))
        }
        finished = {each.get("sample") for each in mine if each.get("state") == "finished" and each.get("finished_at")}
        self.answered = {key for key in self.samples if key in finished or known[key].get("at_once")}
        self.shown = {known[key].get("artefact") for key in self.samples if not known[key].get("removed")} - {None}

    def known(self) -> set[object]:
        """Everybody of whom the recipient gets more than a name."""
        found = {self.me} | self.leads | self.scores | self.mentees
        found |= {self.log.get("assessment", each, "assessor") for each in self.results}
        found |= {
            each.get("participant")
            for each in self.log.of("assessment").values()
            if each.get("assessor") == self.me and (each.get("kind") or "assessor") == "assessor"
        }
        if "participant" in self.roles:
            found |= {
                each.get("mentor")
                for kind in ("mentorship", "meeting")
                for each in self.log.of(kind).values()
                if each.get("participant") == self.me and not each.get("removed")
            }
            found |= {
                each.get("mentor")
                for each in self.log.of("log_check").values()
                if self.whose_day(each) == self.me and each.get("state")
            }
        return found - {None}

    # Whose

    def whose_day(self, fields: dict[str, object]) -> object:
        return self.log.get("log_entry", fields.get("entry"), "participant")

    def whose(self, kind: str, record: str) -> object:
        """The participant of something that is of one."""
        fields = self.log.of(kind).get(record, {})
        if kind == "log_check":
            return self.whose_day(fields)
        if kind in ("showing", "audience_choice"):
            return self.log.get("artefact", fields.get("artefact"), "participant")
        if kind == "evidence":
            work = self.log.get("artefact", fields.get("artefact"), "participant")
            return work or self.log.get("log_entry", fields.get("log_entry"), "participant")
        return fields.get("participant")

    def kept_from_peers(self, work: str) -> bool:
        """Whether its author chose to show it to nobody, or not to peers, or not yet."""
        choices = {
            str(each.get("audience") or ""): each
            for each in self.log.of("audience_choice").values()
            if each.get("artefact") == work and each.get("shown") is not None
        }
        choice = choices.get("peers", choices.get(""))
        if choice is None or self.log.get("artefact", work, "removed"):
            return False
        return not choice["shown"] or str(choice.get("embargo_until") or "") > self.today

    # The rules

    def may(self, line: Line) -> bool:
        if line.kind in NOBODY:
            return False
        if line.kind == "same_person":
            return line.field == "kept" and self.log.twins.get(line.record) in self.known() | self.authors
        if line.kind in FREE:
            return line.field in FREE[line.kind]
        tables: list[Callable[[Line], bool]] = [self.as_anybody, self.as_assessor]
        tables += [self.as_peer] if self.rounds else []
        tables += [self.as_mentor] if self.mentees else []
        tables += [self.as_participant] if "participant" in self.roles else []
        return any(table(line) for table in tables)

    def as_anybody(self, line: Line) -> bool:
        kind, record, field = line.kind, line.record, line.field
        whole = record.partition("/")[0]
        known = self.known()
        if kind == "person":
            return record in known and field != "email"
        if kind == "enrolment":
            return self.log.get(kind, record, "person") in known
        if kind in ("assignment", "allocation", "mentorship"):
            return self.me == self.log.get(
                kind, record, {"assignment": "assessor", "allocation": "reviewer"}.get(kind, "mentor")
            )
        if kind in ("assessment", "rating"):
            return whole in self.results
        if kind == "agreed_level":
            public = {"participant", "rubric", "occasion", "criterion", "level", "agreed_on"}
            return slot_of(self.log.of(kind)[record]) in self.whole and field in public and not line.reason
        if kind == "calibration_sample":
            return record in self.samples
        if kind == "calibration_level":
            return whole in self.answered
        if kind in ("calibration", "calibration_rating"):
            return self.log.get("calibration", whole, "person") == self.me
        if kind == "artefact":
            return record in self.shown and field in IN_A_SAMPLE and self.is_no_path(line)
        return False

    def own(self, line: Line, kind: str) -> bool:
        if line.kind not in ("assessment", "rating"):
            return False
        fields = self.log.of("assessment").get(line.record.partition("/")[0], {})
        return fields.get("assessor") == self.me and (fields.get("kind") or "assessor") == kind

    def of_works(self, line: Line, people: set[object]) -> bool:
        kind, field = line.kind, line.field
        if kind not in ("artefact", "log_entry", "log_check", "evidence"):
            return False
        if (kind, field) in (("log_entry", "incident"), ("log_check", "note")):
            return False
        whose = self.whose(kind, line.record)
        return whose in people and not (kind == "evidence" and self.is_of_another_judge(line, whose))

    def is_of_another_judge(self, line: Line, whose: object) -> bool:
        return line.author != self.me and (whose, line.author) in self.judges

    @staticmethod
    def is_no_path(line: Line) -> bool:
        return line.field != "link" or line.value is None or str(line.value).startswith(("http://", "https://"))

    def as_assessor(self, line: Line) -> bool:
        return self.of_works(line, self.scores) or self.own(line, "assessor")

    def as_peer(self, line: Line) -> bool:
        kind, record, field = line.kind, line.record, line.field
        if kind == "person":
            return record in self.authors and field in TOLD_OF_AUTHORS
        if kind == "enrolment":
            return self.log.get(kind, record, "person") in self.authors
        if kind == "peer_round":
            return record in self.rounds and field != "seed"
        if kind == "artefact":
            whose = self.whose(kind, record)
            if whose not in self.reviews or self.kept_from_peers(record) or self.is_of_another_judge(line, whose):
                return False
            return field not in NOT_IN_A_SHARED_WORK and self.is_no_path(line)
        if kind == "evidence":
            on_a_day = self.log.get(kind, record, "log_entry") is not None
            whose = self.whose(kind, record)
            return whose in self.reviews and not on_a_day and line.author == whose
        if kind == "peer_review":
            fields = self.log.of("assessment").get(record, {})
            mine = fields.get("assessor") == self.me and fields.get("kind") == "peer"
            return mine and field in ("works", "change", "next_step")
        return self.own(line, "peer")

    def as_mentor(self, line: Line) -> bool:
        kind, record = line.kind, line.record
        if kind == "meeting":
            return self.log.get(kind, record, "mentor") == self.me
        if kind == "agreed_action":
            return self.log.get("meeting", self.log.get(kind, record, "meeting"), "mentor") == self.me
        if kind == "log_check" and self.log.get(kind, record, "mentor") == self.me:
            return self.whose(kind, record) in self.mentees
        if kind in ("showing", "milestone", "release"):
            return self.whose(kind, record) in self.mentees
        return self.of_works(line, self.mentees) or self.own(line, "mentor")

    def as_participant(self, line: Line) -> bool:
        kind, record = line.kind, line.record
        if kind in ("artefact", "log_entry", "log_check", "showing", "audience_choice", "milestone", "release"):
            return self.whose(kind, record) == self.me
        if kind == "evidence":
            return self.whose(kind, record) == self.me and not self.is_of_another_judge(line, self.me)
        if kind == "mentorship":
            return self.log.get(kind, record, "participant") == self.me
        if kind == "meeting":
            return self.log.get(kind, record, "participant") == self.me and self.is_open(record)
        if kind == "agreed_action":
            mine = self.log.get(kind, record, "participant") == self.me
            return mine and self.is_open(self.log.get(kind, record, "meeting"))
        if kind in ("feedback_piece", "peer_response"):
            return self.log.get(kind, record, "author") == self.me
        return self.own(line, "self")

    def is_open(self, meeting: object) -> bool:
        return self.log.get("meeting", meeting, "visibility") in (None, "", "pair", "lead")

    # What a package may hold

    def ids(self) -> set[str]:
        """Changes: one's own ratings with all that they replaced, of everything else the latest."""
        found = set()
        for line in self.log.lines:
            own = any(self.own(line, kind) for kind in ("assessor", "self", "peer", "mentor"))
            if self.may(line) and (own or self.log.latest[line.kind, line.record, line.field] == line.id):
                found.add(line.id)
        return found

    def files(self) -> set[object]:
        """Hashes of the works that are named in it and were not taken away."""
        ids = self.ids()
        return {
            line.value
            for line in self.log.lines
            if line.kind == "artefact" and line.field == "sha256" and line.value and line.id in ids
            if not self.log.get("artefact", line.record, "removed")
            and self.log.get("artefact", line.record, "participant")
        }
