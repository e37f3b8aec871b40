"""Files of works where they lie: sealed piece by piece, read anywhere, and every altered byte noticed."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.store import removing, sealed_file
from rubricapp.store.sealed_file import HEAD, PIECE, Altered, passing
from rubricapp.store.vault import ENDING, Vault

KEY = bytes(range(32))
SIZES = (0, 1, 16, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 77)


def named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def some(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.fixture
def vault(tmp_path) -> Vault:
    return Vault(tmp_path / "files", KEY)


def keep(vault: Vault, data: bytes, at_once: int = 1 << 20) -> str:
    vault.take(named(data), (data[at : at + at_once] for at in range(0, len(data), at_once)))
    return named(data)


def on_disk(vault: Vault) -> list[Path]:
    return [path for path in vault.files.rglob("*") if path.is_file()]


# Sealed and read


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at_once", [1 << 20, 1000])
def test_what_was_put_in_comes_out(vault, size, at_once) -> None:
    data = some(size)
    name = keep(vault, data, at_once)
    with vault.open(name) as file:
        assert file.read() == data
    (path,) = on_disk(vault)
    assert path.suffix == ENDING
    assert path.stat().st_size == HEAD + size + 40 * -(-size // PIECE)
    assert vault.find(name).size() == size
    assert vault.find(name).hash() == name
    assert vault.find(name).plain is None


def test_neither_its_bytes_nor_their_hash_can_be_seen(vault) -> None:
    data = b"the bird is called KESTREL " * 9000
    name = keep(vault, data)
    (path,) = on_disk(vault)
    assert name not in str(path)
    assert bytes.fromhex(name) not in path.read_bytes()
    assert b"KESTREL" not in path.read_bytes()
    other = Vault(vault.files.parent / "other", bytes(32))
    keep(other, data)
    (elsewhere,) = on_disk(other)
    assert elsewhere.name != path.name, "under another key it has another name"
    assert KEY not in path.read_bytes() and vault.seed not in path.read_bytes() and vault.seed != KEY


def test_the_same_file_twice_shares_no_bytes(vault, tmp_path) -> None:
    data = some(PIECE * 2)
    again = Vault(tmp_path / "again", KEY)
    keep(vault, data)
    keep(again, data)
    first, second = on_disk(vault)[0].read_bytes(), on_disk(again)[0].read_bytes()
    same = sum(a == b for a, b in zip(first[16:], second[16:], strict=True)) / len(first)
    assert same < 0.02, "chance alone is 1/256"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3 * PIECE + 90), st.integers(0, 2 * PIECE)), max_size=8))
def test_reading_anywhere_is_reading_the_same_file(vault, jumps) -> None:
    data = some(3 * PIECE + 77)
    name = keep(vault, data) if vault.find(named(data)) is None else named(data)
    plain = io.BytesIO(data)
    with vault.open(name) as file:
        for at, count in jumps:
            file.seek(at)
            plain.seek(at)
            assert file.read(count) == plain.read(count)
        assert file.seek(-10, os.SEEK_END) == len(data) - 10
        assert file.read() == data[-10:]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("seek"), st.integers(0, 3 * PIECE)),
            st.tuples(st.just("write"), st.integers(0, 2 * PIECE)),
            st.tuples(st.just("cut"), st.integers(0, 3 * PIECE)),
            st.tuples(st.just("read"), st.integers(0, 2 * PIECE)),
        ),
        max_size=12,
    )
)
def test_a_passing_file_does_what_a_plain_one_does(tmp_path_factory, acts) -> None:
    plain = io.BytesIO()
    with passing(tmp_path_factory.getbasetemp()) as file:
        for number, (act, count) in enumerate(acts):
            if act == "seek":
                assert file.seek(count) == plain.seek(count)
            elif act == "write":
                data = some(count, number)
                at = plain.tell()
                if at > len(plain.getvalue()):  # BytesIO fills the gap only where something is written
                    plain.seek(0, os.SEEK_END)
                    plain.write(bytes(at - plain.tell()))
                    if not data:
                        file.truncate(at)
                assert file.write(data) == plain.write(data)
            elif act == "cut":
                size = len(plain.getvalue())
                file.truncate(count)
                at = plain.tell()
                if count <= size:
                    plain.truncate(count)
                else:
                    plain.seek(0, os.SEEK_END)
                    plain.write(bytes(count - size))
                plain.seek(at)
            else:
                assert file.read(count) == plain.read(count)
        file.seek(0)
        assert file.read() == plain.getvalue()


def test_little_of_it_is_in_memory(tmp_path) -> None:
    script = """
import hashlib, pathlib, sys
from rubricapp.store.vault import Vault
vault = Vault(pathlib.Path(sys.argv[1]), bytes(32))
chunk, digest = bytes(range(256)) * 4096, hashlib.sha256()
for _n in range(200):
    digest.update(chunk)
