"""The demo programme: invented people, scored through the same verbs as real work. The same demo each time.

Its clock and its randomness are fixed, so two demos have the same change log and their reports the same bytes.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rubricapp import paths
from rubricapp.core.model import Blank, Criterion, Person, Problem, Role, RubricVersion
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import (
    artefacts,
    assessments,
    audiences,
    demo_peers,
    evidence,
    evidence_links,
    mentoring,
    people,
    portfolio_files,
    production_log,
    programmes,
    releases,
    showings,
)
from rubricapp.operations.reporting import collect, make_cohort_report, make_participant_reports, make_workbook
from rubricapp.operations.workspaces import DEMO, is_demo
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.existing import exists
from rubricapp.store.mentoring import list_actions
from rubricapp.store.people import find_occasion, list_occasions, list_people, load_edition
from rubricapp.store.rubrics import find_rubric, list_rubrics
from rubricapp.store.workspace import Sources, Workspace, open_

FOLDER = paths.RESOURCES / "demo"


class _Clockwork:
    """A clock that goes one second at each look, and bytes that only look random."""

    def __init__(self, seed: str, start: datetime) -> None:
        self.seed = seed
        self.time = start
        self.drawn = 0

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def random(self, length: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"{self.seed} {self.drawn}".encode()).digest(length)


@dataclass(frozen=True)
class Demo:
    """What the demo made. files: PDFs, then the cohort PDF, the workbook, and somebody's portfolio file."""

    workspace: Path
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def _script() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "demo.toml").read_text(encoding="utf-8"))


def make_demo(folder: Path, progress: Progress | None = None) -> Workspace:
    """Make the demo workspace in a new folder and leave it open. Raises UserError when something is in the way."""
    progress = progress or Progress()
    script = _script()
    clock = _Clockwork("rubricapp demo", datetime.fromisoformat(script["starts_on"] + "T08:00:00+00:00"))
    ws = programmes.start(
        folder,
        script["programme"],
        script["edition"],
        script["starts_on"],
        script["ends_on"],
        Sources(clock.now, clock.random),
    )
    try:
        ws.set_meta(DEMO, "1")
        people.import_roster(ws, FOLDER / "roster.csv")
        assessors = [people.add_person(ws, Role.ASSESSOR, name)[0] for name in script["assessors"]]
        participants = list_people(ws, Role.PARTICIPANT)
        for number, participant in enumerate(participants):
            progress.step(number, len(participants), participant.name)
            _add_stills(ws, participant, number)
        for moment in script["occasions"]:
            clock.time = datetime.fromisoformat(moment["day"]).replace(hour=9, tzinfo=UTC)
            for number, participant in enumerate(participants):
                for rubric_id in script["departments"][participant.department]:
                    _assess(ws, script, moment, participant, number, rubric_id, assessors)
            demo_peers.add_own_view(ws, script, moment["name"], participants)
        for number, participant in enumerate(participants):
            _log_days(ws, script, participant, number, assessors)
        lead = next(each for each in assessors if each.name == script["lead"])
        people.add_person(ws, Role.LEAD, lead.name, lead.code)
        _mentor(ws, script, participants)
        held = [each.id for each in list_occasions(ws) if each.name in script["released"]]
        releases.release(ws, [each.id for each in participants], occasions=held)
        for number, participant in enumerate(participants):
            _show_works(ws, script["works"], participant, number)
        demo_peers.add_peers(ws, script, participants, lead, assessors)
        progress.step(len(participants), len(participants))
    except BaseException:
        ws.close()
        raise
    ws.sources = Sources()  # from here on the real clock: what a visitor does is theirs
    return ws


