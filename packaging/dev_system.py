"""What Qt needs from the system, and how to get it: the screen, shared libraries, a virtual screen for tests.

Qt's wheels bring Qt, not the libraries below it. On a bare Debian even `import PySide6.QtCore` fails. In order:

1. they are there: nothing to do;
2. apt-get, as root or by `sudo -n`, never asking for a password;
3. without root, the same packages unpacked into `.cache/qtlibs`, used by the children of dev.py alone;
4. go on without the window, and say so.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dev_environment import Environment

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
LIBRARIES = CACHE / "qtlibs"
FONTS = ROOT / "resources" / "fonts"

# Debian 12; newer names are found through their Provides.
OFFSCREEN = ["libegl1", "libgl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0"]
SCREEN = [
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libwayland-cursor0",
]
VIDEO = ["libpulse0", "libxrandr2"]
# What shows it is there, and its package: for the tests that drive the real window as a screen reader does.
VIRTUAL_SCREEN = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "dbus-run-session": "dbus",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "pyatspi": "python3-pyatspi",
    # What Qt needs to show a window under X, and not offscreen.
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Optional: 300 MB that only the tests of the portfolio's web pages use. Never installed from here.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Drivers for graphics cards: large, and never used without a screen.
NOT_NEEDED_OFFSCREEN = re.compile(
    r"mesa|llvm|gallium|libdrm-[a-z]+\d|libz3|libsensors|libpciaccess|vulkan|dri\b|^libicu"
)

PROBE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
QLabel('a').grab()
print(app.platformName())
"""
# Where no screen answers, Qt quietly takes one of these and shows nothing to anybody.
NO_SCREEN = {"offscreen", "minimal", "minimalegl", "vnc", "vkkhrdisplay", "linuxfb", "eglfs"}


@dataclass(frozen=True)
class Libraries:
    """How to start a program that uses Qt: extra environment variables, or the problem that forbids it."""

    variables: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def say(text: str) -> None:
    print(text, flush=True)


def has_screen(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether a window can be shown to somebody. platform as in sys.platform; environ as in os.environ."""
    if environ.get("CI"):
        return False
    if platform in ("win32", "darwin"):
        return not any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


# apt


def apt_prefix() -> list[str] | None:
    """How to call apt-get with the rights to install: [], ["sudo", "-n"], or None where it cannot be."""
    if os.environ.get("RUBRICAPP_NO_APT") or not shutil.which("apt-get") or not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def quiet(command: Sequence[str], timeout: float = 900) -> bool:
    """Run a command without a word; its output goes to the log. Whether it ended well."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.log").open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n")
        file.flush()
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
                cwd=CACHE,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            file.write(f"{error}\n")
            return False
    return done.returncode == 0


