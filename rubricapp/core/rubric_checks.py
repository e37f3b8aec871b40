"""What must be true of a rubric document, so that `rubrics.from_document` and the hashes can trust it.

The document's shape is told in `rubricapp.core.rubrics`. Rules of form are errors; see `rubric_wording` for
the rules of wording. A gate lies between 2 and the top level: every level passes a gate at 1, so such a gate
would promise something and do nothing (2026-11-21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rubricapp.core import rubric_values as values
from rubricapp.core import rubric_wording as wording
from rubricapp.core.rubric_findings import Finding, Path, listed, quoted, shown
from rubricapp.core.rubrics import FORMAT

__all__ = ["MOST_FINDINGS", "Finding", "check"]

MOST_FINDINGS = 500
"""Of each severity; a file with more is not read by anybody line by line."""

MOST_CRITERIA, FEWEST_STEPS, MOST_STEPS, MOST_TRANSLATIONS = 60, 2, 9, 60
TITLE, ABOUT, NAME, LINE, DESCRIPTOR, PAGE = 120, 200, 60, 200, 1000, 4000
"""How many characters fit where: headings, one-line explanations, names, entries of lists, levels, longer notes."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# A rubric's id names a folder, and these are names of devices on Windows.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_CRITERION_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,3}([+-][A-Za-z0-9]+([.-][A-Za-z0-9]+)*)?")

_DOCUMENT = ("format", "id", "version", "language", "title", "scale", "criteria")
_DOCUMENT_MAY = ("summary", "needs_coverage", "translations")
_CRITERION = ("id", "title", "weight", "levels")
_CRITERION_MAY = ("about", "gate", "dimensions", "evidence", "guidance", "translator_note", "alignments")
_ALIGNMENT, _ALIGNMENT_MAY = ("framework", "code", "title"), ("version", "url", "retrieved_on")


def check(document: object) -> list[Finding]:
    """Everything that is wrong with a rubric document, in the order of the document.

    document: plain dicts, lists, texts and numbers, from anywhere. Never raises, whatever it is given.
    """
    found: list[Finding] = []
    counts = {"error": 0, "warning": 0}
    for each in _document(document):
        counts[each.severity] += 1
        if counts[each.severity] <= MOST_FINDINGS:
            found.append(each)
        elif each.severity == "error":
            message = f"more than {MOST_FINDINGS} things are wrong; the others are not listed."
            return [*found, Finding("R_MANY", (), message, "Correct the first ones, then check again.")]
    return found


def _document(document: object) -> Iterator[Finding]:
    if not isinstance(document, Mapping):
        do = "It begins with lines such as “format: 1” and “id: camera”."
        yield values.wrong_kind(document, (), "a rubric", "a group of named values", do)
        return
    known = (*_DOCUMENT, *_DOCUMENT_MAY)
    yield from values.missing_and_unknown(document, (), "the rubric", known, _DOCUMENT)
    if "format" in document:
        yield from _format(document["format"])
    if "id" in document:
        yield from _rubric_id(document["id"])
    if "version" in document:
        yield from _version(document["version"])
    if "language" in document:
        yield from values.language(document["language"], ("language",), "the language")
    if "title" in document:
        yield from values.text(document["title"], ("title",), "the title", TITLE)
    if "summary" in document:
        yield from values.text(document["summary"], ("summary",), "the summary", PAGE, one_line=False)
    if "needs_coverage" in document:
        path: Path = ("needs_coverage",)
        yield from values.whole(document["needs_coverage"], path, "needs_coverage", 1, 100, "R_COVERAGE")
    top = None
    if "scale" in document:
        yield from _scale(document["scale"], ("scale",), "the scale")
        top = _steps(document["scale"])
    if "criteria" in document:
        yield from _criteria(document["criteria"], top, values.is_english(document.get("language")))
    if "translations" in document:
        yield from _translations(document["translations"], document, top)


