"""Who may import whom, and the other promises of the house that can be read from the source.

When a new import turns this red, the idea is wrong, not the test. Each rule is proved below on a snippet that
breaks it, so that a rule that has gone blind fails too.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rubricapp"
STANDARD = sys.stdlib_module_names | {"__future__"}

# Which rooms (first word after "rubricapp.") and which libraries each room may import, besides the standard library.
# The small pages beside the rooms (errors, jobs, paths …) are rooms of one module.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "core": ({"core", "errors"}, set()),
    # sqlcipher3 is the engine under sqlite_utils, nacl seals files at rest; jobs: a backup can be long.
    "store": ({"store", "core", "errors", "jobs"}, {"sqlite_utils", "sqlcipher3", "nacl"}),
    # charset_normalizer recognises an office's encoding, defusedxml guards openpyxl.
    "formats": ({"formats", "core", "errors"}, {"ruamel", "openpyxl", "charset_normalizer", "defusedxml"}),
    # keyring: one of the ways to a protected workspace's key; the others lie here, too.
    "exchange": ({"exchange", "core", "store", "errors"}, {"nacl", "pyrage", "keyring"}),
    "analysis": ({"analysis", "core", "errors"}, {"numpy", "scipy"}),
    # paths: fonts and the light theme; uharfbuzz shapes joined scripts.
    "reports": (
        {"reports", "core", "analysis", "errors", "i18n", "jobs", "paths"},
        {"reportlab", "openpyxl", "uharfbuzz"},
    ),
    # paths: the shipped rubrics and the demo.
    "operations": (
        {
            "operations",
            "core",
            "store",
            "formats",
            "exchange",
            "analysis",
            "reports",
            "errors",
            "jobs",
            "i18n",
            "paths",
        },
        set(),
    ),
    # paths: themes, icons and fonts. From store only reads: see `READS`.
    "ui": ({"ui", "operations", "core", "store", "errors", "jobs", "i18n", "settings", "paths"}, {"PySide6"}),
    # theme: the tokens, so that a widget needs no colour of its own.
    "ui.widgets": ({"ui.widgets", "ui.theme", "i18n"}, {"PySide6"}),
    "cli": (
        {"cli", "operations", "core", "store", "formats", "exchange", "analysis", "reports"}
        | {"errors", "jobs", "i18n", "settings", "paths", "logs"},
        {"click"},
    ),
    "app": (
        {"ui", "operations", "core", "store", "errors", "jobs", "i18n", "settings", "paths", "logs"},
        {"PySide6"},
    ),
    "__main__": ({"app", "cli"}, set()),
    "errors": (set(), set()),
    "jobs": ({"errors"}, set()),
    "paths": (set(), {"platformdirs"}),
    "settings": ({"paths", "errors"}, set()),
    "i18n": ({"paths"}, set()),
    "logs": ({"paths"}, set()),
}
READS = re.compile(r"(Workspace|Stored)$|(load|list|find|count)_\w+$")
"""What a screen may take from the store."""

# core is handed the clock, randomness and the contents of files; it never reaches for them.
CORE_STANDARD = re.compile(
    r"(__future__|abc|bisect|collections|copy|dataclasses|datetime|decimal|difflib|enum|fractions|functools|hashlib|heapq|"
    r"itertools|json|math|operator|re|statistics|string|textwrap|types|typing|unicodedata|urllib\.parse)\."
)
# Licensed LGPL. Others (charts, graphs, virtual keyboard, 3D, network authorisation …) are GPL: look before adding.
QT_MODULES = re.compile(
    r"Qt(Core|Gui|Widgets|Svg(Widgets)?|Multimedia(Widgets)?|Pdf(Widgets)?|Network|PrintSupport|DBus)"
)
# Threads of Qt, event loops inside event loops: long work runs in rubricapp/ui/background.py, polled by a timer.
FORBIDDEN_QT = {"QThread", "QThreadPool", "QRunnable", "QtAsyncio", "QtConcurrent", "QEventLoop"}
FORBIDDEN_CALLS = {"processEvents", "exec", "exec_"}
BAD_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?)$")
COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6})\b")
SQL = re.compile(
    r"\s*(select\s.+\sfrom|insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|create\s+table|pragma)\s"
    r"|\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA)\s",
    re.DOTALL,
)
LONGEST = 400
# A module over 400 lines is asked why. Its number may go down, never up; below 400 its line goes away.
LONGER: dict[str, int] = {}
# The language of the process is the one thing that is kept in a module.
MAY_USE_GLOBAL = {"i18n.py"}


# Reading


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def module_name(path: Path, package: Path = PACKAGE) -> str:
    """ "core.scoring" for rubricapp/core/scoring.py, "core" for rubricapp/core/__init__.py, "" for the package."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(module: str) -> str:
    """The room a module (without "rubricapp.") belongs to."""
    return "ui.widgets" if f"{module}.".startswith("ui.widgets.") else module.split(".")[0]


