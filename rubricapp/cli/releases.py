"""release: results that their participants may see from now on.

With --json: {"released": [RELEASE…], "waiting": N} (assessments that are still drafts); with --take-back
{"taken_back": [RELEASE…]}; with --list {"released": [RELEASE…]}.
RELEASE: participant (code), name, rubric ("camera@1.0"), occasion, released_on.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from rubricapp.cli import output
from rubricapp.core.model import Role
from rubricapp.i18n import _, ngettext


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "release")
    @click.argument("people", nargs=-1, metavar="PARTICIPANT…")
    @click.option("--all", "everyone", is_flag=True, help="Every participant.")
    @click.option("--rubric", "rubric_id", default="", metavar="ID", help="Only this rubric: camera, or camera@1.0.")
    @click.option("--occasion", "occasion_name", default="", metavar="NAME", help="Only this occasion.")
    @click.option("--take-back", "takes_back", is_flag=True, help="Take the release back; needs --reason.")
    @click.option(
        "--anyway",
        is_flag=True,
        help="Although it is not settled where assessors differ, or one said two things; needs --reason.",
    )
    @click.option("--reason", default="", metavar="TEXT")
    @click.option("--list", "lists", is_flag=True, help="Say what is released.")
    @output.BY
    def release_(
        people: tuple[str, ...],
        everyone: bool,
        rubric_id: str,
        occasion_name: str,
        takes_back: bool,
        anyway: bool,
        reason: str,
        lists: bool,
        by_name: str,
    ) -> None:
        """Release finished results to their participants, or take a release back."""
        from rubricapp.operations import releases
        from rubricapp.store.people import list_people
        from rubricapp.store.releases import list_releases

        said = takes_back + anyway + lists
        if (bool(people) == everyone and not lists) or (reason and not (takes_back or anyway)) or said > 1:
            raise click.UsageError(
                _("Name the participants, or say --all; --reason goes with --take-back or --anyway, --list with none.")
            )
        if anyway and not reason.strip():
            raise click.UsageError(_("--anyway needs a --reason; it is kept in the history."))
        with output.opened(leads=not lists) as ws:
            by = output.author(ws, by_name)
            chosen = [releases.find_participant(ws, each).id for each in people]
            chosen = chosen or [each.id for each in list_people(ws, Role.PARTICIPANT)]
            rubrics = releases.find_versions(ws, rubric_id) if rubric_id else ()
            occasions = (releases.find_occasion_named(ws, occasion_name).id,) if occasion_name else ()
            if lists:
                found = [
                    each
                    for each in list_releases(ws)
                    if each.participant in chosen and releases.is_meant(each.rubric, each.occasion, rubrics, occasions)
                ]
                _report(ws, "released", found, [] if found else [_("Nothing is released.")])
            elif takes_back:
                done = releases.take_back(ws, chosen, reason, rubrics, occasions, author=by)
                words = _("A portfolio file that was made before still holds them.")
                _report(ws, "taken_back", done.released, [words])
            else:
                done = releases.release(ws, chosen, rubrics, occasions, anyway=reason, author=by)
                waiting = ngettext("{n} draft was not released.", "{n} drafts were not released.", len(done.waiting))
                lines = [waiting.format(n=len(done.waiting))] if done.waiting else []
                _report(ws, "released", done.released, lines, {"waiting": len(done.waiting)})


def _report(ws, key: str, found: Sequence, lines: list[str], more: dict[str, object] | None = None) -> None:
    from rubricapp.operations.releases import sorted_releases
    from rubricapp.store.people import list_occasions, list_people
    from rubricapp.store.rubrics import list_rubrics

    people = {each.id: each for each in list_people(ws)}
    rubrics = {each.content_hash: f"{each.id}@{each.version}" for each in list_rubrics(ws)}
    occasions = {each.id: each.name for each in list_occasions(ws)}
    rows = []
    for each in sorted_releases(ws, found):
        person = people.get(each.participant)
        rows.append(
            {
                "participant": person.code if person else each.participant,
                "name": person.name if person else "",
                "rubric": rubrics.get(each.rubric, each.rubric[:12]),
                "occasion": occasions.get(each.occasion, each.occasion),
                "released_on": each.released_on,
            }
        )
    told = ["  ".join(str(part) for part in row.values() if part) for row in rows]
    output.result("release", {key: rows, **(more or {})}, [*told, *lines])
