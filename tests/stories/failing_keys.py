"""The actions of the failing-disk test that have to do with keys: each with its old and its new state.

See `failing_verbs`.
"""

from __future__ import annotations

from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import unlocking
from rubricapp.operations import protection, recovery
from rubricapp.store import key_file
from rubricapp.store.kits import load_recovery_key
from rubricapp.store.workspace import Workspace, open_
from tests.stories.failing_verbs import NEW, OLD, OTHER, WORDS, Verb, find_traces


class Protect(Verb):
    """Old: opens without a key, all plain. New: opens by the passphrase, nothing readable but older backups. Between:
    protected, with some files of works plain."""

    works_on_closed = True
    again = "E_PROTECTED"
    between = frozenset({"files wait"})
    _CANARIES = (b"Four rivers", b"bytes of work 1 ", b"Family1")

    def prepare(self) -> None:
        self.words = (WORDS,)
        for each in (self.folder / "backups").iterdir():
            each.unlink()

    def act(self, ws: Workspace | None) -> str:
        done = protection.protect(self.folder, WORDS)
        return "files wait" if done.waiting else "done"

    def go_on(self, ws: Workspace | None, stage: str) -> None:
        if stage == "files wait":
            protection.go_on(self.folder, self.unlock)
        else:
            super().go_on(ws, stage)

    def stage_closed(self) -> str:
        if not protection.is_protected(self.folder):
            return OLD
        return "files wait" if protection.count_plain(self.folder) else NEW

    def stage(self, ws: Workspace) -> str:
        assert bool(ws.key) is protection.is_protected(self.folder)
        return self.stage_closed()

    def demand(self, stage: str) -> None:
        found = find_traces(self.folder, *self._CANARIES)
        if stage == NEW:
            assert found == set()
        else:
            assert ("workspace.sqlite3" in found) is (stage == OLD), found
        assert stage != OLD or not any(self.folder.rglob("*.sealed"))


class Unprotect(Protect):
    """The same the other way. Between: protected as before, with some files of works plain already."""

    again = "E_NOT_PROTECTED"
    between = frozenset({"files plain"})

    def prepare(self) -> None:
        super().prepare()
        protection.protect(self.folder, WORDS)

    def act(self, ws: Workspace | None) -> str:
        assert protection.unprotect(self.folder, self.unlock) == ()
        return "done"

    def go_on(self, ws: Workspace | None, stage: str) -> None:
        Verb.go_on(self, ws, stage)

    def stage_closed(self) -> str:
        if not protection.is_protected(self.folder):
            return NEW
        return "files plain" if protection.count_plain(self.folder) else OLD

    def demand(self, stage: str) -> None:
        super().demand({OLD: NEW, NEW: OLD}.get(stage, stage))


class ChangePassphrase(Verb):
    """Old: only the old passphrase opens it; new: only the new one. Between: either, as of the two copies of the key
    file one was written."""

    works_on_closed = True
    again = "E_PASSPHRASE"
    between = frozenset({"either"})

    def prepare(self) -> None:
        self.words = (WORDS, OTHER)
        protection.protect(self.folder, WORDS)

    def act(self, ws: Workspace | None) -> str:
        protection.change_passphrase(self.folder, protection.by_passphrase(WORDS), OTHER)
        return "done"

    def stage_closed(self) -> str:
        return {(True, False): OLD, (True, True): "either", (False, True): NEW}[self.opens(WORDS), self.opens(OTHER)]

    def opens(self, words: str) -> bool:
        try:
            protection.demand(self.folder, protection.by_passphrase(words))
        except UserError as error:
            assert error.code == "E_PASSPHRASE"
            return False
        return True

    def stage(self, ws: Workspace) -> str:
        said = [_words_of(kept, ws.key) for kept in key_file.read(self.folder)]
        assert len(said) == 1, "opening makes both copies say the same"
        return {WORDS: OLD, OTHER: NEW}[said[0]]


