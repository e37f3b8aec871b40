"""The package `.rubricpack`: what travels between laptops, signed inside, sealed outside.

    rubricpack 1\\n
    length of the head, 8 hexadecimal digits, \\n
    the head: JSON that anybody may read: who made it, for which programme, for whom; proven only once it is open
    an age stream to the end of the file; inside it one `signed_zip`:
        changes         deflated lines, see `change_lines`
        files/<sha256>  files that its recipient needs

It is sealed for its recipient and for the programme's recovery key; a passphrase opens a key in the head. Opening goes
through a file beside the workspace that is taken away afterwards, itself sealed under a key that only this process
has: so a package of any size is read in bounded memory and leaves nothing readable on the disk. Nothing of it is
believed before every byte was checked.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from rubricapp.core.merging import Arriving
from rubricapp.core.peer_scores import GivenFeedback
from rubricapp.errors import UserError
from rubricapp.exchange import change_lines, package_faults, sealing, signed_zip, signing, strict_json
from rubricapp.exchange.folio_file import FILES, Listed
from rubricapp.exchange.plain_zip import chunks_of, thrown_away
from rubricapp.store import places
from rubricapp.store.sealed_file import passing
from rubricapp.store.vault import Stored, Vault

FORMAT = 1
ENDING = package_faults.ENDING
PURPOSE = b"rubricapp package\n"
KIT, RETURN = "kit", "return"
CHANGES = "changes"
MOST_FILES = 10_000
_MAGIC = b"rubricpack 1\n"
_MAGIC_ANY = b"rubricpack "
_LARGEST_HEAD = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

Step = Callable[[int], None]


@dataclass(frozen=True)
class Head:
    """What stands outside, for whoever finds the file. Not proven: see `Manifest`. wrapped: a sealed key."""

    format: int
    kind: str
    id: str
    programme: str
    edition: str
    made_on: str
    sender: str
    laptop: str
    recipient: str
    fingerprint: str
    wrapped: str = ""

    @property
    def asks_passphrase(self) -> bool:
        return bool(self.wrapped)


@dataclass(frozen=True)
class Manifest:
    """What was signed. Ids of people, programme and devices are those of the workspace; days are ISO days.

    number: the sender's how manieth package. ranges: (device, first, last) of the runs inside. before: (device, seq,
    hash) of the change before each run that does not begin at 1. seen: (device, last number) that the sender has.
    devices: (id, name). sealing_key, public_key: of the sender. recovery_key: the programme's, or "".
    in_parts: devices whose logs the recipient gets in parts only, as a kit holds no more than may be seen. ticket:
    drawn for a kit, and given back by the returns that answer it: so a lead knows whose new laptop it is. feedback: of
    peers on its recipient's own work, in a kit.
    """

    format: int
    kind: str
    id: str
    programme: str
    programme_name: str
    edition_name: str
    made_at: str
    sender: str
    sender_person: str
    sender_name: str
    recipient_person: str
    recipient_name: str
    number: int
    public_key: str
    sealing_key: str
    recovery_key: str
    changes: int
    devices: tuple[tuple[str, str], ...]
    ranges: tuple[tuple[str, int, int], ...]
    before: tuple[tuple[str, int, str], ...]
    seen: tuple[tuple[str, int], ...]
    in_parts: tuple[str, ...] = ()
    ticket: str = ""
    feedback: tuple[GivenFeedback, ...] = ()
    members: tuple[Listed, ...] = ()

    @property
    def laptop(self) -> str:
        """What the sender's device is called."""
        return dict(self.devices).get(self.sender, "")

    @property
    def fingerprint(self) -> str:
        return signing.fingerprint(bytes.fromhex(self.public_key))


@dataclass(frozen=True)
class Package:
    """An open package, every byte of it checked. files: hashes of the files inside."""

    path: Path
    head: Head
    manifest: Manifest
    opened: signed_zip.Opened

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(each.name.removeprefix(FILES) for each in self.opened.listed if each.name.startswith(FILES))

    def changes(self) -> Iterator[Arriving]:
        """The changes inside. Raises UserError E_FILE_DAMAGED."""
        devices = [device for device, _name in self.manifest.devices]
        with _door(self.path):
            yield from change_lines.inflated(self.opened.chunks(CHANGES), devices)

    def copy_file(self, sha256: str, to: Vault, step: Step = lambda _: None) -> None:
        """Copy a file out into a vault. Raises UserError, OSError."""
        with _door(self.path):
            to.take(sha256, self.opened.chunks(FILES + sha256), step)


