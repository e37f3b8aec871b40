"""Works: each with its picture, film or sound in place, what is said of it, where it was shown, what it proves."""

from __future__ import annotations

from pathlib import PurePosixPath

from rubricapp.core.folio import Added, FolioWork
from rubricapp.i18n import _
from rubricapp.reports.folio_parts import find_criterion
from rubricapp.reports.folio_words import added_title, added_to, day_words, showing_words, size_words, web
from rubricapp.reports.pages.frame import Book
from rubricapp.reports.pages.html import Html, between, block, el, fill, join, linked, said, table

# What browsers show by themselves; anything else is a link.
_PICTURES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".bmp"])
_FILMS = frozenset([".mp4", ".m4v", ".webm", ".ogv", ".mov"])
_SOUNDS = frozenset([".mp3", ".m4a", ".aac", ".wav", ".ogg", ".oga", ".opus", ".flac"])


def works_body(book: Book) -> Html:
    return join(*(_work(book, work, number) for number, work in enumerate(book.folio.works, 1)))


def _work(book: Book, work: FolioWork, number: int) -> Html:
    added = added_to(book.additions, work.key)
    return el(
        "article",
        el("h2", said(work.title) if work.title.strip() else _("A work without a title"), id=f"w{number}"),
        _media(book, work),
        _facts(work),
        _showings(work),
        _proves(book, work),
        el("aside", el("h3", fill(added_title(book.folio))), additions_list(added), cls="added") if added else None,
        cls="work",
    )


def picture(book: Book, work: FolioWork) -> str:
    """The address of a picture of the work: its preview, else the work itself where it is one; else ""."""
    own = book.address(work.file.sha256) if work.file.held else ""
    shown = own if work.file.media == "image" and _ending(own, work) in _PICTURES else ""
    return book.address(work.picture) or shown


def _ending(address: str, work: FolioWork) -> str:
    return (PurePosixPath(address).suffix or PurePosixPath(work.file.name).suffix).lower()


def _media(book: Book, work: FolioWork) -> Html | None:
    file = work.file
    address = book.address(file.sha256) if file.held else ""
    still = picture(book, work)
    ending = _ending(address, work)
    label = _("{title}: the work").format(title=work.title)
    alternative = _("Picture of the work {title}").format(title=work.title)
    shown = None
    if address and file.media == "video" and ending in _FILMS:
        shown = el("video", controls=True, preload="metadata", src=address, poster=still, aria_label=label)
    elif address and file.media == "audio" and ending in _SOUNDS:
        picture_of = el("img", src=still, alt=alternative, loading="lazy") if still else None
        shown = join(picture_of, el("audio", controls=True, preload="metadata", src=address, aria_label=label))
    elif still:
        full = address if file.media == "image" and ending in _PICTURES else still
        shown = el("img", src=full, alt=alternative, loading="lazy")
    return el("div", shown, el("p", _file(book, work, address), cls="small quiet"), cls="media")


def _file(book: Book, work: FolioWork, address: str) -> Html:
    file = work.file
    size = size_words(file.size) if file.size else ""
    name = file.name or work.title or _("file")
    if address:
        return between(" · ", [el("a", _("Open the file"), " ", said(name), href=address), size])
    outside = web(file.link)
    if outside:
        link = el("a", said(file.link), href=outside, rel="noopener noreferrer", referrerpolicy="no-referrer")
        return join(_("On the web:"), " ", link)
    why = said(file.why_not) if file.why_not else join(_("The file is not part of this copy."))
    return between(" · ", [said(name), size, why])


def _facts(work: FolioWork) -> Html | None:
    if not work.facts:
        return None
    return el(
        "dl",
        *(join(el("dt", said(label)), el("dd", linked(words.strip()), dir="auto")) for label, words in work.facts),
        cls="facts",
    )


def _showings(work: FolioWork) -> Html | None:
    if not work.showings:
        return None
    head = (_("When"), _("Where"), _("How"), _("Result"), _("Proof"))
    rows = tuple(
        (
            day_words(each.shown_on) or "–",
            said(each.place) if each.place else "–",
            said(showing_words(each.kind)),
            said(each.result) if each.result else "–",
            linked(each.proof) if each.proof else "–",
        )
        for each in sorted(work.showings, key=lambda each: each.shown_on)
    )
    words = _("Where {title} was shown")
    caption, label = fill(words, title=said(work.title)), words.format(title=work.title)
    return join(el("h3", _("Shown")), table(caption, head, rows, label=label))


def _proves(book: Book, work: FolioWork) -> Html | None:
    if not work.proves:
        return None
    rows = []
    for each in work.proves:
        title, language = find_criterion(book.folio, each.criterion)
        note = block(each.note) if each.note.strip() else "–"
        rows.append((said(title, language), el("bdi", each.moment, dir="ltr") if each.moment else "–", note))
    words = _("Criteria that {title} is evidence for")
    caption, label = fill(words, title=said(work.title)), words.format(title=work.title)
    return join(
        el("h3", _("What it proves")),
        table(caption, (_("Criterion"), _("Moment"), _("Note")), tuple(rows), "narrow", label),
    )


def additions_list(entries: tuple[Added, ...]) -> Html:
    """What was added, a line each."""
    return el(
        "ul",
        *(
            el(
                "li",
                between(
                    " · ",
                    [
                        day_words(each.on),
                        _("Showing") if each.kind == "showing" else "",
                        said(each.place) if each.place else "",
                        said(each.result) if each.result else "",
                    ],
                ),
                block(each.words) if each.words.strip() else None,
            )
            for each in entries
        ),
    )
