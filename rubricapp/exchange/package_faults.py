"""Why a package cannot be opened, as its reader can act on it."""

from __future__ import annotations

from pathlib import Path

from rubricapp.errors import Exit, UserError

ENDING = ".rubricpack"


def wants_passphrase(path: Path, error: UserError) -> UserError:
    return UserError(
        "E_SEALED",
        f"{path.name} opens with a passphrase.",
        "Nothing was opened.",
        "Ask whoever made it to say it by phone; on the command line, --passphrase-file gives it.",
        error.details,
        Exit.REFUSED,
    )


def folder(path: Path) -> UserError:
    return UserError(
        "E_FILE_UNREADABLE",
        f"{path} is a folder.",
        "Nothing was changed.",
        f"Name the packages in it: {path / ('*' + ENDING)}",
        exit_code=Exit.UNREADABLE,
    )


def unreadable(path: Path, error: Exception) -> UserError:
    return UserError(
        "E_FILE_UNREADABLE",
        f"{path} cannot be read.",
        "Nothing was changed.",
        "Check that the file is there, that the stick is connected and that you may read it.",
        str(error),
        Exit.UNREADABLE,
    )


def newer(path: Path, details: str) -> UserError:
    return UserError(
        "E_NEWER",
        f"{path.name} was made by a newer version.",
        "Nothing was changed.",
        "Update this laptop, then open the package again.",
        details,
        Exit.REFUSED,
    )


def damaged(path: Path, error: Exception) -> UserError:
    return UserError(
        "E_FILE_DAMAGED",
        f"{path.name} is damaged or cut short.",
        "Nothing was changed.",
        "Copy it again from where it was made.",
        f"{type(error).__name__}: {error}",
        Exit.DAMAGED,
    )


def no_package(path: Path) -> UserError:
    return UserError(
        "E_NOT_A_PACKAGE",
        f"{path.name} is not a package.",
        "Nothing was changed.",
        "Copy it again from where it was made."
        if path.suffix == ENDING
        else f"Choose a file whose name ends in {ENDING}.",
        exit_code=Exit.UNREADABLE,
    )
