"""What all pages share: the open workspace, who sits here, the settings, and word of every change.

A page reads through `session.ws`, writes through `session.run`, and asks each `Changes` whether it is concerned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from rubricapp import settings as settings_file
from rubricapp.core.model import Changes, Person
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.settings import Settings
from rubricapp.store.people import load_person
from rubricapp.store.workspace import Workspace

if TYPE_CHECKING:
    from rubricapp.ui.watching import Watch

Result = TypeVar("Result")


class Session(QObject):
    """One open workspace in one window.

    changed(Changes): something was written. failed(UserError): a write was refused; the page keeps what was typed.
    settings_changed(Settings). me_changed(): another person sits here now. locked(bool): the workspace is about to be
    locked, and nothing of a work may stay open; or it is open again.
    """

    changed = Signal(object)
    failed = Signal(object)
    settings_changed = Signal(object)
    me_changed = Signal()
    locked = Signal(bool)

    def __init__(
        self, ws: Workspace, settings: Settings, me: Person | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.ws = ws
        self.settings = settings
        self.me = me
        self.undo_stack = QUndoStack(self)
        self.watch: Watch | None = None  # of the folder in which packages turn up; for those who merge
        self._refused: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] | None = None
        self.changed.connect(self._on_changed)

    def run(self, operation: Callable[..., Result], *arguments: Any, **named: Any) -> Result | None:
        """Call an operation with the workspace first; tell everyone what it changed.

        Returns what the operation returned, or None after `failed` was sent for a UserError.
        """
        try:
            result = operation(self.ws, *arguments, **named)
        except UserError as error:
            self._refused = (operation, arguments, named)
            self.failed.emit(error)
            return None
        self._refused = None
        changes = _changes_in(result)
        if changes:
            self.changed.emit(changes)
        return result

    def retry(self) -> object:
        """Call the operation that was refused last once more, as "Try again" asks."""
        if self._refused is None:
            return None
        operation, arguments, named = self._refused
        return self.run(operation, *arguments, **named)

    def set_me(self, me: Person | None) -> None:
        """Say who sits here now."""
        self.me = me
        self.undo_stack.clear()
        self.me_changed.emit()

    def _on_changed(self, changes: Changes) -> None:
        """Who sits here stays who they are when it is said that they are known by another id, too."""
        if self.me is None or not changes.concerns("same_person"):
            return
        try:
            me = load_person(self.ws, self.me.id)
        except LookupError:  # whoever is kept has not come yet
            return
        if me.id != self.me.id:
            self.me = me
            self.me_changed.emit()

    def set_settings(self, **values: object) -> None:
        """Change some settings and keep them."""
        self.settings = replace(self.settings, **values)
        try:
            settings_file.save(self.settings)
        except OSError as error:
            self.failed.emit(
                UserError(
                    "E_SETTINGS",
                    _("Your settings could not be kept."),
                    _("They hold until you close the window."),
                    _("Check that your own folder may be written and has space."),
                    str(error),
                )
            )
        self.settings_changed.emit(self.settings)


def _changes_in(result: object) -> Changes:
    """Operations return Changes, or something that has them (an attribute, or one part of a tuple)."""
    if isinstance(result, Changes):
        return result
    if isinstance(result, tuple):
        return next((part for part in result if isinstance(part, Changes)), Changes())
    found = getattr(result, "changes", None)
    return found if isinstance(found, Changes) else Changes()
