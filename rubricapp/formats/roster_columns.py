"""Which row of a table holds the headings, and which column is which field, in the words that offices use."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rubricapp.errors import Exit, UserError
from rubricapp.formats.grid import Mark, Row, Table, as_text, column_index, column_letter

FIELDS = (
    *("id", "given_name", "family_name", "name", "email", "country", "department", "joined_on", "pronouns"),
    "languages",
)
"""What a roster can say of a person. name: the whole name in one column."""

# By language, then field: headings as people write them. A heading matches whatever its case, accents, spaces and
# signs. After "/" stand weak words, which count only where no other column has a better one. "bare" words mean the
# whole name when alone, and one half of it beside a column for the other half (Nom + Prénom, Nombre + Apellidos).
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "id": "id, participant id, person id, student id, user id, personal id, id code, code, participant code, "
        "identifier, sourcedid, reference, ref, participant number, participant no, registration number, reg no, "
        "candidate number, personal number / no, nr, num, number, #, s no, sl no, serial no",
        "given_name": "given name, given names, first name, first names, forename, forenames, given, first, fname",
        "family_name": "family name, family names, last name, last names, surname, surnames, family, last, lname",
        "bare": "name, names",
        "name": "full name, fullname, whole name, name and surname, surname and name, name surname, "
        "first and last name, name of participant, participant name, participants name "
        "/ participant, participants, resident, fellow, person",
        "email": "email, e-mail, mail, email address, e-mail address, mail address, contact email",
        "country": "country, country code, country of residence, home country / nation",
        "department": "department, dept, crew department / section, craft, discipline, speciality, specialism, track",
        "joined_on": "joined on, joined, join date, date joined, joining date, date of joining, doj, arrival, "
        "arrival date, date of arrival, arrives, arrives on, arrived on, entry date, date of entry / start date, "
        "starts on, start",
        "pronouns": "pronouns, pronoun, preferred pronouns",
        "languages": "languages, language, languages spoken, spoken languages, working languages, working language, "
        "languages read / speaks, reads, lang, langs",
    },
    "fr": {
        "id": "identifiant, matricule, code participant, id participant, numero de participant, numero participant, "
        "numero de dossier, n de dossier, n participant, no participant, reference / n, numero",
        "given_name": "prenom, prenoms",
        "family_name": "nom de famille, noms de famille, patronyme",
        "bare": "nom, noms",
        "name": "nom complet, nom et prenom, nom et prenoms, noms et prenoms, nom prenom, prenom et nom, prenom nom, "
        "nom du participant / participante",
        "email": "courriel, adresse courriel, adresse email, adresse e-mail, adresse mail, adresse electronique, mel",
        "country": "pays, code pays, pays de residence, pays d'origine",
        "department": "departement / filiere, specialite, metier, discipline",
        "joined_on": "arrivee, date d'arrivee, date d'entree, arrive le, arrivee le, entree le / date de debut, debut",
        "pronouns": "pronoms, pronom",
        "languages": "langues, langue, langues parlees, langue parlee, langues lues, langues de travail / parle",
    },
    "es": {
        "id": "identificador, codigo, matricula, id participante, codigo de participante, numero de participante "
        "/ nro, numero",
        "given_name": "nombre de pila, nombres, primer nombre",
        "family_name": "apellido, apellidos, primer apellido",
        "bare": "nombre",
        "name": "nombre completo, nombre y apellido, nombre y apellidos, nombres y apellidos, apellidos y nombres, "
        "apellidos y nombre / participante",
        "email": "correo, correo electronico, direccion de correo, direccion de correo electronico, e-correo",
        "country": "pais, codigo de pais, pais de residencia, pais de origen",
        "department": "departamento, depto / especialidad, oficio",
        "joined_on": "llegada, fecha de llegada, fecha de ingreso, ingreso, fecha de entrada, fecha de incorporacion, "
        "incorporacion / fecha de inicio, inicio",
        "pronouns": "pronombres, pronombre",
        "languages": "idiomas, idioma, lenguas, lengua, idiomas hablados, idiomas de trabajo / habla",
    },
    "pt": {
        "id": "identificador, codigo, matricula, id participante, codigo do participante, numero do participante "
        "/ num, numero",
        "given_name": "primeiro nome, nome proprio, prenome",
        "family_name": "sobrenome, sobrenomes, apelido, apelidos, ultimo nome",
        "bare": "nome, nomes",
        "name": "nome completo, nome e sobrenome, nome e apelido, nome do participante / participante",
        "email": "correio eletronico, endereco de email, endereco de e-mail, endereco eletronico",
        "country": "pais, codigo do pais, pais de residencia, pais de origem",
        "department": "departamento, depto / setor, especialidade",
        "joined_on": "chegada, data de chegada, data de entrada, data de ingresso, ingresso, entrada / data de inicio",
        "pronouns": "pronomes, pronome",
        "languages": "linguas, lingua, idiomas falados, linguas faladas, linguas de trabalho / fala",
    },
    "de": {
        "id": "kennung, kennnummer, teilnehmer-id, teilnehmernummer, teilnehmer-nr, personalnummer, matrikelnummer, "
        "kuerzel, kürzel / nummer, nr, lfd nr, laufende nummer",
        "given_name": "vorname, vornamen, rufname",
        "family_name": "nachname, nachnamen, familienname, zuname",
        "bare": "name, namen",
        "name": "vollstaendiger name, vollständiger name, vor- und nachname, vorname nachname, vorname und nachname, "
        "name vorname, nachname vorname / teilnehmer, teilnehmerin, teilnehmende",
        "email": "e-mail-adresse, emailadresse, mailadresse, e-post",
        "country": "land, laendercode, ländercode, herkunftsland, wohnsitzland, staat",
        "department": "abteilung, departement / bereich, fachbereich, gewerk",
        "joined_on": "ankunft, ankunftsdatum, anreise, anreisedatum, eintritt, eintrittsdatum, beitritt, "
        "beitrittsdatum, angekommen am, eingetreten am / beginn, startdatum",
        "pronouns": "pronomen",
        "languages": "sprachen, sprache, sprachkenntnisse, arbeitssprachen, arbeitssprache",
    },
    "it": {
        "id": "codice, matricola / numero",
        "given_name": "nome di battesimo",
        "family_name": "cognome",
        "name": "nome e cognome, cognome e nome",
        "email": "posta elettronica, indirizzo email",
        "country": "paese",
        "department": "dipartimento, reparto",
        "joined_on": "arrivo, data di arrivo",
        "pronouns": "pronomi",
        "languages": "lingue, lingue parlate, lingue di lavoro",
    },
    "ar": {
        "id": "raqm, al-raqm, raqam, muarrif, رقم, الرقم, المعرف, رقم المشارك",
        "given_name": "al-ism al-awwal, الاسم الأول",
        "family_name": "ism al-aila, al-laqab, laqab, kunya, اسم العائلة, اللقب, الكنية",
        "bare": "ism, al-ism, الاسم",
        "name": "al-ism al-kamil, الاسم الكامل",
        "email": "barid, al-barid al-iliktruni, البريد الإلكتروني, البريد",
        "country": "balad, al-balad, dawla, البلد, الدولة",
        "department": "qism, al-qism, القسم",
        "joined_on": "wusul, tarikh al-wusul, تاريخ الوصول, تاريخ الانضمام",
        "pronouns": "al-dama'ir, الضمائر",
        "languages": "lugha, al-lugha, lughat, al-lughat, اللغة, اللغات",
    },
}
_ENOUGH = 2
"""Fields that a row must name to be taken for the headings without being told."""


def key(text: str) -> str:
    """A heading without case, accents, spaces and signs, so that "N° de dossier" and "n de DOSSIER" are equal."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("#", " no ")).casefold() if c.isalnum())


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, int, frozenset[str]]]:
    """Key of a heading → (field or "bare", 0 for a strong or 1 for a weak word, languages)."""
    known: dict[str, tuple[str, int, frozenset[str]]] = {}
    for language, fields in _WORDS.items():
        for field, words in fields.items():
            for rank, group in enumerate(words.split(" / ")):
                for word in group.split(","):
                    old_field, old_rank, languages = known.get(key(word), (field, rank, frozenset()))
                    known[key(word)] = (old_field, old_rank, languages | {language})
    return known


