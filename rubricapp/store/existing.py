"""Whether there is a workspace in a folder, without opening it."""

from __future__ import annotations

from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.store import key_file, places, upgrading
from rubricapp.store.workspace import FILE_NAME


def exists(folder: Path) -> bool:
    """Whether the folder holds a workspace of ours (of any version)."""
    path = folder / FILE_NAME
    try:
        if not path.is_file():
            return False
        lock = places.share(folder)
    except OSError:
        return False
    except UserError as error:
        # Somebody works in it, perhaps this very process: then the file must not even be looked at (see the top).
        return error.code == "E_LOCKED"
    try:
        if key_file.is_encrypted(path):
            return bool(key_file.read(folder))
        upgrading.read_version(path)
    except UserError as error:
        return error.code == "E_NEWER"
    except OSError:
        return False
    finally:
        if lock is not None:
            lock.release()
    return True
