"""Portfolios to show: an invented alumna with everything, one with nothing, a very large one, a hostile one."""

from __future__ import annotations

import hashlib
import io
import wave
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from rubricapp import paths
from rubricapp.core.folio import (
    Added,
    Additions,
    Folio,
    FolioAssessment,
    FolioEvent,
    FolioFile,
    FolioGrowth,
    FolioPeers,
    FolioPoint,
    FolioProof,
    FolioRating,
    FolioShowing,
    FolioWork,
    Signature,
)
from rubricapp.core.model import RubricVersion
from rubricapp.core.peer_scores import PeerCriterion, PeerFeedback
from rubricapp.core.rubrics import from_document
from rubricapp.formats.rubric_yaml import document_of

HOSTILE = (
    '<script>alert("x")</script>',
    "\"><img src=x onerror=alert(1)> ' & </title></style>",
    "javascript:alert(1)",
    "{name} %s ${x} &lt;b&gt;",
    "\u202egnp.exe\u202c \u2066x\u0000\u0007\u200f end",
    "]]> <!-- --> <![CDATA[",
    "../../../../etc/passwd",
    "=cmd|' /C calc'!A0",
)
NOTHING = Additions()
GOOD = Signature("Residency office (invented)", "4F2A 91C0 7B3E D815 66A9 0C4D 1E7F B2A3", "2026-11-29", True)
BROKEN = Signature(
    "Residency office (invented)",
    "4F2A 91C0 7B3E D815 66A9 0C4D 1E7F B2A3",
    "2026-11-29",
    False,
    ("The results were changed after they were signed.", "The file “rushes.mp4” is not the one that was signed."),
)


@dataclass(frozen=True)
class Shown:
    """What the writers are given. contents: the bytes of each file, by the path that it was exported to."""

    folio: Folio
    signature: Signature = GOOD
    additions: Additions = NOTHING
    contents: tuple[tuple[str, bytes], ...] = ()

    @property
    def files(self) -> dict[str, str]:
        return {hashlib.sha256(data).hexdigest(): path for path, data in self.contents}

    def put(self, out: Path) -> Path:
        for path, data in self.contents:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(data)
        return out


@cache
def rubrics() -> tuple[RubricVersion, ...]:
    files = (paths.RUBRICS / each / "1.0.yaml" for each in ("camera", "sound", "budgeting", "ethics"))
    return tuple(from_document(document_of(path)) for path in files)


