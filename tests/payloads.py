"""P13: texts that some reader, somewhere, would take for more than text; and a workspace that holds them everywhere.

Each names `TOKEN`, so that it can be found again in whatever was made of it. They are written into the log as a
stranger's package would bring them, past everything that cleans what is typed here.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from rubricapp.operations import rubrics
from rubricapp.store import erasing
from rubricapp.store.kinds import KINDS
from rubricapp.store.workspace import Workspace

TOKEN = "zq7"
CANARY = "zq7-canary.png"
"""A file that lies beside the workspace and that nobody may open."""


def corpus(canary: Path) -> tuple[str, ...]:
    """Some seventy texts. canary: a file whose path stands in those that ask for one."""
    file = canary.as_posix()
    return (
        # HTML, and whatever is made of it
        *("<zq7>x</zq7>", "<b>zq7</b>", "<script>zq7()</script>", "<ScRiPt src=//127.0.0.1:9/zq7></sCrIpT>"),
        *(f'<img src="{file}"> zq7', f"<img src='file://{file}'> zq7", "<img src=x onerror=zq7()>"),
        *('"><svg onload=zq7()>', "' onmouseover='zq7()' x='", "</title></style></p></div><zq7>", "<!-- zq7 --!>"),
        *("<a href='javascript:zq7()'>zq7</a>", "javascript:zq7()", "data:text/html,<zq7>", "]]><zq7/><![CDATA["),
        *("&lt;zq7&gt; &amp;amp; &#x3c;zq7&#62;", "<iframe src=http://127.0.0.1:9/zq7>"),
        "<base href=http://127.0.0.1:9/zq7>",
        *("<style>@import 'http://127.0.0.1:9/zq7'</style>", "<link rel=stylesheet href=//127.0.0.1:9/zq7>"),
        *("<object data=zq7>", '<meta http-equiv="refresh" content="0;url=//127.0.0.1:9/zq7">'),
        "{{zq7}} <%= zq7 %> ${zq7}",
        *("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY zq7 SYSTEM 'file:///etc/hostname'>]><x>&zq7;</x>", "<zq7 /"),
        # ReportLab's own markup
        *(f'<img src="{file}" width="9" height="9"/>zq7', "<font color='[[[getattr(pow,\"zq7\")]]]'>x</font>"),
        *("<para>zq7</para>", "<unichar code='zq7'/>", "<onDraw name='zq7' label='x'/>", "<link href='zq7'>x</link>"),
        *("<seq id='zq7'/>", "<greek>zq7", "<i>zq7", "</b></i></font>zq7", "<a name='zq7'/>"),
        # Spreadsheets
        *("=zq7()", "=cmd|' /C zq7'!A0", "+zq7+1", "-zq7-1", "@SUM(zq7)", "\t=zq7()", "\r=zq7()", " =zq7()", "＝zq7()"),
        *('=HYPERLINK("http://127.0.0.1:9/zq7","x")', "=IMPORTXML(zq7)", "'=zq7", '"zq7""'),
        *("zq7;zq7,zq7\tzq7", "_x000D_zq7"),
        # Terminals, logs, lines
        *("\x1b[31mzq7\x1b[0m", "\x1b]0;zq7\x07", "\x9b31mzq7", "zq7\x7f\x08\x08", "zq7\nERROR zq7 forged"),
        "zq7\r\nX: zq7",
        *("zq7\x00zq7", "\u202ezq7\u202c", "\u2066zq7\u2069", "zq7\u2028zq7", "\ufeffzq7", "z\u200bq\u200b7 zq7"),
        # Words that programs fill in, and places
        *("%s %d %n zq7", "{name} {0} {zq7!r}", "{__class__.__mro__} zq7", "$(zq7) `zq7` ;zq7|zq7"),
        "'; DROP TABLE person; -- zq7",
        *("../../../../zq7", "C:\\zq7\\..\\x", "\\\\127.0.0.1\\zq7\\x", "file:///etc/hostname#zq7"),
        *("CON.zq7", "zq7/" * 40),
        *("&zq7 &File", "zq7 " * 300, "zq7" + "\u0301" * 200, "!!python/object/apply:zq7 [x]"),
        *("- zq7: [&a *a]", "#zq7", "﷽zq7"),
    )  # fmt: skip


WORDS: dict[str, tuple[str, ...]] = {
    "programme": ("name",),
    "edition": ("name",),
    "person": ("code", "given_name", "family_name", "email", "country", "department", "pronouns", "languages"),
    "assessment": ("note",),
    "rating": ("comment",),
    "comment_bank": ("text",),
    "same_person": ("reason",),
    "artefact": (
        *("title", "file_name", "type", "role", "did", "credits", "languages", "stage", "context", "reflection"),
        *("rights", "consent"),
    ),
    "evidence": ("note", "region"),
    "log_entry": (
        *("day_type", "production", "unit", "location", "department", "role", "credited_role", "head", "scenes"),
        *("rolls", "tasks", "kit", "supervised_by", "problem", "decision", "outcome", "incident", "happened"),
        *("matters", "next_step"),
    ),
    "log_check": ("note",),
    "peer_review": ("works", "change", "next_step", "answer", "reported"),
    "peer_response": ("changed", "refused"),
    "feedback_piece": ("reported",),
    "declared_conflict": ("note",),
    "calibration_sample": ("title", "note"),
    "calibration_level": ("reason",),
    "calibration_rating": ("comment",),
    "showing": ("kind", "place", "result", "proof"),
    "audience_choice": ("audience",),
    "meeting": ("topics", "note"),
    "agreed_action": ("text", "outcome"),
    "milestone": ("title", "note"),
    "agreed_level": ("reason",),
    "committee_vote": ("vote", "note"),
    "committee_decision": ("decision", "rationale", "plan"),
    "erasure": ("reason",),
}
"""Fields that hold somebody's words."""
NO_WORDS: dict[str, tuple[str, ...]] = {
    "same_person": ("kept",),
    "programme": ("recovery_key",),
    "edition": ("programme", "starts_on", "ends_on"),
    "occasion": ("edition", "name", "kind", "held_on", "position"),  # the name is a day, or one of three words
    "person": ("joined_on",),
    "enrolment": ("edition", "person", "role", "ended_on"),
    "rubric_version": ("state", "document"),  # its words: see `rubric`
    "assessment": ("participant", "assessor", "rubric", "occasion", "kind", "state", "finished_at", "revision"),
    "rating": ("level",),
    "comment_bank": ("owner", "criterion", "level", "removed"),
    "artefact": (
        *("participant", "media", "size", "sha256", "added_on", "removed", "made_from", "made_to"),
        *("consent_expires_on", "embargo_until", "link", "log_entry"),
    ),
    "evidence": ("artefact", "log_entry", "criterion", "from_frame", "to_frame", "rate", "page", "removed"),
    "log_entry": (
        *("participant", "worked_on", "called_at", "wrapped_at", "minutes", "supervision", "criteria", "removed"),
    ),
    "log_check": ("entry", "mentor", "state", "minutes", "checked_on"),
    "peer_round": ("rubric", "occasion", "reviews", "seed", "needs_calibration", "closed_on", "ended_on"),
    "allocation": ("round", "reviewer", "author", "removed"),
    "peer_review": ("usefulness", "withheld"),
    "peer_response": ("round", "author"),
    "feedback_opening": ("round", "author", "opened_on", "reviews", "as_of"),
    "feedback_piece": ("round", "author", "place", "piece", "usefulness"),
    "declared_conflict": ("one", "other", "removed"),
    "calibration_sample": ("rubric", "artefact", "removed", "criteria", "at_once"),
    "calibration_level": ("level",),
    "calibration": ("sample", "person", "state", "finished_at"),
    "calibration_rating": ("level",),
    "calibration_gate": ("rubric", "exact", "within_one", "samples", "days", "demanded"),
    "showing": ("artefact", "shown_on", "removed"),
    "audience_choice": ("artefact", "shown", "embargo_until"),
    "meeting": ("participant", "mentor", "held_on", "minutes", "next_on", "visibility", "removed"),
    "agreed_action": ("meeting", "participant", "due_on", "done_on", "removed", "criteria"),
    "mentorship": ("participant", "mentor", "removed"),
    "milestone": ("participant", "reached_on", "removed"),
    "release": ("participant", "rubric", "occasion", "released_on"),
    "assignment": ("participant", "assessor", "rubric", "occasion", "removed"),
    "agreed_level": (
        *("participant", "rubric", "occasion", "criterion", "third", "agreed_by", "agreed_on", "level", "basis"),
    ),
    "committee_case": ("participant", "held_on", "closed_on", "members"),
    "committee_vote": ("committee_case", "member", "voted_on"),
    "committee_decision": ("committee_case", "decided_by", "decided_on"),
    "device_key": ("public_key", "sealing_key", "person"),
    "erasure": ("erased_on", "roles", "finished"),
}  # fmt: skip
"""Ids, days, numbers and words of ours; what else may stand there is the business of `tests/campaigns/fuzz.py`."""


