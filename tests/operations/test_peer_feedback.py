"""What authors do with feedback: read it once and for all, rate pieces, report them, answer; what the lead learns."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from rubricapp.core.model import AssessmentKind, Role
from rubricapp.core.peer_scores import NOTHING, pieces_of
from rubricapp.errors import UserError
from rubricapp.operations import assessments, merging, peer_feedback, peer_review, people
from rubricapp.store.merging import load_ends
from rubricapp.store.peer_reviews import find_opening, list_responses, list_written
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, create, open_
from tests.operations.rounds import ask
from tests.parcels import parcel_since


@pytest.fixture
def asked(ws):
    return ask(ws)


@pytest.fixture
def five(ws):
    """A round with five reviews each."""
    return ask(ws, reviews=5)


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


def lead(ws):
    return people.add_person(ws, Role.LEAD, "Lead Example")[0]


# When it opens, and that it stays


def test_it_opens_when_all_are_there(ws, asked, amara) -> None:
    late = asked.reviewers_of(amara)[0]
    asked.write_for(amara, except_=lambda pair: (pair.reviewer, pair.author) == (late.id, amara.id))
    assert peer_review.feedback_for(ws, asked.now, amara) == NOTHING
    asked.write(late, amara)
    assert peer_review.feedback_for(ws, asked.now, amara).enough


def test_it_opens_with_those_that_are_there_when_the_lead_closes_the_round(ws, five, amara) -> None:
    late = five.reviewers_of(amara)[0]
    five.write_for(amara, except_=lambda pair: (pair.reviewer, pair.author) == (late.id, amara.id))
    assert peer_review.feedback_for(ws, five.now, amara) == NOTHING
    assert peer_review.close_round(ws, five.now)
    assert not peer_review.close_round(ws, five.now)
    assert peer_review.feedback_for(ws, five.now, amara).reviews == 4
    with pytest.raises(UserError) as caught:
        five.write(late, amara)
    assert caught.value.code == "E_ROUND_CLOSED"
    peer_review.reopen_round(ws, five.now)
    five.write(late, amara)
    assert len(list_written(ws, five.now, amara.id)) == 5


def test_what_was_read_is_frozen_whatever_comes_later(ws, five, amara) -> None:
    late, *others = five.reviewers_of(amara)
    written = five.write_for(amara, except_=lambda pair: (pair.reviewer, pair.author) == (late.id, amara.id))
    peer_review.close_round(ws, five.now)
    read = peer_review.feedback_for(ws, five.now, amara)
    peer_review.reopen_round(ws, five.now)
    five.write(late, amara, {"TST-1": 1}, words="and one more")  # one more comes
    altered = written[others[0].id, amara.id]
    assessments.reopen(ws, altered, "A slip")
    five.write(others[0], amara, {"TST-1": 5, "TST-2": 5}, {"TST-2": "Another thing."}, "altered")  # one is altered
    peer_review.withhold(ws, written[others[1].id, amara.id], "About the person")  # one is withheld
    assessments.reopen(ws, written[others[2].id, amara.id], "Begun anew")  # one is a draft again
    assert peer_review.feedback_for(ws, five.now, amara) == read
    assert find_faults(ws).ok


def test_ones_own_data_wait_for_nothing_that_one_owes(ws, asked, amara) -> None:
    asked.write_all(except_=lambda pair: pair.reviewer == amara.id)
    with pytest.raises(UserError) as caught:
        peer_review.feedback_for(ws, asked.now, amara)
    assert caught.value.code == "E_OWN_FIRST"
    given = peer_review.feedback_for(ws, asked.now, amara, own_first=False)
    assert given.enough
    assert peer_review.feedback_for(ws, asked.now, amara) == given  # it was read


def test_a_leads_look_is_no_reading(ws, asked, amara) -> None:
    written = asked.write_for(amara)
    assert peer_review.feedback_for(ws, asked.now, amara, lead(ws)).enough
    assert find_opening(ws, asked.now, amara.id) is None
    peer_review.feedback_for(ws, asked.now, amara)
    opening = find_opening(ws, asked.now, amara.id)
    assert set(opening.reviews) == {written[each.id, amara.id] for each in asked.reviewers_of(amara)}


def test_too_few_are_not_counted_and_nothing_is_frozen(ws, amara) -> None:
    three = ask(ws, reviews=3)
    three.write_for(amara)
    assert peer_review.feedback_for(ws, three.now, amara) == NOTHING
    assert find_opening(ws, three.now, amara.id) is None


def test_the_first_reading_needs_a_workspace_that_can_be_written(ws, folder, asked, amara) -> None:
    asked.write_all()
    second = asked.reviewers_of(amara)[0]
    read = peer_review.feedback_for(ws, asked.now, second)
    ws.close()
    with open_(folder, read_only=True) as again:
        assert peer_review.feedback_for(again, asked.round, second) == read
        with pytest.raises(UserError) as caught:
            peer_review.feedback_for(again, asked.round, amara)
    assert caught.value.code == "E_READ_ONLY"


def test_who_was_not_asked_wrote_no_review_of_the_round(ws, asked, amara) -> None:
    asked.write_for(amara)
    raters = asked.reviewers_of(amara)
    stranger = next(each for each in asked.people.values() if each not in (amara, *raters))
    made = assessments.begin(ws, amara, asked.rubric, asked.occasion, stranger, AssessmentKind.PEER)[0]
    assessments.rate_many(ws, made, asked.rubric, {"TST-1": 1}, {"TST-1": "Not asked"})
    assessments.finish(ws, made.id)
    assert len(list_written(ws, asked.now, amara.id)) == 4
    assert "Not asked" not in repr(peer_review.feedback_for(ws, asked.now, amara))


# Withholding


def test_one_withheld_before_it_was_read_is_as_one_that_never_came(ws, five, amara) -> None:
    """Also in when feedback opens: else an author could tell by the round that is still open."""
    gone = five.reviewers_of(amara)[0]
    written = five.write_for(amara, words=lambda pair: f"{pair.reviewer[-6:]}")
    peer_review.withhold(ws, written[gone.id, amara.id], "About the person")
    assert peer_review.feedback_for(ws, five.now, amara) == NOTHING
    peer_review.close_round(ws, five.now)
    shown = peer_review.feedback_for(ws, five.now, amara)
    assert (shown.reviews, len(shown.works), max(each.count for each in shown.criteria)) == (4, 4, 4)
    assert gone.id[-6:] not in repr(shown)
    peer_review.withhold(ws, written[gone.id, amara.id], "A mistake", withheld=False)
    assert peer_review.feedback_for(ws, five.now, amara) == shown  # it was read without it, and stays so


def test_words_can_be_taken_out_of_what_was_read_but_never_numbers(ws, asked, amara) -> None:
    written = asked.write_for(amara, words=lambda pair: f"{pair.reviewer[-6:]}")
    read = peer_review.feedback_for(ws, asked.now, amara)
    gone = asked.reviewers_of(amara)[0]
    peer_review.withhold(ws, written[gone.id, amara.id], "A threat", also_read=True)
    left = peer_review.feedback_for(ws, asked.now, amara)
    assert [dataclasses.replace(each, comments=()) for each in left.criteria] == [
        dataclasses.replace(each, comments=()) for each in read.criteria
    ]
    assert left.reviews == read.reviews == 4
    assert (len(left.works), len(left.change), len(left.next_step)) == (3, 3, 3)
    assert gone.id[-6:] not in repr(left)
    peer_review.withhold(ws, written[gone.id, amara.id], "It was not one", withheld=False)
    assert peer_review.feedback_for(ws, asked.now, amara) == read


def test_the_lead_sees_what_was_withheld_and_why(ws, asked, amara) -> None:
    written = asked.write_for(amara)
    review = next(iter(written.values()))
    peer_review.withhold(ws, review, "First thought")
    peer_review.withhold(ws, review, "Second thought", withheld=False)
    found = {each.review.assessment.id: each for each in list_written(ws, asked.now)}
    assert (found[review].withheld, found[review].reason) == (0, "Second thought")
    assert found[review].review.works.startswith("At 00:42")
    assert [each.reason for each in found.values() if each.reason] == ["Second thought"]
    for none in ("nobody", assessments.begin(ws, amara, asked.rubric, asked.occasion, lead(ws))[0].id):
        with pytest.raises(UserError) as caught:
            peer_review.withhold(ws, none, "Reason")
        assert caught.value.code == "E_NO_REVIEW"


# Rating and reporting pieces


def test_a_rating_reaches_the_reviewer_who_wrote_the_piece(ws, asked, amara) -> None:
    asked.write_for(amara, words=lambda pair: pair.reviewer[-6:])
    one, other = asked.reviewers_of(amara)[:2]
    for piece, given in peer_feedback.list_pieces(ws, asked.now, amara):
        assert given is None
        if one.id[-6:] in piece.text:
            peer_feedback.rate_piece(ws, asked.now, amara, piece.id, {"works": 4, "change": 2}.get(piece.place, 3))
        if other.id[-6:] in piece.text and piece.place == "works":
            peer_feedback.rate_piece(ws, asked.now, amara, piece.id, 1)
    found = {each.reviewer: each for each in peer_feedback.usefulness_by_reviewer(ws)}
    assert set(found) == {one.id, other.id}
    assert (found[one.id].count, found[one.id].median, found[one.id].low, found[one.id].high) == (4, 3, 2, 4)
    assert (found[other.id].count, found[other.id].median) == (1, 1)
    rated = {piece.id: given for piece, given in peer_feedback.list_pieces(ws, asked.now, amara) if given}
    assert sorted(rated.values()) == [1, 2, 3, 3, 4]
    for piece in rated:
        peer_feedback.rate_piece(ws, asked.now, amara, piece, None)
    assert peer_feedback.usefulness_by_reviewer(ws, asked.now) == []
    assert find_faults(ws).ok


def test_two_who_wrote_the_same_both_get_it(ws, asked, amara) -> None:
    asked.write_for(amara, words=lambda pair: "")
    pieces = dict(peer_feedback.list_pieces(ws, asked.now, amara))
    assert [piece.place for piece in pieces] == ["works", "change", "next_step", "TST-2"]  # each shown once
    peer_feedback.rate_piece(ws, asked.now, amara, next(iter(pieces)).id, 2)
    found = peer_feedback.usefulness_by_reviewer(ws, asked.now)
    assert {each.reviewer for each in found} == {each.id for each in asked.reviewers_of(amara)}
    assert {(each.count, each.median) for each in found} == {(1, Fraction(2))}


def test_the_authors_side_of_a_rating_names_no_review(ws, asked, amara) -> None:
    """A laptop that has the author's changes, but not the reviews, learns nothing of who wrote what."""
    written = asked.write_for(amara)
    before = ws.rows("SELECT max(seq) FROM change")[0][0]
    piece = peer_feedback.list_pieces(ws, asked.now, amara)[0][0]
    after_reading = ws.rows("SELECT max(seq) FROM change")[0][0]
    peer_feedback.rate_piece(ws, asked.now, amara, piece.id, 4)
    peer_feedback.report_piece(ws, asked.now, amara, piece.id, "Hurtful")
    assert after_reading > before
    said = ws.rows("SELECT record, field, value FROM history WHERE seq > ?", after_reading)
    assert {row[1] for row in said} == {"round", "author", "place", "piece", "usefulness", "reported"}
    secrets = {*written.values(), *(each.id for each in asked.reviewers_of(amara))}
    assert not [row for row in said for secret in secrets if secret in repr(row)]


