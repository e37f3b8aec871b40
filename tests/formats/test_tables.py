"""CSV files and workbooks as raw tables: encodings, separators, kinds of file, hostile archives."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment

from rubricapp.errors import Exit, UserError
from rubricapp.formats import grid, tables
from rubricapp.formats.encodings import decode
from rubricapp.formats.grid import Mark, Row, Table, column_index, column_letter
from rubricapp.formats.tables import read_table

LINES = "N°;Nom;Prénom\nP-1;Müller;Zoé\nP-2;Łukasz;Ångström\n"
PEOPLE = "Id;Nom;Prénom\nP-1;Gonçalves;Inês\nP-2;d’Ávila;João Pedro\nP-3;Østergård;Søren\nP-4;Müller;Zoé\n"


def size(rows: object) -> int:
    """A score that likes many cells: what is tested here needs no roster."""
    return max((len(row.cells) for row in rows), default=0)  # type: ignore[attr-defined]


def read(folder: Path, data: bytes | str, name: str = "people.csv", sheet: str | None = None) -> Table:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path, size, sheet)


def cells(table: Table) -> list[list[object]]:
    return [row.cells for row in table.rows]


def refused(folder: Path, data: bytes, name: str = "people.xlsx") -> UserError:
    with pytest.raises(UserError) as caught:
        read(folder, data, name)
    assert caught.value.do, "every message says what to do"
    assert name in caught.value.what
    return caught.value


def workbook(*sheets: tuple[str, list[list[object]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def remade(data: bytes, **parts: str | bytes | None) -> bytes:
    """The same archive with parts replaced, added, or left out; "__" in a name stands for "/", "_" for "."."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        named = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
        for name in [*old.namelist(), *(name for name in named if name not in old.namelist())]:
            part = named.get(name, old.read(name) if name in old.namelist() else None)
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def sheet_xml(rows: str, after: str = "", before: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def with_sheet(xml: str, **parts: str | bytes | None) -> bytes:
    return remade(saved(workbook(("One", [["a"]]))), xl__worksheets__sheet1_xml=xml, **parts)


# Columns


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(index: int, letters: str) -> None:
    assert column_letter(index) == letters
    assert column_index(letters.lower()) == index


@pytest.mark.parametrize("letters", ["", "A1", "XFE", "É", "AAAAA"])
def test_what_is_no_column_is_refused(letters: str) -> None:
    with pytest.raises(ValueError):
        column_index(letters)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, LINES.encode(encoding))
    assert cells(table) == [["N°", "Nom", "Prénom"], ["P-1", "Müller", "Zoé"], ["P-2", "Łukasz", "Ångström"]]
    assert not table.guessed
    assert table.encoding.startswith(encoding.removesuffix("-sig")[:6])


@pytest.mark.parametrize(("encoding", "guessed"), [("cp1252", False), ("mac_roman", True)])
def test_western_encodings_are_told_apart(tmp_path: Path, encoding: str, guessed: bool) -> None:
    table = read(tmp_path, PEOPLE.encode(encoding))
    assert cells(table)[2:4] == [["P-2", "d’Ávila", "João Pedro"], ["P-3", "Østergård", "Søren"]]
    assert (table.encoding, table.guessed) == (encoding, guessed)


def test_latin_1_reads_as_its_superset(tmp_path: Path) -> None:
    table = read(tmp_path, PEOPLE.replace("’", "'").encode("latin-1"))
    assert table.encoding == "cp1252"
    assert cells(table)[1] == ["P-1", "Gonçalves", "Inês"]


def test_central_european_letters_are_seen(tmp_path: Path) -> None:
    table = read(tmp_path, "Id;Nazwisko;Imię\nP-1;Wróblewski;Łukasz\nP-2;Żak;Śnieżka\n".encode("cp1250"))
    assert cells(table)[1:] == [["P-1", "Wróblewski", "Łukasz"], ["P-2", "Żak", "Śnieżka"]]
    assert table.guessed


