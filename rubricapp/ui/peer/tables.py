"""Small tables of the peer page, and their columns."""

from __future__ import annotations

from collections.abc import Callable

from rubricapp.core.peer_scores import Beside
from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.peer.words import say_number
from rubricapp.ui.widgets.layouts import Card
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class TableCard(Card):
    """A table with its name and what it is for; not there where it is empty."""

    def __init__(self, title: str, about: str, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self.body.addWidget(PlainLabel(title, "label"))
        self.body.addWidget(PlainLabel(about, "small muted"))
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, title)
        self.table.setWordWrap(True)
        self.table.grow_to(8)
        self.body.addWidget(self.table)
        self.hide()

    def show_records(self, records: list) -> None:
        current = max(0, self.table.currentIndex().row())
        self.model.set_records(records)
        if records:
            self.table.setCurrentIndex(self.model.index(min(current, len(records) - 1), 0))
        self.setVisible(bool(records))


def beside_columns(title: Callable[[str], str]) -> tuple[Column, ...]:
    """Of what peers and assessors gave one author. title: of a criterion."""

    def peers(found: Beside) -> str:
        said = found.reviewed
        return say_number(said.median) or (_("too few levels") if said.count else "")

    def apart(found: Beside) -> str:
        number = found.difference
        return "" if number is None else f"{float(number):+g}".replace("-", "−") if number else "0"

    return (
        Column(_("Criterion"), lambda each: title(each.criterion), wide=True),
        Column(_("Peers"), peers, right=True),
        Column(_("Levels"), lambda each: str(each.reviewed.count), right=True),
        Column(_("Assessors"), lambda each: say_number(each.assessed), right=True),
        Column(_("Number"), lambda each: str(each.assessors), right=True),
        Column(_("Apart"), apart, right=True),
    )
