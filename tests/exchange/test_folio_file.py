"""The portfolio file: the same bytes each time, every altered bit noticed, nothing hostile opened, never half."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.core.folio import Folio
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import folio_file, folio_reading, plain_zip, signing, strict_json
from rubricapp.exchange.folio_file import Fault, FileAltered
from rubricapp.store.vault import Stored

CLIP = hashlib.sha256(b"moving pictures").hexdigest()


def nothing(_count: int) -> None:
    return


def stored(files: dict[str, Path]) -> dict[str, Stored]:
    return {name: Stored(path) for name, path in files.items()}


@pytest.fixture
def made(tmp_path: Path, folio: Folio, files: dict[str, Path], key: signing.Key) -> Path:
    place = tmp_path / "amara.rubricfolio"
    folio_file.write(place, folio, stored(files), key, "Made-up residency", nothing)
    return place


def look(path: Path) -> tuple[Fault, ...] | str:
    """The faults of a file, or the code with which it is refused."""
    try:
        with folio_reading.opened(path) as reader:
            return reader.find_faults(nothing)
    except UserError as error:
        assert error.what and error.do
        return error.code


# Whole


def test_what_was_written_is_what_is_read(made, folio, files, tmp_path) -> None:
    with folio_reading.opened(made) as reader:
        assert reader.folio == folio
        assert reader.find_faults(nothing) == ()
        assert reader.manifest.signer == "Made-up residency"
        for name, source in files.items():
            assert reader.copy(name, tmp_path / "copy", nothing)
            assert (tmp_path / "copy").read_bytes() == source.read_bytes()
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))


def test_the_same_portfolio_gives_the_same_bytes(made, folio, files, key) -> None:
    before = made.read_bytes()
    folio_file.write(made, folio, stored(dict(reversed(files.items()))), key, "Made-up residency", nothing)
    assert made.read_bytes() == before


def test_any_zip_program_can_open_it(made, files) -> None:
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            *("manifest.json", "manifest.sig", "portfolio.json"),
            *sorted(f"files/{name}" for name in files),
        ]
        assert archive.read(f"files/{CLIP}") == b"moving pictures"


@pytest.mark.parametrize("size", [0xFFFFFFFE, 0xFFFFFFFF, 5 << 30])
def test_sizes_and_places_beyond_32_bits_are_laid_out_as_zip_wants_them(size) -> None:
    first = plain_zip.Member("a", size, 1, 0)
    second = plain_zip.Member("b", 3, 2, first.end)
    closing = plain_zip.ending([first, second])

    parts = {0: first.header, second.offset: second.header + b"abc", second.end: closing}

    class Sparse(io.RawIOBase):
        """A file of which only the headers exist."""

        total, at = second.end + len(closing), 0

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = offset + (0, self.at, self.total)[whence]
            return self.at

        def tell(self) -> int:
            return self.at

        def seekable(self) -> bool:
            return True

        def read(self, count: int = -1) -> bytes:
            end = self.total if count < 0 else min(self.total, self.at + count)
            found = bytearray(end - self.at)
            for start, data in parts.items():
                low, high = max(start, self.at), min(start + len(data), end)
                if low < high:
                    found[low - self.at : high - self.at] = data[low - start : high - start]
            self.at = end
            return bytes(found)

    archive = zipfile.ZipFile(Sparse())
    assert [(each.filename, each.file_size, each.header_offset) for each in archive.infolist()] == [
        ("a", size, 0),
        ("b", 3, second.offset),
    ]
    assert plain_zip.find_end(Sparse(), Sparse.total).begins == second.end


# Altered


def test_every_flipped_bit_is_noticed(made, tmp_path) -> None:
    content = made.read_bytes()
    other = tmp_path / "other.rubricfolio"
    seen = set()
    begins = content.index(b"portfolio.json", content.index(b"manifest.sig")) + len("portfolio.json")
    words = range(begins, content.index(b"PK", begins))
    for place in range(len(content)):
        if place in words and place % 5:
            continue  # any byte of it is like any other
        altered = bytearray(content)
        altered[place] ^= 1 << place % 8
        other.write_bytes(altered)
        found = look(other)
        assert found, f"byte {place} of {len(content)}"
        seen |= {found} if isinstance(found, str) else {each.kind for each in found}
    assert seen >= {"manifest", "signature", "altered", "wrapping", "E_CUT_SHORT", "E_UNSAFE"}


def test_every_length_that_is_too_short_is_refused(made, tmp_path) -> None:
    content = made.read_bytes()
    other = tmp_path / "other.rubricfolio"
    for length in range(len(content)):
        other.write_bytes(content[:length])
        assert look(other) in ("E_CUT_SHORT", "E_NOT_A_PORTFOLIO"), length
    other.write_bytes(content[: len(content) // 2])
    assert look(other) == "E_CUT_SHORT"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_but_a_kind_word_comes_of_any_mutation(made, tmp_path, data) -> None:
    content = bytearray(made.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        act = data.draw(st.sampled_from(("set", "cut", "insert", "repeat")))
        some = data.draw(st.binary(min_size=1, max_size=8))
        if act == "set":
            content[place : place + len(some)] = some
        elif act == "cut":
            del content[place : place + 64]
        elif act == "insert":
            content[place:place] = some
        else:
            content[place:place] = content[place : place + 200]
        if not content:
            content = bytearray(b"x")
    other = tmp_path / "other.rubricfolio"
    other.write_bytes(content)
    assert look(other) or bytes(content) == made.read_bytes()


def test_an_altered_file_is_named_and_the_rest_can_be_read(made, folio, tmp_path) -> None:
    content = made.read_bytes()
    made.write_bytes(content.replace(b"moving pictures", b"moving pictureS"))
    with folio_reading.opened(made) as reader:
        assert reader.folio == folio
        assert reader.faults == ()
        assert reader.find_faults(nothing) == (Fault("altered", f"files/{CLIP}"),)
        with pytest.raises(FileAltered):
            reader.copy(CLIP, tmp_path / "copy", nothing)
        assert not (tmp_path / "copy").exists()
        assert reader.copy(CLIP, tmp_path / "copy", nothing, even_altered=True) is False
    assert (tmp_path / "copy").read_bytes() == b"moving pictureS"


def test_altered_words_are_seen_without_reading_the_files(made) -> None:
    made.write_bytes(made.read_bytes().replace(b"Steady.", b"Superb!"))
    with folio_reading.opened(made) as reader:
        assert reader.folio.assessments[0].ratings[0].comment == "Superb!"
        assert reader.faults == (Fault("altered", "portfolio.json"),)


def test_an_altered_manifest_proves_nothing(made) -> None:
    made.write_bytes(made.read_bytes().replace(b'"signer":"Made-up', b'"signer":"Made-UP'))
    with folio_reading.opened(made) as reader:
        assert reader.faults == (Fault("signature", "manifest.sig"),)


def test_a_signature_for_something_else_is_none(made, folio, files, key) -> None:
    with folio_reading.opened(made) as reader:
        manifest = strict_json.dump(reader.manifest)
    assert not signing.holds(key.public, manifest, key.sign(folio_file.PURPOSE + manifest))


# Repacked and hostile

Edit = Callable[[dict[str, bytes]], None]


def repack(made: Path, edit: Edit = lambda _: None, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    edit(members)
    other = made.with_name("repacked.rubricfolio")
    with zipfile.ZipFile(other, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return other


def test_packed_again_by_another_program_it_holds_but_is_not_the_same(made) -> None:
    assert look(repack(made)) == (Fault("wrapping"),)
    assert look(repack(made, method=zipfile.ZIP_STORED)) == (Fault("wrapping"),)
    assert look(repack(made, method=zipfile.ZIP_LZMA)) == "E_UNSAFE"


def test_what_was_added_or_taken_out_is_named(made) -> None:
    more = repack(made, lambda members: members.update({"files/more.txt": b"x"}))
    assert look(more) == (Fault("added", "files/more.txt"),)
    assert look(repack(made, lambda members: members.pop(f"files/{CLIP}"))) == (Fault("missing", f"files/{CLIP}"),)
    assert look(repack(made, lambda members: members.pop("manifest.sig"))) == (Fault("signature", "manifest.sig"),)
    assert look(repack(made, lambda members: members.pop("manifest.json")))[0] == Fault("manifest", "manifest.json")
    assert look(repack(made, lambda members: members.pop("portfolio.json"))) == "E_FILE_DAMAGED"


def test_another_zip_is_not_a_portfolio(tmp_path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    assert look(other) == "E_NOT_A_PORTFOLIO"
    for content in (b"", b"\xff\xd8\xff a picture", b"PK\3\4", b"PK\5\6" + bytes(18), b"PK\5\6" + b"\xff" * 18):
        other.write_bytes(content)
        assert look(other) in ("E_NOT_A_PORTFOLIO", "E_CUT_SHORT"), content
    assert look(tmp_path) == "E_FILE_UNREADABLE"
    assert look(tmp_path / "nowhere") == "E_FILE_UNREADABLE"


@pytest.mark.parametrize(
    "name", ["../out", "/etc/out", "a/../../out", "C:\\out", "..\\out", "files/\x00x", "con:", "\u202egpj.exe", ""]
)
def test_names_that_lead_elsewhere_are_refused(made, name) -> None:
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(zipfile.ZipInfo("files/zzzzzzzzz"), b"x")
    content = made.read_bytes()
    wanted = name.encode().ljust(15, b"/")[:15] if name else b"/" * 15
    made.write_bytes(content.replace(b"files/zzzzzzzzz", wanted))
    assert look(made) in ("E_UNSAFE", "E_FILE_DAMAGED")


def test_a_name_that_stands_twice_is_refused(made) -> None:
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("portfolio.json", b"{}")
    assert look(made) == "E_UNSAFE"


@pytest.mark.parametrize("mode", [0o120777, 0o060644, 0o010644], ids=["link", "device", "pipe"])
def test_links_and_devices_are_refused(made, mode) -> None:
    link = zipfile.ZipInfo("files/link")
    link.external_attr, link.create_system = mode << 16, 3
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(link, b"/etc/passwd")
    assert look(made) == "E_UNSAFE"


def test_encrypted_members_are_refused(made) -> None:
    content = bytearray(made.read_bytes())
    for sign, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(sign, 5) + flags] |= 1
    made.write_bytes(content)
    assert look(made) == "E_UNSAFE"


def test_a_bomb_is_refused_before_it_grows(made) -> None:
    assert look(repack(made, lambda members: members.update({"files/bomb": bytes(64 << 20)}))) == "E_UNSAFE"
    assert look(repack(made, lambda members: members.update({"portfolio.json": b" " * (17 << 20)}))) == "E_UNSAFE"


def test_members_over_each_other_are_refused(made) -> None:
    content = made.read_bytes()
    end = plain_zip.find_end(io.BytesIO(content), len(content))
    listed = content[end.begins : end.begins + end.length]
    line = plain_zip.Member("files/" + "0" * 64, len(content) - 200, 0, 0).entry
    begins, length = end.begins, end.length + 2 * len(line)
    two = line + line.replace(b"0" * 64, b"1" * 64)
    closing = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, end.count + 2, end.count + 2, length, begins, 0)
    made.write_bytes(content[:begins] + listed + two + closing)
    assert look(made) == "E_UNSAFE"


def test_absurd_counts_are_refused(made) -> None:
    content = bytearray(made.read_bytes())
    content[-14:-10] = b"\xfe\xfe\xfe\xfe"
    made.write_bytes(content)
    assert look(made) == "E_UNSAFE"


def test_a_newer_one_is_said_to_be_newer(made) -> None:
    def newer(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b'"format":1', b'"format":2')

    assert look(repack(made, newer)) == "E_NEWER"
    with pytest.raises(UserError) as caught, folio_reading.opened(repack(made, newer)):
        raise AssertionError("opened")
    assert caught.value.exit_code == Exit.REFUSED


@pytest.mark.parametrize("member", ["manifest.json", "portfolio.json"])
def test_more_than_this_version_knows_is_newer_where_it_was_signed_and_altered_where_not(made, key, member) -> None:
    def more(members: dict[str, bytes]) -> None:
        members[member] = members[member][:-1] + b',"weather":"calm"}'

    def signed(members: dict[str, bytes]) -> None:
        more(members)
        manifest = json.loads(members["manifest.json"])
        portfolio = members["portfolio.json"]
        manifest["members"][0] |= {"size": len(portfolio), "sha256": hashlib.sha256(portfolio).hexdigest()}
        members["manifest.json"] = json.dumps(manifest).encode()
        members["manifest.sig"] = key.sign(folio_file.PURPOSE + members["manifest.json"])

    written = made.read_bytes()
    assert look(repack(made, signed)) == "E_NEWER"
    made.write_bytes(written)
    assert look(repack(made, more)) in ((Fault("manifest", "manifest.json"),), "E_FILE_DAMAGED")


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"name":1,"name":2}',
        b'{"made_on":NaN}',
        b"\xff\xfe",
        b'"' + b'\\"' * 50_000,
        b"[" + b"1," * 600_000 + b"1]",
        b"9" * 5000,
        b"null",
    ],
)
def test_words_that_are_none_are_refused_quickly(made, said) -> None:
    assert look(repack(made, lambda members: members.update({"portfolio.json": said}))) == "E_FILE_DAMAGED"
    found = look(repack(made, lambda members: members.update({"manifest.json": said})))
    assert Fault("manifest", "manifest.json") in found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", 7),
        ("works", {}),
        ("log_totals", [["Operator", 3]]),
        ("log_totals", [["Operator", True, 1]]),
        ("log_totals", [["Operator", 3.0, 1]]),
        ("edition_dates", ["2026"]),
        ("name", None),
        ("strange", 1),
        ("rubrics", []),
    ],
)
def test_words_of_another_shape_are_refused(made, folio, field, value) -> None:
    words = json.loads(strict_json.dump(folio)) | {field: value}
    edit = {"portfolio.json": strict_json.dump(words)}
    assert look(repack(made, lambda members: members.update(edit))) == "E_FILE_DAMAGED"


def test_a_portfolio_written_before_a_field_was_thought_of_can_be_read(folio) -> None:
    words = json.loads(strict_json.dump(folio))
    del words["left_out"]
    assert strict_json.read(Folio, strict_json.dump(words)) == folio
    del words["name"]
    with pytest.raises(ValueError, match="name is missing"):
        strict_json.read(Folio, strict_json.dump(words))


# Writing


def test_a_file_that_changed_is_not_taken_in(tmp_path, folio, files, key, made) -> None:
    before = made.read_bytes()
    for content in (b"moving picturES", b"moving"):
        files[CLIP].write_bytes(content)
        with pytest.raises(FileAltered):
            folio_file.write(made, folio, stored(files), key, "x", nothing)
        assert made.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))


def test_what_is_too_large_to_be_read_again_is_not_written(tmp_path, folio, key) -> None:
    too_much = dataclasses.replace(folio, works=(), left_out=("x" * folio_file.LARGEST_PORTFOLIO,))
    with pytest.raises(ValueError, match="larger"):
        folio_file.write(tmp_path / "a.rubricfolio", too_much, {}, key, "x", nothing)
    assert not (tmp_path / "a.rubricfolio").exists()


KILLED = """
import os, pathlib, sys
from rubricapp.core.folio import Folio
from rubricapp.exchange import folio_file, signing
from rubricapp.store.vault import Stored
def half(count):
    os._exit(9)
