"""What is shipped and how a checkout sets itself up: the wheel, the licences, the lock, dev.py, and Qt's own faults."""

from __future__ import annotations

import ast
import configparser
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
DEV = PACKAGING / "dev.py"


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import dev as module

    return module


@pytest.fixture
def environment(dev: ModuleType) -> ModuleType:
    return dev.dev_environment


@pytest.fixture
def system(dev: ModuleType) -> ModuleType:
    return dev.dev_system


# Qt


@pytest.mark.gui
def test_qt_keeps_its_references_to_true_and_none() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one at each emit() and setText() until the interpreter aborts."""
    code = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

class Sender(QObject):
    sent = Signal()

app, sender, label = QApplication([]), Sender(), QLabel()
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(100):
    sender.sent.emit()
    label.setText("a")
    label.setText(None)
after = sys.getrefcount(True), sys.getrefcount(None)
print(*(now - then for now, then in zip(after, before)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    lost = [int(word) for word in done.stdout.split()]
    assert len(lost) == 2, done.stderr
    assert all(abs(count) < 50 for count in lost), f"references to True and None changed by {lost}: another PySide6"


# Licences and the lock


def needed(extras: tuple[str, ...] = ()) -> Iterator[str]:
    """Names of all distributions this project needs here, its own needs' needs included."""
    waiting = [Requirement(text) for text in pyproject_requirements(extras)]
    seen: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker is not None and not requirement.marker.evaluate({**default_environment(), "extra": ""}):
            continue
        if name in seen:
            continue
        seen.add(name)
        yield name
        waiting += [Requirement(text) for text in metadata.requires(name) or ()]


def pyproject_requirements(extras: tuple[str, ...] = ()) -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project["dependencies"] + [text for extra in extras for text in project["optional-dependencies"][extra]]


def installed_or_skip(names: Iterator[str]) -> list[str]:
    try:
        return list(names)
    except metadata.PackageNotFoundError as error:
        pytest.skip(f"not installed here: {error.name}")


# Their metadata say nothing; the licence file that comes along was read.
READ_LICENCES = {"sqlcipher3": "Zlib", "pyrage": "MIT"}


def licence_of(name: str) -> str:
    if name in READ_LICENCES:
        return READ_LICENCES[name]
    about = metadata.metadata(name)
    classifiers = [line for line in about.get_all("Classifier") or () if line.startswith("License")]
    text = about.get("License") or ""
    # Some paste the whole licence; its first line names it.
    return " | ".join([about.get("License-Expression") or "", text.split("\n")[0], *classifiers])


def is_copyleft(licence: str) -> bool:
    """Whether GPL or AGPL is the only way to take this (LGPL, and a choice that offers it, are not meant)."""
    rest = re.sub(r"LGPL[-\w.]*|GNU Lesser General Public License[^|]*", "", licence)
    return bool(re.search(r"GPL|GNU (Affero )?General Public", rest)) and "LGPL" not in licence


