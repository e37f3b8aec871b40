"""A round of peer review to test with: who asked, who wrote, with which habits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rubricapp.core.model import Blank, Occasion, Person, Role, RubricVersion
from rubricapp.operations import peer_review, people
from rubricapp.store.peer_reviews import Pair, Round, list_pairs
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace

BOXES = {"works": "At 00:42 the frame holds.", "change": "Scene 2 is dark.", "next_step": "Meter the window first."}


@dataclass(frozen=True)
class Asked:
    """A round and its people, by id."""

    ws: Workspace
    rubric: RubricVersion
    occasion: Occasion
    round: Round
    people: Mapping[str, Person]

    @property
    def pairs(self) -> list[Pair]:
        return list_pairs(self.ws, self.now)

    @property
    def now(self) -> Round:
        """The round as it stands."""
        found = peer_review.find_round(self.ws, self.rubric, self.occasion)
        assert found is not None
        return found

    def reviewers_of(self, author: Person) -> list[Person]:
        return [self.people[pair.reviewer] for pair in self.pairs if pair.author == author.id]

    def write(
        self,
        reviewer: Person,
        author: Person,
        levels: Mapping[str, int | Blank | None] | None = None,
        comments: Mapping[str, str] | None = None,
        words: str = "",
        finish: bool = True,
    ) -> str:
        """One review; returns its id."""
        boxes = {box: f"{text} {words}".strip() for box, text in BOXES.items()}
        return peer_review.write_review(
            self.ws,
            reviewer,
            author,
            self.rubric,
            self.occasion,
            {"TST-1": 3} if levels is None else levels,
            comments or {},
            boxes,
            finish,
        ).assessment.id

    def write_for(
        self,
        author: Person,
        except_: Callable[[Pair], bool] = lambda pair: False,
        words: Callable[[Pair], str] = lambda pair: f"{pair.reviewer[-6:]} on {pair.author[-6:]}",
    ) -> dict[tuple[str, str], str]:
        """The reviews that one author needs to read their feedback: of their work, and by them."""
        return self.write_all(lambda pair: author.id not in (pair.author, pair.reviewer) or except_(pair), words)

    def write_all(
        self,
        except_: Callable[[Pair], bool] = lambda pair: False,
        words: Callable[[Pair], str] = lambda pair: f"{pair.reviewer[-6:]} on {pair.author[-6:]}",
    ) -> dict[tuple[str, str], str]:
        """Every review of the round; (reviewer, author) → id."""
        return {
            (pair.reviewer, pair.author): self.write(
                self.people[pair.reviewer],
                self.people[pair.author],
                {f"TST-{n}": 1 + (number + n) % 5 for n in range(1, 7)},
                {"TST-2": f"comment {words(pair)}"},
                words(pair),
            )
            for number, pair in enumerate(self.pairs)
            if not except_(pair)
        }


def ask(ws: Workspace, people_: int = 11, reviews: int = 4, seed: int = 1, **more: object) -> Asked:
    """A round among so many participants, P-001 included."""
    for number in range(2, people_ + 1):
        people.add_person(ws, Role.PARTICIPANT, f"Person Number{number}", f"P-{number:03}")
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    assert rubric is not None
    assert occasion is not None
    made = peer_review.allocate_round(ws, rubric, occasion, reviews, seed, **more)
    everybody = {each.id: each for each in list_people(ws, Role.PARTICIPANT)}
    return Asked(ws, rubric, occasion, made.round, everybody)