def imports(tree: ast.AST, module: str, is_package: bool = False) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of each import, with relative ones made absolute; the name is empty for `import x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ["rubricapp", *module.split(".")] if module else ["rubricapp"]
                up = node.level - (1 if is_package else 0)
                base = ".".join([*here[: len(here) - up], *([base] if base else [])])
            for alias in node.names:
                yield node.lineno, base, alias.name


def classes_for_annotations(tree: ast.AST) -> Iterator[int]:
    """Lines under TYPE_CHECKING that import nothing but classes: so a screen may name what a read returns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom) and all(alias.name[0].isupper() for alias in inner.names):
                    yield inner.lineno


def inside(module: str, name: str) -> str:
    """What an import reaches inside the package, such as "store.people"; empty for the package's version."""
    full = f"{module}.{name}" if module == "rubricapp" and name else module
    reached = full.removeprefix("rubricapp").removeprefix(".")
    return "" if reached == "__version__" else reached


# Rules: each takes a module's name and its syntax tree and yields "line: what is wrong"


def import_faults(module: str, tree: ast.AST, is_package: bool = False) -> Iterator[str]:
    room = room_of(module)
    if room not in ROOMS:
        yield f"1: there is no room called {room!r}"
        return
    rooms, libraries = ROOMS[room]
    annotated_only = set(classes_for_annotations(tree))
    for line, imported, name in imports(tree, module, is_package):
        top = imported.split(".")[0]
        if top == "rubricapp":
            reached = inside(imported, name)
            if not reached:
                continue
            target = room_of(reached)
            allowed = target in rooms or any(reached == one or reached.startswith(f"{one}.") for one in rooms)
            if room == "ui" and target == "ui.widgets":
                allowed = True
            if not allowed:
                yield f"{line}: {room} may not import rubricapp.{reached}"
            elif room == "ui" and target == "store" and not (READS.match(name) or line in annotated_only):
                yield f"{line}: ui may take only Workspace, Stored and reads from the store, not {name or imported}"
        elif top in STANDARD:
            if room == "core" and not CORE_STANDARD.match(f"{imported}."):
                yield f"{line}: core may not use {imported}"
            if top == "sqlite3" and room != "store":
                yield f"{line}: only store knows SQL"
        elif top not in libraries:
            yield f"{line}: {room} may not import {imported}"
        elif top == "PySide6":
            qt = imported.split(".")[1] if "." in imported else name
            if qt and not QT_MODULES.fullmatch(qt):
                yield f"{line}: {qt} is not among the Qt modules this project may ship"


def qt_faults(module: str, tree: ast.AST) -> Iterator[str]:
    if room_of(module) not in ("ui", "ui.widgets"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in FORBIDDEN_QT:
                yield f"{node.lineno}: {name} has no place in this house"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS:
            yield f"{node.lineno}: .{node.func.attr}() runs an event loop inside the event loop"


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Text constants that are not docstrings."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def colour_faults(module: str, tree: ast.AST) -> Iterator[str]:
    for line, text in strings(tree):
        if COLOUR.search(text):
            yield f"{line}: the colour {text!r} belongs into resources/themes"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            numbers = [one for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, int)]
            if name in ("QColor", "qRgb", "qRgba") and len(numbers) >= 3:
                yield f"{node.lineno}: a colour in numbers belongs into resources/themes"
        named = isinstance(node, ast.Attribute) and getattr(node.value, "attr", "") == "GlobalColor"
        if named and node.attr not in ("transparent", "color0", "color1"):
            yield f"{node.lineno}: the colour {node.attr} belongs into resources/themes"


def sql_faults(module: str, tree: ast.AST) -> Iterator[str]:
    if room_of(module) == "store":
        return
    for line, text in strings(tree):
        if SQL.match(text):
            yield f"{line}: only store knows SQL: {text[:40]!r}"


def silence_faults(module: str, tree: ast.AST) -> Iterator[str]:
    """An `except` for everything must do something with what it caught."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        broad = any(one is None or getattr(one, "id", "") in ("Exception", "BaseException") for one in caught)
        silent = all(
            isinstance(statement, ast.Pass | ast.Continue | ast.Break)
            or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
            or (isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant | None))
            for statement in node.body
        )
        if broad and silent:
            yield f"{node.lineno}: a failure is swallowed"


def clock_faults(module: str, tree: ast.AST) -> Iterator[str]:
    if room_of(module) != "core":
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "utcnow", "today"):
            yield f"{node.lineno}: core is handed the time, it does not ask"
        if isinstance(node.func, ast.Name) and node.func.id in ("open", "print", "input", "exec", "eval", "__import__"):
            yield f"{node.lineno}: core does not call {node.func.id}()"


def global_faults(module: str, tree: ast.AST) -> Iterator[str]:
    if f"{module}.py" not in MAY_USE_GLOBAL:
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                yield f"{node.lineno}: state is kept in the module: {', '.join(node.names)}"


RULES = [import_faults, qt_faults, colour_faults, sql_faults, silence_faults, clock_faults, global_faults]


def faults_of(module: str, text: str, is_package: bool = False) -> list[str]:
    tree = ast.parse(text)
    found = list(import_faults(module, tree, is_package))
    for rule in RULES[1:]:
        found += rule(module, tree)
    return found


# The house as it stands


@pytest.mark.parametrize("path", sources(), ids=lambda path: module_name(path) or "rubricapp")
def test_a_module_keeps_the_rules(path: Path) -> None:
    module = module_name(path)
    text = path.read_text("utf-8")
    if not module:
        assert [name for _, name, _ in imports(ast.parse(text), module)] == []
        return
    assert faults_of(module, text, path.name == "__init__.py") == []


def test_no_file_is_called_by_what_it_does_not_say() -> None:
    folders = (PACKAGE, ROOT / "tests", ROOT / "packaging")
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_dir() or path.suffix == ".py"]
    assert len(paths) > 20
    assert [str(path) for path in paths if BAD_NAMES.search(path.stem)] == []


def long_modules(folder: Path) -> dict[str, int]:
    found = {}
    for path in folder.rglob("*.py"):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LONGEST and "_data" not in path.parts:
            found[path.relative_to(folder.parent).as_posix()] = lines
    return found


def test_long_modules_are_known_and_do_not_grow() -> None:
    found = long_modules(PACKAGE) | long_modules(ROOT / "packaging")
    unknown = {path: lines for path, lines in found.items() if lines > LONGER.get(path, LONGEST)}
    assert unknown == {}, f"over {LONGEST} lines: split it, or write it into LONGER with its reason"
    assert sorted(set(LONGER) - set(found)) == [], "these are short now: take them out of LONGER"


def in_a_child(code: str) -> set[str]:
    """Names of the modules loaded after `code` ran in a fresh Python."""
    script = f"{code}\nimport json, sys\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def heavy(loaded: set[str], *names: str) -> list[str]:
    return sorted(name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in names))


def test_the_command_line_never_loads_qt() -> None:
    every_module = (
        "import importlib, pkgutil, rubricapp.cli as cli\n"
        "for found in pkgutil.walk_packages(cli.__path__, 'rubricapp.cli.'):\n"
        "    importlib.import_module(found.name)\n"
        "cli.run(['--help'])"
    )
    loaded = in_a_child(every_module)
    assert "rubricapp.cli" in loaded
    assert heavy(loaded, "PySide6", "shiboken6", "rubricapp.ui", "rubricapp.app") == []


def test_the_command_line_starts_without_what_only_some_verbs_need() -> None:
    loaded = in_a_child("import rubricapp.cli as cli\ncli.run(['--help'])")
    assert "rubricapp.cli" in loaded
    assert heavy(loaded, "reportlab", "openpyxl", "ruamel", "numpy", "scipy", "sqlite_utils", "PySide6") == []


@pytest.mark.parametrize("room", ["core", "store", "operations"])
def test_a_room_below_the_screen_loads_without_qt_and_without_writers_of_documents(room: str) -> None:
    code = (
        f"import importlib, pkgutil, rubricapp.{room} as room\n"
        "for found in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        "    importlib.import_module(found.name)"
    )
    loaded = in_a_child(code)
    assert f"rubricapp.{room}" in loaded
    assert heavy(loaded, "PySide6", "reportlab", "openpyxl", "ruamel", "numpy", "scipy") == []


@pytest.mark.gui
def test_the_first_window_starts_without_what_only_some_pages_need() -> None:
    if not (PACKAGE / "ui" / "main_window.py").exists():
        pytest.skip("there is no window yet")
    loaded = in_a_child("import rubricapp.ui.main_window")
    lazy = ("reportlab", "openpyxl", "ruamel", "numpy", "scipy", "PySide6.QtMultimedia", "PySide6.QtPdf")
    assert "rubricapp.ui.main_window" in loaded
    assert heavy(loaded, *lazy) == []


# Can the rules see?

BAD = {
    "core reaches up": ("core.scoring", "from rubricapp.store.people import list_people"),
    "core uses a library": ("core.scoring", "import numpy"),
    "core reads files": ("core.scoring", "from pathlib import Path"),
    "core fetches": ("core.scoring", "from urllib.request import urlopen"),
    "core opens": ("core.scoring", "text = open('a').read()"),
    "core asks for the time": ("core.scoring", "from datetime import datetime\nnow = datetime.now()"),
    "core translates": ("core.scoring", "from rubricapp.i18n import _"),
    "hidden in a function": ("core.scoring", "def f():\n    import rubricapp.store.people"),
    "hidden behind TYPE_CHECKING": ("core.scoring", "if TYPE_CHECKING:\n    from rubricapp import store"),
    "relative, from a module": ("core.scoring", "from ..store import people"),
    "relative, through the package": ("core.scoring", "from .. import store"),
    "store knows Qt": ("store.people", "from PySide6.QtCore import QObject"),
    "store translates": ("store.people", "from rubricapp.i18n import _"),
    "store calls a verb": ("store.people", "from rubricapp.operations.people import add_person"),
    "formats write": ("formats.rosters", "from rubricapp.store.workspace import Workspace"),
    "formats draw": ("formats.rosters", "import reportlab"),
    "exchange reports": ("exchange.sealing", "from rubricapp.reports import data"),
    "analysis reads": ("analysis.agreement", "from rubricapp.store.people import list_people"),
    "reports read": ("reports.data", "from rubricapp.store.people import list_people"),
    "reports know Qt": ("reports.pdf.page", "import PySide6.QtGui"),
    "operations know Qt": ("operations.people", "from PySide6 import QtCore"),
    "operations know the screen": ("operations.people", "from rubricapp.ui import session"),
    "operations draw": ("operations.reporting", "import reportlab.pdfgen.canvas"),
    "ui reports": ("ui.home", "from rubricapp.reports.data import ReportData"),
    "ui reads files of others": ("ui.home", "from rubricapp.formats import rosters"),
    "ui writes": ("ui.home", "from rubricapp.store.workspace import create"),
    "ui takes a whole module": ("ui.home", "from rubricapp.store import people"),
    "ui imports a whole module": ("ui.home", "import rubricapp.store.people"),
    "ui takes everything": ("ui.home", "from rubricapp.store.people import *"),
    "ui takes a class": ("ui.home", "from rubricapp.store.changes import Writer"),
    "ui takes a verb to annotate": ("ui.home", "if TYPE_CHECKING:\n    from rubricapp.store.workspace import create"),
    "ui hides behind an if": ("ui.home", "if WINDOWS:\n    from rubricapp.store.changes import Writer"),
    "ui takes a word that begins like a read": ("ui.home", "from rubricapp.store.people import loader"),
    "a widget knows the field": ("ui.widgets.picker", "from rubricapp.core.model import Rating"),
    "a widget knows a page": ("ui.widgets.picker", "from rubricapp.ui.session import Session"),
    "cli knows Qt": ("cli.people", "import PySide6"),
    "cli knows the window": ("cli.people", "from rubricapp import app"),
    "a page beside the rooms reaches in": ("errors", "from rubricapp.core.model import Rating"),
    "a library nobody asked for": ("operations.people", "import requests"),
    "an unknown room": ("services.people", "import os"),
    "sqlite3 outside the store": ("operations.people", "import sqlite3"),
    "SQL outside the store": ("operations.people", "q = '''\n  select id\n  from person'''"),
    "SQL in capitals": ("ui.home", "q = 'INSERT INTO person VALUES (1)'"),
    "a GPL part of Qt": ("ui.home", "from PySide6.QtCharts import QChart"),
    "a GPL part of Qt by name": ("ui.home", "from PySide6 import QtVirtualKeyboard"),
    "a thread of Qt": ("ui.home", "from PySide6.QtCore import QThread\nt = QThread()"),
    "a thread of Qt by module": ("ui.home", "from PySide6 import QtCore\nt = QtCore.QThread()"),
    "pumping events": ("ui.home", "app.processEvents()"),
    "a nested loop": ("ui.home", "dialog.exec()"),
    "a nested loop in a widget": ("ui.widgets.picker", "QMenu().exec_()"),
    "a colour in a string": ("ui.home", "style = 'color: #1D5FD1;'"),
    "a colour in an f-string": ("reports.pdf.page", "style = f'{x} #1d5fd1'"),
    "a colour in numbers": ("ui.home", "c = QColor(255, 0, 0)"),
    "a colour by name": ("ui.home", "c = Qt.GlobalColor.white"),
    "a swallowed failure": ("ui.home", "try:\n    f()\nexcept Exception:\n    pass"),
    "a swallowed failure of any kind": ("ui.home", "try:\n    f()\nexcept:\n    ..."),
    "a failure turned into False": (
        "ui.home",
        "def g():\n    try:\n        f()\n    except Exception:\n        return False",
    ),
    "state in a module": ("operations.people", "def f():\n    global cache\n    cache = 1"),
}

GOOD = {
    "core": ("core.scoring", "from fractions import Fraction\nfrom rubricapp.core.model import Rating"),
    "store": (
        "store.people",
        "import os\nimport sqlite3\nq = 'select a from b'\nfrom rubricapp.errors import UserError",
    ),
    "formats": ("formats.rubric_yaml", "from ruamel.yaml import YAML"),
    "operations": ("operations.people", "from rubricapp import __version__, paths\nx = 'Select a file from the list'"),
    "ui reads": ("ui.home", "from rubricapp.store.people import find_person, list_people\nfrom PySide6 import QtCore"),
    "ui opens": (
        "ui.home",
        "from rubricapp.store.workspace import Workspace\nfrom rubricapp.ui.widgets.ring import Ring",
    ),
    "ui names what a read returns": ("ui.home", "if TYPE_CHECKING:\n    from rubricapp.store.progress import Tally"),
    "ui speaks of a fault": ("ui.home", "try:\n    f()\nexcept Exception as error:\n    show(error)"),
    "a number with a hash": ("ui.home", "x = 'item #123456789 and #12'"),
    "widgets": ("ui.widgets.ring", "from rubricapp.ui.theme import colour\nfrom rubricapp.i18n import _"),
    "a colour in a docstring": ("ui.theme", '"""Colours as #1D5FD1."""'),
    "cli": ("cli.people", "import click\nfrom rubricapp.operations.people import add_person"),
    "the package": ("cli", "from .main import run"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_rules_see(name: str) -> None:
    module, text = BAD[name]
    assert faults_of(module, text) != []


@pytest.mark.parametrize("name", GOOD)
def test_the_rules_leave_good_code_alone(name: str) -> None:
    module, text = GOOD[name]
    assert faults_of(module, text, is_package=name == "the package") == []


def test_long_modules_are_seen(tmp_path: Path) -> None:
    folder = tmp_path / "rubricapp"
    folder.mkdir()
    (folder / "long.py").write_text("x = 1\n" * 401)
    (folder / "short.py").write_text("x = 1\n" * 400)
    assert long_modules(folder) == {"rubricapp/long.py": 401}


def test_bad_names_are_seen() -> None:
    assert all(BAD_NAMES.search(name) for name in ("utils", "test_helpers", "common", "misc", "font_manager"))
    assert not any(BAD_NAMES.search(name) for name in ("rating", "utilisation", "commons_file"))


def test_a_heavy_module_in_a_child_is_seen() -> None:
    assert heavy(in_a_child("import email.mime"), "email") != []
