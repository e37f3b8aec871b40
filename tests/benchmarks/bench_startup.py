"""Start to a painted window whose event loop answers, against an empty window; each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.measuring import Result

_EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
from PySide6.QtCore import QTimer
app = QApplication([])
class Window(QMainWindow):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self, lambda: (print("ready", flush=True), app.quit()))
window = Window()
window.resize(1280, 720)
window.show()
app.exec()
"""
_APP = """
import sys
from pathlib import Path
from rubricapp import app
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
class Window(app.MainWindow):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self, lambda: (print("ready", flush=True), QTimer.singleShot(0, QApplication.quit)))
app.MainWindow = Window
app.run(Path(sys.argv[1]), [])
"""


def _ready(script: str, *arguments: str) -> float:
    # As installed: compiled once, which some machines forbid by this variable.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script, *arguments]
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as child:
        line = child.stdout.readline()
        seconds = time.perf_counter() - start
        child.communicate(timeout=60)
    if line.strip() != "ready":
        raise RuntimeError(f"the window did not come: {line!r}")
    return seconds


def measure(quick: bool) -> Iterator[Result]:
    from rubricapp.operations.demo import make_demo

    with tempfile.TemporaryDirectory() as name:
        os.environ["RUBRICAPP_HOME"] = str(Path(name) / "home")
        folder = Path(name) / "demo"
        make_demo(folder).close()
        floors, figures = [], []
        for run in range(4 if quick else 10):
            floor, figure = _ready(_EMPTY), _ready(_APP, str(folder))
            if run:
                floors.append(floor)
                figures.append(figure)
    yield Result("start to interactive window (warm)", median(floors), median(figures), 1.5, "the demo workspace")
