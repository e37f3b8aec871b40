"""A participant's timeline and growth, as whoever asks may see them, and events in words."""

from __future__ import annotations

from collections.abc import Callable

from rubricapp.core.growth import RubricGrowth, growth, may_see_cohort, with_bands
from rubricapp.core.model import Assessment, AssessmentKind, Person
from rubricapp.core.production import hours_text
from rubricapp.core.timeline import Event, EventKind
from rubricapp.core.viewing import may_see
from rubricapp.i18n import _, language, ngettext
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.timeline import list_events, list_finished, list_given_levels
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace

Shown = Callable[[Assessment], bool]


def shown_to(ws: Workspace, viewer: Person | None) -> Shown:
    """Which assessments this person may see: the rule is `core.viewing`'s."""
    view = load_view(ws, viewer)
    return lambda each: may_see(view, each)


def timeline(ws: Workspace, participant: Person, viewer: Person | None = None, everything: bool = False) -> tuple:
    """The events of a participant, oldest first. everything: for whoever keeps the workspace."""
    shown: Shown = (lambda _each: True) if everything else shown_to(ws, viewer)
    return list_events(ws, participant.id, viewer, shown, everything, language())


def grown(
    ws: Workspace, participant: Person, viewer: Person | None = None, everything: bool = False
) -> tuple[RubricGrowth, ...]:
    """The growth of a participant by rubric; with the cohort's middle half behind it where the viewer may see that."""
    shown: Shown = (lambda _each: True) if everything else shown_to(ws, viewer)
    rubrics = {each.content_hash: each for each in list_rubrics(ws, language())}
    found = growth(
        list_finished(ws, participant.id, shown), rubrics, list_occasions(ws), load_settled(ws, participant.id)
    )
    if found and may_see_cohort(viewer, participant):
        alike = {(each.rubric.id, each.rubric.structure_hash) for each in found}
        shared = [key for key, each in rubrics.items() if (each.id, each.structure_hash) in alike]
        found = with_bands(found, list_given_levels(ws, shared), rubrics)
    return found


def is_hidden(ws: Workspace, viewer: Person | None, participant: Person) -> bool:
    """Whether there are finished assessments of a participant that this person may not see yet."""
    shown = shown_to(ws, viewer)
    return not all(shown(each) for each in list_finished(ws, participant.id))


# In words


def say_kind(kind: EventKind) -> str:
    """What a kind of event is called."""
    return {
        EventKind.ASSESSMENT: _("Assessment"),
        EventKind.PEER: _("Feedback from peers"),
        EventKind.MEETING: _("Meeting"),
        EventKind.MILESTONE: _("Milestone"),
        EventKind.WORK: _("Work"),
        EventKind.SHOWING: _("Showing"),
        EventKind.LOG: _("Log"),
    }[kind]


def say_event(event: Event) -> str:
    """An event in words, without its day and kind."""
    if event.kind is EventKind.ASSESSMENT:
        who = {
            AssessmentKind.SELF.value: _("self-assessment"),
            AssessmentKind.MENTOR.value: _("by {name}, mentor").format(name=event.by),
        }.get(event.source, _("by {name}").format(name=event.by))
        return _joined(event.title, say_occasion(event.detail), who)
    if event.kind is EventKind.PEER:
        return _joined(event.title, say_occasion(event.detail))
    if event.kind is EventKind.MEETING:
        length = _("{n} min").format(n=event.minutes) if event.minutes else ""
        return _joined(_("with {name}").format(name=event.by), length, event.detail)
    if event.kind is EventKind.LOG:
        days = ngettext("{n} day", "{n} days", event.days).format(n=event.days)
        hours = _("{hours} hours").format(hours=hours_text(event.minutes)) if event.minutes else ""
        return _joined(days, hours, event.title, event.detail)
    return _joined(event.title, event.detail)


def _joined(*parts: str) -> str:
    return "  ·  ".join(part for part in parts if part)


def say_occasion(name: str) -> str:
    """An occasion's name; the three standard ones in the reader's language."""
    return {"baseline": _("baseline"), "midpoint": _("midpoint"), "final": _("final")}.get(name, name)
