"""Make a Python environment for this checkout from whatever the machine has.

In this order, each only when the one before is not possible:

1. `python -m venv .venv`, as everywhere.
2. `python -m venv --without-pip .venv`, served by the system's pip, or by a pip wheel fetched from the index
   (pinned, its checksum checked). Bare Debian has no ensurepip, and PEP 668 closes its pip for the system.
3. apt-get install python3-venv, when that is allowed, and again from 1.
4. Packages in `.cache/site` on PYTHONPATH, when there is no venv module at all.

The versions are those of `lock.txt`; where they do not exist for an old system, the ranges of `pyproject.toml`.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import dev_system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
SITE = CACHE / "site"
LOCK = ROOT / "packaging" / "lock.txt"
PYPROJECT = ROOT / "pyproject.toml"
LOG = CACHE / "setup.log"
EXTRAS = ("test", "dev")

PIP_VERSION = "26.3"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PIP_WHEEL = f"pip-{PIP_VERSION}-py3-none-any.whl"
TRIES = 3
CONNECT = (
    "Connect to the internet (the first time only) and run the same command again; what was already fetched is kept."
)
# Offline, pip ends with "No matching distribution" too: the order matters.
TROUBLES = {
    "certificate": ("CERTIFICATE_VERIFY_FAILED", "certificate verify failed"),
    "network": (
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "Connection aborted",
        "Connection broken",
        "ConnectionResetError",
        "ProxyError",
        "Temporary failure in name resolution",
        "Network is unreachable",
        "No route to host",
        "IncompleteRead",
    ),
    "versions": (
        "No matching distribution found",
        "Could not find a version that satisfies",
        "ResolutionImpossible",
        "is not a supported wheel",
        "Failed to build",
        "failed-wheel-build",
        "subprocess-exited-with-error",
    ),
}


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do. offline: because there is no network."""

    def __init__(self, text: str, offline: bool = False) -> None:
        super().__init__(text)
        self.offline = offline


@dataclass(frozen=True)
class Environment:
    """A Python that has (or will have) what the project needs; site: packages outside a venv, or None."""

    python: Path
    site: Path | None = None

    @property
    def stamp(self) -> Path:
        return (self.site or VENV) / "rubricapp-stamp.txt"

    def variables(self) -> dict[str, str]:
        """Environment variables for children: this checkout is always found first."""
        paths = [str(ROOT)]
        if self.site is not None:
            paths.append(str(self.site))
        if os.environ.get("PYTHONPATH"):
            paths.append(os.environ["PYTHONPATH"])
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def say(text: str) -> None:
    """One line for the person, in order with the output of children."""
    print(text, flush=True)


# The interpreter


def python_of(venv: Path) -> Path:
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def answers(command: Sequence[str], code: str | None = None) -> bool:
    """Whether a command (or Python code run by it) ends well."""
    words = [*command, "-c", code] if code is not None else list(command)
    try:
        return subprocess.run(words, capture_output=True, timeout=120, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def log(text: str) -> None:
    CACHE.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as file:
        file.write(text.rstrip() + "\n")


def details() -> str:
    """Where everything that was tried is written down, and the end of it."""
    last = LOG.read_text("utf-8").strip().splitlines()[-1:] if LOG.exists() else []
    return "\n".join([f"Details: {LOG}", *(f"The last of them: {line}" for line in last)])


def make_venv(*options: str) -> bool:
    """Make `.venv` anew; on failure nothing of it remains."""
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run(
        [sys.executable, "-m", "venv", *options, str(VENV)], capture_output=True, text=True, check=False
    )
    log(f"$ python -m venv {' '.join(options)}: {result.returncode}\n{result.stdout}{result.stderr}")
    good = result.returncode == 0 and answers(
        [str(python_of(VENV))], "import sys; sys.exit(sys.prefix == sys.base_prefix)"
    )
    if not good:
        shutil.rmtree(VENV, ignore_errors=True)
    return good


def index_page() -> str:
    """The page of the package index that lists pip's files: of PyPI, or of the mirror that pip is told to use."""
    return os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"


def download(url: str, accept: str) -> bytes:
    """The content of a page, tried a few times. Raises OSError."""
    for attempt in range(1, TRIES + 1):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=60) as answer:
                return answer.read()
        except OSError as error:
            log(f"fetching {url}, try {attempt}: {error}")
            if attempt == TRIES or isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(attempt)
    raise AssertionError  # the last try returns or raises


