"""Files of works where they lie: plain, or sealed in a protected workspace. The one door to read and write them.

    files/<aa>/<sha256>             a plain one: its name is the hash of its bytes
    files/<aa>/<64 digits>.sealed   a sealed one: its name is a keyed hash of that hash; see `sealed_file`

Question: may a sealed file be called by the hash of its bytes? Decision: no, by an HMAC of it. Reasons: whoever has a
film could else prove by the name alone that somebody holds it. So a name also says which of the two a file is, and
both may lie side by side: protecting, taking protection away and a new key go on file by file, a crash leaves a mixture
in which everything is read, and whoever comes next goes on. 2026-11-29.

The length of a sealed file still tells that of the work to the byte, and its time of change when it was added.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rubricapp.store import places, sealed_file
from rubricapp.store.removing import remove
from rubricapp.store.sealed_file import Altered as Altered

ENDING = ".sealed"
CHUNK = 1 << 20
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Vault:
    """A folder of files. key: of a protected workspace, from which those for its files are drawn; b"" for a plain one.

    former: seeds of earlier keys, under which some files may still be sealed. It holds nothing of the database, so it
    may be handed to a worker.
    """

    def __init__(self, files: Path, key: bytes = b"", former: tuple[bytes, ...] = ()) -> None:
        self.files = files
        self._seeds: tuple[bytes, ...] = ()
        self.unlock(key, former)

    def unlock(self, key: bytes, former: tuple[bytes, ...] = ()) -> None:
        """From now on with this key."""
        self._seeds = (sealed_file.seed_of(key), *former) if key else ()

    def lock(self) -> None:
        """Forget the key: nothing sealed is read until `unlock`."""
        self._seeds = ()

    @property
    def is_sealed(self) -> bool:
        """Whether what is written is sealed."""
        return bool(self._seeds)

    @property
    def seed(self) -> bytes:
        """What the present keys of files are drawn from; b"" in a plain one."""
        return self._seeds[0] if self._seeds else b""

    @property
    def has_former(self) -> bool:
        """Whether files may still be sealed under an earlier key."""
        return len(self._seeds) > 1

    # Finding

    def name_of(self, text: str, seed: bytes = b"") -> str:
        """The name under which something is sealed: 64 digits that say nothing to whoever lacks the key."""
        return sealed_file.name_of(seed or self._seeds[0], text)

    def _plain(self, sha256: str) -> Path:
        return self.files / sha256[:2] / sha256

    def _sealed(self, sha256: str, seed: bytes) -> Path:
        name = self.name_of(sha256, seed)
        return self.files / name[:2] / (name + ENDING)

    def places(self, sha256: str) -> Iterator[Path]:
        """Wherever a file may lie, the usual place first. None for a name that is no hash: no path is made of it."""
        if HASH.fullmatch(sha256):
            yield from self._sealed_places(sha256)
            yield self._plain(sha256)

    def _sealed_places(self, sha256: str) -> Iterator[Path]:
        return (self._sealed(sha256, seed) for seed in self._seeds)

    def where(self, sha256: str) -> Path | None:
        """Where a file lies now, or None. Raises OSError."""
        return next((path for path in self.places(sha256) if path.is_file()), None)

    def find(self, sha256: str) -> Stored | None:
        """A file by the hash of its bytes; None where it is not here. Only its presence is looked at."""
        try:
            return Stored(sha256=sha256, vault=self) if self.where(sha256) is not None else None
        except (OSError, ValueError):
            return None

    def open(self, sha256: str) -> BinaryIO:
        """Read a file. Raises FileNotFoundError, Altered, OSError."""
        for again in (True, False):
            path = self.where(sha256)
            if path is None:
                break
            try:
                return self._open(path, sha256)
            except FileNotFoundError:
                if not again:
                    raise  # it was being sealed, or opened, at this very moment
        raise FileNotFoundError(2, os.strerror(2), sha256)

    def _open(self, path: Path, sha256: str) -> BinaryIO:
        if path.suffix != ENDING:
            return path.open("rb")
        return sealed_file.open_(path, self._seeds, sha256)

    def is_whole(self, sha256: str, on_read: Callable[[int], object] | None = None) -> bool:
        """Whether every byte of a file that is here is what it was. Raises OSError, but not Altered."""
        try:
            with self.open(sha256) as file:
                return hash_stream(file, on_read) == sha256
        except Altered:
            return False

    # Writing

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[tuple[Path, BinaryIO]]:
        """A half-made file, gone on with where it is there already: (its place, open to be written and read).

        `name` ends up in the name of the file, but not readably where it is sealed.
        """
        path = self.part_place(name)
        if self.is_sealed:
            with sealed_file.go_on(path, self.seed) as file:
                yield path, file
        else:
            with path.open("r+b" if path.exists() else "x+b") as file:
                yield path, file

    def part_place(self, name: str) -> Path:
        """Where that half-made file lies. A prefix up to a hyphen stays readable."""
        head, hyphen, tail = name.rpartition("-")
        return self.files / f"{head}{hyphen}{self.name_of(tail)[:32] if self.is_sealed else tail}.part"

    def put(self, part: Path, sha256: str) -> None:
        """Give a finished `part` its place, over what may be there. Raises OSError."""
        if self.is_sealed:
            sealed_file.finish(part, self.seed, sha256)
        place = next(self.places(sha256))
        places.make_folder(place.parent)
        places.put(part, place)
        places.sync_folder(self.files)
        for other in self.places(sha256):
            if other != place and other.exists():
                self._drop(other)

    def take(self, sha256: str, chunks: Iterable[bytes], step: Callable[[int], object] = lambda _: None) -> None:
        """Write a file, beside its place first. Raises OSError, and what `chunks` raises; then nothing is left.

        Whoever gives the chunks vouches for the hash.
        """
        places.make_folder(self.files)
        name = secrets.token_hex(16)
        path = self.part_place(name)
        try:
            with self.part(name) as (_path, file):
                for chunk in chunks:
                    file.write(chunk)
                    step(len(chunk))
            self.put(path, sha256)
        finally:
            path.unlink(missing_ok=True)

    def move_from(self, other: Vault, sha256: str) -> None:
        """Take a file over from another folder on the same disk. Raises OSError."""
        here = other.where(sha256)
        if here is None:
            raise FileNotFoundError(2, os.strerror(2), sha256)
        if other.is_sealed and self.is_sealed:
            sealed_file.wrap_anew(here, other._seeds, self.seed, sha256)
            self._rename(here, sha256)
        elif here.suffix != ENDING and not self.is_sealed:
            self._rename(here, sha256)
        else:
            with other.open(sha256) as file:
                self.take(sha256, iter(lambda: file.read(CHUNK), b""))
            other._drop(here)

    def _rename(self, path: Path, sha256: str) -> None:
        place = next(self.places(sha256))
        places.make_folder(place.parent)
        places.put(path, place)

    def _drop(self, path: Path) -> None:
        """Overwrite a file and delete it. While its bytes go it has a name under which nobody looks for a work: killed
        in between, zeros would else lie there for one. Raises OSError."""
        passing = self.part_place(secrets.token_hex(16))
        path.replace(passing)
        with contextlib.suppress(OSError):  # others lie there, too
            path.parent.rmdir()
        remove(passing)

    def delete(self, sha256: str) -> bool:
        """Delete a file, however it is kept; whether there was one. Raises OSError."""
        there = [path for path in self.places(sha256) if path.exists()]
        for path in there:
            path.unlink()
            with contextlib.suppress(OSError):  # others lie there, too
                path.parent.rmdir()
        return bool(there)

    # Small things beside the files

    def seal_bytes(self, data: bytes) -> bytes:
        """A few bytes, sealed under the present key; as they are in a plain workspace."""
        return sealed_file.seal_bytes(self.seed, data) if self.is_sealed else data

    def open_bytes(self, data: bytes) -> bytes:
        """The same the other way. Raises Altered."""
        return sealed_file.open_bytes(self.seed, data) if self.is_sealed else data

    # All of them

    def list_plain(self) -> list[Path]:
        """Files that are not sealed, half copies with them."""
        halves = [path for path in self.files.glob("*.part") if path.stat().st_size and not sealed_file.is_one(path)]
        return sorted(path for path in self.files.glob("??/*") if HASH.fullmatch(path.name)) + halves

    def list_sealed(self) -> list[Path]:
        """Files that are sealed, under whichever key."""
        return sorted(self.files.glob(f"??/*{ENDING}"))

    def list_former(self) -> list[Path]:
        """Files that are sealed under an earlier key, or still called as under one: a crash came between the two."""
        return [path for path in self.list_sealed() if self._is_former(path)]

    def holds_sealed(self, path: Path) -> bool:
        """Whether a sealed file lies there, every byte of it as it was. Raises OSError, but not Altered."""
        try:
            return self._holds(path, sealed_file.read_head(path, self._seeds).sha256)
        except (FileNotFoundError, Altered):
            return False

    def _holds(self, path: Path, sha256: str) -> bool:
        """The same of the file with this hash."""
        try:
            with sealed_file.open_(path, self._seeds, sha256) as file:
                return hash_stream(file) == sha256
        except (FileNotFoundError, Altered):
            return False

    def adopt(self, part: Path, name: str) -> bool:
        """Give a sealed file that came in a backup its place, where it is whole and of this name. Raises OSError."""
        if not self.holds_sealed(part):
            return False
        head = sealed_file.read_head(part, self._seeds)
        if self.name_of(head.sha256, head.seed) + ENDING != name:
            return False
        place = self.files / name[:2] / name
        places.make_folder(place.parent)
        places.put(part, place)
        return True

    def _is_former(self, path: Path) -> bool:
        try:
            head = sealed_file.read_head(path, self._seeds)
        except Altered:
            return False  # none of ours opens it
        return head.seed != self.seed or path.name != self._sealed(head.sha256, self.seed).name

    def wrap_anew(self, path: Path) -> None:
        """Bring a file of an earlier key under the present one. Raises Altered, OSError."""
        sha256 = sealed_file.wrap_anew(path, self._seeds, self.seed)
        self._rename(path, sha256)

    def seal(self, path: Path, step: Callable[[int], object] = lambda _: None) -> None:
        """Seal a file that lies here plain, prove it, and overwrite the plain one. Raises OSError, what `step` raises.

        One that was altered meanwhile is sealed as it is, under the name that it has: reading says so, as before. But
        what a crash left of one that was being overwritten never takes the place of the sealed one, which is whole.
        """
        if path.suffix == ".part" or any(self._holds(each, path.name) for each in self._sealed_places(path.name)):
            self._drop(path)  # of a half copy, the copying begins anew
            return
        digest = hashlib.sha256()

        def chunks() -> Iterator[bytes]:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    yield chunk

        places.make_folder(self.files)
        part = self.part_place(secrets.token_hex(16))
        try:
            with sealed_file.go_on(part, self.seed) as file:
                for chunk in chunks():
                    file.write(chunk)
                    step(len(chunk))
            sealed_file.finish(part, self.seed, path.name)
            with sealed_file.open_(part, self._seeds, path.name) as file:
                if hash_stream(file) != digest.hexdigest():
                    raise Altered(f"{path.name} was not sealed as it is")
            place = self._sealed(path.name, self.seed)
            places.make_folder(place.parent)
            places.put(part, place)
        finally:
            part.unlink(missing_ok=True)
        self._drop(path)

    def unseal(self, path: Path, step: Callable[[int], object] = lambda _: None) -> None:
        """Put a sealed file's bytes into a plain one, then delete it. Raises Altered, OSError, what `step` raises."""
        sha256 = sealed_file.read_head(path, self._seeds).sha256
        part = self.files / f"{secrets.token_hex(16)}.part"
        try:
            with sealed_file.open_(path, self._seeds, sha256) as file, part.open("xb") as copy:
                while chunk := file.read(CHUNK):
                    copy.write(chunk)
                    step(len(chunk))
            place = self._plain(sha256)
            places.make_folder(place.parent)
            places.put(part, place)
        finally:
            part.unlink(missing_ok=True)
        path.unlink()
        with contextlib.suppress(OSError):
            path.parent.rmdir()


