"""The lead's list of laptops: who was last heard of when, what waits, and words to remind somebody with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.i18n import _, ngettext
from rubricapp.store.people import load_edition, load_programme
from rubricapp.ui.dates import say_when
from rubricapp.ui.merge.wrote import WroteCard
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.operations.laptops import Laptop

LATE_DAYS = 7


class LaptopsView(QWidget):
    """notice(words)."""

    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._waiting: Mapping[str, int] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Laptops"), measure=100_000)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.empty = PlainLabel(
            _("Nobody was asked to score yet, and no laptop handed in. Ask assessors under “Hand out”."), "muted"
        )
        body.addWidget(self.empty)
        self.model = RowsModel(
            (
                Column(_("Person"), lambda each: each.person.name if each.person else _("unknown")),
                Column(_("Laptop"), lambda each: each.name or "–"),
                Column(
                    _("Last package"), self._say_last, lambda each: each.last_at.timestamp() if each.last_at else 0.0
                ),
                Column(_("Waiting"), lambda each: str(self._waiting.get(each.device, "") or "–"), right=True),
                Column(
                    _("Finished"),
                    lambda each: _("{k} of {n}").format(k=each.finished, n=each.asked) if each.asked else "–",
                    right=True,
                ),
                Column(_("Problems"), self._say_problems, wide=True),
                Column(_("Key"), lambda each: each.fingerprint or "–"),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Laptops"))
        self.table.allow_sorting()
        self.table.grow_to(14)
        body.addWidget(self.table)
        self.remind = button(_("Remind: copy text"), "", "copy")
        self.remind.clicked.connect(self._on_remind)
        self.acts = flow(self.remind)
        body.addWidget(self.acts)
        self.wrote = WroteCard(session)
        body.addWidget(self.wrote)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_wrote())
        body.addStretch(1)

    def refresh(self, waiting: Mapping[str, int]) -> None:
        """Read again. waiting: device → changes that lie in the inbox."""
        from rubricapp.operations.laptops import list_laptops

        self._waiting = waiting
        row = max(0, self.table.currentIndex().row())
        found = list_laptops(self.session.ws)
        self.model.set_records(found)
        self.empty.setVisible(not found)
        self.table.setVisible(bool(found))
        self.acts.setVisible(bool(found))
        if found:
            self.table.setCurrentIndex(self.model.index(min(row, len(found) - 1), 0))
        first = self.wrote.laptop.count() == 0
        self.wrote.refresh()
        if first:
            self._show_wrote()

    def _show_wrote(self) -> None:
        index = self.table.currentIndex()
        there = index.isValid() and index.row() < len(self.model.shown)
        self.wrote.show_laptop(self.model.record(index.row()).device if there else "")

    def _say_last(self, laptop: Laptop) -> str:
        if laptop.last_at is None:
            return _("none yet")
        return say_when(laptop.last_at, self.session.ws.sources.now())

    def _days(self, laptop: Laptop) -> int:
        """Since this laptop, or its person's kit, was heard of last."""
        since = laptop.last_at or laptop.kit_at
        return (self.session.ws.sources.now() - since).days if since is not None else 0

    def _say_problems(self, laptop: Laptop) -> str:
        parts = []
        if laptop.kit_at is None and laptop.asked:
            parts.append(_("no kit made yet"))
        elif laptop.finished < laptop.asked and self._days(laptop) >= LATE_DAYS:
            days = self._days(laptop)
            parts.append(ngettext("no package for {n} day", "no package for {n} days", days).format(n=days))
        if laptop.conflicts:
            parts.append(ngettext("{n} conflict", "{n} conflicts", laptop.conflicts).format(n=laptop.conflicts))
        if laptop.put_aside:
            words = ngettext("{n} change put aside", "{n} changes put aside", laptop.put_aside)
            parts.append(words.format(n=laptop.put_aside))
        return "; ".join(parts) or "–"

    def reminder(self, laptop: Laptop) -> str:
        """Words for a message to the person of a laptop."""
        ws = self.session.ws
        title = " ".join(part for part in (load_programme(ws).name, load_edition(ws).name) if part)
        name = laptop.person.given_name or laptop.person.name if laptop.person else ""
        open_ = laptop.asked - laptop.finished
        lines = [_("Hello {name},").format(name=name)]
        if laptop.last_at is None:
            lines.append(_("no package of yours has come for {programme} yet.").format(programme=title))
        else:
            lines.append(
                _("your last package for {programme} came {when}.").format(programme=title, when=self._say_last(laptop))
            )
        if laptop.asked:
            words = ngettext(
                "As far as we know {n} of {total} is still open.",
                "As far as we know {n} of {total} are still open.",
                open_,
            )
            lines.append(words.format(n=open_, total=laptop.asked))
        lines.append(_("Please open Rubric, choose “Hand in” in the menu File, and send or bring us the file."))
        return "\n".join(lines)

    def _on_remind(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(self.reminder(self.model.record(index.row())))
            self.notice.emit(_("Copied. Paste it into a message."))

    def main(self) -> QWidget:
        """What takes the keyboard."""
        return self.table if self.table.isVisible() else self.scroll
