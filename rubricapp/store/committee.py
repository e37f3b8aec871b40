"""Reads: committees on participants. A vote that is hidden is in no answer of this module."""

from __future__ import annotations

from rubricapp.core.committee import Case, Decision, Vote, show
from rubricapp.core.model import PersonId
from rubricapp.store.aliases import not_double
from rubricapp.store.workspace import Workspace


def list_cases(ws: Workspace, participant: str = "", viewer: str = "") -> list[Case]:
    """The cases of a participant or of all, by day, then participant. viewer: a member, who sees their own vote."""
    where, values = ("AND participant = ?", (participant,)) if participant else ("", ())
    rows = ws.rows(
        "SELECT id, participant, coalesce(held_on, ''), members, coalesce(closed_on, '') FROM committee_case"
        f" WHERE participant IS NOT NULL {where} AND {not_double('committee_case')} ORDER BY 3, 2, 1",
        *values,
    )
    votes: dict[str, list[Vote]] = {}
    for case, *vote in ws.rows(
        "SELECT committee_case, member, coalesce(vote, ''), coalesce(note, ''), coalesce(voted_on, '')"
        " FROM committee_vote WHERE committee_case IS NOT NULL AND member IS NOT NULL"
        f" AND {not_double('committee_vote')} ORDER BY id"
    ):
        votes.setdefault(case, []).append(Vote(PersonId(vote[0]), *vote[1:]))
    decisions = {
        row[0]: Decision(*row[1:])
        for row in ws.rows(
            "SELECT committee_case, decision, coalesce(rationale, ''), coalesce(plan, ''), coalesce(decided_by, ''),"
            " coalesce(decided_on, '') FROM committee_decision WHERE committee_case IS NOT NULL"
            " AND decision IS NOT NULL ORDER BY id DESC"
        )
    }
    with ws.reading():
        return [
            show(
                Case(
                    row[0], PersonId(row[1]), row[2], _members(row[3]), closed_on=row[4], decision=decisions.get(row[0])
                ),
                votes.get(row[0], ()),
                viewer,
            )
            for row in rows
        ]


def _members(text: str | None) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(map(PersonId, (text or "").split())))


def list_committee_records(ws: Workspace, participant: str) -> list[str]:
    """Records of the history of a participant's committees; of votes only those that are shown."""
    cases = list_cases(ws, participant)
    found = [each.id for each in cases]
    for case in cases:
        tables = ("committee_decision", "committee_vote") if case.shown else ("committee_decision",)
        for table in tables:
            found += [row[0] for row in ws.rows(f"SELECT id FROM {table} WHERE committee_case = ?", case.id)]
    return found


def find_hidden_votes(ws: Workspace) -> frozenset[str]:
    """Records of votes that are not shown yet."""
    rows = ws.rows("SELECT id, committee_case FROM committee_vote")
    shown = {each.id for each in list_cases(ws) if each.shown} if rows else set()
    return frozenset(record for record, case in rows if case not in shown)