def _format(value: object) -> Iterator[Finding]:
    if type(value) is not int:
        yield values.wrong_kind(value, ("format",), "the format", f"the number {FORMAT}", f"Write “format: {FORMAT}”.")
    elif value > FORMAT:
        message = (
            f"the rubric has format {shown(value)}, which a newer rubricapp wrote; this one reads format {FORMAT}."
        )
        yield Finding("R_FORMAT_NEWER", ("format",), message, "Update rubricapp.")
    elif value < FORMAT:
        yield Finding("R_FORMAT", ("format",), f"there is no format {shown(value)}.", f"Write “format: {FORMAT}”.")


def _rubric_id(value: object) -> Iterator[Finding]:
    findings = list(values.text(value, ("id",), "the id", 40))
    yield from findings
    if isinstance(value, str) and not findings and (not _ID.fullmatch(value) or _DEVICES.fullmatch(value)):
        do = "Use small letters a to z, digits and single hyphens, as in camera or set-safety."
        yield Finding("R_ID", ("id",), f"the id {quoted(value)} cannot be used.", do)


def _version(value: object) -> Iterator[Finding]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        message = "the version is written as a number, so 1.10 would turn into 1.1."
        yield Finding("R_VERSION_NUMBER", ("version",), message, 'Put it in quotes, as in version: "1.0".')
        return
    findings = list(values.text(value, ("version",), "the version", 32))
    yield from findings
    if isinstance(value, str) and not findings and not _VERSION.fullmatch(value):
        do = 'Write numbers with points between them, as in "1.0" or "2.1-draft".'
        yield Finding("R_VERSION", ("version",), f"the version is {quoted(value)}.", do)


def _steps(scale: object) -> int | None:
    """How many levels the scale has, or None where it does not say."""
    return len(scale) if isinstance(scale, list) and FEWEST_STEPS <= len(scale) <= MOST_STEPS else None


def _scale(scale: object, path: Path, where: str) -> Iterator[Finding]:
    if not isinstance(scale, list):
        yield values.wrong_kind(scale, path, where, "a list", "Write each step as “- {name: …, anchor: …}”.")
        return
    if not FEWEST_STEPS <= len(scale) <= MOST_STEPS:
        message = f"{where} has {len(scale)} step{'' if len(scale) == 1 else 's'}."
        yield Finding("R_SCALE_STEPS", path, message, f"Give it {FEWEST_STEPS} to {MOST_STEPS} steps.")
    for index, step in enumerate(scale[:MOST_STEPS]):
        place, name = (*path, index), f"step {index + 1} of {where}"
        if not isinstance(step, Mapping):
            yield values.wrong_kind(step, place, name, "a group of named values", "Write “- {name: …, anchor: …}”.")
            continue
        yield from values.missing_and_unknown(step, place, name, ("name", "anchor"), ("name",))
        for key, most in (("name", NAME), ("anchor", LINE)):
            if key in step:
                yield from values.text(step[key], (*place, key), f"the {key} of {name}", most)
    yield from _names_once(scale, path, "name", where)


def _names_once(
    items: Iterable[object], path: Path, key: str, where: str, code: str = "R_NAME_TWICE"
) -> Iterator[Finding]:
    """The same name twice in one list, however it is written."""
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        value = item.get(key) if isinstance(item, Mapping) else None
        if not isinstance(value, str) or not value.strip():
            continue
        first = seen.setdefault(" ".join(value.casefold().split()), index)
        if first != index:
            message = f"{where} has the {key} {quoted(value)} twice: in places {first + 1} and {index + 1}."
            yield Finding(code, (*path, index, key), message, "Change one of them.")


def _criteria(criteria: object, top: int | None, english: bool) -> Iterator[Finding]:
    path: Path = ("criteria",)
    if not isinstance(criteria, list):
        yield values.wrong_kind(criteria, path, "criteria", "a list", "Begin each criterion with “- id: …”.")
        return
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        message = f"the rubric has {len(criteria)} criteria."
        yield Finding("R_CRITERIA_COUNT", path, message, f"Give it 1 to {MOST_CRITERIA}; no more were looked at.")
    for index, criterion in enumerate(criteria[:MOST_CRITERIA]):
        yield from _criterion(criterion, (*path, index), f"criterion {index + 1}", top, english)
    yield from _names_once(criteria, path, "id", "the rubric", "R_ID_TWICE")
    yield from _names_once(criteria, path, "title", "the rubric")
    weights = [each.get("weight") for each in criteria if isinstance(each, Mapping)]
    if weights and all(type(weight) is int and weight == 0 for weight in weights):
        do = "Give at least one criterion a weight of 1 or more."
        yield Finding("R_WEIGHT_ALL_ZERO", path, "all criteria have the weight 0, so there is no total.", do)


