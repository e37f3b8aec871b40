"""Peers' feedback in a kit: what its author may read at home, they may read on their own laptop.

Question: reviews tell who wrote them, so they are in no kit; how does their author read what peers said? Decision: a
kit brings the feedback itself, as `peer_review.feedback_for` gives it, beside the changes: numbers from enough reviews,
and words, shuffled. Making the kit is the first reading, which freezes it. On the laptop it is a fact of this copy, and
each kit takes the place of what the one before brought. Reasons: nothing else leads back to nobody. In the log each
version would stay for ever: also words that a lead took out because they harm, beside those of before. 2026-11-29.
"""

from __future__ import annotations

from rubricapp.core.model import Person, Role
from rubricapp.core.peer_scores import GivenFeedback
from rubricapp.errors import UserError
from rubricapp.i18n import ngettext
from rubricapp.operations.peer_review import feedback_for
from rubricapp.store.peer_reviews import list_pairs, list_rounds
from rubricapp.store.workspace import Workspace


def say_given(rounds: int) -> str:
    """What whoever makes a kit should know of the feedback in it; "" where there is none."""
    if not rounds:
        return ""
    words = ngettext(
        "With what peers said in {n} round: read from now on, so that it stays as it is.",
        "With what peers said in {n} rounds: read from now on, so that it stays as it is.",
        rounds,
    )
    return words.format(n=rounds)


def open_for_kit(ws: Workspace, person: Person) -> tuple[tuple[GivenFeedback, ...], tuple[str, ...]]:
    """(the feedback that a participant may read now, in words what cannot be given). Giving it is the first reading.

    A participant who leads reads it where they lead, as they may see the reviews there.
    """
    if Role.PARTICIPANT not in person.roles or Role.LEAD in person.roles:
        return (), ()
    given, left_out = [], []
    for each in list_rounds(ws):
        if not each.rubric or not any(pair.author == person.id for pair in list_pairs(ws, each)):
            continue
        try:
            shown = feedback_for(ws, each, person)
        except UserError as error:
            if error.code != "E_OWN_FIRST":
                left_out.append(error.what)
            continue
        if shown.enough:
            given.append(GivenFeedback(each.id, shown))
    return tuple(given), tuple(left_out)
