"""YAML from strangers as plain dicts, lists, texts and numbers, with the line and column of every value.

Question: which YAML do we read? Decision: YAML 1.2 without anchors, aliases, tags, merge keys and second documents,
built here from the parser's events. Reasons: those parts can make a small file huge, run code or say one thing
twice; nobody writing a rubric needs them; and only the events know the place of everything and never recurse.
Dates, yes, no, on and off stay the text that was written. 2026-11-21.

The limits keep reading near a second, two at most: the parser is pure Python, and its time grows with values, words
and the length of lines (measured: 35 µs a value, 5 µs a word).
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from rubricapp.core.rubric_findings import Path, quoted
from rubricapp.errors import Exit, UserError
from rubricapp.formats.yaml_faults import Fault, Place, fault_of

if TYPE_CHECKING:
    from ruamel.yaml.events import Event, NodeEvent

MOST_BYTES = 1_000_000
MOST_LINES = 50_000
MOST_IN_LINE = 40_000
MOST_WORDS = 200_000
MOST_VALUES = 16_000
MOST_DEPTH = 20
MOST_FAULTS = 100

# What YAML's parser refuses, and what it takes for line ends while text editors do not.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_YES_OR_NO = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_EXPECTS_KEY: Any = object()


@dataclass
class Reading:
    """What a file says. value: None where nothing could be read. Places of values and of the names before them."""

    value: Any = None
    faults: list[Fault] = field(default_factory=list)
    values: dict[Path, Place] = field(default_factory=dict)
    names: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, name: bool = False) -> Place:
        """Where the value at `path` is, or its name; where it is not there, the place of what it would stand in."""
        if name and path in self.names:
            return self.names[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


class _Stop(Exception):
    """Reading ends here; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def read_file(path: FilePath) -> Reading:
    """Read one YAML file. Raises UserError E_FILE_… where there is no file that can be read."""
    reading = Reading()
    try:
        text = _text(_bytes(path))
        _small_enough(text)
        _build(text, reading)
    except _Stop as stop:
        reading.faults.append(stop.fault)
    return reading


def _bytes(path: FilePath) -> bytes:
    """The bytes of a regular file, one more than MOST_BYTES at most."""
    name = quoted(path.name or str(path), 120)
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):  # a pipe would be waited for
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name that no system allows
        what, do = f"There is no file {name}.", "Check the name and the folder."
        raise _no_file("E_FILE_MISSING", what, do, str(error)) from error
    except PermissionError as error:
        what, do = f"The file {name} may not be read.", "Copy it to a folder of yours and choose the copy."
        raise _no_file("E_FILE_DENIED", what, do, str(error)) from error
    except OSError as error:
        what, do = f"The file {name} cannot be read.", "Copy it to this computer and choose the copy."
        raise _no_file("E_FILE_UNREADABLE", what, do, str(error)) from error
    kind = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
    raise _no_file("E_FILE_KIND", f"{name} is {kind}.", "Choose the rubric itself, a .yaml file.")


def _no_file(code: str, what: str, do: str, details: str = "") -> UserError:
    return UserError(code, what, do=do, details=details, exit_code=Exit.UNREADABLE)


