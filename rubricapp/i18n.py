"""Every string a person sees goes through `_`; English is the source language.

`use("fr")` switches; a language without a catalogue falls back to English. `_` looks the catalogue up at
each call, so texts must be translated where they are shown, not at import.
"""

from __future__ import annotations

import gettext as _gettext
import os

from rubricapp import paths

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use(language: str) -> str:
    """Take the catalogue of `language` (such as "fr" or "pt_BR"); returns the language really in use."""
    global _catalogue, _language  # the one place where the language of the process is kept
    directory = paths.RESOURCES / "locale"
    try:
        _catalogue = _gettext.translation("rubricapp", directory, languages=[language])
        _language = language
    except OSError:
        _catalogue, _language = _gettext.NullTranslations(), "en"
    return _language


def language() -> str:
    """The language in use, such as "en"."""
    return _language


def system_language() -> str:
    """The language the system asks for, as LANGUAGE, LC_ALL, LC_MESSAGES or LANG say; "en" without any."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(":")[0].split(".")[0]
        if value and value not in ("C", "POSIX"):
            return value
    return "en"


def _(text: str) -> str:
    return _catalogue.gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _catalogue.ngettext(one, many, n)
