"""Reading a portfolio file, believing nothing that it says of itself.

Members are looked up by the names that `folio_file` gives them; nothing is ever unpacked by a name that a file brings.
An altered file can still be looked at: what holds no longer is named, and without a manifest and a signature that hold
nothing in it is proven. What could do harm is refused whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from rubricapp.core.folio import FORMAT, Folio
from rubricapp.errors import Cancelled, Exit, UserError
from rubricapp.exchange import plain_zip, signing, strict_json
from rubricapp.exchange.folio_file import (
    FILES,
    KIND,
    LARGEST_MANIFEST,
    LARGEST_PORTFOLIO,
    MANIFEST,
    MOST_FILES,
    PORTFOLIO,
    PURPOSE,
    SIGNATURE,
    Fault,
    FileAltered,
    Manifest,
    Step,
)
from rubricapp.exchange.plain_zip import Member, chunks_of
from rubricapp.store import places

_LARGEST_LIST = 4 << 20
_STEEPEST = 200  # what we write is not compressed at all
_BEGINS = b"PK\3\4"
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KNOWN = (MANIFEST, SIGNATURE, PORTFOLIO)
_HARMLESS = re.compile(r"\.?[\w\-]+(\.[\w\-]+)*(/\.?[\w\-]+(\.[\w\-]+)*)*/?", re.ASCII)


@contextlib.contextmanager
def _door(path: Path) -> Iterator[None]:
    """Whatever reading a stranger's file raises becomes one sentence: the file is damaged."""
    try:
        yield
    except (UserError, Cancelled, ImportError, MemoryError):
        raise
    except OSError as error:
        if error.errno in (None, errno.EINVAL):
            raise _damaged(path, error) from error
        raise _unreadable(path, error) from error
    except Exception as error:  # zipfile, zlib and json raise a dozen kinds
        raise _damaged(path, error) from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A portfolio file, open for reading; nothing is ever written. Only what is needed is in memory.

    Raises UserError: E_FILE_UNREADABLE, E_NOT_A_PORTFOLIO, E_CUT_SHORT, E_NEWER, E_UNSAFE, E_FILE_DAMAGED.
    """
    with contextlib.ExitStack() as stack:
        with _door(path):
            if path.exists() and not path.is_file():
                raise OSError(errno.EISDIR, "no file but a folder or a device")
            file = stack.enter_context(path.open("rb"))
            reader = _read(path, file, stack)
        yield reader


class Reader:
    """An open portfolio file. manifest: None where it cannot be read; faults: what is known without reading the files.

    manifest_hash: SHA-256 of the manifest's bytes, by which additions know their file. portfolio, proof: bytes of
    the members.
    """

    def __init__(self, path: Path, file: BinaryIO, archive: zipfile.ZipFile, end: plain_zip.End, total: int) -> None:
        self.path, self._file, self._archive, self._end, self._total = path, file, archive, end, total
        self._members = _demand_safe(path, archive, total)
        if MANIFEST not in self._members and PORTFOLIO not in self._members:
            raise _no_portfolio(path)
        said = self._small(MANIFEST, LARGEST_MANIFEST)
        self.manifest_hash = _sha256(said)
        self.proof = {name: self._small(name, LARGEST_MANIFEST) for name in (MANIFEST, SIGNATURE)}
        self.portfolio = self._small(PORTFOLIO, LARGEST_PORTFOLIO)
        self.manifest = _manifest(path, said, self.proof[SIGNATURE])
        try:
            self.folio = _folio(self.portfolio)
        except strict_json.Unknown as error:
            if self.manifest is None or _sha256(self.portfolio) != self.manifest.members[0].sha256:
                raise
            raise _newer(path, str(error)) from error
        self.faults = tuple(self._known_faults(said))

    def _small(self, name: str, most: int) -> bytes:
        info = self._members.get(name)
        if info is None:
            return b""
        if info.file_size > most:
            raise _unsafe(self.path, f"{name} is too large: {info.file_size} bytes")
        return b"".join(self._chunks(info))

    def _chunks(self, info: zipfile.ZipInfo, step: Step = lambda _: None) -> Iterator[bytes]:
        """The bytes of a member. Stored ones are read as they lie, so that an altered one can still be looked at."""
        if info.compress_type != zipfile.ZIP_STORED:
            with self._archive.open(info) as member:
                while chunk := member.read(plain_zip.CHUNK):
                    step(len(chunk))
                    yield chunk
            return
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or not header.startswith(_BEGINS):
            raise EOFError(f"{info.filename} has no header")
        start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
        start += int.from_bytes(header[28:30], "little")
        if start + info.file_size > self._end.begins:
            raise EOFError(f"{info.filename} is cut short")
        yield from chunks_of(self._file, start, info.file_size, step)

    def _known_faults(self, said: bytes) -> Iterator[Fault]:
        if self.manifest is None:
            yield Fault("manifest", MANIFEST)
            return
        if not signing.holds(bytes.fromhex(self.manifest.public_key), PURPOSE + said, self.proof[SIGNATURE]):
            yield Fault("signature", SIGNATURE)
        listed = {each.name: each for each in self.manifest.members}
        for name, each in listed.items():
            info = self._members.get(name)
            if info is None:
                yield Fault("missing", name)
            elif info.file_size != each.size or (name == PORTFOLIO and _sha256(self.portfolio) != each.sha256):
                yield Fault("altered", name)
        for name in sorted(self._members.keys() - listed.keys() - {MANIFEST, SIGNATURE}):
            yield Fault("added", name)

    def size_of(self, sha256: str) -> int:
        """Bytes of one file, as the file says. Raises KeyError."""
        return self._members[FILES + sha256].file_size

    def holds(self, sha256: str) -> bool:
        """Whether the file holds a member for this hash; not whether its bytes are right."""
        return FILES + sha256 in self._members

    def find_faults(self, step: Step) -> tuple[Fault, ...]:
        """Everything that is not as it was signed, after reading every byte. Raises UserError where that fails."""
        if self.manifest is None:
            return self.faults
        found, known = list(self.faults), {fault.name for fault in self.faults}
        crcs = {}
        with _door(self.path):
            for name in (*_KNOWN, *(each.name for each in self.manifest.members if each.name.startswith(FILES))):
                if name not in self._members:
                    continue
                said, crcs[name] = self._hash(self._members[name], step)
                listed = name.removeprefix(FILES)
                if name not in _KNOWN and said != listed and name not in known:
                    found.append(Fault("altered", name))
            if not found and not self._is_wrapped_right(crcs):
                found.append(Fault("wrapping"))
        return tuple(found)

    def _hash(self, info: zipfile.ZipInfo, step: Step) -> tuple[str, int]:
        digest, crc = hashlib.sha256(), 0
        try:
            for chunk in self._chunks(info, step):
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
        except (zipfile.BadZipFile, EOFError, zlib.error):
            return "", 0
        return digest.hexdigest(), crc

    def _is_wrapped_right(self, crcs: Mapping[str, int]) -> bool:
        """Whether each byte between and after the members is the one that belongs there."""
        members: list[Member] = []
        for name, crc in crcs.items():
            member = Member(name, self._members[name].file_size, crc, members[-1].end if members else 0)
            self._file.seek(member.offset)
            if self._file.read(len(member.header)) != member.header:
                return False
            members.append(member)
        closing = plain_zip.ending(members)
        self._file.seek(members[-1].end)
        return members[-1].end + len(closing) == self._total and self._file.read(len(closing) + 1) == closing

    def copy(self, sha256: str, to: Path, step: Step, even_altered: bool = False) -> bool:
        """Copy a file out, beside its place first; returns whether it is the one that was signed.

        Raises FileAltered where it is not, unless even_altered; OSError where it cannot be written; KeyError where the
        portfolio holds no such file; UserError.
        """
        info = self._members[FILES + sha256]
        part = to.with_name(f".{to.name}.part")
        digest = hashlib.sha256()
        try:
            with part.open("wb") as out:
                for chunk in self._readable(info, step):
                    digest.update(chunk)
                    plain_zip.put(out, chunk)
                out.truncate(out.tell())
            whole = digest.hexdigest() == sha256
            if not whole and not even_altered:
                raise FileAltered(sha256)
            places.put(part, to)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return whole

    def _readable(self, info: zipfile.ZipInfo, step: Step) -> Iterator[bytes]:
        """The bytes of a member, with faults of reading told apart from those of writing them elsewhere."""
        chunks = self._chunks(info, step)
        while True:
            with _door(self.path):
                chunk = next(chunks, b"")
            if not chunk:
                return
            yield chunk


def _read(path: Path, file: BinaryIO, stack: contextlib.ExitStack) -> Reader:
    total = file.seek(0, 2)
    file.seek(0)
    begins = file.read(30 + len(MANIFEST))
    ours = begins[:4] == _BEGINS and begins[30:] == MANIFEST.encode()
    try:
        end = plain_zip.find_end(file, total)
    except ValueError as error:
        if ours:
            raise UserError(
                "E_CUT_SHORT",
                f"{path.name} is cut short: its end is missing.",
                "Nothing was changed.",
                "Copy or download it again; the original may be whole.",
                str(error),
                Exit.DAMAGED,
            ) from None
        raise _no_portfolio(path) from None
    if end.count > MOST_FILES + len(_KNOWN) or end.length > _LARGEST_LIST:
        raise _unsafe(path, f"{end.count} members, listed in {end.length} bytes")
    return Reader(path, file, stack.enter_context(zipfile.ZipFile(file)), end, total)


def _demand_safe(path: Path, archive: zipfile.ZipFile, total: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name, where none of them plays tricks. Raises UserError E_UNSAFE."""
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.orig_filename
        what = ""
        if name in members:
            what = "a name stands twice"
        elif not _HARMLESS.fullmatch(name):
            what = "a name that leads elsewhere"
        elif info.flag_bits & 0x2041:
            what = "an encrypted member"
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            what = "a member packed in a way that is not read here"
        elif (info.external_attr >> 28) not in (0, 4, 8):
            what = "a link or a device"
        elif info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
            what = "sizes that contradict each other"
        elif info.file_size > info.compress_size * _STEEPEST + LARGEST_MANIFEST:
            what = "a member that would grow beyond measure"
        if what:
            raise _unsafe(path, f"{what}: {name[:80]!r}")
        members[name] = info
    if sum(info.compress_size for info in members.values()) > total:
        raise _unsafe(path, "members that lie over each other")
    return members


