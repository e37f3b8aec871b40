"""Linking works and days of the log to criteria, each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Changes
from rubricapp.core.portfolio import Evidence
from rubricapp.i18n import _
from rubricapp.operations import evidence_links
from rubricapp.operations.evidence_links import Place
from rubricapp.store.evidence import list_evidence
from rubricapp.ui.messages import ask_line, button
from rubricapp.ui.page import OperationCommand, keep_undo
from rubricapp.ui.session import Session


class LinkActs:
    """The writes on links. said: told what was done, in words. Refusals go through the session."""

    def __init__(self, session: Session, said: Callable[[str], object]) -> None:
        self.session = session
        self.said = said

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def link_work(self, work: str, criterion: str, place: Place, note: str = "") -> Evidence | None:
        """Link a place in a work to a criterion; None where that was refused."""
        return self._link(evidence_links.link_evidence, work, criterion, place, note)

    def link_day(self, day: str, criterion: str, note: str = "") -> Evidence | None:
        """Link a day of the log to a criterion; None where that was refused."""
        return self._link(evidence_links.link_day, day, criterion, note)

    def _link(self, operation: Callable[..., object], *arguments: object) -> Evidence | None:
        before = {each.id for each in list_evidence(self.session.ws)}
        done = self.session.run(operation, *arguments, self._me)
        if done is None:
            return None
        link = done[0]
        words = _("Linked: {link}").format(link=words_of(link))
        if link.id not in before:
            self._push(words, link, False)
        self.said(words)
        return link

    def remove(self, link: Evidence) -> None:
        """Take a link away; Undo puts it back."""
        words = _("Link removed: {link}").format(link=words_of(link))
        self._push(words, link, True)
        self.said(words)

    def ask_note(self, parent: QWidget, link: Evidence) -> None:
        """Ask what else to say beside a link."""
        title = _("Note of the link to {criterion}").format(criterion=link.criterion)
        ask_line(parent, title, _("Note"), link.note, _("Keep the note"), lambda text: self.edit_note(link, text))

    def edit_note(self, link: Evidence, note: str) -> None:
        """Say something else beside a link; Undo says what was said before."""
        session, me, before = self.session, self._me, link.note
        changes = session.run(evidence_links.edit_note, link.id, note, me)
        if not changes:
            return
        words = _("Note kept: {link}").format(link=words_of(replace(link, note=note)))
        keep_undo(
            session,
            words,
            Changes(),
            lambda: session.run(evidence_links.edit_note, link.id, note, me),
            lambda: session.run(evidence_links.edit_note, link.id, before, me),
        )
        self.said(words)

    def _push(self, words: str, link: Evidence, removed: bool) -> None:
        me = self._me

        def put(away: bool) -> None:
            self.session.run(evidence_links.unlink, link.id, me, away)

        self.session.undo_stack.push(OperationCommand(words, lambda: put(removed), lambda: put(not removed)))


def note_button(acts: LinkActs, parent: QWidget, link: Evidence) -> QWidget:
    """A button that changes what is said beside a link."""
    found = button(_("Note…"), "quiet", "pencil")
    found.setAccessibleName(_("Change the note of {link}").format(link=words_of(link)))
    found.setEnabled(not acts.session.ws.read_only)
    found.clicked.connect(lambda: acts.ask_note(parent, link))
    return found


def place_of(link: Evidence) -> str:
    """Where in a work: "00:01:47:12–00:01:50:00", "page 3", "part 10,20,30,40 %", or "" for all of it."""
    parts = ["–".join(text for text in link.moment if text)]
    parts += [_("page {page}").format(page=link.page)] if link.page is not None else []
    parts += [_("part {region} %").format(region=link.region)] if link.region else []
    return "  ".join(part for part in parts if part)


def words_of(link: Evidence) -> str:
    """00:01:47:12–00:01:50:00  CAM-1  Eyeline."""
    return "  ".join(part for part in (place_of(link), link.criterion, " ".join(link.note.split())) if part)
