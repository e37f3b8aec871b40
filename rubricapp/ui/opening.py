"""What the window must know of a workspace when it opens one; verbs are imported when they are needed."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rubricapp import paths
from rubricapp.core.model import AssessmentKind, AssessmentState, Person, Role
from rubricapp.core.viewing import is_only_participant, kind_for
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.workspaces import is_demo
from rubricapp.store.assessments import list_slots
from rubricapp.store.kits import load_home
from rubricapp.store.people import list_occasions, list_people, load_edition, load_programme
from rubricapp.store.progress import count_progress, list_recent
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.same_people import list_known_as
from rubricapp.store.workspace import Workspace
from rubricapp.ui.background import Background, Job
from rubricapp.ui.own import list_own

if TYPE_CHECKING:
    from rubricapp.operations.backups import Restored

ASSESSING = (Role.ASSESSOR, Role.LEAD, Role.MENTOR)


def list_assessing(ws: Workspace) -> list[Person]:
    """Assessors, leads and mentors of the edition."""
    return [each for each in list_people(ws) if each.roles.intersection(ASSESSING)]


def list_sitting(ws: Workspace) -> list[Person]:
    """Who may sit here: those who assess, then the participants, who assess themselves."""
    people = [each for each in list_people(ws) if each.roles]
    return sorted(people, key=is_only_participant)


def say_sitting(person: Person) -> str:
    """A person in the list of who sits here; participants are told from assessors of the same name."""
    return _("{name} · participant").format(name=person.name) if is_only_participant(person) else person.name


def who_sits_here(ws: Workspace, name: str) -> Person | None:
    """For whom the kit was made; the person of this name; in the demo whoever has something left; else nobody yet."""
    home = load_home(ws)
    for each in list_people(ws) if home is not None else ():
        if each.id == home.me:
            return each
    wanted = " ".join(name.split()).casefold()
    called = {each.kept for each in list_known_as(ws) if " ".join(each.person.name.split()).casefold() == wanted}
    sitting = list_sitting(ws) if wanted else []
    for each in sitting:
        if " ".join(each.name.split()).casefold() == wanted:
            return each
    for each in sitting:
        if each.id in called:  # by the name that came with another id of theirs
            return each
    if not is_demo(ws):
        return None
    people = list_assessing(ws)
    tallies = {each.id: count_progress(ws, each.id).values() for each in people}
    return max(people, key=lambda each: sum(one.begun - one.finished for one in tallies[each.id]), default=None)


def may_merge(me: Person | None) -> bool:
    """Whether who sits here brings others' work together: a lead, or nobody in particular."""
    return me is None or Role.LEAD in me.roles


def came_as_kit(ws: Workspace) -> bool:
    """Whether this workspace was made from a kit, so that there is somebody to hand in to."""
    return load_home(ws) is not None


def title_of(ws: Workspace) -> str:
    """Programme and edition in one line."""
    return " · ".join(part for part in (load_programme(ws).name, load_edition(ws).name) if part) or ws.folder.name


def notices_of(ws: Workspace) -> list[str]:
    """What one should know about this workspace before working in it."""
    found = list(ws.warnings)
    if ws.read_only:
        found.insert(0, _("This workspace is read only: {reason}").format(reason=ws.read_only_because))
    return found


def back_up_daily(background: Background, ws: Workspace) -> Job | None:
    """Begin the day's first backup beside the window, where it is due. Raises UserError."""
    from rubricapp.operations import backups

    return back_up(background, ws) if backups.is_daily_due(ws) else None


def back_up(background: Background, ws: Workspace, to: Path | None = None) -> Job:
    """Begin a backup beside the window: its result is the file's path. Raises UserError.

    to: a folder elsewhere, for a backup that holds the files as well.
    """
    from rubricapp.operations import backups

    copied = backups.copy(ws, to)
    job = background.start(backups.pack, copied)
    job.cancelled.connect(lambda: backups.drop(copied))
    return job


def demo_folder() -> Path:
    """Where the demo programme lives, apart from everybody's own."""
    return paths.home() / "workspaces" / "demo"


def remove_demo(folder: Path) -> None:
    """Delete the folder of the closed demo workspace."""
    from rubricapp.operations.workspaces import remove_workspace

    remove_workspace(folder)


def folder_for(programme: str, edition: str) -> Path:
    """A folder of that name that is not taken, among the user's workspaces."""
    words = re.sub(r"[^\w]+", "-", f"{programme} {edition}".strip().casefold()).strip("-_")[:60] or "programme"
    place = paths.home() / "workspaces"
    number = 1
    while (place / (words if number == 1 else f"{words}-{number}")).exists():
        number += 1
    return place / (words if number == 1 else f"{words}-{number}")


def restore(folder: Path, file: Path, key: bytes = b"") -> Restored:
    """Put a backup in the place of the closed workspace. key: of a protected one. Raises UserError."""
    from rubricapp.operations import backups

    return backups.restore(folder, file, unlock=(lambda _kept: key) if key else None)


def settings_not_kept(error: OSError) -> UserError:
    """A settings file that cannot be written is said like any other fault."""
    return UserError(
        "E_SETTINGS",
        _("Your settings could not be kept."),
        _("They hold until you close the window."),
        _("Check that your own folder may be written and has space."),
        str(error),
    )


def is_workspace(folder: Path) -> bool:
    """Whether the folder holds a workspace."""
    from rubricapp.operations.workspaces import is_workspace as is_it

    return is_it(folder)


def newest_backup(ws: Workspace) -> datetime | None:
    """When the newest backup was made, UTC."""
    from rubricapp.operations import backups

    newest = next(iter(backups.list_backups(ws)), None)
    return newest.made_at if newest else None


def complete_slot(ws: Workspace, me: Person | None, slot: tuple[str, str, str]) -> tuple[str, str, str]:
    """A slot (rubric, occasion, participant) with what is missing ("") filled in as one would go on working.

    Rubric and occasion as in the last work, else the first; the participant as in the last work on these if it is
    not finished, else the first who is not finished, else the first.
    """
    rubric, occasion, participant = slot
    if slot == ("", "", "") and is_only_participant(me):
        own = list_own(ws, me)
        order = sorted(own, key=lambda each: (each.is_done, each.state is None))  # what is begun, then what is not
        if order:
            return order[0].slot
    recent = list_recent(ws, me.id) if me else []
    fitting = [each for each in recent if rubric in ("", each.rubric) and occasion in ("", each.occasion)]
    drafts = [each for each in fitting if each.state is AssessmentState.DRAFT]
    for last in drafts or fitting:
        rubric, occasion = rubric or last.rubric, occasion or last.occasion
        if not participant and drafts:
            participant = last.participant
        break
    rubric = rubric or next((each.content_hash for each in list_rubrics(ws)), "")
    occasion = occasion or next((each.id for each in list_occasions(ws)), "")
    if not participant:
        people = list_people(ws, Role.PARTICIPANT)
        kinds = {each.id: kind_for(me, each.id) for each in people}
        people = [each for each in people if kinds[each.id] is not AssessmentKind.SELF] or people
        people = [each for each in people if me is None or kinds[each.id]]
        kind = (kinds[people[0].id] if people else None) or AssessmentKind.ASSESSOR
        standing = list_slots(ws, rubric, occasion, me.id if me else "", kind)
        waiting = [
            each for each in people if each.id not in standing or standing[each.id].state is AssessmentState.DRAFT
        ]
        participant = next((each.id for each in waiting or people), "")
    return rubric, occasion, participant
