"""Committees: opening a case, voting alone, closing the vote, deciding; the last plan comes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rubricapp.core.agreed_levels import Slot
from rubricapp.core.committee import Case
from rubricapp.core.model import Changes, Person, Role
from rubricapp.core.moderation import State
from rubricapp.core.scoring import combine, score
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.moderation import list_standings
from rubricapp.operations.moderation_words import say_disputed
from rubricapp.operations.people import who
from rubricapp.operations.texts import fitting
from rubricapp.reports.wording import score_in_brief
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assigning import list_kept_apart
from rubricapp.store.committee import list_cases
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.same_people import find_record
from rubricapp.store.workspace import Workspace

LONGEST_VOTE = 80


def open_case(
    ws: Workspace, participant: Person, day: str, members: Sequence[Person] = (), author: str = ""
) -> tuple[Case, Changes]:
    """The case of a participant on an ISO day; made where it is not there yet.

    members: who votes; none named: every assessor and lead who is not kept apart from the participant. They change as
    long as nobody has voted. Raises UserError: E_DAY, E_NO_MEMBERS, E_CONFLICT_OF_INTEREST, E_VOTED.
    """
    held_on = _day(day)
    apart = {other for pair in list_kept_apart(ws) if participant.id in pair for other in pair} | {participant.id}
    for each in members:
        if each.id in apart:
            raise UserError(
                "E_CONFLICT_OF_INTEREST",
                _("{name} does not vote on {participant}.").format(name=each.name, participant=participant.name),
                _("Nothing was changed."),
                _("Name somebody else."),
            )
    record = find_record(ws, "committee_case", participant.id, held_on)
    known = next((each for each in list_cases(ws, participant.id) if each.id == record), None)
    if known is not None and not members:
        return known, Changes()
    staff = members or [each for each in list_people(ws) if each.roles & {Role.ASSESSOR, Role.LEAD}]
    wanted = [each.id for each in sorted(staff, key=lambda each: each.sort_key) if each.id not in apart]
    if not wanted:
        raise UserError(
            "E_NO_MEMBERS",
            _("There is nobody to vote."),
            _("Nothing was changed."),
            _("Add assessors or leads with “people add”, or name members."),
            exit_code=Exit.USAGE,
        )
    if known is not None and known.voted and set(wanted) != set(known.members):
        raise UserError(
            "E_VOTED",
            _("Somebody has voted already; the members stay as they are."),
            _("Nothing was changed."),
            _("Close the vote, or open a case on another day."),
        )
    with ws.writing(author) as log:
        log.set_all("committee_case", record, {"participant": participant.id, "held_on": held_on, "members": wanted})
    return _case(ws, record), log.changes


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise UserError(
            "E_DAY",
            _("“{text}” is no day.").format(text=text),
            _("Nothing was changed."),
            _("Write it as 2026-11-30."),
            exit_code=Exit.USAGE,
        ) from None


def _case(ws: Workspace, record: str, viewer: str = "") -> Case:
    return next(each for each in list_cases(ws, viewer=viewer) if each.id == record)


def find_case(ws: Workspace, text: str) -> Case:
    """The case meant by its id, the beginning of it, or a participant: their newest. Raises UserError."""
    wanted, cases = text.strip().casefold(), list_cases(ws)
    found = [each for each in cases if len(wanted) >= 4 and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        person = who(ws, text, Role.PARTICIPANT)
        found = [each for each in cases if each.participant == person.id]
        if found:
            return found[-1]
    raise UserError(
        "E_NO_CASE",
        _("There is no case “{text}”.").format(text=text),
        _("Nothing was changed."),
        _("“committee open” makes one; it says its id."),
        exit_code=Exit.USAGE,
    )


def vote(ws: Workspace, case: Case, member: Person, word: str, note: str = "", author: str = "") -> Changes:
    """Keep a member's vote. It may change until votes are shown. Raises UserError: E_NOT_A_MEMBER, E_CLOSED, E_VOTE."""
    case = _case(ws, case.id)
    if member.id not in case.members:
        raise UserError(
            "E_NOT_A_MEMBER",
            _("{name} is not a member of this committee.").format(name=member.name),
            _("Nothing was changed."),
            _("“committee show” names its members."),
            exit_code=Exit.USAGE,
        )
    if case.shown:
        raise UserError(
            "E_CLOSED",
            _("The votes are shown; none of them changes any more."),
            _("Nothing was changed."),
            _("Say in the decision's rationale what has changed."),
        )
    word = clean(word[: 4 * LONGEST_VOTE], lines=False)
    if not 0 < len(word) <= LONGEST_VOTE:
        raise UserError(
            "E_VOTE",
            _("A vote is a word or a few: up to {n} characters.").format(n=LONGEST_VOTE),
            _("Nothing was changed."),
            _("Say the rest in the note."),
            exit_code=Exit.USAGE,
        )
    values = {"committee_case": case.id, "member": member.id, "vote": word, "note": fitting(note) or None}
    with ws.writing(author or member.id) as log:
        record = find_record(ws, "committee_vote", case.id, member.id)
        if log.set_all("committee_vote", record, values):
            log.set("committee_vote", record, "voted_on", _today(ws))
    return log.changes


