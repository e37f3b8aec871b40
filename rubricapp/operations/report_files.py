"""Files that reports become: safe names, written beside their place and renamed; the batch that tells what was made."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import Problem
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.store import places, upgrading

_LONGEST = 160  # bytes of a name without its ending: the limit is 255, and Windows counts the folder, too
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Batch:
    """What making reports gave. files: in order. notes: remarks on reports that were made.

    problems: of severity "warning" where a report was made with something to look at, "error" where it was not made.
    """

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def safe_file_name(text: str, otherwise: str = "report") -> str:
    """The text as a file name without ending that Windows, macOS and Linux all take; letters of any script stay.

    otherwise: the name where nothing is left.
    """
    kept = "".join(
        " "
        if unicodedata.category(each) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
        else "-"
        if each in '<>:"/\\|?*'
        else each
        for each in unicodedata.normalize("NFC", text)
        if unicodedata.category(each) != "Cf" or each in "\u200c\u200d"
    )
    kept = " ".join(kept.split()).strip(". ")
    while len(kept.encode()) > _LONGEST:
        kept = kept[:-1].rstrip(". ")
    if _RESERVED.match(kept):
        kept = f"_{kept}"
    return kept or otherwise


def prepare_folder(folder: Path) -> None:
    """Make sure that files can be written into the folder. Raises UserError saying why not."""
    try:
        places.make_folder(folder)
        probe = folder / f".{os.getpid()}.part"
        try:
            probe.write_bytes(b"")
        finally:
            upgrading.remove(probe)
    except (FileExistsError, NotADirectoryError) as error:
        raise UserError(
            "E_NOT_A_FOLDER",
            _("{place} is not a folder.").format(place=folder),
            _("Nothing was written."),
            _("Choose another place."),
            str(error),
            Exit.UNREADABLE,
        ) from None
    except (OSError, ValueError) as error:
        raise not_written(folder, error) from None


def write_beside(path: Path, data: bytes) -> None:
    """Write the whole file under another name, then rename it into its place: never half a report, also where the power
    is cut. Raises OSError."""
    with replacing(path) as part:
        part.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives another name beside `path` to write to; the finished file gets its place. A failure leaves nothing."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        places.put(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def not_written(path: Path, error: Exception) -> UserError:
    """Why a file or folder could not be written, as a person can act on it."""
    if isinstance(error, OSError) and error.errno in FULL:
        what, do = _("The disk of {place} is full."), _("Free some space, or choose another disk.")
    elif isinstance(error, IsADirectoryError) and path.is_dir():
        what, do = _("{place} is a folder, not a file."), _("Choose another name.")
    elif isinstance(error, FileExistsError | NotADirectoryError):
        what, do = _("{place} cannot be written: its folder is not a folder."), _("Choose another place.")
    else:
        what, do = _("{place} cannot be written."), _("Choose another place, or close the program that has it open.")
    return UserError(
        "E_CANNOT_WRITE",
        what.format(place=path),
        _("What was there before is unchanged."),
        do,
        str(error),
        Exit.REFUSED,
    )


def glyph_problem(name: str, characters: tuple[str, ...]) -> Problem:
    """The named problem of a report in which boxes stand for letters that no font has."""
    shown = ", ".join(
        f"{each} (U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() + ")" for each in characters[:8]
    )
    if len(characters) > 8:
        shown += _(" and {n} more").format(n=len(characters) - 8)
    return Problem(
        "R_GLYPHS",
        _("{name}: the report fonts lack {characters}; a box stands in each place.").format(
            name=name, characters=shown
        ),
        _("Write it with other letters."),
        severity="warning",
    )
