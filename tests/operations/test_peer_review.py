"""A round from allocation to feedback, on a real workspace."""

from __future__ import annotations

import dataclasses

import pytest

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import peer_conflicts, peer_review, people, production_log
from rubricapp.store.peer_reviews import list_declared_conflicts, list_pairs, list_reviews
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults

BOXES = {"works": "At 00:42 the frame holds.", "change": "Scene 2 is dark.", "next_step": "Meter the window first."}


@pytest.fixture
def cohort(ws):
    for number in range(2, 12):
        people.add_person(ws, Role.PARTICIPANT, f"Person Number{number}", f"P-{number:03}")
    return list_people(ws, Role.PARTICIPANT)


@pytest.fixture
def asked(ws, cohort):
    """(rubric, occasion, round) with four reviews each."""
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    return rubric, occasion, peer_review.allocate_round(ws, rubric, occasion, 4, seed=1).round


def write_all(ws, cohort, asked, level=lambda number: 1 + number % 5, words=lambda number: f"words {number}") -> None:
    rubric, occasion, found = asked
    by_id = {each.id: each for each in cohort}
    for number, pair in enumerate(list_pairs(ws, found)):
        boxes = {box: f"{text} {words(number)}" for box, text in BOXES.items()}
        peer_review.write_review(
            ws, by_id[pair.reviewer], by_id[pair.author], rubric, occasion, {"TST-1": level(number)}, {}, boxes, True
        )


def test_everybody_writes_and_receives_alike(ws, cohort, asked) -> None:
    pairs = list_pairs(ws, asked[2])
    for person in cohort:
        assert sum(pair.reviewer == person.id for pair in pairs) == 4
        assert sum(pair.author == person.id for pair in pairs) == 4
    both = {(pair.reviewer, pair.author) for pair in pairs}
    assert not any((author, reviewer) in both for reviewer, author in both)
    assert find_faults(ws).ok


def test_conflicts_and_one_production_are_kept_apart(ws, cohort) -> None:
    for person in cohort[:3]:
        production_log.add_day(ws, person, {"worked_on": "2026-09-10", "production": "Night Market"})
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    made = peer_review.allocate_round(ws, rubric, occasion, 2, 5, [(cohort[4], cohort[5])])
    team, rivals = {each.id for each in cohort[:3]}, {cohort[4].id, cohort[5].id}
    for pair in made.allocation.pairs:
        assert not set(pair) <= team
        assert set(pair) != rivals


def test_a_round_may_be_made_anew_until_it_begins(ws, cohort, asked) -> None:
    rubric, occasion, found = asked
    again = peer_review.allocate_round(ws, rubric, occasion, 3, seed=2)
    pairs = list_pairs(ws, again.round)
    assert again.round.id == found.id
    assert {(pair.reviewer, pair.author) for pair in pairs} == set(again.allocation.pairs)
    by_id = {each.id: each for each in cohort}
    peer_review.write_review(
        ws, by_id[pairs[0].reviewer], by_id[pairs[0].author], rubric, occasion, {"TST-1": 3}, {}, {}
    )
    with pytest.raises(UserError) as caught:
        peer_review.allocate_round(ws, rubric, occasion, 4, seed=3)
    assert caught.value.code == "E_ROUND_BEGUN"


def test_only_those_asked_may_review_and_all_boxes_are_needed(ws, cohort, asked) -> None:
    rubric, occasion, found = asked
    by_id = {each.id: each for each in cohort}
    pair = list_pairs(ws, found)[0]
    stranger = next(
        each
        for each in cohort
        if each.id not in {p.reviewer for p in list_pairs(ws, found) if p.author == pair.author} | {pair.author}
    )
    with pytest.raises(UserError) as caught:
        peer_review.write_review(ws, stranger, by_id[pair.author], rubric, occasion, {"TST-1": 3}, {}, {})
    assert caught.value.code == "E_NOT_ALLOCATED"
    reviewer, author = by_id[pair.reviewer], by_id[pair.author]
    with pytest.raises(UserError) as caught:
        peer_review.write_review(ws, reviewer, author, rubric, occasion, {"TST-1": 3}, {}, {"works": "Good"}, True)
    assert caught.value.code == "E_BOXES"
    done = peer_review.write_review(ws, reviewer, author, rubric, occasion, {}, {}, BOXES, True)
    assert done.assessment.state == "finished"
    assert done.assessment.rating("TST-1").level == 3  # what was said before the refusal was kept
    assert done.hints == {}
    with pytest.raises(UserError):
        peer_review.write_review(ws, reviewer, author, rubric, occasion, {}, {}, {"works": "More"})


def test_feedback_opens_after_ones_own_reviews_and_hides_who_wrote_it(ws, cohort, asked) -> None:
    author = cohort[0]
    with pytest.raises(UserError) as caught:
        peer_review.feedback_for(ws, asked[2], author)
    assert caught.value.code == "E_OWN_FIRST"
    write_all(ws, cohort, asked)
    shown = peer_review.feedback_for(ws, asked[2], author)
    assert shown.enough
    assert len(shown.works) == 4
    text = repr(shown)
    reviewers = [each.assessment.assessor for each in list_reviews(ws, asked[2], author.id)]
    assert len(reviewers) == 4
    names = {each.id: each for each in cohort}
    for reviewer in reviewers:
        for secret in (reviewer, names[reviewer].code, names[reviewer].family_name):
            assert secret not in text
    assert not any(each.assessment.id in text for each in list_reviews(ws, asked[2], author.id))


