"""Sheets of what was recorded: ratings, assessments, people, evidence, and the words of the rubrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rubricapp.core.model import Person, parse_day
from rubricapp.i18n import _
from rubricapp.reports.xlsx.cells import Value, label
from rubricapp.reports.xlsx.numbering import Given, Numbered
from rubricapp.reports.xlsx.tables import Column, Table

NAME = 'IFERROR(LOOKUP(2,1/(People[person_id]=[@participant_id]),People[name])&"","")'
"""The participant's name as People has it: emptied there, it is empty everywhere."""


def records(numbered: Numbered) -> dict[str, Table]:
    """The tables by name."""
    made = (
        _scores(numbered),
        _assessments(numbered),
        _people(numbered),
        _evidence(numbered),
        _rubrics(numbered),
        _criteria(numbered),
        _levels(numbered),
        _occasions(numbered),
    )
    return {each.name: each for each in made}


def _day(text: str) -> date | str:
    try:
        return parse_day(text) or ""
    except ValueError:
        return text


def _scores(numbered: Numbered) -> Table:
    def row(given: Given) -> tuple[Value, ...]:
        assessment, rating = given.assessment, given.rating
        return (
            f"{assessment.id}/{given.criterion}",
            numbered.code(assessment.participant),
            given.criterion,
            numbered.rubric[assessment.rubric],
            numbered.occasion[assessment.occasion],
            numbered.code(assessment.assessor),
            assessment.kind.value,
            rating.level,
            given.state,
            assessment.state.value,
            rating.comment,
            assessment.finished_at,
            given.mean,
            given.criterion_no,
        )

    return Table(
        "Scores",
        _("One row for each rating: what one assessor said of one criterion."),
        (
            Column("score_id", _("Assessment and criterion; the same in every export."), 13, "id"),
            Column("participant_id", _("Who was assessed; see People."), 15, "id"),
            Column("criterion_id", _("What was judged; see Criteria."), 13, "id"),
            Column("rubric", _("Rubric and version; see Rubrics."), 15, "id"),
            Column("occasion", _("When in the programme; see Occasions."), 14, "id"),
            Column("assessor_id", _("Who judged; see People."), 13, "id"),
            Column("kind", _("assessor, self or mentor. They are never mixed."), 11, "id"),
            Column("level", _("The level chosen; blank where none was."), 8, "level"),
            Column(
                "state", _("rated, not_observed, not_applicable, insufficient_evidence or not_yet_rated."), 21, "id"
            ),
            Column("status", _("Of the assessment: finished; drafts are left out."), 11, "id"),
            Column("comment", _("What the assessor wrote about this criterion."), 60),
            Column("finished_at", _("When the assessment was finished, UTC."), 17, "moment"),
            Column("mean_no", _("The row of Means that this rating goes into."), 11, "key"),
            Column("criterion_no", _("The row of Criteria; 0 where the rubric has no such criterion."), 14, "key"),
        ),
        lambda: map(row, numbered.given()),
        numbered.ratings,
        frozen=2,
        printed="finished_at",
    )


def _assessments(numbered: Numbered) -> Table:
    def rows() -> Iterator[tuple[Value, ...]]:
        for total in numbered.totals:
            for each in total.assessments:
                yield (
                    each.id,
                    numbered.code(each.participant),
                    numbered.rubric[each.rubric],
                    numbered.occasion[each.occasion],
                    numbered.code(each.assessor),
                    each.kind.value,
                    each.state.value,
                    each.finished_at,
                    each.revision,
                    each.note,
                    total.number,
                )

    return Table(
        "Assessments",
        _("One row for each finished assessment, with its overall note."),
        (
            Column("assessment_id", _("The same in every export; score_id begins with it."), 16, "id"),
            Column("participant_id", _("Who was assessed."), 15, "id"),
            Column("rubric", _("Rubric and version."), 15, "id"),
            Column("occasion", _("When in the programme."), 14, "id"),
            Column("assessor_id", _("Who judged."), 13, "id"),
            Column("kind", _("assessor, self or mentor."), 11, "id"),
            Column("status", _("finished; drafts are left out."), 11, "id"),
            Column("finished_at", _("When it was finished, UTC."), 17, "moment"),
            Column("revision", _("How often it was opened again."), 10, "level"),
            Column("note", _("The overall note."), 60),
            Column("total_no", _("The row of Totals that it goes into."), 10, "key"),
        ),
        rows,
        sum(len(each.assessments) for each in numbered.totals),
        frozen=2,
        printed="note",
    )