place, clip, name = sys.argv[1:]
folio = Folio("p", "e", ("", ""), "n", "c", "2026-11-29", "en")
folio_file.write(pathlib.Path(place), folio, {name: Stored(pathlib.Path(clip))}, signing.key_from(bytes(32)), "s", half)
"""


def test_killed_midway_leaves_no_half_file_under_the_name(tmp_path, files) -> None:
    place = tmp_path / "a.rubricfolio"
    command = [sys.executable, "-c", KILLED, str(place), str(files[CLIP]), CLIP]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    assert not place.exists()
    assert (tmp_path / ".a.rubricfolio.part").exists(), "it was killed while it wrote"


LARGE = """
import hashlib, pathlib, sys
from rubricapp.core.folio import Folio
from rubricapp.exchange import folio_file, folio_reading, signing
from rubricapp.store.vault import Stored
source, place, back = map(pathlib.Path, sys.argv[1:])
digest = hashlib.sha256()
with source.open("rb") as file:
    while chunk := file.read(1 << 20):
        digest.update(chunk)
name = digest.hexdigest()
folio = Folio("p", "e", ("", ""), "n", "c", "2026-11-29", "en")
folio_file.write(place, folio, {name: Stored(source)}, signing.key_from(bytes(32)), "s", lambda count: None)
with folio_reading.opened(place) as reader:
    assert reader.find_faults(lambda count: None) == ()
    assert reader.copy(name, back, lambda count: None)
# ru_maxrss would count what the process that started this one had, too.
status = pathlib.Path("/proc/self/status").read_text()
used = sum(each.stat().st_blocks * 512 for each in (place, back))
print(status.partition("VmHWM:")[2].split()[0], back.stat().st_size, used)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is counted otherwise elsewhere")
@pytest.mark.timeout(600)
def test_a_large_file_does_not_pass_through_memory(tmp_path) -> None:
    """RUBRICAPP_TEST_GIGABYTES=5 for the large run; the file is sparse."""
    size = int(float(os.environ.get("RUBRICAPP_TEST_GIGABYTES", "0.5")) * (1 << 30)) + 17
    source = tmp_path / "clip.mov"
    with source.open("wb") as file:
        file.write(b"begin")
        file.seek(size - 3)
        file.write(b"end")
    command = [sys.executable, "-c", LARGE, str(source), str(tmp_path / "a.rubricfolio"), str(tmp_path / "back")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    memory, arrived, used = map(int, done.stdout.split())
    assert arrived == size
    assert memory < 300 * 1024, "KiB"
    assert used < size // 4, "holes stay holes"