@pytest.mark.parametrize("usefulness", [0, 5, True, 2.0, "3"])
def test_usefulness_goes_from_one_to_four(ws, asked, amara, usefulness) -> None:
    asked.write_for(amara)
    piece = peer_feedback.list_pieces(ws, asked.now, amara)[0][0]
    with pytest.raises(UserError) as caught:
        peer_feedback.rate_piece(ws, asked.now, amara, piece.id, usefulness)
    assert caught.value.code == "E_USEFUL"


def test_what_was_not_shown_cannot_be_rated(ws, asked, amara) -> None:
    asked.write_all()
    other = next(each for each in asked.people.values() if each.id != amara.id)
    theirs = peer_feedback.list_pieces(ws, asked.now, other)[0][0]
    for piece in (theirs.id, "", "no such piece"):
        for act in (
            lambda piece: peer_feedback.rate_piece(ws, asked.now, amara, piece, 3),
            lambda piece: peer_feedback.report_piece(ws, asked.now, amara, piece, "Harm"),
            lambda piece: peer_feedback.take_back_report(ws, asked.now, amara, piece),
        ):
            with pytest.raises(UserError) as caught:
                act(piece)
            assert caught.value.code == "E_NO_PIECE"


def test_a_reported_piece_is_gone_at_once_and_the_lead_sees_whose_it_is(ws, asked, amara) -> None:
    written = asked.write_for(amara, words=lambda pair: pair.reviewer[-6:])
    read = peer_review.feedback_for(ws, asked.now, amara)
    piece = pieces_of(read)[0]
    author = next(each for each in asked.reviewers_of(amara) if each.id[-6:] in piece.text)
    with pytest.raises(UserError) as caught:
        peer_feedback.report_piece(ws, asked.now, amara, piece.id, " \u202e ")
    assert caught.value.code == "E_REASON"
    peer_feedback.report_piece(ws, asked.now, amara, piece.id, "About my accent")
    left = peer_review.feedback_for(ws, asked.now, amara)
    assert set(read.works) - set(left.works) == {piece.text}
    assert (left.criteria, left.change, left.next_step) == (read.criteria, read.change, read.next_step)
    (found,) = peer_feedback.find_reports(ws)
    assert found.mark.reported == "About my accent"
    assert (found.text, found.mark.author) == (piece.text, amara.id)
    assert found.review.review.assessment.id == written[author.id, amara.id]
    assert found.review.withheld == 0
    # What the lead decides changes nothing more in what was read.
    peer_review.withhold(ws, found.review.review.assessment.id, "Confirmed")
    assert peer_review.feedback_for(ws, asked.now, amara) == left
    (found,) = peer_feedback.find_reports(ws, asked.now)
    assert (found.review.withheld, found.review.reason) == (1, "Confirmed")
    peer_feedback.report_piece(ws, asked.now, amara, piece.id, "About my accent, twice")  # said better
    assert peer_feedback.find_reports(ws)[0].mark.reported == "About my accent, twice"
    peer_feedback.take_back_report(ws, asked.now, amara, piece.id)
    assert peer_feedback.find_reports(ws) == []
    assert peer_review.feedback_for(ws, asked.now, amara) == read