def _criterion(criterion: object, path: Path, where: str, top: int | None, english: bool) -> Iterator[Finding]:
    if not isinstance(criterion, Mapping):
        yield values.wrong_kind(criterion, path, where, "a group of named values", "Begin it with “- id: …”.")
        return
    if isinstance(criterion.get("id"), str) and criterion["id"].strip():
        where = f"criterion {quoted(criterion['id'])}"
    yield from values.missing_and_unknown(criterion, path, where, (*_CRITERION, *_CRITERION_MAY), _CRITERION)
    if "id" in criterion:
        yield from _criterion_id(criterion["id"], (*path, "id"), where)
    for key, most, one_line in (
        ("title", TITLE, True), ("about", ABOUT, True), ("guidance", PAGE, False), ("translator_note", PAGE, False)
    ):  # fmt: skip
        if key in criterion:
            yield from values.text(
                criterion[key], (*path, key), f"{where}: the {key.replace('_', ' ')}", most, one_line
            )
    if "weight" in criterion:
        name = f"{where}: the weight"
        yield from values.whole(criterion["weight"], (*path, "weight"), name, 0, 100, "R_WEIGHT")
    if "gate" in criterion:
        do = "It is the lowest level that passes. Take the line out where the criterion is no gate."
        yield from values.whole(
            criterion["gate"], (*path, "gate"), f"{where}: the gate", 2, top or MOST_STEPS, "R_GATE", do
        )
    for key in ("dimensions", "evidence"):
        if key in criterion:
            yield from values.texts(criterion[key], (*path, key), f"{where}: {key}", 12, LINE)
    if "evidence" not in criterion or criterion["evidence"] == []:
        place = (*path, "evidence") if "evidence" in criterion else path
        message = f"{where} names no evidence, so “no evidence” would be read as level 1."
        yield Finding("R_EVIDENCE_MISSING", place, message, "Add “evidence:” with what an assessor can ask to see.")
    if "levels" in criterion:
        yield from _levels(criterion["levels"], (*path, "levels"), where, top, english)
    if "alignments" in criterion:
        yield from _alignments(criterion["alignments"], (*path, "alignments"), where)


def _criterion_id(value: object, path: Path, where: str) -> Iterator[Finding]:
    findings = list(values.text(value, path, f"{where}: the id", 32))
    yield from findings
    if isinstance(value, str) and not findings and not _CRITERION_ID.fullmatch(value):
        do = "Use letters A to Z, digits and single hyphens, as in CAM-3."
        yield Finding("R_ID", path, f"the criterion id {quoted(value)} cannot be used.", do)


def _level(key: object) -> int | None:
    """The number of a level that a key means: 3 and "3" are the same."""
    if isinstance(key, str):
        return int(key) if re.fullmatch("[1-9]", key) else None
    return key if type(key) is int else None


def _levels(levels: object, path: Path, where: str, top: int | None, english: bool) -> Iterator[Finding]:
    if not isinstance(levels, Mapping):
        yield values.wrong_kind(levels, path, f"{where}: levels", "a group of named values", "Write “1: …”, “2: …”.")
        return
    present = {level for level in map(_level, levels) if level is not None and 1 <= level <= (top or MOST_STEPS)}
    missing = [level for level in range(1, (top or max(present, default=0)) + 1) if level not in present]
    if missing:
        count = f"{len(present)} level{'' if len(present) == 1 else 's'}"
        says = f"the rubric says {top}" if top else f"its highest is {max(present)}"
        do = f"Add level{'s' * (len(missing) > 1)} {listed(missing)} or shorten the scale."
        yield Finding("R_LEVEL_MISSING", path, f"{where} has {count}, but {says}.", do)
    yield from _descriptors(levels, path, where, top)
    yield from wording.levels(_readable(levels, path, top), where, english, own=True)