@dataclass(frozen=True)
class Stored:
    """A file of a work: in a vault, by its hash; or, linked, where its path says. Nothing is read before `open`."""

    path: Path | None = None
    sha256: str = ""
    vault: Vault | None = None

    @property
    def plain(self) -> Path | None:
        """Where a program that knows nothing of vaults may read it; None where it is sealed, or gone."""
        found = self.path if self.vault is None else self.vault.where(self.sha256)
        return found if found is not None and found.suffix != ENDING else None

    @property
    def place(self) -> Path | None:
        """The file itself, sealed or not; None where it is gone."""
        return self.path if self.vault is None else self.vault.where(self.sha256)

    def open(self) -> BinaryIO:
        """Its bytes, to read and to seek in. Raises OSError; Altered where it is sealed and was altered."""
        return self.path.open("rb") if self.vault is None else self.vault.open(self.sha256)

    def size(self) -> int:
        """How many bytes it has. Raises OSError, Altered."""
        plain = self.plain
        if plain is not None:
            return plain.stat().st_size
        with self.open() as file:
            return file.seek(0, os.SEEK_END)

    def has_size(self, size: int) -> bool:
        """Whether it is here and has so many bytes."""
        try:
            return self.size() == size
        except (OSError, ValueError):
            return False

    def hash(self, on_read: Callable[[int], object] | None = None) -> str:
        """SHA-256 of its bytes, every one read. on_read: told the bytes read so far. Raises OSError, Altered."""
        with self.open() as file:
            return hash_stream(file, on_read)


def hash_stream(file: BinaryIO, on_read: Callable[[int], object] | None = None) -> str:
    """SHA-256 of what is left of a stream, hexadecimal."""
    digest, done = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        done += len(chunk)
        if on_read is not None:
            on_read(done)
    return digest.hexdigest()
