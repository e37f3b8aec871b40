"""A portfolio as a folder of plain web pages: no script, nothing from the network, one style sheet.

Question: fonts inside, or those of the reader's system? Decided for the system's: every browser of the last ten years
falls back by itself to a font that has the letters, and all our fonts would be thirty times as heavy as the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rubricapp.core.folio import Additions, Folio, FolioWork, Signature
from rubricapp.i18n import _
from rubricapp.reports.beside import write_beside
from rubricapp.reports.folio_parts import check_whole, counts, results
from rubricapp.reports.folio_words import Phrase, added_title, dates_words, day_words, phrase, speaking
from rubricapp.reports.pages.frame import Book, page, verdict_box
from rubricapp.reports.pages.growth import growth_body
from rubricapp.reports.pages.html import Html, between, el, fill, join, said
from rubricapp.reports.pages.others import later_body, peers_body, timeline_body, verify_body
from rubricapp.reports.pages.results import overview, rubric_name, rubric_page
from rubricapp.reports.pages.style import style_sheet
from rubricapp.reports.pages.works import picture, works_body

_ON_THE_FRONT = 6


def write_pages(
    folio: Folio, signature: Signature, additions: Additions, out: Path, files: Mapping[str, str]
) -> list[Path]:
    """Write the pages and their style sheet into the folder; the first is index.html. The same folio, the same bytes.

    files: sha256 to the path, relative to `out` and with /, of each exported file. Names of pages never come from
    what people typed. Raises OSError, UserError where a rubric is not inside, ValueError for a path that leads out.
    """
    with speaking(folio) as speaks:
        check_whole(folio)
        made = make_pages(Book(folio, signature, additions, files, speaks))
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in made.items():
        write_beside(out / name, text.encode("utf-8"))
        written.append(out / name)
    return written


def make_pages(book: Book) -> dict[str, str]:
    """Every page, and style.css, by file name. Parts without anything to say have no page."""
    folio = book.folio
    there = counts(folio)
    links = [
        ("index.html", _("Portfolio")),
        ("works.html", _("Works")),
        ("results.html", _("Results")),
        ("growth.html", _("Growth")),
        ("peers.html", _("Peers")),
        ("timeline.html", _("Timeline")),
    ]
    links = [each for each in links if each[0] == "index.html" or each[0].removesuffix(".html") in there]
    if book.additions.entries:
        links.append(("later.html", _("Added later")))
    links.append(("verify.html", _("Verify")))
    book = Book(folio, book.signature, book.additions, book.files, book.speaks, tuple(links))

    made = {"index.html": page(book, "index.html", _name(folio), _front(book, there), _kicker(folio))}
    if "works" in there:
        made["works.html"] = page(book, "works.html", _("Works"), works_body(book))
    made |= _results(book)
    if "growth" in there:
        made["growth.html"] = page(book, "growth.html", _("Growth"), growth_body(book))
    if "peers" in there:
        made["peers.html"] = page(book, "peers.html", _("What peers said"), peers_body(book))
    if "timeline" in there:
        made["timeline.html"] = page(book, "timeline.html", _("Timeline"), timeline_body(book))
    if book.additions.entries:
        made["later.html"] = page(book, "later.html", added_title(folio), later_body(book))
    made["verify.html"] = page(book, "verify.html", _("How to verify this portfolio"), verify_body(book))
    made["style.css"] = style_sheet(folio)
    return made


def _name(folio: Folio) -> Phrase:
    return phrase("{name}", name=folio.name or folio.code)


def _kicker(folio: Folio) -> Html:
    dates = dates_words(*folio.edition_dates)
    return el("p", between(" · ", [said(folio.programme), said(folio.edition), dates]), cls="kicker")


def _results(book: Book) -> dict[str, str]:
    told = results(book.folio)
    if len(told) == 1:
        kicker = el("p", _("Results"), cls="kicker")
        return {"results.html": page(book, "results.html", rubric_name(told[0].rubric), rubric_page(told[0]), kicker)}
    several = tuple((f"results-{number}.html", each) for number, each in enumerate(told, 1))
    made = {"results.html": page(book, "results.html", _("Results"), overview(several))} if told else {}
    for name, each in several:
        kicker = el("p", el("a", _("All results"), href="results.html"), cls="kicker")
        made[name] = page(book, name, rubric_name(each.rubric), rubric_page(each), kicker)
    return made


def _front(book: Book, there: Mapping[str, str]) -> Html:
    folio = book.folio
    about = [
        said(folio.pronouns) if folio.pronouns else "",
        fill(phrase(_("Portfolio made on {day}"), day=day_words(folio.made_on))),
        fill(phrase(_("for {audience}"), audience=folio.audience)) if folio.audience else "",
    ]
    shown = folio.works[:_ON_THE_FRONT]
    more = len(folio.works) - len(shown)
    contents = [
        el("li", el("a", words, href=name), el("span", there[name.removesuffix(".html")]))
        for name, words in book.links
        if name.removesuffix(".html") in there
    ]
    if book.additions.entries:
        contents.append(el("li", el("a", _("Added later"), href="later.html"), el("span", fill(added_title(folio)))))
    contents.append(
        el("li", el("a", _("Verify"), href="verify.html"), el("span", _("who signed, and how to check it")))
    )
    return join(
        el("p", between(" · ", about), cls="lead"),
        verdict_box(book, "index.html"),
        el("h2", _("Works")) if shown else None,
        el("ul", *(_plate(book, work, number) for number, work in enumerate(shown, 1)), cls="gallery")
        if shown
        else None,
        el("p", el("a", _("All {n} works").format(n=len(folio.works)), href="works.html")) if more > 0 else None,
        el("h2", _("In this portfolio")),
        None if there else el("p", _("Nothing was released into this portfolio yet.")),
        el("ul", *contents, cls="contents"),
        join(el("h2", _("Not in this portfolio")), el("ul", *(el("li", said(each)) for each in folio.left_out)))
        if folio.left_out
        else None,
    )


def _plate(book: Book, work: FolioWork, number: int) -> Html:
    """A work on the front page: its picture, its title, the first thing said of it."""
    address = picture(book, work)
    first = next((words for _label, words in work.facts if words.strip() and len(words) <= 80), "")
    image = el("img", src=address, alt="", loading="lazy") if address else el("span", _media_words(work))
    return el(
        "li",
        el(
            "a",
            el("span", image, cls="plate"),
            " ",
            el("span", said(work.title) if work.title.strip() else _("A work without a title"), cls="title"),
            " ",
            el("span", said(first.strip()), cls="more") if first else None,
            href=f"works.html#w{number}",
        ),
    )


def _media_words(work: FolioWork) -> str:
    words = {"image": _("Picture"), "pdf": _("Document"), "video": _("Film"), "audio": _("Sound")}
    otherwise = _("On the web") if work.file.link else _("File")
    return words.get(work.file.media, otherwise)
