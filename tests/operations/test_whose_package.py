"""P16: the lead always knows whose package it is. Whatever is done to one on its way is refused, or said before it is
merged, and what is refused leaves the workspace byte for byte as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rubricapp.core.merging import Arriving
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing, signing
from rubricapp.exchange.package_file import Manifest
from rubricapp.operations import kits, people, programmes, returns
from rubricapp.store.merging import list_merges, list_quarantine
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, laptop, make_passphrases_quick, score, start_programme, who


@dataclass
class Post:
    """A lead who has merged one return of Ana's, and has another one that nobody merged yet, and her folder."""

    lead: Workspace
    laptop: Path
    path: Path
    place: Path
    key: signing.Key

    def digest(self) -> str:
        return hashlib.sha256(self.lead.path.read_bytes()).hexdigest()

    def again(
        self,
        manifest: Callable[[Manifest], Manifest] = lambda one: one,
        changes: Callable[[list[Arriving]], list[Arriving]] = lambda some: some,
        key: signing.Key | None = None,
        recipient: str = "",
    ) -> Path:
        """The package opened and made again, as somebody on its way would who could read it."""
        to = self.place / "again.rubricpack"
        identity = sealing.identity_of(self.lead)
        with package_file.opened(self.path, [identity], self.place) as package:
            said, head = list(package.changes()), package.manifest
            package_file.write(
                to, manifest(head), changes(said), {}, key or self.key, [recipient or identity.public]
            )  # fmt: skip
        return to

    def bring(self, path: Path, trust: bool = True) -> returns.Brought:
        return returns.bring_in(self.lead, [path], trust=trust)[0]


@pytest.fixture
def post(tmp_path: Path, document: dict, monkeypatch) -> Iterator[Post]:
    make_passphrases_quick(monkeypatch)
    with start_programme(tmp_path / "lead", document) as lead:
        with laptop(lead, tmp_path, "A-001") as ana:
            score(ana, "P-001", "A-001", 3)
            assert returns.bring_in(lead, [returns.make_return(ana, tmp_path).path])[0].error is None
            score(ana, "P-002", "A-001", 4, "Steady.")
            path, key = returns.make_return(ana, tmp_path).path, signing.key_of(ana)
        yield Post(lead, tmp_path / "A-001", path, tmp_path, key)


STRANGER = signing.key_from(b"7" * 32)


def unknown_key(post: Post) -> Path:
    """A laptop that nobody knows, and that answers no kit."""
    other = replace_device("f" * 32)
    return post.again(
        lambda one: other(replace(one, public_key=STRANGER.public.hex(), ticket="0" * 32)), lambda _all: [], STRANGER
    )


def replace_device(device: str) -> Callable[[Manifest], Manifest]:
    return lambda one: replace(
        one, sender=device, changes=0, devices=((device, "stranger"),), ranges=(), before=(), seen=()
    )


def changed_key(post: Post) -> Path:
    """A laptop that is known, with another key."""
    return post.again(lambda one: replace(one, public_key=STRANGER.public.hex()), key=STRANGER)


def forged_key(post: Post) -> Path:
    """It names the key that is known, and was signed with another."""
    return post.again(key=STRANGER)


def newer_format(post: Post) -> Path:
    return post.again(lambda one: replace(one, format=package_file.FORMAT + 1))


@dataclass(frozen=True)
class Next(Manifest):
    """What a newer version may say beside all that is known."""

    weather: str = "calm"


def newer_fields(post: Post) -> Path:
    return post.again(lambda one: Next(**{name: getattr(one, name) for name in one.__dataclass_fields__}))


def older_format(post: Post) -> Path:
    """Downgraded: a format that never was."""
    return post.again(lambda one: replace(one, format=0))


def readdressed(post: Post) -> Path:
    """Sealed by its sender for somebody else, who is to believe that it was meant for them."""
    return post.again(recipient=sealing.new_identity().public)


def other_programme(post: Post) -> Path:
    return post.again(lambda one: replace(one, programme="e" * 32, programme_name="Another"))


def cut(post: Post) -> Path:
    data = post.path.read_bytes()
    (post.place / "cut").write_bytes(data[: len(data) - 70])
    return post.place / "cut"


def stripped_signature(post: Post) -> Path:
    class Silent:
        public = post.key.public

        def sign(self, _data: bytes) -> bytes:
            return bytes(64)

    return post.again(key=Silent())


def other_words_outside(post: Post) -> Path:
    """Its head, which anybody can alter, names somebody else."""
    data = post.path.read_bytes()
    assert b"Ana Example" in data
    (post.place / "head").write_bytes(data.replace(b"Ana Example", b"Eve Example"))
    return post.place / "head"


def a_kit(post: Post) -> Path:
    return next((post.place / "kits").iterdir())


