"""The workbook as a file: sheets, tables, cells, conventions, hostile words, equal bytes, cancelling and failing."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook

from rubricapp.core.model import AssessmentId, AssessmentKind, Blank, Rating, Role
from rubricapp.core.scoring import combine, score
from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations.reporting import make_workbook
from rubricapp.reports.data import ReportData
from rubricapp.reports.xlsx import workbook as workbook_module
from rubricapp.reports.xlsx.cells import LONGEST, fitted, serial
from rubricapp.reports.xlsx.numbering import distinct

SHEETS = [
    "Read me", "Totals", "Matrix", "Growth", "Agreement", "Scores", "Means", "Pairs", "Assessments", "People",
    "Evidence", "Rubrics", "Criteria", "Levels", "Occasions", "Checks",
]  # fmt: skip
TABLES = {
    "Scores": "score_id participant_id criterion_id rubric occasion assessor_id kind level state status comment"
    " finished_at mean_no criterion_no",
    "Totals": "total_no participant_id name rubric occasion kind assessments total percent coverage low high gate"
    " status rated missing not_applicable weight_applies weight_rated weighted_sum gates_met gates_not_met gates_open"
    " needs_coverage top_level total_in_app differs rubric_no occasion_no first last",
    "Means": "mean_no total_no participant_id rubric occasion kind criterion_id levels mean applies weight weighted"
    " gate criterion_no occasion_no first last",
    "Pairs": "mean_no participant_id name rubric occasion criterion_id levels lowest highest gap pairs exact within_one"
    " criterion_no rubric_no first last",
    "Assessments": "assessment_id participant_id rubric occasion assessor_id kind status finished_at revision note"
    " total_no",
    "People": "person_id name given_name family_name roles department country joined_on",
    "Evidence": "participant_id name artefacts finished drafts",
    "Rubrics": "rubric_no rubric title version state language top_level needs_coverage criteria first_criterion_no"
    " content_hash structure_hash",
    "Criteria": "criterion_no rubric criterion_id title weight gate about level_1 level_2 level_3 level_4 level_5"
    " dimensions evidence alignments",
    "Levels": "rubric_no rubric level name anchor",
    "Occasions": "occasion_no occasion kind held_on",
}
EXCEL_2010 = {
    "ABS", "AND", "AVERAGE", "AVERAGEIFS", "CHAR", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "IF", "IFERROR", "INDEX",
    "ISNA", "ISNUMBER", "LOOKUP", "MATCH", "MAX", "MIN", "N", "NA", "OR", "ROUND", "ROWS", "SUM", "SUMIFS",
    "SUMPRODUCT",
}  # fmt: skip
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def made(tmp_path: Path):
    """Makes the workbook of some data; gives its path."""

    def make(data: ReportData, name: str = "cohort.xlsx") -> Path:
        batch = make_workbook(data, tmp_path / name)
        assert batch.files == (tmp_path / name,)
        assert batch.problems == ()
        return tmp_path / name

    return make


@pytest.fixture(scope="module")
def usual(tmp_path_factory, make_data) -> Path:
    """A workbook of twelve people, four rubrics, three occasions and two assessors; only to be read."""
    path = tmp_path_factory.mktemp("usual") / "cohort.xlsx"
    make_workbook(make_data(rubrics=4, occasions=3, assessors=2), path)
    return path


@pytest.fixture(scope="module")
def usual_book(usual: Path) -> Workbook:
    return load_workbook(usual)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(path: Path, sheet: str) -> list[dict]:
    """The rows of a table as dictionaries, with the values of formulas."""
    cells = list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def texts(path: Path) -> list[str]:
    """Every text of every sheet."""
    return [
        cell
        for sheet in load_workbook(path, data_only=True)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]


# What it holds


def test_sheets_and_tables_keep_their_names(usual_book) -> None:
    book = usual_book
    assert book.sheetnames == SHEETS
    assert [name for sheet in book for name in sheet.tables] == [name for name in SHEETS if name in TABLES]
    for name, columns in TABLES.items():
        sheet, table = book[name], book[name].tables[name]
        assert [each.name for each in table.tableColumns] == columns.split()
        assert [cell.value for cell in sheet[1]] == columns.split()
        assert table.ref == table.autoFilter.ref == sheet.dimensions
        assert table.totalsRowCount is None


def test_one_row_for_each_rating(made, make_data, change) -> None:
    data = change(make_data(people=3, rubrics=2), make_data(people=3).participants[0].id, CAM_3=Blank.NOT_OBSERVED)
    moment = datetime(2026, 11, 18, 9, 5, 7, 250_000, tzinfo=UTC)
    data = replace(data, assessments=tuple(replace(each, finished_at=moment) for each in data.assessments))
    found = {row["score_id"]: row for row in rows(made(data), "Scores")}
    expected = [(each, criterion) for each in data.assessments for criterion in data.rubrics[each.rubric].criteria]
    assert len(found) == len(expected) > 80
    codes = {each.id: each.code for each in data.people.values()}
    for assessment, criterion in expected:
        row, rating = found[f"{assessment.id}/{criterion.id}"], assessment.rating(criterion.id)
        assert row["participant_id"] == codes[assessment.participant]
        assert row["assessor_id"] == codes[assessment.assessor]
        assert row["criterion_id"] == criterion.id
        assert row["level"] == rating.level
        assert row["state"] == ("rated" if rating.level else rating.blank.value if rating.blank else "not_yet_rated")
        assert row["comment"] == (rating.comment or None)
        assert (row["kind"], row["status"]) == ("assessor", "finished")
        assert abs(row["finished_at"] - moment.replace(tzinfo=None)) < timedelta(milliseconds=1)
    assert "not_observed" in {row["state"] for row in found.values()}


def test_a_criterion_without_rating_has_a_row_without_level(made, make_data, change) -> None:
    data = make_data(people=1, occasions=1)
    row = next(
        row
        for row in rows(made(change(data, data.participants[0].id, CAM_2=None)), "Scores")
        if row["criterion_id"] == "CAM-2"
    )
    assert (row["level"], row["state"], row["comment"]) == (None, "not_yet_rated", None)


def test_totals_hold_what_core_computes(made, make_data) -> None:
    data = make_data(people=9, rubrics=4, occasions=3, assessors=2, blanks=0.25)
    found = rows(made(data), "Totals")
    assert len(found) == 9 * 4 * 3
    people = {each.code: each for each in data.participants}
    names = {f"{each.id} {each.version}": key for key, each in data.rubrics.items()}
    occasions = {each.name: each.id for each in data.occasions}
    statuses = set()
    for row in found:
        person, key = people[row["participant_id"]], names[row["rubric"]]
        expected = score(data.rubrics[key], combine(data.of(person.id, key, occasions[row["occasion"]])))
        assert row["name"] == person.name
        assert row["assessments"] == 2
        assert row["total"] == pytest.approx(float(expected.value)) if expected.value else row["total"] in (None, "")
        if expected.value:
            assert row["percent"] == pytest.approx(float(expected.percent) / 100)
        for column in ("coverage", "low", "high"):
            assert row[column] == pytest.approx(float(getattr(expected, column)))
        assert row["gate"] == expected.gate.value
        counts = (len(expected.observed), len(expected.missing), len(expected.not_applicable))
        assert (row["rated"], row["missing"], row["not_applicable"]) == counts
        statuses.add(row["status"])
    assert statuses == {"total", "coverage_too_low", "gate_open"}


def test_kinds_are_never_mixed_and_peers_are_left_out(tmp_path, make_data) -> None:
    data = make_data(people=2, occasions=1)
    one = data.assessments[0]

    def another(kind: AssessmentKind, level: int):
        ratings = {key: Rating(key, level) for key in one.ratings}
        return replace(one, id=AssessmentId(f"{kind:0>32}"), kind=kind, ratings=ratings, note=f"Note of {kind}")

    more = (another(AssessmentKind.SELF, 5), another(AssessmentKind.MENTOR, 2), another(AssessmentKind.PEER, 1))
    data = replace(data, assessments=(one, *more, *data.assessments[1:]))
    batch = make_workbook(data, tmp_path / "a.xlsx")
    assert batch.problems == ()
    found = [(row["kind"], row["total"]) for row in rows(tmp_path / "a.xlsx", "Totals")]
    assert (found[1], found[2]) == (("self", 5), ("mentor", 2))
    assert found[0][0] == found[3][0] == "assessor"
    assert found[0][1] == pytest.approx(float(data.score(one.participant, one.rubric, one.occasion).value))
    everything = texts(tmp_path / "a.xlsx")
    assert "Note of self" in everything
    assert not [text for text in everything if "Note of peer" in text or text == "peer"]


def test_people_rubrics_and_evidence(made, make_data) -> None:
    data = make_data(people=4, rubrics=2)
    data = replace(
        data,
        participants=tuple(
            replace(each, joined_on="2026-09-07", roles=frozenset({Role.PARTICIPANT})) for each in data.participants
        ),
        drafts={data.participants[1].id: 3},
    )
    data = replace(data, people=dict(data.people) | {each.id: each for each in data.participants})
    path = made(data)
    people = rows(path, "People")
    assert [row["person_id"] for row in people[:4]] == [each.code for each in data.participants]
    assert people[0]["joined_on"] == datetime(2026, 9, 7)
    assert (people[0]["roles"], people[4]["person_id"]) == ("participant", "A-000")
    assert [row["content_hash"] for row in rows(path, "Rubrics")] == sorted(
        data.rubrics, key=lambda key: data.rubrics[key].id
    )
    criteria = [each for key in sorted(data.rubrics, key=lambda key: data.rubrics[key].id)
                for each in data.rubrics[key].criteria]  # fmt: skip
    found = rows(path, "Criteria")
    assert [(row["criterion_id"], row["weight"], row["gate"]) for row in found] == [
        (each.id, each.weight, each.gate) for each in criteria
    ]
    assert [row["level_4"] for row in found] == [each.levels[3].descriptor for each in criteria]
    assert not [text for text in texts(path) if any(each.guidance and each.guidance in text for each in criteria)]
    evidence = rows(path, "Evidence")
    assert [row["artefacts"] for row in evidence] == [data.evidence[each.id] for each in data.participants]
    assert [row["drafts"] for row in evidence] == [0, 3, 0, 0]
    assert [row["finished"] for row in evidence] == [4, 4, 4, 4]


def test_read_me_says_what_from_when_and_which_words(made, make_data) -> None:
    data = make_data(rubrics=2)
    said = "\n".join(
        str(cell)
        for row in load_workbook(made(data), data_only=True)["Read me"].iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )
    for expected in (data.programme, data.edition, "2026-11-21 14:02 UTC", data.snapshot.id, "rubricapp 0.1.0"):
        assert expected in said
    assert all(key in said for key in data.rubrics)
    assert all(name in said for name in SHEETS[1:])
    assert all(column in said for columns in TABLES.values() for column in columns.split())


def test_matrix_growth_and_agreement_show_what_the_data_say(made, make_data) -> None:
    data = make_data(people=12, rubrics=2, occasions=3, assessors=2, blanks=0.1)
    book = load_workbook(made(data), data_only=True)
    matrix = book["Matrix"]
    assert [matrix[cell].value for cell in ("B3", "B4", "B5")] == ["camera 1.0", "final", "assessor"]
    key = next(key for key, each in data.rubrics.items() if each.id == "camera")
    for row, person in enumerate(data.participants, 9):
        values = combine(data.of(person.id, key, "o2"))
        for column, criterion in enumerate(data.rubrics[key].criteria, 6):
            value, shown = values.get(criterion.id), matrix.cell(row, column).value
            if value is None or isinstance(value, Blank):
                assert shown == ("n/a" if value is Blank.NOT_APPLICABLE else "–")
            else:
                assert shown == pytest.approx(float(value))
    growth = book["Growth"]
    totals = [score(data.rubrics[key], combine(data.of(each.id, key, "o2"))).value for each in data.participants]
    totals = [each for each in totals if each is not None]
    assert (growth["B9"].value, growth["A12"].value) == ("camera 1.0", "final")
    assert growth["B12"].value == pytest.approx(float(sum(totals) / len(totals)))
    assert growth["B16"].value == len(totals)
    agreement = list(book["Agreement"].iter_rows(min_row=5, max_row=6, values_only=True))
    pairs = exact = near = 0
    for each in data.participants:
        for occasion in data.occasions:
            one, other = data.of(each.id, key, occasion.id)
            for criterion in data.rubrics[key].criteria:
                levels = one.rating(criterion.id).level, other.rating(criterion.id).level
                if None not in levels:
                    pairs, exact = pairs + 1, exact + (levels[0] == levels[1])
                    near += abs(levels[0] - levels[1]) <= 1
    assert agreement[0][1:7] == ("camera 1.0", "all", "Camera", pairs, exact, near)
    assert agreement[0][7] == pytest.approx(exact / pairs)


def test_few_pairs_are_counts_and_few_people_have_no_mean(made, make_data) -> None:
    book = load_workbook(made(make_data(people=1, occasions=1, assessors=2, blanks=0)), data_only=True)
    line = [cell.value for cell in book["Agreement"][5]]
    assert re.fullmatch(r"\d of 7", line[7])
    assert line[9] == "too few: counts only"
    assert book["Growth"]["B10"].value == "–"
    assert book["Growth"]["B14"].value == 1


def test_checks_are_all_0_and_one_cell_says_so(usual) -> None:
    book = load_workbook(usual, data_only=True)
    counted = [row[2] for row in book["Checks"].iter_rows(min_row=6, max_row=17, values_only=True)]
    assert counted == [0] * 12
    assert book["Checks"]["B3"].value == book["Read me"]["B8"].value == "OK"


def test_a_rating_of_no_criterion_is_shown_counted_and_not_scored(made, make_data) -> None:
    data = make_data(people=1, occasions=1)
    one = data.assessments[0]
    data = replace(data, assessments=(replace(one, ratings={**one.ratings, "CAM-99": Rating("CAM-99", 4)}),))
    path = made(data)
    assert rows(path, "Scores")[-1]["criterion_id"] == "CAM-99"
    book = load_workbook(path, data_only=True)
    assert book["Checks"]["B3"].value == book["Read me"]["B8"].value == "Look below: something is not 0."
    assert [book["Checks"].cell(row, 3).value for row in range(6, 18)] == [0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]


# Conventions


def test_every_sheet_prints_and_scrolls_as_promised(usual_book) -> None:
    book = usual_book
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "&P / &N"
        assert sheet.oddFooter.center.text == sheet.title
        assert not sheet.merged_cells.ranges
        if sheet.title in TABLES:
            assert re.fullmatch(r"[B-D]2", sheet.freeze_panes)
            assert sheet.print_title_rows == "$1:$1"
            assert len(sheet.column_dimensions) == len(TABLES[sheet.title].split())
    assert book.calculation.fullCalcOnLoad
    for cell in ("B3", "B4", "B5"):
        assert book["Matrix"][cell].font.color.rgb == "000000FF"
        assert book["Matrix"][cell].fill.fgColor.rgb == "00E8F1FF"
    validations = {str(each.sqref): each.formula1 for each in book["Matrix"].data_validations.dataValidation}
    assert validations["B3"] == "Rubrics!$B$2:$B$5"
    assert validations["B4"] == "Occasions!$B$2:$B$4"


def test_the_chart_is_straight_inside_the_page_and_holds_its_values(usual, usual_book) -> None:
    chart = parts(usual)["xl/charts/chart1.xml"].decode()
    assert chart.count('<smooth val="0" />') == 4
    assert '<smooth val="1"' not in chart
    assert chart.count('typeface="Arial"') >= 5
    assert len(re.findall(r"<numCache>.*?</numCache>", chart)) == 4
    sheet = usual_book["Growth"]
    held = sheet._charts[0].anchor._from
    last = int(re.search(r"\$(\d+)$", sheet.print_area)[1])
    # openpyxl keeps the height in EMU: 8.4 cm, and a row of 16 points is 203,200.
    assert held.row + 360_000 * 8.4 / 203_200 < last
    assert sheet.page_setup.fitToHeight == 1


def test_every_font_has_a_name_and_formulas_are_black(usual, usual_book) -> None:
    styles = ElementTree.fromstring(parts(usual)["xl/styles.xml"])
    assert all(font.find(f"{MAIN}name") is not None for font in styles.find(f"{MAIN}fonts"))
    colours = {
        cell.font.color.rgb
        for sheet in usual_book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert colours <= {"001A1C20", "00545A64"}


def test_only_functions_that_excel_2010_has_and_no_error_but_in_the_chart(usual, usual_book) -> None:
    used: set[str] = set()
    for sheet in usual_book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    used.update(re.findall(r"([A-Z][A-Z.0-9]*)\(", re.sub(r'"[^"]*"', "", cell.value)))
    assert used <= EXCEL_2010, used - EXCEL_2010
    for name, content in parts(usual).items():
        if name.startswith("xl/worksheets/sheet"):
            faults = set(re.findall(r'<c r="(\w+)"[^>]* t="e"', content.decode()))
            assert not faults or "Growth" in SHEETS[int(re.search(r"\d+", name)[0]) - 1]


def test_every_formula_has_its_value(usual) -> None:
    for name, content in parts(usual).items():
        if name.startswith("xl/worksheets/sheet"):
            for cell in ElementTree.fromstring(content).iter(f"{MAIN}c"):
                if cell.find(f"{MAIN}f") is not None:
                    assert cell.find(f"{MAIN}v") is not None, (name, cell.get("r"))


def test_document_properties_say_what_it_is_and_no_clock(made, make_data) -> None:
    data = replace(make_data(), language="fr")
    book = load_workbook(made(data))
    about = book.properties
    assert (about.creator, about.lastModifiedBy, about.language) == ("rubricapp", "rubricapp", "fr")
    assert about.title == "Test residency – 2026"
    assert about.created == about.modified == data.snapshot.as_of.replace(tzinfo=None)


# Hostile and foreign words

PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x",
    '=HYPERLINK("http://example.org","x")', "<b>&amp;\"'</b>", "]]>", "&lt;", "_x0041_", "{=1}", "'=1", "%0A=1",
    "\x00=1\x0b\x1f", "\ufffe=1", "a\u202eb", "😀=1", "<script>alert(1)</script>", "&P&D&F",
)  # fmt: skip


def poisoned(data: ReportData, everywhere: str, each_person: tuple[str, ...]) -> ReportData:
    """The data with one text wherever a text stands once, and another for each person."""
    people = tuple(
        replace(person, given_name=text, family_name=text, code=text, department=text, country=text)
        for person, text in zip(data.participants, each_person, strict=True)
    )
    words = {person.id: text for person, text in zip(people, each_person, strict=True)}
    rubric = next(iter(data.rubrics.values()))
    criterion = replace(rubric.criteria[0], title=everywhere, about=everywhere)
    rubric = replace(rubric, title=everywhere, version=everywhere, criteria=(criterion, *rubric.criteria[1:]))
    return replace(
        data,
        programme=everywhere,
        edition=everywhere,
        occasions=tuple(replace(each, name=everywhere) for each in data.occasions),
        participants=people,
        people=dict(data.people) | {person.id: person for person in people},
        rubrics={rubric.content_hash: rubric},
        assessments=tuple(
            replace(
                each,
                note=words[each.participant],
                ratings={**each.ratings, "CAM-2": Rating("CAM-2", 3, comment=words[each.participant])},
            )
            for each in data.assessments
        ),
    )


def formulas(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def cleaned(text: str) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe]", "", text.replace("\r", "\n"))


@pytest.mark.parametrize("everywhere", ["=1+1", "</t></is></c>&P \x00\x1b"])
def test_nothing_that_people_wrote_becomes_a_formula(made, make_data, everywhere: str) -> None:
    data = make_data(people=len(PAYLOADS), occasions=1, comments=0)
    path = made(poisoned(data, everywhere, PAYLOADS))
    harmless = made(poisoned(data, "harmless", tuple(f"harmless {n}" for n in range(len(PAYLOADS)))), "harmless.xlsx")
    assert formulas(path) == formulas(harmless)
    quoted = set()
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f" and isinstance(cell.value, str) and cell.value[:1] in "=+-@\t\n＝＋－＠":
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
                    quoted.add(cell.value)
    assert {cleaned(each) for each in PAYLOADS if cleaned(each)[0] in "=+-@\t\n＝＋－＠"} <= quoted
    # openpyxl reads text as it stands in the file; programs turn "_x005F_" back into "_".
    expected = {cleaned(each).replace("_x0041_", "_x005F_x0041_") for each in PAYLOADS}
    assert {row["comment"] for row in rows(path, "Scores")} - {None} == expected
    assert {row["note"] for row in rows(path, "Assessments")} == expected


def test_texts_in_many_scripts_come_back_as_written(made, make_data, change) -> None:
    data = make_data(people=12)
    words = "Exposición عرض 曝光 экспозиция एक्सपोज़र תאורה ፊልም 노출"
    data = change(data, data.participants[0].id, CAM_1=words)
    path = made(data)
    assert [row["name"] for row in rows(path, "People")][:12] == [each.name for each in data.participants]
    assert words in {row["comment"] for row in rows(path, "Scores")}
    assert {row["name"] for row in rows(path, "Totals")} == {each.name for each in data.participants}


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "界\n" * 20_000])
def test_a_text_too_long_for_a_cell_is_cut_and_told(tmp_path, make_data, change, text: str) -> None:
    data = make_data(people=1, occasions=1, comments=0)
    batch = make_workbook(change(data, data.participants[0].id, CAM_1=text), tmp_path / "a.xlsx")
    assert [(each.code, each.severity) for each in batch.problems] == [("W_CUT", "warning")]
    (kept,) = {row["comment"] for row in rows(tmp_path / "a.xlsx", "Scores")} - {None}
    assert len(kept.encode("utf-16-le")) // 2 <= LONGEST
    head, note = kept.split(" … (cut here")
    assert text.startswith(head)
    assert len(head) > 16_000
    assert note


def test_cutting_never_splits_a_character() -> None:
    text, cut = fitted("a" + "😀" * 20_000, "…")
    assert cut
    assert text == "a" + "😀" * ((LONGEST - 2) // 2) + "…"
    assert fitted("x" * LONGEST, "…") == ("x" * LONGEST, False)


def test_labels_are_distinct_for_a_spreadsheet_program() -> None:
    assert distinct(["P-1", "p-1", "Ｐ-1", "", "", "a\nb", "x~y", "P-1 (2)"], "?") == [
        "P-1", "p-1 (2)", "Ｐ-1 (3)", "?", "? (2)", "a b", "x-y", "P-1 (2) (2)",
    ]  # fmt: skip


def test_days_that_programs_disagree_on_stay_text(made, make_data) -> None:
    assert serial(datetime(2026, 11, 18, 12, tzinfo=UTC)) == 46344.5
    assert serial(datetime(1900, 2, 28)) is None
    data = make_data(people=2)
    odd = tuple(
        replace(each, joined_on=day) for each, day in zip(data.participants, ("1899-12-31", "no day"), strict=True)
    )
    data = replace(data, participants=odd, people=dict(data.people) | {each.id: each for each in odd})
    assert [row["joined_on"] for row in rows(made(data), "People")][:2] == ["1899-12-31", "no day"]


# Little or nothing to say


@pytest.mark.parametrize("case", ["no assessments", "no participants", "nothing at all"])
def test_empty_data_make_a_workbook_that_says_so(made, make_data, case: str) -> None:
    data = replace(make_data(people=3), assessments=(), rubrics={}, drafts={})
    if case != "no assessments":
        data = replace(data, participants=(), evidence={})
    if case == "nothing at all":
        data = replace(data, people={}, occasions=())
    path = made(data)
    book = load_workbook(path, data_only=True)
    assert book.sheetnames == SHEETS
    assert book["Checks"]["B3"].value == "OK"
    assert book["Scores"].tables["Scores"].ref == "A1:N2"
    assert all(cell.value is None for cell in book["Scores"][2])
    assert len(rows(path, "Evidence")) == len(data.participants)
    assert "None: no assessment is finished yet." in texts(path)


@pytest.mark.parametrize(("rubrics", "criteria"), [(1, 7), (4, 29)])
def test_one_rubric_or_four(made, make_data, rubrics: int, criteria: int) -> None:
    path = made(make_data(people=2, rubrics=rubrics))
    assert len(rows(path, "Criteria")) == criteria
    assert len(rows(path, "Rubrics")) == rubrics
    head = [cell.value for cell in load_workbook(path, data_only=True)["Matrix"][8]]
    assert [each.split("\n")[0] for each in head[5:12]] == [
        f"{'BUD' if rubrics == 4 else 'CAM'}-{n}" for n in range(1, 8)
    ]


# Bytes


def test_the_same_data_give_the_same_bytes(made, make_data) -> None:
    data = make_data(people=4, rubrics=4, assessors=2)
    first = made(data, "a.xlsx").read_bytes()
    shuffled = replace(
        data,
        people=dict(reversed(data.people.items())),
        rubrics=dict(reversed(data.rubrics.items())),
        evidence=dict(reversed(data.evidence.items())),
    )
    assert made(shuffled, "b.xlsx").read_bytes() == first
    with zipfile.ZipFile(made(data, "c.xlsx")) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    other = replace(data, snapshot=replace(data.snapshot, id="OTHER"))
    assert made(other, "d.xlsx").read_bytes() != first


def test_nothing_of_the_day_of_making_is_inside(made, make_data) -> None:
    data = make_data()
    data = replace(data, snapshot=replace(data.snapshot, as_of=datetime(2001, 2, 3, tzinfo=UTC)))
    today = datetime.now(UTC)
    for name, content in parts(made(data)).items():
        assert today.strftime("%Y-%m-%d").encode() not in content, name


# Making the file


def test_a_file_in_its_place_is_replaced_whole(tmp_path, make_data) -> None:
    path = tmp_path / "new" / "folder" / "cohort.xlsx"
    data = make_data(rubrics=2)
    make_workbook(data, path)
    first = path.read_bytes()
    path.write_bytes(b"what was there")
    seen = []
    make_workbook(data, path, Progress(on_step=lambda done, total, label: seen.append(path.read_bytes())))
    assert set(seen) == {b"what was there"}
    assert path.read_bytes() == first
    assert [each.name for each in path.parent.iterdir()] == ["cohort.xlsx"]


def test_progress_goes_forward_to_its_end(tmp_path, make_data) -> None:
    steps: list[tuple[int, int, str]] = []
    progress = Progress(on_step=lambda *step: steps.append(step))
    make_workbook(make_data(people=40, rubrics=4, occasions=3), tmp_path / "a.xlsx", progress)
    done = [step[0] for step in steps]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == steps[-1][1] == progress.total
    assert {step[2] for step in steps} == set(SHEETS)


@pytest.mark.parametrize("at", ["Read me", "Scores", "Checks"])
def test_cancelling_leaves_nothing_and_what_was_there(tmp_path, make_data, at: str) -> None:
    path = tmp_path / "cohort.xlsx"
    path.write_bytes(b"what was there")
    progress = Progress()

    def cancel(done: int, total: int, label: str) -> None:
        if label == at:
            progress.cancel()

    progress.on_step = cancel
    with pytest.raises(Cancelled):
        make_workbook(make_data(), path, progress)
    assert path.read_bytes() == b"what was there"
    assert [each.name for each in tmp_path.iterdir() if each.suffix in (".xlsx", ".part")] == ["cohort.xlsx"]


def test_places_that_cannot_be_written_are_refused_in_words(tmp_path, make_data) -> None:
    data = make_data(people=1)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(UserError) as refused:
        make_workbook(data, tmp_path / "folder.xlsx")
    assert refused.value.code == "E_CANNOT_WRITE"
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as refused:
        make_workbook(data, tmp_path / "file" / "a.xlsx")
    assert refused.value.code == "E_NOT_A_FOLDER"
    with pytest.raises(UserError):
        make_workbook(data, tmp_path / "a\0.xlsx")
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != "home") == ["file", "folder.xlsx"]


def test_more_ratings_than_rows_are_refused(tmp_path, make_data, monkeypatch) -> None:
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 10)
    with pytest.raises(UserError) as refused:
        make_workbook(make_data(), tmp_path / "a.xlsx")
    assert refused.value.code == "E_TOO_MANY"
    assert not (tmp_path / "a.xlsx").exists()


def test_openpyxl_is_imported_only_when_a_workbook_is_made() -> None:
    code = "import sys, rubricapp.operations.reporting; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_assessor_who_mentors_is_named_on_agreement(made, make_data) -> None:
    data = make_data(people=3, assessors=2, occasions=1)
    judge = next(each for each in data.people.values() if each.given_name == "Judge1")
    told = replace(data, mentored=frozenset({(judge.id, data.participants[0].id)}))
    for given, expected in ((data, False), (told, True)):
        rows = load_workbook(made(given), data_only=True)["Agreement"].iter_rows(values_only=True)
        words = " ".join(str(cell) for row in rows for cell in row if cell)
        assert ("Not independent: who assessed is also the mentor (Judge1 Example of" in words) is expected
