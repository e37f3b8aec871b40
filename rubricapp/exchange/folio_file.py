"""The portfolio file `.rubricfolio`: what it holds, and how it is written and signed. Read in `folio_reading`.

    manifest.json       format, kind, programme, made_on, signer, public key; every member with size and SHA-256
    manifest.sig        64 bytes: Ed25519 over PURPOSE and the manifest's bytes
    portfolio.json      the `Folio` of `core.folio`, as canonical JSON
    files/<sha256>      the files of its works

One ZIP, laid out by `plain_zip`, so the same portfolio gives the same bytes and every byte can be checked: those of
the members by their hashes, those of the wrapping because only one wrapping is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.folio import FORMAT, Folio
from rubricapp.exchange import plain_zip, signing, strict_json
from rubricapp.exchange.plain_zip import chunks_of
from rubricapp.store import places
from rubricapp.store.vault import Altered, Stored

MANIFEST, SIGNATURE, PORTFOLIO, FILES = "manifest.json", "manifest.sig", "portfolio.json", "files/"
KIND = "portfolio"
PURPOSE = b"rubricapp portfolio\n"
"""Signed before the manifest, so that what was signed as one thing is never taken for another."""
MOST_FILES = 10_000
LARGEST_MANIFEST = 4 << 20
LARGEST_PORTFOLIO = 16 << 20

Step = Callable[[int], None]


@dataclass(frozen=True)
class Listed:
    """A member as the manifest has it. size: bytes. sha256: of its bytes, hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What was signed. public_key: hexadecimal. made_on: ISO day."""

    format: int
    kind: str
    programme: str
    made_on: str
    signer: str
    public_key: str
    members: tuple[Listed, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was signed. kind: manifest, signature, altered, missing, added or wrapping.

    name: of the member; "" for the wrapping.
    """

    kind: str
    name: str = ""


class FileAltered(Exception):
    """A file is not the one that it was said to be, or cannot be read. Its first argument: the hash it should have."""


def write(
    place: Path,
    folio: Folio,
    files: Mapping[str, Stored],
    key: signing.Key,
    signer: str,
    step: Step,
    prove: Callable[[Path], None] = lambda _: None,
) -> None:
    """Write a portfolio file under another name beside its place, then rename it: whole, or not at all.

    files: by the SHA-256 of their bytes. step: told of how many bytes of them were written.
    prove: looks at the finished file before it gets its place, and raises where it is not good.
    Raises FileAltered, OSError, ValueError where the portfolio itself is larger than what is read again.
    """
    said = strict_json.dump(folio)
    if len(said) > LARGEST_PORTFOLIO or len(files) > MOST_FILES or strict_json.read(Folio, said) != folio:
        raise ValueError("larger than a portfolio may be")
    listed = [Listed(PORTFOLIO, len(said), hashlib.sha256(said).hexdigest())]
    for name in sorted(files):
        try:
            listed.append(Listed(FILES + name, files[name].size(), name))
        except Altered:
            raise FileAltered(name) from None
    manifest = strict_json.dump(
        Manifest(FORMAT, KIND, folio.programme, folio.made_on, signer, key.public.hex(), tuple(listed))
    )
    signature = key.sign(PURPOSE + manifest)
    members: list[tuple[str, int, Iterable[bytes]]] = [
        (name, len(data), [data]) for name, data in ((MANIFEST, manifest), (SIGNATURE, signature), (PORTFOLIO, said))
    ]
    members += [(each.name, each.size, _checked(files[each.sha256], each, step)) for each in listed[1:]]
    part = place.with_name(f".{place.name}.part")
    try:
        with part.open("wb") as out:
            plain_zip.write(out, members)
        prove(part)
        places.put(part, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _checked(stored: Stored, listed: Listed, step: Step) -> Iterator[bytes]:
    digest = hashlib.sha256()
    try:
        with stored.open() as file:
            for chunk in chunks_of(file, 0, listed.size, step):
                digest.update(chunk)
                yield chunk
    except (EOFError, OSError):
        raise FileAltered(listed.sha256) from None
    if digest.hexdigest() != listed.sha256:
        raise FileAltered(listed.sha256)