def test_usefulness_is_in_no_grade_and_in_nobodys_feedback(ws, asked, amara) -> None:
    asked.write_all()
    reviewer = asked.reviewers_of(amara)[0]
    before = peer_review.feedback_for(ws, asked.now, reviewer)
    for piece, _given in peer_feedback.list_pieces(ws, asked.now, amara):
        peer_feedback.rate_piece(ws, asked.now, amara, piece.id, 1)
    assert peer_review.feedback_for(ws, asked.now, reviewer) == before
    assert peer_feedback.usefulness_by_reviewer(ws)


# The answer


def test_an_author_answers_until_the_round_ends(ws, asked, amara) -> None:
    asked.write_for(amara)
    peer_feedback.answer(ws, asked.now, amara, changed="I relit scene 2.")
    peer_review.close_round(ws, asked.now)  # no more reviews, but answers still
    peer_feedback.answer(ws, asked.now, amara, refused="The long take stays: it is the film. 映画")
    (found,) = list_responses(ws, asked.now)
    assert (found.author, found.changed) == (amara.id, "I relit scene 2.")
    assert found.refused.endswith("映画")
    peer_review.end_round(ws, asked.now)
    with pytest.raises(UserError) as caught:
        peer_feedback.answer(ws, asked.now, amara, changed="More")
    assert caught.value.code == "E_ROUND_ENDED"
    peer_review.reopen_round(ws, asked.now)
    peer_feedback.answer(ws, asked.now, amara, changed="", refused="")
    assert list_responses(ws, asked.now, amara.id) == []
    assert not peer_feedback.answer(ws, asked.now, amara)
    assert find_faults(ws).ok