def _text(data: bytes) -> str:
    """The text of a file, with \\n at line ends."""
    if len(data) > MOST_BYTES:
        raise _Stop(_too_big("the file is larger than 1 MB"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        do = "Save it again with the encoding UTF-8."
        raise _Stop(Fault("Y_ENCODING", (1, 1), "the file is saved as UTF-16.", do))
    if b"\0" in data:
        before = data[: data.index(b"\0")]
        place = (before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        raise _Stop(Fault("Y_BINARY", place, "the file is not text.", "Choose the rubric's .yaml file."))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = "a letter here is not saved as UTF-8, so it cannot be read."
        raise _Stop(Fault("Y_ENCODING", place, message, "Save the file again with the encoding UTF-8.")) from error
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text):
        before = text[: control.start()]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"an invisible sign (U+{ord(control[0]):04X}) stands here."
        raise _Stop(Fault("Y_CONTROL", place, message, "Delete it and type this place again."))
    return text


def _small_enough(text: str) -> None:
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise _Stop(_too_big(f"the file has {len(lines):,} lines", (MOST_LINES, 1)))
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_IN_LINE:
            raise _Stop(_too_big(f"this line has {len(line):,} characters", (number, 1)))
    if len(text.split()) > MOST_WORDS:
        raise _Stop(_too_big(f"the file has more than {MOST_WORDS:,} words"))


def _too_big(what: str, place: Place = (1, 1)) -> Fault:
    return Fault("Y_TOO_BIG", place, f"{what}, more than any rubric needs.", "Check whether this is the right file.")


def _events(text: str) -> Iterator[Event]:
    """The parser's events. Raises _Stop with its complaint in plain words."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    events = YAML(typ="safe", pure=True, plug_ins=[]).parse(text)
    last = (1, 1)
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except YAMLError as error:
            raise _Stop(fault_of(error, text, last)) from error
        # The parser has no guard for some nonsense, such as letters beyond Unicode ("\UFFFFFFFF").
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _Stop(fault_of(YAMLError(), text, last)) from error
        last = (event.start_mark.line + 1, event.start_mark.column + 1)
        yield event


@dataclass
class _Frame:
    """A list or group being filled. path: None where its contents are thrown away. key: the name before the value."""

    value: Any
    path: Path | None
    is_key: bool = False
    key: Any = _EXPECTS_KEY
    wanted: bool = True
    seen: dict[str, Place] = field(default_factory=dict)

    @property
    def expects_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is _EXPECTS_KEY

    def next_path(self) -> Path | None:
        """Where the value that comes next will be."""
        if self.path is None or not self.wanted:
            return None
        return (*self.path, len(self.value) if isinstance(self.value, list) else self.key)

    def put(self, value: object) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
            return
        if self.wanted:
            self.value[self.key] = value
        self.key, self.wanted = _EXPECTS_KEY, True


def _build(text: str, reading: Reading) -> None:
    """Fill `reading` from the text. Raises _Stop where nothing more can be read."""
    from ruamel.yaml import events as kinds

    stack: list[_Frame] = []
    documents = count = 0
    for event in _events(text):
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, kinds.DocumentStartEvent):
            documents += 1
            if documents > 1:
                message = "a second document begins here."
                raise _Stop(Fault("Y_DOCUMENTS", place, message, "Keep one rubric in one file, without “---” lines."))
            if event.version not in (None, (1, 2)) or event.tags:
                message = "the file begins with orders to the reader (%)."
                reading.faults.append(Fault("Y_PERCENT", (1, 1), message, "Take the lines with % at the top out."))
        elif isinstance(event, kinds.CollectionEndEvent):
            frame = stack.pop()
            if frame.is_key:
                stack[-1].key, stack[-1].wanted = None, False
            elif stack:
                stack[-1].put(frame.value)
            else:
                reading.value = frame.value
        elif isinstance(event, kinds.NodeEvent):
            count += 1
            if count > MOST_VALUES:
                raise _Stop(_too_big(f"the file has more than {MOST_VALUES:,} values", place))
            _node(event, place, stack, reading)
            if len(stack) > MOST_DEPTH:
                message = f"the values are nested more than {MOST_DEPTH} deep."
                raise _Stop(Fault("Y_DEEP", place, message, "A rubric needs 6. Check the brackets and indentation."))
            if len(reading.faults) >= MOST_FAULTS:
                message = "there is more of this; the rest was not read."
                raise _Stop(Fault("Y_MANY", place, message, "Correct what is listed, then check again."))
    if reading.value is None and not reading.faults:
        raise _Stop(Fault("Y_EMPTY", (1, 1), "the file is empty.", "Choose the rubric's .yaml file."))


def _node(event: NodeEvent, place: Place, stack: list[_Frame], reading: Reading) -> None:
    """Take one scalar, reference, or beginning of a list or group."""
    from ruamel.yaml import events as kinds

    parent = stack[-1] if stack else None
    as_key = parent is not None and parent.expects_key
    path = () if parent is None else None if as_key else parent.next_path()
    _refused(event, place, path, reading)
    if isinstance(event, (kinds.SequenceStartEvent, kinds.MappingStartEvent)):
        if as_key:
            message = "the name before a colon is a list or group here."
            reading.faults.append(Fault("Y_KEY", place, message, "Put text that begins with [ or { between quotes."))
        elif path is not None:
            reading.values[path] = reading.names.get(path, place)
        value: Any = [] if isinstance(event, kinds.SequenceStartEvent) else {}
        stack.append(_Frame(value, path, is_key=as_key))
        return
    if path is not None and event.start_mark.index == event.end_mark.index:
        place = reading.names.get(path, place)  # nothing was written; the parser then points at what comes next
    value = None if isinstance(event, kinds.AliasEvent) else _scalar(event, place, path, reading)
    if parent is None:
        reading.value = value
        reading.values[()] = place
    elif as_key:
        _take_key(parent, event, value, place, reading)
    else:
        if path is not None:
            reading.values[path] = place
        parent.put(value)


def _refused(event: NodeEvent, place: Place, path: Path | None, reading: Reading) -> None:
    """Say which parts of YAML rubric files do without."""
    from ruamel.yaml import events as kinds

    if isinstance(event, kinds.AliasEvent):
        message = f"{quoted('*' + event.anchor)} refers to another place, which rubric files do not do."
        do = "Write the value out. If it is text, put it between quotes."
        reading.faults.append(Fault("Y_ALIAS", place, message, do, path))
    elif event.anchor:
        message = f"{quoted('&' + event.anchor)} marks a place to refer to, which rubric files do not do."
        reading.faults.append(
            Fault("Y_ANCHOR", place, message, "Delete it. If it is text, put it between quotes.", path)
        )
    if getattr(event, "ctag", None) is not None:
        message = f"{quoted(str(event.ctag))} gives a value a type of its own, which rubric files do not do."
        reading.faults.append(Fault("Y_TAG", place, message, "Delete it. If it is text, put it between quotes.", path))


def _scalar(event: Any, place: Place, path: Path | None, reading: Reading) -> object:
    """The value of one scalar as YAML 1.2 has it; what is quoted is text."""
    text: str = event.value
    if event.style:  # quotes, | or >
        return text
    if text in _NOTHING:
        return None
    if text in _YES_OR_NO:
        return _YES_OR_NO[text]
    if _WHOLE.fullmatch(text):
        if len(text) > 15:
            message = f"the number has {len(text)} digits."
            do = "Put it in quotes if it is text."
            reading.faults.append(Fault("Y_NUMBER", place, message, do, path))
            return text
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    return float(re.sub(r"\.(?=[a-z])", "", text.lower())) if _DECIMAL.fullmatch(text) else text


def _take_key(frame: _Frame, event: Any, value: object, place: Place, reading: Reading) -> None:
    """Remember the name before a colon, or why it cannot be one."""
    frame.key, frame.wanted = None, False
    text = getattr(event, "value", None)
    if text is None:  # a reference, said already
        return
    if text == "<<" and not event.style:
        message = "“<<” takes values over from another place, which rubric files do not do."
        reading.faults.append(Fault("Y_MERGE", place, message, "Write the values out."))
        return
    if value is None or not text:
        reading.faults.append(
            Fault("Y_KEY", place, "the name before the colon is missing.", "Write it, or delete the colon.")
        )
        return
    key = value if type(value) is int else text
    first = frame.seen.setdefault(str(key), place)
    if first is not place:
        message = f"{quoted(text)} is there twice: first in line {first[0]}, again in line {place[0]}."
        reading.faults.append(Fault("Y_TWICE", place, message, "Keep one of them."))
        return
    frame.key, frame.wanted = key, True
    path = frame.next_path()
    if path is not None:
        reading.names[path] = place