def close(ws: Workspace, case: Case, author: str = "") -> Changes:
    """Show the votes that there are; who has not voted does not any more. Closing twice changes nothing."""
    if _case(ws, case.id).closed_on:
        return Changes()
    with ws.writing(author) as log:
        log.set("committee_case", case.id, "closed_on", _today(ws))
    return log.changes


def decide(
    ws: Workspace, case: Case, decision: str, rationale: str, plan: str = "", reason: str = "", author: str = ""
) -> Changes:
    """Keep what was decided, why, and what is to be done. Another decision than before needs a reason.

    Raises UserError: E_VOTES_OPEN while votes are hidden, E_DECISION, E_REASON.
    """
    case = _case(ws, case.id)
    if not case.shown:
        names = {each.id: each.name for each in list_people(ws)}
        raise UserError(
            "E_VOTES_OPEN",
            _("Not everybody has voted: {names}.").format(
                names=", ".join(names.get(each, each) for each in case.missing)
            ),
            _("Nothing was changed."),
            _("Wait for them, or close the vote with “committee close”."),
        )
    values = {"decision": fitting(decision), "rationale": fitting(rationale), "plan": fitting(plan)}
    if not values["decision"] or not values["rationale"]:
        raise UserError(
            "E_DECISION",
            _("A decision needs its rationale."),
            _("Nothing was changed."),
            _("Say what was decided and why; the plan says what is to be done."),
            exit_code=Exit.USAGE,
        )
    before, reason = case.decision, fitting(reason)
    if before is not None:
        if (before.decision, before.rationale, before.plan) == tuple(values.values()):
            return Changes()
        if not reason:
            raise UserError(
                "E_REASON",
                _("This case is decided; changing that needs a reason."),
                _("Nothing was changed."),
                _("Say in a few words why; it is kept in the history."),
                exit_code=Exit.USAGE,
            )
    record = f"{case.id}/decision"
    with ws.writing(author) as log:
        log.set("committee_decision", record, "decision", values["decision"], reason)
        log.set_all(
            "committee_decision",
            record,
            {
                "committee_case": case.id,
                "rationale": values["rationale"],
                "plan": values["plan"] or None,
                "decided_by": author or None,
                "decided_on": _today(ws),
            },
        )
        if not case.closed_on:
            log.set("committee_case", case.id, "closed_on", _today(ws))
    return log.changes


def _today(ws: Workspace) -> str:
    return ws.sources.now().date().isoformat()


# Before the meeting


@dataclass(frozen=True)
class Brief:
    """What a committee has before it. last: the decided case before this one, whose plan is read first. case: the
    newest, or the one of a day. reading: what to have read before, in words.
    """

    last: Case | None
    case: Case | None
    reading: tuple[str, ...]


def brief(
    ws: Workspace,
    participant: Person,
    day: str = "",
    viewer: str = "",
    sees: Callable[[Slot], bool] | None = None,
) -> Brief:
    """The newest case of a participant, or that of a day, with what came before. Hidden votes stay hidden.

    viewer: the member who reads. sees: whether they may see others' ratings of a slot; what they may not is not told.
    """
    cases = list_cases(ws, participant.id, viewer)
    chosen = [each for each in cases if not day or each.held_on == _day(day)]
    case = chosen[-1] if chosen else None
    earlier = [each for each in cases if each.decision is not None and (case is None or each.held_on < case.held_on)]
    return Brief(earlier[-1] if earlier else None, case, tuple(_reading(ws, participant, sees)))


def _reading(ws: Workspace, participant: Person, sees: Callable[[Slot], bool] | None) -> list[str]:
    """Every result that is finished by all who were asked, what is not, and how many works and days there are."""
    held = {each.id: each.name for each in list_occasions(ws)}
    names = {each.id: each.name for each in list_people(ws)}
    settled = load_settled(ws, participant.id)
    lines = []
    for each in list_standings(ws, participant.id, language=language()):
        rubric = load_rubric(ws, each.slot[1], language())
        where = f"{rubric.label}, {held[each.slot[2]]}"
        if each.unfinished or each.state is State.NOT_MARKED:
            lines.append(_("{where}: not finished by all").format(where=where))
            continue
        if sees is not None and not sees(each.slot):
            lines.append(_("{where}: not for you to see yet").format(where=where))
            continue
        doubts = [say_disputed(names.get(assessor, assessor), criteria) for assessor, criteria in each.disputed]
        n, open_ = each.finished, len(each.open_gaps)
        if not n:
            lines.append(f"{where}: " + ", ".join(doubts))
            continue
        found = score_in_brief(score(rubric, combine(each.given, settled.get(each.slot, {}))), rubric)
        by = ngettext("by {n} assessor", "by {n} assessors", n).format(n=n)
        gaps = ngettext("{n} gap is open", "{n} gaps are open", open_).format(n=open_) if open_ else ""
        lines.append(f"{where}: {found} " + ", ".join(filter(None, (by, gaps, *doubts))))
    works, days = len(list_artefacts(ws, participant.id)), len(list_log(ws, participant.id))
    lines.append(ngettext("{n} work", "{n} works", works).format(n=works))
    lines.append(ngettext("{n} day in the production log", "{n} days in the production log", days).format(n=days))
    return lines
