"""The shape of the workspace file, version by version. A step is never changed once released; a new one is added.

`user_version` counts the steps applied. Steps run on a copy of the file (see `workspace`), so a step that fails
leaves the file as it was, byte for byte.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from rubricapp.store import completing, numbering

steps = Migrations("rubricapp")

LOG = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    label TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE change (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    device INTEGER NOT NULL REFERENCES device (number),
    seq INTEGER NOT NULL CHECK (seq > 0),
    hlc INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    replaces BLOB NOT NULL CHECK (length(replaces) % 16 = 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_place ON change (device, seq);
CREATE INDEX change_record ON change (record);

CREATE TABLE change_value (
    change BLOB PRIMARY KEY REFERENCES change (id),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    value TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    change BLOB NOT NULL REFERENCES change (id),
    PRIMARY KEY (kind, record, field, change)
) STRICT, WITHOUT ROWID;

CREATE VIEW history AS
SELECT lower(hex(change.id)) AS id, lower(hex(device.id)) AS device, seq, hlc,
       strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at,
       author, kind, record, field, value, reason, lower(hex(replaces)) AS replaces,
       lower(hex(lag(hash) OVER (PARTITION BY change.device ORDER BY seq))) AS prev_hash, lower(hex(hash)) AS hash
FROM change JOIN device ON device.number = change.device LEFT JOIN change_value ON change_value.change = change.id
ORDER BY hlc, change.id;
"""

COMPUTED = """
CREATE TABLE programme (id TEXT PRIMARY KEY, name TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE edition (
    id TEXT PRIMARY KEY, programme TEXT, name TEXT, starts_on TEXT, ends_on TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE occasion (
    id TEXT PRIMARY KEY, edition TEXT, name TEXT, kind TEXT, held_on TEXT, position INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE person (
    id TEXT PRIMARY KEY, code TEXT, given_name TEXT, family_name TEXT, email TEXT, country TEXT, department TEXT,
    joined_on TEXT, pronouns TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE enrolment (id TEXT PRIMARY KEY, edition TEXT, person TEXT, role TEXT, ended_on TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE rubric_version (
    id TEXT PRIMARY KEY, rubric TEXT, version TEXT, title TEXT, structure_hash TEXT, state TEXT, document TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE criterion (
    rubric TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL, weight INTEGER NOT NULL,
    gate INTEGER, PRIMARY KEY (rubric, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE level (
    rubric TEXT NOT NULL, criterion TEXT NOT NULL, level INTEGER NOT NULL, title TEXT NOT NULL,
    descriptor TEXT NOT NULL, PRIMARY KEY (rubric, criterion, level)
) STRICT, WITHOUT ROWID;
CREATE TABLE assessment (
    id TEXT PRIMARY KEY, participant TEXT, assessor TEXT, rubric TEXT, occasion TEXT, kind TEXT,
    state TEXT, note TEXT, finished_at TEXT, revision INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX assessment_participant ON assessment (participant);
CREATE INDEX assessment_assessor ON assessment (assessor);
CREATE TABLE rating (
    assessment TEXT NOT NULL, criterion TEXT NOT NULL, level INTEGER CHECK (level BETWEEN 1 AND 9), blank TEXT,
    comment TEXT, PRIMARY KEY (assessment, criterion), CHECK (level IS NULL OR blank IS NULL)
) STRICT, WITHOUT ROWID;
CREATE TABLE comment_bank (
    id TEXT PRIMARY KEY, owner TEXT, criterion TEXT, level INTEGER, text TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE artefact (
    id TEXT PRIMARY KEY, participant TEXT, title TEXT, file_name TEXT, media TEXT, size INTEGER, sha256 TEXT,
    added_on TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX artefact_participant ON artefact (participant);
"""


