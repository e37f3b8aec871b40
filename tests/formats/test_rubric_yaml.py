"""Rubric files as strangers send them: every problem is a sentence with line and column, and nothing else happens."""

from __future__ import annotations

import errno
import os
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.core.rubrics import content_hash, structure_hash
from rubricapp.errors import Exit, UserError
from rubricapp.formats.rubric_yaml import RubricFile, document_of, read_rubric
from rubricapp.formats.yaml_reading import Reading

TEXT = """\
# A rubric for tests.
format: 1
id: camera
version: "1.0"
language: en
title: Camera
summary: >-
  From card
  to verified copy.
needs_coverage: 80
scale:
  - name: Sees
    anchor: "Stood beside: saw it."
  - {name: Does, anchor: Did it.}
criteria:
  - id: CAM-1
    title: Copies
    about: Copies what was filmed.
    weight: 3
    gate: 2
    evidence: [offload log]
    levels:
      1: >-
        Watches an offload from card to drive and names each copy. Fills in the fields that
        another person dictates.
      2: Offloads every card of the day to two drives with checksums. Asks before a card is cleared for use.
    alignments:
      - framework: Standards
        code: "1.10"
        title: Copy media
        url: https://example.org/
        retrieved_on: 2026-11-21
translations:
  no:
    title: Kamera
    summary: Fra kort til kopi.
    scale: [{name: Ser}, {name: Gjør}]
    criteria:
      CAM-1:
        title: Kopier
        about: Kopierer det som ble filmet.
        levels:
          1: Ser på at et kort blir kopiert og nevner hver kopi. Fyller ut de feltene som en annen sier høyt.
          2: Kopierer alle kort samme dag til to disker med sjekksum. Spør før et kort blir tømt for bruk.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "camera.yaml"


def read(path: Path, content: str | bytes) -> RubricFile:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return read_rubric(path)


def edited(old: str, new: str) -> tuple[str, tuple[int, int]]:
    """The good file with `old` replaced once, and the line and column of the ¶ in `new`, which is taken out."""
    assert TEXT.count(old) == 1, old
    text = TEXT.replace(old, new)
    before = text[: text.index("¶")]
    return text.replace("¶", ""), (before.count("\n") + 1, len(before) - before.rfind("\n"))


def said(file: RubricFile) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.column) for each in file.findings]


def test_a_good_file(file: Path):
    rubric = read(file, TEXT)
    assert rubric.findings == () and rubric.document is not None
    assert rubric.content_hash == content_hash(rubric.document)
    assert rubric.structure_hash == structure_hash(rubric.document)
    assert rubric.document["version"] == "1.0"
    assert rubric.document["scale"][1] == {"name": "Does", "anchor": "Did it."}
    assert list(rubric.document["criteria"][0]["levels"]) == [1, 2]
    assert rubric.document["criteria"][0]["alignments"][0]["retrieved_on"] == "2026-11-21"
    assert list(rubric.document["translations"]) == ["no"]
    assert document_of(file) == rubric.document


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "\ufeff" + TEXT,
        "%YAML 1.2\n---\n" + TEXT + "...\n",
        TEXT.replace("summary: >-\n  From card\n  to verified copy.", "summary: From card to verified copy."),
        TEXT.replace("title: Camera", "'title':   \"Camera\"   # a remark"),
        TEXT.replace("id: camera\n", "").replace("needs_coverage", "id: camera\nneeds_coverage"),
        TEXT.replace("[offload log]", "\n    - offload log"),
        TEXT.replace("      2: Offl", "      \"2\": Offl"),
    ],
)  # fmt: skip
def test_the_same_words_have_the_same_hashes_however_they_are_written(file: Path, other: str):
    plain, rubric = read(file, TEXT), read(file, other)
    assert rubric.findings == ()
    assert (rubric.content_hash, rubric.structure_hash) == (plain.content_hash, plain.structure_hash)


RULES = [
    ("format: 1", "format: ¶2", "R_FORMAT_NEWER"),
    ("format: 1", 'format: ¶"1"', "R_TYPE"),
    ("id: camera", "id: ¶Camera", "R_ID"),
    ('version: "1.0"', "version: ¶1.0", "R_VERSION_NUMBER"),
    ('version: "1.0"', "version: ¶1.1.x", "R_VERSION"),
    ("language: en", "language: ¶EN", "R_LANGUAGE"),
    ("language: en", "¶language:", "R_TYPE"),
    ("title: Camera", "title: ¶2026", "R_TYPE"),
    ("title: Camera", "title: ¶true", "R_TYPE"),
    ("title: Camera", "title: ¶.inf", "R_TYPE"),
    ("title: Camera", 'title: ¶"a\\0b"', "R_TEXT_CONTROL"),
    ("title: Camera", 'title: ¶"a\\ud800b"', "R_TEXT_CONTROL"),
    ("title: Camera", "title: ¶a\u202eb", "R_TEXT_BIDI"),
    ("title: Camera", "title: ¶''", "R_TEXT_EMPTY"),
    ("title: Camera", "title: Camera\n¶titel: x", "R_KEY_UNKNOWN"),
    ("title: Camera", "title: Camera\n¶7: x", "R_KEY_UNKNOWN"),
    ("# A rubric for tests.\nformat: 1\n", "¶", "R_KEY_MISSING"),
    ("coverage: 80", "coverage: ¶0", "R_COVERAGE"),
    ("coverage: 80", "coverage: ¶.nan", "R_TYPE"),
    ("coverage: 80", "coverage: ¶yes", "R_TYPE"),
    ("coverage: 80", "coverage: ¶0x65", "R_COVERAGE"),
    ("{name: Does", "{name: ¶sees", "R_NAME_TWICE"),
    ("{name: Does, anchor", "¶{anchor", "R_KEY_MISSING"),
    ("    weight: 3\n", "    weight: ¶3.0\n", "R_TYPE"),
    ("    weight: 3\n", "    weight: ¶0\n", "R_WEIGHT_ALL_ZERO"),
    ("    weight: 3\n", "    weight: ¶-3\n", "R_WEIGHT"),
    ("    weight: 3\n", "    weight: ¶true\n", "R_TYPE"),
    ("  - id: CAM-1", "  - ¶idd: CAM-1", "R_KEY_UNKNOWN"),
    ("id: CAM-1", "id: ¶CAM 1", "R_ID"),
    ("    gate: 2", "    gate: ¶3", "R_GATE"),
    ("evidence: [offload log]", "evidence: ¶offload log", "R_TYPE"),
    ("[offload log]", "[offload log, ¶7]", "R_TYPE"),
    ("    evidence: [offload log]", "    ¶evidence: []", "R_EVIDENCE_MISSING"),
    ("      1: >-", "      1: ¶>-\n        Good.", "R_VAGUE"),
    ("      2: Offl", "      ¶3: Offl", "R_LEVEL_UNKNOWN"),
    ("    levels:\n      1: >-", "    ¶levels:\n      1: >-", "R_LEVEL_MISSING"),
    ('code: "1.10"', "code: ¶1.10", "R_TYPE"),
    ("url: https", "url: ¶mailto", "R_ALIGNMENT_URL"),
    ("2026-11-21", "¶2026-13-21", "R_DATE"),
    ("  no:\n", "  ¶en:\n", "R_TRANSLATION_OWN"),
    ("  no:\n", "  ¶jp:\n", "R_LANGUAGE_UNKNOWN"),
    ("[{name: Ser}, {name: Gjør}]", "¶[{name: Ser}]", "R_SCALE_STEPS"),
    ("      CAM-1:\n", "      ¶CAM-2:\n", "R_CRITERION_UNKNOWN"),
    ("    title: Kamera\n", "¶", "R_TRANSLATION_MISSING"),
]


@pytest.mark.parametrize(("old", "new", "code"), RULES)
def test_each_broken_rule_is_found_at_its_line_and_column(file: Path, old: str, new: str, code: str):
    text, place = edited(old, new)
    if code == "R_LEVEL_MISSING":
        text = re.sub(r"\n      2: Off.*", "", text)
    if code == "R_WEIGHT_ALL_ZERO":
        place = (place[0] - 4, 1)
    if code == "R_SCALE_STEPS":
        place = (place[0], 5)
    if old.startswith("    title: Kamera"):
        place = (place[0] - 1, 3)
    rubric = read(file, text)
    found = {(each.code, each.line, each.column): each for each in rubric.findings}
    assert (code, *place) in found, said(rubric)
    problem = found[code, *place]
    assert str(problem).startswith(f"camera.yaml, line {place[0]}: ") and problem.do
    errors = any(each.severity == "error" for each in rubric.findings)
    assert (rubric.content_hash is None) == (rubric.structure_hash is None) == errors == bool(rubric.errors)
    assert rubric.document is not None


def test_the_whole_sentence(file: Path):
    rubric = read(file, re.sub(r"\n      2: Off.*", "", TEXT))
    assert str(rubric.findings[0]) == (
        "camera.yaml, line 22: criterion ‘CAM-1’ has 1 level, but the rubric says 2. Add level 2 or shorten the scale."
    )


def test_a_file_named_for_its_version_is_told_by_its_folder(tmp_path: Path):
    (tmp_path / "camera").mkdir()
    assert read(tmp_path / "camera" / "1.0.yaml", "").findings[0].file == "camera/1.0.yaml"
    assert read(tmp_path / "came\nra.yaml", "").findings[0].file == "came�ra.yaml"


def test_findings_are_in_the_order_of_the_file(file: Path):
    text = TEXT.replace("weight: 3", "weight: x").replace("format: 1", "format: x").replace("name: Ser", "name: 1")
    assert [each.line for each in read(file, text).findings] == [2, 19, 37]


def test_warnings_do_not_withhold_the_hashes(file: Path):
    rubric = read(file, TEXT.replace("    title: Kamera\n", ""))
    assert [each.code for each in rubric.warnings] == ["R_TRANSLATION_MISSING"]
    assert rubric.errors == () and rubric.content_hash and document_of(file) == rubric.document


# What is no YAML, or YAML that we refuse

HOSTILE = [
    ("title: Camera", "title: ¶*star", "Y_ALIAS"),
    ("title: Camera", "title: ¶**Camera**", "Y_ALIAS"),
    ("title: Camera", "title: ¶* Camera", "Y_REFERENCE"),
    ("title: Camera", "title: ¶&camera Camera", "Y_ANCHOR"),
    ("title: Camera", "title: ¶& sound", "Y_REFERENCE"),
    ("title: Camera", "title: ¶!Camera x", "Y_TAG"),
    ("title: Camera", "title: ¶!!python/object/apply:os.system [ls]", "Y_TAG"),
    ("title: Camera", "title: ¶!!binary aGVsbG8=", "Y_TAG"),
    ("title: Camera", "title: ¶!a!b x", "Y_TAG"),
    ("title: Camera", "title: ¶!<a", "Y_TAG"),
    ("title: Camera", "title: Camera\n¶title: Camera", "Y_TWICE"),
    ("      2: Offl", '      ¶"1": Offl', "Y_TWICE"),
    ("      2: Offl", "      ¶01: Offl", "Y_TWICE"),
    ("title: Camera", "title: Camera\n¶<<: {a: 1}", "Y_MERGE"),
    ("title: Camera", "title: Camera\n? ¶[a, b]\n: x", "Y_KEY"),
    ("title: Camera", "title: Camera\n¶{a: b}: x", "Y_KEY"),
    ("title: Camera", "title: Camera\n¶: x", "Y_KEY"),
    ("title: Camera", "title: Camera\n¶'': x", "Y_KEY"),
    ("title: Camera", "title: Camera\n¶~: x", "Y_KEY"),
    ("title: Camera", "title: Camera\n¶*a : x", "Y_ALIAS"),
    ("title: Camera", "title: Camera\n¶---\nformat: 1", "Y_DOCUMENTS"),
    ("title: Camera", "¶title Camera", "Y_NO_COLON"),
    ("title: Camera", "title: Camera¶: one", "Y_COLON"),
    ("title: Camera", "¶\ttitle: Camera", "Y_TAB"),
    ("    gate: 2", "  ¶\tgate: 2", "Y_TAB"),
    ("    gate: 2", "¶\u00a0\u00a0\u00a0 gate: 2", "Y_SPACE"),
    ("    gate: 2", "     gate¶: 2", "Y_COLON"),
    ("    gate: 2", "   ¶gate: 2", "Y_INDENT"),
    ("title: Camera", "title: ¶@home", "Y_SIGN"),
    ("title: Camera", "title: ¶%x", "Y_SIGN"),
    ("title: Camera", 'title: "Camera" ¶one', "Y_AFTER_VALUE"),
    ("title: Camera", "title: ¶'Camera", "Y_QUOTE_OPEN"),
    ("title: Camera", "title: 'Camera'¶s", "Y_AFTER_VALUE"),
    ("title: Camera", 'title: "a\\¶q"', "Y_BACKSLASH"),
    ("title: Camera", 'title: "a\\x¶zz"', "Y_BACKSLASH"),
    ("title: Camera", "title: ¶[a, b", "Y_BRACKET"),
    ("title: Camera", "title: ¶{a: b", "Y_BRACKET"),
    ("title: Camera", "title: [a, ¶@]", "Y_SIGN"),
    ("title: Camera", "title: a\n¶- b", "Y_INDENT"),
    ("title: Camera", "title: ¶- b", "Y_DASH"),
    ("title: Camera", "title: ¶? b", "Y_DASH"),
    ("title: Camera", "title: |¶x\n  y", "Y_BLOCK"),
    ("title: Camera", "title: >¶0\n  y", "Y_BLOCK"),
    ("# A rubric for tests.", "¶%YAML 1.1\n---", "Y_PERCENT"),
    ("# A rubric for tests.", "¶%YAML 2.0\n---", "Y_PERCENT"),
    ("# A rubric for tests.", "¶%TAG !a! tag:x,\n---", "Y_PERCENT"),
    ("# A rubric for tests.", "%¶ x\n---", "Y_PERCENT"),
    ("title: Camera", "title: ¶" + "9" * 16, "Y_NUMBER"),
    ("title: Camera", "title: ¶" + "9" * 9999, "Y_NUMBER"),
    ("title: Camera", "title: Cam¶\x07era", "Y_CONTROL"),
    ("title: Camera", "title: Cam¶\u2028era", "Y_CONTROL"),
    ("title: Camera", "title: Cam¶\x85era", "Y_CONTROL"),
    ("title: Camera", "title: Cam¶\x00era", "Y_BINARY"),
    ("title: Camera", "title: Cam¶\ud800era", "Y_ENCODING"),
    ("title: Camera", "title: ¶" + "[" * 30 + "]" * 30, "Y_DEEP"),
    ("title: Camera", "¶title: " + "x" * 50_000, "Y_TOO_BIG"),
]
JARGON = re.compile(r"scalar|token|node|mapping|sequence|flow|anchor|alias|parse|scan|simple key|block|<|None", re.I)


@pytest.mark.parametrize(("old", "new", "code"), HOSTILE)
def test_what_cannot_be_read_is_said_in_plain_words_with_its_place(file: Path, old: str, new: str, code: str):
    text, (line, column) = edited(old, new)
    if code == "Y_DEEP":
        column += 19
    rubric = read(file, text)
    found = {each.code: each for each in rubric.findings}
    assert code in found, said(rubric)
    problem = found[code]
    assert (problem.line, problem.column) == (line, column)
    assert problem.severity == "error" and rubric.content_hash is None
    assert problem.message and problem.do and not JARGON.search(re.sub("[‘“].*?[’”]", "", problem.message + problem.do))


def test_a_refused_value_is_said_once(file: Path):
    for value in ("*star", "!!binary aGVsbG8=", "9" * 400):
        rubric = read(file, TEXT.replace("weight: 3", f"weight: {value}"))
        assert [(each.line, each.column) for each in rubric.findings] == [(19, 13)], said(rubric)


def test_both_lines_of_a_name_that_is_there_twice(file: Path):
    problem = read(file, TEXT.replace("title: Camera", "title: Camera\ntitle: Sound")).findings[0]
    assert problem.message == "‘title’ is there twice: first in line 6, again in line 7."
    assert read_rubric(file).document["title"] == "Camera"


def test_a_group_as_name_is_thrown_away_with_its_value(file: Path):
    rubric = read(file, TEXT + "{a: [b, {c: d}], e: e}: {f: [g]}\n? [*x, y]\n: {z: &q 1}\n")
    assert {each.code for each in rubric.findings} == {"Y_KEY", "Y_ALIAS", "Y_ANCHOR"}
    assert list(rubric.document) == list(read(file, TEXT).document)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "Y_EMPTY", (1, 1)),
        (b"\xef\xbb\xbf", "Y_EMPTY", (1, 1)),
        (b"# only a remark\n", "Y_EMPTY", (1, 1)),
        (b"---\n...\n", "Y_EMPTY", (1, 1)),
        (b"~", "Y_EMPTY", (1, 1)),
        (b"just words", "R_TYPE", (1, 1)),
        (b"\n- a\n- b\n", "R_TYPE", (2, 1)),
        (b"42", "R_TYPE", (1, 1)),
        (b"*a", "Y_ALIAS", (1, 1)),
        (b"a: 1\n}", "Y_", (2, 1)),
        ("title: Caméra\n".encode("latin-1"), "Y_ENCODING", (1, 11)),
        ("é\ntitle: Caméra\n".encode() + b"\xe9", "Y_ENCODING", (3, 1)),
        (TEXT.encode("utf-16"), "Y_ENCODING", (1, 1)),
        (TEXT.encode("utf-16-be"), "Y_BINARY", (1, 1)),
        (b"PK\x03\x04\n\x14\x00\x00\x08", "Y_BINARY", (2, 2)),
        (b"\x89PNG\r\n\x1a\n", "Y_ENCODING", (1, 1)),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "Y_ENCODING", (2, 2)),
        (b'{"format": 1}', "R_KEY_MISSING", (1, 1)),
        (b'"\\UFFFFFFFF"', "Y_SYNTAX", (1, 1)),
        (b"<!DOCTYPE html>\n<html>\n", "R_TYPE", (1, 1)),
    ],
)
def test_other_files_are_named_for_what_they_are(file: Path, content: bytes, code: str, place: tuple[int, int]):
    rubric = read(file, content)
    first = rubric.findings[0]
    assert first.code.startswith(code) and (first.line, first.column) == place, said(rubric)
    assert rubric.content_hash is None


M = 1_000_000
HUGE = {
    "bytes": b"# " + b"x" * M,
    "names": "".join(f"k{number}: v\n" for number in range(100_000))[:M],
    "entries": "- a\n" * (M // 4),
    "entries in brackets": "[" + "a," * (M // 2 - 1),
    "brackets": "[" * M,
    "braces": "{" * M,
    "dashes": "- " * (M // 2),
    "questions": "? " * (M // 2),
    "empty lines": "\n" * M,
    "words": "a b " * (M // 4),
    "words in lines": "word\n" * (M // 5),
    "words in long lines": ("a " * 100 + "\n") * 4900,
    "open quote": '"' + "a b\n" * (M // 4 - 1),
    "one word": "a" * M,
    "tags": "!" + "a" * (M - 1),
    "directives": "%A b\n" * (M // 5),
    "documents": "---\n" * (M // 4),
    "laughs": "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 5000))[:M],
    "deep": "".join(" " * n + "a:\n" for n in range(1300)),
    "unknown names": "".join(f"criterai{number}: {{a: b}}\n" for number in range(4000)),
    "control": "\x01" * M,
    "levels": "levels: {" + "".join(f"{n}: a, " for n in range(9000)) + "}",
}


@pytest.mark.parametrize("content", HUGE.values(), ids=HUGE)
def test_huge_files_are_answered_with_a_few_sentences(file: Path, content: str | bytes):
    rubric = read(file, content)
    assert rubric.errors and len(rubric.findings) < 1200
    assert all(len(str(each)) < 500 for each in rubric.findings)


def test_nesting_never_meets_the_recursion_limit(file: Path):
    depth = sys.getrecursionlimit() * 2
    for content in ("[" * depth + "]" * depth, "a: " + "{a: " * depth + "}" * depth):
        assert next(each.code for each in read(file, content).findings) in ("Y_DEEP", "R_KEY_MISSING")
        assert "Y_DEEP" in [each.code for each in read_rubric(file).findings]


def test_as_many_faults_as_somebody_reads(file: Path):
    rubric = read(file, "".join(f"k{number}: *a\n" for number in range(200)))
    assert sum(each.code == "Y_ALIAS" for each in rubric.findings) == 100
    assert "Y_MANY" in [each.code for each in rubric.findings]


def test_a_large_rubric_is_read(file: Path):
    """Sixty criteria of nine levels, in ten languages."""
    level = "Offloads every card of the day number {} to two drives with checksums, and asks before a card is cleared."
    lines = TEXT.split("scale:")[0] + "scale:\n" + "".join(f"  - name: S{n}\n" for n in range(9)) + "criteria:\n"
    levels = "".join(f"      {n}: {level.format(n)}\n" for n in range(1, 10))
    for number in range(60):
        lines += f"  - id: C-{number}\n    title: T{number}\n    weight: 1\n    evidence: [log]\n    levels:\n{levels}"
    lines += "translations:\n"
    indented = levels.replace("      ", "          ")
    for tag in ("fr", "sw", "pt", "ar", "hi", "am", "de", "es", "zu"):
        lines += f"  {tag}:\n    criteria:\n"
        for number in range(60):
            lines += f"      C-{number}:\n        levels:\n{indented}"
    rubric = read(file, lines[:900_000].rsplit("\n      C-", 1)[0] + "\n")
    assert rubric.errors == ()
    assert len(rubric.document["criteria"]) == 60 and len(rubric.document["translations"]) >= 7


# Files that are not there


def failing(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_rubric(path)
    assert caught.value.what and caught.value.do
    assert caught.value.exit_code is Exit.UNREADABLE
    return caught.value


def test_a_missing_file(tmp_path: Path):
    assert failing(tmp_path / "camera.yaml").code == "E_FILE_MISSING"
    assert failing(tmp_path / "none" / "camera.yaml").code == "E_FILE_MISSING"
    assert failing(tmp_path / "a\0b").code == "E_FILE_MISSING"
    (tmp_path / "file").write_text("x")
    assert failing(tmp_path / "file" / "camera.yaml").code == "E_FILE_MISSING"
    assert "‘camera.yaml’" in failing(tmp_path / "camera.yaml").what


def test_a_folder(tmp_path: Path):
    assert failing(tmp_path).code == "E_FILE_KIND"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert failing(tmp_path / "pipe.yaml").code == "E_FILE_KIND"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read every file")
def test_a_file_of_somebody_else(file: Path):
    file.write_text(TEXT, "utf-8")
    file.chmod(0)
    assert failing(file).code == "E_FILE_DENIED"


def test_a_name_that_the_system_does_not_take(tmp_path: Path):
    error = failing(tmp_path / ("x" * 300))
    assert error.code in ("E_FILE_UNREADABLE", "E_FILE_MISSING")
    if os.name == "posix":
        assert os.strerror(errno.ENAMETOOLONG) in error.details
    assert len(error.message) < 300


def test_a_value_without_a_place_is_looked_for_where_it_would_stand():
    reading = Reading(values={(): (2, 1), ("a",): (3, 4)}, names={("a", "b"): (5, 6)})
    assert reading.place(("a", "c", 1)) == (3, 4) and reading.place(("z",)) == (2, 1)
    assert reading.place(("a", "b"), name=True) == (5, 6) and reading.place(("a", "c"), name=True) == (3, 4)
    assert Reading().place(("a",)) == (1, 1)


# For adopting


def test_adopting_is_refused_with_the_first_errors(file: Path):
    read(file, TEXT.replace("weight: 3", "weight: x"))
    with pytest.raises(UserError) as caught:
        document_of(file)
    error = caught.value
    assert (error.code, error.exit_code) == ("E_RUBRIC_INVALID", Exit.PROBLEMS)
    assert error.what == "The rubric file camera.yaml has 1 error."
    assert "camera.yaml, line 19: criterion ‘CAM-1’: the weight must be" in error.do


def test_adopting_lists_five_errors_and_counts_the_rest(file: Path):
    read(file, "a: b\n")
    with pytest.raises(UserError, match="… and 3 more") as caught:
        document_of(file)
    assert caught.value.what.endswith("has 8 errors.")
    read(file, "")
    with pytest.raises(UserError, match="the file is empty"):
        document_of(file)


# Anything at all


def no_surprise(rubric: RubricFile, lines: int) -> None:
    """Findings have places in the file and printable words; hashes are there exactly when errors are not."""
    for each in rubric.findings:
        assert 1 <= each.line <= lines + 1 and each.column >= 1
        assert str(each).replace("\u200c", "").replace("\u200d", "").isprintable()
    assert (rubric.content_hash is None) == bool(rubric.errors)
    if rubric.content_hash:
        assert rubric.content_hash == content_hash(rubric.document)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_damaged_files_give_findings_only(file: Path, seed: int):
    dice = random.Random(seed)
    data = bytearray(TEXT.encode())
    signs = b"\t\n\n\r  :-?[]{}#&*!|>'\"%@`\\,<=~.0U"
    if dice.random() < 0.2:
        signs += b"\x00\x07\x85\xc2\xe2\x80\xa8\xff"
    for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
        place = dice.randrange(len(data))
        end = place + dice.choice((0, 1, 1, 1, 5, 60))
        piece = bytes(dice.choices(signs, k=dice.choice((0, 1, 1, 2, 4))))
        data[place:end] = piece if dice.random() < 0.8 else data[dice.randrange(len(data)) :][:80]
    text = bytes(data).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    no_surprise(read(file, bytes(data)), text.count(b"\n") + 1)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab:-?[]{}#&*!|>'\"%@,\\ \n\t~0.<=", max_size=40) | st.binary(max_size=40))
def test_any_short_file_gives_findings_only(file: Path, content: str | bytes):
    data = content if isinstance(content, bytes) else content.encode()
    no_surprise(read(file, data), data.count(b"\n") + data.count(b"\r") + 1)