def test_copyleft_is_recognised() -> None:
    assert is_copyleft("GPL-3.0-or-later | |")
    assert is_copyleft(" | | License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    assert is_copyleft("AGPL-3.0-only")
    assert not is_copyleft("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
    assert not is_copyleft("MIT | | License :: OSI Approved :: MIT License")


def test_nothing_that_runs_is_copyleft_but_qt() -> None:
    names = installed_or_skip(needed())
    assert len(names) > 12
    licences = {name: licence_of(name) for name in names}
    assert {name: text for name, text in licences.items() if not text.strip(" |")} == {}, "no licence is stated"
    assert {name: text for name, text in licences.items() if is_copyleft(text)} == {}
    lesser = {name for name, text in licences.items() if "LGPL" in text or "Lesser" in text}
    assert all(name.startswith(("pyside6", "shiboken6")) for name in lesser), lesser


def test_the_readme_names_what_runs_and_its_licence() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name in map(name_of, pyproject_requirements()) if name not in canonicalize_name(readme)]
    assert missing == []


def name_of(requirement: str) -> str:
    return canonicalize_name(Requirement(requirement).name)


def locked(python: str, platform: str = "linux") -> dict[str, str]:
    """The versions of the lock for a Python such as "3.11"."""
    where = {**default_environment(), "python_version": python, "sys_platform": platform}
    found = {}
    for line in (PACKAGING / "lock.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate(where):
                name = canonicalize_name(requirement.name)
                assert name not in found, f"{name} is locked twice for {python}"
                found[name] = str(requirement.specifier).removeprefix("==")
    return found


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_has_a_version_of_everything_that_the_project_allows(python: str) -> None:
    versions = locked(python)
    where = {**default_environment(), "python_version": python}
    for text in pyproject_requirements(("test", "dev")):
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(where):
            version = versions[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{requirement} but the lock says {version}"


def test_the_lock_keeps_the_broken_qt_out_of_old_pythons() -> None:
    assert locked("3.11")["pyside6"].startswith("6.11.")
    for python in ("3.11", "3.13"):
        versions = locked(python)
        parts = ("pyside6", "pyside6-addons", "pyside6-essentials", "shiboken6")
        assert len({versions[part] for part in parts}) == 1


def test_the_lock_leaves_nothing_open() -> None:
    names = installed_or_skip(needed(("test", "dev")))
    versions = locked(".".join(map(str, sys.version_info[:2])), sys.platform)
    assert [name for name in names if name not in versions] == []


# The wheel


def test_the_wheel_carries_rubrics_and_resources_and_finds_them(tmp_path: Path) -> None:
    if util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("rubricapp-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    for folder in ("resources", "rubrics"):
        shipped = {
            f"rubricapp/_data/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert shipped, folder
        assert shipped - names == set()
    assert {name.split("/")[0] for name in names} == {"rubricapp", f"rubricapp-{version_of(names)}.dist-info"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    # Installed, away from the checkout, the same pages find the same things.
    code = (
        "from rubricapp.paths import RESOURCES, RUBRICS; "
        "print(len(list(RUBRICS.rglob('*.yaml'))), (RESOURCES / 'themes' / 'light.toml').exists(), RUBRICS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    count, theme, place = done.stdout.strip().split(" ", 2)
    assert int(count) == len(list((ROOT / "rubrics").rglob("*.yaml")))
    assert theme == "True"
    assert place.startswith(str(tmp_path))


def version_of(names: set[str]) -> str:
    return next(match[1] for name in names if (match := re.match(r"rubricapp-([^/]+)\.dist-info/", name)))


# dev.py


@pytest.mark.parametrize("path", sorted(PACKAGING.glob("dev*.py")), ids=lambda path: path.name)
def test_setting_up_needs_nothing_but_python(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in modules} <= sys.stdlib_module_names | {"dev_environment", "dev_system"}


def test_an_old_python_can_read_the_message_for_it() -> None:
    source = DEV.read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source  # unknown to 3.6
    code = f"import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = ['dev.py']; runpy.run_path({str(DEV)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PATH": os.devnull},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_newer_python_beside_an_old_one_is_used(tmp_path: Path, dev: ModuleType, monkeypatch) -> None:
    if os.name == "nt":
        pytest.skip("shell scripts stand in for Pythons")
    for name, body in {"python3.13": "exit 1", "python3.12": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.newer_python() == str(tmp_path / "python3.12")  # a shim without its Python is passed over
    (tmp_path / "python3.12").unlink()
    assert dev.newer_python() is None


def test_dev_says_how_to_use_it() -> None:
    for words, code, says in (
        ([], 2, "demo|test|run|bench|check"),
        (["tset"], 2, "demo|test|run|bench|check"),
        (["--help"], 0, "packaging/dev.py demo"),
    ):
        done = subprocess.run([sys.executable, str(DEV), *words], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == code
        assert says in done.stdout


@pytest.mark.parametrize(
    ("platform", "environ", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "CI": "true"}, False),
        ("linux", {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "1 2 3 4"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_TTY": "/dev/ttys1"}, False),
        ("win32", {}, True),
        ("win32", {"CI": "1"}, False),
        ("win32", {"SSH_CLIENT": "1 2 3"}, False),
    ],
)
def test_whether_there_is_a_screen(system: ModuleType, platform: str, environ: dict[str, str], screen: bool) -> None:
    assert system.has_screen(platform, environ) is screen


def test_where_the_demo_goes(dev: ModuleType, tmp_path: Path) -> None:
    assert dev.out_directory([]) == (ROOT / "out" / "demo", [])
    assert dev.out_directory(["--out", str(tmp_path), "--json"]) == (tmp_path, ["--json"])
    assert dev.out_directory([f"--out={tmp_path}"]) == (tmp_path, [])


def test_exit_codes_are_handed_on(dev: ModuleType) -> None:
    assert [dev.exit_code(code) for code in (0, 1, 5, -9, -15)] == [0, 1, 5, 137, 143]


def test_it_installs_again_when_something_changed_and_only_then(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, lock = tmp_path / "pyproject.toml", tmp_path / "lock.txt"
    project.write_bytes(b"[project]\nname = 'a'\n")
    lock.write_bytes(b"click==8\n")
    monkeypatch.setattr(environment, "PYPROJECT", project)
    monkeypatch.setattr(environment, "LOCK", lock)
    first = environment.fingerprint("3.11.2")
    assert environment.fingerprint("3.11.2") == first
    assert environment.fingerprint("3.13.0") != first
    project.write_bytes(b"[project]\r\nname = 'a'\r\n")
    assert environment.fingerprint("3.11.2") == first  # a Windows checkout is the same project
    lock.write_bytes(b"click==9\n")
    assert environment.fingerprint("3.11.2") != first


def test_a_system_without_qt_still_gets_the_rest(environment: ModuleType) -> None:
    wanted = environment.requirements(ROOT / "pyproject.toml")
    assert wanted == pyproject_requirements(("test", "dev"))
    rest = environment.without_window(wanted)
    gone = {name_of(text) for text in wanted} - {name_of(text) for text in rest}
    assert gone == {"pyside6", "pytest-qt"}


@pytest.mark.parametrize("site", [None, Path("site")])
def test_the_locked_versions_are_tried_first(environment: ModuleType, site: Path | None) -> None:
    tried = list(environment.attempts(environment.Environment(Path("python"), site)))
    assert [bool(announcement) for announcement, _ in tried] == [False, True, True]
    assert ["--constraint" in runs[0] for _, runs in tried] == [True, False, False]
    assert all(("--target" in runs[0]) == (site is not None) for _, runs in tried)


@pytest.mark.parametrize(
    ("kind", "output"),
    [
        (
            "network",
            "WARNING: Retrying (Retry(total=4, ...)) after connection broken by 'NewConnectionError('<pip...>: "
            "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/click/\n"
            "ERROR: Could not find a version that satisfies the requirement click>=8.1 (from versions: none)\n"
            "ERROR: No matching distribution found for click>=8.1",
        ),
        (
            "certificate",
            "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, "
            "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))'\nERROR: No matching distribution found",
        ),
        ("versions", "ERROR: No matching distribution found for pyside6==6.11.3"),
        ("versions", "ERROR: ResolutionImpossible: for help visit …"),
        ("other", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"),
    ],
)
def test_what_went_wrong_is_told_apart(environment: ModuleType, kind: str, output: str) -> None:
    assert environment.trouble(output) == kind


@pytest.fixture
def mirror(environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index in a folder, as urllib reads it: a page that links to a pip wheel beside it."""
    monkeypatch.setattr(environment, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(environment, "LOG", tmp_path / "cache" / "log")
    page = tmp_path / "simple" / "pip"
    page.mkdir(parents=True)
    wheel = environment.PIP_WHEEL
    (page / "index.html").write_text(f'<a href="../../files/{wheel}#sha256=1">{wheel}</a>')
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / wheel).write_bytes(b"the wheel")
    # A file:// address of a folder cannot be read; its page can.
    monkeypatch.setattr(environment, "index_page", lambda: (page / "index.html").as_uri())
    return page / "index.html"


def test_pip_is_fetched_once_and_checked(
    environment: ModuleType, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PIP_SHA256", hashlib.sha256(b"the wheel").hexdigest())
    wheel = environment.fetch_pip()
    assert wheel.read_bytes() == b"the wheel"
    mirror.unlink()
    assert environment.fetch_pip() == wheel


def test_a_pip_that_is_not_the_pinned_one_is_never_run(environment: ModuleType, mirror: Path) -> None:
    with pytest.raises(environment.SetupError, match="checksum"):
        environment.fetch_pip()
    assert list(environment.CACHE.glob("*.whl")) == []


def test_without_the_index_there_is_no_pip(
    environment: ModuleType, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "TRIES", 1)
    mirror.write_text("<p>nothing here</p>")
    assert environment.fetch_pip() is None
    mirror.unlink()
    assert environment.fetch_pip() is None


def test_a_mirror_is_asked_where_pip_is_told_to_use_one(environment: ModuleType, monkeypatch) -> None:
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert environment.index_page() == "https://pypi.org/simple/pip/"
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple/")
    assert environment.index_page() == "https://mirror.example/simple/pip/"


def test_libraries_without_root_leave_graphics_drivers_out(system: ModuleType) -> None:
    needed = [
        "libgl1",
        "libglvnd0",
        "libglx0",
        "libegl1",
        "libx11-6",
        "libfontconfig1",
        "libglib2.0-0",
        "libpulse0",
        "libdrm2",
    ]
    drivers = ["libgl1-mesa-dri", "libglx-mesa0", "libegl-mesa0", "libllvm15", "libdrm-amdgpu1", "libz3-4"]
    assert [name for name in needed if system.NOT_NEEDED_OFFSCREEN.search(name)] == []
    assert [name for name in drivers if not system.NOT_NEEDED_OFFSCREEN.search(name)] == []


@pytest.mark.parametrize(
    ("said", "line", "packages_help"),
    [
        (
            "Traceback (most recent call last):\n  File ...\nImportError: libGL.so.1: cannot open shared object file",
            "ImportError: libGL.so.1: cannot open shared object file",
            True,
        ),
        (
            "qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.\n"
            'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.\n'
            "This application failed to start because no Qt platform plugin could be initialized.",
            "qt.qpa.plugin: From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin.",
            True,
        ),
        (
            "qt.qpa.xcb: could not connect to display :77\n"
            'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though it was found.',
            "qt.qpa.xcb: could not connect to display :77",
            False,
        ),
        (
            "Traceback …\nModuleNotFoundError: No module named 'PySide6'",
            "ModuleNotFoundError: No module named 'PySide6'",
            False,
        ),
        ("", "", False),
    ],
)
def test_why_qt_does_not_start(system: ModuleType, said: str, line: str, packages_help: bool) -> None:
    assert system.telling_line(said) == line
    assert system.lacks_libraries(line) is packages_help


def test_system_packages_can_be_forbidden(system: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUBRICAPP_NO_APT", "1")
    assert system.apt_prefix() is None
    assert system.apt_install(["nothing"], "to see") is False


def test_private_libraries_are_found_by_folder(
    system: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse = "usr/lib/x86_64-linux-gnu/pulseaudio"
    for name in (
        "usr/lib/x86_64-linux-gnu/libGL.so.1",
        "lib/x86_64-linux-gnu/libdbus-1.so.3",
        f"{pulse}/libpulsecommon-16.1.so",
        "usr/share/doc/a.so",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(system, "LIBRARIES", tmp_path)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    folders = system.private_variables()["LD_LIBRARY_PATH"].split(os.pathsep)
    assert folders == [
        str(tmp_path / "lib/x86_64-linux-gnu"),
        str(tmp_path / "usr/lib/x86_64-linux-gnu"),
        str(tmp_path / pulse),
        "/mine",
    ]


# .ci/run


@pytest.mark.parametrize("code", [0, 1, 7])
def test_the_run_of_the_machine_fails_honestly(tmp_path: Path, code: int) -> None:
    if shutil.which("bash") is None or os.name == "nt":
        pytest.skip("no bash here")
    said = tmp_path / "said"
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$PWD $*" > {said}\nexit {code}\n')
    python.chmod(0o755)
    done = subprocess.run(
        [shutil.which("bash") or "bash", str(ROOT / ".ci" / "run")],
        env={"PATH": f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin"},
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == code
    assert said.read_text().split() == [str(ROOT), "packaging/dev.py", "test"]


def test_the_run_of_the_machine_passes_over_an_old_python(tmp_path: Path) -> None:
    if shutil.which("bash") is None or os.name == "nt":
        pytest.skip("no bash here")
    for name, body in {"python3": "exit 1", "python3.12": '[ "$1" = -c ] && exit 0; exit 42'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    for name in ("dirname", "bash"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    run = [str(tmp_path / "bash"), str(ROOT / ".ci" / "run")]
    assert subprocess.run(run, env={"PATH": str(tmp_path)}, check=False).returncode == 42
    (tmp_path / "python3.12").unlink()
    done = subprocess.run(run, env={"PATH": str(tmp_path)}, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr


# Files that open with a double click


def test_the_desktop_knows_both_kinds_of_file_and_how_to_open_them() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "linux" / "rubricapp.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["Exec"] == "rubricapp gui %f"
    root = ElementTree.parse(PACKAGING / "linux" / "rubricapp.xml").getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kinds = {each.get("type"): each.find(f"{space}glob").get("pattern") for each in root.iter(f"{space}mime-type")}
    assert sorted(kinds.values()) == ["*.rubricfolio", "*.rubricpack"]
    assert set(desktop["MimeType"].strip(";").split(";")) == set(kinds)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(kind in readme for kind in kinds)
