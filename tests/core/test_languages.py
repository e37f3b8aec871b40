"""Languages as offices write them."""

from __future__ import annotations

import pytest

from rubricapp.core.languages import language_codes, split_languages


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" , ; ", ()),
        ("English; français", ("English", "français")),
        ("en, EN , en", ("en",)),
        ("Arabe / Anglais", ("Arabe", "Anglais")),
        ("العربية، English", ("العربية", "English")),
        ("Haitian  Creole,\nfr", ("Haitian Creole", "fr")),
    ],
)
def test_what_is_written_is_kept(text, words) -> None:
    assert split_languages(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anglais", "en"),
        ("English (fluent)", "en-GB"),
        ("pt_BR", "Português"),
        ("العربية", "Arabic"),
        ("kiswahili", "sw"),
        ("Dagbani", "dagbani"),
    ],
)
def test_one_language_has_many_names(one, other) -> None:
    assert language_codes(one) == language_codes(other) != frozenset()


def test_several_are_several() -> None:
    assert language_codes("English, Français; Wolof") == {"en", "fr", "wo"}
    assert language_codes("()") == frozenset()
    assert not language_codes("Spanish") & language_codes("Portuguese")