REFUSED = {
    unknown_key: "E_NEW_SIGNER",
    changed_key: "E_CHANGED_KEY",
    forged_key: "E_FILE_DAMAGED",
    newer_format: "E_NEWER",
    newer_fields: "E_NEWER",
    older_format: "E_FILE_DAMAGED",
    readdressed: "E_SEALED",
    other_programme: "E_OTHER_PROGRAMME",
    cut: "E_FILE_DAMAGED",
    stripped_signature: "E_FILE_DAMAGED",
    other_words_outside: "E_FILE_DAMAGED",
    a_kit: "E_OTHER_KIND",
}


def test_what_is_refused_says_why_and_changes_nothing(post) -> None:
    """One after the other, as each leaves the workspace as it was; then the package itself, which nobody altered."""
    before, merges = post.digest(), len(list_merges(post.lead))
    for trick, code in REFUSED.items():
        brought = post.bring(trick(post), trust=trick is not unknown_key)
        assert brought.error is not None and brought.error.code == code, trick.__name__
        assert brought.error.what and brought.error.do
        assert (post.digest(), len(list_merges(post.lead))) == (before, merges), trick.__name__
        assert not [each for each in post.lead.folder.rglob("*") if ".part" in each.name]
    brought = post.bring(post.again(), trust=False)
    assert (brought.error, brought.problems) == (None, ())
    assert brought.planned.counts["new"] > 0


def test_a_replay_changes_nothing(post) -> None:
    assert post.bring(post.path, trust=False).error is None
    before = post.digest()
    again = post.bring(post.path, trust=False)
    assert (again.error, again.merge, again.planned.counts["new"]) == (None, "", 0)
    assert again.planned.counts["same"] == again.manifest.changes
    assert post.digest() == before
    device = bytes.fromhex(again.manifest.sender)
    ((number, last),) = post.lead.rows(
        "SELECT device, max(seq) FROM change JOIN device ON device.number = device WHERE device.id = ?", device
    )
    post.lead.connection.execute("PRAGMA foreign_keys=OFF")
    post.lead.connection.execute("DELETE FROM change_row WHERE device = ? AND seq = ?", (number, last))
    brought = returns.bring_in(post.lead, [post.path], dry_run=True)[0]
    assert brought.planned.counts["new"] == 1, "what was lost here comes back"


def test_a_gap_is_said_before_it_is_merged(post) -> None:
    with package_file.opened(post.path, [sealing.identity_of(post.lead)], post.place) as package:
        device, last = package.manifest.sender, list(package.changes())[-1]
        before = next(each.hash for each in package.changes() if each.place == (device, last.change.seq - 1))
    path = post.again(
        lambda one: replace(
            one,
            changes=1,
            ranges=((device, last.change.seq, last.change.seq),),
            before=((device, last.change.seq, before.hex()),),
        ),
        lambda all_: all_[-1:],
    )
    planned = returns.bring_in(post.lead, [path], dry_run=True)[0]
    (gap,) = [each for each in planned.problems if each.code == "MERGE_GAP"]
    assert "are missing" in gap.message


def test_a_clone_goes_aside_and_is_said(post, monkeypatch) -> None:
    """The same laptop's disk, copied bit by bit into another one, where each goes on."""
    with open_(post.laptop) as ana:
        machine = ana.meta("machine"), ana.device
    shutil.copytree(post.laptop, post.place / "clone")
    with open_(post.laptop) as ana:
        people.edit_person(ana, who(ana, "P-001").id, {"pronouns": "she"})
        first = returns.make_return(ana, post.place / "a").path
    clone = post.place / "clone"
    shutil.move(post.laptop, post.place / "away")
    shutil.move(clone, post.laptop)  # under its own path it cannot know that it is a copy
    with open_(post.laptop) as ana:
        assert (ana.meta("machine"), ana.device) == machine
        people.edit_person(ana, who(ana, "P-001").id, {"pronouns": "they"})
        second = returns.make_return(ana, post.place / "b").path
    assert post.bring(first, trust=False).error is None
    brought = post.bring(second, trust=False)
    assert "MERGE_QUARANTINE" in {each.code for each in brought.problems}
    assert "cloned" in next(each.message for each in brought.problems if each.code == "MERGE_QUARANTINE")
    assert len(list_quarantine(post.lead)) > 0
    assert find_faults(post.lead).ok


def test_a_kit_for_somebody_else_does_not_come_into_a_workspace(post) -> None:
    bello = people.add_person(post.lead, Role.ASSESSOR, "Zed Example")[0]
    other = kits.make_kit(post.lead, find_people(post.lead, "A-002")[0], post.place / "kits", WORDS).path
    before = hashlib.sha256((post.laptop / "workspace.sqlite3").read_bytes()).hexdigest()
    with pytest.raises(UserError) as caught:
        kits.open_kit(other, post.laptop, WORDS)
    assert caught.value.code == "E_OTHER_PERSON"
    assert hashlib.sha256((post.laptop / "workspace.sqlite3").read_bytes()).hexdigest() == before
    with programmes.start(post.place / "other", "Other", "2026", rubrics=[]) as ws:
        assert returns.bring_in(ws, [post.path])[0].error.code == "E_SEALED"
    assert bello.name == "Zed Example"
