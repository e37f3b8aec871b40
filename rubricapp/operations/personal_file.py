"""Writing what `personal_data` gathered: one ZIP, beside its place and then renamed, large works a chunk at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import Person
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import personal_pages
from rubricapp.operations.personal_data import Attached, PersonalData, collect
from rubricapp.operations.report_files import not_written, replacing
from rubricapp.store import places
from rubricapp.store.workspace import Workspace

_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_DANGEROUS = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True)
class Exported:
    """What was written. records: how many, with those said of others. left_out: in words."""

    path: Path
    records: int
    files: int
    left_out: tuple[str, ...]


def write(collected: PersonalData, path: Path, progress: Progress) -> Exported:
    """Write the ZIP beside its place, then rename it. Touches no database, so it may run beside the window.

    Raises UserError where it cannot be written, Cancelled; then what was there before is unchanged.
    """
    altered: list[str] = []
    try:
        places.make_folder(path.parent)
        if path.is_dir():
            raise IsADirectoryError(21, "is a folder", str(path))
        with replacing(path) as part, zipfile.ZipFile(part, "w") as archive:
            for done, each in enumerate(collected.files):
                step = _stepper(progress, done, len(collected.files) + 1, each.name)
                step()
                if not _pack(archive, each, step):
                    altered.append(each.name)
            data = {
                **collected.data,
                "files": [
                    {"name": each.name, "sha256": each.sha256, "size": each.size, "whole": each.name not in altered}
                    for each in collected.files
                ],
                "left_out": [
                    *collected.left_out,
                    *(_("The file {name} is not as it was when it was added.").format(name=name) for name in altered),
                ],
            }
            for name, text in _texts(collected.person, data):
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, text.encode("utf-8", "replace"))
            progress.step(len(collected.files) + 1, len(collected.files) + 1)
    except (OSError, ValueError) as error:
        raise not_written(path, error) from error
    about = data["about"]
    records = sum(len(rows) for rows in about.values()) + sum(len(rows) for rows in data["said_of_others"].values())
    return Exported(path, records, len(data["files"]), tuple(data["left_out"]))


def _stepper(progress: Progress, done: int, total: int, label: str) -> Callable[[], None]:
    return lambda: progress.step(done, total, label)


def _pack(archive: zipfile.ZipFile, file: Attached, step: Callable[[], None]) -> bool:
    """Copy one file, a chunk at a time; returns whether its bytes are what they were. An altered one stays, named."""
    digest = hashlib.sha256()
    try:
        source = file.stored.open()
    except OSError:
        return False
    entry = zipfile.ZipInfo(file.name, _DATE)
    with source, archive.open(entry, "w", force_zip64=True) as packed:
        while True:
            try:
                chunk = source.read(_CHUNK)
            except OSError:
                return False
            if not chunk:
                break
            packed.write(chunk)
            digest.update(chunk)
            step()
    return digest.hexdigest() == file.sha256


def _texts(person: Person, data: dict) -> Iterator[tuple[str, str]]:
    yield "summary.html", personal_pages.summary(person, data)
    yield "data.json", json.dumps(data, ensure_ascii=False, indent=1)
    yield "schema.json", json.dumps(personal_pages.schema(data), ensure_ascii=False, indent=1)
    for kind, rows in data["about"].items():
        yield f"tables/{kind}.csv", as_csv(rows)
    for kind, rows in data["said_of_others"].items():
        yield f"tables/said_of_others_{kind}.csv", as_csv(rows)
    yield "tables/history.csv", as_csv(data["history"])


def as_csv(rows: list[dict]) -> str:
    """A table that a spreadsheet opens; what it would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = [personal_pages.plain(row.get(name)) for name in columns]
        writer.writerow(["'" + cell if cell.startswith(_DANGEROUS) else cell for cell in cells])
    return "\ufeff" + text.getvalue()


def export_person(
    ws: Workspace, person: str, path: Path, progress: Progress | None = None, restricted: bool = False
) -> Exported:
    """Everything about one person into one ZIP. Raises UserError, Cancelled, LookupError."""
    demand_place(ws, path)
    return write(collect(ws, person, restricted), path, progress or Progress())


def demand_place(ws: Workspace, path: Path) -> None:
    """Not inside the workspace: it would be in the way there, and erasing would not know it. Raises UserError."""
    if path.absolute().is_relative_to(ws.folder):
        raise UserError(
            "E_INSIDE",
            _("{place} is inside the workspace.").format(place=path),
            _("Nothing was written."),
            _("Choose a folder outside it."),
        )
