"""Portfolio files, rubrics, rosters and log tables as targets of the fuzzer."""

from __future__ import annotations

import hashlib
import io
import json
import random
from pathlib import Path

from rubricapp.core.rubrics import from_document
from rubricapp.errors import UserError
from rubricapp.exchange import folio_file, plain_zip, signing
from tests.campaigns.fuzz_targets import Broken, Target, document, programme
from tests.campaigns.mutations import mutate_bytes, mutate_json, mutate_lines, mutate_xml, mutate_zip


class Portfolio(Target):
    """A portfolio file: its JSON altered and signed again, its members, or any byte of it."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from rubricapp.operations import portfolio_files
        from rubricapp.store.people import find_people

        with programme(place) as ws:
            made = portfolio_files.make(ws, find_people(ws, "P-001")[0], place / "made.rubricfolio")
        self.key = signing.key_from(b"7" * 32)
        import zipfile

        with zipfile.ZipFile(made.path) as archive:
            self.members = [(each.filename, archive.read(each)) for each in archive.infolist()]
        self.whole = made.path.read_bytes()
        (place / "target").mkdir()

    def make(self, draw: random.Random) -> bytes:
        trick = draw.randrange(6)
        if trick == 0:
            return mutate_bytes(draw, self.whole, [self.whole])
        if trick == 1:
            return mutate_zip(draw, self.whole, lambda draw, _name, data: mutate_bytes(draw, data))
        said = dict(self.members)
        portfolio = mutate_json(draw, said[folio_file.PORTFOLIO]) if trick <= 4 else said[folio_file.PORTFOLIO]
        manifest = json.loads(said[folio_file.MANIFEST]) | {"public_key": self.key.public.hex()}
        manifest["members"][0] |= {"size": len(portfolio), "sha256": hashlib.sha256(portfolio).hexdigest()}
        written = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if trick == 5:
            written = mutate_json(draw, written)
        said[folio_file.PORTFOLIO], said[folio_file.MANIFEST] = portfolio, written
        said[folio_file.SIGNATURE] = self.key.sign(folio_file.PURPOSE + written)
        out = io.BytesIO()
        plain_zip.write(out, [(name, len(data), [data]) for name, data in said.items()])
        return out.getvalue()

    def read(self, case: bytes) -> str:
        from rubricapp.operations import portfolio_files

        path = self.place / "in.rubricfolio"
        path.write_bytes(case)
        with portfolio_files.open_file(path) as found:
            for work in found.folio.works:
                if work.file is not None and found.holds(work.file.sha256):
                    found.copy_file(work.file.sha256, self.place / "target" / "copy", even_altered=True)
            return "proven" if found.signature.whole else "altered"


class Notes(Target):
    """What an owner added beside a portfolio file, and anybody may have altered. Written again it says the same."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from rubricapp.core.folio import Added
        from rubricapp.exchange import strict_json

        added = (
            Added("note", "2026-10-01", "Shown twice. 映画"),
            Added("showing", "2026-11", "Fest", "w1", "Town", "Won"),
        )
        self.whole = strict_json.dump({"format": 1, "portfolios": {"a" * 64: added, "b" * 64: added[:1]}})

    def make(self, draw: random.Random) -> bytes:
        return mutate_json(draw, self.whole) if draw.random() < 0.8 else mutate_bytes(draw, self.whole)

    def read(self, case: bytes) -> str:
        from rubricapp.exchange import folio_notes

        path = self.place / "x.additions"
        path.write_bytes(case)
        found = folio_notes.read(path)
        folio_notes.write(path, found)
        if folio_notes.read(path) != found:
            raise Broken("other notes than were read")
        return "read"


