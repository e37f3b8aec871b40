"""Pages as text: elements with everything that people typed escaped, so that none of it can become markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from rubricapp.reports.folio_words import Phrase, web

_KEPT = frozenset("\n\t\u200c\u200d\u00ad")
_VOID = frozenset(("img", "br", "meta", "link", "hr", "source"))
_ON_THEIR_OWN = frozenset(
    (
        *("html", "head", "body", "title", "meta", "link", "header", "nav", "main", "footer", "section", "article"),
        *("aside", "figure", "figcaption", "svg", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "ol"),
        *("li", "dl", "dt", "dd", "p", "h1", "h2", "h3", "h4", "div", "video", "audio", "blockquote"),
    )
)
_HOLE = re.compile(r"\{(\w+)\}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_BACKWARDS = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "khw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)
_BACKWARDS_SCRIPTS = frozenset(("adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"))


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Child = "str | Html | None | Iterable[Child]"


def visible(text: str) -> str:
    """The text without controls, direction marks and other invisible characters; joiners stay."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(
        each
        for each in text.replace("\r\n", "\n").replace("\r", "\n")
        if each in _KEPT or (unicodedata.category(each) not in ("Cc", "Cs", "Cf") and ord(each) & 0xFFFE != 0xFFFE)
    )
    return unicodedata.normalize("NFC", kept)


def el(tag: str, *children: object, **attributes: object) -> Html:
    """An element. Strings are escaped, Html is taken as it is, None and False are left out, lists are flattened.

    attributes: `cls` is class; _ becomes -; None and False leave one out, True writes its name alone.
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False or (value == "" and name != "alt"):
            continue
        key = "class" if name == "cls" else name.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{html.escape(visible(str(value)))}"')
    parts.append(">")
    if tag not in _VOID:
        parts += [_markup(each) for each in children]
        parts.append(f"</{tag}>")
    if tag in _ON_THEIR_OWN:
        parts.append("\n")
    return Html("".join(parts))


def _markup(child: object) -> str:
    if child is None or child is False:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return html.escape(visible(child), quote=False)
    if isinstance(child, Iterable):
        return "".join(map(_markup, child))
    return html.escape(str(child))


def join(*children: object) -> Html:
    return Html(_markup(children))


def between(separator: str, children: Iterable[object]) -> Html:
    """Children with a separator between them; empty ones are left out."""
    return Html(_markup(separator).join(part for part in map(_markup, children) if part))


def language(code: str) -> str | None:
    """A language code that may stand in `lang`, as pages write it; None for anything else."""
    code = code.replace("_", "-")
    return code if _LANGUAGE.fullmatch(code) else None


def direction(code: str) -> str:
    """Which way a language is read."""
    first, *rest = code.replace("_", "-").lower().split("-")
    script = next((each for each in rest if len(each) == 4 and each.isalpha()), "")
    backwards = script in _BACKWARDS_SCRIPTS if script else first in _BACKWARDS
    return "rtl" if backwards else "ltr"


def said(text: str, lang: str = "") -> Html:
    """Words that somebody typed, inside a line: whichever way they run, nothing beside them turns."""
    return el("bdi", text, lang=language(lang))


def block(text: str, lang: str = "", cls: str = "said") -> Html:
    """Words that somebody typed, as a paragraph with their own direction; line breaks stay."""
    return el("p", text.strip(), cls=cls, dir="auto", lang=language(lang))


def fill(words: Phrase | str, **values: object) -> Html:
    """Our sentence with what people typed put into its places, isolated."""
    template = words if isinstance(words, str) else words.template
    known = dict(values) if isinstance(words, str) else {**dict(words.values), **values}
    parts: list[object] = []
    for at, part in enumerate(_HOLE.split(template)):
        if at % 2 == 0:
            parts.append(part)
        else:
            value = known[part]
            parts.append(value if isinstance(value, Html) else said(str(value)))
    return join(*parts)


def linked(text: str) -> Html:
    """Words that are a link where the whole of them is a web address."""
    address = web(text)
    return (
        el("a", said(text), href=address, rel="noopener noreferrer", referrerpolicy="no-referrer")
        if address
        else said(text)
    )


def table(
    caption: object,
    head: Iterable[object],
    rows: Iterable[tuple[object, ...]],
    cls: str = "",
    label: str = "",
) -> Html:
    """A table whose first column names each row. label: of the field it scrolls in, where it is wide."""
    made = el(
        "table",
        el("caption", el("span", caption)),
        el("thead", el("tr", *(el("th", each, scope="col") for each in head))),
        el(
            "tbody",
            *(el("tr", el("th", first, scope="row"), *(el("td", each) for each in rest)) for first, *rest in rows),
        ),
        cls=cls,
    )
    return el("div", made, cls="wide", role="region", tabindex="0", aria_label=label) if label else made
