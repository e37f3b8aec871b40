"""An alumna and her portfolio on a computer with no programme on it: opened, read, added to, saved, and kept whole."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from rubricapp.operations import assessments, portfolio_files, releases
from rubricapp.store.people import find_people
from rubricapp.store.rubrics import find_rubric

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

SESSION = """
/usr/libexec/at-spi-bus-launcher --launch-immediately &
"$PYTHON" -m rubricapp "$FILE" &
WINDOW=$!
/usr/bin/python3 "$CLIENT" "$ACT" "$OUT"
CODE=$?
kill $WINDOW; wait $WINDOW
exit $CODE
"""


@pytest.fixture
def stick(ws, assessment, tmp_path: Path) -> Path:
    """A folder with a portfolio file in it and nothing else; the workspace it came from is closed."""
    rubric, amara = find_rubric(ws, "small"), find_people(ws, "P-001")[0]
    assessments.rate_many(ws, assessment, rubric, {each.id: 4 for each in rubric.criteria})
    assessments.finish(ws, assessment.id)
    releases.release(ws, [amara.id])
    folder = tmp_path / "stick"
    portfolio_files.make(ws, amara, folder / "amara.rubricfolio")
    ws.close()
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def alter(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Descriptor 4 of TST-1", b"Descriptor 5 of TST-1", 1))


@pytest.fixture
def listen(tmp_path: Path):
    """listen(act, file, out) → what she heard; the window is a process of its own, told nothing but the file."""
    home = tmp_path / "her home"
    home.mkdir()

    def run(act: str, file: Path, out: Path) -> dict:
        environment = os.environ | {
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "RUBRICAPP_HOME": str(home),
            "PYTHON": sys.executable,
            "FILE": str(file),
            "ACT": act,
            "OUT": str(out),
            "CLIENT": str(HERE / "alumna_reader.py"),
            "PYTHONPATH": str(ROOT),
        }
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        with subprocess.Popen(
            ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24", "dbus-run-session", "--", "sh", "-c", SESSION],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as session:
            try:
                said, err = session.communicate(timeout=100)
            except subprocess.TimeoutExpired:
                os.killpg(session.pid, signal.SIGKILL)
                said, err = session.communicate()
        assert session.returncode == 0, err[-3000:]
        return json.loads(next(line for line in said.splitlines() if line.startswith("{")))  # the bus talks, too

    run.home = home
    return run


@pytest.mark.screen
@pytest.mark.timeout(330)
def test_an_alumna_opens_reads_adds_saves_and_finds_it_again(stick, listen, tmp_path: Path) -> None:
    file, out = stick / "amara.rubricfolio", tmp_path / "for the producer"
    before = digest(file)
    heard = listen("first", file, out)
    assert "for Amara Okafor. Nothing you do here changes it." in heard["for"]
    assert heard["level"].endswith("Level 4 of 5: Four")
    assert heard["words"] == "Descriptor 4 of TST-1: what a person did at this step."
    assert (out / "index.html").exists() and (out / "later.html").exists()
    pages = "\n".join(page.extract_text() for page in PdfReader(out / "portfolio.pdf").pages)
    assert "Festival of the Four Winds" in pages
    assert "Festival of the Four Winds" in listen("again", file, out)["showing"]
    assert digest(file) == before
    assert sorted(path.name for path in stick.iterdir()) == ["amara.rubricfolio", "amara.rubricfolio-notes.json"]
    assert not (listen.home / "workspaces").exists() and not list(listen.home.rglob("*.sqlite3"))
    alter(file)
    assert "none of them is proven" in listen("altered", file, out)["part"]


def test_the_same_without_a_screen(stick, qtbot, tmp_path: Path) -> None:
    from rubricapp.settings import Settings
    from rubricapp.ui.main_window import MainWindow
    from tests.ui.driving import press, texts

    file, out = stick / "amara.rubricfolio", tmp_path / "out"
    before = digest(file)
    window = MainWindow(Settings(), tmp_path / "logs")
    qtbot.addWidget(window)
    window.show_first_run()
    window.show()

    def opened():
        window.portfolio.open(file)
        view = window.portfolio.view
        qtbot.waitUntil(lambda: view.shown is not None and view.checking is None, timeout=20_000)
        return view

    view = opened()
    assert "Whole: every byte is as it was signed" in texts(view)
    view.go("results")
    assert "Descriptor 4 of TST-1" in texts(view.part)
    view.go("later")
    qtbot.keyClicks(view.part.on, "2027-05-14")
    qtbot.keyClicks(view.part.place, "Festival of the Four Winds")
    press(qtbot, view.part, "Add this showing")
    view.go("export")
    view.part.folder.setText(str(out))
    press(qtbot, view.part, "Save as PDF and web pages")
    qtbot.waitUntil(lambda: view.part.job is None, timeout=60_000)
    assert (out / "later.html").exists() and (out / "portfolio.pdf").exists()
    press(qtbot, view, "Close the portfolio")
    view = opened()
    view.go("later")
    assert view.part.table.model().record(0).place == "Festival of the Four Winds"
    assert digest(file) == before
    window.portfolio.close()
    alter(file)
    assert "This file was altered after it was signed" in texts(opened())
    window.shut()
    window.close()


@pytest.mark.parametrize("arguments", [["{file}"], ["portfolio", "open", "{file}"], ["gui", "{file}"]])
def test_the_door_opens_the_window_for_a_file(stick, tmp_path: Path, arguments) -> None:
    """A real process, closed from within as soon as the file is shown."""
    script = """
import sys
from PySide6.QtCore import QTimer
from rubricapp import __main__, app

class Window(app.MainWindow):
    def load_rest(self):
        super().load_rest()
        self.poll = QTimer(self)
        self.poll.timeout.connect(self.look)
        self.poll.start(20)

    def look(self):
        view = self.portfolio.view
        if view.shown is not None and view.checking is None:
            print(view.shown.folio.name, view.shown.signature.whole, self.session)
            self.poll.stop()
            self.close()

app.MainWindow = Window
sys.stdout.isatty = lambda: True  # as in a terminal
__main__.main()
"""
    home = tmp_path / "home of the door"
    done = subprocess.run(
        [sys.executable, "-c", script, *(each.format(file=stick / "amara.rubricfolio") for each in arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "RUBRICAPP_HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Amara Okafor True None\n", "")


@pytest.mark.parametrize(
    ("arguments", "json_"),
    [
        (["portfolio", "open"], False),
        (["portfolio", "open", "--print"], False),
        (["portfolio", "open", "--json"], True),
    ],
)
def test_it_prints_where_one_asks_for_that_and_where_a_program_reads(
    stick, tmp_path: Path, arguments, json_: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rubricapp", *arguments, str(stick / "amara.rubricfolio")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        env={
            **os.environ,
            "RUBRICAPP_HOME": str(tmp_path / "h"),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",  # a screen of a sort
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (json.loads(done.stdout)["portfolio"]["name"] if json_ else done.stdout.splitlines()[0]) in (
        "Amara Okafor",
        "Whole: every byte is as it was signed.",
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_a_double_click_prints(stick, tmp_path: Path) -> None:
    environment = {**os.environ, "RUBRICAPP_HOME": str(tmp_path / "h"), "PYTHONPATH": str(ROOT)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "rubricapp", str(stick / "amara.rubricfolio")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Amara Okafor" in done.stdout