def _look_up(heading: str) -> tuple[str, int, frozenset[str]] | None:
    """The field that a heading names: as it stands, without brackets, or one half of "First name / Prénom"."""
    if len(heading) > 120:
        return None
    bare = re.sub(r"[(\[{].*?[)\]}]", " ", heading)
    found = _known().get(key(heading)) or _known().get(key(bare))
    if found:
        return found
    for part in re.split(r"[/|•–—:]| - ", bare)[:4]:
        found = _known().get(key(part))
        if found:
            return found[0], found[1] + 2, found[2]
    return None


@dataclass(frozen=True)
class Headings:
    """Where the headings are and what they mean. begins: index of the row in the table from which the people stand.

    row: row number of the headings, 0 for a list without any. columns: the headings as written. doubles: (field,
    index taken, index left) where two columns name the same field. foreign: the headings are in
    another language than English.
    """

    begins: int
    row: int
    columns: tuple[str, ...]
    fields: dict[str, int]
    doubles: tuple[tuple[str, int, int], ...] = ()
    foreign: bool = False

    @property
    def width(self) -> int:
        """Number of columns up to the last heading."""
        return max((index + 1 for index, text in enumerate(self.columns) if text), default=0)

    def label(self, index: int) -> str:
        """A column as a person would name it: its heading, or "column C"."""
        text = self.columns[index] if index < len(self.columns) else ""
        return text or f"column {column_letter(index)}"