def fetch_pip() -> Path | None:
    """The pinned pip wheel in `.cache`, fetched when it is not there; None when it cannot be fetched.

    A wheel is a zip that Python runs as it is. A file with another checksum is never used.
    """
    wheel = CACHE / PIP_WHEEL
    if not wheel.exists():
        try:
            page = download(index_page(), "text/html").decode("utf-8", "replace")
            link = re.search(rf'href="([^"]*{re.escape(PIP_WHEEL)})[#"]', page)
            if link is None:
                log(f"{PIP_WHEEL} is not listed on {index_page()}")
                return None
            content = download(urllib.parse.urljoin(index_page(), html.unescape(link[1])), "*/*")
        except OSError:
            return None
        CACHE.mkdir(exist_ok=True)
        part = wheel.with_suffix(".part")
        part.write_bytes(content)
        part.replace(wheel)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != PIP_SHA256:
        wheel.unlink()
        raise SetupError("The fetched pip is not the one this project trusts (wrong checksum). Nothing was run.")
    return wheel


def find_pip(python: Path) -> tuple[str, ...] | None:
    """A pip command that installs into `python`: its own, the one that started us, or the fetched wheel."""
    if answers([str(python), "-m", "pip", "--version"]):
        return (str(python), "-m", "pip")
    # pip learned --python in 22.3.
    if answers([sys.executable, "-m", "pip", "--python", str(python), "--version"]):
        return (sys.executable, "-m", "pip", "--python", str(python))
    wheel = fetch_pip()
    return None if wheel is None else (str(python), str(wheel / "pip"))


def existing() -> Environment | None:
    """The environment of an earlier run, when it still works (a moved or removed Python makes it useless)."""
    python = python_of(VENV)
    if python.exists() and answers([str(python)], "import sys; sys.exit(sys.version_info < (3, 11))"):
        return Environment(python)
    if not VENV.exists() and Environment(Path(sys.executable), SITE).stamp.exists():
        return Environment(Path(sys.executable), SITE)
    return None


def new_venv() -> Environment | None:
    """`.venv` with a pip to serve it, or None."""
    for options in ((), ("--without-pip",)):
        if make_venv(*options) and find_pip(python_of(VENV)):
            return Environment(python_of(VENV))
    shutil.rmtree(VENV, ignore_errors=True)
    return None


def new_environment() -> Environment:
    say("Making a Python environment in .venv …")
    environment = new_venv()
    if environment is None and dev_system.apt_install(["python3-venv"], "to make a Python environment"):
        environment = new_venv()
    if environment is not None:
        return environment
    if find_pip(Path(sys.executable)) is None:
        raise SetupError(
            f"This Python has neither venv nor pip, and pip could not be fetched ({index_page()}).\n"
            "Connect to the internet and run the same command again, or install both first: "
            f"on Debian and Ubuntu `apt-get install python3-venv`.\n{details()}"
        )
    say("There is no venv here; the packages go to .cache/site.")
    return Environment(Path(sys.executable), SITE)


# What is installed


def fingerprint(python_version: str) -> str:
    """Changes when the project's needs, the lock or the Python change: then, and only then, install again."""
    digest = hashlib.sha256(python_version.encode())
    for path in (PYPROJECT, LOCK):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def requirements(pyproject: Path, extras: Sequence[str] = EXTRAS) -> list[str]:
    """The requirements of the project with its extras, as pip writes them."""
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    found = list(project["dependencies"])
    for extra in extras:
        found += project["optional-dependencies"][extra]
    return found


def without_window(wanted: Sequence[str]) -> list[str]:
    """The requirements without Qt, for systems that have no Qt wheel: core, command line and reports still run."""
    return [item for item in wanted if not item.lower().startswith(("pyside6", "pytest-qt"))]