def test_another_alphabet_is_guessed_and_said(tmp_path: Path) -> None:
    text = "Код;Прізвище;Імя;Відділ\n" + "P-1;Іваненко;Ольга;Операторська група\nP-2;Шевченко;Тарас;Режисура\n" * 4
    table = read(tmp_path, text.encode("cp1251"))
    assert cells(table)[1][1:3] == ["Іваненко", "Ольга"]
    assert table.guessed


def test_a_mark_that_lies_is_not_believed(tmp_path: Path) -> None:
    table = read(tmp_path, b"\xef\xbb\xbfId;Nom\nP-1;Zo\xe9\n")
    assert cells(table) == [["Id", "Nom"], ["P-1", "Zoé"]]


def test_a_file_of_two_encodings_is_doubted(tmp_path: Path) -> None:
    """UTF-8 and Windows-1252 glued together read as one of them: garbled, but nothing is dropped, and it is said."""
    decoded = decode(b"Id;Nom\nP-1;Zo\xe9\nP-2;Zo\xc3\xa9\n", "x.csv")
    assert decoded.text == "Id;Nom\nP-1;Zoé\nP-2;ZoÃ©\n"
    assert decoded.guessed


# Separators


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(tmp_path: Path, separator: str) -> None:
    rows = [
        ["id", "name", "note"],
        ["P-1", "Amara", 'said "go", then; left|right\there'],
        ["P-2", "Kofi", "two\r\nlines"],
    ]
    text = "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    table = read(tmp_path, text)
    assert table.separator == separator
    assert cells(table) == rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path: Path, end: str) -> None:
    table = read(tmp_path, end.join(["id,name", "", "P-1,Amara", ",", "P-2,Kofi", "", ""]))
    assert table.rows == [Row(1, ["id", "name"]), Row(3, ["P-1", "Amara"]), Row(5, ["P-2", "Kofi"])]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    table = read(tmp_path, 'id,name\nP-1,"Amara\nNgozi"\nP-2,Kofi\n')
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_the_separator_can_be_named_in_the_file(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\nid;name\nP-1;a,b,c,d\n")
    assert table.separator == ";"
    assert table.rows[0] == Row(2, ["id", "name"])


def test_lines_quoted_as_a_whole_are_unwrapped(tmp_path: Path) -> None:
    table = read(tmp_path, '"id,name,note"\r\n"P-1,Amara,""a, b"""\r\n"P-2,Kofi,"\r\n')
    assert cells(table) == [["id", "name", "note"], ["P-1", "Amara", "a, b"], ["P-2", "Kofi", ""]]


def test_an_open_quotation_mark_is_found(tmp_path: Path) -> None:
    table = read(tmp_path, 'id,name\nP-1,"Amara\nP-2,Kofi\nP-3,Ama\n')
    assert table.open_quote_row == 2


def test_a_huge_open_quotation_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, b'id,name\nP-1,"' + b"A,\n" * 100_000, "people.csv")
    assert error.code == "E_ROSTER_QUOTES"


def test_a_record_without_end_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"ab," * 1_000_000, "people.csv").code == "E_ROSTER_QUOTES"
    assert refused(tmp_path, b"id,name\n" + b'"\n",' * 600_000, "people.csv").code == "E_ROSTER_QUOTES"


def test_only_so_many_columns_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, ",".join(f"c{n}" for n in range(500)) + "\n")
    assert len(table.rows[0].cells) == grid.MAX_COLUMNS
    assert table.cut_columns


def test_only_so_many_rows_are_read(tmp_path: Path) -> None:
    error = refused(tmp_path, b"1,2\n" * (grid.MAX_ROWS + 1), "people.csv")
    assert error.code == "E_ROSTER_TOO_LARGE"