def _run(db: Database, script: str) -> None:
    """Statement by statement: executescript would commit the step's transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


@steps()
def log_and_tables(db: Database) -> None:
    """Version 1: the change log and the tables computed from it."""
    _run(db, LOG)
    _run(db, COMPUTED)


PRODUCTION_LOG = """
CREATE TABLE log_entry (
    id TEXT PRIMARY KEY, participant TEXT, worked_on TEXT, day_type TEXT, production TEXT, unit TEXT, location TEXT,
    called_at TEXT, wrapped_at TEXT, minutes INTEGER, department TEXT, role TEXT, credited_role TEXT, head TEXT,
    scenes TEXT, rolls TEXT, tasks TEXT, kit TEXT, supervision INTEGER, supervised_by TEXT, problem TEXT,
    decision TEXT, outcome TEXT, incident TEXT, happened TEXT, matters TEXT, next_step TEXT, criteria TEXT,
    removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX log_entry_participant ON log_entry (participant, worked_on);
CREATE TABLE log_check (
    id TEXT PRIMARY KEY, entry TEXT, mentor TEXT, state TEXT, minutes INTEGER, note TEXT, checked_on TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX log_check_entry ON log_check (entry);
"""


@steps()
def production_log(db: Database) -> None:
    """Version 2: the production log and what mentors say of it."""
    _run(db, PRODUCTION_LOG)


@steps()
def history_from_heads(db: Database) -> None:
    """Version 3: the history of a record is walked from its heads, so the log needs no index of records.

    That index was a fifth of the file, and a page more to write with every rating.
    """
    db.conn.execute("DROP INDEX change_record")


PEER_REVIEW = """
CREATE TABLE peer_round (
    id TEXT PRIMARY KEY, rubric TEXT, occasion TEXT, reviews INTEGER, seed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE allocation (
    id TEXT PRIMARY KEY, round TEXT, reviewer TEXT, author TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE peer_review (
    id TEXT PRIMARY KEY, works TEXT, change TEXT, next_step TEXT, usefulness INTEGER, answer TEXT, reported TEXT,
    withheld INTEGER
) STRICT, WITHOUT ROWID;
"""


@steps()
def peer_review(db: Database) -> None:
    """Version 4: rounds of peer review, who reviews whom, and the three boxes of each review."""
    _run(db, PEER_REVIEW)


EVIDENCE = """
ALTER TABLE artefact ADD COLUMN type TEXT;
ALTER TABLE artefact ADD COLUMN role TEXT;
ALTER TABLE artefact ADD COLUMN did TEXT;
ALTER TABLE artefact ADD COLUMN credits TEXT;
ALTER TABLE artefact ADD COLUMN made_from TEXT;
ALTER TABLE artefact ADD COLUMN made_to TEXT;
ALTER TABLE artefact ADD COLUMN languages TEXT;
ALTER TABLE artefact ADD COLUMN stage TEXT;
ALTER TABLE artefact ADD COLUMN context TEXT;
ALTER TABLE artefact ADD COLUMN reflection TEXT;
ALTER TABLE artefact ADD COLUMN rights TEXT;
ALTER TABLE artefact ADD COLUMN consent TEXT;
ALTER TABLE artefact ADD COLUMN consent_expires_on TEXT;
ALTER TABLE artefact ADD COLUMN embargo_until TEXT;
ALTER TABLE artefact ADD COLUMN link TEXT;
CREATE TABLE evidence (
    id TEXT PRIMARY KEY, artefact TEXT, log_entry TEXT, criterion TEXT, from_frame INTEGER, to_frame INTEGER,
    rate TEXT, page INTEGER, region TEXT, note TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_artefact ON evidence (artefact);
CREATE INDEX evidence_log_entry ON evidence (log_entry);
"""


@steps()
def evidence(db: Database) -> None:
    """Version 5: what is known of a work, and which moment of it proves which criterion."""
    _run(db, EVIDENCE)


PORTFOLIO = """
ALTER TABLE person ADD COLUMN languages TEXT;
ALTER TABLE artefact ADD COLUMN log_entry TEXT;
CREATE TABLE showing (
    id TEXT PRIMARY KEY, artefact TEXT, shown_on TEXT, kind TEXT, place TEXT, result TEXT, proof TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX showing_artefact ON showing (artefact);
CREATE TABLE audience_choice (
    id TEXT PRIMARY KEY, artefact TEXT, audience TEXT, shown INTEGER, embargo_until TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE meeting (
    id TEXT PRIMARY KEY, participant TEXT, mentor TEXT, held_on TEXT, minutes INTEGER, topics TEXT, note TEXT,
    next_on TEXT, visibility TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_participant ON meeting (participant);
CREATE TABLE agreed_action (
    id TEXT PRIMARY KEY, meeting TEXT, participant TEXT, text TEXT, due_on TEXT, criteria TEXT, done_on TEXT,
    outcome TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX agreed_action_participant ON agreed_action (participant);
CREATE TABLE milestone (
    id TEXT PRIMARY KEY, participant TEXT, reached_on TEXT, title TEXT, note TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE release (
    id TEXT PRIMARY KEY, participant TEXT, rubric TEXT, occasion TEXT, released_on TEXT
) STRICT, WITHOUT ROWID;
ALTER TABLE peer_round ADD COLUMN needs_calibration INTEGER;
ALTER TABLE peer_round ADD COLUMN closed_on TEXT;
ALTER TABLE peer_round ADD COLUMN ended_on TEXT;
CREATE TABLE feedback_opening (
    id TEXT PRIMARY KEY, round TEXT, author TEXT, reviews TEXT, as_of TEXT, opened_on TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE feedback_piece (
    id TEXT PRIMARY KEY, round TEXT, author TEXT, place TEXT, piece TEXT, usefulness INTEGER, reported TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE peer_response (
    id TEXT PRIMARY KEY, round TEXT, author TEXT, changed TEXT, refused TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE declared_conflict (
    id TEXT PRIMARY KEY, one TEXT, other TEXT, note TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration_sample (
    id TEXT PRIMARY KEY, rubric TEXT, title TEXT, artefact TEXT, note TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration_level (
    sample TEXT NOT NULL, criterion TEXT NOT NULL, level INTEGER, reason TEXT, PRIMARY KEY (sample, criterion)
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration (
    id TEXT PRIMARY KEY, sample TEXT, person TEXT, state TEXT, finished_at TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration_rating (
    calibration TEXT NOT NULL, criterion TEXT NOT NULL, level INTEGER, comment TEXT,
    PRIMARY KEY (calibration, criterion)
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration_gate (
    id TEXT PRIMARY KEY, rubric TEXT, exact INTEGER, within_one INTEGER, samples INTEGER, days INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE erasure (
    id TEXT PRIMARY KEY, erased_on TEXT, reason TEXT, roles TEXT, finished INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE erased_record (
    kind TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased_value (
    change BLOB PRIMARY KEY REFERENCES change (id),
    committed BLOB NOT NULL CHECK (length(committed) = 32)
) STRICT, WITHOUT ROWID;
"""


@steps()
def portfolio(db: Database) -> None:
    """Version 6: showings and audiences of works, mentoring, milestones, releases, calibration, answers to peers, and
    the marks that stay of people who were erased."""
    _run(db, PORTFOLIO)


MERGING = """
ALTER TABLE programme ADD COLUMN recovery_key TEXT;
CREATE TABLE device_key (id TEXT PRIMARY KEY, public_key TEXT, sealing_key TEXT, person TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE kit (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, person TEXT NOT NULL, ticket TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE assignment (
    id TEXT PRIMARY KEY, participant TEXT, assessor TEXT, rubric TEXT, occasion TEXT, removed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_assessor ON assignment (assessor);
CREATE TABLE merge (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, package TEXT NOT NULL, sender TEXT NOT NULL, label TEXT NOT NULL,
    new INTEGER NOT NULL, same INTEGER NOT NULL, parallel INTEGER NOT NULL, conflict INTEGER NOT NULL,
    ranges TEXT NOT NULL, stands INTEGER NOT NULL, switched TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
    id TEXT NOT NULL, hash BLOB NOT NULL, package TEXT NOT NULL, reason TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (id, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE agreed_level (
    id TEXT PRIMARY KEY, participant TEXT, rubric TEXT, occasion TEXT, criterion TEXT, level INTEGER, outcome TEXT,
    third TEXT, basis TEXT, reason TEXT, agreed_by TEXT, agreed_on TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX agreed_level_participant ON agreed_level (participant);
CREATE TABLE committee_case (
    id TEXT PRIMARY KEY, participant TEXT, held_on TEXT, members TEXT, closed_on TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX committee_case_participant ON committee_case (participant);
CREATE TABLE committee_vote (
    id TEXT PRIMARY KEY, committee_case TEXT, member TEXT, vote TEXT, note TEXT, voted_on TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE committee_decision (
    id TEXT PRIMARY KEY, committee_case TEXT, decision TEXT, rationale TEXT, plan TEXT, decided_by TEXT,
    decided_on TEXT
) STRICT, WITHOUT ROWID;
"""


@steps()
def merging(db: Database) -> None:
    """Version 7: who scores whom; what each merge brought, to be taken back as one; what could not be trusted; what
    moderation agreed on, and what a committee voted and decided."""
    _run(db, MERGING)


LINKS = """
CREATE TABLE gap_link (
    device INTEGER NOT NULL REFERENCES device (number), seq INTEGER NOT NULL CHECK (seq > 1),
    hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;
"""


@steps()
def links(db: Database) -> None:
    """Version 8: the link before a change whose predecessor is not here, so that it can be proven again, and passed
    on. Steps 6 and 7 grew after workspaces had been made with them: in such a one, tables are made as they are since.
    """
    if db.conn.execute("SELECT 1 FROM change LIMIT 1").fetchone():  # a new one is whole
        earlier = (log_and_tables, production_log, history_from_heads, peer_review, evidence, portfolio, merging)
        completing.make_whole(db, earlier)
    _run(db, LINKS)


CIRCLES = """
CREATE TABLE mentorship (id TEXT PRIMARY KEY, participant TEXT, mentor TEXT, removed INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX mentorship_mentor ON mentorship (mentor);
ALTER TABLE calibration_sample ADD COLUMN criteria TEXT;
ALTER TABLE calibration_sample ADD COLUMN at_once INTEGER;
ALTER TABLE calibration_gate ADD COLUMN demanded INTEGER;
"""


@steps()
def circles(db: Database) -> None:
    """Version 9: who accompanies whom; samples that can be scored where their agreed levels are not."""
    _run(db, CIRCLES)


SAME_PEOPLE = """
CREATE TABLE same_person (id TEXT PRIMARY KEY, kept TEXT, reason TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE alias (id TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE double (kind TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, record)) STRICT, WITHOUT ROWID;
"""


@steps()
def streams(db: Database) -> None:
    """Version 10: which packages' changes were taken in whole, so that the same ones need not be read again; which ids
    are of one person, the id that stands for each, and records that say what another one says."""
    _run(db, SAME_PEOPLE)
    db.conn.execute(
        "CREATE TABLE merged_stream (hash BLOB PRIMARY KEY CHECK (length(hash) = 32)) STRICT, WITHOUT ROWID"
    )


@steps()
def numbers(db: Database) -> None:
    """Version 11: the log in numbers, a third smaller: see `rows`."""
    _run(db, numbering.TABLES)
    numbering.number_the_log(db.conn)
    _run(db, numbering.VIEWS)


def apply(db: Database) -> None:
    """Bring a database to the newest version; `user_version` says which. Raises what the failing step raised."""
    steps.apply(db)
    db.conn.execute(f"PRAGMA user_version={len(list(steps.applied(db)))}")
