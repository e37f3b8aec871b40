"""Undo: the earlier value is written again, which is a new change in the log, never a deletion."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand

from rubricapp.core.model import Blank
from rubricapp.i18n import _
from rubricapp.ui.score.row import blank_words
from rubricapp.ui.score.writer import Place, Value, Writer


def say_value(value: Value) -> str:
    """A level, a blank or nothing, as an undo names it."""
    if isinstance(value, Blank):
        return blank_words(value)[0]
    return _("no rating") if value is None else _("level {level}").format(level=value)


class WriteCommand(QUndoCommand):
    """One write that has been made already: pushing it writes nothing."""

    def __init__(self, writer: Writer, place: Place, before: Value, after: Value, words: str) -> None:
        super().__init__(words)
        self.writer, self.place, self.before, self.after = writer, place, before, after
        self._is_made = True

    def redo(self) -> None:
        if self._is_made:
            self._is_made = False
            return
        self.writer.write(self.place, self.after)
        self.writer.undone.emit(self.place, _("Done again: {what}").format(what=self.text()))

    def undo(self) -> None:
        self.writer.write(self.place, self.before)
        self.writer.undone.emit(self.place, _("Undone: {what}").format(what=self.text()))


class TextCommand(WriteCommand):
    """Typed text. Saving it again and again while it is being typed is one step to undo."""

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, TextCommand) or other.place != self.place:
            return False
        self.after = other.after
        return True
