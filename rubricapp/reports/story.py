"""Everything one participant's report says, computed once, however often it is laid out until it fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rubricapp.core.model import Person
from rubricapp.core.scoring import Gate
from rubricapp.i18n import _, ngettext
from rubricapp.reports.charts import Dumbbells, Spark, dumbbells, sparks
from rubricapp.reports.figures import Cohort, RubricStanding, Standing, occasion_text, same_words
from rubricapp.reports.findings import Entry, Words, finding, going_and_next, short_name
from rubricapp.reports.pdf.bidi import isolate
from rubricapp.reports.wording import score_in_words


@dataclass(frozen=True)
class Story:
    """What is said of `person`. Made by `tell`."""

    cohort: Cohort
    person: Person
    standings: tuple[RubricStanding, ...]
    _entries: dict[int, tuple[tuple[Entry, ...], tuple[Entry, ...]]] = field(default_factory=dict, compare=False)

    @cached_property
    def name(self) -> str:
        """The short name, for sentences."""
        return short_name(self.person)

    @cached_property
    def finding(self) -> tuple[Words, ...]:
        return finding(self.name, self.standings)

    @cached_property
    def charts(self) -> tuple[Dumbbells, ...]:
        return tuple(dumbbells(each) for each in self.standings)

    @cached_property
    def sparks(self) -> tuple[tuple[Spark, ...], ...]:
        return tuple(sparks(each) for each in self.standings)

    @cached_property
    def occasions(self) -> tuple[str, ...]:
        """Names of all occasions on which something was finished, in order."""
        held = {occasion.id for each in self.standings for occasion in each.occasions}
        return tuple(occasion_text(each) for each in self.cohort.data.occasions if each.id in held)

    @cached_property
    def first_and_now(self) -> tuple[str, str]:
        """What the ring and the disc stand for."""
        first = same_words(chart.first for chart in self.charts if chart.first) or _("first occasion")
        return first, same_words(chart.now for chart in self.charts) or _("latest occasion")

    @cached_property
    def totals(self) -> tuple[tuple[tuple[str, bool], ...], ...]:
        """For each rubric the score in words: sentences, each with whether it tells of a gate that is not met."""
        return tuple(
            tuple(
                (
                    sentence.replace(" %", "\u00a0%"),
                    each.score.gate is Gate.NOT_MET
                    and any(
                        sentence.startswith(each.rubric.criterion(criterion).title)
                        for criterion in each.score.gates_failed
                    ),
                )
                for sentence in score_in_words(each.score, each.rubric)
            )
            for each in self.standings
        )

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Department, how many assessments by how many assessors, how much evidence, what is in conflict."""
        given = [
            each
            for standing in self.standings
            for occasion in standing.occasions
            for each in self.cohort.assessments[self.person.id, standing.rubric.content_hash, occasion.id]
        ]
        n, assessors = len(given), len({each.assessor for each in given})
        evidence = self.cohort.data.evidence.get(self.person.id, 0)
        parts = [self.person.department] if self.person.department else []
        if n:
            words = ngettext("{n} assessment", "{n} assessments", n).format(n=n)
            parts.append(f"{words} {ngettext('by {n} assessor', 'by {n} assessors', assessors).format(n=assessors)}")
        else:
            parts.append(_("no finished assessment"))
        parts.append(ngettext("{n} piece of evidence", "{n} pieces of evidence", evidence).format(n=evidence))
        doubts = self.cohort.data.disputed.get(self.person.id, 0)
        if doubts:
            words = ngettext(
                "not settled: {n} value that was said otherwise on another laptop",
                "not settled: {n} values that were said otherwise on another laptop",
                doubts,
            )
            parts.append(words.format(n=doubts))
        return tuple(parts)

    @cached_property
    def reading(self) -> str:
        """How to read this report: only what it really shows."""
        every: list[Standing] = [one for each in self.standings for one in each.standings]
        sentences = [
            _("Each row is one criterion on its scale; the numbered circle is the level given on the latest occasion.")
        ]
        if any(one.first is not None for one in every):
            sentences.append(_("The ring is the first level given. “Same” means no change, not a fault."))
        if any(one.median is not None for one in every):
            sentences.append(_("The short line is the median of at least five participants on the same occasion."))
        if any(one.agreed is None and one.now is not None and one.now.denominator > 1 for one in every):
            sentences.append(_("A level between two steps is the mean of several assessors."))
        if any(one.agreed is not None for one in every):
            sentences.append(
                _("A corner mark: assessors differed, and the level is what they settled on; what each gave is kept.")
            )
        if any(one.criterion.gate is not None for one in every):
            sentences.append(_("A gate is a criterion that others cannot make up for."))
        if any(one.own is not None for one in every):
            settled = any(one.own is not None and one.own.agreed is not None for one in every)
            against_agreed = _(
                "“Self” is what {name} said of their own work on that occasion; in brackets how far it is from the"
                " level that assessors agreed on, else from their median. It is a place to begin a conversation and is"
                " counted in nothing."
            )
            sentences.append(
                against_agreed.format(name=isolate(self.name))
                if settled
                else _(
                    "“Self” is what {name} said of their own work on that occasion; in brackets how far it is from the"
                    " assessors’ median. It is a place to begin a conversation and is counted in nothing."
                ).format(name=isolate(self.name))
            )
        sentences.append(_("You can answer any rating: talk to your mentor or to the programme lead."))
        sentences.append(
            _("Screen readers: this PDF has no tags; the workbook of the programme holds the same numbers in tables.")
        )
        return " ".join(sentences)

    def entries(self, picks: int) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What goes well and the next steps, as `going_and_next`."""
        if picks not in self._entries:
            self._entries[picks] = going_and_next(self.cohort, self.person, self.standings, picks)
        return self._entries[picks]


def tell(cohort: Cohort, person: Person) -> Story:
    """The story of one participant."""
    return Story(cohort, person, cohort.standings(person.id))
