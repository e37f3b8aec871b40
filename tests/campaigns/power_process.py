"""The process whose power is cut: does real work in a workspace, and says what it was told is on the disk.

Every return of a COMMIT, and of a statement that is its own transaction, is such a promise, with a digest of all that
the database then holds. So is every file whose name an operation gave back. See `power`.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from rubricapp.exchange import unlocking
from rubricapp.operations import (
    assessments,
    backups,
    comment_bank,
    evidence,
    kits,
    portfolio_files,
    privacy,
    programmes,
    protection,
    recovery,
    returns,
)
from rubricapp.store import engine
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_people
from rubricapp.store.workspace import FILE_NAME, open_
from tests.laptops import make_passphrases_quick
from tests.stories.travelling import WORDS

WEAK = {
    "delete-full": ("locking_mode=NORMAL", "synchronous=FULL"),
    "normal": ("locking_mode=NORMAL", "synchronous=NORMAL"),
    "off": ("synchronous=OFF",),
}
"""Settings that are weaker than ours, so that the campaign can show that it sees what they lose."""


def digest_of(connection: engine.Connection) -> str:
    """A digest of every row of every table, but for whose copy it is, which a restored or first one decides anew."""
    digest = hashlib.blake2b(digest_size=16)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for name in names:
        if name in ("_sqlite_migrations", "device"):
            continue
        rows = [repr(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
        if name == "meta":
            rows = [row for row in rows if not row.startswith(("('device'", "('machine'"))]
        digest.update(f"{name} {sorted(rows)}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class Promising(engine.Connection):
    """A connection that says what it was told. weak: settings for every one that is made."""

    mark: Callable[[bytes], None] = staticmethod(lambda _: None)
    folder = Path()
    weak: tuple[str, ...] = ()

    def execute(self, sql: str, *rest):
        """As the driver's, and after what ended a transaction the promise is said."""
        before, inside = self.total_changes, self.in_transaction
        done = super().execute(sql, *rest)
        if self.weak and sql.startswith("PRAGMA synchronous=EXTRA"):
            for each in self.weak:
                super().execute(f"PRAGMA {each}")
        ended = not self.in_transaction and (inside or self.total_changes != before)
        if ended and self._is_the_workspace():
            type(self).mark(b"holds " + digest_of(_Plain(self)).encode())
        return done

    def _is_the_workspace(self) -> bool:
        path = super().execute("PRAGMA database_list").fetchone()[2]
        return path == str(self.folder / FILE_NAME)


class _Plain:
    """The same connection, asked without promising anything."""

    def __init__(self, connection: Promising) -> None:
        self.connection = connection

    def execute(self, sql: str):
        return super(Promising, self.connection).execute(sql)


