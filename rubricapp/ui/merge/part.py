"""What the parts of “Hand out” share: a head, and columns that name people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Person
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.rows import Column


class Part(QWidget):
    """Cards one below the other, as high as their width asks for. done(words): with an Undo. notice(words)."""

    done = Signal(str)
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(16)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def me(self) -> str:
        """The id of whoever sits here, or ""."""
        return self.session.me.id if self.session.me is not None else ""


def column_of(title: str, person: Callable[[Any], Person], wide: bool = True) -> Column:
    """A column with the names of people, sorted as names are."""
    return Column(title, lambda each: person(each).name, lambda each: person(each).sort_key, wide=wide)