def _manifest(path: Path, said: bytes, signature: bytes) -> Manifest | None:
    """The manifest, or None where it is none. Raises UserError for another kind of file or a newer one.

    A name that is not known is of a newer version if it was signed; else somebody put it in.
    """
    try:
        plain = strict_json.load(said)
        if type(plain) is dict and type(plain.get("format")) is int and plain["format"] > FORMAT:
            raise _newer(path, f"format {plain['format']}, this version reads up to {FORMAT}")
        if type(plain) is dict and type(plain.get("kind")) is str and plain["kind"] != KIND:
            raise _no_portfolio(path)
        try:
            found = strict_json.build(Manifest, plain)
        except strict_json.Unknown as error:
            if signing.holds(bytes.fromhex(plain["public_key"]), PURPOSE + said, signature):
                raise _newer(path, str(error)) from error
            raise
        names = [each.name for each in found.members]
        right = (
            found.format == FORMAT
            and PORTFOLIO in names
            and len(set(names)) == len(names)
            and all(
                name == PORTFOLIO or name == FILES + each.sha256
                for name, each in zip(names, found.members, strict=True)
            )
            and all(_HASH.fullmatch(each.sha256) and each.size >= 0 for each in found.members)
            and _HASH.fullmatch(found.public_key)
        )
        return found if right else None
    except (ValueError, RecursionError):
        return None