@dataclass(frozen=True)
class Wishes:
    """What the user said: field → column, checked for the fields. left_out: fields to leave out."""

    columns: dict[str, str]
    left_out: frozenset[str] = frozenset()


def wishes(mapping: Mapping[str, str] | None) -> Wishes:
    """Check the fields of a mapping by hand. A field without a column is left out. Raises UserError E_MAP."""
    columns: dict[str, str] = {}
    left_out = set()
    for name, column in (mapping or {}).items():
        field = key(name)
        known = {key(each): each for each in FIELDS}
        found = known.get(field)
        if found is None:
            word = _known().get(field)
            found = word[0] if word and word[0] != "bare" else None
        if found is None:
            near = difflib.get_close_matches(field, known, n=1, cutoff=0.6)
            raise UserError(
                "E_MAP",
                f"A roster has no field “{name}”.",
                do=(f"Did you mean {known[near[0]]}? " if near else "") + f"The fields are: {', '.join(FIELDS)}.",
                exit_code=Exit.USAGE,
            )
        if found in columns or found in left_out:
            raise UserError(
                "E_MAP", f"The field {found} is mapped twice.", do="Name one column for it.", exit_code=Exit.USAGE
            )
        if column.strip():
            columns[found] = column.strip()
        else:
            left_out.add(found)
    return Wishes(columns, frozenset(left_out))


def texts(row: Row) -> list[str]:
    """The cells of a row as single lines of text."""
    return [" ".join(as_text(cell).split()) for cell in row.cells]


def score(rows: Sequence[Row], wish: Wishes) -> int:
    """How much the first rows of a table look like a roster: fields named by its best heading row, wishes tenfold.

    Headings with nothing below them count for 1, so that an empty form does not win over a list.
    """
    scores = [_score(_above(rows, index), wish) for index in range(len(rows))]
    best = max(scores, default=0)
    return min(best, 1) if best and scores.index(best) == len(rows) - 1 else best


def _score(columns: Sequence[str], wish: Wishes) -> int:
    named = sum(_by_name(columns, want) is not None for want in wish.columns.values())
    fields = _assign(columns)[0]
    is_list = len(fields) >= _ENOUGH and any(each in fields for each in ("id", "name", "given_name", "family_name"))
    return (len(fields) if is_list else 0) + 10 * named


def _above(rows: Sequence[Row], index: int) -> list[str]:
    """The cells of a row; an empty one takes a heading from the row right above (headings of two rows)."""
    columns = texts(rows[index])
    if index and rows[index - 1].number == rows[index].number - 1:
        upper = texts(rows[index - 1])
        columns += [""] * (len(upper) - len(columns))
        for place, text in enumerate(upper):
            if text and not columns[place] and _look_up(text):
                columns[place] = text
    return columns


def _assign(
    columns: Sequence[str], taken: Mapping[str, int] | None = None
) -> tuple[dict[str, int], list[tuple[str, int, int]], bool]:
    """Field → column index by the words; columns that name a field again; whether words are of another language.

    taken: fields that have their column already.
    """
    found: dict[str, tuple[int, int]] = {}
    doubles: list[tuple[str, int, int]] = []
    foreign = 0
    english = 0
    for index, heading in enumerate(columns):
        hit = _look_up(heading) if heading else None
        if hit is None:
            continue
        field, rank, languages = hit
        english += "en" in languages
        foreign += "en" not in languages
        old = found.get(field)
        if old is None or rank < old[0]:
            found[field] = (rank, index)
        elif rank == old[0] == 0:
            doubles.append((field, old[1], index))
    bare = found.pop("bare", None)
    if bare is not None:
        given, family = (each in found or each in (taken or ()) for each in ("given_name", "family_name"))
        field = "family_name" if given and not family else "given_name" if family and not given else "name"
        if field not in found or found[field][0] > 0:
            found[field] = bare
    doubles = [(("name" if field == "bare" else field), one, other) for field, one, other in doubles]
    return {field: index for field, (_, index) in found.items()}, doubles, foreign > 0 and foreign >= english