def _descriptors(levels: Mapping[object, object], path: Path, where: str, top: int | None) -> Iterator[Finding]:
    """Each descriptor's form, and levels that the scale does not have."""
    seen: set[int] = set()
    for key, descriptor in levels.items():
        level = _level(key)
        place = (*path, key) if isinstance(key, (str, int)) else path
        if level is None or not 1 <= level <= (top or MOST_STEPS):
            steps = f"the scale has {top} steps" if top else f"levels go from 1 to {MOST_STEPS}"
            do = "Take it out, or lengthen the scale."
            yield Finding("R_LEVEL_UNKNOWN", place, f"{where} has a level {shown(key)}, but {steps}.", do)
            continue
        if level in seen:
            message = f"{where} has level {level} twice, once in quotes."
            yield Finding("R_LEVEL_TWICE", place, message, "Take one of them out.")
        seen.add(level)
        yield from values.text(descriptor, place, f"{where}, level {level},", DESCRIPTOR, one_line=False)


def _readable(levels: Mapping[object, object], path: Path, top: int | None) -> dict[int, tuple[Path, str]]:
    """By level, the place and the text of the descriptors whose words can be looked at."""
    found: dict[int, tuple[Path, str]] = {}
    for key, descriptor in levels.items():
        level = _level(key)
        if level is None or not 1 <= level <= (top or MOST_STEPS):
            continue
        if isinstance(descriptor, str) and descriptor.strip() and len(descriptor) <= DESCRIPTOR:
            found[level] = ((*path, key), descriptor)
    return found


def _alignments(alignments: object, path: Path, where: str) -> Iterator[Finding]:
    if not isinstance(alignments, list):
        do = "Write each one as “- {framework: …, code: …, title: …}”."
        yield values.wrong_kind(alignments, path, f"{where}: alignments", "a list", do)
        return
    if len(alignments) > 30:
        yield Finding("R_LIST_LONG", path, f"{where} has {len(alignments)} alignments.", "Keep it to 30.")
    for index, alignment in enumerate(alignments):
        place, name = (*path, index), f"{where}, alignment {index + 1}"
        if not isinstance(alignment, Mapping):
            yield values.wrong_kind(
                alignment, place, name, "a group of named values", "Write framework, code and title."
            )
            continue
        yield from values.missing_and_unknown(alignment, place, name, (*_ALIGNMENT, *_ALIGNMENT_MAY), _ALIGNMENT)
        for key in ("framework", "code", "title", "version"):
            if key in alignment:
                yield from values.text(alignment[key], (*place, key), f"{name}: the {key}", LINE)
        if "url" in alignment:
            yield from values.address(alignment["url"], (*place, "url"), f"{name}: the url")
        if "retrieved_on" in alignment:
            yield from values.day(alignment["retrieved_on"], (*place, "retrieved_on"), f"{name}: retrieved_on")


def _translations(translations: object, document: Mapping[object, object], top: int | None) -> Iterator[Finding]:
    path: Path = ("translations",)
    if not isinstance(translations, Mapping):
        do = "Begin each one with its language code and a colon."
        yield values.wrong_kind(translations, path, "translations", "a group of named values", do)
        return
    if len(translations) > MOST_TRANSLATIONS:
        message = f"the rubric has {len(translations)} translations."
        yield Finding("R_LIST_LONG", path, message, f"Keep it to {MOST_TRANSLATIONS}.")
    for tag, words in translations.items():
        place = (*path, tag) if isinstance(tag, (str, int)) else path
        where = f"translation {shown(tag)}"
        yield from values.language(tag, place, "the language of a translation")
        if tag == document.get("language"):
            message = f"{where} is in the rubric's own language."
            yield Finding("R_TRANSLATION_OWN", place, message, "Move its words to the rubric itself.")
        if not isinstance(words, Mapping):
            yield values.wrong_kind(words, place, where, "a group of named values", "Write title, scale and criteria.")
            continue
        yield from _translation(words, place, where, document, top, values.is_english(tag))


