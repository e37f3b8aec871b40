"""Which kind of record fills which table: the names of its fields in the log, and the columns that hold them.

A new kind of record is a table in `migrations` and a line here, which says which fields hold ids of people (`people`);
`core.erasing` decides whose it is, `aliases.SLOTS` whether there is one of it for some columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rubricapp.core.model import Blank
from rubricapp.core.rubrics import from_document
from rubricapp.store.engine import Connection


@dataclass(frozen=True)
class Kind:
    """A kind of record. fields: name in the log → column. keys: columns filled from the record's id.

    special: fields that are more than one column; each makes the row where there is none. more: those columns.
    people: fields that hold ids of people, one, a list of them, or a document by them: see `same_people`.
    """

    table: str
    fields: Mapping[str, str]
    keys: tuple[str, ...] = ("id",)
    split: Callable[[str], tuple[str, ...]] = lambda record: (record,)
    special: Mapping[str, Callable[[Connection, tuple[str, ...], object], None]] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """SQL that finds the row."""
        return " AND ".join(f"{key} = ?" for key in self.keys)

    @property
    def nothing(self) -> str:
        """SQL that is true of a row that says nothing."""
        return " AND ".join(f"{column} IS NULL" for column in (*self.fields.values(), *self.more))


def _plain(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _pair(record: str) -> tuple[str, ...]:
    """The two keys of a record that is named by both, such as an assessment and a criterion."""
    whole, _, part = record.partition("/")
    return whole, part


def _set_level(connection: Connection, keys: tuple[str, ...], value: object) -> None:
    """A level, the name of a blank, or None come in one field, because they exclude each other."""
    level = value if isinstance(value, int) and not isinstance(value, bool) else None
    blank = value if isinstance(value, str) and value in set(Blank) else None
    connection.execute(
        "INSERT INTO rating (assessment, criterion, level, blank) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (assessment, criterion) DO UPDATE SET level = excluded.level, blank = excluded.blank",
        (*keys, level, blank),
    )


def _set_document(connection: Connection, keys: tuple[str, ...], value: object) -> None:
    """A rubric's whole document; criteria and levels are laid out as rows for whoever reads the file by hand."""
    connection.execute("INSERT INTO rubric_version (id) VALUES (?) ON CONFLICT (id) DO NOTHING", keys)
    connection.execute("DELETE FROM level WHERE rubric = ?", keys)
    connection.execute("DELETE FROM criterion WHERE rubric = ?", keys)
    if not isinstance(value, Mapping):
        connection.execute(
            "UPDATE rubric_version SET rubric = NULL, version = NULL, title = NULL, structure_hash = NULL,"
            " document = NULL WHERE id = ?",
            keys,
        )
        return
    rubric = from_document(value)
    connection.execute(
        "UPDATE rubric_version SET rubric = ?, version = ?, title = ?, structure_hash = ?, document = ? WHERE id = ?",
        (
            rubric.id,
            rubric.version,
            rubric.title,
            rubric.structure_hash,
            json.dumps(value, ensure_ascii=False, sort_keys=True),
            *keys,
        ),
    )
    connection.executemany(
        "INSERT INTO criterion (rubric, id, position, title, weight, gate) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (*keys, each.id, position, each.title, each.weight, each.gate)
            for position, each in enumerate(rubric.criteria)
        ],
    )
    connection.executemany(
        "INSERT INTO level (rubric, criterion, level, title, descriptor) VALUES (?, ?, ?, ?, ?)",
        [
            (*keys, each.id, level.level, level.title, level.descriptor)
            for each in rubric.criteria
            for level in each.levels
        ],
    )


def _set_agreed(connection: Connection, keys: tuple[str, ...], value: object) -> None:
    """A level, the name of a blank, "both" or "third" come in one field, because they exclude each other."""
    level = value if type(value) is int and 1 <= value <= 9 else None
    outcome = "level" if level is not None else value if isinstance(value, str) else None
    connection.execute(
        "INSERT INTO agreed_level (id, level, outcome) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET level = excluded.level, outcome = excluded.outcome",
        (*keys, level, outcome),
    )


