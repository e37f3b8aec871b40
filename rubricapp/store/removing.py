"""Overwriting what was readable before it is deleted, as far as a file system can promise that."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20


def remove(path: Path) -> None:
    """Overwrite a file, then delete it, and its folder where that is empty then. Raises OSError.

    Where a disk writes elsewhere, as flash, snapshots and logs do, the old bytes may stay until it needs the space.
    """
    overwrite(path)
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # others lie there, too
        if path.parent.name != "files":
            path.parent.rmdir()


def overwrite(path: Path) -> None:
    """Put zeros in the place of a file's bytes; holes stay holes, and a file with a second name stays as it is."""
    if not path.exists() or path.stat().st_nlink > 1:  # another name of it is somebody's copy
        return
    with path.open("rb+") as file:
        end = path.stat().st_size
        for start, stop in _written(file, end):
            file.seek(start)
            while start < stop:
                start += file.write(bytes(min(_CHUNK, stop - start)))
        file.flush()
        os.fsync(file.fileno())


def _written(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a file that lie on the disk: all of it where the system does not tell."""
    if not hasattr(os, "SEEK_DATA"):
        yield 0, end
        return
    at = 0
    while at < end:
        try:
            at = os.lseek(file.fileno(), at, os.SEEK_DATA)
            stop = os.lseek(file.fileno(), at, os.SEEK_HOLE)
        except OSError:
            return  # nothing but a hole is left
        yield at, stop
        at = stop
