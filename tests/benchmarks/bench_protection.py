"""A protected workspace against one that is not: a level until it is durably on the disk, and a clip of 200 MB."""

from __future__ import annotations

import itertools
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rubricapp.core.model import Role
from rubricapp.jobs import Progress
from rubricapp.operations import assessments, evidence, people, programmes, protection
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.vault import Stored, Vault
from rubricapp.store.workspace import Workspace
from tests.benchmarks.measuring import Result, interleaved

_WORDS = "only for measuring"
_CLIP_MB, _QUICK_MB = 200, 20


def measure(quick: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name:
        begun = {}
        for kind in ("plain", "protected"):
            with programmes.start(Path(name) / kind, "Bench", "1") as ws:
                participant, _changes = people.add_person(ws, Role.PARTICIPANT, "Ama Example")
                assessor, _changes = people.add_person(ws, Role.ASSESSOR, "Tariro Example")
                rubric, occasion = find_rubric(ws, "camera"), find_occasion(ws, "baseline")
                begun[kind] = assessments.begin(ws, participant, rubric, occasion, assessor)[0].id
        protection.protect(Path(name) / "protected", _WORDS)
        unlock = protection.by_passphrase(_WORDS)
        with (
            open_workspace(Path(name) / "plain") as plain,
            open_workspace(Path(name) / "protected", unlock=unlock) as protected,
        ):
            floor, figure = interleaved(
                _rate(plain, begun["plain"]), _rate(protected, begun["protected"]), 200 if quick else 2000
            )
            yield Result("a rating in a protected workspace", floor, figure, 1.5, "floor: the same without protection")
            yield from _measure_clip(Path(name), plain.vault, protected.vault, quick)


def _rate(ws: Workspace, assessment: str) -> Callable[[], object]:
    numbers = itertools.count()

    def rate() -> None:
        number = next(numbers)
        assessments.rate(ws, assessment, f"CAM-{number % 7 + 1}", number // 7 % 5 + 1)

    return rate


def _measure_clip(folder: Path, plain: Vault, protected: Vault, quick: bool) -> Iterator[Result]:
    size = _QUICK_MB if quick else _CLIP_MB
    source = _make_clip(folder, size)
    floor, figure = interleaved(_copy(plain, source), _copy(protected, source), 3 if quick else 6)
    yield Result(f"copying {size} MB into a protected workspace", floor, figure, 3.0, "floor: without protection")
    name = evidence.copy_in(plain, source, Progress()).sha256
    evidence.copy_in(protected, source, Progress())
    here, there = plain.find(name), protected.find(name)
    if source.suffix == ".mp4":
        player = _Player()
        floor, figure = interleaved(lambda: player.show(here), lambda: player.show(there), 5 if quick else 20)
        yield Result(f"opening a {size} MB clip, to its first frame", floor, figure, 2.0, "floor: without protection")
    floor, figure = interleaved(here.hash, there.hash, 3 if quick else 6)
    yield Result(f"reading and checking {size} MB, sealed", floor, figure, 6.0, "floor: a plain file, cached")


def _make_clip(folder: Path, size: int) -> Path:
    """A clip of about so many MB, where there is ffmpeg; else noise."""
    if shutil.which("ffmpeg") is None:
        (folder / "clip.mov").write_bytes(random.Random(1).randbytes(size << 20))
        return folder / "clip.mov"
    noise = "nullsrc=size=640x360:rate=25,geq=random(1)*255:128:128"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", noise, "-c:v", "mpeg4", "-qscale:v", "1", "-t", "2"]
    subprocess.run([*command, str(folder / "short.mp4")], check=True)
    times = max(1, (size << 20) // (folder / "short.mp4").stat().st_size)
    again = ["ffmpeg", "-v", "error", "-stream_loop", str(times), "-i", str(folder / "short.mp4"), "-c", "copy"]
    subprocess.run([*again, str(folder / "clip.mp4")], check=True)
    return folder / "clip.mp4"


class _Player:
    """The window's own viewer, until the first frame is there."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEventLoop
        from PySide6.QtWidgets import QApplication

        from rubricapp.ui.score.clips import MediaView

        self.app = QApplication.instance() or QApplication([])
        self.view, self.loop = MediaView(), QEventLoop()
        self.view.picture.videoSink().videoFrameChanged.connect(self._on_frame)

    def _on_frame(self, frame: object) -> None:
        if frame.isValid():
            self.loop.quit()

    def show(self, stored: Stored) -> None:
        self.view.show_file(stored)
        self.loop.exec()


def _copy(vault: Vault, source: Path) -> Callable[[], object]:
    def copy() -> None:
        vault.delete(evidence.copy_in(vault, source, Progress()).sha256)

    return copy