def test_a_withheld_review_stays_away_from_its_author(ws, cohort, asked) -> None:
    write_all(ws, cohort, asked)
    harmful = list_reviews(ws, asked[2], cohort[0].id)[0]
    with pytest.raises(UserError):
        peer_review.withhold(ws, harmful.assessment.id, "  ")
    peer_review.withhold(ws, harmful.assessment.id, "About the person, not the work")
    assert not peer_review.feedback_for(ws, asked[2], cohort[0]).enough  # three are left: too few to show
    assert find_faults(ws).ok


def test_a_rater_needs_five(ws, cohort, asked) -> None:
    write_all(ws, cohort, asked)
    pair = list_pairs(ws, asked[2])[0]
    by_id = {each.id: each for each in cohort}
    assert not peer_review.feedback_for(ws, asked[2], by_id[pair.author], by_id[pair.reviewer]).enough
    lead = dataclasses.replace(by_id[pair.reviewer], id="somebody else")
    assert peer_review.feedback_for(ws, asked[2], by_id[pair.author], lead).enough


def test_an_impossible_round_says_why(ws, cohort) -> None:
    with pytest.raises(UserError) as caught:
        peer_review.allocate_round(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), 9, 1)
    assert caught.value.code == "E_ALLOCATION"
    assert peer_review.find_round(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint")) is None


# Declared conflicts and languages


def test_a_declared_conflict_holds_for_every_later_round(ws, cohort) -> None:
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    one, other = cohort[2], cohort[7]

    def meet() -> int:
        """In how many of twelve rounds the two meet."""
        found = 0
        for seed in range(12):
            pairs = peer_review.allocate_round(ws, rubric, occasion, 4, seed).allocation.pairs
            found += any({one.id, other.id} == set(pair) for pair in pairs)
        return found

    assert meet() > 0
    peer_conflicts.declare_conflict(ws, one, other, "Shared a flat")
    assert meet() == 0
    assert not peer_conflicts.declare_conflict(ws, other, one, "Shared a flat")  # said before, whichever way round
    peer_conflicts.declare_conflict(ws, other, one)
    assert [(each.one, each.note) for each in list_declared_conflicts(ws)] == [(min(one.id, other.id), "Shared a flat")]
    peer_conflicts.remove_conflict(ws, other, one)
    assert list_declared_conflicts(ws) == []
    assert meet() > 0
    assert find_faults(ws).ok


def test_a_conflict_is_between_two_and_only_what_is_there_is_removed(ws, cohort) -> None:
    with pytest.raises(UserError) as caught:
        peer_conflicts.declare_conflict(ws, cohort[0], cohort[0])
    assert caught.value.code == "E_SELF"
    with pytest.raises(UserError) as caught:
        peer_conflicts.remove_conflict(ws, cohort[0], cohort[1])
    assert caught.value.code == "E_NO_CONFLICT"


def test_a_conflict_that_makes_a_round_impossible_is_named(ws, cohort) -> None:
    for other in cohort[1:]:
        peer_conflicts.declare_conflict(ws, cohort[0], other, "private words")
    with pytest.raises(UserError) as caught:
        peer_review.allocate_round(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), 3, 1)
    assert caught.value.code == "E_ALLOCATION"
    assert "declared conflict" in caught.value.message
    assert "private words" not in caught.value.message


def test_reviewers_share_a_language_however_it_is_written(ws, cohort) -> None:
    for number, person in enumerate(cohort[:10]):
        said = ("English", "anglais; Wolof", "en-GB", "EN", "Inglés")[number // 2] if number % 2 else "Français, pt"
        people.edit_person(ws, person.id, {"languages": said})
    made = peer_review.allocate_round(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), 2, 3)
    english = {each.id for number, each in enumerate(cohort[:10]) if number % 2}
    french = {each.id for number, each in enumerate(cohort[:10]) if not number % 2}
    assert not [
        pair
        for pair in made.allocation.pairs
        if (pair[0] in english and pair[1] in french) or (pair[0] in french and pair[1] in english)
    ]
    assert made.allocation.notes == ()


def test_boxes_are_three_and_no_books(ws, cohort, asked) -> None:
    rubric, occasion, found = asked
    by_id = {each.id: each for each in cohort}
    pair = list_pairs(ws, found)[0]
    reviewer, author = by_id[pair.reviewer], by_id[pair.author]
    with pytest.raises(UserError) as caught:
        peer_review.write_review(ws, reviewer, author, rubric, occasion, {}, {}, {"works": "x" * 20_001})
    assert caught.value.code == "E_TOO_LONG"
    with pytest.raises(ValueError, match="no such boxes"):
        peer_review.write_review(ws, reviewer, author, rubric, occasion, {}, {}, {"withheld": "1"})
