"""Comments on criteria: what is typed, the comment bank, time codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rubricapp.core.model import BankComment
from rubricapp.i18n import _
from rubricapp.operations import comment_bank
from rubricapp.store.assessments import list_bank
from rubricapp.ui.score.bank import BankPopup

if TYPE_CHECKING:
    from rubricapp.ui.score.page import ScorePage


class Comments(QObject):
    """Acts on the comment of a row of the page, given by its index."""

    def __init__(self, page: ScorePage) -> None:
        super().__init__(page)
        self.page = page
        self.popup: BankPopup | None = None
        self._index = -1

    def typed(self, index: int, text: str) -> None:
        """Somebody types: it is saved soon."""
        self.page.writer.type(replace(self.page.desk.places()[index], field="comment"), text)

    def open_bank(self, index: int) -> None:
        """Show the bank for this row; what is chosen goes into its comment."""
        page = self.page
        if page.sheet.rows[index].is_locked:
            return
        if self.popup is None:
            self.popup = BankPopup(page)
            self.popup.chosen.connect(self._on_chosen)
            self.popup.dropped.connect(self._on_dropped)
            self.popup.closed.connect(page.focus_rows)
        self._index = index
        page.sheet.set_current(index, focus=False)
        self.popup.open_with(self._list())

    def _list(self) -> list[BankComment]:
        rating, _typed, _locked = self.page.desk.rating_at(self.page.desk.places()[self._index])
        return list_bank(self.page.session.ws, self.page.writer.assessor(), rating.criterion, rating.level)

    def keep(self, index: int) -> None:
        """Put the comment of this row into the bank, for its criterion and level."""
        page = self.page
        row, place = page.sheet.rows[index], page.desk.places()[index]
        if row.comment is None or not row.comment.text.strip():
            page.notice.emit(_("Write a comment first, then keep it in the bank."))
            return
        rating, _typed, _locked = page.desk.rating_at(place)
        done = page.writer.run(
            comment_bank.keep, page.writer.assessor(), row.comment.text, place.criterion, rating.level
        )
        if done is not None:
            page.notice.emit(_("Kept in the comment bank.") if done else _("The bank has this comment already."))

    def add_time_code(self, index: int) -> None:
        """Put the time of the clip into the comment, ready to write on."""
        row = self.page.sheet.rows[index]
        time = self.page.side.time_code()
        if row.is_locked:
            return
        if not time:
            self.page.notice.emit(_("Show a clip first; then M puts its time into the comment."))
            return
        row.open_comment()
        row.comment.add_words(f"{time} ")

    def _on_chosen(self, comment: BankComment) -> None:
        page = self.page
        row = page.sheet.rows[self._index]
        person = page.desk.person(page.desk.places()[self._index])
        row.open_comment()
        row.comment.add_words(
            comment_bank.fill_in(comment.text, person.given_name or person.name, page.side.time_code())
        )

    def _on_dropped(self, comment: BankComment) -> None:
        page = self.page
        if page.writer.run(comment_bank.drop, page.writer.assessor(), comment.id) is not None:
            page.notice.emit(_("Taken out of the comment bank."))
            self.popup.open_with(self._list(), self.popup.words.text())
