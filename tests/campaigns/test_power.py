"""The short form of the power cuts: some dozens of each work, and that losses are seen. The long form: see `power`.

RUBRICAPP_CUTS: how many of each work, and then of all of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import power
from tests.campaigns.power_disk import CREATE, MKDIR, RENAME, SYNC, WRITE, Call, Disk
from tests.conftest import small_document

CUTS = int(os.environ.get("RUBRICAPP_CUTS", "0"))
SHORT = {
    "rate": 70,
    "add_work": 40,
    "merge": 50,
    "hand_in": 40,
    "open_kit": 40,
    "back_up": 40,
    "sheet": 30,
    "migrate": 8,
}
pytestmark = pytest.mark.skipif(not power.can_run(), reason="needs Linux, a C compiler and /dev/shm")


@pytest.fixture(scope="module")
def setting() -> Iterator[power.Setting]:
    with power.setting(small_document()) as made:
        yield made


@pytest.mark.timeout(max(300, CUTS))
@pytest.mark.parametrize("work", power.WORKS if CUTS else SHORT)
def test_what_was_saved_is_there_after_a_power_cut(setting, work) -> None:
    result = power.run(work, CUTS or SHORT[work], 1, setting)
    print(result.line())
    assert result.findings == {}
    assert result.states > 5
    assert result.acknowledged > 1
    assert result.checked > 1


@pytest.mark.parametrize("weak", ["delete-full", "normal", "off"])
def test_weaker_settings_lose_and_it_is_seen(setting, weak) -> None:
    result = power.run("rate", 80, 1, setting, weak)
    assert result.sorts["lost"] > 0
    assert (
        weak != "off" or result.sorts["cannot be opened"] + result.sorts["half"] + result.sorts["fails the check"] > 0
    )


# The disk itself


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "old").write_bytes(b"o" * 2000)
    return Disk([tmp_path])


def inode(path: Path) -> int:
    return path.stat().st_ino


def states(disk: Disk) -> list[dict[str, bytes | None]]:
    draw = random.Random(1)
    return [disk.draw(draw).files for _ in range(400)]


def test_what_was_not_synced_may_be_any_mixture_of_sectors(disk, tmp_path) -> None:
    old = str(tmp_path / "old")
    disk.do(Call(WRITE, inode(tmp_path / "old"), 300, "", "", b"n" * 1200))
    found = {each[old] for each in states(disk)}
    assert all(len(each) == 2000 and each[:300] == b"o" * 300 and each[1500:] == b"o" * 500 for each in found)
    for sector in (0, 1, 2):
        assert {each[max(300, sector * 512)] for each in found} == {ord("o"), ord("n")}
    assert len(found) == 8, "each of three sectors for itself"
    disk.do(Call(SYNC, inode(tmp_path / "old"), 0, "", "", b""))
    assert {each[old] for each in states(disk)} == {b"o" * 300 + b"n" * 1200 + b"o" * 500}


def test_a_name_is_sure_when_its_folder_was_synced(disk, tmp_path) -> None:
    part, place = str(tmp_path / "new.part"), str(tmp_path / "new")
    for call in (Call(CREATE, 1, 0, part, "", b""), Call(WRITE, 1, 0, "", "", b"whole"), Call(SYNC, 1, 0, "", "", b"")):
        disk.do(call)
    assert {part in each for each in states(disk)} == {True, False}, "the file was synced, its name was not"
    disk.do(Call(RENAME, 0, 0, part, place, b""))
    assert {each.get(place) for each in states(disk)} == {None, b"whole"}
    disk.do(Call(SYNC, inode(tmp_path), 0, "", "", b""))
    assert {(each.get(place), each.get(part)) for each in states(disk)} == {(b"whole", None)}


def test_what_is_renamed_before_it_is_synced_may_be_empty(disk, tmp_path) -> None:
    part, place = str(tmp_path / "new.part"), str(tmp_path / "new")
    for call in (
        Call(CREATE, 1, 0, part, "", b""),
        Call(WRITE, 1, 0, "", "", b"whole"),
        Call(RENAME, 0, 0, part, place, b""),
        Call(SYNC, inode(tmp_path), 0, "", "", b""),
    ):
        disk.do(call)
    assert {b"", b"whole"} < {each[place] for each in states(disk)}, "and torn, or noughts"


def test_a_folder_that_is_not_there_hides_what_is_in_it(disk, tmp_path) -> None:
    folder, file = str(tmp_path / "aa"), str(tmp_path / "aa" / "work")
    for call in (
        Call(MKDIR, 7, 0, folder, "", b""),
        Call(CREATE, 1, 0, file, "", b""),
        Call(WRITE, 1, 0, "", "", b"whole"),
        Call(SYNC, 1, 0, "", "", b""),
        Call(SYNC, 7, 0, "", "", b""),
    ):
        disk.do(call)
    assert {each.get(file) for each in states(disk)} == {None, b"whole"}
    disk.do(Call(SYNC, inode(tmp_path), 0, "", "", b""))
    assert {each.get(file) for each in states(disk)} == {b"whole"}