def _assess(
    ws: Workspace,
    script: Mapping[str, Any],
    moment: Mapping[str, Any],
    participant: Person,
    number: int,
    rubric_id: str,
    assessors: list[Person],
) -> None:
    rubric = find_rubric(ws, rubric_id)
    occasion = find_occasion(ws, moment["name"])
    if rubric is None or occasion is None:
        return
    first = number % len(assessors)
    doubly = moment["name"] == "final" and number % 2 == 0
    for step in range(2 if doubly else 1):
        assessor = assessors[(first + step) % len(assessors)]
        assessment, _changes = assessments.begin(ws, participant, rubric, occasion, assessor)
        levels = {
            criterion.id: _level(participant, rubric, criterion, place, moment["gain"], step)
            for place, criterion in enumerate(rubric.criteria)
        }
        comments = {
            criterion: script["comments"][criterion]["high" if level >= 3 else "low"].replace(
                "{name}", participant.given_name
            )
            for criterion, level in levels.items()
            if isinstance(level, int) and not isinstance(level, Blank) and criterion in script["comments"]
        }
        assessments.rate_many(ws, assessment, rubric, dict(levels), comments)
        # The last two of the final are still being worked on, as on any real evening.
        if moment["name"] != "final" or number < 10:
            assessments.finish(ws, assessment.id)


def _log_days(
    ws: Workspace, script: Mapping[str, Any], participant: Person, number: int, assessors: list[Person]
) -> None:
    """Two or three invented days of the production log; the first is confirmed, every fourth person's corrected."""
    production = script["productions"][number % len(script["productions"])]
    mine = [day | {"production": production} for day in script["log"] if day["department"] == participant.department]
    for place, day in enumerate(mine[: 2 + number % 2]):
        entry, _changes = production_log.add_day(ws, participant, day)
        mentor = assessors[number % len(assessors)]
        if place == 0:
            production_log.check_day(ws, entry.id, mentor)
        elif place == 1 and number % 4 == 0:
            production_log.check_day(ws, entry.id, mentor, "corrected", "9:30", "Wrapped earlier than the sheet says.")


def _mentor(ws: Workspace, script: Mapping[str, Any], participants: list[Person]) -> None:
    """Two meetings with a mentor for each participant, what was agreed and came of it, and a milestone."""
    mentors = [people.add_person(ws, Role.MENTOR, name)[0] for name in script["mentoring"]["mentors"]]
    for number, participant in enumerate(participants):
        mentor = mentors[number % len(mentors)]
        for meeting in script["mentoring"]["meetings"]:
            if meeting["department"] != participant.department:
                continue
            open_ = [each.id for each in list_actions(ws, participant.id, mentor) if each.is_open]
            mentoring.hold_meeting(
                ws,
                participant,
                mentor,
                {name: meeting[name] for name in ("held_on", "minutes", "topics", "next_on")}
                | {"visibility": "pair" if open_ or number % 3 else "lead"},
                [mentoring.parse_action(each) for each in meeting["actions"]],
                {each: mentoring.Settled(meeting["outcome"]) for each in open_[:1]},
                dict.fromkeys(open_[1:], ""),
            )
        for milestone in script["milestones"]:
            if milestone["department"] == participant.department:
                mentoring.add_milestone(ws, participant, milestone["reached_on"], milestone["title"], author=mentor.id)


def _show_works(ws: Workspace, works: list[Mapping[str, str]], participant: Person, number: int) -> None:
    """What is known of the first still, what it proves, where it was shown and to whom; of the others nothing yet."""
    first = list_artefacts(ws, participant.id)[0]
    for work in works:
        if work["department"] != participant.department:
            continue
        artefacts.edit_details(ws, first.id, {name: work[name] for name in ("role", "did", "consent")})
        place = evidence_links.Place(region=work["region"])
        evidence_links.link_evidence(ws, first.id, work["criterion"], place, work["note"])
        evening = {"shown_on": "2026-11-20", "place": "Open evening of the residency", "kind": "screening"}
        showings.add_showing(ws, first.id, evening)
        audiences.show_to(ws, first.id, "")
        if number % 3 == 0:
            audiences.show_to(ws, first.id, "producer", embargo_until="2027-03-01")


