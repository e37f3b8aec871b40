"""A portfolio as a PDF of A4 pages: the same content as its web pages, works first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rubricapp.core.folio import Added, Additions, Folio, FolioPeers, FolioWork, Signature
from rubricapp.core.model import RubricVersion
from rubricapp.core.text import clean
from rubricapp.i18n import _, ngettext
from rubricapp.reports.beside import write_beside
from rubricapp.reports.figures import level_text
from rubricapp.reports.folio_parts import check_whole, counts, criterion_title, find_criterion, growth
from rubricapp.reports.folio_words import (
    VERIFY,
    added_title,
    added_to,
    boxes,
    dates_words,
    day_words,
    event_words,
    level_words,
    occasion_words,
    reading_copy,
    role_words,
    showing_words,
    size_words,
    speaking,
    spread_words,
    time_words,
    too_few,
    verdict,
    verdict_sentences,
)
from rubricapp.reports.pdf.flow import Block, pour, text_block
from rubricapp.reports.pdf.furniture import Furniture, clipped
from rubricapp.reports.pdf.pictures import Picture, read_picture
from rubricapp.reports.pdf.portfolio_parts import (
    BODY,
    LEAD,
    QUIET,
    SMALL,
    STRONG,
    box,
    facts_table,
    heading,
    labelled,
    own,
    paragraph,
    quoted,
    section,
    staircases,
    told,
    typed,
)
from rubricapp.reports.pdf.portfolio_results import CRITERION, results_blocks
from rubricapp.reports.pdf.sheet import Pdf, Sheet, frame
from rubricapp.reports.pdf.text import Style, shrunk, wrap

_TALL, _LOW, _FEW = 230.0, 110.0, 8
"""Heights of a picture where works are few, and where they are many; how many are few."""
_COLOURS = {"ok": "ok", "danger": "danger", "none": "border"}


def write_portfolio(
    folio: Folio,
    signature: Signature,
    additions: Additions,
    path: Path,
    pictures: Mapping[str, Path] | None = None,
) -> Pdf:
    """Write the portfolio as a PDF, beside its place and then renamed; tells pages and what no font has.

    pictures: sha256 to the file on disk of each picture that may be printed. The same folio gives the same bytes.
    Raises OSError, and UserError where a rubric is not inside.
    """
    made = make_portfolio(folio, signature, additions, pictures)
    write_beside(path, made.data)
    return made


def make_portfolio(
    folio: Folio, signature: Signature, additions: Additions, pictures: Mapping[str, Path] | None = None
) -> Pdf:
    """The portfolio as a PDF; see `write_portfolio`."""
    with speaking(folio) as speaks:
        check_whole(folio)
        return _make(folio, signature, additions, pictures or {}, speaks)


def _make(folio: Folio, signature: Signature, additions: Additions, pictures: Mapping[str, Path], speaks: str) -> Pdf:
    name = clean(folio.name or folio.code, lines=False)
    programme = f"{own(folio.programme)} · {own(folio.edition)}"
    sheet = Sheet(
        _("{name}: portfolio").format(name=name), programme, speaks, _moment(folio.made_on), signature.fingerprint
    )
    _x, width, upper = frame()
    foot = [_("Portfolio of {name}, made on {day}.").format(name=own(name), day=own(day_words(folio.made_on)))]
    kind, words = verdict(signature)
    if kind != "none":
        foot.append(told(verdict_sentences(signature)[0]) if kind == "ok" else f"{words}.")
    else:
        foot.append(f"{words}.")
    grey = Style(7, 9.5, colour="ink2")
    lines = wrap(((" ".join(foot), grey),), width - 40)[:2]
    if signature.fingerprint:
        key = _("Key {fingerprint}").format(fingerprint=own(signature.fingerprint))
        lines = (*lines, clipped(key, grey, width - 40))
    furniture = Furniture(f"{own(name)} · {programme}", lines)
    blocks = [
        *_head(folio, signature),
        *_works(folio, additions, pictures),
        *results_blocks(folio),
        *_growth(folio),
        *_peers(folio),
        *_timeline(folio),
        *_later(folio, additions),
        *_verify(folio, signature),
    ]
    sheet.new_page()
    pour(sheet, blocks, upper + 8, furniture.bottom, lambda: furniture.turn(sheet))
    return sheet.save(furniture.paint_foot)


def _moment(day: str) -> datetime:
    """The day it was made; a day that is none counts as the first of 1980, so that the bytes stay the same."""
    try:
        return datetime.fromisoformat(day[:10]).replace(tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)


def _head(folio: Folio, signature: Signature) -> list[Block]:
    x, width, _upper = frame()
    dates = dates_words(*folio.edition_dates)
    kicker = " · ".join(part for part in (own(folio.programme), own(folio.edition), own(dates)) if part)
    name = clean(folio.name or folio.code, lines=False)
    names = shrunk(name, Style(30, 40, bold=True), width, 15)
    first = text_block(names, x, width, 4, keep=True)

    def paint(sheet: Sheet, top: float) -> None:
        sheet.bookmark(name, 0, top)
        first[0].paint(sheet, top)

    about = [own(folio.pronouns), _("Portfolio made on {day}").format(day=own(day_words(folio.made_on)))]
    if folio.audience:
        about.append(_("for {audience}").format(audience=own(folio.audience)))
    blocks = paragraph(kicker, Style(8.5, 12, True, "ink2"), 0, keep=True)
    blocks += [Block(first[0].height, paint, 6, keep=True), *first[1:]]
    blocks += paragraph(" · ".join(part for part in about if part), LEAD, 2)
    kind, words = verdict(signature)
    colour = _COLOURS[kind]
    sentences = [((words, STRONG.but(colour=colour if kind != "none" else "ink")),)]
    sentences += [((told(each), BODY),) for each in verdict_sentences(signature)]
    if signature.fingerprint:
        sentences.append(((_("Key {fingerprint}").format(fingerprint=own(signature.fingerprint)), QUIET),))
    sentences.append(((reading_copy(), QUIET),) if kind != "none" else ())
    blocks += box([each for each in sentences if each], colour)
    there = counts(folio)
    if there:
        blocks += paragraph(" · ".join(there.values()), QUIET, 12)
    else:
        blocks += paragraph(_("Nothing was released into this portfolio yet."), BODY, 12)
    if folio.left_out:
        blocks += heading(_("Not in this portfolio"), 2, 12)
        for each in folio.left_out:
            blocks += typed(each, BODY, 1)
    return blocks


# Works


def _works(folio: Folio, additions: Additions, pictures: Mapping[str, Path]) -> list[Block]:
    if not folio.works:
        return []
    blocks: list[Block] = [section(_("Works"))]
    for at, work in enumerate(folio.works):
        blocks += heading(own(work.title) or _("A work without a title"), 1, 16 if at else 4)
        blocks += _picture(work, pictures, _TALL if len(folio.works) <= _FEW else _LOW)
        blocks += paragraph(_file(work), SMALL, 0, keep=bool(work.facts))
        for label, words in work.facts:
            if words.strip():
                blocks += labelled(label, words)
        if work.showings:
            blocks += heading(_("Shown"), 2, 7)
        for each in sorted(work.showings, key=lambda each: each.shown_on):
            parts = (day_words(each.shown_on), showing_words(each.kind), each.place, each.result, each.proof)
            blocks += paragraph(" · ".join(own(part) for part in parts if part.strip()), BODY, 1)
        if work.proves:
            blocks += heading(_("What it proves"), 2, 7)
        for each in work.proves:
            spans = [(own(find_criterion(folio, each.criterion)[0]), STRONG)]
            spans += [(f" · {own(each.moment)}", BODY)] if each.moment else []
            spans += [(f" · {own(each.note)}", BODY)] if each.note.strip() else []
            blocks += paragraph(tuple(spans), BODY, 1)
        blocks += _added(folio, added_to(additions, work.key))
    return blocks


def _picture(work: FolioWork, pictures: Mapping[str, Path], height: float) -> list[Block]:
    """A picture of the work: its preview, else the work itself where it is one that can be printed."""
    own_picture = work.file.sha256 if work.file.held and work.file.media == "image" else ""
    for sha256 in filter(None, (work.picture, own_picture)):
        found = read_picture(pictures[sha256]) if sha256 in pictures else None
        if found is not None:
            return [_plate(found, height)]
    return []


def _plate(picture: Picture, height: float) -> Block:
    x, width, _upper = frame()
    wide, high = picture.fitted(width, height)
    return Block(high + 3, lambda sheet, top: sheet.picture(picture, x, top - high, wide, high), 4, keep=True)


def _file(work: FolioWork) -> str:
    file = work.file
    why = "" if file.link else file.why_not
    parts = [own(file.name), size_words(file.size) if file.size else "", own(file.link), own(why)]
    if not file.held and not file.why_not and not file.link:
        parts.append(_("The file is not part of this copy."))
    return " · ".join(part for part in parts if part) or _("no file")


def _added(folio: Folio, entries: tuple[Added, ...]) -> list[Block]:
    """What was added to a work or to the whole, marked as not signed."""
    if not entries:
        return []
    sentences = [((told(added_title(folio)), STRONG.but(colour="warning")),)]
    for each in entries:
        kind = _("Showing") if each.kind == "showing" else ""
        parts = (day_words(each.on), kind, each.place, each.result)
        line = " · ".join(own(part) for part in parts if part.strip())
        if line:
            sentences.append(((line, BODY),))
        if each.words.strip():
            sentences.append(((clean(each.words), BODY),))
    return box(sentences, "warning", 8)


# Growth, peers, timeline


def _growth(folio: Folio) -> list[Block]:
    several = growth(folio)
    if not several:
        return []
    words = _(
        "Each step is one occasion; its height is the median level that assessors gave. "
        "Where there is no level there is no line, only a dash."
    )
    blocks: list[Block] = [section(_("Growth")), *paragraph(words, QUIET, 0, keep=True)]
    _x, width, _upper = frame()
    for each in several:
        blocks += heading(own(each.rubric.label))
        blocks += staircases(each)
        column = (width - CRITERION) / max(1, len(each.occasions))
        rows = []
        for line in each.lines:
            cells = [
                _("no level")
                if step.level is None
                else _("{level} (n\u00a0=\u00a0{n})").format(level=level_words(step.level), n=step.count)
                for step in line.steps
            ]
            rows.append((own(line.title), *cells))
        titles = [
            own(name) + (f", {own(day_words(day))}" if day and len(each.occasions) < 5 else "")
            for name, day in each.occasions
        ]
        blocks += paragraph(_("The same as a table; n: assessors with a level"), SMALL, 10, keep=True)
        blocks += facts_table(rows, (_("Criterion"), *titles), (CRITERION, *([column] * (len(titles) - 1))))
    return blocks


def _peers(folio: Folio) -> list[Block]:
    if not folio.peers:
        return []
    words = _(
        "Numbers and words are shown only from enough reviews. Words are shuffled; nothing leads back to anybody."
    )
    blocks: list[Block] = [section(_("What peers said")), *paragraph(words, QUIET, 0, keep=True)]
    for each in folio.peers:
        blocks += _round(folio.rubric(each.rubric), each)
    return blocks


def _round(rubric: RubricVersion, given: FolioPeers) -> list[Block]:
    feedback = given.feedback
    blocks = heading(f"{own(rubric.label)}, {own(occasion_words(given.occasion))}")
    if not feedback.enough:
        return [*blocks, *paragraph(too_few(feedback.reviews))]
    blocks += paragraph(
        ngettext("From {n} review", "From {n} reviews", feedback.reviews).format(n=feedback.reviews), QUIET, 0, True
    )
    rows = [
        (
            own(criterion_title(rubric, each.criterion)),
            level_text(each.median) if each.median is not None else _("too few levels"),
            spread_words(each.low, each.high),
            str(each.count),
        )
        for each in feedback.criteria
    ]
    if rows:
        titles = (_("Criterion"), _("Median"), _("Lowest to highest"), _("Levels given"))
        blocks += facts_table(rows, titles, (220, 80, 100))
    for title, texts in boxes(feedback):
        blocks += heading(title, 2, 8)
        for text in texts:
            blocks += quoted(text, 0)
    for each in feedback.criteria:
        if each.comments:
            blocks += heading(own(criterion_title(rubric, each.criterion)), 2, 8)
            for text in each.comments:
                blocks += quoted(text, 0)
    return blocks


def _timeline(folio: Folio) -> list[Block]:
    if not folio.timeline and not folio.log_totals:
        return []
    blocks: list[Block] = [section(_("Timeline"))]
    for each in folio.timeline:
        blocks += labelled(day_words(each.on) or "–", f"{event_words(each.kind)} · {own(each.words)}", 120)
    if folio.log_totals:
        blocks += heading(_("Days in the production log"))
        rows = [
            (own(role_words(role)), ngettext("{n} day", "{n} days", days).format(n=days), time_words(minutes))
            for role, days, minutes in folio.log_totals
        ]
        blocks += facts_table(rows, (_("Role"), _("Days"), _("Time worked")), (220, 100))
    return blocks


# What stands outside the signature


def _later(folio: Folio, additions: Additions) -> list[Block]:
    """Additions that belong to no work of this portfolio; the others stand with their works."""
    keys = {each.key for each in folio.works}
    entries = (
        *added_to(additions, ""),
        *(each for each in additions.entries if each.work and each.work not in keys),
    )
    if not entries:
        return []
    words = _("What follows is not part of what was signed. The programme does not vouch for it.")
    return [section(_("Added later")), *paragraph(words, QUIET, 0, keep=True), *_added(folio, entries)]


def _verify(folio: Folio, signature: Signature) -> list[Block]:
    blocks: list[Block] = [section(_("How to verify this portfolio"))]
    blocks += labelled(_("Signed by"), signature.signer or _("nobody"), 140)
    blocks += labelled(_("Signed on"), day_words(signature.signed_on) or "–", 140)
    blocks += labelled(_("Fingerprint of the key"), signature.fingerprint or "–", 140)
    blocks += labelled(_("Every byte as it was signed"), _("yes") if signature.whole else _("no"), 140)
    blocks += heading(_("What is checked"), 2, 10)
    for words in (
        _("The signature over everything in the file fits the key with this fingerprint."),
        _("Every file inside has the SHA-256 that was signed."),
        _("Nothing is missing, and nothing was added."),
    ):
        blocks += paragraph(words, BODY, 1)
    blocks += heading(_("Check it yourself"), 2, 10)
    for words in (
        _("Ask for the portfolio file itself: its name ends in") + " .rubricfolio.",
        _("Compare the fingerprint above with the one that the programme publishes, or ask it by a way you trust.")
        + " "
        + _("A name can be copied; the key behind this fingerprint cannot."),
        _("Check the file on any computer that has rubricapp, without a network:") + f" {VERIFY}",
    ):
        blocks += paragraph(words, BODY, 2)
    held = {each.file.sha256: each.file for each in folio.works if each.file.held and each.file.sha256}
    if held:
        blocks += heading(_("Files of this portfolio"), 2, 10)
        rows = [
            (own(each.name), size_words(each.size), ((sha256, SMALL.but(colour="ink")),))
            for sha256, each in held.items()
        ]
        blocks += facts_table(rows, (_("File"), _("Size"), "SHA-256"), (130, 60))
    words = _(
        "Screen readers: this PDF has no tags; the web pages of this portfolio hold the same with headings and tables."
    )
    return [*blocks, *paragraph(words, SMALL, 14)]
