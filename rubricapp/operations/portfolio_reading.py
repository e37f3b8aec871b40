"""A portfolio file as a screen shows it: read at once, checked to the last byte after that, its works copied out.

What the web pages and the PDF say is said in the same words on the screen; they come from `reports` through here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from rubricapp import i18n
from rubricapp.core.folio import Added, Additions, Folio, FolioGrowth, FolioPoint, FolioWork, Signature
from rubricapp.core.growth import Line, RubricGrowth, Step
from rubricapp.core.model import Blank, Criterion, Occasion, OccasionId, RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import folio_reading
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations.portfolio_exports import name_of
from rubricapp.operations.portfolio_files import Opened, open_file
from rubricapp.operations.portfolio_notes import read_additions
from rubricapp.reports.folio_parts import Results as Results
from rubricapp.reports.folio_parts import assessment_title as assessment_title
from rubricapp.reports.folio_parts import counts as counts
from rubricapp.reports.folio_parts import find_criterion as find_criterion
from rubricapp.reports.folio_parts import gate_words as gate_words
from rubricapp.reports.folio_parts import level_descriptor as level_descriptor
from rubricapp.reports.folio_parts import ratings_of as ratings_of
from rubricapp.reports.folio_parts import results as results
from rubricapp.reports.folio_parts import scale_name as scale_name
from rubricapp.reports.folio_words import Phrase
from rubricapp.reports.folio_words import blank_words as blank_words
from rubricapp.reports.folio_words import boxes as boxes
from rubricapp.reports.folio_words import dates_words as dates_words
from rubricapp.reports.folio_words import day_words as day_words
from rubricapp.reports.folio_words import event_words as event_words
from rubricapp.reports.folio_words import level_words as level_words
from rubricapp.reports.folio_words import occasion_words as occasion_words
from rubricapp.reports.folio_words import role_words as role_words
from rubricapp.reports.folio_words import showing_words as showing_words
from rubricapp.reports.folio_words import size_words as size_words
from rubricapp.reports.folio_words import spread_words as spread_words
from rubricapp.reports.folio_words import time_words as time_words
from rubricapp.reports.folio_words import too_few as too_few
from rubricapp.reports.folio_words import web as web

LONGEST_SHOWN = 20_000
"""Letters of one text beyond which a screen shows no more of it; the exported pages hold all."""
_ENDLESS = re.compile(r"\S{61,}")
"""Letters without a gap that no line has room for; they may be broken after every twenty."""
_TITLE = 120
_FROM_RIGHT = ("ar", "fa", "he", "ps", "ur", "yi")
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Shown:
    """Everything a screen shows of a portfolio file; it lives on when the file is closed.

    checked: whether every byte was read; before that `signature` speaks of the words and levels only. altered, held:
    hashes of files that are not as they were signed; that are inside. manifest_hash: by which additions know the file.
    """

    path: Path
    size: int
    folio: Folio
    signature: Signature
    additions: Additions
    remarks: tuple[str, ...]
    altered: frozenset[str]
    held: frozenset[str]
    manifest_hash: str
    checked: bool

    def has(self, sha256: str) -> bool:
        """Whether a file is inside and not known to be altered."""
        return bool(sha256) and sha256 in self.held and sha256 not in self.altered


def look(path: Path, progress: Progress | None = None) -> Shown:
    """What a portfolio file says, proven as far as that goes without reading its works. Raises UserError."""
    with folio_reading.opened(path) as reader:
        return _shown(Opened(reader, reader.faults), False)


def check(path: Path, progress: Progress | None = None) -> Shown:
    """The same after every byte was checked. Raises UserError, Cancelled."""
    with open_file(path, progress) as found:
        return _shown(found, True)


def _shown(found: Opened, checked: bool) -> Shown:
    files = {sha256 for work in found.folio.works for sha256 in (work.file.sha256, work.picture) if sha256}
    return Shown(
        found.path,
        found.path.stat().st_size,
        found.folio,
        found.signature,
        found.additions,
        found.remarks,
        found.altered,
        frozenset(filter(found.holds, files)),
        found.reader.manifest_hash,
        checked,
    )


def read_added(shown: Shown) -> tuple[Additions, tuple[str, ...]]:
    """What was added by now, and what could not be read."""
    return read_additions(shown.path, shown.manifest_hash)


def copy_work(shown: Shown, sha256: str, to: Path, progress: Progress | None = None) -> Path:
    """Copy a file of a work to a place, byte for byte as its hash in the portfolio demands; returns the place.

    Raises UserError: E_FILE_MISSING, E_FILE_ALTERED, E_CANNOT_WRITE, E_ITSELF; Cancelled.
    """
    if to.exists() and to.samefile(shown.path):
        raise UserError(
            "E_ITSELF",
            _("That is the portfolio file itself."),
            _("Nothing was changed."),
            _("Choose another name or folder for the copy."),
            exit_code=Exit.USAGE,
        )
    with folio_reading.opened(shown.path) as reader:
        Opened(reader, reader.faults).copy_file(sha256, to, progress)
    return to


def file_name(work: FolioWork, sha256: str) -> str:
    """A name for a copy, one that every system takes."""
    return name_of(work, sha256)


# Growth


def grown(folio: Folio) -> tuple[tuple[RubricGrowth, ...], tuple[FolioGrowth, ...]]:
    """The growth lines by rubric, as charts take them; and those that no chart takes: of an unknown criterion, or with
    a level that is not on the scale, as only a file that we did not make can have them."""
    found, odd = [], []
    for rubric in folio.rubrics:
        known = {each.id: replace(each, title=one_line(each.title)) for each in rubric.criteria}
        lines = [each for each in folio.growth if each.rubric == rubric.content_hash]
        fitting = [each for each in lines if each.criterion in known and _is_on_scale(each, rubric)]
        odd += [each for each in lines if each not in fitting]
        held = {point.occasion: point.held_on for each in reversed(fitting) for point in each.points}
        order = dict.fromkeys(point.occasion for each in fitting for point in each.points)
        occasions = {
            name: Occasion(OccasionId(f"{place}"), one_line(name), "", held[name]) for place, name in enumerate(order)
        }
        shown = replace(rubric, title=one_line(rubric.title))
        drawn = tuple(_line(folio, each, known[each.criterion], occasions) for each in fitting)
        if drawn:
            found.append(RubricGrowth(shown, (one_line(rubric.version),), tuple(occasions.values()), drawn))
    return tuple(found), tuple(odd)


def _is_on_scale(line: FolioGrowth, rubric: RubricVersion) -> bool:
    return all(each.level is None or 1 <= each.level <= rubric.top_level for each in line.points)


def _line(folio: Folio, line: FolioGrowth, criterion: Criterion, occasions: dict[str, Occasion]) -> Line:
    points = {each.occasion: each for each in line.points}
    steps = []
    for name, occasion in occasions.items():
        point = points.get(name) or FolioPoint(name, "", None, 0)
        if point.level is not None:
            steps.append(Step(occasion, Fraction(point.level), point.count))
        else:
            steps.append(Step(occasion, None, 0, _why(folio, line, name)))
    return Line(criterion, tuple(steps))


def _why(folio: Folio, line: FolioGrowth, occasion: str) -> Blank | None:
    """The first blank that an assessor gave there; None where nobody rated it."""
    blanks = {each.value: each for each in Blank}
    for given in folio.assessments:
        if (given.rubric, given.occasion, given.kind) == (line.rubric, occasion, "assessor"):
            for rating in given.ratings:
                if rating.criterion == line.criterion and rating.blank in blanks:
                    return blanks[rating.blank]
    return None


# Words


def said(text: str) -> str:
    """A text of a stranger as a screen may show it: what turns other words round is taken out, and no end is endless.

    A text that runs from right to left is set apart, so that it leaves the words around it where they are.
    """
    text = _tamed(text)
    turned = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text)
    return f"\u2068{text}\u2069" if turned else text


def sentence(text: str, language: str) -> str:
    """One of our own sentences in this language, which may begin with a title that runs the other way."""
    mark = "\u200f" if language.partition("_")[0] in _FROM_RIGHT else "\u200e"
    return mark + _tamed(" ".join(text.split()))


def _tamed(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + " … " + _("(the rest is in the web pages)")
    return _ENDLESS.sub(lambda found: "\u200b".join(re.findall(".{1,20}", found[0])), text)


def one_line(text: str) -> str:
    """The same on one line."""
    return said(" ".join(text.split()))


def short(text: str) -> str:
    """The same as a title: at most as long as a long name."""
    text = " ".join(text.split())
    return one_line(text if len(text) <= _TITLE else text[: _TITLE - 1] + "…")


def say(phrase: Phrase) -> str:
    """A sentence with what people typed in it."""
    return phrase.template.format(**{name: one_line(value) for name, value in phrase.values})


def verdict(shown: Shown) -> tuple[str, str]:
    """("ok", "danger" or "waiting", the verdict in a few words)."""
    signature = shown.signature
    if not signature.fingerprint:
        return "danger", _("Nothing in this file is proven: its signature does not hold or is missing")
    if not signature.whole:
        return "danger", _("This file was altered after it was signed")
    if not shown.checked:
        return "waiting", _("The words and levels are as they were signed; the works are still being checked…")
    return "ok", _("Whole: every byte is as it was signed")


def verdict_sentences(shown: Shown) -> tuple[str, ...]:
    """What is not as it was signed, who signed it, and what that is worth."""
    signature = shown.signature
    found = [sentence(each, i18n.language()) for each in signature.problems]
    if signature.fingerprint:
        found.append(
            _("Signed by {signer} on {day}.").format(
                signer=one_line(signature.signer) or _("a key without a name"), day=day_words(signature.signed_on)
            )
        )
        found.append(_("Fingerprint of the key: {fingerprint}").format(fingerprint=signature.fingerprint))
        found.append(_("Whose key that is only the programme can say: compare it with what they publish."))
    else:
        found.append(_("Anybody may have written what stands here. Ask the programme for another copy."))
    return tuple(found)


def added_kind(added: Added) -> str:
    """Note, or which kind of showing."""
    return _("Note") if added.kind == "note" else showing_words(added.words)
