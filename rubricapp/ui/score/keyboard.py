"""What the acts of the key table do on the scoring page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from rubricapp.core.model import Blank
from rubricapp.i18n import _
from rubricapp.ui.widgets.choice_button import ChoiceButton

if TYPE_CHECKING:
    from rubricapp.ui.score.page import ScorePage
    from rubricapp.ui.score.writer import Place

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
        "comment": lambda: _write(page, act),
        "bank": lambda: _write(page, act),
        "keep_comment": lambda: page.comments.keep(page.sheet.current),
        "reopen": lambda: _reopen(page),
        "hints": lambda: page.sheet.row.toggle_hints(),
        "time_code": lambda: _mark(page),
        "note": lambda: page.side.do("note") or page.foot.open_note(),
        "next": lambda: page.go(1),
        "previous": lambda: page.go(-1),
        "finish": page.finish,
        "across": lambda: page.desk.is_own or page.header.across_button.toggle(),
        "auto_advance": page.footer.auto_advance.toggle,
        "keys": page.keys_wanted.emit,
        "undo": page.session.undo_stack.undo,
        "redo": page.session.undo_stack.redo,
    }.get(act)
    if doing is None:
        return page.side.do(act)
    doing()
    return True


def why_locked(page: ScorePage, place: Place) -> str:
    """Why nothing can be written in a row, and what opens it."""
    session = page.session
    if session.ws.read_only:
        return _("This workspace is read only: nothing can be changed.")
    if session.me is None:
        return _("Nobody is named as assessor: say who you are on Home, then score.")
    if page.desk.criterion is not None:
        return _("The assessment of {name} is finished. Go to it (V) and reopen it with a reason to change it.").format(
            name=page.desk.person(place).name
        )
    return _("This assessment is finished. Press R, or choose Reopen…, and give a reason to change it.")


def _write(page: ScorePage, act: str) -> None:
    """The comment of the current row, or the bank for it; a locked comment may only be looked at."""
    row = page.sheet.row
    if row.is_locked and (act == "bank" or row.comment is None or not row.comment.text):
        page.notice.emit(why_locked(page, page.desk.places()[page.sheet.current]))
    elif act == "bank":
        page.comments.open_bank(page.sheet.current)
    else:
        row.open_comment()


def _reopen(page: ScorePage) -> None:
    if page.locked_panel.isVisibleTo(page) and not page.locked_panel.reopen_button.isHidden():
        page.reopen_panel.ask()
    elif page.desk.criterion is None and page.desk.assessment is not None and not page.desk.assessment.is_open:
        page.notice.emit(why_locked(page, page.desk.places()[0]))
    else:
        page.notice.emit(_("Nothing to reopen: this is not finished."))


def _mark(page: ScorePage) -> None:
    """The moment becomes evidence, and stands in the comment, ready to write on."""
    if page.side.time_code():
        page.side.do("pause")
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
