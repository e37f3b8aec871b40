"""Days of the production log that touch a criterion, among its hints: each can be linked as evidence, and unlinked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import LogEntry
from rubricapp.i18n import _
from rubricapp.ui.log.words import say_entry
from rubricapp.ui.messages import button
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import flow

MOST_DAYS = 5

LinkDay = Callable[[LogEntry, bool], object]
"""Link a day to the criterion of the row (True), or take that link away."""


class LogDays(QWidget):
    """The newest days, with a button each."""

    def __init__(self, days: tuple[LogEntry, ...], criterion: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link_day: LinkDay | None = None
        self._linked: frozenset[str] = frozenset()
        self.buttons = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(WordsLabel(_("Days of the log that touch this"), "strong", self))
        for each in days[:MOST_DAYS]:
            words = WordsLabel(f"• {say_entry(each)}", "", self)
            link = button("", "quiet", "link")
            link.setObjectName(each.id)
            link.clicked.connect(lambda _checked=False, day=each: self._on_clicked(day))
            self.buttons[each.id] = (link, each, criterion)
            column.addWidget(flow(words, link))
        if len(days) > MOST_DAYS:
            column.addWidget(WordsLabel(_("and {n} more in the log").format(n=len(days) - MOST_DAYS), "", self))
        self.show_links(None, frozenset())

    def show_links(self, link_day: LinkDay | None, linked: frozenset[str]) -> None:
        """Which days are linked, and how to link; None: one only looks."""
        self.link_day, self._linked = link_day, linked
        for link, day, criterion in self.buttons.values():
            is_linked = day.id in linked
            link.setVisible(link_day is not None)
            link.setText(_("Unlink") if is_linked else _("Link as evidence"))
            link.setAccessibleName(
                (_("Unlink {day} from {criterion}") if is_linked else _("Link {day} to {criterion}")).format(
                    day=day.worked_on, criterion=criterion
                )
            )

    def _on_clicked(self, day: LogEntry) -> None:
        if self.link_day is not None:
            self.link_day(day, day.id not in self._linked)