class KeyFile(Target):
    """The key file beside a protected workspace that came from elsewhere: altered, and its own hash made right."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from rubricapp.exchange import sealing, unlocking
        from rubricapp.store import key_file

        unlocking._stretched = lambda passphrase, salt, passes, memory: hashlib.sha256(passphrase.encode()).digest()
        self.key, self.recovery = unlocking.new_key(), sealing.new_identity()
        self.whole = key_file.as_bytes(unlocking.wrap(self.key, "four rivers meet at dusk", self.recovery.public))

    def make(self, draw: random.Random) -> bytes:
        if draw.random() < 0.2:
            return mutate_bytes(draw, self.whole)
        altered = mutate_json(draw, self.whole)
        try:
            said = json.loads(altered)
            said.pop("sha256", None)
            digest = hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
            return json.dumps(said | {"sha256": digest}).encode()
        except (ValueError, TypeError, AttributeError, RecursionError):
            return altered

    def read(self, case: bytes) -> str:
        from rubricapp.exchange import unlocking
        from rubricapp.store import key_file

        for name in key_file.NAMES:
            (self.place / name).write_bytes(case)
        ended = "no key file"
        for kept in key_file.read(self.place):
            for way in (
                lambda kept=kept: unlocking.by_passphrase(kept, "four rivers meet at dusk"),
                lambda kept=kept: unlocking.by_recovery(kept, [self.recovery]),
            ):
                try:
                    if way() != self.key:
                        raise Broken("another key")
                    ended = "opened"
                except UserError as error:
                    ended = error.code
        return ended


class Rubric(Target):
    """A rubric in YAML. What is read without an error is a rubric, and gives the same hashes again."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from ruamel.yaml import YAML

        out = io.StringIO()
        YAML().dump(document(), out)
        shipped = Path(__file__).resolve().parents[2] / "rubrics"
        first = sorted(shipped.glob("*/*.yaml"))[0].read_bytes()
        self.seeds = [out.getvalue().encode()] * 9 + [b"\n".join(first.split(b"\n")[:60])]
        self.others = [first]

    def make(self, draw: random.Random) -> bytes:
        seed = draw.choice(self.seeds)
        return mutate_lines(draw, seed, self.others) if draw.random() < 0.8 else mutate_bytes(draw, seed, self.others)

    def read(self, case: bytes) -> str:
        from rubricapp.formats.rubric_yaml import read_rubric

        path = self.place / "small.yaml"
        path.write_bytes(case)
        found = read_rubric(path)
        if any(not each.message or each.line < 1 for each in found.findings):
            raise Broken("a finding without words or a place")
        if found.errors:
            return "findings"
        if found.document is None:
            raise Broken("neither a document nor an error")
        if from_document(found.document).content_hash != found.content_hash:
            raise Broken("another rubric than was read")
        return "a rubric"


ROSTER = (
    "ID;Vorname;Nachname;E-Mail;Land;Abteilung;Beginn;Pronomen\r\n"
    "P-1;Zoé;Müller;zoe@example.org;CH;Kamera;01.09.2026;sie\r\n"
    'P-2;"Anne; Marie";Łukasz;"a@example.org";Côte d’Ivoire;"Ton\nLicht";2026-09-01;\r\n'
    "P-3;ናሆም;مريم;n@example.org;ETH;;45901;they/them\r\n"
)
LOG = (
    "Participant ID,Date,Day type,Production,Call,Wrap,Scenes,Problem\n"
    "P-001,2026-09-10,shoot,River,06:30,18:00,12A 13,'=rain\n"
    'P-001,11/09/2026,prep,River,"6.30","18h00",,"a\nb"\n'
    "P-002,2026-09-12,travel,,,,,\n"
)


class Csv(Target):
    """A roster or a log table as CSV, in the encodings that offices use."""

    text, name = ROSTER, "roster.csv"

    def make(self, draw: random.Random) -> bytes:
        encoding = draw.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "utf-16-le"))
        data = self.text.encode(encoding, "replace")
        return mutate_lines(draw, data, [data]) if draw.random() < 0.7 else mutate_bytes(draw, data, [data])

    def read(self, case: bytes) -> str:
        from rubricapp.formats.rosters import read_roster

        path = self.place / self.name
        path.write_bytes(case)
        found = read_roster(path)
        if any(not isinstance(text, str) for row in found.rows for text in row.values.values()):
            raise Broken("a value that is no text")
        return "problems" if found.problems else "read"


class LogCsv(Csv):
    """A log table as CSV."""

    text, name = LOG, "log.csv"

    def read(self, case: bytes) -> str:
        from rubricapp.formats.log_tables import read_log

        path = self.place / self.name
        path.write_bytes(case)
        found = read_log(path)
        return "problems" if found.problems else "read"


class Xlsx(Csv):
    """A roster as a workbook: the XML inside altered and packed again, or any byte of it."""

    name = "roster.xlsx"

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from datetime import date

        import openpyxl

        book = openpyxl.Workbook()
        for line in self.text.splitlines():
            book.active.append(line.replace(";", ",").split(",")[:8])
        book.active.append(["P-9", "Given", 3.5, True, "=1+1", "#REF!", date(2026, 9, 1)])
        book.active.merge_cells("F2:F3")
        book.create_sheet("Notes").append(["nothing"])
        out = io.BytesIO()
        book.save(out)
        self.whole = out.getvalue()

    def make(self, draw: random.Random) -> bytes:
        if draw.random() < 0.2:
            return mutate_bytes(draw, self.whole, [self.whole])
        return mutate_zip(draw, self.whole, mutate_xml)


class LogXlsx(Xlsx):
    """A log table as a workbook."""

    text, name = LOG, "log.xlsx"
    read = LogCsv.read