# Files that are something else


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "E_ROSTER_EMPTY", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "E_ROSTER_EMPTY", "empty"),
        (b",,,\n\n,,\n", "E_ROSTER_EMPTY", "empty"),
        (b"%PDF-1.7 ...", "E_ROSTER_KIND", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "E_ROSTER_KIND", "picture"),
        (b"{\\rtf1 x}", "E_ROSTER_KIND", "RTF"),
        (b"<html><table><tr><td>id</td></tr></table></html>", "E_ROSTER_KIND", "web page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "E_ROSTER_KIND", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "E_ROSTER_KIND", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "E_ROSTER_KIND", ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "E_ROSTER_PASSWORD", "password"),
        (bytes(range(256)) * 40, "E_ROSTER_KIND", "not text"),
        (b"id,name\0\1\2\3\4" * 100, "E_ROSTER_KIND", "not text"),
        (b"PK\x03\x04 but nothing else", "E_ROSTER_DAMAGED", "damaged"),
    ],
)
def test_other_kinds_of_file_are_named(tmp_path: Path, data: bytes, code: str, words: str) -> None:
    error = refused(tmp_path, data)
    assert (error.code, error.exit_code) == (code, Exit.UNREADABLE)
    assert words in error.what


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("content.xml", "OpenDocument"),
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "Word"),
        ("Index/Document.iwa", "Numbers"),
        ("photos/one.jpg", "zip file"),
    ],
)
def test_other_kinds_of_archive_are_named(tmp_path: Path, part: str, words: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(part, "x")
    error = refused(tmp_path, stream.getvalue())
    assert error.code == "E_ROSTER_KIND"
    assert words in error.what


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id,name\nP-1,Amara\n", "people.xlsx")) == [["id", "name"], ["P-1", "Amara"]]
    assert cells(read(tmp_path, saved(workbook(("S", [["id", "name"]]))), "people.csv")) == [["id", "name"]]


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path, code in (
        (tmp_path / "no.csv", "E_FILE_MISSING"),
        (tmp_path / "a\0b.csv", "E_FILE_MISSING"),
        (tmp_path / ("x" * 300), "E_FILE_UNREADABLE"),
        (tmp_path, "E_FILE_KIND"),
    ):
        with pytest.raises(UserError) as caught:
            read_table(path, size)
        assert (caught.value.code, caught.value.exit_code) == (code, Exit.UNREADABLE)
        assert caught.value.do


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("wb") as stream:
        stream.truncate(tables.MAX_FILE_BYTES + 1)
    with pytest.raises(UserError) as caught:
        read_table(path, size)
    assert caught.value.code == "E_ROSTER_TOO_LARGE"


def test_the_mark_of_an_open_file_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, b"\x05Amara", "~$people.xlsx")
    assert "Choose people.xlsx" in error.do


# Workbooks


def test_both_readers_say_the_same(tmp_path: Path) -> None:
    """The pass of our own against openpyxl, cell by cell, over every kind of value that both tell."""
    rows = [
        ["id", None, "  spaces  ", "two\nlines", "<b>&amp;", "Ольга", "حداد", "😀"],
        [1, 2.5, -3, 0.1 + 0.2, 1e14, 123456789012345, True, False, None],
        [date(2026, 9, 2), datetime(2026, 9, 2, 18, 30), None, None, "x", "", "tail"],
        [],
        [None, None, None, "far"],
    ]
    data = saved(workbook(("Sheet", rows)))
    ours = {row.number: row.cells for row in read(tmp_path, data, "a.xlsx").rows}
    theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    for row in theirs.iter_rows():
        for cell in row:
            mine = (ours.get(cell.row, []) + [""] * 20)[cell.column - 1]
            if isinstance(cell.value, datetime):
                assert mine == Mark("date", cell.value.date().isoformat())
            elif isinstance(cell.value, bool):
                assert mine == str(cell.value).upper()
            elif isinstance(cell.value, (int, float)):
                assert float(mine) == pytest.approx(cell.value)
            else:
                assert mine == (cell.value or "")


