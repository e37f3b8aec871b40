"""The keys of the scoring screen as data: the page obeys this table, and help and menus are printed from it.

Question: QShortcut or key events? Decision: key events that the focused control left over, looked up here by the
character they typed. Reasons: a box in which somebody types takes its characters first, so no single key can fire
while typing; a French keyboard sends & é " ' ( for its unshifted number row, and the character says so whatever the
layout; nothing is ambiguous with the window's own shortcuts. 2026-11-21.

Single keys (without Ctrl) can be turned off in the settings (WCAG 2.2, 2.1.4); arrows, Enter and Tab stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from rubricapp.core.model import Blank
from rubricapp.i18n import _

_FRENCH_ROW = {"1": "&", "2": "é", "3": '"', "4": "'", "5": "(", "6": "-", "7": "è", "8": "_", "9": "ç", "0": "à"}


@dataclass(frozen=True)
class Binding:
    """One act and its keys: characters as typed ("1", "&", "c") or names as QKeySequence writes them ("Ctrl+Return").

    keys[0] is the one that help shows. plain: a single character, which can be turned off.
    """

    act: str
    keys: tuple[str, ...]
    plain: bool = True


def _digit(act: str, digit: str, *more: str) -> Binding:
    return Binding(act, (digit, _FRENCH_ROW[digit], *more))


LEVELS = tuple(_digit(f"level_{digit}", digit) for digit in "123456789")
BLANKS = {
    Blank.NOT_OBSERVED: _digit("not_observed", "0"),
    Blank.NOT_APPLICABLE: Binding("not_applicable", ("x",)),
    Blank.INSUFFICIENT_EVIDENCE: Binding("insufficient_evidence", ("u",)),
}
ACTS = (
    *LEVELS,
    *BLANKS.values(),
    Binding("clear", ("Backspace", "Del"), plain=True),
    Binding("previous_row", ("Up",), plain=False),
    Binding("next_row", ("Down", "Return", "Enter"), plain=False),
    Binding("comment", ("c",)),
    Binding("bank", ("/",)),
    Binding("hints", ("h",)),
    Binding("time_code", ("m",)),
    Binding("range_start", ("i",)),
    Binding("link", ("g",)),
    Binding("next", ("n",)),
    Binding("previous", ("p",)),
    Binding("auto_advance", ("a",)),
    Binding("across", ("v",)),
    Binding("evidence", ("e",)),
    Binding("full_screen", ("f",)),
    Binding("play", ("k",)),
    Binding("back", ("j",)),
    Binding("forward", ("l",)),
    Binding("frame_back", (",", ";")),
    Binding("frame_forward", (".", ":")),
    Binding("keys", ("?",)),
    Binding("note", ("o",)),
    Binding("reopen", ("r",)),
    Binding("finish", ("Ctrl+Return", "Ctrl+Enter"), plain=False),
    Binding("keep_comment", ("Ctrl+S",), plain=False),
    Binding("paste", ("Ctrl+V",), plain=False),
    Binding("undo", ("Ctrl+Z",), plain=False),
    Binding("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), plain=False),
)
_BY_KEY = {key: binding for binding in ACTS for key in binding.keys}


def words_of(act: str) -> str:
    """What an act does, for help and menus."""
    return {
        **{f"level_{digit}": _("Level {level}, then the next criterion").format(level=digit) for digit in "123456789"},
        "not_observed": _("Not observed"),
        "not_applicable": _("Not applicable"),
        "insufficient_evidence": _("Insufficient evidence"),
        "clear": _("Clear the rating"),
        "previous_row": _("Previous criterion"),
        "next_row": _("Next criterion"),
        "comment": _("Comment"),
        "bank": _("Comment bank"),
        "hints": _("Evidence to ask for, and guidance"),
        "time_code": _("Mark: link this moment of the clip to the criterion, and its time code into the comment"),
        "range_start": _("Begin a range of the clip; O ends it and links it"),
        "link": _("Link the work as it is shown (moment, page, whole) to the criterion"),
        "next": _("Next participant"),
        "previous": _("Previous participant"),
        "auto_advance": _("Move on after a rating: on or off"),
        "across": _("One criterion across all participants, and back"),
        "evidence": _("Evidence: show or hide"),
        "full_screen": _("Evidence over the whole page, and back"),
        "play": _("Play or pause"),
        "back": _("Back 5 seconds"),
        "forward": _("Forward 5 seconds"),
        "frame_back": _("One frame back"),
        "frame_forward": _("One frame forward"),
        "keys": _("All keys"),
        "note": _("Overall note; after I: end the range and link it"),
        "finish": _("Finish scoring"),
        "reopen": _("Reopen a finished assessment, with a reason"),
        "keep_comment": _("Keep this comment in the bank"),
        "paste": _("Take a picture or files from the clipboard as evidence"),
        "undo": _("Undo"),
        "redo": _("Redo"),
    }[act]


def table(top_level: int = 5) -> Iterator[tuple[str, str]]:
    """(keys as people write them, what they do) of every act, for help. top_level: steps of the scale."""
    for binding in ACTS:
        if binding.act.startswith("level_") and int(binding.act[6:]) > top_level:
            continue
        yield " ".join(dict.fromkeys(shown(key) for key in binding.keys)), words_of(binding.act)


def shown(key: str) -> str:
    """A key as it stands on the keyboard: "C", "↑", "Ctrl+Enter"."""
    names = {"Up": "↑", "Down": "↓", "Return": _("Enter"), "Backspace": "⌫"}
    if len(key) == 1:
        return key.upper() if key.isascii() else key
    return "+".join(names.get(part, part) for part in key.split("+"))


def act_of(event: QKeyEvent, plain_keys: bool = True) -> str:
    """The act that a key press means, or "". plain_keys: whether single characters count (see the settings)."""
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier):
        key = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
    elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return ""
    elif event.text() and event.text().isprintable() and event.text() != " ":
        key = event.text().casefold()
    else:
        key = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
    binding = _BY_KEY.get(key.replace("Num+", ""))
    return binding.act if binding and (plain_keys or not binding.plain) else ""
