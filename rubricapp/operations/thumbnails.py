"""Small pictures of works, kept beside the workspace so that a portfolio opens at once.

A cache and nothing else: bounded, never trusted (whoever reads one decodes it with the care due to a stranger's file),
made again at will, in no backup and no package; in a protected workspace sealed, under names that say nothing. Pictures
of works that are gone, as after erasing a person, go with `sweep_thumbnails`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import uuid
from pathlib import Path

from rubricapp.core.portfolio import Artefact
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.vault import ENDING, Stored, Vault
from rubricapp.store.workspace import Workspace

MOST_FILES = 2000
MOST_BYTES = 256 << 10
"""Of one picture."""
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


def key_of(artefact: Artefact, file: Stored) -> str:
    """What a picture is kept under: the hash of a copied file; of a linked one its place, size and time of change.

    "" where that cannot be read.
    """
    if _KEY.fullmatch(artefact.sha256):
        return artefact.sha256
    try:
        said = file.path.stat() if file.path is not None else None
    except OSError:
        said = None
    if said is None:
        return ""
    known = f"{file.path}\n{said.st_size}\n{said.st_mtime_ns}"
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()


def folder_of(vault: Vault) -> Path:
    """Where the pictures lie."""
    return vault.files.parent / "thumbnails"


def _name(vault: Vault, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    return f"{vault.name_of('thumbnail ' + key)}{ENDING}" if vault.is_sealed else f"{key}.jpg"


def find_thumbnail(vault: Vault, key: str) -> bytes | None:
    """The picture (JPEG) kept under a key, or None; one that is too large to be ours is none."""
    try:
        with (folder_of(vault) / _name(vault, key)).open("rb") as file:
            data = vault.open_bytes(file.read(MOST_BYTES + 100))
    except OSError:
        return None
    return data if len(data) <= MOST_BYTES else None


def keep_thumbnail(vault: Vault, key: str, picture: bytes) -> None:
    """Keep a picture; the oldest ones go where there are too many. A disk that refuses is no fault: it is a cache."""
    if len(picture) > MOST_BYTES:
        return
    place = folder_of(vault) / _name(vault, key)
    part = place.with_name(f"{uuid.uuid4().hex}.part")
    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        _thin(place.parent)
        try:
            part.write_bytes(vault.seal_bytes(picture))
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def sweep_thumbnails(ws: Workspace) -> int:
    """Take away what is no picture of a work that is here; returns how many went. Raises OSError."""
    folder = folder_of(ws.vault)
    if not folder.is_dir():
        return 0
    keys = {artefact.sha256 for artefact in list_artefacts(ws) if artefact.sha256}
    for artefact in list_artefacts(ws):
        file = find_file(ws, artefact) if not artefact.sha256 else None
        if file is not None:
            keys.add(key_of(artefact, file))
    wanted = {_name(ws.vault, key) for key in keys if _KEY.fullmatch(key)}
    gone = [path for path in folder.iterdir() if path.name not in wanted and path.suffix in (".jpg", ENDING, ".part")]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _thin(folder: Path) -> None:
    """Make room for one more: a tenth goes at once, the oldest first."""
    with os.scandir(folder) as entries:
        found = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in entries]
    if len(found) >= MOST_FILES:
        for _age, path in sorted(found)[: len(found) - MOST_FILES + MOST_FILES // 10]:
            Path(path).unlink(missing_ok=True)