def _set_basis(connection: Connection, keys: tuple[str, ...], value: object) -> None:
    """What each assessor had said when it was settled, as one text of JSON."""
    connection.execute(
        "INSERT INTO agreed_level (id, basis) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET basis = excluded.basis",
        (*keys, json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, Mapping) else None),
    )


def _list_of(table: str, column: str = "criteria") -> Callable[[Connection, tuple[str, ...], object], None]:
    """A list of ids, such as the criteria a day touches, as one text that is easy to read by hand: "CAM-1 CAM-6"."""

    def set_list(connection: Connection, keys: tuple[str, ...], value: object) -> None:
        words = " ".join(str(each) for each in value) if isinstance(value, (list, tuple)) else None
        connection.execute(
            f"INSERT INTO {table} (id, {column}) VALUES (?, ?)"
            f" ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}",
            (*keys, words or None),
        )

    return set_list


KINDS: Mapping[str, Kind] = {
    "programme": Kind("programme", _plain("name", "recovery_key")),
    "edition": Kind("edition", _plain("programme", "name", "starts_on", "ends_on")),
    "occasion": Kind("occasion", _plain("edition", "name", "kind", "held_on", "position")),
    "person": Kind(
        "person",
        _plain(
            *("code", "given_name", "family_name", "email", "country", "department", "joined_on", "pronouns"),
            "languages",
        ),
    ),
    "enrolment": Kind("enrolment", _plain("edition", "person", "role", "ended_on"), people=("person",)),
    "rubric_version": Kind(
        "rubric_version",
        _plain("state"),
        special={"document": _set_document},
        more=("rubric", "version", "title", "structure_hash", "document"),
    ),
    "assessment": Kind(
        "assessment",
        _plain("participant", "assessor", "rubric", "occasion", "kind", "state", "note", "finished_at", "revision"),
        people=("participant", "assessor"),
    ),
    "rating": Kind(
        "rating",
        _plain("comment"),
        keys=("assessment", "criterion"),
        split=_pair,
        special={"level": _set_level},
        more=("level", "blank"),
    ),
    "comment_bank": Kind("comment_bank", _plain("owner", "criterion", "level", "text", "removed"), people=("owner",)),
    "artefact": Kind(
        "artefact",
        _plain(
            *("participant", "title", "file_name", "media", "size", "sha256", "added_on", "removed", "type", "role"),
            *("did", "credits", "made_from", "made_to", "languages", "stage", "context", "reflection", "rights"),
            *("consent", "consent_expires_on", "embargo_until", "link", "log_entry"),
        ),
        people=("participant",),
    ),
    "evidence": Kind(
        "evidence",
        _plain(
            *("artefact", "log_entry", "criterion", "from_frame", "to_frame", "rate", "page", "region", "note"),
            "removed",
        ),
    ),
    "log_entry": Kind(
        "log_entry",
        _plain(
            *("participant", "worked_on", "day_type", "production", "unit", "location", "called_at", "wrapped_at"),
            *("minutes", "department", "role", "credited_role", "head", "scenes", "rolls", "tasks", "kit"),
            *("supervision", "supervised_by", "problem", "decision", "outcome", "incident", "happened", "matters"),
            *("next_step", "removed"),
        ),
        special={"criteria": _list_of("log_entry")},
        more=("criteria",),
        people=("participant",),
    ),
    "peer_round": Kind(
        "peer_round",
        _plain("rubric", "occasion", "reviews", "seed", "needs_calibration", "closed_on", "ended_on"),
    ),
    "allocation": Kind("allocation", _plain("round", "reviewer", "author", "removed"), people=("reviewer", "author")),
    "peer_review": Kind(
        "peer_review", _plain("works", "change", "next_step", "usefulness", "answer", "reported", "withheld")
    ),
    "feedback_opening": Kind(
        "feedback_opening",
        _plain("round", "author", "opened_on"),
        special={name: _list_of("feedback_opening", name) for name in ("reviews", "as_of")},
        more=("reviews", "as_of"),
        people=("author",),
    ),
    "feedback_piece": Kind(
        "feedback_piece", _plain("round", "author", "place", "piece", "usefulness", "reported"), people=("author",)
    ),
    "peer_response": Kind("peer_response", _plain("round", "author", "changed", "refused"), people=("author",)),
    "declared_conflict": Kind("declared_conflict", _plain("one", "other", "note", "removed"), people=("one", "other")),
    "calibration_sample": Kind(
        "calibration_sample",
        _plain("rubric", "title", "artefact", "note", "at_once", "removed"),
        special={"criteria": _list_of("calibration_sample")},
        more=("criteria",),
    ),
    "calibration_level": Kind(
        "calibration_level", _plain("level", "reason"), keys=("sample", "criterion"), split=_pair
    ),
    "calibration": Kind("calibration", _plain("sample", "person", "state", "finished_at"), people=("person",)),
    "calibration_rating": Kind(
        "calibration_rating", _plain("level", "comment"), keys=("calibration", "criterion"), split=_pair
    ),
    "calibration_gate": Kind(
        "calibration_gate", _plain("rubric", "exact", "within_one", "samples", "days", "demanded")
    ),
    "showing": Kind("showing", _plain("artefact", "shown_on", "kind", "place", "result", "proof", "removed")),
    "audience_choice": Kind("audience_choice", _plain("artefact", "audience", "shown", "embargo_until")),
    "meeting": Kind(
        "meeting",
        _plain(*("participant", "mentor", "held_on", "minutes", "topics", "note", "next_on", "visibility"), "removed"),
        people=("participant", "mentor"),
    ),
    "agreed_action": Kind(
        "agreed_action",
        _plain("meeting", "participant", "text", "due_on", "done_on", "outcome", "removed"),
        special={"criteria": _list_of("agreed_action")},
        more=("criteria",),
        people=("participant",),
    ),
    "milestone": Kind(
        "milestone", _plain("participant", "reached_on", "title", "note", "removed"), people=("participant",)
    ),
    "release": Kind("release", _plain("participant", "rubric", "occasion", "released_on"), people=("participant",)),
    "assignment": Kind(
        "assignment",
        _plain("participant", "assessor", "rubric", "occasion", "removed"),
        people=("participant", "assessor"),
    ),
    "mentorship": Kind("mentorship", _plain("participant", "mentor", "removed"), people=("participant", "mentor")),
    "agreed_level": Kind(
        "agreed_level",
        _plain("participant", "rubric", "occasion", "criterion", "third", "reason", "agreed_by", "agreed_on"),
        special={"level": _set_agreed, "basis": _set_basis},
        more=("level", "outcome", "basis"),
        people=("participant", "third", "agreed_by", "basis"),
    ),
    "committee_case": Kind(
        "committee_case",
        _plain("participant", "held_on", "closed_on"),
        special={"members": _list_of("committee_case", "members")},
        more=("members",),
        people=("participant", "members"),
    ),
    "committee_vote": Kind(
        "committee_vote", _plain("committee_case", "member", "vote", "note", "voted_on"), people=("member",)
    ),
    "committee_decision": Kind(
        "committee_decision",
        _plain("committee_case", "decision", "rationale", "plan", "decided_by", "decided_on"),
        people=("decided_by",),
    ),
    "device_key": Kind("device_key", _plain("public_key", "sealing_key", "person"), people=("person",)),
    "same_person": Kind("same_person", _plain("kept", "reason")),
    "erasure": Kind("erasure", _plain("erased_on", "reason", "roles", "finished")),
    "log_check": Kind(
        "log_check", _plain("entry", "mentor", "state", "minutes", "note", "checked_on"), people=("mentor",)
    ),
}