def apt_install(packages: Sequence[str], why: str) -> bool:
    """Install Debian packages when that is allowed without a password. Whether they are installed now."""
    prefix = apt_prefix()
    if prefix is None:
        return False
    say(f"Installing system packages {why}: {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    apt += ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    # The lists of a fresh machine are empty or old.
    if quiet(install) or (quiet([*apt, "update"]) and quiet(install)):
        return True
    say("  That did not work; see .cache/setup.log")
    return False


# Qt


def probe(environment: Environment, variables: Mapping[str, str], offscreen: bool = True) -> str:
    """Start Qt in a child. Empty when a widget could be drawn, else the line that tells why."""
    try:
        done = subprocess.run(
            [str(environment.python), "-c", PROBE],
            env={**environment.variables(), **variables},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "Qt did not answer within two minutes"
    if done.returncode == 0:
        platform = done.stdout.strip()
        asked = offscreen or os.environ.get("QT_QPA_PLATFORM")
        return "" if asked or platform not in NO_SCREEN else f"the screen does not answer, Qt would use {platform!r}"
    return telling_line(done.stderr) or f"Qt ended with code {done.returncode}"


def telling_line(said: str) -> str:
    """The line of Qt's words that names the cause: the first; what follows are its consequences."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    signs = ("Error:", "could not connect", "is needed to load", "Could not load")
    return next((line for line in lines if any(sign in line for sign in signs)), lines[-1] if lines else "")


def lacks_libraries(problem: str) -> bool:
    """Whether packages of the system could help; they cannot where the screen itself does not answer."""
    return any(sign in problem for sign in ("shared object", "is needed to load", "Could not load"))


def private_variables() -> dict[str, str]:
    """Environment variables that let Qt find the libraries in `.cache/qtlibs`."""
    place = re.compile(r"/lib/[^/]+-linux-gnu[^/]*(/pulseaudio)?$")
    folders = sorted(
        {path.parent.as_posix() for path in LIBRARIES.rglob("*.so*") if place.search(path.parent.as_posix())}
    )
    before = os.environ.get("LD_LIBRARY_PATH")
    variables = {"LD_LIBRARY_PATH": os.pathsep.join([*folders, *([before] if before else [])])}
    if not Path("/etc/fonts/fonts.conf").exists():
        conf = LIBRARIES / "fonts.conf"
        conf.write_text(
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            f"  <dir>{FONTS}</dir>\n  <cachedir>{CACHE / 'fontconfig'}</cachedir>\n</fontconfig>\n",
            "utf-8",
        )
        variables["FONTCONFIG_FILE"] = str(conf)
    return variables


def unpack_private_libraries() -> bool:
    """Fetch what Qt needs offscreen as Debian packages and unpack them here, without root. Whether it worked.

    The lists of packages are kept in `.cache/apt`, since those of the system may be empty and may not be written.
    """
    if not all(shutil.which(name) for name in ("apt-get", "dpkg")):
        return False
    say("Fetching the libraries Qt needs into .cache/qtlibs (no root here) …")
    state, archives = CACHE / "apt", CACHE / "debs"
    for folder in (state / "lists" / "partial", state / "cache" / "archives" / "partial", archives, LIBRARIES):
        folder.mkdir(parents=True, exist_ok=True)
    options = ["-q", "-o", f"Dir::State::Lists={state / 'lists'}", "-o", f"Dir::Cache={state / 'cache'}"]
    options += ["-o", "Debug::NoLocking=1", "-o", "Acquire::Retries=3"]
    if not quiet(["apt-get", *options, "update"]):
        return False
    plan = subprocess.run(
        ["apt-get", *options, "--simulate", "--no-install-recommends", "install", *OFFSCREEN, *VIDEO],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    names = [
        name for name in re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE) if not NOT_NEEDED_OFFSCREEN.search(name)
    ]
    if plan.returncode != 0 or not names:
        return False
    download = ["env", "-C", str(archives), "apt-get", *options, "download", *names]
    good = quiet(download) and all(quiet(["dpkg", "-x", str(deb), str(LIBRARIES)]) for deb in archives.glob("*.deb"))
    if good:
        for folder in (state, archives):  # 160 MB of lists that nobody needs again
            shutil.rmtree(folder, ignore_errors=True)
    return good


def ensure_qt(environment: Environment, *, offscreen: bool) -> Libraries:
    """Make Qt start, offscreen or on the real screen, by the ways of this module's first lines."""
    platform = {"QT_QPA_PLATFORM": "offscreen"} if offscreen else {}
    problem = probe(environment, platform, offscreen)
    if not problem:
        return Libraries()
    if not lacks_libraries(problem) or not sys.platform.startswith("linux"):
        return Libraries(problem=problem)
    packages = [*OFFSCREEN, *SCREEN, *VIDEO]
    if apt_install(packages, "that Qt needs"):
        return Libraries(problem=probe(environment, platform, offscreen))
    advice = f"{problem} (on Debian: apt-get install {' '.join(packages)})"
    if not offscreen:
        return Libraries(problem=advice)
    for ready in (LIBRARIES.is_dir, unpack_private_libraries):
        if ready():
            variables = private_variables()
            problem = probe(environment, {**platform, **variables})
            if not problem:
                return Libraries(variables)
    return Libraries(problem=advice)


def missing_virtual_screen() -> list[str]:
    """Packages without which no test can drive a window on a virtual screen through the accessibility bus."""
    if not sys.platform.startswith("linux"):
        return list(VIRTUAL_SCREEN.values())
    missing = []
    for sign, package in VIRTUAL_SCREEN.items():
        if sign == "pyatspi":
            # It is a Debian package, so only Debian's own Python has it.
            found = Path("/usr/bin/python3").exists() and (
                subprocess.run(
                    ["/usr/bin/python3", "-c", "import pyatspi"], capture_output=True, check=False
                ).returncode
                == 0
            )
        elif ".so." in sign:
            found = _loads(sign)
        else:
            found = shutil.which(sign) is not None
        if not found:
            missing.append(package)
    return missing


def _loads(library: str) -> bool:
    """Whether the system's loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_virtual_screen() -> list[str]:
    """Install what `missing_virtual_screen` names, as root only; what is still missing. A failure is not repeated."""
    missing = missing_virtual_screen()
    tried = CACHE / "virtual-screen-tried.txt"
    if not missing or apt_prefix() != [] or (tried.exists() and tried.read_text("utf-8") == " ".join(missing)):
        return missing
    if not apt_install(missing, "for the tests on a virtual screen"):
        tried.write_text(" ".join(missing), "utf-8")
    return missing_virtual_screen()


def has_browser() -> bool:
    """Whether there is a browser in which tests can look at web pages."""
    return any(map(shutil.which, BROWSERS))
