"""The smaller pages: what peers said, the timeline, what was added later, how to verify."""

from __future__ import annotations

from rubricapp.core.folio import FolioFile, FolioPeers
from rubricapp.i18n import _, ngettext
from rubricapp.reports.figures import level_text
from rubricapp.reports.folio_parts import criterion_title
from rubricapp.reports.folio_words import (
    VERIFY,
    added_title,
    added_to,
    boxes,
    day_words,
    event_words,
    occasion_words,
    phrase,
    role_words,
    size_words,
    spread_words,
    time_words,
    too_few,
)
from rubricapp.reports.pages.frame import Book, verdict_box
from rubricapp.reports.pages.html import Html, el, fill, join, said, table
from rubricapp.reports.pages.results import rubric_name
from rubricapp.reports.pages.works import additions_list


def peers_body(book: Book) -> Html:
    intro = _(
        "Numbers and words are shown only from enough reviews. Words are shuffled; nothing leads back to anybody."
    )
    return join(el("p", intro, cls="lead"), *(_round(book, each) for each in book.folio.peers))


def _round(book: Book, given: FolioPeers) -> Html:
    rubric, feedback = book.folio.rubric(given.rubric), given.feedback
    heading = el("h2", rubric_name(rubric), ", ", said(occasion_words(given.occasion)))
    if not feedback.enough:
        return el("section", heading, el("p", too_few(feedback.reviews)))
    rows = tuple(
        (
            said(criterion_title(rubric, each.criterion), rubric.language),
            level_text(each.median) if each.median is not None else el("span", _("too few levels"), cls="blank"),
            spread_words(each.low, each.high),
            str(each.count),
        )
        for each in feedback.criteria
    )
    reviews = ngettext("From {n} review", "From {n} reviews", feedback.reviews).format(n=feedback.reviews)
    commented = [each for each in feedback.criteria if each.comments]
    head = (_("Criterion"), _("Median"), _("Lowest to highest"), _("Levels given"))
    return el(
        "section",
        heading,
        table(reviews, head, rows, "narrow", f"{rubric.label}, {occasion_words(given.occasion)}")
        if rows
        else el("p", reviews),
        *(join(el("h3", title), _words(texts)) for title, texts in boxes(feedback)),
        el("h3", _("Words on single criteria")) if commented else None,
        *(
            join(el("h4", said(criterion_title(rubric, each.criterion), rubric.language)), _words(each.comments))
            for each in commented
        ),
    )


def _words(texts: tuple[str, ...]) -> Html:
    return el("ul", *(el("li", each.strip(), dir="auto") for each in texts), cls="words")


def timeline_body(book: Book) -> Html:
    folio = book.folio
    years: dict[str, list[Html]] = {}
    for each in folio.timeline:
        year = each.on[:4] if each.on[:4].isdigit() else ""
        day = day_words(each.on)
        machine = each.on if day != each.on or year == each.on else None
        years.setdefault(year, []).append(
            el(
                "li",
                el("time", day, datetime=machine) if machine else el("span", said(day) if day else "–"),
                el("div", el("span", said(event_words(each.kind)), cls="what"), " ", said(each.words)),
            )
        )
    parts = [
        join(el("h2", year or _("Without a day")), el("ol", *lines, cls="line"))
        for year, lines in years.items()
        if lines
    ]
    if folio.log_totals:
        rows = tuple(
            (
                said(role_words(role)),
                ngettext("{n} day", "{n} days", days).format(n=days),
                time_words(minutes),
            )
            for role, days, minutes in folio.log_totals
        )
        head = (_("Role"), _("Days"), _("Time worked"))
        parts += [el("h2", _("Days in the production log")), table(_("Days and hours by role"), head, rows, "narrow")]
    return join(*parts)


def later_body(book: Book) -> Html:
    """Everything added later; what belongs to a work stands under its title."""
    parts = []
    general = added_to(book.additions, "")
    titles = {each.key: each.title for each in book.folio.works}
    if general:
        parts.append(_aside(book, _("About the whole portfolio"), additions_list(general)))
    for number, work in enumerate(book.folio.works, 1):
        entries = added_to(book.additions, work.key)
        if entries:
            heading = el("a", said(work.title), href=f"works.html#w{number}")
            parts.append(_aside(book, heading, additions_list(entries)))
    lost = tuple(each for each in book.additions.entries if each.work and each.work not in titles)
    if lost:
        parts.append(_aside(book, _("About works that are not in this portfolio"), additions_list(lost)))
    note = _("What follows is not part of what was signed. The programme does not vouch for it.")
    return join(el("p", note, cls="lead"), *parts)


def _aside(book: Book, heading: object, entries: Html) -> Html:
    return el("section", el("h2", heading), el("p", fill(added_title(book.folio)), cls="title"), entries, cls="added")


def verify_body(book: Book) -> Html:
    folio, signature = book.folio, book.signature
    facts = [
        (_("Signed by"), said(signature.signer) if signature.signer else _("nobody")),
        (_("Signed on"), day_words(signature.signed_on) or "–"),
        (_("Fingerprint of the key"), el("code", signature.fingerprint) if signature.fingerprint else "–"),
        (_("Every byte as it was signed"), _("yes") if signature.whole else _("no")),
    ]
    steps = (
        join(_("Ask for the portfolio file itself: its name ends in"), " ", el("code", ".rubricfolio"), "."),
        join(
            _("Compare the fingerprint above with the one that the programme publishes, or ask it by a way you trust."),
            " ",
            _("A name can be copied; the key behind this fingerprint cannot."),
        ),
        join(
            _("Check the file on any computer that has rubricapp, without a network:"),
            el("pre", el("code", VERIFY)),
        ),
    )
    checked = (
        _("The signature over everything in the file fits the key with this fingerprint."),
        _("Every file inside has the SHA-256 that was signed."),
        _("Nothing is missing, and nothing was added."),
    )
    return join(
        verdict_box(book, "verify.html"),
        el("h2", _("Who signed")),
        el("dl", *(join(el("dt", label), el("dd", words)) for label, words in facts), cls="facts"),
        el("h2", _("What is checked")),
        el("ul", *(el("li", each) for each in checked)),
        el("p", fill(phrase(_("It was made for {audience}."), audience=folio.audience))) if folio.audience else None,
        el("h2", _("Check it yourself")),
        el("ol", *(el("li", each) for each in steps)),
        _files(book),
    )


def _files(book: Book) -> Html | None:
    """The files beside the pages with their fingerprints, so that each can be compared on its own."""
    held: dict[str, FolioFile] = {}
    for each in book.folio.works:
        if each.file.held and each.file.sha256:
            held.setdefault(each.file.sha256, each.file)
    if not held:
        return None
    rows = tuple(
        (
            el("a", said(each.name), href=book.address(sha256)) if book.address(sha256) else said(each.name),
            size_words(each.size),
            el("code", sha256),
        )
        for sha256, each in held.items()
    )
    title = _("Files of this portfolio")
    return join(
        el("h2", title),
        table(
            _("The SHA-256 of each file, as signed"),
            (_("File"), _("Size"), "SHA-256"),
            rows,
            "files",
            title,
        ),
    )
