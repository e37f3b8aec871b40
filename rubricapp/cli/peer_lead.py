"""peer compare, usefulness, reports, withhold, answers: for the lead."""

from __future__ import annotations

import click

from rubricapp.cli import output
from rubricapp.cli.peer_feedback import everybody, of_round, round_meant
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.core.scoring import round_half_up
from rubricapp.i18n import _, ngettext


def register(peer: click.Group) -> None:
    """Add this module's verbs to the group."""

    @output.verb(peer, "usefulness")
    @of_round
    def usefulness(rubric_name: str, occasion_name: str) -> None:
        """For the lead: how useful authors found each reviewer's words. For training; in no grade."""
        from rubricapp.operations.peer_feedback import usefulness_by_reviewer

        with output.opened() as ws:
            chosen = round_meant(ws, rubric_name, occasion_name)[2] if rubric_name or occasion_name else None
            found = usefulness_by_reviewer(ws, chosen)
            people = everybody(ws)
        output.result(
            "peer usefulness",
            {
                "reviewers": [
                    {
                        "reviewer": people[each.reviewer].code,
                        "count": each.count,
                        "median": float(each.median),
                        "low": each.low,
                        "high": each.high,
                    }
                    for each in found
                ]
            },
            [
                ngettext(
                    "{name}: {median} ({low} to {high}, {n} piece)",
                    "{name}: {median} ({low} to {high}, {n} pieces)",
                    each.count,
                ).format(
                    name=people[each.reviewer].name,
                    median=round_half_up(each.median, 1),
                    low=each.low,
                    high=each.high,
                    n=each.count,
                )
                for each in found
            ]
            or [_("No piece was rated yet.")],
        )

    @output.verb(peer, "compare")
    @click.argument("author")
    @of_round
    def compare(author: str, rubric_name: str, occasion_name: str) -> None:
        """For the lead: peers beside assessors, criterion by criterion; neither changes the other."""
        from rubricapp.operations.peer_feedback import peers_beside_assessors
        from rubricapp.operations.people import who

        with output.opened() as ws:
            rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            rows = peers_beside_assessors(ws, found, who(ws, author, Role.PARTICIPANT))

        def number(value) -> float | None:
            return None if value is None else float(value)

        def shown(value) -> str:
            return "–" if value is None else str(round_half_up(value, 1))

        def peers(found) -> str:
            if found.median is None:
                return _("peers: too few levels ({n})").format(n=found.count)
            return _("peers {median} ({low} to {high}, {n})").format(
                median=shown(found.median), low=found.low, high=found.high, n=found.count
            )

        output.result(
            "peer compare",
            {
                "criteria": [
                    {
                        "criterion": each.criterion,
                        "assessors": {"mean": number(each.assessed), "count": each.assessors},
                        "peers": {
                            "median": number(each.reviewed.median),
                            "low": each.reviewed.low,
                            "high": each.reviewed.high,
                            "count": each.reviewed.count,
                        },
                        "difference": number(each.difference),
                    }
                    for each in rows
                ]
            },
            [
                f"{each.criterion} {rubric.criterion(each.criterion).title}: "
                + _("assessors {mean} ({n})").format(mean=shown(each.assessed), n=each.assessors)
                + f", {peers(each.reviewed)}"
                for each in rows
            ],
        )

    @output.verb(peer, "reports")
    @of_round
    def reports(rubric_name: str, occasion_name: str) -> None:
        """For the lead: what authors reported as harmful, why, and who wrote it."""
        from rubricapp.operations.peer_feedback import find_reports

        with output.opened() as ws:
            chosen = round_meant(ws, rubric_name, occasion_name)[2] if rubric_name or occasion_name else None
            found = find_reports(ws, chosen)
            people = everybody(ws)
        rows = [
            {
                "author": people[each.mark.author].code,
                "reviewer": people[each.review.review.assessment.assessor].code,
                "piece": each.mark.piece,
                "place": each.mark.place,
                "text": each.text,
                "reason": each.mark.reported,
                "review": each.review.review.assessment.id,
                "withheld": each.review.withheld > 0,
                "withheld_because": each.review.reason,
            }
            for each in found
        ]
        output.result(
            "peer reports",
            {"reports": rows},
            [
                _("{author} reports {reviewer}, {place}: “{text}”. {reason}").format(**row)
                + (" " + _("Withheld: {reason}").format(reason=row["withheld_because"]) if row["withheld"] else "")
                for row in rows
            ]
            or [_("Nothing was reported.")],
        )

    @output.verb(peer, "withhold")
    @click.argument("reviewer")
    @click.argument("author")
    @click.option("--reason", default="", help="Why; it is kept with the original.")
    @click.option("--restore", is_flag=True, help="Give the review back.")
    @click.option(
        "--also-read", is_flag=True, help="Take its words also out of feedback that was read; that shows what it said."
    )
    @of_round
    def withhold_(
        reviewer: str,
        author: str,
        reason: str,
        restore: bool,
        also_read: bool,
        rubric_name: str,
        occasion_name: str,
    ) -> None:
        """For the lead: keep a harmful review from its author, or give it back, with a reason."""
        from rubricapp.operations.peer_review import withhold
        from rubricapp.operations.people import who
        from rubricapp.store.peer_reviews import find_opening
        from rubricapp.store.same_people import find_record

        with output.opened() as ws:
            rubric, occasion, found = round_meant(ws, rubric_name, occasion_name)
            by, about = who(ws, reviewer, Role.PARTICIPANT), who(ws, author, Role.PARTICIPANT)
            review = find_record(
                ws, "assessment", about.id, rubric.content_hash, occasion.id, by.id, AssessmentKind.PEER.value
            )
            withhold(ws, review, reason, withheld=not restore, also_read=also_read)
            opening = find_opening(ws, found, about.id)
        was_read = opening is not None and review in opening.reviews
        said = _("Given back.") if restore else _("Withheld.")
        note = ""
        if was_read and not restore and not also_read:
            note = _(
                "{name} has read it, and what was read stays: a version with one review fewer would show what belongs"
                " together. Pieces that are reported are set aside; --also-read takes the rest of its words out, too."
            ).format(name=about.name)
        elif opening is not None and not was_read and restore:
            note = _("{name} has read the others; it stays out of that.").format(name=about.name)
        output.result(
            "peer withhold",
            {"review": review, "withheld": not restore, "was_read": was_read},
            [f"{said} {note}".strip()],
        )

    @output.verb(peer, "answers")
    @of_round
    def answers(rubric_name: str, occasion_name: str) -> None:
        """For the lead: what authors changed, and what they refused."""
        from rubricapp.store.peer_reviews import list_responses

        with output.opened() as ws:
            _rubric, _occasion, found = round_meant(ws, rubric_name, occasion_name)
            given = list_responses(ws, found)
            people = everybody(ws)
        output.result(
            "peer answers",
            {
                "answers": [
                    {"author": people[each.author].code, "changed": each.changed, "refused": each.refused}
                    for each in given
                ]
            },
            [
                _("{name} changed: {changed}. Refused: {refused}.").format(
                    name=people[each.author].name, changed=each.changed or "–", refused=each.refused or "–"
                )
                for each in given
            ]
            or [_("Nobody has answered yet.")],
        )