def _by_name(columns: Sequence[str], want: str) -> int | None:
    """The column with this heading: as written, else without case, accents and signs."""
    plain = " ".join(want.split()).casefold()
    for index, heading in enumerate(columns):
        if heading and heading.casefold() == plain:
            return index
    wanted = key(want)
    for index, heading in enumerate(columns):
        if wanted and key(heading) == wanted:
            return index
    return None


def _by_place(want: str) -> int | None:
    """The column that "column 3", "column C", "3" or "C" points at, from 0."""
    match = re.fullmatch(
        r"(?:col(?:umn|onne|umna|una)?\.?\s*|spalte\s*)?(\d{1,3}|[a-z]{1,2})", want.strip(), re.IGNORECASE
    )
    if match is None:
        return None
    if match[1].isdigit():
        return int(match[1]) - 1 if int(match[1]) else None
    return column_index(match[1])


def find_headings(table: Table, wish: Wishes, look_at: int, name: str) -> Headings:
    """The heading row among the first `look_at` filled rows, and the column of each field.

    What the user said goes first, words fill the rest. Raises UserError: E_MAP where a column that the user named is
    not there, E_ROSTER_HEADER where no row looks like headings. name: of the file, for messages.
    """
    rows = table.rows[:look_at]
    scores = [_score(_above(rows, index), wish) for index in range(len(rows))]
    best = max(scores, default=0)
    if best:
        position = scores.index(best)
        begins, row, columns = position + 1, rows[position].number, _above(rows, position)
    else:
        begins, row, columns = _without_words(rows, wish, name)
    fields: dict[str, int] = {}
    widest = max(len(row.cells) for row in rows)
    for field, want in wish.columns.items():
        index = _by_name(columns, want)
        if index is None:
            index = _by_place(want)
            if index is not None and index >= max(len(columns), widest):
                index = None
        if index is None:
            raise _no_column(field, want, columns, name)
        fields[field] = index
    free = ["" if index in fields.values() else text for index, text in enumerate(columns)]
    words, doubles, foreign = _assign(free, fields)
    for field, index in words.items():
        if field not in fields and field not in wish.left_out:
            fields[field] = index
    return Headings(
        begins,
        row,
        tuple(columns),
        {field: fields[field] for field in FIELDS if field in fields},
        tuple(double for double in doubles if double[0] not in wish.columns and double[0] not in wish.left_out),
        foreign,
    )


def _no_column(field: str, want: str, columns: Sequence[str], name: str) -> UserError:
    headings = [text for text in columns if text]
    near = difflib.get_close_matches(want.casefold(), [text.casefold() for text in headings], n=1, cutoff=0.5)
    meant = next((text for text in headings if near and text.casefold() == near[0]), "")
    listed = ", ".join(headings[:12]) + (" …" if len(headings) > 12 else "")
    return UserError(
        "E_MAP",
        f"{name} has no column “{want}”, which {field} should come from.",
        do=(f"Did you mean “{meant}”? " if meant else "")
        + (f"The columns are: {listed}." if headings else "Name it by its place, such as “column 1”."),
        exit_code=Exit.USAGE,
    )


_DATA = re.compile(r"\d|@")


def _without_words(rows: Sequence[Row], wish: Wishes, name: str) -> tuple[int, int, list[str]]:
    """Where the people begin, the row of headings above them or 0, and those headings, where no word is known.

    Only a mapping by places helps then: the headings are in an unknown language, or there are none. Raises UserError.
    """
    if wish.columns:
        lists = [index for index, row in enumerate(rows) if sum(bool(text) for text in texts(row)) >= 2] or [0]
        unplaced = [(field, want) for field, want in wish.columns.items() if _by_place(want) is None]
        if unplaced:
            raise _no_column(*unplaced[0], texts(rows[lists[0]]), name)
        first = next((index for index in lists if _is_data(rows[index])), lists[0] + 1)
        above = first - 1
        if above in lists and (first == len(rows) or rows[above].number == rows[first].number - 1):
            return first, rows[above].number, texts(rows[above])
        return first, 0, []
    first_rows = " / ".join(" | ".join(texts(row)[:6])[:100] for row in rows[:3])
    raise UserError(
        "E_ROSTER_HEADER",
        f"No row of {name} looks like the headings of a roster, such as ID, Given name, Family name, Email.",
        safe="Nothing was taken from it.",
        do="Write headings above the people, or say which column is which: id = column 1, name = column 2. "
        f"The file begins: {first_rows}",
        exit_code=Exit.UNREADABLE,
    )


def _is_data(row: Row) -> bool:
    return any(isinstance(cell, Mark) or _DATA.search(cell) for cell in row.cells)
