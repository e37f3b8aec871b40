"""What every test gets: no screen needed, a home of its own, no window left behind, and an honest skip without Qt."""

from __future__ import annotations

import ast
import ctypes
import os
import pickle
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

# A busy machine is no fault: nothing here says how long anything may take, but the timeout of a test. The ordinary run
# draws the same examples each time, so that it says of a change what the change did; RUBRICAPP_LAWS draws new ones.
hypothesis.settings.register_profile("patient", deadline=None, derandomize="RUBRICAPP_LAWS" not in os.environ)
hypothesis.settings.load_profile("patient")

# Before Qt is imported anywhere. Set QT_QPA_PLATFORM yourself to watch the windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

try:
    import PySide6.QtTest
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:
    QT_PROBLEM = f"Qt cannot start here: {error}"
else:
    QT_PROBLEM = ""

TESTS = Path(__file__).resolve().parent
QT_ROOMS = ("PySide6", "rubricapp.ui", "rubricapp.app")
QT_FIXTURES = {"qtbot", "qapp", "qtmodeltester", "qtlog"}


# Without Qt


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Take pytest-qt out where Qt cannot start: it would end the whole run with an internal error."""
    if QT_PROBLEM and pluginmanager.has_plugin("pytest-qt"):
        pluginmanager.unregister(name="pytest-qt")
    elif not pluginmanager.has_plugin("pytest-qt"):
        parser.addini("qt_api", "as in pytest-qt, which is not here")
        parser.addini("qt_log_level_fail", "as in pytest-qt, which is not here")
        parser.addini("qt_log_ignore", "as in pytest-qt, which is not here", type="linelist")


def needs_qt(path: Path) -> bool:
    """Whether a test module imports Qt, or a room that does, as soon as it is loaded."""
    for node in ast.parse(path.read_text("utf-8")).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == room or name.startswith(f"{room}.") for name in names for room in QT_ROOMS):
            return True
    return False


class WithoutQt(pytest.Module):
    """A test module that cannot be loaded here: skipped with the reason, not failed."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(QT_PROBLEM, allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if QT_PROBLEM and needs_qt(module_path):
        return WithoutQt.from_parent(parent, path=module_path)
    return None


# Markers


