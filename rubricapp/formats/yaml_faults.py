"""What a YAML parser complains about, in the words of somebody who wrote a rubric in a text editor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubricapp.core.rubric_findings import Path

if TYPE_CHECKING:
    from ruamel.yaml.error import YAMLError

Place = tuple[int, int]
"""Line and column, counted from 1; the column counts characters."""


@dataclass(frozen=True)
class Fault:
    """Something in a file that cannot be read or is not accepted. path: whose value it is, where that is known."""

    code: str
    place: Place
    message: str
    do: str
    path: Path | None = None


@dataclass(frozen=True)
class _Rule:
    """What to say when the parser says `pattern` (context | problem). at_start: show where the trouble began."""

    pattern: str
    code: str
    message: str
    do: str
    at_start: bool = False


_QUOTE = "Put the whole text between one pair of quotes."
_INDENT = "Indent the line as far as the lines it belongs to, with spaces only."
_LAST = _Rule("", "Y_SYNTAX", "this line cannot be understood.", f"{_INDENT} {_QUOTE}")
_RULES = (
    _Rule(r"character '\\t' that", "Y_TAB", "a tab stands where spaces must be.", "Type spaces instead."),
    _Rule("that cannot start any token", "Y_SIGN", "a text cannot begin with this sign.", _QUOTE),
    _Rule(
        r"quoted scalar\|found unexpected (end|document)",
        "Y_QUOTE_OPEN",
        "a quote opens here and is not closed.",
        "Close it. Inside single quotes, write an apostrophe twice ('').",
        at_start=True,
    ),
    _Rule(
        "escape (character|sequence)|quoted scalar",
        "Y_BACKSLASH",
        "a backslash has a meaning of its own between double quotes.",
        "Write it twice, or use single quotes.",
    ),
    _Rule(
        "an (anchor|alias)", "Y_REFERENCE", "a text begins with * or &, which refers to another place.", _QUOTE, True
    ),
    _Rule("(a|undefined|an) tag( handle)?\\b", "Y_TAG", "a text begins with !, which gives it a type.", _QUOTE, True),
    _Rule("directive|\\(version|tag handle", "Y_PERCENT", "a line begins with %, which gives orders.", "Take it out."),
    _Rule(
        "a block scalar",
        "Y_BLOCK",
        "behind | or > stands something that does not belong there.",
        "Begin the text on the next line, indented.",
    ),
    _Rule("more indented", "Y_BLOCK", "an empty line here is longer than the first line's indentation.", _INDENT),
    _Rule(
        "expected ':'",
        "Y_NO_COLON",
        "this line is neither “name: value” nor part of the text above it.",
        "Add the colon and a space, or indent the line further than the name above it.",
        at_start=True,
    ),
    _Rule(
        "unexpected ':'|values are not allowed",
        "Y_COLON",
        "a colon stands where no name can be.",
        "Put a text that contains “: ” between quotes, and check the indentation.",
    ),
    _Rule(
        "(entries|keys) are not allowed",
        "Y_DASH",
        "“- ” or “? ” stands where no entry can begin.",
        "Begin the entry on its own line, indented like the others. If it is text, put it between quotes.",
    ),
    _Rule(
        "parsing a flow",
        "Y_BRACKET",
        "a bracket [ or { opens here, but a comma or the closing bracket is missing.",
        "Put commas between the entries and close it. If it is text, put it between quotes.",
        at_start=True,
    ),
    _Rule("but found '<scalar>'", "Y_AFTER_VALUE", "more text follows where the value has ended.", _QUOTE),
    _Rule("<block end>", "Y_INDENT", "this line does not line up with the lines before it.", _INDENT),
    _Rule("node content", "Y_NO_VALUE", "a value is missing, or begins with a sign that cannot begin one.", _QUOTE),
    _Rule("document (start|end)", "Y_AFTER_END", "this line does not belong to what stands above it.", _INDENT),
)


def fault_of(error: YAMLError, text: str, last: Place) -> Fault:
    """The parser's complaint about `text` as a fault. last: where the parser was last, if the error does not say."""
    start, here = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
    said = f"{getattr(error, 'context', None) or ''}|{getattr(error, 'problem', None) or ''}"
    rule = next((each for each in _RULES if re.search(each.pattern, said)), _LAST)
    mark = (start if rule.at_start else here) or here or start
    place = (mark.line + 1, mark.column + 1) if mark else last
    return _blank_trouble(text, place) or Fault(rule.code, place, rule.message, rule.do)


def _blank_trouble(text: str, place: Place) -> Fault | None:
    """Tabs and spaces of the web in the indentation look right and are wrong; the line below is often blamed."""
    lines = text.split("\n", place[0])[: place[0]]
    for number in (place[0], place[0] - 1):
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        sign = re.match(r" *([\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])", line)
        if sign and sign[1] == "\t":
            return Fault("Y_TAB", (number, sign.end()), "the line begins with a tab.", "Indent with spaces.")
        if sign:
            message = "the line begins with a special space, as web pages have them."
            return Fault("Y_SPACE", (number, sign.end()), message, "Delete the line's beginning and type spaces.")
    return None