def still(seed: int, size: tuple[int, int] = (1280, 720)) -> bytes:
    """An invented picture: dusk over a horizon, in colours of its own."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height = size
    sky = Image.linear_gradient("L").resize(size)
    warm, cold = ((226, 150, 90), (38, 52, 84)) if seed % 2 else ((196, 202, 190), (52, 70, 66))
    picture = Image.composite(Image.new("RGB", size, warm), Image.new("RGB", size, cold), sky)
    draw = ImageDraw.Draw(picture)
    horizon = height * (55 + 7 * (seed % 3)) // 100
    draw.rectangle((0, horizon, width, height), fill=tuple(part // 3 for part in cold))
    at = width * (25 + 17 * (seed % 4)) // 100
    draw.ellipse((at - 60, horizon - 150, at + 60, horizon - 30), fill=(250, 224, 178))
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def sound() -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16000))
    return kept.getvalue()


def given(
    rubric: RubricVersion, occasion: str, kind: str, by: str, day: str, start: int, comments: bool = True
) -> FolioAssessment:
    """Invented ratings: levels that follow from the place of a criterion, every honest blank among them."""
    ratings = []
    for at, criterion in enumerate(rubric.criteria):
        level = min(rubric.top_level, max(1, start + (at * 5 + len(occasion)) % 3 - 1))
        comment = ""
        if comments and at % 3 == 0:
            comment = (
                "Offloaded both cards on the second day without being asked, and found the one that had failed.\n"
                "Next: say it aloud when a take is soft."
            )
        if at == 4:
            ratings.append(FolioRating(criterion.id, None, "not_observed"))
        elif at == 5:
            ratings.append(FolioRating(criterion.id, None, "insufficient_evidence", "Only one short take was seen."))
        elif at == 6 and kind != "self":
            ratings.append(FolioRating(criterion.id, None, "not_applicable"))
        elif at == 7 and kind == "self":
            continue
        else:
            descriptor = criterion.levels[level - 1].descriptor
            ratings.append(FolioRating(criterion.id, level, "", comment, descriptor))
    words = ("Total 3.43 of 5 (61 %): the weighted mean of 7 of 8 criteria, 91 % of the weight.",)
    if kind == "self":
        words = ()
    note = "A calm fortnight; the night exteriors were her own idea." if kind == "mentor" else ""
    return FolioAssessment(rubric.content_hash, occasion, kind, by, day, tuple(ratings), note, words)


def way(rubric: RubricVersion, occasions: tuple[tuple[str, str], ...]) -> tuple[FolioGrowth, ...]:
    lines = []
    for at, criterion in enumerate(rubric.criteria):
        points = []
        for number, (name, day) in enumerate(occasions):
            level = min(5.0, 1 + (at + 2 * number) % 4 + (0.5 if (at + number) % 5 == 0 else 0.0))
            gap = (at + number) % 6 == 4
            points.append(FolioPoint(name, day, None if gap else level, 0 if gap else 1 + number % 3))
        lines.append(FolioGrowth(rubric.content_hash, criterion.id, tuple(points)))
    return tuple(lines)


def peers(rubric: RubricVersion, occasion: str, enough: bool = True) -> FolioPeers:
    if not enough:
        return FolioPeers(rubric.content_hash, occasion, PeerFeedback(2, False))
    criteria = tuple(
        PeerCriterion(
            each.id,
            5 if at else 3,
            Fraction(5 + at % 4, 2) if at else None,
            2 if at else None,
            4 if at else None,
            ("She waits for the light instead of adding one.", "ضوء النافذة في المشهد الثاني جميل.") if at == 1 else (),
        )
        for at, each in enumerate(rubric.criteria)
    )
    feedback = PeerFeedback(
        5,
        True,
        criteria,
        ("The held shot at 00:04:10: nobody dared to cut it.", "The hands. I believed every one of them."),
        ("The second interview is a minute too long.",),
        ("Show it to somebody who was not there.", "Try it once without music."),
    )
    return FolioPeers(rubric.content_hash, occasion, feedback)


@cache
def demo() -> Shown:
    """An invented alumna of an invented residency, with everything that a portfolio can hold."""
    camera, sounds = rubrics()[:2]
    one, two, noise, sheet = still(1), still(2), sound(), b"%PDF-1.4\n%%EOF\n"
    film = b"\x00\x00\x00\x18ftypmp42 invented"

    def key(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    occasions = (("Baseline", "2026-09-04"), ("Midpoint", "2026-10-14"), ("Final", "2026-11-20"))
    works = (
        FolioWork(
            "w1",
            "Salt Road (invented film)",
            FolioFile("salt-road-v7.mp4", "video", 48_200_000, key(film)),
            (
                ("Type", "Short documentary, 11 minutes"),
                ("Role", "Director of photography"),
                ("What I did", "Lit and shot it alone over nine days; operated both interviews."),
                ("With", "Test Editor (edit)\nTest Recordist (sound)"),
                ("Languages", "Wolof, French; English subtitles"),
                ("Made", "12 September 2026 to 3 November 2026"),
                (
                    "Reflection",
                    "I had planned for overcast days and got none. The harsh noon became the film's subject: we shot "
                    "the salt as a mirror and let the faces fall into shadow.\n\nI would now ask for a second "
                    "flag before asking for a second lamp.",
                ),
            ),
            (
                FolioShowing(
                    "2027-02",
                    "festival",
                    "Example Short Film Days",
                    "Selected, new talents",
                    "https://example.org/days/2027",
                ),
                FolioShowing("2027-05-12", "screening", "Invented Town Cinema", "", "Programme leaflet, p. 4"),
                FolioShowing("2027", "award", "Example Prize", "Best photography", ""),
            ),
            (
                FolioProof(camera.criteria[0].id, "00:04:10:00", "The one held shot, exposed for the salt."),
                FolioProof(camera.criteria[3].id, "00:07:22:12", ""),
            ),
            key(one),
        ),
        FolioWork(
            "w2",
            "أمي تغني (My mother sings)",
            FolioFile("singing.wav", "audio", 16_044, key(noise)),
            (("Type", "Sound piece"), ("Role", "Recordist"), ("Context", "سُجّلت في ليلة واحدة.")),
            (),
            (FolioProof(sounds.criteria[1].id, "00:01:47:12", "Room tone and voice on two tracks."),),
            key(two),
        ),
        FolioWork("w3", "Four windows", FolioFile("windows.jpg", "image", 96_000, key(two)), (("Type", "Stills"),)),
        FolioWork(
            "w4",
            "Budget of Salt Road",
            FolioFile("budget.pdf", "pdf", len(sheet), key(sheet)),
            (("Type", "Budget"), ("Role", "Producer of the shoot")),
            (),
            (FolioProof("BUD-2", "p. 3", ""),),
        ),
        FolioWork(
            "w5",
            "Night bus, rough cut",
            FolioFile("night-bus.mxf", "video", 9_400_000_000, "", False, "", "Too large to be taken in."),
            (("Type", "Exercise"),),
        ),
        FolioWork(
            "w6",
            "Colour tests",
            FolioFile("", "video", 0, "", False, "https://example.org/tests?reel=7", "Kept on the web only."),
        ),
    )
    folio = Folio(
        "Invented Film Residency",
        "Autumn 2026",
        ("2026-09-01", "2026-11-28"),
        "Amara Exemplar",
        "P-001",
        "2026-11-29",
        "en",
        "Festival jury",
        "she/her",
        rubrics(),
        (
            given(camera, "Baseline", "assessor", "Tunde Example", "2026-09-05", 2),
            given(camera, "Final", "self", "Amara Exemplar", "2026-11-19", 3),
            given(camera, "Final", "assessor", "Tunde Example", "2026-11-21", 4),
            given(camera, "Final", "assessor", "ליאת דוגמה", "2026-11-21", 3, comments=False),
            given(camera, "Final", "mentor", "Mina Example", "2026-11-22", 3),
            given(sounds, "Final", "assessor", "Tunde Example", "2026-11-21", 3),
        ),
        works,
        (peers(camera, "Final"), peers(sounds, "Final", enough=False)),
        (*way(camera, occasions), *way(sounds, occasions)),
        (
            FolioEvent("2026-09-01", "milestone", "Came to the residency"),
            FolioEvent("2026-09-05", "assessment", "Camera 1.0, Baseline"),
            FolioEvent("2026-10", "meeting", "Spoke with the mentor about noon light"),
            FolioEvent("2026-11-03", "work", "Salt Road (invented film)"),
            FolioEvent("2026-11-21", "assessment", "Camera 1.0, Final"),
            FolioEvent("2027-02", "showing", "Example Short Film Days: Salt Road"),
        ),
        (("Camera", 19, 9120), ("Sound", 4, 1935), ("", 1, 240)),
        ("Two works: their people did not agree to this audience.", "Peer reviews of Budgeting: not released."),
    )
    additions = Additions(
        (
            Added(
                "showing",
                "2028-03",
                "It travelled further than I did.",
                "w1",
                "Example Documentary Week",
                "Audience prize",
            ),
            Added("note", "2028-01-15", "I now work as a camera operator.\nWrite to me about salt."),
        )
    )
    contents = (
        ("files/salt road & co.mp4", film),
        ("files/still-1.jpg", one),
        ("files/نوافذ.jpg", two),
        ("files/singing.wav", noise),
        ("files/budget.pdf", sheet),
    )
    return Shown(folio, GOOD, additions, contents)


def bare(name: str = "Amara Exemplar", language: str = "en") -> Shown:
    """Nothing but a name."""
    folio = Folio("Invented Film Residency", "2026", ("", ""), name, "P-001", "2026-11-29", language)
    return Shown(folio, Signature("", "", "", False))


@cache
def large() -> Shown:
    """40 works, 4 rubrics, 6 occasions with two assessors and the participant."""
    days = tuple((f"Week {number * 2}, observed", f"2026-10-{number:02}") for number in range(1, 7))
    assessments = tuple(
        given(rubric, name, kind, by, day, 2 + number // 2)
        for rubric in rubrics()
        for number, (name, day) in enumerate(days)
        for kind, by in (("assessor", "Tunde Example"), ("assessor", "Mina Example"), ("self", "Amara Exemplar"))
    )
    first = demo().folio.works[0]
    works = tuple(replace(first, key=f"w{n}", title=f"Invented work {n}") for n in range(1, 41))
    growth = tuple(line for rubric in rubrics() for line in way(rubric, days))
    folio = replace(demo().folio, assessments=assessments, works=works, growth=growth)
    return replace(demo(), folio=folio)


def spoiled(text: str) -> Shown:
    """The demonstration with one hostile text in every place that people can type into."""
    shown = demo()
    folio = shown.folio
    camera = folio.rubrics[0]
    criterion = replace(camera.criteria[0], title=text, about=text)
    rubric = replace(
        camera,
        title=text,
        summary=text,
        language=text,
        scale=tuple((text, text) for _each in camera.scale),
        criteria=(criterion, *camera.criteria[1:]),
    )
    showing = FolioShowing(text, text, text, text, text)
    proof = FolioProof(text, text, text)
    works = (
        *(
            replace(
                each,
                title=text,
                facts=((text, text),),
                showings=(showing,),
                proves=(proof,),
                file=replace(each.file, name=text, link=text, why_not=text),
            )
            for each in folio.works
        ),
    )
    assessments = (
        *(
            replace(
                each,
                occasion=text,
                by=text,
                note=text,
                words=(text,),
                finished_on=text,
                ratings=(*(replace(one, comment=text, descriptor=text) for one in each.ratings), FolioRating(text, 9)),
            )
            for each in folio.assessments
        ),
    )
    feedback = PeerFeedback(4, True, (PeerCriterion(text, 4, Fraction(3), 2, 4, (text,)),), (text,), (text,), (text,))
    folio = replace(
        folio,
        programme=text,
        edition=text,
        edition_dates=(text, text),
        name=text,
        code=text,
        made_on=text,
        audience=text,
        pronouns=text,
        rubrics=(rubric, *folio.rubrics[1:]),
        assessments=assessments,
        works=works,
        peers=(FolioPeers(camera.content_hash, text, feedback),),
        growth=(FolioGrowth(camera.content_hash, text, (FolioPoint(text, text, 2.5, 2), FolioPoint("", "", None, 0))),),
        timeline=(FolioEvent(text, text, text),),
        log_totals=((text, 1, 61),),
        left_out=(text,),
    )
    additions = Additions((Added("note", text, text, "w1", text, text), Added("showing", text, text, text, text, text)))
    return Shown(folio, Signature(text, text, text, False, (text,)), additions, shown.contents)


@pytest.fixture(scope="session")
def shows() -> dict[str, Shown]:
    """By name: demo, bare, large, broken, and one for each of several scripts and hostile texts."""
    every = {"demo": demo(), "bare": bare(), "large": large(), "broken": replace(demo(), signature=BROKEN)}
    for name in ("ليلى حداد", "王伟", "अनुराधा शर्मा", "ߊߡߊ߬ߘߎ߫", "ליאת כהן", "𞤀𞤥𞤢𞤪𞤢"):
        every[name] = replace(demo(), folio=replace(demo().folio, name=name))
    for text in HOSTILE:
        every[text] = spoiled(text)
    return every