@cache
def missing_for_a_screen() -> str:
    """What a test on a virtual screen lacks here; empty when it has everything."""
    if not sys.platform.startswith("linux"):
        return "virtual screens are a thing of Linux"
    programs = ("Xvfb", "xauth", "dbus-run-session")
    missing = [name for name in programs if shutil.which(name) is None]
    if not Path("/usr/libexec/at-spi-bus-launcher").exists():
        missing.append("at-spi2-core")
    system_python = Path("/usr/bin/python3")
    asked = [str(system_python), "-c", "import pyatspi"]
    if not system_python.exists() or subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        missing.append("python3-pyatspi")
    for library in ("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0"):
        try:
            ctypes.CDLL(library)  # Qt ends the whole process where one of these is missing
        except OSError:
            missing.append(library)
    return f"not installed: {', '.join(missing)}" if missing else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Qt as `gui`, from where it lies and what it asks for; skip what cannot run here."""
    for item in items:
        in_ui = (TESTS / "ui") in item.path.parents
        if in_ui or QT_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("gui")
        if QT_PROBLEM and (item.get_closest_marker("gui") or item.get_closest_marker("screen")):
            item.add_marker(pytest.mark.skip(reason=QT_PROBLEM))
        elif item.get_closest_marker("screen") and missing_for_a_screen():
            item.add_marker(pytest.mark.skip(reason=missing_for_a_screen()))


# What every test gets


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the data, workspace or language of the person who runs it."""
    monkeypatch.setenv("RUBRICAPP_HOME", str(tmp_path / "home"))
    for name in ("RUBRICAPP_WORKSPACE", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    yield
    from rubricapp import i18n

    if i18n.language() != "en":
        i18n.use("en")


@pytest.fixture(autouse=True)
def _no_window_remains(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test closes what it opened: windows left on the screen fail it, and are closed for the next one."""
    if QT_PROBLEM or not QT_FIXTURES & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    yield
    from PySide6.QtWidgets import QApplication

    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    names = [f"{type(widget).__name__} {widget.windowTitle()!r}" for widget in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert not names, f"windows left open: {', '.join(names)} (give them to qtbot.addWidget, or close them)"


# A programme to work in


def _criterion(name: str, weight: int, gate: int | None = None) -> dict:
    made: dict = {
        "id": name,
        "title": f"Title of {name}",
        "about": f"About {name}.",
        "weight": weight,
        "evidence": ["offload log", "camera report"],
        "guidance": f"For assessors only: {name}.",
        "levels": {level: f"Descriptor {level} of {name}: what a person did at this step." for level in range(1, 6)},
    }
    if gate is not None:
        made["gate"] = gate
    return made


def small_document() -> dict:
    """A small rubric: weights 3, 2, 2, 1, 2 as in the worked example of the scoring rules, and a gate of weight 1."""
    return {
        "format": 1,
        "id": "small",
        "version": "1.0",
        "language": "en",
        "title": "Small",
        "summary": "A rubric for tests.",
        "needs_coverage": 80,
        "scale": [{"name": name, "anchor": f"{name}."} for name in ("One", "Two", "Three", "Four", "Five")],
        "criteria": [_criterion(f"TST-{n}", weight) for n, weight in enumerate((3, 2, 2, 1, 2), 1)]
        + [_criterion("TST-6", 1, gate=3)],
    }


@pytest.fixture
def document() -> dict:
    """The small rubric: see `small_document`."""
    return small_document()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def ws(folder: Path, document: dict) -> Iterator:
    """An open workspace with one participant (P-001), one assessor (A-001) and the small rubric."""
    from rubricapp.core.model import Role
    from rubricapp.operations import people, programmes, rubrics

    with programmes.start(folder, "Test residency", "2026", rubrics=[]) as made:
        rubrics.adopt(made, [document])
        people.add_person(made, Role.PARTICIPANT, "Amara Okafor", "P-001")
        people.add_person(made, Role.ASSESSOR, "Tunde Example", "A-001")
        yield made


@pytest.fixture
def assessment(ws):
    """A draft: P-001 by A-001 with the small rubric at the baseline."""
    from rubricapp.operations import assessments
    from rubricapp.store.people import find_occasion, find_people
    from rubricapp.store.rubrics import find_rubric

    participant, assessor = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    return assessments.begin(ws, participant, find_rubric(ws, "small"), find_occasion(ws, "baseline"), assessor)[0]


# Disks and rights


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator:
    """A function that mounts a disk of so many KiB, and returns its folder. Skips where one may not mount."""
    mounted: list[Path] = []

    def mount(kib: int, name: str = "disk") -> Path:
        place = tmp_path / name
        place.mkdir()
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            pytest.skip("only root of a Linux machine may mount a small disk")
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(place)], capture_output=True, check=False
        )
        if tried.returncode != 0:
            pytest.skip(f"no disk can be mounted here: {tried.stderr.decode().strip()}")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def without_rights() -> Callable:
    """A function that calls another one, as a person whom the rights of files bind (root they do not).

    Returns what it returned; where it raised a UserError, that error's code.
    """
    from rubricapp.errors import UserError

    def run(function: Callable[[], object]) -> object:
        try:
            return function()
        except UserError as error:
            return error.code

    def call(function: Callable[[], object]) -> object:
        if not hasattr(os, "fork"):
            pytest.skip("Windows knows other rights")
        if os.geteuid() != 0:
            return run(function)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
                os.write(write, pickle.dumps(run(function)))
            except BaseException:  # noqa: BLE001 - whatever it was, this process ends here
                traceback.print_exc()
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        assert said, "the child failed; its traceback is above"
        return pickle.loads(said)

    return call


# Quick


@pytest.fixture(autouse=True, scope="session")
def _steps_taken_once() -> Iterator[None]:
    """All steps of an empty database are taken once in a process, and copied from then on: there are thousands."""
    from rubricapp.store import engine, migrations, upgrading

    really, steps, latest = upgrading.migrate, migrations.steps, upgrading.LATEST
    made: list[engine.Connection] = []

    def migrate(connection: engine.Connection) -> None:
        as_released = migrations.steps is steps and latest == upgrading.LATEST
        if not as_released or connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            really(connection)
            return
        if not made:
            made.append(engine.connect(None))
            really(made[0])
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        made[0].backup(connection)
        connection.execute(f"PRAGMA application_id={application}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(upgrading, "migrate", migrate)
        yield
    for each in made:
        each.close()
