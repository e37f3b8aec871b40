"""A rubric as plain document and as `RubricVersion`; its two hashes.

The *document* is what a rubric file holds, as plain dicts, lists, strings and whole numbers:

    format: 1                         version of this shape
    id: camera                        lower case, [a-z][a-z0-9-]*
    version: "1.0"                    text
    language: en
    title, summary: text
    needs_coverage: 80                percent of the weight to observe before a total is printed
    scale:                            lowest first, 2 to 9 steps
      - {name: Observes, anchor: "Took part beside someone who did the task."}
    criteria:
      - id: CAM-1                     unique
        title: Exposure and image control
        about: Sets and holds exposure for the shot.
        weight: 3                     whole number, 0 to 100
        gate: 3                       lowest level that passes; leave out where it is no gate
        dimensions: [ … ]             the two or three things that change from level to level
        evidence: [ … ]               what an assessor can ask to see
        guidance: …                   for assessors only
        translator_note: …
        levels: {1: …, 2: …, 3: …, 4: …, 5: …}        one descriptor for each step
        alignments:
          - {framework: …, code: …, title: …, version: …, url: …, retrieved_on: 2026-11-21}
    translations:                     by language; every text may be left out
      fr:
        title: …
        summary: …
        scale: [{name: …, anchor: …}, …]
        criteria:
          CAM-1: {title: …, about: …, levels: {1: …}}

Two hashes: *content* covers all words, so it is the identity of a version; *structure* covers ids, order,
points (scale length, weights, coverage) and gates, so two versions with one structure hash differ in wording only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rubricapp.core.model import Alignment, Criterion, CriterionId, Level, RubricHash, RubricState, RubricVersion

FORMAT = 1


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8: equal data gives equal bytes. NaN and infinities are refused."""
    return _encode(value).encode()


def content_hash(document: Mapping[str, Any]) -> RubricHash:
    """SHA-256 over every word of the document, hexadecimal."""
    return RubricHash(hashlib.sha256(canonical(_text_keys(document))).hexdigest())


def structure_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 over ids, order, points and gates, hexadecimal: the same for two versions that differ in wording only."""
    shape = {
        "id": document["id"],
        "steps": len(document["scale"]),
        "needs_coverage": document.get("needs_coverage", 80),
        "criteria": [
            [each["id"], each["weight"], each.get("gate"), sorted(int(level) for level in each["levels"])]
            for each in document["criteria"]
        ],
    }
    return hashlib.sha256(canonical(shape)).hexdigest()


def _text_keys(value: Any) -> Any:
    """The same document with text keys throughout, so that levels: {1: …} and {"1": …} hash alike."""
    if isinstance(value, Mapping):
        return {str(key): _text_keys(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text_keys(item) for item in value]
    return value


def from_document(
    document: Mapping[str, Any], language: str = "", state: RubricState = RubricState.PUBLISHED
) -> RubricVersion:
    """The rubric of a checked document, in `language` where it is translated, else in its own words.

    Raises KeyError or TypeError for a document that was not checked.
    """
    translation = _text_keys((document.get("translations") or {}).get(language) or {})
    scale_words = translation.get("scale") or document["scale"]
    names = [step["name"] for step in scale_words]
    criteria = []
    for each in document["criteria"]:
        words = (translation.get("criteria") or {}).get(each["id"], {})
        own_levels = {int(level): text for level, text in each["levels"].items()}
        other_levels = {int(level): text for level, text in (words.get("levels") or {}).items()}
        criteria.append(
            Criterion(
                id=CriterionId(each["id"]),
                title=words.get("title") or each["title"],
                about=words.get("about") or each.get("about", ""),
                weight=each["weight"],
                gate=each.get("gate"),
                levels=tuple(
                    Level(level, names[level - 1], other_levels.get(level) or own_levels[level])
                    for level in range(1, len(names) + 1)
                ),
                dimensions=tuple(each.get("dimensions") or ()),
                evidence=tuple(each.get("evidence") or ()),
                guidance=each.get("guidance") or "",
                alignments=tuple(
                    Alignment(**{key: str(text) for key, text in alignment.items()})
                    for alignment in each.get("alignments") or ()
                ),
            )
        )
    return RubricVersion(
        id=document["id"],
        version=str(document["version"]),
        title=translation.get("title") or document["title"],
        summary=translation.get("summary") or document.get("summary", ""),
        language=language if translation else document.get("language", "en"),
        scale=tuple((step["name"], step.get("anchor", "")) for step in scale_words),
        criteria=tuple(criteria),
        needs_coverage=document.get("needs_coverage", 80),
        content_hash=content_hash(document),
        structure_hash=structure_hash(document),
        state=state,
        languages=(document.get("language", "en"), *sorted(document.get("translations") or {})),
    )