def test_only_authors_of_the_round_answer_and_not_with_a_book(ws, asked, amara) -> None:
    stranger = people.add_person(ws, Role.PARTICIPANT, "New Arrival")[0]
    with pytest.raises(UserError) as caught:
        peer_feedback.answer(ws, asked.now, stranger, changed="Something")
    assert caught.value.code == "E_NOT_IN_ROUND"
    with pytest.raises(UserError) as caught:
        peer_feedback.answer(ws, asked.now, amara, changed="x" * 20_001)
    assert caught.value.code == "E_TOO_LONG"


def test_an_answer_is_in_no_reviewers_feedback(ws, asked, amara) -> None:
    asked.write_all()
    peer_feedback.answer(ws, asked.now, amara, changed="Only for the lead")
    for reader in asked.people.values():
        assert "Only for the lead" not in repr(peer_review.feedback_for(ws, asked.now, reader))


# Laptops that did not know


def test_what_comes_late_from_a_laptop_with_a_slow_clock_changes_nothing_that_was_read(
    ws, five, amara, tmp_path
) -> None:
    """Its changes are older than the reading by every clock, and yet the author must not see them."""

    def send(sender, receiver) -> None:
        parcel = parcel_since(sender, load_ends(receiver), sender.new_id())
        merging.merge(receiver, parcel, keep_backup=False)

    late, other, *_ = five.reviewers_of(amara)
    ids = five.write_for(amara, except_=lambda pair: (pair.reviewer, pair.author) == (late.id, amara.id))
    slow = Sources(now=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    with create(tmp_path / "slow", slow) as laptop:
        send(ws, laptop)
        peer_review.close_round(ws, five.now)
        read = peer_review.feedback_for(ws, five.now, amara)
        away = dataclasses.replace(five, ws=laptop)
        away.write(late, amara, {"TST-1": 5}, words="late")
        assessments.reopen(laptop, ids[other.id, amara.id], "A slip")
        away.write(other, amara, {"TST-1": 5}, {"TST-2": "altered"}, words="altered")
        send(laptop, ws)
    assert len(list_written(ws, five.now, amara.id)) == 5  # the lead sees all of it
    assert "altered" in repr(list_written(ws, five.now, amara.id))
    assert peer_review.feedback_for(ws, five.now, amara) == read
    assert find_faults(ws).ok
