"""Results: who said what and when, each level with the words that were valid then."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.folio import FolioAssessment, FolioRating
from rubricapp.core.model import Criterion, RubricVersion
from rubricapp.i18n import _
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, one_line
from rubricapp.ui.dates import say_day
from rubricapp.ui.folio.parts import MOST_BLOCKS, Chosen, LevelMark, more_words, words
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.widgets.labels import line
from rubricapp.ui.widgets.layouts import row
from rubricapp.ui.widgets.rows import Column


@dataclass(frozen=True)
class Result:
    """One assessment with its rubric. occasion: in the reader's words."""

    rubric: RubricVersion
    occasion: str
    given: FolioAssessment


class ResultsPart(Chosen):
    """All assessments as a list; the one chosen below it, criterion by criterion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = (
            Column(_("Rubric"), lambda each: one_line(each.rubric.label)),
            Column(_("Occasion"), lambda each: one_line(each.occasion)),
            Column(_("Said by"), lambda each: reading.say(reading.assessment_title(each.given)), wide=True),
            Column(_("On"), lambda each: say_day(each.given.finished_on)),
        )
        super().__init__(_("Results"), columns, _("No results were released into this portfolio."), parent)

    def show_folio(self, shown: Shown) -> None:
        if not self.is_new(shown):
            return
        self.set_records(
            [
                Result(told.rubric, occasion.name, given)
                for told in reading.results(shown.folio)
                for occasion in told.occasions
                for given in occasion.assessments
            ]
        )

    def fill(self, record: Result) -> None:
        body, given, rubric = self.card.body, record.given, record.rubric
        body.addWidget(PlainLabel(f"{one_line(rubric.label)} · {one_line(record.occasion)}", "section"))
        by = reading.say(reading.assessment_title(given))
        if given.finished_on:
            by = _("{by}, finished on {day}").format(by=by, day=reading.day_words(given.finished_on))
        body.addWidget(PlainLabel(by, "muted"))
        for number, each in enumerate(given.words):
            body.addWidget(words(each, "strong" if number == 0 else ""))
        if given.note:
            body.addWidget(words(given.note))
        ratings = reading.ratings_of(rubric, given)
        for criterion, rating in ratings[:MOST_BLOCKS]:
            body.addWidget(line())
            body.addWidget(_Rating(rubric, criterion, rating))
        if len(ratings) > MOST_BLOCKS:
            body.addWidget(PlainLabel(more_words(len(ratings) - MOST_BLOCKS), "muted"))
        known = _("These are the words of {rubric}, known by its hash {hash}, as they were valid then.")
        body.addWidget(
            PlainLabel(known.format(rubric=one_line(rubric.label), hash=rubric.content_hash[:12]), "small muted")
        )


class _Rating(QWidget):
    """One criterion: its title, the level with its name, the level's words, the gate, the comment."""

    def __init__(self, rubric: RubricVersion, criterion: Criterion | None, rating: FolioRating) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        title = one_line(criterion.title if criterion else rating.criterion)
        layout.addWidget(PlainLabel(title, "label"))
        said = self._level(rubric, criterion, rating)
        if rating.level is None:
            layout.addWidget(PlainLabel(said, "muted"))
        else:
            mark = row(LevelMark(rating.level, rubric.top_level), PlainLabel(said, "strong"))
            mark.setAlignment(mark.itemAt(0).widget(), Qt.AlignmentFlag.AlignTop)
            mark.setStretch(1, 1)
            layout.addLayout(mark)
        descriptor = reading.level_descriptor(criterion, rating)
        if descriptor:
            layout.addWidget(words(descriptor))
        gate = reading.gate_words(criterion, rating)
        if gate:
            layout.addWidget(PlainLabel(gate, "small muted"))
        if rating.comment.strip():
            layout.addWidget(PlainLabel(_("Comment"), "small muted"))
            layout.addWidget(words(rating.comment))
        self.setAccessibleName(f"{title}: {said}")

    def _level(self, rubric: RubricVersion, criterion: Criterion | None, rating: FolioRating) -> str:
        if rating.level is None:
            return one_line(reading.blank_words(rating))
        name = one_line(reading.scale_name(rubric, criterion, rating.level))
        said = _("Level {level} of {top}").format(level=rating.level, top=rubric.top_level)
        return f"{said}: {name}" if name else said
