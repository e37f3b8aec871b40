"""Rounds of peer review: equal wherever they can be, refused with a true reason where they cannot.

RUBRICAPP_COHORTS sets how many cohorts are generated (1000 if absent).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from rubricapp.core.allocation import Request, Reviewer, allocate
from rubricapp.core.allocation_gaps import fill_gaps
from rubricapp.core.allocation_graph import MOST_PEOPLE
from rubricapp.errors import UserError

COHORTS = int(os.environ.get("RUBRICAPP_COHORTS", "1000"))
BATCHES = 20
LANGUAGES = ("en", "fr", "pt", "ar", "sw")


def person(number, *productions, languages=(), country="", name=None):
    return Reviewer(
        f"p{number:02}",
        frozenset(productions),
        frozenset(languages),
        country,
        f"N{number:02}" if name is None else name,
    )


def people(count, **more):
    return tuple(person(number, **more) for number in range(count))


def conflicts(*pairs):
    return frozenset(frozenset(f"p{number:02}" for number in pair) for pair in pairs)


def may_meet(request, one, other):
    ours, theirs = ({word.casefold() for word in each.productions} for each in (one, other))
    declared = any({one.id, other.id} <= set(group) for group in request.excluded)
    return one.id != other.id and not declared and not ours & theirs


def foreign(one, other):
    return bool(one.languages and other.languages and not one.languages & other.languages)


def loads(request, pairs):
    writes, receives = Counter(u for u, _ in pairs), Counter(v for _, v in pairs)
    return [(writes[each.id], receives[each.id]) for each in request.people]


def check_round(request, found):
    """Everything a round promises. Returns whether everybody has the number asked for."""
    n, by_id = request.reviews, {each.id: each for each in request.people}
    assert list(found.pairs) == sorted(set(found.pairs))
    assert all(may_meet(request, by_id[u], by_id[v]) for u, v in found.pairs)
    if any((v, u) in found.pairs for u, v in found.pairs):
        assert request.allow_reciprocal
        assert any("review each other" in note for note in found.notes)
    all_loads = loads(request, found.pairs)
    assert all(max(n - 1, 1) <= count <= n for each in all_loads for count in each)
    equal = all(each == (n, n) for each in all_loads)
    assert equal == (not any("Not everybody can have" in note for note in found.notes))
    apart = sum(foreign(by_id[u], by_id[v]) for u, v in found.pairs)
    assert (apart > 0) == any("no language in common" in note for note in found.notes)
    for note in found.notes:
        check_words(note)
    return equal


def check_words(text):
    assert re.fullmatch(r"[A-Z0-9‘].*\.", text, re.DOTALL), text
    assert not re.search(r"\n|  |\bNone\b|frozenset|\.\.|,\.|\b1 (?:reviews|people|others)\b|\b0\b|-\d", text), text


def random_request(random, most=60):
    """A cohort with odd constraints: crowded productions, feuds, hermits, nobody's language."""
    size = random.randint(4, random.choice([most // 3, most]))
    productions = [f"F{number}" for number in range(random.choice([1, size // 6 + 1, size // 3 + 1, size, 4 * size]))]
    busy = random.choice([(0, 1), (1,), (1, 1, 2), (1, 2, 3)])
    spoken = LANGUAGES[: random.randint(1, 5)]
    members = []
    for number in range(size):
        works = random.sample(productions, min(random.choice(busy), len(productions)))
        languages = random.sample(spoken, random.randint(0, min(2, len(spoken))))
        members.append(person(number, *works, languages=languages, country=random.choice(["", "KE", "FR", "BR", "IN"])))
    if random.random() < 0.1:
        members[0] = replace(members[0], languages=frozenset({"yo"}))
    feud = random.choice([0, 0, 0.03, 0.1, 0.4])
    pairs = [pair for pair in combinations(range(size), 2) if random.random() < feud]
    if random.random() < 0.2:
        pairs += [(0, other) for other in range(1, size) if random.random() < 0.8]
    if random.random() < 0.1:
        half = random.randint(1, size - 1)
        pairs += combinations(range(half), 2)
    return Request(
        tuple(members), random.randint(1, 6), random.randint(-5, 10**9), conflicts(*pairs), random.random() < 0.4
    )


def test_the_generated_cohorts_are_as_odd_as_meant() -> None:
    """From 4 to 60 people, and enough of each oddity that a rule which is not kept would be noticed."""
    seen: Counter[str] = Counter()
    sizes = set()
    for batch in range(BATCHES):
        random = Random(batch)
        for _ in range(1000 // BATCHES):
            request = random_request(random)
            by_id = {each.id: each for each in request.people}
            sizes.add(len(request.people))
            apart = [(by_id[one], by_id[other]) for one, other in map(sorted, request.excluded)]
            pairs = list(combinations(request.people, 2))
            seen["declared conflicts"] += bool(apart)
            seen["one against nearly all"] += any(
                sum(each in pair for pair in request.excluded) > len(pairs) ** 0.5 for each in by_id
            )
            seen["shared productions"] += any(one.productions & other.productions for one, other in pairs)
            seen["everybody of one production"] += all(one.productions & other.productions for one, other in pairs)
            seen["foreign languages"] += any(foreign(one, other) for one, other in pairs)
            seen["a language of nobody else"] += any(
                each.languages
                and not any(each.languages & other.languages for other in request.people if other != each)
                for each in request.people
            )
            seen["languages not known"] += any(not each.languages for each in request.people)
            seen["may review each other"] += request.allow_reciprocal
            seen["more reviews than people"] += request.reviews >= len(request.people)
    assert (min(sizes), max(sizes)) == (4, 60)
    assert len(sizes) == 57
    rare = {"everybody of one production", "a language of nobody else", "more reviews than people"}
    assert {each: count for each, count in seen.items() if count < (10 if each in rare else 100)} == {}
    assert len(seen) == 9


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_cohorts_are_balanced_or_told_why_not(batch) -> None:
    random = Random(batch)
    outcomes: Counter[str] = Counter()
    for number in range(COHORTS // BATCHES):
        request = random_request(random)
        try:
            found = allocate(request)
        except UserError as error:
            outcomes["refused"] += 1
            check_refusal(request, error, try_advice=number % 4 == 0)
        else:
            outcomes["equal" if check_round(request, found) else "within one"] += 1
            if number % 4 == 0:
                check_again(random, request, found)
    assert set(outcomes) >= {"equal", "refused"}, "this batch shows too little"


def check_again(random, request, found):
    """The same round whatever order it is asked in; and no more foreign pairs than where nobody minds languages."""
    people_, pairs = list(request.people), list(request.excluded)
    random.shuffle(people_)
    random.shuffle(pairs)
    assert allocate(replace(request, people=tuple(people_), excluded=frozenset(pairs))) == found
    by_id = {each.id: each for each in request.people}
    blind = allocate(replace(request, people=tuple(replace(each, languages=frozenset()) for each in people_)))
    reciprocal, more = (
        sum((v, u) in each.pairs for u, v in each.pairs) + len(request.people) * request.reviews - len(each.pairs)
        for each in (found, blind)
    )
    apart, unminded = (sum(foreign(by_id[u], by_id[v]) for u, v in each.pairs) for each in (found, blind))
    assert reciprocal == more  # languages never cost a review or make people review each other
    assert apart <= unminded


def check_refusal(request, error, try_advice=True):
    assert error.code == "E_ALLOCATION"
    for text in (error.what, error.safe, error.do):
        check_words(text)
    assert len(error.what) + len(error.do) < 1800
    if not try_advice:
        return
    # What is proposed has been tried, and nothing better was passed over.
    fewer = re.search(r"[Aa]sk for (\d+) review", error.do)
    best = int(fewer[1]) if fewer else 0
    if best:
        check_round(replace(request, reviews=best), allocate(replace(request, reviews=best)))
    if best + 1 < request.reviews:
        with pytest.raises(UserError):
            allocate(replace(request, reviews=best + 1))
    mutual = replace(request, allow_reciprocal=True)
    if "allow two people to review each other" in error.do.casefold():
        check_round(mutual, allocate(mutual))
    elif not request.allow_reciprocal:
        with pytest.raises(UserError):
            allocate(mutual)
    if leave := re.search(r"[Ll]eave (.+) out of this round", error.do):
        gone = set(re.split(", | and ", leave[1]))
        rest = replace(request, people=tuple(each for each in request.people if each.name not in gone))
        assert len(rest.people) == len(request.people) - len(gone)
        check_round(rest, allocate(rest))


@pytest.mark.parametrize("seed", range(30))
def test_a_round_that_is_known_to_exist_is_found(seed) -> None:
    random = Random(seed)
    size = random.randint(5, 60)
    n = random.randint(1, min((size - 1) // 2, 6))
    circle = random.sample(range(size), size)
    hidden = {frozenset((circle[at], circle[(at + step) % size])) for at in range(size) for step in range(1, n + 1)}
    # Next to nothing else is allowed, so luck would not find it.
    free = random.choice([0, 0.02, 0.1])
    pairs = [pair for pair in combinations(range(size), 2) if frozenset(pair) not in hidden and random.random() >= free]
    request = Request(people(size), n, seed, conflicts(*pairs))
    assert check_round(request, allocate(request))


def exists(request, low, most_foreign=None):
    """Whether some round has from `low` to the number asked for, written and received, by trying everything."""
    n, members = request.reviews, request.people
    size = len(members)
    partners = [
        [other for other in range(size) if may_meet(request, members[one], members[other])] for one in range(size)
    ]
    received = [0] * size

    def go(one, taken, left):
        if one == size:
            return all(count >= low for count in received)
        # Those before cannot receive more from anybody but those who follow.
        if any(received[other] + size - one < low for other in range(size)):
            return False
        choice = [
            other
            for other in partners[one]
            if received[other] < n and (request.allow_reciprocal or (other, one) not in taken)
        ]
        for count in range(low, n + 1):
            for authors in combinations(choice, count):
                cost = sum(foreign(members[one], members[author]) for author in authors)
                if cost > left:
                    continue
                for author in authors:
                    received[author] += 1
                if go(one + 1, taken | {(one, author) for author in authors}, left - cost):
                    return True
                for author in authors:
                    received[author] -= 1
        return False

    found = go(0, frozenset(), size * n if most_foreign is None else most_foreign)
    received[:] = [0] * size
    return found


def tiny(random, most):
    size = random.randint(2, most)
    members = [person(number, languages=random.sample(LANGUAGES[:3], random.randint(0, 1))) for number in range(size)]
    pairs = [pair for pair in combinations(range(size), 2) if random.random() < random.choice([0, 0.2, 0.5])]
    return Request(tuple(members), random.randint(1, 3), 7, conflicts(*pairs), random.random() < 0.4)


@pytest.mark.parametrize("seed", range(150))
def test_tiny_cohorts_against_every_round_there_is(seed) -> None:
    request = tiny(Random(seed), most=6)
    n = request.reviews
    try:
        equal = check_round(request, allocate(request))
    except UserError as error:
        check_refusal(request, error)
        too_small = (len(request.people) - 1) * (2 if request.allow_reciprocal else 1) < 2 * n
        assert too_small or not exists(request, max(n - 1, 1))
    else:
        assert equal == exists(request, n)


@pytest.mark.parametrize("seed", range(60))
def test_as_few_foreign_languages_as_said(seed) -> None:
    request = replace(tiny(Random(seed), most=6), allow_reciprocal=False)
    try:
        found = allocate(request)
    except UserError:
        return
    by_id = {each.id: each for each in request.people}
    apart = sum(foreign(by_id[u], by_id[v]) for u, v in found.pairs)
    if apart and check_round(request, found) and "Fewer are not possible" in " ".join(found.notes):
        assert not exists(request, request.reviews, apart - 1)


# The same request, the same round


def test_the_order_of_people_makes_no_difference_and_the_seed_does() -> None:
    random = Random(3)
    members = tuple(
        person(number, f"F{number % 9}", "f1", languages=LANGUAGES[number % 4 :][:2], country="AB"[number % 2])
        if number % 7 == 1
        else person(number, f"F{number % 9}", languages=LANGUAGES[number % 5 :][:1])
        for number in range(30)
    )
    request = Request(members, 3, 11, conflicts((0, 1), (0, 2), (4, 9), (12, 29)), allow_reciprocal=True)
    first = allocate(request)
    for _ in range(3):
        mixed = replace(
            request,
            people=tuple(random.sample(request.people, len(request.people))),
            excluded=frozenset(tuple(random.sample(sorted(pair), len(pair))) for pair in request.excluded),
        )
        assert allocate(mixed) == first
    others = {allocate(replace(request, seed=seed)).pairs for seed in range(5)}
    assert len(others) == 5
    for seed in range(5):
        check_round(replace(request, seed=seed), allocate(replace(request, seed=seed)))


def test_the_round_of_a_seed_never_changes() -> None:
    found = allocate(Request(people(7), 2, 2024))
    assert " ".join(reviewer[1:] + author[1:] for reviewer, author in found.pairs) == (
        "0003 0004 0102 0103 0200 0205 0304 0306 0402 0405 0501 0506 0600 0601"
    )


# What is preferred


def test_reviewers_share_a_language_where_they_can() -> None:
    members = tuple(
        person(number, languages=[("en-GB", "pt_BR")[number % 2]] if number < 12 else ["EN ", "pt"])
        for number in range(14)
    )
    request = Request(members, 3, 1)
    found = allocate(request)
    assert found.notes == ()
    by_id = {each.id: number for number, each in enumerate(members)}
    assert all(by_id[v] >= 12 or by_id[u] >= 12 or (by_id[u] - by_id[v]) % 2 == 0 for u, v in found.pairs)


def test_reviewers_without_the_language_are_named() -> None:
    members = (*people(7, languages=["en"]), person(7, languages=["pt"]))
    found = allocate(Request(members, 1, 5))
    assert len(found.notes) == 1
    assert re.fullmatch(
        r"2 reviewers with no language in common with the author: N0\d for N07; N07 for N0\d\. "
        r"Fewer are not possible with these loads\.",
        found.notes[0],
    )


@pytest.mark.parametrize("seed", range(5))
def test_countries_are_mixed(seed) -> None:
    members = tuple(person(number, country=["KE", "fr", "FR ", "BR", "IN", ""][number % 6]) for number in range(24))
    request = Request(members, 3, seed)
    found = allocate(request)
    country = {each.id: each.country.strip().casefold() for each in members}
    for each in members:
        for others in (found.reviewers_of(each.id), found.authors_of(each.id)):
            met = [country[other] for other in others if country[other]]
            assert len(met) - len(set(met)) <= 1
    repeats = [
        1
        for each in members
        for others in (found.reviewers_of(each.id), found.authors_of(each.id))
        for one, other in combinations([*others, each.id], 2)
        if country[one] and country[one] == country[other]
    ]
    assert len(repeats) <= 24


def test_people_review_each_other_only_as_a_last_resort() -> None:
    request = Request(people(6), 3, 1, allow_reciprocal=True)
    found = allocate(request)
    assert check_round(request, found)
    each_other = {frozenset(pair) for pair in found.pairs if pair[::-1] in found.pairs}
    assert len(each_other) == 3  # 18 reviews among 15 pairs
    assert found.notes[0].startswith("It could not be done without people who review each other: N0")
    assert allocate(Request(people(7), 3, 1, allow_reciprocal=True)).pairs == allocate(Request(people(7), 3, 1)).pairs


def test_groups_and_strangers_among_conflicts() -> None:
    groups = frozenset({frozenset({"p00", "p01", "p02"}), ("p03", "nobody"), ("p04", "p04"), frozenset()})
    request = Request(people(9), 2, 1, groups)
    found = allocate(request)
    assert check_round(request, found)
    assert not {"p01", "p02"} & {*found.reviewers_of("p00"), *found.authors_of("p00")}


def test_one_review_each_goes_round() -> None:
    request = Request(people(3), 1, 9)
    assert check_round(request, allocate(request))


# What is said


def refused(*arguments, **more):
    with pytest.raises(UserError) as caught:
        allocate(Request(*arguments, **more))
    return caught.value


def test_too_few_people() -> None:
    error = refused(people(6), 3, 1)
    assert error.what == (
        "This round is not possible. 3 reviews each need at least 7 people, because nobody reviews a person who "
        "reviews them; there are 6."
    )
    assert error.safe == "Nothing was allocated."
    assert error.do == "Ask for 2 reviews each; or allow two people to review each other."
    assert refused(people(2), 1, 1).do == "Allow two people to review each other."
    for count in (0, 1):
        error = refused(people(count), 10**12, 1, allow_reciprocal=True)
        assert error.do == "Add people to the round, or lift conflicts."
    assert (
        error.what
        == "This round is not possible. 1000000000000 reviews each need at least 1000000000001 people; there is 1."
    )
    assert "1 review each needs at least 3 people" in refused((), 1, 1).what


def test_one_person_with_too_few_partners() -> None:
    ama = person(0, "Night Market", name="Ama")
    others = [person(number, "night market" if number < 3 else f"Film {number}") for number in range(1, 10)]
    error = refused((ama, *others), 3, 1, conflicts((0, 3), (0, 4), (0, 5), (0, 6)))
    assert error.what == (
        "This round is not possible. Ama can be paired with only 3 people (N07, N08 and N09), but 3 reviews need 6: "
        "3 to review Ama, and 3 others to be reviewed by Ama. Not allowed: N03, N04, N05 and N06 (declared conflict), "
        "N01 and N02 (production ‘Night Market’)."
    )
    assert error.do == (
        "Ask for 2 reviews each; or allow two people to review each other; or lift one of: Ama and N03 (declared "
        "conflict); Ama and N04 (declared conflict); Ama and N05 (declared conflict); Ama and N06 (declared conflict); "
        "Ama and N01 (production ‘Night Market’); Ama and N02 (production ‘Night Market’); or leave Ama "
        "out of this round."
    )


def test_a_hermit_and_a_person_whom_one_may_review() -> None:
    error = refused(people(5), 1, 1, conflicts(*((0, other) for other in range(1, 5))), allow_reciprocal=True)
    assert "N00 can be paired with nobody, but 1 is needed. Not allowed: N01, N02, N03 and N04" in error.what
    assert error.do.endswith("; or leave N00 out of this round.")
    error = refused(people(5), 1, 1, conflicts(*((0, other) for other in range(1, 4))))
    assert (
        "N00 can be paired with only 1 person (N04), but 1 review needs 2: 1 to review N00, and 1 other to be"
        in error.what
    )


def test_many_people_with_too_few_partners_are_counted() -> None:
    members = [person(number, *(f"Film {each}" for each in range(number, 6))) for number in range(6)]
    members += [person(number) for number in range(6, 9)]
    error = refused(tuple(members), 3, 1)
    assert "N02, N03, N04 and N05 also have too few." in error.what
    assert "leave" not in error.do
    members[0] = person(0, "a", "b", "c", "d", "e")
    members[1:6] = [person(number, word) for number, word in enumerate("abcde", 1)]
    error = refused(tuple(members), 4, 1)
    assert "N01 (production ‘a’), N02 (production ‘b’), N03 (production ‘c’), others for 2 reasons more." in error.what


def test_a_group_that_depends_on_too_few_others() -> None:
    crowd = [person(number, "The Long Take") for number in range(10)]
    error = refused((*crowd, *(person(number) for number in range(10, 16))), 3, 1)
    assert error.what == (
        "This round is not possible. N00, N01, N02, N03, N04 and 5 more may be paired only with N10, N11, N12, N13, "
        "N14 and N15. Together they should write and receive 60 reviews, but N10, N11, N12, N13, N14 and N15 can share "
        "in only 36 at 3 each."
    )
    assert "lift" not in error.do or "lift one of" in error.do or "lift at least" in error.do


def test_a_group_with_a_few_others_besides() -> None:
    # Seven strangers to each other hang on two people; each has one more partner in a far group.
    strangers = list(combinations(range(7), 2))
    far = [(one, other) for one in range(7) for other in range(9, 16) if other - one != 9 or one > 2]
    error = refused(people(16), 2, 1, conflicts(*strangers, *far))
    assert "N07 and N08 can share in only 8 of them at 2 each, and there are not enough other people" in error.what


def test_fewer_for_some_is_said_with_the_reason() -> None:
    request = Request(people(12), 3, 4, conflicts(*((0, other) for other in range(1, 7))))
    found = allocate(request)
    assert not check_round(request, found)
    assert sum(map(sum, loads(request, found.pairs))) == 12 * 6 - 2
    assert re.match(
        r"Not everybody can have 3 reviews: N\d\d writes 2; N\d\d receives 2\. N00 can be paired with only 5 people "
        r"\(N07, N08, N09, N10 and N11\), but 3 reviews need 6",
        found.notes[0],
    )


def test_pairs_that_do_not_come_out_even() -> None:
    pairs = {
        (0, 1),
        (1, 5),
        (1, 2),
        (2, 3),
        (2, 4),
        (1, 3),
        (3, 5),
        (0, 4),
        (1, 4),
        (3, 4),
        (4, 6),
        (0, 5),
        (3, 6),
        (5, 6),
    }
    request = Request(people(7), 2, 1, conflicts(*(pair for pair in combinations(range(7), 2) if pair not in pairs)))
    notes = {allocate(replace(request, seed=seed)).notes[0] for seed in range(6)}
    ending = "should write and receive 8 reviews, but the others fall into groups in which one is always left over."
    assert any(note.endswith(f"N05 and N06 together {ending}") for note in notes)


def test_authors_who_could_tell_their_reviewers_are_named() -> None:
    everybody = allocate(Request(people(7), 3, 1)).notes
    assert everybody == (
        "Everybody can work out by elimination who reviews them: all who may, do. With fewer reviews each, a larger "
        "round or fewer conflicts they could not.",
    )
    found = allocate(Request(people(9), 2, 1, conflicts(*((0, other) for other in range(1, 5)))))
    assert [note.split(" by ")[0] for note in found.notes] == ["N00 can work out"]
    assert allocate(Request(people(9), 2, 1)).notes == ()


def test_what_makes_no_sense_is_refused() -> None:
    assert refused((person(1), person(1), person(2)), 1, 1).what == "‘p01’ is in the round more than once."
    assert refused(people(5), 0, 1).what == "Everybody should write at least 1 review, not 0."
    crowd = tuple(Reviewer(str(number)) for number in range(MOST_PEOPLE + 1))
    assert "at most 500 people; this one has 501" in refused(crowd, 2, 1).what


def test_hostile_names_stay_in_their_sentence() -> None:
    names = ("Ama", "Ama", "x" * 5000, "a\nb\u202e", "", "عائشة", "<b>&", "\ud800", "Zoë")
    members = tuple(replace(person(number), name=name) for number, name in enumerate(names))
    error = refused(members, 1, 1, conflicts(*((0, other) for other in range(1, 9))))
    assert "Ama (‘p00’) can be paired with nobody" in error.what
    assert "\n" not in error.what
    assert "‘p04’" in error.do
    assert len(error.message) < 1500
    odd = tuple(Reviewer(f"\ud800{number}\0", name="") for number in range(5))
    assert len(allocate(Request(odd, 2, 1)).pairs) == 10


# Reviews that do not come


def after_gaps(request, kept, unavailable=()):
    found = fill_gaps(request, kept, unavailable)
    assert not set(found.pairs) & set(kept)
    assert not {reviewer for reviewer, _ in found.pairs} & set(unavailable)
    both = [*kept, *found.pairs]
    if not request.allow_reciprocal:
        assert not [pair for pair in found.pairs if pair[::-1] in both]
    by_id = {each.id: each for each in request.people}
    assert all(may_meet(request, by_id[u], by_id[v]) for u, v in found.pairs)
    return found, loads(request, both)


def test_nothing_is_missing() -> None:
    request = Request(people(9), 3, 1)
    assert fill_gaps(request, allocate(request).pairs).notes == ("No review is missing.",)


def test_missing_reviews_are_spread_over_the_others() -> None:
    request = Request(people(15), 3, 1)
    kept = [pair for pair in allocate(request).pairs if pair[0] not in ("p03", "p08")]
    found, all_loads = after_gaps(request, kept, {"p03", "p08"})
    assert len(found.pairs) == 6
    assert all(receives == 3 for _, receives in all_loads)
    assert sorted(writes for writes, _ in all_loads) == [0, 0] + [3] * 7 + [4] * 6
    assert re.fullmatch(r"N\d\d, .* write 4 reviews, more than the 3 of the round\.", found.notes[0])
    assert fill_gaps(replace(request, people=request.people[::-1]), kept[::-1], ["p08", "p03"]) == found


def test_a_person_who_has_left_wrote_reviews_that_stay() -> None:
    request = Request(people(12), 3, 1)
    pairs = allocate(request).pairs
    rest = replace(request, people=request.people[1:])
    kept = [(u, v) for u, v in pairs if v != "p00"]
    assert fill_gaps(rest, kept).pairs == ()
    found = fill_gaps(rest, [(u, v) for u, v in kept if u != "p00"])
    assert len(found.pairs) == 3


def test_a_round_from_nothing_has_no_reciprocal_pairs() -> None:
    for seed in range(10):
        request = Request(people(7), 3, seed, allow_reciprocal=bool(seed % 2))
        _, all_loads = after_gaps(request, [])
        assert all(receives == 3 for _, receives in all_loads) or not request.allow_reciprocal
        assert max(writes for writes, _ in all_loads) <= 5


def test_what_cannot_be_filled_is_said() -> None:
    members = tuple(person(number, languages=["pt" if number == 1 else "en"]) for number in range(10))
    request = Request(members, 3, 1, conflicts(*((0, other) for other in range(4, 10))))
    others = [("p04", "p05"), ("p05", "p06"), ("p06", "p07"), ("p07", "p04"), ("p02", "p00")]
    found, all_loads = after_gaps(request, others, {"p03"})
    assert all_loads[0][1] == 2
    assert "N00 still lacks 1 review: nobody was found for it." in found.notes
    assert any("no language in common with the author: N0" in note for note in found.notes)
    with pytest.raises(UserError, match=r"Reviews of .*N00.* are missing, and nobody is left") as caught:
        fill_gaps(request, [], {each.id for each in members})
    assert caught.value.do.startswith("Allow two people to review each other, lift a conflict")
    with pytest.raises(UserError) as caught:
        fill_gaps(replace(request, allow_reciprocal=True), [], {each.id for each in members})
    assert caught.value.do.startswith("Lift a conflict")
    # Every pair of a full circle is used already: only the other direction is left.
    full = Request(people(7), 3, 1)
    kept = [pair for pair in allocate(full).pairs if pair[0] != "p02"]
    with pytest.raises(UserError):
        fill_gaps(full, kept, {"p02"})
    assert len(fill_gaps(replace(full, allow_reciprocal=True), kept, {"p02"}).pairs) == 3
    assert len(fill_gaps(replace(request, reviews=10**9), []).notes) > 0