def test_numbers_look_as_the_sheet_shows_them(tmp_path: Path) -> None:
    book = workbook(("S", [["name", 7, 42, 12, 3.0, 1234567890123456789, 0.5, 45000]]))
    sheet = book.active
    for place, code in (("B1", "000"), ("C1", '"P-"000'), ("D1", r"\N\°\ 00"), ("H1", "0.00")):
        sheet[place].number_format = code
    assert cells(read(tmp_path, saved(book), "a.xlsx"))[0] == [
        *("name", "007", "P-042", "N° 12", "3"),
        Mark("imprecise", "1.234567890123457e+18"),
        *("0.5", "45000"),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", "date"),
        ("dd/mm/yyyy;@", "date"),
        ("[$-40C]d mmmm yyyy", "date"),
        ('"day "0', ""),
        ("[Red]0.00", ""),
        ("mmm", "date"),
        ("General", ""),
        ("0.00E+00", ""),
        ('yyyy"年"m"月"d"日"', "date"),
        ("hh:mm", "bad_date"),
        ("[h]:mm:ss", "bad_date"),
    ],
)
def test_which_numbers_are_dates(tmp_path: Path, code: str, kind: str) -> None:
    book = workbook(("S", [["x", 46267]]))
    book.active["B1"].number_format = code
    value = cells(read(tmp_path, saved(book), "a.xlsx"))[0][1]
    assert (value.kind if isinstance(value, Mark) else "") == kind
    if kind == "date":
        assert value == Mark("date", "2026-09-02")


def test_days_that_a_spreadsheet_cannot_have(tmp_path: Path) -> None:
    book = workbook(("S", [["x", 60, -5, 3_000_000, 1e300]]))
    for cell in book.active[1][1:]:
        cell.number_format = "yyyy-mm-dd"
    assert {cell.kind for cell in cells(read(tmp_path, saved(book), "a.xlsx"))[0][1:]} == {"bad_date"}


def test_the_other_epoch(tmp_path: Path) -> None:
    book = workbook(("S", [["x", date(2026, 9, 2)]]))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    table = read(tmp_path, saved(book), "a.xlsx")
    assert table.epoch_1904
    assert table.rows[0].cells[1] == Mark("date", "2026-09-02")


def test_errors_formulas_and_text_that_looks_like_one(tmp_path: Path) -> None:
    book = workbook(("S", [["=1+1", "#REF!", "=HYPERLINK(x)", "'=kept", "+"]]))
    sheet = book.active
    sheet["B1"].data_type = "e"
    sheet["C1"].data_type = "s"
    sheet["E1"].value, sheet["E1"].data_type = "=text", "s"
    sheet["E1"].style = "Normal"
    sheet["E1"].quotePrefix = True
    assert cells(read(tmp_path, saved(book), "a.xlsx"))[0] == [
        Mark("no_value", ""),
        Mark("error", "#REF!"),
        "=HYPERLINK(x)",
        "'=kept",
        "'=text",
    ]


def test_formulas_give_their_stored_value(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>A2</f><v>Amara</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>X()</f></c></row>'
    )
    assert cells(read(tmp_path, with_sheet(sheet_xml(rows)), "a.xlsx")) == [["Amara", "2", "", Mark("no_value", "")]]


def test_sheets_of_other_makers(tmp_path: Path) -> None:
    """Strict namespaces, prefixes, no cell references, inline and rich text with reading aids."""
    xml = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:r><x:t>王</x:t></x:r><x:r><x:t xml:space="preserve"> 伟</x:t></x:r>'
        '<x:rPh sb="0" eb="1"><x:t>wang</x:t></x:rPh></x:is></x:c><x:c/>'
        '<x:c t="d"><x:v>2026-09-02T00:00:00Z</x:v></x:c>'
        "</x:row><x:row/><x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    table = read(tmp_path, with_sheet(xml), "a.xlsx")
    assert table.rows == [Row(1, ["王 伟", "", Mark("date", "2026-09-02")]), Row(3, ["5"])]


def test_shared_strings_without_their_reading_aids(tmp_path: Path) -> None:
    aid = '<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></si>'
    strings = f"<sst>{aid}<si><r><t>a</t></r><r><t>b_x0041__xD83D__xDE00_</t></r></si></sst>"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        f'<Relationships><Relationship Id="rId1" Type="{office}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    parts = {"xl__sharedStrings_xml": strings, "xl___rels__workbook_xml.rels": relations}
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    assert cells(read(tmp_path, with_sheet(sheet_xml(rows), **parts), "a.xlsx")) == [["山田", "abA😀"]]