def _translation(
    words: Mapping[object, object],
    path: Path,
    where: str,
    document: Mapping[object, object],
    top: int | None,
    english: bool,
) -> Iterator[Finding]:
    yield from values.missing_and_unknown(words, path, where, ("title", "summary", "scale", "criteria"), ())
    if "title" in words:
        yield from values.text(words["title"], (*path, "title"), f"{where}: the title", TITLE)
    if "summary" in words:
        yield from values.text(words["summary"], (*path, "summary"), f"{where}: the summary", PAGE, one_line=False)
    if "scale" in words:
        scale, place = words["scale"], (*path, "scale")
        yield from _scale(scale, place, f"the scale of {where}")
        if top and _steps(scale) and len(scale) != top:
            message = f"{where} names {len(scale)} steps, but the rubric says {top}."
            yield Finding("R_TRANSLATION_STEPS", place, message, "Name each step once, lowest first.")
    untold = [key for key in ("title", "summary", "scale") if key in document and key not in words]
    if untold:
        yield _untranslated(path, where, listed(untold))
    criteria = document.get("criteria")
    each_own = [each for each in criteria if isinstance(each, Mapping)] if isinstance(criteria, list) else []
    own = {each["id"]: each for each in each_own if isinstance(each.get("id"), str)}
    theirs = words.get("criteria", {})
    if not isinstance(theirs, Mapping):
        do = "Begin each criterion with its id and a colon."
        yield values.wrong_kind(theirs, (*path, "criteria"), f"{where}: criteria", "a group of named values", do)
        return
    absent = [each for each in own if each not in theirs]
    if absent:
        place = (*path, "criteria") if "criteria" in words else path
        names = [quoted(each)[1:-1] for each in absent[:8]]
        names = listed([*names, f"{len(absent) - 8} more"] if len(absent) > 8 else names)
        yield _untranslated(place, where, names)
    for key, each in theirs.items():
        place = (*path, "criteria", key) if isinstance(key, (str, int)) else path
        if key not in own:
            message = f"{where} has criterion {shown(key)}, which the rubric does not have."
            yield Finding("R_CRITERION_UNKNOWN", place, message, "Use the ids of the rubric's own criteria.")
        yield from _translated_criterion(each, place, f"{where}, criterion {shown(key)}", own.get(key), top, english)


def _translated_criterion(
    words: object, path: Path, where: str, own: Mapping[object, object] | None, top: int | None, english: bool
) -> Iterator[Finding]:
    if not isinstance(words, Mapping):
        yield values.wrong_kind(words, path, where, "a group of named values", "Write title, about and levels.")
        return
    yield from values.missing_and_unknown(words, path, where, ("title", "about", "levels"), ())
    for key, most in (("title", TITLE), ("about", ABOUT)):
        if key in words:
            yield from values.text(words[key], (*path, key), f"{where}: the {key}", most)
    untold = [key for key in ("title", "about") if own and key in own and key not in words]
    levels = words.get("levels", {})
    if isinstance(levels, Mapping):
        place = (*path, "levels")
        yield from _descriptors(levels, place, where, top)
        yield from wording.levels(_readable(levels, place, top), where, english, own=False)
        theirs = set(map(_level, levels))
        missing = [level for level in range(1, (top or 0) + 1) if level not in theirs]
        if missing:
            untold.append(f"level{'s' * (len(missing) > 1)} {listed(missing)}")
    else:
        yield values.wrong_kind(levels, (*path, "levels"), f"{where}: levels", "a group of named values")
    if untold:
        yield _untranslated(path, where, listed(untold))


def _untranslated(path: Path, where: str, what: str) -> Finding:
    do = "Readers get the rubric's own language there."
    return Finding("R_TRANSLATION_MISSING", path, f"{where} has no words for {what}.", do, "warning")