def _people(numbered: Numbered) -> Table:
    def row(person: Person) -> tuple[Value, ...]:
        return (
            numbered.person[person.id],
            label(person.name),
            label(person.given_name),
            label(person.family_name),
            ", ".join(sorted(each.value for each in person.roles)),
            label(person.department),
            label(person.country),
            _day(person.joined_on),
        )

    people = [*numbered.data.participants, *numbered.others]
    return Table(
        "People",
        _("Participants by family name, then everyone else. The only sheet that holds names as text."),
        (
            Column("person_id", _("The id that the office uses; participant_id and assessor_id elsewhere."), 13, "id"),
            Column("name", _("Empty this column and names are gone from all other sheets."), 28, "id"),
            Column("given_name", _("As the roster has it."), 20, "id"),
            Column("family_name", _("As the roster has it."), 20, "id"),
            Column("roles", _("participant, assessor, mentor, lead."), 18, "id"),
            Column("department", _("As the roster has it."), 16, "id"),
            Column("country", _("As the roster has it."), 12, "id"),
            Column("joined_on", _("Day of joining."), 12, "day"),
        ),
        lambda: map(row, people),
        len(people),
    )


def _evidence(numbered: Numbered) -> Table:
    finished: dict[str, int] = {}
    for total in numbered.totals:
        finished[total.participant] = finished.get(total.participant, 0) + len(total.assessments)

    def row(person: Person) -> tuple[Value, ...]:
        return (
            numbered.person[person.id],
            label(person.name),
            numbered.data.evidence.get(person.id, 0),
            finished.get(person.id, 0),
            numbered.data.drafts.get(person.id, 0),
        )

    return Table(
        "Evidence",
        _("One row for each participant: how much there is to go by."),
        (
            Column("participant_id", _("Who."), 15, "id"),
            Column("name", _("From People."), 28, "id", NAME),
            Column("artefacts", _("Works in the portfolio: files, links, notes."), 11, "whole"),
            Column(
                "finished",
                _("Finished assessments in this workbook."),
                10,
                "whole",
                "SUMPRODUCT(--(Assessments[participant_id]=[@participant_id]))",
            ),
            Column("drafts", _("Assessments still open; they count nowhere."), 9, "whole"),
        ),
        lambda: map(row, numbered.data.participants),
        len(numbered.data.participants),
    )


def _rubrics(numbered: Numbered) -> Table:
    def rows() -> Iterator[tuple[Value, ...]]:
        for key, each in numbered.rubrics.items():
            yield (
                numbered.rubric_no[key],
                numbered.rubric[key],
                each.title,
                each.version,
                each.state.value,
                each.language,
                each.top_level,
                each.needs_coverage,
                len(each.criteria),
                numbered.first_criterion_no[key],
                each.content_hash,
                each.structure_hash,
            )

    return Table(
        "Rubrics",
        _("One row for each rubric version in use, with the hashes that say which words were judged against."),
        (
            Column("rubric_no", _("Number in this workbook."), 11, "number"),
            Column("rubric", _("Id and version, as in the other sheets."), 16, "id"),
            Column("title", _("Its title."), 28),
            Column("version", _("Version, as text."), 9, "id"),
            Column("state", _("draft, published or retired."), 11, "id"),
            Column("language", _("Of the words in Criteria."), 10, "id"),
            Column("top_level", _("Highest level of its scale."), 10, "whole"),
            Column("needs_coverage", _("Percent of the weight that a total needs."), 16, "whole"),
            Column("criteria", _("How many criteria it has."), 9, "whole"),
            Column("first_criterion_no", _("Where they begin in Criteria."), 18, "key"),
            Column("content_hash", _("Covers every word: the identity of the version."), 68, "id"),
            Column("structure_hash", _("Covers ids, weights, gates and scale, not wording."), 68, "id"),
        ),
        rows,
        len(numbered.rubrics),
        frozen=2,
        printed="criteria",
    )