def undecided() -> set[tuple[str, str]]:
    """Fields that nobody said of whether they hold words."""
    known = {(kind, name) for table in (WORDS, NO_WORDS) for kind, names in table.items() for name in names}
    return {(kind, name) for kind, rule in KINDS.items() for name in (*rule.fields, *rule.special)} - known


def rubric(document: dict, texts: tuple[str, ...], first: int = 0) -> dict:
    """The rubric with such a text in every place for words."""
    at = count(first)

    def text() -> str:
        return texts[next(at) % len(texts)].replace("\x00", "") or TOKEN

    made = {**document, "title": text(), "summary": text()}
    made["scale"] = [{**each, "name": f"{text()} {n}", "anchor": text()} for n, each in enumerate(document["scale"])]
    made["criteria"] = [
        {
            **each, "title": text(), "about": text(), "guidance": text(), "evidence": [text(), text()],
            "levels": {level: f"{text()} {level}" for level in each["levels"]},
        }
        for each in document["criteria"]
    ]  # fmt: skip
    return made


def pour(ws: Workspace, texts: tuple[str, ...], shift: int = 0) -> set[tuple[str, str]]:
    """Put such a text into every field for words of every record that is here; returns (kind, field) of those."""
    done = set()
    erased = erasing.load_all_erased(ws)
    rows = ws.rows("SELECT DISTINCT kind, record FROM head ORDER BY kind, record")
    rows = [row for row in rows if not erased.covers(*row)]
    at = count(shift)
    with ws.writing("somebody") as log:
        for kind, record in rows:
            for name in WORDS.get(kind, ()):
                log.set(kind, record, name, texts[next(at) % len(texts)])
                done.add((kind, name))
    return done


def adopt(ws: Workspace, document: dict, texts: tuple[str, ...]) -> None:
    """Take in the rubric made of such texts as far as a rubric may hold them, through the door that all come by."""
    rubrics.adopt(ws, [document])
    with ws.writing("somebody") as log:
        for (record,) in ws.rows("SELECT id FROM rubric_version WHERE rubric = ?", document["id"]):
            log.set("rubric_version", record, "document", rubric(document, texts))
