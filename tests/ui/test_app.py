"""The door: a real process that opens the window, closes it and ends with 0; what it imports; how it says faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CLOSE_SOON = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from rubricapp import app

class Window(app.MainWindow):
    def load_rest(self):
        loaded = [name for name in {heavy!r} if name in sys.modules]
        print("loaded:", ",".join(loaded))
        super().load_rest()
        {act}
        QTimer.singleShot(300, self.close)

app.MainWindow = Window
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
sys.exit(app.run(folder, ["rubricapp"]))
"""
HEAVY = ["reportlab", "openpyxl", "ruamel", "ruamel.yaml", "sqlite_utils", "numpy", "scipy", "PySide6.QtMultimedia"]


def run(tmp_path: Path, *arguments: str, act: str = "pass") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RUBRICAPP_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    script = CLOSE_SOON.format(heavy=HEAVY, act=act)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
        check=False,
    )


def test_the_first_page_opens_closes_and_ends_well(tmp_path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "loaded: \n"


def test_a_workspace_opens_closes_and_is_free_again(tmp_path, residency) -> None:
    folder = residency.folder
    residency.close()
    done = run(tmp_path, str(folder))
    assert done.returncode == 0, done.stderr
    assert "loaded: \n" in done.stdout, "the first screen needs none of these"
    from rubricapp.store.workspace import open_

    with open_(folder) as again:
        assert not again.read_only


def test_every_page_was_open_and_it_still_ends_well(tmp_path, residency) -> None:
    folder = residency.folder
    residency.close()
    act = "[self.go(key) for key in ('people', 'cohort', 'reports', 'rubrics', 'settings', 'score', 'home')]"
    done = run(tmp_path, str(folder), act=act)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_fault_is_logged_and_shown_and_the_window_stays(tmp_path) -> None:
    act = (
        "QTimer.singleShot(0, self, lambda: 1 / 0);"
        " QTimer.singleShot(150, self, lambda: print('shown:', self.findChild(app_dialog()) is not None))"
    )
    script_act = act.replace("app_dialog()", "__import__('rubricapp.ui.messages', fromlist=['x']).BugDialog")
    done = run(tmp_path, act=script_act)
    assert done.returncode == 0, done.stderr
    assert "shown: True" in done.stdout
    log = (tmp_path / "home" / "logs" / "rubricapp.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log


def test_a_folder_without_a_workspace_is_said_not_crashed(tmp_path) -> None:
    done = run(tmp_path, str(tmp_path / "nothing"))
    assert done.returncode == 0, done.stderr


def test_a_file_that_macos_hands_over_opens_before_and_after_the_window_is_there(tmp_path) -> None:
    file = tmp_path / "missing.rubricfolio"
    act = (
        "from PySide6.QtGui import QFileOpenEvent; from PySide6.QtWidgets import QApplication;"
        f" QApplication.sendEvent(QApplication.instance(), QFileOpenEvent({str(file)!r}));"
        " print('shown:', self.portfolio.view.path.name); self.portfolio.close();"
        " early = app.Application.instance(); early._window = None;"
        f" QApplication.sendEvent(early, QFileOpenEvent({str(file)!r}));"
        " print('waits:', self.portfolio.view); early.show_in(self); print('then:', self.portfolio.view.path.name)"
    )
    done = run(tmp_path, act=act)
    assert done.returncode == 0, done.stderr
    assert "shown: missing.rubricfolio\nwaits: None\nthen: missing.rubricfolio\n" in done.stdout
