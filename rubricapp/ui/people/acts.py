"""What is done on a participant's page, each with its way back. Refused ones raise and never reach the undo stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rubricapp.core.mentoring import AgreedAction, Meeting, Milestone
from rubricapp.core.model import Person
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day
from rubricapp.ui.page import keep_undo
from rubricapp.ui.session import Session

if TYPE_CHECKING:
    from rubricapp.operations.mentoring import NewAction, Settled


class PersonActs:
    """The writes. Each returns the words for a toast and raises UserError when refused."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me else ""

    # Milestones

    def add_milestone(self, person: Person, day: str, title: str, note: str) -> tuple[str, str]:
        """(words, id of the milestone)."""
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        made, changes = mentoring.add_milestone(session.ws, person, day, title, note, me)
        words = keep_undo(
            session,
            _("Milestone: {title}").format(title=made.title),
            changes,
            lambda: session.run(mentoring.remove_milestone, made.id, me, False),
            lambda: session.run(mentoring.remove_milestone, made.id, me),
        )
        return words, made.id

    def remove_milestone(self, milestone: Milestone) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        return keep_undo(
            session,
            _("Removed milestone: {title}").format(title=milestone.title),
            mentoring.remove_milestone(session.ws, milestone.id, me),
            lambda: session.run(mentoring.remove_milestone, milestone.id, me),
            lambda: session.run(mentoring.remove_milestone, milestone.id, me, False),
        )

    # Meetings and actions

    def hold(
        self,
        person: Person,
        given: Mapping[str, str],
        actions: Sequence[NewAction],
        settled: Mapping[str, Settled],
        carried: Mapping[str, str],
    ) -> str:
        """Keep a meeting, as the person who sits here."""
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        held = mentoring.hold_meeting(session.ws, person, session.me, given, actions, settled, carried, me)
        return keep_undo(
            session,
            _("Kept the meeting with {name}").format(name=person.name),
            held.changes,
            lambda: session.run(mentoring.put_back, held, False, me),
            lambda: session.run(mentoring.put_back, held, True, me),
        )

    def edit_meeting(self, meeting: Meeting, given: Mapping[str, str]) -> str:
        """Correct what was written of a meeting."""
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        before = {
            "held_on": meeting.held_on,
            "minutes": str(meeting.minutes or ""),
            "topics": meeting.topics,
            "next_on": meeting.next_on,
            "visibility": meeting.visibility.value,
        }
        return keep_undo(
            session,
            _("Changed the meeting of {day}").format(day=say_day(meeting.held_on)),
            mentoring.edit_meeting(session.ws, meeting.id, given, me),
            lambda: session.run(mentoring.edit_meeting, meeting.id, given, me),
            lambda: session.run(mentoring.edit_meeting, meeting.id, before, me),
        )

    def remove_meeting(self, meeting: Meeting) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        held = mentoring.remove_meeting(session.ws, meeting.id, me)
        return keep_undo(
            session,
            _("Removed the meeting of {day}").format(day=say_day(meeting.held_on)),
            held.changes,
            lambda: session.run(mentoring.put_back, held, True, me),
            lambda: session.run(mentoring.put_back, held, False, me),
        )

    def settle(self, action: AgreedAction, outcome: str) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        what = mentoring.Settled(outcome)
        return keep_undo(
            session,
            _("Settled: {text}").format(text=_short(action.text)),
            mentoring.settle(session.ws, action.id, what, me),
            lambda: session.run(mentoring.settle, action.id, what, me),
            lambda: session.run(mentoring.open_again, action.id, me),
        )

    def open_again(self, action: AgreedAction) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        before = mentoring.Settled(action.outcome, action.done_on)
        return keep_undo(
            session,
            _("Open again: {text}").format(text=_short(action.text)),
            mentoring.open_again(session.ws, action.id, me),
            lambda: session.run(mentoring.open_again, action.id, me),
            lambda: session.run(mentoring.settle, action.id, before, me),
        )

    def remove_action(self, action: AgreedAction) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        return keep_undo(
            session,
            _("Removed: {text}").format(text=_short(action.text)),
            mentoring.remove_action(session.ws, action.id, me),
            lambda: session.run(mentoring.remove_action, action.id, me),
            lambda: session.run(mentoring.remove_action, action.id, me, False),
        )

    def write_note(self, meeting: Meeting, text: str) -> str:
        from rubricapp.operations import mentoring

        session, me = self.session, self._me
        return keep_undo(
            session,
            _("Kept your note of {day}").format(day=say_day(meeting.held_on)),
            mentoring.write_note(session.ws, meeting.id, text, me),
            lambda: session.run(mentoring.write_note, meeting.id, text, me),
            lambda: session.run(mentoring.write_note, meeting.id, meeting.note, me),
        )


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}…"
