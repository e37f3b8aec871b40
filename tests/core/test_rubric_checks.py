"""Each rule of form and wording is broken once, and nothing else is said; good rubrics in any language pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core import rubric_wording as wording
from rubricapp.core.rubric_checks import MOST_FINDINGS, check
from rubricapp.core.rubric_findings import kind, listed, quoted, shown
from rubricapp.core.rubrics import content_hash, from_document, structure_hash

DESCRIPTORS = {
    1: "Watches an offload from card to drive and names each copy. Fills in the fields that another person dictates.",
    2: "Makes one copy of a card while another person tells them each step. Labels cards and rolls as told.",
    3: "Offloads every card of the day to two drives with checksums. Asks a second person before a card is cleared.",
    4: "Keeps three verified copies with one off site before any card is cleared. Report and file names agree.",
}
FRENCH = {
    1: "Suit une copie de la carte au disque et nomme chaque étape. Note les champs dictés par une autre personne.",
    2: "Fait une copie de carte pendant qu'une autre personne dit chaque geste. Étiquette les cartes comme indiqué.",
    3: "Copie toutes les cartes du jour sur deux disques avec contrôle. Demande un avis avant d'effacer une carte.",
    4: "Garde trois copies vérifiées, dont une ailleurs, avant tout effacement. Le rapport et les noms concordent.",
}


def criterion(name: str, **other: object) -> dict:
    return {
        "id": name,
        "title": f"Title {name}",
        "about": "Copies what was filmed and proves it.",
        "weight": 2,
        "dimensions": ["copies", "records"],
        "evidence": ["offload log", "checksum manifest"],
        "guidance": "Look at the log first.\nThen at the manifest.",
        "translator_note": "A card is a memory card.",
        "levels": dict(DESCRIPTORS),
        "alignments": [
            {
                "framework": "National Standards",
                "code": "SK-1",
                "title": "Copy media",
                "version": "2020",
                "url": "https://example.org/sk-1",
                "retrieved_on": "2026-11-21",
            }
        ],
        **other,
    }


def good() -> dict:
    """A rubric with two criteria, four steps and a whole French translation, without a finding."""
    return {
        "format": 1,
        "id": "camera",
        "version": "1.0",
        "language": "en",
        "title": "Camera",
        "summary": "From card to verified copy.",
        "needs_coverage": 80,
        "scale": [{"name": name, "anchor": f"{name} the task."} for name in ("Sees", "Tries", "Does", "Leads")],
        "criteria": [criterion("CAM-1"), criterion("CAM-2", gate=3)],
        "translations": {
            "fr": {
                "title": "Image",
                "summary": "De la carte à la copie.",
                "scale": [
                    {"name": name, "anchor": f"{name} la tâche."} for name in ("Voit", "Essaie", "Fait", "Dirige")
                ],
                "criteria": {
                    name: {"title": f"Titre {name}", "about": "Copie et prouve.", "levels": dict(FRENCH)}
                    for name in ("CAM-1", "CAM-2")
                },
            }
        },
    }


def at(document: object, path: tuple) -> object:
    for key in path:
        document = document[key]  # type: ignore[index]
    return document


def with_value(path: tuple, value: object) -> dict:
    """A good rubric with one value changed."""
    document = good()
    at(document, path[:-1])[path[-1]] = value  # type: ignore[index]
    return document


def without(path: tuple) -> dict:
    """A good rubric with one value taken out."""
    document = good()
    del at(document, path[:-1])[path[-1]]  # type: ignore[attr-defined]
    return document


def said(document: object) -> list[tuple]:
    return [(each.code, each.path) for each in check(document)]


def test_a_good_rubric_has_no_findings():
    assert check(good()) == []


def test_the_least_that_a_rubric_needs_has_no_findings():
    document = good()
    for key in ("summary", "needs_coverage", "translations"):
        del document[key]
    for step in document["scale"]:
        del step["anchor"]
    for each in document["criteria"]:
        for key in ("about", "dimensions", "guidance", "translator_note", "alignments"):
            del each[key]
    assert check(document) == []


CAM = ("criteria", 0)
FR = ("translations", "fr")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("format",), "1", "R_TYPE"),
        (("format",), True, "R_TYPE"),
        (("format",), 2, "R_FORMAT_NEWER"),
        (("format",), 10**40, "R_FORMAT_NEWER"),
        (("format",), 0, "R_FORMAT"),
        (("id",), 7, "R_TYPE"),
        (("id",), "", "R_TEXT_EMPTY"),
        (("id",), "Camera", "R_ID"),
        (("id",), "../camera", "R_ID"),
        (("id",), "camera-", "R_ID"),
        (("id",), "caméra", "R_ID"),
        (("id",), "com1", "R_ID"),
        (("id",), "c" * 41, "R_TEXT_LONG"),
        (("version",), 1.0, "R_VERSION_NUMBER"),
        (("version",), 1, "R_VERSION_NUMBER"),
        (("version",), True, "R_TYPE"),
        (("version",), "one", "R_VERSION"),
        (("version",), "1.0/..", "R_VERSION"),
        (("version",), "1.", "R_VERSION"),
        (("version",), "1" * 33, "R_TEXT_LONG"),
        (("language",), None, "R_TYPE"),
        (("language",), "EN", "R_LANGUAGE"),
        (("language",), "English", "R_LANGUAGE"),
        (("language",), "en_GB", "R_LANGUAGE"),
        (("language",), "", "R_LANGUAGE"),
        (("language",), "eng", "R_LANGUAGE_UNKNOWN"),
        (("title",), None, "R_TYPE"),
        (("title",), " \n", "R_TEXT_EMPTY"),
        (("title",), "\u200b", "R_TEXT_EMPTY"),
        (("title",), "Cam\nera", "R_TEXT_LINES"),
        (("title",), "x" * 121, "R_TEXT_LONG"),
        (("title",), "Cam\x07era", "R_TEXT_CONTROL"),
        (("title",), "Cam\tera", "R_TEXT_CONTROL"),
        (("title",), "Cam\ud800era", "R_TEXT_CONTROL"),
        (("title",), "Cam\u2028era", "R_TEXT_CONTROL"),
        (("title",), "Cam\u202eera", "R_TEXT_BIDI"),
        (("title",), "Cam\u2067era", "R_TEXT_BIDI"),
        (("title",), "Cam\u2069\u2066era", "R_TEXT_BIDI"),
        (("title",), "Cam\u200bera", "R_TEXT_UNSEEN"),
        (("title",), "Cam\ufffdra", "R_TEXT_DAMAGED"),
        (("title",), "CamÃ©ra", "R_TEXT_DAMAGED"),
        (("summary",), ["x"], "R_TYPE"),
        (("summary",), "x" * 4001, "R_TEXT_LONG"),
        (("needs_coverage",), 0, "R_COVERAGE"),
        (("needs_coverage",), 101, "R_COVERAGE"),
        (("needs_coverage",), 0.8, "R_TYPE"),
        (("needs_coverage",), True, "R_TYPE"),
        (("scale",), {"name": "x"}, "R_TYPE"),
        (("scale", 0), "Sees", "R_TYPE"),
        (("scale", 0, "name"), 1, "R_TYPE"),
        (("scale", 1, "name"), "sees ", "R_NAME_TWICE"),
        (("scale", 0, "name"), "x" * 61, "R_TEXT_LONG"),
        (("scale", 0, "anchor"), "x" * 201, "R_TEXT_LONG"),
        (("criteria",), {"CAM-1": 1}, "R_TYPE"),
        (("criteria", 0), "CAM-1", "R_TYPE"),
        ((*CAM, "id"), "CAM 1", "R_ID"),
        ((*CAM, "id"), "CAM=1", "R_ID"),
        ((*CAM, "title"), "title  cam-2", "R_NAME_TWICE"),
        ((*CAM, "about"), "x" * 201, "R_TEXT_LONG"),
        ((*CAM, "about"), None, "R_TYPE"),
        ((*CAM, "weight"), -1, "R_WEIGHT"),
        ((*CAM, "weight"), 101, "R_WEIGHT"),
        ((*CAM, "weight"), True, "R_TYPE"),
        ((*CAM, "weight"), 2.5, "R_TYPE"),
        ((*CAM, "weight"), float("nan"), "R_TYPE"),
        ((*CAM, "weight"), "3", "R_TYPE"),
        ((*CAM, "gate"), 1, "R_GATE"),
        ((*CAM, "gate"), 5, "R_GATE"),
        ((*CAM, "gate"), True, "R_TYPE"),
        ((*CAM, "dimensions"), "copies", "R_TYPE"),
        ((*CAM, "dimensions"), None, "R_TYPE"),
        ((*CAM, "dimensions", 0), 4, "R_TYPE"),
        ((*CAM, "evidence"), ["log"] * 13, "R_LIST_LONG"),
        ((*CAM, "evidence"), [], "R_EVIDENCE_MISSING"),
        ((*CAM, "guidance"), "x" * 4001, "R_TEXT_LONG"),
        ((*CAM, "levels"), list(DESCRIPTORS.values()), "R_TYPE"),
        ((*CAM, "levels", 2), None, "R_TYPE"),
        ((*CAM, "levels", 2), "", "R_TEXT_EMPTY"),
        ((*CAM, "levels", 2), "x" * 1001, "R_TEXT_LONG"),
        ((*CAM, "levels", 5), DESCRIPTORS[4] + " It opens.", "R_LEVEL_UNKNOWN"),
        ((*CAM, "levels", "four"), DESCRIPTORS[4], "R_LEVEL_UNKNOWN"),
        ((*CAM, "levels", 0), DESCRIPTORS[4], "R_LEVEL_UNKNOWN"),
        ((*CAM, "levels", "4"), DESCRIPTORS[4], "R_LEVEL_TWICE"),
        ((*CAM, "alignments"), {"code": "x"}, "R_TYPE"),
        ((*CAM, "alignments", 0), "SK-1", "R_TYPE"),
        ((*CAM, "alignments", 0, "code"), 11.3, "R_TYPE"),
        ((*CAM, "alignments", 0, "url"), "ftp://example.org/", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), "javascript:alert(1)", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), "https:///page", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), "https://me:secret@example.org/", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), "https://[oops/", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), "https://example.org/a b", "R_ALIGNMENT_URL"),
        ((*CAM, "alignments", 0, "url"), 5, "R_TYPE"),
        ((*CAM, "alignments", 0, "retrieved_on"), "2026-02-30", "R_DATE"),
        ((*CAM, "alignments", 0, "retrieved_on"), "20261121", "R_DATE"),
        ((*CAM, "alignments", 0, "retrieved_on"), 2026, "R_TYPE"),
        (("translations",), [], "R_TYPE"),
        (FR, "Image", "R_TYPE"),
        ((*FR, "title"), "", "R_TEXT_EMPTY"),
        ((*FR, "summary"), 1, "R_TYPE"),
        ((*FR, "scale"), "Voit", "R_TYPE"),
        ((*FR, "criteria"), [], "R_TYPE"),
        ((*FR, "criteria", "CAM-1"), "x", "R_TYPE"),
        ((*FR, "criteria", "CAM-1", "title"), 1, "R_TYPE"),
        ((*FR, "criteria", "CAM-1", "levels"), [], "R_TYPE"),
        ((*FR, "criteria", "CAM-1", "levels", 5), FRENCH[4] + " Tout.", "R_LEVEL_UNKNOWN"),
        ((*FR, "criteria", "CAM-9"), {}, "R_CRITERION_UNKNOWN"),
    ],
)
def test_one_wrong_value_is_named_at_its_place(path: tuple, value: object, code: str):
    found = said(with_value(path, value))
    place = ("criteria", 1, "title") if value == "title  cam-2" else path
    assert (code, place) in found
    assert {each[0] for each in found} <= {code, "R_TEXT_UNSEEN", "R_TRANSLATION_MISSING", "R_CRITERION_UNKNOWN",
                                           "R_LEVEL_MISSING", "R_LEVELS_SAME", "R_WORDS_FEW"}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *[((key,), ("R_KEY_MISSING", ())) for key in ("format", "id", "version", "language", "title")],
        (("scale", 0, "name"), ("R_KEY_MISSING", ("scale", 0))),
        *[((*CAM, key), ("R_KEY_MISSING", CAM)) for key in ("title", "weight", "levels")],
        ((*CAM, "evidence"), ("R_EVIDENCE_MISSING", CAM)),
        ((*CAM, "levels", 4), ("R_LEVEL_MISSING", (*CAM, "levels"))),
        ((*CAM, "alignments", 0, "code"), ("R_KEY_MISSING", (*CAM, "alignments", 0))),
        ((*FR, "title"), ("R_TRANSLATION_MISSING", FR)),
        ((*FR, "scale"), ("R_TRANSLATION_MISSING", FR)),
        ((*FR, "criteria"), ("R_TRANSLATION_MISSING", FR)),
        ((*FR, "criteria", "CAM-1"), ("R_TRANSLATION_MISSING", (*FR, "criteria"))),
        ((*FR, "criteria", "CAM-1", "about"), ("R_TRANSLATION_MISSING", (*FR, "criteria", "CAM-1"))),
        ((*FR, "criteria", "CAM-1", "levels"), ("R_TRANSLATION_MISSING", (*FR, "criteria", "CAM-1"))),
        ((*FR, "criteria", "CAM-1", "levels", 2), ("R_TRANSLATION_MISSING", (*FR, "criteria", "CAM-1"))),
    ],
)
def test_what_is_missing_is_named_where_it_should_be(path: tuple, expected: tuple):
    assert said(without(path)) == [expected]


def test_an_alignment_needs_framework_code_and_title_only():
    document = good()
    for key in ("version", "url", "retrieved_on"):
        del document["criteria"][0]["alignments"][0][key]
    assert check(document) == []


def test_missing_criteria_scale_and_id():
    assert ("R_KEY_MISSING", ()) in said(without(("criteria",)))
    assert said(without(("scale",)))[0] == ("R_KEY_MISSING", ())
    assert ("R_KEY_MISSING", ("criteria", 0)) in said(without(("criteria", 0, "id")))


def test_the_message_for_a_missing_level_says_what_to_do():
    found = check(without((*CAM, "levels", 4)))[0]
    assert found.message == "criterion ‘CAM-1’ has 3 levels, but the rubric says 4."
    assert found.do == "Add level 4 or shorten the scale."
    document = without((*CAM, "levels", 4))
    del document["criteria"][0]["levels"][2]
    assert check(document)[0].do == "Add levels 2 and 4 or shorten the scale."


def test_levels_without_a_usable_scale_still_count_from_one():
    document = without((*CAM, "levels", 2))
    document["scale"] = document["scale"][:1]
    del document["translations"]
    document["criteria"] = document["criteria"][:1]
    found = check(document)
    assert [each.code for each in found] == ["R_SCALE_STEPS", "R_LEVEL_MISSING"]
    assert "3 levels, but its highest is 4" in found[1].message
    document["criteria"][0]["levels"] = {12: DESCRIPTORS[1]}
    assert [each.code for each in check(document)] == ["R_SCALE_STEPS", "R_LEVEL_UNKNOWN"]


def test_no_levels_at_all():
    found = check(with_value((*CAM, "levels"), {}))
    assert [each.message for each in found] == ["criterion ‘CAM-1’ has 0 levels, but the rubric says 4."]


def test_too_many_and_too_few_steps():
    document = good()
    del document["translations"]
    document["scale"] = [{"name": f"Step {number}"} for number in range(12)]
    found = check(document)
    assert [each.code for each in found] == ["R_SCALE_STEPS"]
    document["scale"] = []
    assert [each.code for each in check(document)] == ["R_SCALE_STEPS"]


def test_levels_with_text_keys_are_levels():
    document = good()
    document["criteria"][0]["levels"] = {str(level): text for level, text in DESCRIPTORS.items()}
    assert check(document) == []


def test_ids_and_titles_are_used_once():
    document = good()
    document["criteria"][1]["id"] = "cam-1"
    del document["translations"]
    found = check(document)
    assert [(each.code, each.path) for each in found] == [("R_ID_TWICE", ("criteria", 1, "id"))]
    assert "in places 1 and 2" in found[0].message


def test_number_of_criteria():
    document = good()
    del document["translations"]
    document["criteria"] = [criterion(f"CAM-{number}", title=f"T{number}") for number in range(60)]
    assert check(document) == []
    document["criteria"].append(criterion("CAM-60", title="T60"))
    assert said(document) == [("R_CRITERIA_COUNT", ("criteria",))]
    document["criteria"] = []
    assert said(document) == [("R_CRITERIA_COUNT", ("criteria",))]


def test_all_weights_zero():
    document = good()
    for each in document["criteria"]:
        each["weight"] = 0
    assert said(document) == [("R_WEIGHT_ALL_ZERO", ("criteria",))]


def test_unknown_keys_get_a_suggestion():
    found = check(with_value((*CAM, "wieght"), 2))
    assert (found[0].code, found[0].path, found[0].do) == ("R_KEY_UNKNOWN", (*CAM, "wieght"), "Did you mean “weight”?")
    assert "Known here: name and anchor." in check(with_value(("scale", 0, "zzz"), 2))[0].do
    assert check(with_value((7,), 2))[0].path == (7,)
    assert check(with_value(((1, 2),), 2))[0].path == ()
    assert check(with_value((*CAM, "levels", None), "x"))[0].path == (*CAM, "levels")


def test_translations_that_do_not_fit():
    document = good()
    document["translations"]["fr"]["scale"].pop()
    assert said(document) == [("R_TRANSLATION_STEPS", (*FR, "scale"))]
    document = good()
    document["translations"] = {"en": document["translations"]["fr"]}
    assert said(document)[0] == ("R_TRANSLATION_OWN", ("translations", "en"))
    document = good()
    document["translations"] = {None: {}, 4: {}, (1,): {}, "jp": {}, "fre nch": {}}
    codes = {each[0] for each in said(document)}
    assert codes == {"R_TYPE", "R_LANGUAGE", "R_LANGUAGE_UNKNOWN", "R_TRANSLATION_MISSING"}
    document["translations"]["fr"] = {"criteria": {None: {}}}
    assert ("R_CRITERION_UNKNOWN", FR) in said(document)
    document["translations"] = {f"a{chr(97 + n // 26)}{chr(97 + n % 26)}": {} for n in range(61)}
    assert ("R_LIST_LONG", ("translations",)) in said(document)


def test_a_translation_of_a_broken_rubric_is_still_read():
    document = good()
    document["criteria"] = None
    assert {each[0] for each in said(document)} == {"R_TYPE", "R_CRITERION_UNKNOWN"}
    document = good()
    document["criteria"] = [criterion(f"CAM-{number}", title=f"T{number}") for number in range(1, 13)]
    missing = check(document)[0]
    assert missing.message == (
        "translation ‘fr’ has no words for CAM-3, CAM-4, CAM-5, CAM-6, CAM-7, CAM-8, CAM-9, CAM-10 and 2 more."
    )
    assert missing.severity == "warning"


def test_language_tags():
    for tag in ("fr", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "swh", "ca-valencia"):
        document = good()
        document["language"] = tag
        del document["translations"]
        assert check(document) == [], tag
    assert check(with_value(("language",), "pt_br"))[0].do == "Write it as pt-BR."
    assert check(with_value(("language",), "ZH-HANT"))[0].do == "Write it as zh-Hant."
    assert check(with_value(("language",), "Swahili"))[0].do == "Write it as sw."
    assert "such as en" in check(with_value(("language",), "the one we speak"))[0].do
    assert "such as en" in check(with_value(("language",), "qq"))[0].do
    assert check(with_value(("language",), "cn"))[0].do == "Did you mean zh?"


def test_alignments_have_a_limit():
    document = good()
    document["criteria"][0]["alignments"] *= 31
    assert said(document) == [("R_LIST_LONG", (*CAM, "alignments"))]


def test_names_in_other_scripts_and_closed_isolates_are_text():
    for title in ("تصوير \u2067كاميرا\u2069", "می\u200cخواهم", "撮影", "कैमरा", "Caméra"):
        assert check(with_value(("title",), title)) == []


@pytest.mark.parametrize("document", [None, [], "text", 3, 1.5, True, b"x", object(), {}, {"criteria": [[]]}])
def test_anything_may_be_given(document: object):
    assert all(each.message and each.code for each in check(document))


# Wording


def level(text: str, language: str = "en") -> list[tuple[str, str]]:
    """What is said about one descriptor: code and severity."""
    document = with_value((*CAM, "levels", 3), text)
    document["language"] = language
    del document["translations"]
    assert all(each.path == (*CAM, "levels", 3) for each in check(document))
    return [(each.code, each.severity) for each in check(document)]


REST = " Asks a second person before a card is cleared, and writes the name in the log."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Offloads every card of the day.", [("R_WORDS_FEW", "error")]),
        ("Offloads.", [("R_WORDS_FEW", "error")]),
        ("Offloads every card. " * 21, [("R_WORDS_MANY", "error")]),
        ("Offloads every card adequately to two drives." + REST, [("R_VAGUE", "error")]),
        ("Offloads some cards to a good drive." + REST, [("R_VAGUE", "error")]),
        ("Offloads cards\n  Effectively to two drives." + REST, [("R_VAGUE", "error")]),
        ("Tells someone of a limited company in good faith." + REST, []),
        ("Offloads various cards quite often." + REST, [("R_VAGUE_MAYBE", "warning")]),
        ("Offloads cards well, to two drives." + REST, [("R_VAGUE_MAYBE", "warning")]),
        ("Says how often and how many cards came, as well as which, rather than guessing." + REST, []),
        ("Understands the offload of every card." + REST, [("R_UNSEEN", "error")]),
        ("Makes two copies and is aware of the rule." + REST, [("R_UNSEEN", "error")]),
        ("Has a passion for the offload of every card." + REST, [("R_UNSEEN", "error")]),
        ("Asks each person to say what they understand of it." + REST, []),
        ("Knows the offload of every card of the day." + REST, [("R_UNSEEN_MAYBE", "warning")]),
        ("Makes two copies, appreciates checksums." + REST, [("R_UNSEEN_MAYBE", "warning")]),
        ("Shows a deep understanding of offloads each day." + REST, [("R_UNSEEN_MAYBE", "warning")]),
        ("Asks the person who knows the location for the keys." + REST, []),
        ("Offloads faster than the group." + REST, [("R_COMPARES", "error")]),
        ("Offloads above average." + REST, [("R_COMPARES", "error")]),
        ("Finds more faults than peers." + REST, [("R_COMPARES", "error")]),
        ("Offloads better than before." + REST, [("R_COMPARES_MAYBE", "warning")]),
        ("Records speech at better than 60 dB above the noise." + REST, []),
        ("Does not offload the cards. Cannot say which copies exist, and fails to label any of them.",
         [("R_NEGATIVE", "warning")]),
        ("Doesn't offload the cards. The participant can’t say which copies exist or where they are.",
         [("R_NEGATIVE", "warning")]),
        ("Does not offload the cards. Names the copies which exist and says where each of them is kept.", []),
        ("Offloads cards from an ARRI body." + REST, [("R_BRAND", "warning")]),
        ("Checks that a red zoom lens opens, and writes a canon of avid names." + REST, []),
        ("Speaks without accent on the phone." + REST, [("R_PERSONAL", "warning")]),
        ("Sets an accent light beside the card reader." + REST, []),
        ("Keeps the crew on the same page each day." + REST, [("R_IDIOM", "warning")]),
        ("Offloads " + "every card " * 15 + "each day." + REST, [("R_SENTENCE_LONG", "warning")]),
    ],
)  # fmt: skip
def test_each_wording_rule(text: str, expected: list):
    assert level(text) == expected


def test_the_message_names_the_words():
    found = check(with_value((*CAM, "levels", 3), "Offloads some cards Mostly, then some more." + REST))[0]
    assert (
        found.message == "criterion ‘CAM-1’, level 3, says ‘some’ and ‘mostly’, which every assessor reads differently."
    )
    assert found.do == "Give the count, the tolerance or the condition instead."


def test_other_languages_are_checked_for_length_only():
    assert level("Some good cards. Understands.", "fr") == [("R_WORDS_FEW", "warning")]
    assert level("Copie bien toutes les cartes. " * 20, "fr") == [("R_WORDS_MANY", "warning")]
    assert level("一日のすべてのカードを二つのディスクにコピーし、検証する。", "ja") == []
    assert level("คัดลอกการ์ดทุกใบของวันลงในดิสก์สองชุดและตรวจสอบ", "th") == []
    assert level("모든 카드를 복사한다", "ko") == [("R_WORDS_FEW", "warning")]


def test_english_rules_follow_an_english_translation():
    document = good()
    document["language"] = "fr"
    document["translations"]["en"] = document["translations"].pop("fr")
    assert check(document) == []
    document["translations"]["en"]["criteria"]["CAM-1"]["levels"][2] = "Some."
    path = ("translations", "en", "criteria", "CAM-1", "levels", 2)
    assert [(each.code, each.path, each.severity) for each in check(document)] == [
        ("R_WORDS_FEW", path, "warning"),
        ("R_VAGUE", path, "error"),
    ]


def test_levels_that_say_the_same():
    found = check(with_value((*CAM, "levels", 3), DESCRIPTORS[2].upper().replace(".", " !")))
    assert [(each.code, each.path, each.severity) for each in found] == [
        ("R_LEVELS_SAME", (*CAM, "levels", 3), "error")
    ]
    assert "levels 2 and 3 say the same" in found[0].message
    assert [each.code for each in check(with_value((*CAM, "levels", 4), DESCRIPTORS[1]))] == ["R_LEVELS_SAME"]


def test_neighbours_with_nearly_the_same_words():
    nearly = with_value((*CAM, "levels", 3), DESCRIPTORS[2].replace("Labels", "Marks"))
    assert [(each.code, each.severity) for each in check(nearly)] == [("R_LEVELS_NEAR", "warning")]
    counted = with_value((*CAM, "levels", 3), DESCRIPTORS[2].replace("one copy", "two copies"))
    assert check(counted) == []


def test_neighbours_in_scripts_without_spaces():
    document = good()
    document["language"] = "zh"
    del document["translations"]
    document["criteria"] = document["criteria"][:1]
    document["criteria"][0]["levels"] = {
        1: "观看同事拷贝存储卡，并说出每一份副本的名称。",
        2: "在别人的指导下拷贝存储卡，并按指示贴标签。",
        3: "把当天所有存储卡拷贝到两块硬盘，并核对校验值。",
        4: "把当天所有存储卡拷贝到两块硬盘，并核对了校验值。",
    }
    assert [(each.code, each.path[-1]) for each in check(document)] == [("R_LEVELS_NEAR", 4)]


def test_counting_words():
    assert wording.word_count("Camera-report fields — and 4:2:2, isn't it? – yes") == 7
    assert wording.word_count(" - … ! ") == 0
    assert wording.counts_words("42, 43") and wording.counts_words("") and not wording.counts_words("撮影する")
    assert wording.sentences("One two. “Three four!” Five\n\n six. 7") == [
        "One two.",
        "“Three four!",
        "Five",
        "six.",
        "7",
    ]
    assert wording.similarity("", "") == 1.0 and wording.similarity("a b", "c d") == 0.0


def test_a_descriptor_of_signs_only_has_no_sentences():
    assert level("★ ★ ★") == [("R_WORDS_FEW", "error")]


# Speaking of strangers' values


def test_values_are_shown_short_and_printable():
    assert quoted("a\u202eb\nc") == "‘a�b�c’"
    assert quoted("x" * 50) == f"‘{'x' * 40}…’"
    assert quoted("می\u200cخواهم") == "‘می\u200cخواهم’"
    assert shown(10**9) == "1000000000" and shown(10**5000) == "a number" and shown(True) == "a yes-or-no value"
    kinds = [kind(each) for each in (None, False, "", 1, 1.5, {}, [], object())]
    assert kinds == ["nothing", "a yes-or-no value", "text", "a number", "a number with a decimal point",
                     "a group of named values", "a list", "something else"]  # fmt: skip
    assert (listed([]), listed([1]), listed([1, 2]), listed([1, 2, 3], "or")) == ("", "1", "1 and 2", "1, 2 or 3")


def test_findings_have_an_end():
    document = good() | {f"zz{number}": 1 for number in range(MOST_FINDINGS + 50)}
    found = check(document)
    assert len(found) == MOST_FINDINGS + 1 and found[-1].code == "R_MANY" and found[-1].severity == "error"


def test_warnings_have_an_end_and_hide_no_error():
    document = good()
    many = {f"zz{number}": 1 for number in range(10)}
    document["translations"] = {f"q{chr(97 + a)}{chr(97 + b)}": {} for a in range(26) for b in range(26)}
    document["criteria"][0]["title"] = "x"
    found = check(document | many)
    assert sum(each.severity == "warning" for each in found) == MOST_FINDINGS
    assert {each.code for each in found if each.severity == "error"} == {"R_KEY_UNKNOWN", "R_LIST_LONG"}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4),
    max_leaves=8,
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [place for key, each in value.items() for place in [(*path, key), *places(each, (*path, key))]]
    if isinstance(value, list):
        return [place for key, each in enumerate(value) for place in [(*path, key), *places(each, (*path, key))]]
    return []


PLACES = places(good())


@given(st.sampled_from(PLACES), values)
def test_any_value_anywhere_gives_findings_that_point_into_the_document(path: tuple, value: object):
    document = with_value(path, value)
    for each in check(document):
        at(document, each.path)
        assert (each.message + each.do).replace("\u200c", "").replace("\u200d", "").isprintable()
        assert len(each.message) < 400


@given(st.sampled_from(PLACES), values | st.sampled_from(["x y", "CAM-2", "fr", 3, {}, [], {"4": "word " * 15}]))
def test_what_has_no_error_can_be_hashed_and_read(path: tuple, value: object):
    document = with_value(path, value)
    if any(each.severity == "error" for each in check(document)):
        return
    assert len(content_hash(document)) == len(structure_hash(document)) == 64
    for tag in ("", *document["translations"]):
        rubric = from_document(document, tag)
        assert all(len(each.levels) == rubric.top_level for each in rubric.criteria)
        assert all(
            isinstance(step, str) for each in rubric.criteria for step in (each.about, each.levels[0].descriptor)
        )