name = digest.hexdigest()
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
vault.take(name[::-1], [chunk])
before = peak()
vault.take(name, (chunk for _n in range(200)))
assert vault.is_whole(name)
print(peak() - before)
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell how much memory was used")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "files")], capture_output=True, text=True, check=True, timeout=120
    )
    assert int(done.stdout) < 20_000, "kB more than for one of 1 MB"


# Altered


def noticed(vault: Vault, name: str) -> bool:
    try:
        with vault.open(name) as file:
            while file.read(1 << 20):
                pass
    except Altered:
        return True
    return False


def test_every_flipped_bit_is_noticed(vault) -> None:
    name = keep(vault, some(2 * PIECE + 500))
    (path,) = on_disk(vault)
    whole = path.read_bytes()
    draw = random.Random(7)
    places = {*range(HEAD + 80), *range(HEAD + PIECE, HEAD + PIECE + 120), len(whole) - 1}
    places |= {draw.randrange(len(whole)) for _n in range(1500)}
    for at in sorted(places):
        with path.open("r+b") as file:
            file.seek(at)
            file.write(bytes([whole[at] ^ (1 << draw.randrange(8))]))
        assert noticed(vault, name), at
        assert not vault.is_whole(name)
        with path.open("r+b") as file:
            file.seek(at)
            file.write(whole[at : at + 1])
    assert vault.is_whole(name)


def test_pieces_left_out_moved_doubled_or_cut_are_noticed(vault) -> None:
    name = keep(vault, some(4 * PIECE))
    (path,) = on_disk(vault)
    whole = path.read_bytes()
    head, step = whole[:HEAD], PIECE + 40
    pieces = [whole[at : at + step] for at in range(HEAD, len(whole), step)]
    assert len(pieces) == 4
    for bad in (
        [pieces[1], pieces[0], *pieces[2:]],
        pieces[:3],
        [*pieces, pieces[3]],
        [*pieces[:3], pieces[2]],
        [*pieces[:3], pieces[3][:-1]],
        [*pieces[:3], pieces[3] + b"x"],
        [],
    ):
        path.write_bytes(head + b"".join(bad))
        assert noticed(vault, name)
    for length in (0, 1, HEAD - 1, HEAD):
        path.write_bytes(whole[:length])
        assert noticed(vault, name)


def test_one_file_in_the_place_of_another_is_noticed(vault) -> None:
    one, other = keep(vault, some(PIECE, 1)), keep(vault, some(PIECE, 2))
    here, there = vault.where(one), vault.where(other)
    mine, its = here.read_bytes(), there.read_bytes()
    here.write_bytes(its)
    assert noticed(vault, one), "whole"
    here.write_bytes(mine[:HEAD] + its[HEAD:])
    assert noticed(vault, one), "its bytes under our head"
    here.write_bytes(its[:HEAD] + mine[HEAD:])
    assert noticed(vault, one), "our bytes under its head"


def test_without_the_key_nothing_is_read(vault, tmp_path) -> None:
    name = keep(vault, b"secret")
    (path,) = on_disk(vault)
    stranger = Vault(vault.files, bytes(32))
    assert stranger.find(name) is None
    with pytest.raises(Altered):
        sealed_file.read_head(path, (stranger.seed,))
    stored = vault.find(name)
    vault.lock()
    with pytest.raises(FileNotFoundError):
        stored.open()
    vault.unlock(KEY)
    with stored.open() as file:
        assert file.read() == b"secret"


def test_a_name_that_is_no_hash_is_no_path(vault) -> None:
    for name in ("../../x", "", "A" * 64, "0" * 63, "0" * 64 + "\n"):
        assert vault.find(name) is None
        assert not vault.delete(name)


# Halves, mixtures and other keys


def test_a_half_copy_is_gone_on_with_and_a_torn_end_is_seen(vault) -> None:
    data = some(3 * PIECE)
    vault.files.mkdir()
    with vault.part("resume-abc") as (path, file):
        file.write(data[: 2 * PIECE])
    assert path.name.startswith("resume-") and "abc" not in path.name
    with path.open("ab") as torn:
        torn.write(b"half a piece" * 20)
    with vault.part("resume-abc") as (_path, file):
        assert file.read(2 * PIECE) == data[: 2 * PIECE]
        with pytest.raises(Altered):
            file.read(100)
        file.truncate(2 * PIECE)
        file.seek(2 * PIECE)
        file.write(data[2 * PIECE :])
    vault.put(path, named(data))
    assert vault.is_whole(named(data))
    with vault.part("resume-abc") as (path, file):
        assert file.seek(0, os.SEEK_END) == 0
    path.write_bytes(b"no head at all")
    with vault.part("resume-abc") as (_path, file):
        assert file.seek(0, os.SEEK_END) == 0, "begun anew"


