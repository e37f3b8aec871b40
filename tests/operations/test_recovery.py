"""The recovery key: on its sheet and nowhere else, in force once it was proved, opening every kind of package alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import UserError
from rubricapp.exchange import sealing
from rubricapp.operations import kits, packages, protection, recovery, returns
from rubricapp.store import key_file
from rubricapp.store import kits as store
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import load_programme
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from tests.operations.test_packages import WORDS, _quick_passphrases, laptop, lead, refused, score, who

__all__ = ["_quick_passphrases", "lead"]


def letters_of(path: Path) -> str:
    """All letters of a sheet, as paper shows them."""
    if path.suffix == ".txt":
        return path.read_text("utf-8")
    from pypdf import PdfReader

    pages = PdfReader(path).pages
    assert len(pages) == 1
    return pages[0].extract_text()


@pytest.mark.parametrize("ending", [".pdf", ".txt"])
def test_the_sheet_holds_the_key_and_nothing_else_does(lead, tmp_path, ending: str) -> None:
    made = recovery.make_sheet(lead, tmp_path / "papers" / f"sheet{ending}")
    said = letters_of(made.path)
    for each in (*made.groups, recovery.PREFIX, made.fingerprint, "Four rivers"):
        assert each in said, each
    assert len(made.groups) == 12
    assert made.identity.secret not in repr(made)
    recovery.prove(lead, recovery.key_in(made.identity.secret.lower()))
    kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    lead.close()
    parts = [(one + two).encode() for one, two in zip(made.groups, made.groups[1:], strict=False)]
    found = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path != made.path and any(each in path.read_bytes().upper() for each in parts)
    ]
    assert found == []


def test_two_sheets_of_one_key_are_the_same_and_long_names_fit_on_one_page(lead) -> None:
    from rubricapp.reports.pdf.recovery import draw
    from rubricapp.reports.recovery_sheet import RecoverySheet

    key = sealing.new_identity()
    for name in ("P", "A very long name of a programme " * 12, "إقامة الفيلم القصير", "<b>bold</b> &amp;\n\x07", ""):
        said = RecoverySheet(name, lead.sources.now(), "7F3K", recovery.PREFIX, recovery.groups_of(key))
        one, other = draw(said), draw(said)
        assert one.data == other.data
        assert one.pages == 1


def test_it_is_in_force_only_once_it_was_typed_back(lead, tmp_path) -> None:
    assert recovery.load_state(lead) == recovery.State("", "", None)
    made = recovery.make_sheet(lead, tmp_path / "sheet.txt")
    assert store.load_recovery_key(lead) == ""
    assert recovery.load_state(lead).waits == made.fingerprint
    kit = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "before", WORDS)
    assert refused(kits.open_kit, kit.path, tmp_path / "x", recovery=[made.identity]).code == "E_SEALED"
    assert refused(recovery.prove, lead, sealing.new_identity()).code == "E_OTHER_KEY"
    assert store.load_recovery_key(lead) == ""
    (key,) = recovery.key_in_file(made.path)  # a sheet of plain text is a key file as it is
    assert recovery.prove(lead, key).concerns("programme")
    assert store.load_recovery_key(lead) == made.identity.public
    assert recovery.load_state(lead) == recovery.State(made.fingerprint, "", None)
    assert not recovery.prove(lead, key), "proving it again changes nothing"
    newer = recovery.make_sheet(lead, tmp_path / "newer.txt")
    assert store.load_recovery_key(lead) == made.identity.public, "the old one holds until the new one is proved"
    recovery.prove(lead, newer.identity)
    assert store.load_recovery_key(lead) == newer.identity.public


def test_three_groups_prove_it_and_a_wrong_one_does_not(lead, tmp_path) -> None:
    made = recovery.make_sheet(lead, tmp_path / "sheet.pdf")
    asked = recovery.draw_groups(made)
    assert len(set(asked)) == 3
    typed = [(each, f" {made.groups[each - 1].lower()} ") for each in asked]
    wrong = [*typed[:2], (asked[2], "QQQQQ")]
    error = refused(recovery.prove_groups, lead, made, wrong)
    assert (error.code, str(asked[2]) in error.what) == ("E_GROUP", True)
    with pytest.raises(ValueError, match="few"):
        recovery.prove_groups(lead, made, [typed[0]] * 3)
    assert store.load_recovery_key(lead) == ""
    assert recovery.prove_groups(lead, made, typed)


@pytest.mark.parametrize("text", ["", "x", recovery.PREFIX, "é" * 99, "\x00"])
def test_what_is_no_key_is_refused_without_repeating_it(text: str, tmp_path) -> None:
    assert refused(recovery.key_in, text).code == "E_KEY"
    path = tmp_path / "key"
    path.write_bytes(b"\xff\xfe" + text.encode())
    assert refused(recovery.key_in_file, path).code == "E_FILE_UNREADABLE"
    assert refused(recovery.key_in_file, tmp_path / "none").code == "E_FILE_UNREADABLE"


def test_one_letter_wrong_is_noticed(tmp_path) -> None:
    secret = sealing.new_identity().secret
    letter = "Q" if secret[30] != "Q" else "P"
    error = refused(recovery.key_in, secret[:30] + letter + secret[31:])
    assert error.code == "E_KEY"
    assert secret[31:] not in error.message + error.details


@pytest.mark.parametrize(
    ("name", "code"), [("sheet.docx", "E_SHEET_KIND"), ("sheet", "E_SHEET_KIND"), ("there.txt", "E_EXISTS")]
)
def test_where_a_sheet_may_not_lie(lead, tmp_path, name: str, code: str) -> None:
    (tmp_path / "there.txt").write_text("mine")
    assert refused(recovery.make_sheet, lead, tmp_path / name).code == code
    assert refused(recovery.make_sheet, lead, lead.folder / "files" / "sheet.txt").code == "E_SHEET_PLACE"
    assert (tmp_path / "there.txt").read_text() == "mine"
    assert recovery.load_state(lead).waits == ""


def test_a_sheet_whose_key_could_not_be_noted_does_not_stay(lead, tmp_path, monkeypatch) -> None:
    first = recovery.make_sheet(lead, tmp_path / "first.txt")

    def full(_key: str, _value: str) -> None:
        raise UserError("E_DISK", "Full.", "", "Free some space.")

    with monkeypatch.context() as patched:
        patched.setattr(lead, "set_meta", full)
        assert refused(recovery.make_sheet, lead, tmp_path / "second.txt").code == "E_DISK"
    assert not (tmp_path / "second.txt").exists()
    assert recovery.load_state(lead).waits == first.fingerprint
    assert recovery.make_sheet(lead, tmp_path / "second.txt").path.exists()


def test_no_key_is_in_force_that_does_not_open_the_protected_workspace(ws, tmp_path, monkeypatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError("full")

    ws.close()
    protection.protect(ws.folder, WORDS)
    with open_(ws.folder, unlock=protection.by_passphrase(WORDS)) as again:
        made = recovery.make_sheet(again, tmp_path / "sheet.txt")
        with monkeypatch.context() as patched:
            patched.setattr(key_file, "write", full)
            assert refused(recovery.prove, again, made.identity).code == "E_CANNOT_WRITE"
        assert recovery.load_state(again).tested == ""
        assert recovery.prove(again, made.identity)
        key_file.write(again.folder, {**key_file.read(again.folder)[0], "recovery": None})  # as older versions could
        assert not recovery.prove(again, made.identity), "proving it again writes no change"
    with open_(ws.folder, unlock=protection.by_recovery((made.identity,))):
        pass


# Packages of every kind


@pytest.fixture
def key(lead, tmp_path) -> sealing.Identity:
    made = recovery.make_sheet(lead, tmp_path / "sheet.txt")
    recovery.prove(lead, made.identity)
    return made.identity


def test_a_kit_opens_with_the_recovery_key_alone(lead, key, tmp_path) -> None:
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    assert refused(kits.open_kit, made.path, tmp_path / "none").code == "E_SEALED"
    assert not (tmp_path / "none").exists()
    opened = kits.open_kit(made.path, tmp_path / "rescued", recovery=[key])
    assert opened.me == who(lead, "A-001").id
    with open_(tmp_path / "rescued") as ws:
        assert find_faults(ws, files=True).ok
        assert store.load_recovery_key(ws) == key.public
        assert refused(recovery.make_sheet, ws, tmp_path / "theirs.txt").code == "E_NOT_LEAD"
    assert packages.inspect(made.path, None, recovery=[key], beside=tmp_path).manifest is not None
    assert packages.inspect(made.path, None).manifest is None


def test_a_return_opens_with_the_recovery_key_where_the_lead_lost_theirs(lead, key, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        made = returns.make_return(ana, tmp_path / "returns")
    lead.set_meta("sealing_identity", "")  # as on a new laptop
    (brought,) = returns.bring_in(lead, [made.path])
    assert brought.error.code == "E_SEALED"
    (brought,) = returns.bring_in(lead, [made.path], recovery=[sealing.new_identity()])
    assert brought.error.code == "E_SEALED"
    (brought,) = returns.bring_in(lead, [made.path], recovery=[key])
    assert brought.error is None
    assert list_assessments(lead)[0].ratings["TST-1"].level == 3


def test_a_return_cannot_bring_a_recovery_key_of_its_own(lead, key, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        with ana.writing("") as log:
            log.set("programme", load_programme(ana).id, "recovery_key", sealing.new_identity().public)
        made = returns.make_return(ana, tmp_path / "returns")
    (brought,) = returns.bring_in(lead, [made.path])
    assert brought.error.code == "E_FOREIGN_KEY"
    assert store.load_recovery_key(lead) == key.public


def test_in_a_terminal(lead, tmp_path, capsys) -> None:
    folder = str(lead.folder)
    kits_folder, sheet = tmp_path / "kits", tmp_path / "sheet.txt"
    lead.close()

    def run(*words: object, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.run([*map(str, words), "--workspace", folder]) == code
        said = capsys.readouterr()
        return said.out + said.err

    assert "No recovery key is in force" in run("recovery", "show")
    assert "void" not in run("recovery", "make", "--out", tmp_path / "first.txt")
    said = run("recovery", "make", "--out", sheet)
    assert "The sheet before it was never tested and is void now" in said
    secret = "".join(sheet.read_text("utf-8").split())
    (secret,) = re.findall("AGE-SECRET-KEY-1[A-Z0-9]{58}", secret)
    assert secret not in said
    assert "not tested yet" in run("recovery", "show")
    run("recovery", "make", "--out", sheet, code=4)
    (tmp_path / "key").write_text(secret[:40] + "\n" + secret[40:].lower())
    assert "sealed for it, too" in run("recovery", "test", "--key-file", tmp_path / "key")
    run("kit", "make", "A-001", "--out", kits_folder)
    (kit,) = kits_folder.iterdir()
    run("kit", "open", kit, "--into", tmp_path / "a", code=4)
    run("kit", "open", kit, "--into", tmp_path / "a", "--recovery-file", tmp_path / "key")
    assert "changes" in run("package", "inspect", kit, "--recovery-file", tmp_path / "key")
    assert cli.run(["return", "make", "--out", str(tmp_path / "r"), "--workspace", str(tmp_path / "a")]) == 0
    (handed_in,) = (tmp_path / "r").iterdir()
    run("merge", handed_in, "--recovery-file", tmp_path / "key")
