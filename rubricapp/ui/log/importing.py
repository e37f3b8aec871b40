"""A production log in and out: taken as a whole, or every problem by its row and nothing taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.choosing import choose_file, choose_place
from rubricapp.ui.log.acts import Acts
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, say_problem
from rubricapp.ui.page import Scroll
from rubricapp.ui.widgets.layouts import Card, flow, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

SHOWN = 300


class LogImportView(QWidget):
    """left(): back to the days. imported(words, whether anything came)."""

    left = Signal()
    imported = Signal(str, bool)

    def __init__(self, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.acts = acts
        self.path: Path | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("Import a production log"))
        outer.addWidget(scroll)
        body = scroll.body
        back = button(_("All days"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        body.addLayout(row(back, 1))
        body.addWidget(PlainLabel(_("Import a production log"), "title"))
        self.about = PlainLabel("", "muted")
        body.addWidget(self.about)
        self.error = ErrorCard()
        self.error.retry.connect(self.read)
        body.addWidget(self.error)
        self.choose = button(_("Choose a file"), "primary", "folder-open")
        self.choose.clicked.connect(self._on_choose)
        self.again = button(_("Import again"), "primary", "rotate-cw")
        self.again.clicked.connect(self.read)
        body.addWidget(flow(self.choose, self.again))
        self.problems_card = Card(look="danger_box")
        self.verdict = PlainLabel("", "strong")
        self.problems_card.body.addWidget(self.verdict)
        self.problems = RowsTable(
            RowsModel(
                (
                    Column(
                        _("Row"), lambda each: str(each.row) if each.row else "–", lambda each: each.row, right=True
                    ),
                    Column(_("What is wrong and what to do"), say_problem, wide=True),
                ),
                self,
            ),
            _("Problems"),
        )
        self.problems.setWordWrap(True)
        self.problems.grow_to(12)
        self.problems_card.body.addWidget(self.problems)
        body.addWidget(self.problems_card)
        body.addStretch(1)
        self.start()

    def start(self) -> None:
        """With an empty page."""
        self.path = None
        self.about.setText(
            _(
                "A workbook (.xlsx) or a CSV file with a participant’s ID or name, a date and whatever else is known,"
                " named as in an exported log. Choose it, or drop it here. All of its days come in, or none."
            )
        )
        self.error.hide()
        self._show_problems(False)
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_problems(self, on: bool) -> None:
        self.problems_card.setVisible(on)
        self.again.setVisible(on)
        theme.restyle(self.choose, "" if on else "primary")
        theme.set_icon(self.choose, "folder-open", "ink" if on else "on_accent")

    def _on_choose(self) -> None:
        at = self.path.parent if self.path else Path.home()
        kinds = [_("Logs (*.xlsx *.xlsm *.csv *.tsv *.txt)")]
        choose_file(self, _("Choose a log"), self.open_file, at, kinds)

    def open_file(self, path: Path) -> None:
        """Take this file, or say why not."""
        self.path = path
        self.about.setText(path.name)
        self.read()

    def read(self) -> None:
        """Import the file that was chosen last."""
        if self.path is None:
            return
        try:
            words, done = self.acts.bring(self.path)
        except UserError as error:
            self._show_problems(False)
            self.error.show_error(error)
            return
        self.error.hide()
        if not done.errors:
            self.imported.emit(words, done.imported > 0)
            return
        self._show_problems(True)
        count = len(done.errors)
        shown = _(" The first {n} are shown.").format(n=SHOWN) if len(done.problems) > SHOWN else ""
        self.verdict.setText(
            ngettext(
                "Nothing was imported: {n} problem. Put it right in the file, then import it again.",
                "Nothing was imported: {n} problems. Put them right in the file, then import it again.",
                count,
            ).format(n=count)
            + shown
        )
        self.problems.model().set_records(done.problems[:SHOWN])
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)


def ask_where(parent: QWidget, then: Callable[[Path], object]) -> None:
    """Ask where an export goes; a workbook unless the name or the chosen kind says CSV."""
    kinds = [_("Workbook (*.xlsx)"), _("CSV file (*.csv)")]
    place = Path.home() / _("production log.xlsx")
    dialog = choose_place(parent, _("Export the log"), place, then, kinds, "xlsx")
    dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix("csv" if ".csv" in name else "xlsx"))