def test_an_unfinished_one_is_never_taken_for_whole(vault) -> None:
    data = some(PIECE)
    vault.files.mkdir()
    with vault.part("half") as (path, file):
        file.write(data)
    place = next(vault.places(named(data)))
    place.parent.mkdir()
    path.replace(place)
    assert noticed(vault, named(data))


def test_plain_and_sealed_lie_side_by_side(tmp_path) -> None:
    files = tmp_path / "files"
    plain, sealed = Vault(files), Vault(files, KEY)
    old, new = keep(plain, some(5000, 1)), keep(sealed, some(PIECE * 2, 2))
    assert sealed.is_whole(old) and sealed.is_whole(new)
    assert sealed.list_plain() == [plain.where(old)]
    sealed.seal(plain.where(old))
    assert sealed.list_plain() == [] and sealed.is_whole(old)
    assert plain.find(old) is None
    for path in sealed.list_sealed():
        sealed.unseal(path)
    assert plain.is_whole(old) and plain.is_whole(new)
    assert all(path.suffix == "" for path in on_disk(plain))


@pytest.mark.parametrize("left", ["zeros", "half zeros", "whole", "nothing"])
def test_what_a_crash_left_of_a_plain_one_never_takes_the_place_of_the_sealed_one(tmp_path, left) -> None:
    files = tmp_path / "files"
    plain, sealed = Vault(files), Vault(files, KEY)
    data = some(PIECE + 500)
    name = keep(plain, data)
    place = plain.where(name)
    sealed.seal(place)
    place.parent.mkdir(exist_ok=True)
    zeros = {"zeros": len(data), "half zeros": 4096, "whole": 0, "nothing": 0}[left]
    place.write_bytes(b"" if left == "nothing" else bytes(zeros) + data[zeros:])
    assert sealed.list_plain() == [place]
    sealed.seal(place)
    assert sealed.is_whole(name) and sealed.list_plain() == []


def test_a_plain_one_that_is_whole_takes_the_place_of_a_sealed_one_that_is_not(tmp_path) -> None:
    files = tmp_path / "files"
    plain, sealed = Vault(files), Vault(files, KEY)
    data = some(PIECE + 500)
    name = keep(sealed, data)
    (place,) = sealed.list_sealed()
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    keep(plain, data)
    sealed.seal(plain._plain(name))
    assert sealed.is_whole(name) and sealed.list_plain() == []


def test_another_key_needs_other_heads_only(vault) -> None:
    name = keep(vault, some(PIECE * 3))
    (before,) = on_disk(vault)
    bytes_before = before.read_bytes()[HEAD:]
    newer = Vault(vault.files, bytes(32), (vault.seed,))
    assert newer.is_whole(name), "read under the earlier key"
    assert newer.list_former() == [before]
    newer.wrap_anew(before)
    (after,) = on_disk(newer)
    assert after.name != before.name and after.read_bytes()[HEAD:] == bytes_before
    assert newer.list_former() == [] and newer.is_whole(name)
    assert Vault(vault.files, bytes(32)).is_whole(name)
    assert vault.find(name) is None


def test_moved_from_folder_to_folder(tmp_path) -> None:
    data = some(PIECE + 9)
    for number, (source, target) in enumerate(((b"", b""), (b"", KEY), (KEY, b""), (KEY, bytes(32)), (KEY, KEY))):
        one, other = (Vault(tmp_path / f"{number}-{side}", key) for side, key in (("from", source), ("to", target)))
        name = keep(one, data)
        other.move_from(one, name)
        assert other.is_whole(name) and not on_disk(one)
        assert [path.suffix == ENDING for path in on_disk(other)] == [bool(target)]


def test_a_fault_while_it_is_written_leaves_nothing(vault) -> None:
    def broken():
        yield b"x" * 100
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        vault.take("0" * 64, broken())
    assert on_disk(vault) == []


def test_what_was_plain_is_overwritten(tmp_path, monkeypatch) -> None:
    path = tmp_path / "plain"
    path.write_bytes(b"KESTREL" * 1000)
    seen = []
    real = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda self, missing_ok=False: (seen.append(self.read_bytes()), real(self, missing_ok))
    )
    removing.remove(path)
    assert seen == [bytes(7000)]


def test_a_file_that_goes_has_no_works_name_while_its_bytes_go(tmp_path, monkeypatch) -> None:
    def fails(path: Path) -> None:
        path.write_bytes(bytes(100))
        raise OSError("the disk is gone")

    plain = Vault(tmp_path / "files")
    name = keep(plain, some(5000, 1))
    vault = Vault(plain.files, KEY)
    with monkeypatch.context() as patched:
        patched.setattr(removing, "overwrite", fails)
        with pytest.raises(OSError, match="gone"):
            vault.seal(plain.where(name))
    assert not (plain.files / name[:2] / name).exists()
    assert vault.is_whole(name)
    (left,) = vault.list_plain()
    vault.seal(left)
    assert vault.list_plain() == [] and vault.is_whole(name)