def _words_of(kept: key_file.Kept, key: bytes) -> str:
    """Which of the two passphrases opens a copy of the key file."""
    for words in (WORDS, OTHER):
        try:
            assert unlocking.by_passphrase(kept, words) == key
            return words
        except UserError as error:
            assert error.code == "E_PASSPHRASE"
    raise AssertionError("neither passphrase opens it")


class ChangeKey(ChangePassphrase):
    """Old: the old passphrase opens database and files; new: the new one. Between: the new one, and the heads of some
    files are still under the old key, which the database keeps until they are not."""

    between = frozenset({"files wait"})

    def act(self, ws: Workspace | None) -> str:
        protection.change_key(self.folder, protection.by_passphrase(WORDS), OTHER)
        return "done"

    def go_on(self, ws: Workspace | None, stage: str) -> None:
        if stage == "files wait":
            protection.go_on(self.folder, self.unlock)
        else:
            super().go_on(ws, stage)

    def stage_closed(self) -> str:
        if {(True, False): OLD, (False, True): NEW}[self.opens(WORDS), self.opens(OTHER)] == OLD:
            return OLD
        with open_(self.folder, read_only=True, unlock=self.unlock) as ws:
            return "files wait" if protection.must_settle(ws) else NEW

    def stage(self, ws: Workspace) -> str:
        return "files wait" if super().stage(ws) == NEW and protection.must_settle(ws) else super().stage(ws)


class MakeSheet(Verb):
    """Old: no sheet, nothing waits to be proved. New: a whole sheet, and its key waits. A sheet whose key does not wait
    may stay only where the disk did not let go of it, and is never trusted."""

    again = "E_EXISTS"
    between = frozenset({"not trusted"})

    def prepare(self) -> None:
        with open_(self.folder) as ws:
            recovery.make_sheet(ws, self.out / "earlier.txt")

    @property
    def sheet(self) -> Path:
        return self.out / "sheet.txt"

    def act(self, ws: Workspace | None) -> str:
        recovery.make_sheet(ws, self.sheet)
        return "done"

    def go_on(self, ws: Workspace | None, stage: str) -> None:
        self.sheet.unlink(missing_ok=True)
        super().go_on(ws, stage)

    def stage(self, ws: Workspace) -> str:
        waits = recovery.load_state(ws).waits
        assert load_recovery_key(ws) == "", "trusted without a proof"
        on_paper = {
            path.name: recovery.fingerprint_of(recovery.key_in_file(path)[0].public) for path in self.out.glob("*.txt")
        }  # each raises where it is not whole
        if waits == on_paper["earlier.txt"]:
            return OLD if "sheet.txt" not in on_paper else "not trusted"
        assert waits == on_paper.get("sheet.txt"), "a key waits that is on no paper"
        return NEW


class ProveKey(Verb):
    """Old: the key waits. New: it is in force, and opens the protected workspace. Between: it opens the workspace, and
    still waits, so it will be asked for again; never in force without opening it."""

    between = frozenset({"opens, and waits"})

    def prepare(self) -> None:
        self.words = (WORDS,)
        protection.protect(self.folder, WORDS)
        with open_(self.folder, unlock=self.unlock) as ws:
            self.key = recovery.make_sheet(ws, self.out / "sheet.txt").identity

    def act(self, ws: Workspace | None) -> str:
        recovery.prove(ws, self.key)
        return "done"

    def stage(self, ws: Workspace) -> str:
        state, copies = recovery.load_state(ws), key_file.read(self.folder)
        opens = {(kept.get("recovery") or {}).get("for") == self.key.public for kept in copies}
        for kept in copies:
            assert unlocking.by_passphrase(kept, WORDS) == ws.key
        if not state.tested:
            assert state.waits
            return "opens, and waits" if True in opens else OLD
        assert opens == {True}, "it is in force, and does not open this workspace"
        assert not state.waits
        assert all(unlocking.by_recovery(kept, (self.key,)) == ws.key for kept in copies)
        return NEW


KEYS = {
    "protect": Protect,
    "unprotect": Unprotect,
    "change_passphrase": ChangePassphrase,
    "change_key": ChangeKey,
    "make_sheet": MakeSheet,
    "prove_key": ProveKey,
}
