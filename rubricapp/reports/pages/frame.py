"""What every page has: the head with its policy, the way to the other pages, the foot that says who signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from rubricapp.core.folio import Additions, Folio, Signature
from rubricapp.i18n import _
from rubricapp.reports.folio_words import Phrase, day_words, phrase, reading_copy, verdict, verdict_sentences
from rubricapp.reports.pages.html import Html, between, direction, el, fill, join, said, visible

# Some browsers do not count a file beside the page as its own origin, so it is named by its scheme, too.
_POLICY = (
    "default-src 'none'; style-src 'self' file:; img-src 'self' file:; media-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)
_SIGNS = {"ok": "✓", "danger": "✗", "none": "–"}


@dataclass(frozen=True)
class Book:
    """Everything that the pages are made of. links: (file name, words) of each page, in order. speaks: the language
    of our own words. files: sha256 to a path relative to the pages."""

    folio: Folio
    signature: Signature
    additions: Additions
    files: Mapping[str, str]
    speaks: str
    links: tuple[tuple[str, str], ...] = ()

    def address(self, sha256: str) -> str:
        """The link to an exported file; "" where it was not exported. Raises ValueError for a path that leads out."""
        place = self.files.get(sha256, "") if sha256 else ""
        if not place:
            return ""
        path = PurePosixPath(place)
        if path.is_absolute() or ".." in path.parts or "\\" in place:
            raise ValueError(place)
        return "./" + quote(str(path), safe="/")


def page(book: Book, file_name: str, title: Phrase | str, body: Html, kicker: Html | None = None) -> str:
    """A whole page. title: its one h1. body: what follows it."""
    folio = book.folio
    words = dict(book.links).get(file_name, "")
    heading = fill(title) if not isinstance(title, Html) else title
    named = " · ".join(part for part in (words, folio.name, folio.programme) if part)
    way = "rtl" if direction(book.speaks) == "rtl" else "ltr"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", " ".join(visible(named).split())),
        el("link", rel="stylesheet", href="style.css"),
    )
    front = file_name == "index.html"
    masthead = el(
        "header",
        el(
            "div",
            el("p", said(folio.programme if front else folio.name), cls="name"),
            el("nav", el("ul", *(_link(each, file_name) for each in book.links)), aria_label=_("Pages")),
            cls="frame",
        ),
        cls="masthead",
    )
    main = el("main", kicker, el("h1", heading), body, id="main", tabindex="-1", cls="frame")
    whole = el(
        "html",
        head,
        el("body", el("a", _("Skip to the content"), href="#main", cls="skip"), masthead, main, _foot(book)),
        lang=book.speaks.replace("_", "-"),
        dir=way,
    )
    return f"<!DOCTYPE html>\n{whole}"


def _link(link: tuple[str, str], here: str) -> Html:
    file_name, words = link
    part = here.split("-")[0].removesuffix(".html") == file_name.removesuffix(".html")
    current = "page" if file_name == here else "true" if part else None
    return el("li", el("a", words, href=file_name, aria_current=current))


def _foot(book: Book) -> Html:
    folio, signature = book.folio, book.signature
    made = fill(
        phrase(
            _("Portfolio of {name}, made on {day}."),
            name=folio.name,
            day=day_words(folio.made_on),
        )
    )
    kind, words = verdict(signature)
    key = [_("Key"), " ", el("code", signature.fingerprint), "."] if signature.fingerprint else None
    signed = fill(verdict_sentences(signature)[0]) if kind == "ok" else join(words, ".")
    copy = reading_copy() if kind != "none" else None
    return el("footer", el("p", between(" ", [made, copy])), el("p", between(" ", [signed, key])), cls="foot frame")


def verdict_box(book: Book, here: str) -> Html:
    """The verdict of the signature with its sign and its reasons. here: the page that it stands on."""
    kind, words = verdict(book.signature)
    way = el("a", _("How to verify it"), href="verify.html") if here != "verify.html" else None
    return el(
        "section",
        el("p", _SIGNS[kind], cls="sign", aria_hidden="true"),
        el("p", words, cls="title", id="verdict"),
        *(el("p", fill(each)) for each in verdict_sentences(book.signature)),
        el("p", reading_copy(), " ", way, cls="quiet") if kind != "none" else None,
        cls=f"verdict {kind}",
        aria_labelledby="verdict",
    )
