"""A participant reads on their own laptop what peers said, as at home: with the kit, and leading back to nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp.core.model import Role
from rubricapp.operations import kits, peer_feedback, peer_review, people, privacy, returns
from rubricapp.store.given_feedback import list_given
from rubricapp.store.peer_reviews import find_opening, list_piece_marks, list_responses, list_reviews, list_rounds
from rubricapp.store.timeline import EventKind, list_events
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, make_passphrases_quick, who
from tests.operations.rounds import Asked, ask


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def asked(ws) -> Asked:
    people.add_person(ws, Role.LEAD, "Lena Lead")
    return ask(ws)


def laptop(ws: Workspace, tmp_path: Path, code: str = "P-001") -> Workspace:
    made = kits.make_kit(ws, who(ws, code), tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / code, WORDS)
    return open_(tmp_path / code)


def test_what_peers_said_is_read_on_ones_own_laptop_as_at_home(asked, tmp_path) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    asked.write_for(amara)
    assert find_opening(ws, asked.now, amara.id) is None
    with laptop(ws, tmp_path) as own:
        at_home = peer_review.feedback_for(ws, asked.now, amara)
        assert at_home.enough and find_opening(ws, asked.now, amara.id), "the kit was the first reading"
        (held,) = list_rounds(own)
        assert held.seed == 0
        assert peer_review.feedback_for(own, held, amara) == at_home
        assert find_faults(own).ok
        said = json.dumps([own.rows("SELECT * FROM history"), own.rows("SELECT * FROM meta")], default=str)
        reviewers = asked.reviewers_of(amara)
        known = {pair.author for pair in asked.pairs if pair.reviewer == amara.id}
        assert len(reviewers) == 4 and not any(each.id in said for each in reviewers if each.id not in known)
        assert "feedback_opening" not in said
        assert [each for each in list_events(own, amara.id, amara) if each.kind is EventKind.PEER]


def test_marks_reports_and_answers_come_home(asked, tmp_path) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    asked.write_for(amara)
    with laptop(ws, tmp_path) as own:
        (held,) = list_rounds(own)
        first, second, *_rest = [piece for piece, _useful in peer_feedback.list_pieces(own, held, amara)]
        peer_feedback.rate_piece(own, held, amara, first.id, 4)
        peer_feedback.report_piece(own, held, amara, second.id, "It hurts.")
        assert second.id not in {each.id for each, _useful in peer_feedback.list_pieces(own, held, amara)}
        peer_feedback.answer(own, held, amara, "Relit scene 2.")
        here = peer_review.feedback_for(own, held, amara)
        back = returns.make_return(own, tmp_path / "returns").path
    (brought,) = returns.bring_in(ws, [back])
    assert {each.code for each in brought.problems} <= {"MERGE_NEW_SIGNER"}
    assert {each.piece: (each.usefulness, each.reported) for each in list_piece_marks(ws, asked.now, amara.id)} == {
        first.id: (4, ""),
        second.id: (None, "It hurts."),
    }
    assert [each.changed for each in list_responses(ws, asked.now, amara.id)] == ["Relit scene 2."]
    assert [each.text for each in (mark for mark in peer_feedback.find_reports(ws))] == [second.text]
    assert peer_review.feedback_for(ws, asked.now, amara) == here, "also in the order in which it is shown"


@pytest.mark.parametrize("missing", ["one's own", "a peer's", "too few"])
def test_what_is_not_open_at_home_is_in_no_kit(asked, tmp_path, missing) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    if missing == "one's own":
        asked.write_all(lambda pair: pair.reviewer == amara.id)
    else:
        first = asked.reviewers_of(amara)[0].id
        asked.write_for(amara, lambda pair: pair.reviewer == first and pair.author == amara.id)
        if missing == "too few":
            peer_review.close_round(ws, asked.now)
    with laptop(ws, tmp_path) as own:
        assert list_given(own) == []
    assert find_opening(ws, asked.now, amara.id) is None, "nothing was read"


def test_each_kit_takes_the_place_of_what_the_one_before_brought(asked, tmp_path) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    asked.write_for(amara)
    harmful = asked.reviewers_of(amara)[0]
    words = f"{harmful.id[-6:]} on {amara.id[-6:]}"
    with laptop(ws, tmp_path) as own:
        assert words in repr(list_given(own))
    review = next(each for each in list_reviews(ws, asked.now, amara.id) if each.assessment.assessor == harmful.id)
    peer_review.withhold(ws, review.assessment.id, "It harms.", also_read=True)
    with laptop(ws, tmp_path) as own:
        assert words not in repr(list_given(own)) and list_given(own)[0].feedback.reviews == 4
    assert words.encode() not in (tmp_path / "P-001" / "workspace.sqlite3").read_bytes()


def test_whoever_erases_themself_on_their_laptop_leaves_nothing_of_it(asked, tmp_path) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    asked.write_for(amara)
    words = f"{asked.reviewers_of(amara)[0].id[-6:]} on {amara.id[-6:]}".encode()
    with laptop(ws, tmp_path) as own:
        assert words in (own.folder / "workspace.sqlite3").read_bytes()
        privacy.erase(own, amara.id, amara.name)
        assert list_given(own) == []
    assert words not in (tmp_path / "P-001" / "workspace.sqlite3").read_bytes()


def test_only_whom_it_is_of_gets_it(asked, tmp_path) -> None:
    ws, amara = asked.ws, who(asked.ws, "P-001")
    asked.write_all()
    other = asked.reviewers_of(amara)[0]
    with laptop(ws, tmp_path, other.code) as own:
        (held,) = list_rounds(own)
        theirs = peer_review.feedback_for(own, held, who(own, other.code))
        assert theirs == peer_review.feedback_for(ws, asked.now, other)
        assert f"on {amara.id[-6:]}" not in repr(theirs)
        assert not peer_review.feedback_for(own, held, amara).enough