def test_the_sheet_that_scores_best_is_read(tmp_path: Path) -> None:
    book = workbook(
        ("Cover", [["x"]]), ("People", [["id", "name"], [1, 2]]), ("More", [["a", "b"]]), ("Old", [["1"] * 9])
    )
    book["Old"].sheet_state = "hidden"
    table = read(tmp_path, saved(book), "a.xlsx")
    assert (table.sheet, table.sheets) == ("People", ("Cover", "People", "More", "Old"))
    assert table.other_sheets == ("More",)
    assert read(tmp_path, saved(book), "a.xlsx", sheet=" more ").sheet == "More"
    assert read(tmp_path, saved(book), "a.xlsx", sheet="Old").sheet_hidden is False


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    for data, name in ((saved(workbook(("One", [["a"]]))), "a.xlsx"), (b"a,b\n1,2\n", "a.csv")):
        with pytest.raises(UserError) as caught:
            read(tmp_path, data, name, sheet="Two")
        assert (caught.value.code, caught.value.exit_code) == ("E_SHEET", Exit.USAGE)


def test_hidden_rows_and_merged_cells_are_told(tmp_path: Path) -> None:
    book = workbook(("S", [["title"], ["a", "b"], ["c", "d"], ["e", "f"]]))
    book.active.merge_cells("A1:C1")
    book.active["A1"].alignment = Alignment(horizontal="center")
    book.active.row_dimensions[3].hidden = True
    table = read(tmp_path, saved(book), "a.xlsx")
    assert table.merged == ((1, 0, 1, 2),)
    assert table.hidden_rows == (3,)


# Hostile workbooks


def test_one_cell_in_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="B1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row>'
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row>{far}'
    table = read(tmp_path, with_sheet(sheet_xml(rows)), "a.xlsx")
    assert table.rows == [Row(1, ["1"]), Row(1_048_576, ["", "2"])]
    assert table.cut_columns


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_refused_before_they_are_expanded(tmp_path: Path, doctype: str) -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    error = refused(tmp_path, with_sheet(sheet_xml(rows, before=doctype)))
    assert error.code == "E_ROSTER_DAMAGED"
    assert "DOCTYPE" in error.details


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    xml = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 12_000_000)
    error = refused(tmp_path, with_sheet(xml))
    assert error.code == "E_ROSTER_TOO_LARGE"


def test_a_part_larger_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rubricapp.formats import workbooks

    monkeypatch.setattr(workbooks, "MAX_PART_BYTES", 1000)
    assert refused(tmp_path, saved(workbook(("S", [["x" * 40] * 100])))).code == "E_ROSTER_TOO_LARGE"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>many</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
    ],
)
def test_a_sheet_that_makes_no_sense_is_called_damaged(tmp_path: Path, rows: str) -> None:
    assert refused(tmp_path, with_sheet(sheet_xml(rows))).code == "E_ROSTER_DAMAGED"


def test_parts_that_are_missing(tmp_path: Path) -> None:
    data = saved(workbook(("S", [["a", 1.5]])))
    for part in ("xl__workbook_xml", "xl__worksheets__sheet1_xml"):
        assert refused(tmp_path, remade(data, **{part: None})).code == "E_ROSTER_DAMAGED"
    assert cells(read(tmp_path, remade(data, xl__styles_xml=None), "a.xlsx")) == [["a", "1.5"]]


def test_a_cut_archive_is_called_damaged(tmp_path: Path) -> None:
    data = saved(workbook(("S", [["a", "b"]] * 50)))
    for part in (0.2, 0.5, 0.9):
        assert refused(tmp_path, data[: int(len(data) * part)]).code == "E_ROSTER_DAMAGED"


def test_an_empty_sheet_is_called_empty(tmp_path: Path) -> None:
    assert refused(tmp_path, saved(workbook(("S", [])))).code == "E_ROSTER_EMPTY"
