"""A portfolio file as a screen shows it: what is known at once, what after every byte, and words of strangers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rubricapp.core.folio import FolioGrowth, FolioPoint
from rubricapp.core.model import Blank
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, assessments, portfolio_files, releases
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_notes import add_note
from rubricapp.store.people import find_people
from rubricapp.store.rubrics import find_rubric


@pytest.fixture
def made(ws, assessment, tmp_path):
    amara = find_people(ws, "P-001")[0]
    assessments.rate_many(ws, assessment, find_rubric(ws, "small"), {"TST-1": 3, "TST-2": Blank.NOT_APPLICABLE})
    assessments.finish(ws, assessment.id)
    releases.release(ws, [amara.id])
    (tmp_path / "clip.mov").write_bytes(b"moving pictures" * 100)
    artefacts.add_work(ws, amara.id, str(tmp_path / "clip.mov"), {"title": "River"})
    return portfolio_files.make(ws, amara, tmp_path / "stick" / "a.rubricfolio").path


def test_what_is_known_at_once_is_not_said_to_be_all(made) -> None:
    first = reading.look(made)
    assert (first.checked, reading.verdict(first)[0]) == (False, "waiting")
    then = reading.check(made)
    assert (then.checked, reading.verdict(then)[0]) == (True, "ok")
    assert then.folio == first.folio and then.has(then.folio.works[0].file.sha256)


def test_an_altered_word_is_known_at_once_an_altered_work_after_every_byte(made) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole.replace(b"moving pictures", b"moving Pictures", 1))
    assert reading.verdict(reading.look(made))[0] == "waiting"
    then = reading.check(made)
    assert reading.verdict(then)[0] == "danger" and not then.has(then.folio.works[0].file.sha256)
    assert "River" in reading.verdict_sentences(then)[0]
    made.write_bytes(whole.replace(b'"title":"River"', b'"title":"Rover"'))
    assert reading.verdict(reading.look(made))[0] == "danger"


def test_a_work_is_copied_by_its_hash_and_never_onto_the_file_itself(made, tmp_path) -> None:
    shown = reading.look(made)
    sha256 = shown.folio.works[0].file.sha256
    assert reading.copy_work(shown, sha256, tmp_path / "copy").read_bytes() == b"moving pictures" * 100
    before = made.read_bytes()
    with pytest.raises(UserError) as caught:
        reading.copy_work(shown, sha256, made)
    assert caught.value.code == "E_ITSELF" and made.read_bytes() == before
    with pytest.raises(UserError) as caught:
        reading.copy_work(shown, "0" * 64, tmp_path / "other")
    assert caught.value.code == "E_FILE_MISSING"


def test_additions_are_read_again_without_checking_all(made) -> None:
    shown = reading.check(made)
    add_note(made, "Longer cut")
    additions, problems = reading.read_added(shown)
    assert [each.words for each in additions.entries] == ["Longer cut"] and problems == ()
    assert reading.added_kind(additions.entries[0]) == "Note"


def test_growth_keeps_gaps_with_their_reason_and_leaves_out_what_no_chart_takes(made) -> None:
    folio = reading.look(made).folio
    one = folio.rubrics[0].content_hash
    points = (FolioPoint("baseline", "2026-09-03", None, 0), FolioPoint("final", "", 2.5, 2))
    lines = (
        FolioGrowth(one, "TST-2", points),
        FolioGrowth(one, "TST-1", (FolioPoint("final", "", 9.0, 1),)),
        FolioGrowth(one, "NONE", ()),
    )
    (drawn,), odd = reading.grown(replace(folio, growth=lines))
    (line,) = drawn.lines
    assert [(each.occasion.name, each.level, each.blank) for each in line.steps] == [
        ("baseline", None, Blank.NOT_APPLICABLE),
        ("final", 2.5, None),
    ]
    assert [each.criterion for each in odd] == ["TST-1", "NONE"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("turned \u202eround\u202c", "turned round"),
        ("ليلى", "\u2068ليلى\u2069"),
        ("x" * 61, "\u200b".join(("x" * 20, "x" * 20, "x" * 20, "x"))),
    ],
)
def test_a_strangers_text_is_tamed(text: str, shown: str) -> None:
    assert reading.said(text) == shown


def test_endless_texts_end_and_sentences_keep_their_direction() -> None:
    assert reading.said("word " * 10_000).endswith("(the rest is in the web pages)")
    assert len(reading.short("word " * 1000)) <= 120
    assert reading.sentence("“ليلى” is not inside", "en").startswith("\u200e“")
    assert reading.sentence("River غير موجود", "ar").startswith("\u200f")
