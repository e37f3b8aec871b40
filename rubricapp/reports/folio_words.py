"""What the pages and the PDF of a portfolio both say: its parts in reading order, its days and kinds in words.

Question: which language do they speak? Decided: the folio's own, where there is a catalogue for it; else the source
language, and the pages say which. What people typed stays as they typed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from rubricapp import i18n
from rubricapp.core.folio import Added, Additions, Folio, FolioRating, Signature
from rubricapp.core.model import Blank
from rubricapp.core.portfolio import is_web
from rubricapp.i18n import _, ngettext
from rubricapp.reports.figures import blank_text

VERIFY = "rubricapp portfolio verify FILE.rubricfolio"
"""What to type to check a portfolio file."""


@contextmanager
def speaking(folio: Folio) -> Iterator[str]:
    """Speak the folio's language for a while; gives the language really in use."""
    before = i18n.language()
    try:
        yield before if folio.language == before else i18n.use(folio.language)
    finally:
        if i18n.language() != before:
            i18n.use(before)


@dataclass(frozen=True)
class Phrase:
    """A sentence with what people typed kept apart from our own words, so that each medium can isolate it."""

    template: str
    values: tuple[tuple[str, str], ...] = ()


def phrase(template: str, **values: str) -> Phrase:
    return Phrase(template, tuple(values.items()))


# Days and kinds


def day_words(text: str) -> str:
    """An ISO day, month or year as people write it: 21 November 2026, November 2026, 2026. Anything else as it is."""
    months = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    )
    parts = text.split("-")
    try:
        if len(parts) == 3:
            day = date.fromisoformat(text)
            return _("{day}\u00a0{month}\u00a0{year}").format(day=day.day, month=months[day.month - 1], year=day.year)
        if len(parts) == 2:
            first = date.fromisoformat(f"{text}-01")
            return _("{month}\u00a0{year}").format(month=months[first.month - 1], year=first.year)
    except ValueError:
        return text
    return text


def dates_words(starts_on: str, ends_on: str) -> str:
    """The days of an edition."""
    if starts_on and ends_on and starts_on != ends_on:
        return _("{first} to {last}").format(first=day_words(starts_on), last=day_words(ends_on))
    return day_words(starts_on or ends_on)


def blank_words(rating: FolioRating) -> str:
    """The honest blanks, each in its own words; not rated is one more."""
    if not rating.blank:
        return blank_text(None)
    return blank_text(Blank(rating.blank)) if rating.blank in {each.value for each in Blank} else rating.blank


def showing_words(kind: str) -> str:
    """A kind of showing in words: the same on paper, in the window and in the portfolio's own language."""
    return {
        "festival": _("Festival"),
        "broadcast": _("Broadcast"),
        "screening": _("Screening"),
        "exhibition": _("Exhibition"),
        "online": _("Online"),
        "award": _("Award"),
        "other": _("Shown"),
    }.get(kind, kind)


def event_words(kind: str) -> str:
    return {
        "assessment": _("Assessment"),
        "self": _("Self-assessment"),
        "work": _("Work"),
        "log": _("Production log"),
        "milestone": _("Milestone"),
        "showing": _("Showing"),
        "meeting": _("Meeting"),
        "release": _("Release"),
        "edition": _("Edition"),
    }.get(kind, kind)


def occasion_words(name: str) -> str:
    """The occasion's name; the three standard ones in the reader's language."""
    return {"baseline": _("Baseline"), "midpoint": _("Midpoint"), "final": _("Final")}.get(name, name)


def role_words(role: str) -> str:
    """A role in the log; days without one have words, too."""
    return role or _("no role named")


def time_words(minutes: int) -> str:
    """Minutes as 7 h 30 min."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("{hours}\u00a0h").format(hours=hours)
    return _("{hours}\u00a0h {minutes}\u00a0min").format(hours=hours, minutes=rest)


def size_words(size: int) -> str:
    """A file's size: 312 bytes, 48 kB, 1.4 MB, as systems show it."""
    if size < 1000:
        return ngettext("{n}\u00a0byte", "{n}\u00a0bytes", size).format(n=size)
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            number = size / factor
            return f"{number:.0f}\u00a0{unit}" if number >= 10 else f"{number:.1f}\u00a0{unit}"
    raise AssertionError(size)


def level_words(level: float | None) -> str:
    """3, 3.5; a dash where there is none."""
    return "–" if level is None else f"{round(level, 1):g}"


def web(text: str) -> str:
    """The address, where the whole text is one that may be followed; else ""."""
    text = text.strip()
    return text if is_web(text) and text.isprintable() and not any(each in text for each in " <>\"'\\") else ""


# The signature and what was added


def verdict(signature: Signature) -> tuple[str, str]:
    """("ok", "danger" or "none", the verdict in a few words)."""
    if not signature.fingerprint and not signature.signer:
        return "none", _("This portfolio is not signed")
    if signature.whole and not signature.problems:
        return "ok", _("The signature holds: nothing was changed")
    return "danger", _("The signature does not hold: do not rely on this copy")


def verdict_sentences(signature: Signature) -> tuple[Phrase, ...]:
    """Who signed it, when, and what that means."""
    kind, _words = verdict(signature)
    if kind == "none":
        return (Phrase(_("Nobody vouches for what it says. Ask the programme for a signed file.")),)
    day = day_words(signature.signed_on)
    named = phrase(
        _("Signed by {signer} on {day}.") if day else _("Signed by {signer}."),
        signer=signature.signer or _("a key without a name"),
        day=day,
    )
    if kind == "ok":
        return (named, Phrase(_("When this copy was made, every byte of the file was as it was signed.")))
    return (
        named,
        *(Phrase("{problem}", (("problem", each),)) for each in signature.problems or (_("It was changed."),)),
    )


def reading_copy() -> str:
    """What a copy is worth."""
    return _("This is a copy for reading. Only the portfolio file itself carries the signature.")


def added_title(folio: Folio) -> Phrase:
    return phrase(_("Added later by {name}, not signed"), name=folio.name)


def added_to(additions: Additions, key: str) -> tuple[Added, ...]:
    """What was added to one work, or with "" to none, in order of days."""
    return tuple(sorted((each for each in additions.entries if each.work == key), key=lambda each: each.on))


def spread_words(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return "–"
    return str(low) if low == high else f"{low}–{high}"


def too_few(reviews: int) -> str:
    if not reviews:
        return _("There are too few reviews to show anything of them.")
    return ngettext(
        "There is {n} review: too few to show numbers or words without giving reviewers away.",
        "There are {n} reviews: too few to show numbers or words without giving reviewers away.",
        reviews,
    ).format(n=reviews)


def boxes(feedback: object) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The three boxes of peer reviews with their titles, without empty ones."""
    every = (
        (_("What works"), feedback.works),
        (_("What could change"), feedback.change),
        (_("A next step"), feedback.next_step),
    )
    return [each for each in every if each[1]]