def attempts(environment: Environment) -> Iterator[tuple[str, list[list[str]]]]:
    """What to try, best first: a line for the person, and the arguments of the pip runs."""
    names = requirements(PYPROJECT)
    lock = ["--constraint", str(LOCK)]
    if environment.site is not None:
        target = ["--upgrade", "--target", str(environment.site)]
        yield "", [[*target, *lock, *names]]
        yield "The locked versions do not fit this system; trying others.", [[*target, *names]]
        yield "There is no Qt for this system; going on without the window.", [[*target, *without_window(names)]]
        return
    project = ["--editable", f"{ROOT}[{','.join(EXTRAS)}]"]
    yield "", [[*lock, *project]]
    yield "The locked versions do not fit this system; trying others.", [project]
    yield (
        "There is no Qt for this system; going on without the window.",
        [without_window(names), ["--no-deps", "--editable", str(ROOT)]],
    )


def pip_install(pip: Sequence[str], arguments: Sequence[str]) -> tuple[bool, str]:
    """Run pip install; says what is being downloaded, keeps everything in the log. Returns success and output."""
    command = [*pip, "install", "--disable-pip-version-check", "--retries", "3", "--timeout", "60"]
    # Settings of the person for other projects must not move the packages elsewhere.
    variables = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}
    for name in ("PIP_TARGET", "PIP_PREFIX", "PYTHONPATH"):
        variables.pop(name, None)
    log(f"$ pip install {' '.join(arguments)}")
    kept: list[str] = []
    with subprocess.Popen(
        [*command, "--progress-bar", "off", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=variables,
        cwd=ROOT,
    ) as child:
        for line in child.stdout or ():
            kept.append(line)
            if re.match(r"\s*Downloading .*\([\d.]+ MB\)", line):
                say("  " + line.strip())
    output = "".join(kept)
    log(output)
    return child.returncode == 0, output


def trouble(output: str) -> str:
    """What kind of failure pip's words tell of: "certificate", "network", "versions" or "other"."""
    for kind, words in TROUBLES.items():
        if any(word in output for word in words):
            return kind
    return "other"


def install(environment: Environment) -> None:
    """Install what the project needs. Raises SetupError."""
    pip = find_pip(environment.python)
    if pip is None:
        raise SetupError(f"No pip here, and none could be fetched. {CONNECT}\n{details()}", offline=True)
    say("Installing what rubricapp needs; the first time this fetches about 300 MB …")
    output = ""
    for announcement, runs in attempts(environment):
        if announcement:
            say(announcement)
        good = False
        for arguments in runs:
            for attempt in range(TRIES):
                good, output = pip_install(pip, arguments)
                if good or trouble(output) != "network":
                    break
                say(f"  The connection broke (try {attempt + 1} of {TRIES}).")
                time.sleep(2 * attempt)
            if not good:
                break
        if good:
            return
        if trouble(output) != "versions":
            break
    if trouble(output) == "network":
        raise SetupError(f"The package index cannot be reached. {CONNECT}\nDetails: {LOG}", offline=True)
    if trouble(output) == "certificate":
        raise SetupError(
            "The package index was reached, but its certificate is not trusted here. Install the package "
            f"ca-certificates, or the certificate of your network, and run the same command again.\nDetails: {LOG}"
        )
    last = "".join(f"  {line}\n" for line in output.strip().splitlines()[-12:])
    raise SetupError(f"pip could not install what rubricapp needs:\n{last}Everything it said: {LOG}")


def ready() -> Environment:
    """The environment of this checkout, made or brought up to date when needed. Raises SetupError."""
    environment = existing() or new_environment()
    version = subprocess.run(
        [str(environment.python), "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=True
    ).stdout
    wanted = fingerprint(version)
    stamp = environment.stamp
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == {"fingerprint": wanted}:
        return environment
    try:
        if environment.site is None:
            install(environment)
        else:
            replace_site(environment)
    except SetupError as error:
        if not (error.offline and stamp.exists()):
            raise
        say("The project needs other packages than before, and the network is away: going on with those that are here.")
        return environment
    stamp.write_text(json.dumps({"fingerprint": wanted}), "utf-8")
    return environment


def replace_site(environment: Environment) -> None:
    """Install beside `.cache/site`, then take its place: pip --target never removes what is no longer wanted."""
    fresh = SITE.with_name("site.new")
    shutil.rmtree(fresh, ignore_errors=True)
    install(Environment(environment.python, fresh))
    shutil.rmtree(SITE, ignore_errors=True)
    fresh.rename(SITE)