def _folio(said: bytes) -> Folio:
    """The portfolio, with what the rest of the house relies on. Raises ValueError."""
    folio = strict_json.read(Folio, said)
    hashes = {each.content_hash for each in folio.rubrics}
    keys = [work.key for work in folio.works]
    files = [file for work in folio.works for file in (work.file.sha256, work.picture) if file]
    if len(set(keys)) != len(keys) or not all(map(_HASH.fullmatch, files)):
        raise ValueError("works without a key or a hash of their own")
    if {each.rubric for each in (*folio.assessments, *folio.peers, *folio.growth)} - hashes:
        raise ValueError("results of a rubric that is not inside")
    return folio


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Words


def _unreadable(path: Path, error: Exception) -> UserError:
    return UserError(
        "E_FILE_UNREADABLE",
        f"{path} cannot be read.",
        "Nothing was changed.",
        "Check that the file is there, that the disk is connected and that you may read it.",
        str(error),
        Exit.UNREADABLE,
    )


def _no_portfolio(path: Path) -> UserError:
    return UserError(
        "E_NOT_A_PORTFOLIO",
        f"{path.name} is not a portfolio file.",
        "Nothing was changed.",
        "Choose a file whose name ends in .rubricfolio.",
        exit_code=Exit.UNREADABLE,
    )


def _newer(path: Path, details: str) -> UserError:
    return UserError(
        "E_NEWER",
        f"{path.name} was made by a newer version of rubricapp.",
        "Nothing was changed.",
        "Bring rubricapp up to date, then open it again.",
        details,
        Exit.REFUSED,
    )


def _unsafe(path: Path, details: str) -> UserError:
    return UserError(
        "E_UNSAFE",
        f"{path.name} is not laid out as a portfolio file is; it may be made to do harm.",
        "Nothing of it was opened.",
        "Ask whoever gave it to you for the original.",
        details,
        Exit.DAMAGED,
    )


def _damaged(path: Path, error: Exception) -> UserError:
    return UserError(
        "E_FILE_DAMAGED",
        f"{path.name} is damaged and cannot be shown.",
        "Nothing was changed.",
        "Copy or download it again, or ask whoever made it for another copy.",
        f"{type(error).__name__}: {error}",
        Exit.DAMAGED,
    )