def _level(
    participant: Person, rubric: RubricVersion, criterion: Criterion, place: int, gain: int, step: int
) -> int | Blank:
    """An invented level: a start of 1 to 3, a gain that differs by person and criterion, a few honest blanks."""
    draw = hashlib.sha256(f"{participant.code} {criterion.id}".encode()).digest()
    if draw[0] < 8:
        return Blank.NOT_APPLICABLE if criterion.gate is None else Blank.NOT_OBSERVED
    if gain == 0 and draw[1] < 30:
        return Blank.NOT_OBSERVED
    if gain == 1 and draw[2] < 12:
        return Blank.INSUFFICIENT_EVIDENCE
    start = 1 + draw[3] % 3
    reached = start + gain * (80 + draw[4]) // 256 + (1 if gain == 2 and draw[5] > 150 else 0)
    other_eyes = (draw[6] % 3 - 1) if step else 0
    return max(1, min(rubric.top_level, reached + other_eyes))


def _add_stills(ws: Workspace, participant: Person, number: int) -> None:
    folder = ws.folder / "demo-stills"
    folder.mkdir(exist_ok=True)
    for place in range(1 + number % 2):
        path = folder / f"still-{number + 1:02}-{place + 1}.png"
        path.write_bytes(_still(number * 2 + place))
        evidence.add_file(
            ws, participant.id, path, _("Demo still {n} (drawn by the program)").format(n=place + 1), participant.id
        )
        path.unlink()
    folder.rmdir()


def _still(seed: int) -> bytes:
    """A small PNG: a horizon, a light and a frame guide, in colours drawn from the seed. Written by hand, as PNG is."""
    import struct
    import zlib

    width, height = 320, 180
    draw = hashlib.sha256(f"still {seed}".encode()).digest()
    sky, ground = (draw[0] // 2 + 40, draw[1] // 2 + 60, draw[2] // 2 + 90), (draw[3] // 3, draw[4] // 3, draw[5] // 4)
    horizon, light_x, light_y = 80 + draw[6] % 50, 40 + draw[7], 20 + draw[8] % 60
    rows = bytearray()
    for y in range(height):
        shade = 255 - abs(y - horizon)
        row = bytearray(bytes(channel * shade // 255 for channel in (sky if y < horizon else ground)) * width)
        reach = 160 - (y - light_y) ** 2
        if reach > 0:
            half = int(reach**0.5)
            left, right = max(0, light_x - half), min(width, light_x + half + 1)
            row[3 * left : 3 * right] = b"\xff\xe9\xb0" * (right - left)
        if y in (12, height - 13):
            row[3 * 16 : 3 * (width - 16)] = b"\xff\xff\xff" * (width - 32)
        elif 12 < y < height - 13:
            row[48:51] = row[3 * (width - 17) : 3 * (width - 16)] = b"\xff\xff\xff"
        rows += b"\0" + row

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )


def run_demo(out: Path, progress: Progress | None = None) -> Demo:
    """The main job in one go: the demo workspace in out/workspace, scored; all its reports in out/reports; and what
    the first participant takes home in out/portfolio.

    A demo made before is used again, so its reports come out the same. Raises UserError when out holds other work.
    """
    progress = progress or Progress()
    folder = out / "workspace"
    if exists(folder):
        ws = open_(folder)
        if not is_demo(ws):
            ws.close()
            raise UserError(
                "E_EXISTS",
                _("{folder} holds a workspace that is not the demo.").format(folder=folder),
                _("It was not changed."),
                _("Choose another folder with --out."),
            )
    else:
        ws = make_demo(folder, progress)
    with ws:
        assert list_rubrics(ws), "the demo needs the shipped rubrics"
        data = collect(ws)
        leaving = list_people(ws, Role.PARTICIPANT)[0]
        take_home = portfolio_files.prepare(ws, leaving, today=date.fromisoformat(load_edition(ws).ends_on))
    reports = out / "reports"
    batches = [
        make_participant_reports(data, [each.id for each in data.participants], reports, progress),
        make_cohort_report(data, reports / "cohort.pdf", progress),
        make_workbook(data, reports / "cohort.xlsx", progress),
    ]
    made = portfolio_files.write(take_home, out / "portfolio" / f"{leaving.code}{portfolio_files.ENDING}", progress)
    return Demo(
        folder,
        (*(path for batch in batches for path in batch.files), made.path),
        tuple(problem for batch in batches for problem in batch.problems),
    )
