"""Who may be whom: offers with a reason, in any script and order; a tie is nobody's match."""

from __future__ import annotations

import pytest

from rubricapp.core.matching import Offer, Reason, code_key, find_offers, name_key
from rubricapp.core.model import Person, PersonId


def person(id_: str, name: str, code: str = "", email: str = "") -> Person:
    given, _space, family = name.rpartition(" ")
    return Person(PersonId(id_), code, given, family, email)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amara Okafor", "OKAFOR, Amara"),
        ("Àmárá Ọkáfọr", "amara okafor"),
        ("Zoë Müller", "Zoe\N{COMBINING DIAERESIS} MULLER"),
        ("王 小明", "小明 王"),
        ("王小明", "小明 王"),
        ("Ａｍａｒａ Okafor", "Amara Okafor"),
        ("أمينة الحسن", "الحسن أَمِينَة"),
        ("Олександра Шевчук", "ШЕВЧУК ОЛЕКСАНДРА"),
        ("Søren Strauß", "soren STRAUSS"),
        ("Amara\u200f Okafor", "Amara Okafor"),
        ("O'Brien Mary-Ann", "Mary Ann O Brien"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Amara Okafor", "Amara"), ("Ana Ana", "Ana"), ("王小明", "王小朋"), ("Amara", ""), ("Иван", "Ivan")],
)
def test_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_nothing_is_nobody() -> None:
    assert name_key("  \u200b ,. ") == ()
    assert find_offers([person("t", "– ·")], [person("o", "· –"), person("p", "")])["t"] == ()
    assert code_key(" p–001 ") == code_key("P001")


def test_reasons_from_the_strongest() -> None:
    known = [
        person("a", "Amara Okafor", "P-001", "amara@example.org"),
        person("b", "Kofi Bempah", "P-002", "kofi@example.org"),
    ]
    unknown = [
        person("1", "OKAFOR, Amara", "p 001"),
        person("2", "K. Bempah", "P-001", "Kofi@Example.org"),
        person("3", "Somebody Else", "P-002"),
    ]
    found = find_offers(unknown, known)
    assert found["1"] == (Offer(PersonId("a"), Reason.CODE_AND_NAME, likely=True),)
    assert found["2"] == (Offer(PersonId("b"), Reason.EMAIL, likely=True),)
    assert found["3"] == (), "a code alone is nobody: every roster begins with P-001"


def test_a_tie_is_offered_and_not_likely() -> None:
    known = [person("a", "Amara Okafor", "P-001"), person("b", "Amara Okafor", "P-009")]
    both = find_offers([person("1", "amara okafor")], known)["1"]
    assert [(each.person, each.likely) for each in both] == [("a", False), ("b", False)]
    better = find_offers([person("1", "amara okafor", "P-009")], known)["1"]
    assert [(each.person, each.likely) for each in better] == [("b", True), ("a", False)]
    two = find_offers([person("1", "Amara Okafor"), person("2", "Okafor Amara")], known[:1])
    assert [each.likely for each in (*two["1"], *two["2"])] == [False, False]


def test_somebody_known_by_two_names_is_one_and_nobody_is_offered_to_themself() -> None:
    known = [person("a", "Amara Okafor"), person("a", "Amara Ngozi", "", "amara@example.org"), person("1", "Amara N")]
    (offer,) = find_offers([person("1", "Ngozi Amara", "", "amara@example.org")], known)["1"]
    assert offer == Offer(PersonId("a"), Reason.EMAIL_AND_NAME, likely=True)
