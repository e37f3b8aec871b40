"""Choosing people for their reports: a list with boxes, found by name, all or none with one key."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from rubricapp.core.model import Person
from rubricapp.i18n import _, ngettext
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import flow
from rubricapp.ui.widgets.rows import FindBox

Index = QModelIndex | QPersistentModelIndex


class ChoiceModel(QAbstractListModel):
    """People with a box each. changed(): another one is chosen or left out."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[Person] = []
        self._shown: list[Person] = []
        self._finished: dict[str, int] = {}
        self._words: list[str] = []
        self._left_out: set[str] = set()
        self._hidden: frozenset[str] = frozenset()

    def set_people(self, people: list[Person], finished: dict[str, int], hidden: frozenset[str] = frozenset()) -> None:
        """finished: number of finished assessments of each; who has none is left out at first.

        hidden: those of whom there is something that may not be seen yet; they cannot be chosen.
        """
        self._hidden = hidden
        known = {each.id for each in self._all}
        self._left_out |= {each.id for each in people if each.id not in known and not finished.get(each.id)}
        self._left_out -= {each.id for each in people if finished.get(each.id) and not self._finished.get(each.id)}
        self._all, self._finished = people, finished
        self.look_for(" ".join(self._words))
        self.changed.emit()

    def look_for(self, text: str) -> None:
        self.beginResetModel()
        self._words = text.casefold().split()
        self._shown = [
            each
            for each in self._all
            if all(word in f"{each.name} {each.code} {each.department}".casefold() for word in self._words)
        ]
        self.endResetModel()

    def chosen(self) -> tuple[str, ...]:
        """The ids of those chosen, in the order of the list, whether shown or not."""
        return tuple(each.id for each in self._all if each.id not in self._left_out and each.id not in self._hidden)

    @property
    def count(self) -> int:
        return len(self._all)

    def choose_shown(self, on: bool) -> None:
        """All that are shown, or none of them."""
        ids = {each.id for each in self._shown}
        self._left_out = self._left_out - ids if on else self._left_out | ids
        self.dataChanged.emit(self.index(0), self.index(max(0, len(self._shown) - 1)))
        self.changed.emit()

    def choose_only(self, person: str) -> None:
        """This one and nobody else."""
        self._left_out = {each.id for each in self._all if each.id != person}
        self.dataChanged.emit(self.index(0), self.index(max(0, len(self._shown) - 1)))
        self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self._shown[index.row()].id in self._hidden:
            return super().flags(index)
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        person = self._shown[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            out = person.id in self._left_out or person.id in self._hidden
            return Qt.CheckState.Unchecked if out else Qt.CheckState.Checked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            n = self._finished.get(person.id, 0)
            said = ngettext("{n} finished", "{n} finished", n).format(n=n) if n else _("nothing finished")
            if person.id in self._hidden:
                said = _("hidden for now")
            return f"{person.name}   {person.code} · {said}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        person = self._shown[index.row()].id
        if person in self._hidden:
            return False
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._left_out.discard(person)
        else:
            self._left_out.add(person)
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True


class _Boxes(QListView):
    """Space and Enter both tick; Ctrl+A ticks all."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self.model().setData(index, state, Qt.ItemDataRole.CheckStateRole)
        elif event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.model().choose_shown(True)
        else:
            super().keyPressEvent(event)


class PeopleChoice(QWidget):
    """changed(): the choice is another one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.model = ChoiceModel(self)
        self.box = FindBox(_("Find by name, ID, department"), _("Find people"))
        self.box.textChanged.connect(self.model.look_for)
        layout.addWidget(self.box)
        self.list = _Boxes()
        self.list.setModel(self.model)
        self.list.setAccessibleName(_("People to make reports for"))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(self.fontMetrics().height() * 12)
        layout.addWidget(self.list, 1)
        every, none = button(_("All"), "quiet"), button(_("None"), "quiet")
        every.clicked.connect(lambda: self.model.choose_shown(True))
        none.clicked.connect(lambda: self.model.choose_shown(False))
        self.count = PlainLabel("", "small muted", wraps=False)
        layout.addWidget(flow(every, none, self.count))
        self.model.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.count.setText(_("{k} of {n} chosen").format(k=len(self.model.chosen()), n=self.model.count))
        self.count.parentWidget().layout().invalidate()
        self.changed.emit()