# Writing


def write(
    place: Path,
    manifest: Manifest,
    changes: Sequence[Arriving],
    files: Mapping[str, Stored],
    key: signing.Key,
    recipients: Sequence[str],
    passphrase: str = "",
    step: Step = lambda _: None,
) -> Head:
    """Write a sealed package under another name beside its place, then rename it: whole, or not at all.

    manifest: without members. files: by SHA-256. recipients: "age1…", one or more, or a passphrase, or both.
    Raises UserError E_PASSPHRASE, OSError, ValueError for more than is read again.
    """
    if len(files) > MOST_FILES:
        raise ValueError("more files than a package may hold")
    wrapped = ""
    recipients = list(recipients)
    if passphrase:
        opener = sealing.new_identity()
        wrapped = base64.b64encode(sealing.wrap(opener, passphrase)).decode("ascii")
        recipients.append(opener.public)
    part = place.with_name(f".{place.name}.part")
    try:
        with (
            passing(place.parent) as lines,
            passing(place.parent) as plain,
            part.open("wb") as out,
        ):
            manifest = _write_plain(plain, lines, manifest, changes, files, key, step)
            head = _head(manifest, wrapped)
            said = strict_json.dump(head)
            out.write(_MAGIC + f"{len(said):08x}\n".encode() + said)
            plain.seek(0)
            sealing.seal(plain, out, recipients)
        places.put(part, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return head


def _write_plain(
    plain: BinaryIO,
    lines: BinaryIO,
    manifest: Manifest,
    changes: Sequence[Arriving],
    files: Mapping[str, Stored],
    key: signing.Key,
    step: Step,
) -> Manifest:
    digest, size = hashlib.sha256(), 0
    for chunk in change_lines.deflated(changes, [device for device, _name in manifest.devices]):
        digest.update(chunk)
        size += len(chunk)
        lines.write(chunk)
    listed = [Listed(CHANGES, size, digest.hexdigest())]
    listed += [Listed(FILES + name, files[name].size(), name) for name in sorted(files)]
    manifest = replace(manifest, members=tuple(listed))

    def members() -> Iterator[tuple[Listed, Iterator[bytes]]]:
        yield listed[0], chunks_of(lines, 0, size)
        for each in listed[1:]:
            yield each, _bytes_of(files[each.sha256], each.size, step)

    signed_zip.write(plain, strict_json.dump(manifest), key, PURPOSE, members())
    return manifest


def _bytes_of(stored: Stored, size: int, step: Step) -> Iterator[bytes]:
    with stored.open() as file:
        yield from chunks_of(file, 0, size, step)


def _head(manifest: Manifest, wrapped: str) -> Head:
    return Head(
        manifest.format,
        manifest.kind,
        manifest.id,
        manifest.programme_name,
        manifest.edition_name,
        manifest.made_at[:10],
        manifest.sender_name,
        manifest.laptop,
        manifest.recipient_name,
        manifest.fingerprint,
        wrapped,
    )


# Reading


@contextlib.contextmanager
def _door(path: Path) -> Iterator[None]:
    """Whatever reading a stranger's package raises becomes one sentence: the file is damaged, or too new."""
    try:
        yield
    except strict_json.Unknown as error:
        raise package_faults.newer(path, str(error)) from error
    except (signed_zip.Damaged, ValueError, EOFError, RecursionError, KeyError, TypeError) as error:
        raise package_faults.damaged(path, error) from error


def read_head(path: Path) -> Head:
    """What stands outside a package. Raises UserError: E_FILE_UNREADABLE, E_NOT_A_PACKAGE, E_NEWER, E_FILE_DAMAGED."""
    with _reading(path) as file:
        try:
            return _read_head(path, file)
        except OSError as error:  # the stick was pulled out
            raise package_faults.unreadable(path, error) from error


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        if path.is_dir():
            raise package_faults.folder(path)
        if path.exists() and not path.is_file():
            raise OSError("neither a file nor a folder")
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise package_faults.unreadable(path, error) from error
    with file:
        yield file


def _read_head(path: Path, file: BinaryIO) -> Head:
    begins = file.read(len(_MAGIC))
    if not begins.startswith(_MAGIC_ANY):
        raise package_faults.no_package(path)
    if begins != _MAGIC:
        raise package_faults.newer(path, begins.decode("ascii", "replace"))
    with _door(path):
        length = file.read(9)
        if len(length) != 9 or length[8:] != b"\n" or int(length[:8], 16) > _LARGEST_HEAD:
            raise ValueError("no head")
        said = file.read(int(length[:8], 16))
        if len(said) != int(length[:8], 16):
            raise EOFError("the head is cut short")
        plain = strict_json.load(said)
        if type(plain) is dict and type(plain.get("format")) is int and plain["format"] > FORMAT:
            raise package_faults.newer(path, f"format {plain['format']}")
        return strict_json.build(Head, plain)


@contextlib.contextmanager
def opened(
    path: Path, identities: Sequence[sealing.Identity], beside: Path, passphrase: str = "", step: Step = lambda _: None
) -> Iterator[Package]:
    """A package, unsealed and checked byte by byte. beside: a folder for what is unsealed, for as long as it is open.

    Raises UserError: those of `read_head`, E_SEALED, E_PASSPHRASE, E_DISK.
    """
    with _reading(path) as file, contextlib.ExitStack() as stack:
        try:
            head = _read_head(path, file)
            keys = list(identities)
            if head.wrapped and passphrase:
                with _door(path):
                    wrapped = base64.b64decode(head.wrapped, validate=True)
                keys.append(sealing.unwrap_spoken(wrapped, passphrase))
            plain = stack.enter_context(thrown_away(beside))
            try:
                sealing.unseal(file, plain, keys)
            except UserError as error:
                if head.wrapped and not passphrase and error.code == "E_SEALED":
                    raise package_faults.wants_passphrase(path, error) from error
                raise
            plain.flush()
        except OSError as error:
            if error.errno == errno.EIO or not path.exists():  # the stick was pulled out
                raise package_faults.unreadable(path, error) from error
            raise UserError(
                "E_DISK",
                "There is no space to open this package.",
                "Nothing was changed.",
                "Free some space on this laptop, then try again.",
                str(error),
            ) from error
        with _door(path):
            package = _read_plain(path, head, plain, step)
        yield package


def _read_plain(path: Path, head: Head, plain: BinaryIO, step: Step) -> Package:
    signed = signed_zip.read_signed(plain)
    said = strict_json.load(signed.manifest)
    if type(said) is dict and type(said.get("format")) is int and said["format"] > FORMAT:
        raise package_faults.newer(path, f"format {said['format']}")
    manifest = strict_json.build(Manifest, said)
    if not signing.holds(bytes.fromhex(manifest.public_key), PURPOSE + signed.manifest, signed.signature):
        raise signed_zip.Damaged("the signature")
    names = [each.name for each in manifest.members]
    if (
        manifest.format < 1
        or manifest.kind not in (KIT, RETURN)
        or names[:1] != [CHANGES]
        or names[1:] != sorted({FILES + each.sha256 for each in manifest.members[1:]})
        or len(names) > MOST_FILES + 1
        or min(each.size for each in manifest.members) < 0
        or not all(_ID.fullmatch(device) for device, _name in manifest.devices)
        or not all(_HASH.fullmatch(link) for _device, _seq, link in manifest.before)
        or not all(map(_HASH.fullmatch, (each.sha256 for each in manifest.members)))
        or _head(manifest, head.wrapped) != head
    ):
        raise signed_zip.Damaged("the manifest")
    opened_ = signed_zip.Opened(plain, manifest.members, signed.starts)
    opened_.verify(signed, step)
    return Package(path, head, manifest, opened_)
