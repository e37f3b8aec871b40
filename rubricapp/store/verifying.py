"""Recomputing everything from the log and comparing: what `rubricapp check` finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from rubricapp.core import changes as rules
from rubricapp.core.erasing import FIELDS, MARK, Erased, find_erased
from rubricapp.core.merging import Place
from rubricapp.core.model import Change, Problem
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.store import devices, engine, upgrading
from rubricapp.store.aliases import mark_doubles, write_aliases
from rubricapp.store.changes import StoredChange, list_stored
from rubricapp.store.links import load_gap_links
from rubricapp.store.merging import list_device_names, list_merges
from rubricapp.store.tables import COMPUTED, project
from rubricapp.store.vault import Altered, Stored
from rubricapp.store.workspace import Workspace

_MOST = 50
"""Problems named of one sort; beyond that their number says enough."""


@dataclass(frozen=True)
class CheckResult:
    """changes: how many the log holds. problems: everything found; empty is good."""

    changes: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def find_faults(ws: Workspace, files: bool = False) -> CheckResult:
    """Check the file's pages, every link of every chain, the heads, all computed tables, and the artefacts' files.

    files: also read every artefact and compare its hash (slow for clips); else only size and presence.
    Raises UserError E_DAMAGED where the log itself cannot be read any more.
    """
    memory = _fresh()
    try:
        stored = list(list_stored(ws.connection))
        heads = rules.heads(each.change for each in stored)
        erased = _erased(stored)
        found = (
            _pages(ws),
            _schema(ws, memory),
            _chains(stored, ws.in_parts, erased, load_gap_links(ws)),
            _heads(ws, heads),
            _tables(ws, heads, erased, memory),
            _references(ws),
            _files(ws, files),
        )
        problems = [problem for each in found for problem in _named(each)]
    except (*engine.Errors, ValueError, OverflowError) as error:
        # A page that cannot be read, JSON that is none, a time that is none: the log itself is damaged.
        raise engine.damaged(ws.path, f"{type(error).__name__}: {error}") from error
    finally:
        memory.close()
    return CheckResult(len(stored), tuple(problems))


def _named(problems: Iterator[Problem]) -> Iterator[Problem]:
    yield from islice(problems, _MOST)
    more = sum(1 for _ in problems)
    if more:
        yield Problem("CHECK_MORE", f"And {more} more of this sort.", "")


def _fresh() -> engine.Connection:
    """An empty workspace database in memory."""
    memory = engine.connect(None)
    upgrading.migrate(memory)
    return memory


def _schema(ws: Workspace, memory: engine.Connection) -> Iterator[Problem]:
    """A trigger or a view that is not ours would change what is written or shown, without a change in the log."""
    ours, theirs = _shape(ws.connection), _shape(memory)
    for kind, name in sorted(ours.keys() | theirs.keys(), key=str):
        if ours.get((kind, name)) != theirs.get((kind, name)):
            yield Problem("CHECK_SCHEMA", f"The {kind} {name} of the database is not as we made it.", "Restore.")


def _shape(connection: engine.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> '_sqlite_migrations' AND sql IS NOT NULL"
    )  # that table is of sqlite-utils, which may shape it otherwise one day
    return {(row[0], row[1]): row[2] for row in rows}


def _pages(ws: Workspace) -> Iterator[Problem]:
    for (text,) in ws.connection.execute(f"PRAGMA integrity_check({_MOST + 1})"):
        if text != "ok":
            yield Problem("CHECK_PAGES", f"The database file is damaged: {text}.", "Restore the newest backup.")
    for row in ws.connection.execute("PRAGMA foreign_key_check"):
        yield Problem("CHECK_LOG", f"The log's table {row[0]} points to something that is not there.", "Restore.")


def _erased(stored: list[StoredChange]) -> Erased:
    """Who is erased and what was theirs, from the log alone: an erasure covers no gap that this does not explain."""
    people = {each.change.record for each in stored if each.change.kind == MARK}
    said = (each.change for each in stored if each.salt is not None and each.change.field in FIELDS)
    return find_erased(people, ((each.kind, each.record, each.field, each.value) for each in said))


@dataclass(frozen=True)
class Chain:
    """One device's log as it stands here. first, last: its ends here. in_parts: a kit brought only some of it.

    problems: (sequence number, what is wrong there) of each broken or missing link; empty is good.
    """

    device: str
    label: str
    first: int
    last: int
    changes: int
    in_parts: bool
    problems: tuple[tuple[int, Problem], ...]


def verify_chains(ws: Workspace) -> list[Chain]:
    """Every device's chain, link by link, and whether what merges brought and what was here is still all there.


    Raises UserError E_DAMAGED where the log cannot be read any more.
    """
    try:
        places: dict[str, list[int]] = {}
        stored = []
        for each in list_stored(ws.connection):
            stored.append(each)
            places.setdefault(each.change.device, []).append(each.change.seq)
        problems: dict[str, list[tuple[int, Problem]]] = {}
        for device, seq, problem in _links(stored, ws.in_parts, _erased(stored), load_gap_links(ws)):
            problems.setdefault(device, []).append((seq, problem))
        for device, seq, problem in _cut(ws):
            problems.setdefault(device, []).append((seq, problem))
        labels = list_device_names(ws)
        for device, last in _brought(ws).items():
            held = max(places.get(device, [0]))
            if held < last and device not in ws.in_parts:
                problems.setdefault(device, []).append((held + 1, _gap(device, held + 1, last)))
    except (*engine.Errors, ValueError, OverflowError) as error:
        raise engine.damaged(ws.path, f"{type(error).__name__}: {error}") from error
    return [
        Chain(
            device,
            labels.get(device, ""),
            min(places.get(device, [0])),
            max(places.get(device, [0])),
            len(places.get(device, [])),
            device in ws.in_parts,
            tuple(problems.get(device, ())),
        )
        for device in sorted(places.keys() | problems.keys())
    ]


def _cut(ws: Workspace) -> Iterator[tuple[str, int, Problem]]:
    """Ends of logs that were in this folder and are not in this copy of the database."""
    for device, (first, last) in sorted(devices.list_cut(ws.connection).items()):
        said = f"Changes {first} to {last} of device {device[:8]} were here, and an older copy took their place."
        do = "Restore the newest backup, or look for a package that holds them."
        yield device, first, Problem("CHECK_END", said, do)


def _brought(ws: Workspace) -> dict[str, int]:
    """Device → the last place of its log that a merge brought here."""
    found: dict[str, int] = {}
    for merge in list_merges(ws):
        for device, runs in merge.ranges.items():
            found[device] = max([found.get(device, 0), *(last for _first, last in runs)])
    return found


def _gap(device: str, first: int, last: int) -> Problem:
    return Problem(
        "CHECK_GAP",
        f"Changes {first} to {last} of device {device[:8]} are missing."
        if last > first
        else f"Change {first} of device {device[:8]} is missing.",
        "Look for a package or backup that holds them.",
    )


def _chains(
    stored: list[StoredChange], in_parts: frozenset[str], erased: Erased, links: Mapping[Place, bytes]
) -> Iterator[Problem]:
    return (problem for _device, _seq, problem in _links(stored, in_parts, erased, links))


def _links(
    stored: list[StoredChange], in_parts: frozenset[str], erased: Erased, links: Mapping[Place, bytes]
) -> Iterator[tuple[str, int, Problem]]:
    """(device, sequence number, what is wrong there).

    in_parts: devices of whose logs a kit brought only what may be seen here: there gaps are no fault. links: those
    before changes whose predecessor is not here.
    """
    previous: dict[str, tuple[int, bytes | None]] = {}
    for each in stored:
        change = each.change
        seq, link = previous.get(change.device, (0, rules.GENESIS))
        if change.seq != seq + 1:
            link = links.get((change.device, change.seq))
            if change.device not in in_parts:
                yield change.device, seq + 1, _gap(change.device, seq + 1, change.seq - 1)
        if link is None:
            pass
        elif each.salt is None and not (each.committed and erased.covers(change.kind, change.record)):
            said = f"The value of change {change.seq} of device {change.device[:8]} ({change.kind}) is gone"
            said += ", and no erasure explains that." if each.committed else "."
            yield change.device, change.seq, Problem("CHECK_VALUE", said, "Restore a backup from before.")
        else:
            committed = each.committed
            if each.salt is not None:
                committed = rules.commitment(each.salt, change.value, change.reason)
                left = erased.covers(change.kind, change.record) and not erased.keeps(
                    change.kind, change.record, change.field, change.value
                )
                if left or each.committed is not None:
                    said = (
                        f"Change {change.seq} of device {change.device[:8]} ({change.kind}) still says something of a"
                    )
                    said += " person who was erased."
                    yield change.device, change.seq, Problem("CHECK_ERASED", said, "Report this.")
            if rules.chain_hash(link, change, committed) != each.hash:
                problem = Problem(
                    "CHECK_CHAIN",
                    f"Change {change.seq} of device {change.device[:8]} ({change.kind} {change.field})"
                    " was altered after it was written.",
                    "Restore a backup from before, and find out who could write the file.",
                )
                yield change.device, change.seq, problem
        previous[change.device] = (change.seq, each.hash)


_HEADS = (  # also those that point to nothing
    "SELECT kind.text, whole.text || part, field.text, id FROM head_row"
    " LEFT JOIN record ON record.number = head_row.record LEFT JOIN word AS kind ON kind.number = kind"
    " LEFT JOIN word AS whole ON whole.number = whole LEFT JOIN word AS field ON field.number = head_row.field"
    " LEFT JOIN change_row ON change_row.number = head_row.change"
)


def _heads(ws: Workspace, heads: dict[tuple[str, str, str], tuple[Change, ...]]) -> Iterator[Problem]:
    kept: dict[tuple[str, str, str], set[str]] = {}
    for kind, record, field, change in ws.connection.execute(_HEADS):
        kept.setdefault((kind, record, field), set()).add(change.hex() if isinstance(change, bytes) else str(change))
    computed = {key: {change.id for change in group} for key, group in heads.items()}
    for key in sorted(kept.keys() | computed.keys(), key=str):
        if kept.get(key) != computed.get(key):
            yield Problem(
                "CHECK_HEADS",
                f"The current value of {' '.join(map(str, key))} does not follow from the log.",
                "Report this.",
            )


def _tables(
    ws: Workspace,
    heads: dict[tuple[str, str, str], tuple[Change, ...]],
    erased: Erased,
    memory: engine.Connection,
) -> Iterator[Problem]:
    """memory: an empty database, which is filled."""
    memory.executemany("INSERT INTO erased_record (kind, record) VALUES (?, ?)", erased.records)
    said = {key[1]: group[0].value for key, group in heads.items() if key[::2] == (SAME_PERSON, "kept")}
    write_aliases(memory, said, erased.people)
    for (kind, record, field), group in sorted(heads.items()):
        if erased.covers(kind, record):
            continue
        if not project(memory, kind, record, field, group[0].value):
            yield Problem(
                "CHECK_VALUE",
                f"What the log says of {kind} {record[:40]} ({field}) cannot be shown: it is no value for it.",
                "Say it anew, or take back the merge that brought it; a newer version may know what it means.",
            )
    mark_doubles(memory)
    for table in COMPUTED:
        ours = set(ws.connection.execute(f"SELECT * FROM {table}"))
        theirs = set(memory.execute(f"SELECT * FROM {table}"))
        for row in sorted(ours ^ theirs, key=str):
            where = "is in the table but does not follow" if row in ours else "follows but is not in the table"
            yield Problem(
                "CHECK_TABLE",
                f"A row of {table} {where} from the log: {' | '.join(str(cell)[:40] for cell in row[:3])}.",
                "Report this, unless the log is named here as altered or lacking something: then that is why.",
            )


_REFERENCES = (
    ("rating", "assessment", "assessment"),
    ("assessment", "participant", "person"),
    ("assessment", "assessor", "person"),
    ("assessment", "occasion", "occasion"),
    ("assessment", "rubric", "rubric_version"),
    ("enrolment", "person", "person"),
    ("artefact", "participant", "person"),
    ("evidence", "artefact", "artefact"),
    ("evidence", "log_entry", "log_entry"),
)


def _references(ws: Workspace) -> Iterator[Problem]:
    for table, column, target in _REFERENCES:
        rows = ws.connection.execute(
            f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {target}"
            " UNION SELECT record FROM erased_record WHERE kind = ?)",
            (target,),
        ).fetchone()
        if rows[0]:
            yield Problem(
                "CHECK_REFERENCE",
                f"{rows[0]} × {table} names a {column} that is not in this workspace.",
                "It may come with a package that was not merged yet.",
            )


def _files(ws: Workspace, hashes: bool) -> Iterator[Problem]:
    rows = ws.connection.execute(
        "SELECT DISTINCT file_name, sha256, size FROM artefact"
        " WHERE typeof(sha256) = 'text' AND coalesce(removed, 0) = 0"
    ).fetchall()
    for name, sha256, size in rows:
        file, name = Stored(sha256=sha256, vault=ws.vault), name or sha256[:8]
        try:
            whole = (not hashes and file.size() == size) or file.hash() == sha256
        except FileNotFoundError:
            yield Problem("CHECK_FILE", f"The file {name} is not on this laptop.", "Find it, or take it from a backup.")
        except Altered:
            yield Problem("CHECK_FILE", f"The file {name} was altered or is cut short.", "Take it from a backup.")
        except OSError as error:
            yield Problem("CHECK_FILE", f"The file {name} cannot be read: {error.strerror}.", "Take it from a backup.")
        else:
            if not whole:
                yield Problem("CHECK_FILE", f"The file {name} was altered or is cut short.", "Take it from a backup.")
            elif size is not None and file.size() != size:
                said = f"The file {name} is whole, but is said to have {size} bytes."
                yield Problem("CHECK_VALUE", said, "Ask whoever added it; nothing is lost.")
