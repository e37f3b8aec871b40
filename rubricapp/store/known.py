"""What is here of changes that arrive: read in few queries, before anything is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving, Field, Known, Place
from rubricapp.core.model import Change
from rubricapp.store.changes import StoredChange, find_place, list_by_id
from rubricapp.store.engine import Connection
from rubricapp.store.rows import Numbers, batches, holes
from rubricapp.store.workspace import Workspace


def arriving(stored: StoredChange) -> Arriving:
    """A change of the log as it travels."""
    return Arriving(stored.change, stored.hash, stored.salt, stored.committed or b"")


def load_known(ws: Workspace, changes: Sequence[Arriving]) -> Known:
    """What is here of things that arrive. Reads only what they touch, in few queries."""
    hashes: dict[str, bytes] = {}
    ids: dict[Place, str] = {}
    links: dict[Place, bytes] = {}
    successors: dict[Place, Arriving] = {}
    connection = ws.connection
    numbers = {row[0]: row[1] for row in ws.rows("SELECT lower(hex(id)), number FROM device")}
    with ws.reading():
        for some in batches({bytes.fromhex(each.change.id) for each in changes}):
            rows = connection.execute(f"SELECT id, hash FROM change_row WHERE id IN ({holes(len(some))})", some)
            hashes |= {bytes(row[0]).hex(): bytes(row[1]) for row in rows}
        for device, first, last in _runs({each.place for each in changes}):
            if device not in numbers:
                continue
            for seq, id_, link in connection.execute(
                "SELECT seq, id, hash FROM change_row WHERE device = ? AND seq BETWEEN ? AND ? ORDER BY seq",
                (numbers[device], first - 1, last),
            ):
                if seq < first:
                    links[device, seq] = bytes(link)
                else:
                    ids[device, seq] = bytes(id_).hex()
            after = find_place(connection, numbers[device], last + 1)
            if after is not None:
                successors[device, last] = arriving(after)
        heads, replaced = histories_of(connection, {each.field for each in changes if each.change.id not in hashes})
    return Known(hashes, ids, links, successors, heads, replaced)


def _runs(places: Iterable[Place]) -> list[tuple[str, int, int]]:
    """(device, first, last) of places that follow each other."""
    runs: list[tuple[str, int, int]] = []
    for device, seq in sorted(places):
        if runs and runs[-1][0] == device and runs[-1][2] == seq - 1:
            runs[-1] = (device, runs[-1][1], seq)
        else:
            runs.append((device, seq, seq))
    return runs


def histories_of(
    connection: Connection, keys: Iterable[Field]
) -> tuple[dict[Field, tuple[Change, ...]], dict[str, int]]:
    """(heads by field, shown one first; what changes of these fields replaced, see `core.changes.named_by`)."""
    heads, found = _walk_back(connection, keys)
    shown: dict[Field, list[Change]] = {}
    for each in found.values():
        if each.id in heads:
            shown.setdefault((each.kind, each.record, each.field), []).append(each)
    ordered = {
        key: tuple(sorted(group, key=lambda each: (each.hlc, each.id), reverse=True)) for key, group in shown.items()
    }
    return ordered, rules.named_by(found.values())


def changes_of(connection: Connection, keys: Iterable[Field]) -> dict[Field, list[Change]]:
    """Every change of these fields that is here."""
    found: dict[Field, list[Change]] = {}
    for each in _walk_back(connection, keys)[1].values():
        found.setdefault((each.kind, each.record, each.field), []).append(each)
    return found


def _walk_back(connection: Connection, keys: Iterable[Field]) -> tuple[set[str], dict[str, Change]]:
    """(ids of the heads, every change by id) of these fields, from the heads back along what each replaced."""
    wanted = set(keys)
    open_ends: set[bytes] = set()
    numbers = Numbers(connection)
    records = numbers.find_records(key[:2] for key in wanted)
    words = numbers.find_words(key[2] for key in wanted)
    slots = [(records[key[:2]], words[key[2]]) for key in wanted if key[:2] in records and key[2] in words]
    for some in batches(sorted(slots)):
        rows = connection.execute(
            "SELECT id FROM head_row JOIN change_row ON number = change"
            f" WHERE (head_row.record, head_row.field) IN (VALUES {holes(len(some), 2)})",
            [number for slot in some for number in slot],
        )
        open_ends |= {bytes(row[0]) for row in rows}
    heads = {each.hex() for each in open_ends}
    found: dict[str, Change] = {}
    while open_ends:
        stored = [each.change for each in list_by_id(connection, open_ends)]
        some = [each for each in stored if (each.kind, each.record, each.field) in wanted]
        found |= {each.id: each for each in some}
        open_ends = {bytes.fromhex(old) for each in some for old in each.replaces if old not in found}
    return heads, found


def list_known_people(ws: Workspace, records: Iterable[str]) -> frozenset[str]:
    """Those of these ids of people of whom the log says anything: also of some who are not kept, or were erased."""
    wanted = set(records)
    with ws.reading():
        said = Numbers(ws.connection).find_records((kind, each) for kind in ("person", "erasure") for each in wanted)
    return frozenset(record for _kind, record in said)


def list_unseen(
    ws: Workspace, records: Iterable[tuple[str, str]], seen: Mapping[str, int]
) -> dict[tuple[str, str], frozenset[str]]:
    """Fields of these (kind, record) whose shown change the sender did not know (device → last number it had)."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    with ws.reading():
        numbers = {number: key for key, number in Numbers(ws.connection).find_records(records).items()}
    for some in batches(sorted(numbers)):
        rows = ws.rows(
            "SELECT head_row.record, word.text, lower(hex(device.id)), seq FROM head_row"
            " JOIN word ON word.number = head_row.field JOIN change_row ON change_row.number = head_row.change"
            f" JOIN device ON device.number = device WHERE head_row.record IN ({holes(len(some))})",
            *some,
        )
        for number, name, device, seq in rows:
            if seq > seen.get(device, 0):
                key = numbers[number]
                found[key] = found.get(key, frozenset()) | {name}
    return found
