"""What the acts of the key table do on the scoring page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from rubricapp.core.model import Blank
from rubricapp.ui.widgets.choice_button import ChoiceButton

if TYPE_CHECKING:
    from rubricapp.ui.score.page import ScorePage

WHILE_TYPING = {"finish", "keep_comment"}
"""Acts that mean the same with the cursor in a text."""


def do(page: ScorePage, act: str, focus: QWidget | None) -> bool:
    """Do what a key asks for; False where it means nothing here, so that others may take it."""
    typing = isinstance(focus, QLineEdit) or (isinstance(focus, QPlainTextEdit) and not focus.isReadOnly())
    if typing and act not in WHILE_TYPING:
        return False
    if act in ("previous_row", "next_row"):
        return _move(page, act, focus)
    if act.startswith("level_"):
        level = int(act.removeprefix("level_"))
        if level > page.desk.rubric.top_level:
            return False
        page.rate(page.sheet.current, level)
        return True
    if act in set(Blank):
        page.rate(page.sheet.current, Blank(act))
        return True
    doing = {
        "clear": lambda: page.rate(page.sheet.current, None),
        "comment": lambda: page.sheet.row.open_comment(),
        "bank": lambda: page.comments.open_bank(page.sheet.current),
        "keep_comment": lambda: page.comments.keep(page.sheet.current),
        "hints": lambda: page.sheet.row.toggle_hints(),
        "time_code": lambda: _mark(page),
        "note": lambda: page.side.do("note") or page.foot.open_note(),
        "next": lambda: page.go(1),
        "previous": lambda: page.go(-1),
        "finish": page.finish,
        "across": page.header.across_button.toggle,
        "auto_advance": page.footer.auto_advance.toggle,
        "keys": page.keys_wanted.emit,
        "undo": page.session.undo_stack.undo,
        "redo": page.session.undo_stack.redo,
    }.get(act)
    if doing is None:
        return page.side.do(act)
    doing()
    return True


def _mark(page: ScorePage) -> None:
    """The moment becomes evidence, and stands in the comment, ready to write on."""
    if page.side.time_code():
        page.side.link("link")
    page.comments.add_time_code(page.sheet.current)


def _move(page: ScorePage, act: str, focus: QWidget | None) -> bool:
    """Up, Down and Enter: another row; but Enter on a button presses it, and a list keeps its arrows."""
    if isinstance(focus, QComboBox):
        return False
    if act == "next_row" and isinstance(focus, QAbstractButton) and not isinstance(focus, ChoiceButton):
        focus.click()
    else:
        page.sheet.set_current(page.sheet.current + (1 if act == "next_row" else -1))
    return True
