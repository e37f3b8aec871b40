"""All files of a workspace as they should lie: sealed under the present key in a protected one, else plain.

File by file; each is whole in one form before the other goes, so that it may be stopped, killed and gone on with. It
touches no database, and may run beside the window.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from rubricapp.jobs import Progress
from rubricapp.store.removing import remove
from rubricapp.store.vault import ENDING, Altered, Vault

_LABEL = "files"


def count_plain(vault: Vault) -> int:
    """How many files of a workspace are not sealed, half copies and small pictures with them."""
    return len(vault.list_plain()) + len(_pictures(vault, ".jpg"))


def _pictures(vault: Vault, ending: str) -> list[Path]:
    return sorted((vault.files.parent / "thumbnails").glob(f"*{ending}"))


def seal_files(vault: Vault, progress: Progress) -> int:
    """Seal what lies plain, and bring what is sealed under an earlier key under the present one; returns how many.

    A file that cannot be read or that another program holds is left, and counted again by `count_plain`.
    Raises OSError where there is no space, Cancelled.
    """
    for path in _pictures(vault, ".jpg"):
        remove(path)  # made again, sealed, where they are looked at
    plain, former = vault.list_plain(), vault.list_former()
    sizes = {path: path.stat().st_size for path in plain}
    total, done, count = max(1, sum(sizes.values())), 0, 0
    for path in former:
        progress.step(done, total, _LABEL)
        try:
            vault.wrap_anew(path)
            count += 1
        except Altered:
            continue  # `check` says so
    for path in plain:
        progress.step(done, total, _LABEL)
        if sizes[path] > shutil.disk_usage(vault.files).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        try:
            vault.seal(path, _steps(progress, done, total))
            count += 1
        except PermissionError:
            continue
        done += sizes[path]
    progress.step(total, total, _LABEL)
    return count


def open_files(vault: Vault, progress: Progress) -> tuple[Path, ...]:
    """Put every sealed file's bytes into a plain one again; returns those that were altered, which stay as they are.

    Raises OSError where there is no space, Cancelled.
    """
    for path in _pictures(vault, ENDING):
        path.unlink()
    sealed = vault.list_sealed()
    sizes = {path: path.stat().st_size for path in sealed}
    total, done = max(1, sum(sizes.values())), 0
    altered = []
    for path in sealed:
        progress.step(done, total, _LABEL)
        if sizes[path] > shutil.disk_usage(vault.files).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        try:
            vault.unseal(path, _steps(progress, done, total))
        except Altered:
            altered.append(path)
        done += sizes[path]
    progress.step(total, total, _LABEL)
    return tuple(altered)


def _steps(progress: Progress, before: int, total: int) -> Callable[[int], None]:
    done = before

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress.step(min(done, total), total, _LABEL)

    return step