class Work:
    """What is done, by name. place: where the lead, the laptops and what travels lie (see `stories.travelling`)."""

    def __init__(self, place: Path, folder: Path, out: Path, rest: list[str]) -> None:
        self.place, self.folder, self.out, self.rest = place, folder, out, [Path(each) for each in rest]

    def promise(self, path: Path | None) -> None:
        """This file was given back under this name."""
        assert path is not None
        Promising.mark(b"file " + os.fsencode(path))

    def rate(self) -> None:
        with open_(self.folder) as ws:
            found = next(each for each in list_assessments(ws) if each.assessor == find_people(ws, "A-002")[0].id)
            if not found.is_open:
                assessments.reopen(ws, found.id, "Again.")
            for turn in range(8):
                assessments.rate(ws, found.id, f"TST-{turn % 6 + 1}", turn % 5 + 1)
                assessments.comment(ws, found.id, f"TST-{turn % 6 + 1}", f"turn {turn} " + "x" * (turn * 999))
            comment_bank.keep(ws, found.assessor, "Kept.")
            assessments.rate(ws, found.id, "TST-1", 3)
            assessments.finish(ws, found.id)
            assessments.reopen(ws, found.id, "Again.")
        with open_(self.folder) as ws:
            assessments.rate(ws, found.id, "TST-1", 5)

    def reopen(self) -> None:
        """After a cut in the middle of writing: putting that right may be cut, too."""
        with open_(self.folder) as ws:
            assessments.comment(ws, list_assessments(ws)[0].id, "TST-6", "Went on.")

    def add_work(self) -> None:
        with open_(self.folder) as ws:
            person = find_people(ws, "P-001")[0].id
            for turn in range(4):
                clip = self.place / f"clip-{turn}.mov"
                clip.write_bytes(f"turn {turn}".encode() * 9999)
                evidence.add_file(ws, person, clip, f"Turn {turn}")

    def merge(self) -> None:
        with open_(self.folder) as ws:
            for each in returns.bring_in(ws, self.rest):
                assert each.error is None, each.error
                self.promise(each.receipt)

    def hand_in(self) -> None:
        with open_(self.folder) as ws:
            for _ in range(2):
                self.promise(returns.make_return(ws, self.out).path)

    def kit(self) -> None:
        with open_(self.folder) as ws:
            for code in ("A-001", "A-002"):
                self.promise(kits.make_kit(ws, find_people(ws, code)[0], self.out).path)

    def open_kit(self) -> None:
        kits.open_kit(self.rest[0], self.folder, WORDS)
        open_(self.folder).close()

    def migrate(self) -> None:
        open_(self.folder).close()

    def back_up(self) -> None:
        with open_(self.folder) as ws:
            self.promise(backups.back_up(ws))
            with ws.writing("") as log:
                log.set("person", find_people(ws, "P-001")[0].id, "given_name", "Another")
            self.promise(backups.back_up(ws, self.out))

    def restore(self) -> None:
        done = backups.restore(self.folder, self.rest[0])
        self.promise(done.set_aside)
        open_(self.folder).close()

    def portfolio(self) -> None:
        with open_(self.folder) as ws:
            self.promise(portfolio_files.make(ws, find_people(ws, "P-001")[0], self.out / "one.rubricfolio").path)

    def start(self) -> None:
        shipped = programmes.shipped_rubrics()[:1]
        programmes.start(self.folder, "Four rivers", "2026", rubrics=shipped).close()
        open_(self.folder).close()

    def protect(self) -> None:
        protection.protect(self.folder, WORDS)
        unlock = protection.by_passphrase(WORDS)
        with open_(self.folder, unlock=unlock) as ws, ws.writing("") as log:
            log.set("person", find_people(ws, "P-001")[0].id, "given_name", "Another")
        protection.unprotect(self.folder, unlock)
        open_(self.folder).close()

    def erase(self) -> None:
        with open_(self.folder) as ws:
            person = find_people(ws, "P-001")[0]
            privacy.erase(ws, person.id, person.name, "asked for it", "")

    def sheet(self) -> None:
        with open_(self.folder) as ws:
            made = recovery.make_sheet(ws, self.out / "sheet.txt")
            self.promise(made.path)
            recovery.prove(ws, made.identity)


def prepare(patch: pytest.MonkeyPatch) -> None:
    """Passphrases take long on purpose; here they are guessed by nobody."""
    make_passphrases_quick(patch)
    patch.setattr(unlocking, "_PASSES", 1)
    patch.setattr(unlocking, "_MEMORY", 8 << 10)


def do(shim: ctypes.CDLL, said: dict) -> None:
    """Do one work, and record it."""
    Promising.folder, Promising.mark = Path(said["folder"]), staticmethod(shim.power_mark)
    Promising.weak = WEAK.get(said["weak"], ())
    work = Work(Path(said["place"]), Path(said["folder"]), Path(said["out"]), said["rest"])
    if shim.power_start(os.fsencode(said["trace"]), os.fsencode(said["place"])) < 0:
        raise OSError("nothing can be recorded")
    getattr(work, said["work"])()
    shim.power_mark(b"end")


def main() -> None:
    """A child for each line of JSON; says with which code it ended. All is imported once."""
    shim = ctypes.CDLL(None)
    shim.power_mark.argtypes = [ctypes.c_char_p]
    shim.power_start.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    connect = engine.sqlite.connect
    engine.sqlite.connect = lambda *given, **named: connect(*given, **named, factory=Promising)
    patch = pytest.MonkeyPatch()
    prepare(patch)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                do(shim, json.loads(line))
                code = 0
            except BaseException:  # noqa: BLE001 - this process ends here, and says why
                traceback.print_exc()
            finally:
                os._exit(code)
        _pid, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