def _criteria(numbered: Numbered) -> Table:
    most = max((each.top_level for each in numbered.rubrics.values()), default=1)

    def rows() -> Iterator[tuple[Value, ...]]:
        keys = {id(rubric): key for key, rubric in numbered.rubrics.items()}
        for number, rubric, each in numbered.criteria():
            words = {level.level: level.descriptor for level in each.levels}
            yield (
                number,
                numbered.rubric[keys[id(rubric)]],
                label(each.id),
                each.title,
                each.weight,
                each.gate,
                each.about,
                *(words.get(level) for level in range(1, most + 1)),
                "; ".join(each.dimensions),
                "; ".join(each.evidence),
                "; ".join(
                    " ".join(filter(None, (at.framework, at.code, at.title, at.version))) for at in each.alignments
                ),
            )

    return Table(
        "Criteria",
        _("One row for each criterion: its weight and gate, which you may try out, and what each level looks like."),
        (
            Column("criterion_no", _("Number in this workbook."), 13, "number"),
            Column("rubric", _("Rubric and version."), 16, "id"),
            Column("criterion_id", _("As in the rubric."), 13, "id"),
            Column("title", _("What is judged."), 20),
            Column("weight", _("Whole number; the total is the mean weighted by it."), 9, "level"),
            Column("gate", _("Lowest level that passes; blank where it is no gate."), 7, "level"),
            Column("about", _("In one sentence."), 24),
            *(
                Column(f"level_{level}", _("What level {n} looks like.").format(n=level), 28)
                for level in range(1, most + 1)
            ),
            Column("dimensions", _("What changes from level to level."), 24),
            Column("evidence", _("What an assessor can ask to see."), 28),
            Column("alignments", _("Its place in outside frameworks."), 32),
        ),
        rows,
        sum(len(each.criteria) for each in numbered.rubrics.values()),
        frozen=3,
        printed=f"level_{most}",
    )


def _levels(numbered: Numbered) -> Table:
    def rows() -> Iterator[tuple[Value, ...]]:
        for key, rubric in numbered.rubrics.items():
            for level, (name, anchor) in enumerate(rubric.scale, 1):
                yield numbered.rubric_no[key], numbered.rubric[key], level, name, anchor

    return Table(
        "Levels",
        _("One row for each step of each rubric's scale."),
        (
            Column("rubric_no", _("Number in this workbook."), 11, "number"),
            Column("rubric", _("Rubric and version."), 16, "id"),
            Column("level", _("1 is the lowest."), 8, "level"),
            Column("name", _("Its name on the scale."), 18, "id"),
            Column("anchor", _("What it means for every criterion."), 80),
        ),
        rows,
        sum(each.top_level for each in numbered.rubrics.values()),
        frozen=3,
    )


def _occasions(numbered: Numbered) -> Table:
    def rows() -> Iterator[tuple[Value, ...]]:
        for each in numbered.data.occasions:
            yield numbered.occasion_no[each.id], numbered.occasion[each.id], each.kind, _day(each.held_on)

    return Table(
        "Occasions",
        _("One row for each occasion, in order."),
        (
            Column("occasion_no", _("Number in this workbook."), 13, "number"),
            Column("occasion", _("Its name."), 24, "id"),
            Column("kind", _("baseline, midpoint, final or observation."), 14, "id"),
            Column("held_on", _("The day, where it has one."), 12, "day"),
        ),
        rows,
        len(numbered.data.occasions),
        frozen=2,
    )
