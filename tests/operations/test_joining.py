"""Joining: a kit unsealed without a workspace, then taken into one that is new, or that an earlier kit made."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import joining, people, returns
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.kits import load_home
from rubricapp.store.people import list_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from tests.laptops import WORDS, ask, laptop, make_kit, make_passphrases_quick, score, start_programme, who


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict):
    with start_programme(folder, document) as ws:
        yield ws


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "home" / "workspaces"


def join(path: Path, place: Path, passphrase: str = WORDS):
    joined = joining.list_joined(place)
    ready = joining.make_ready(path, [key for each in joined for key in each.identities], place, passphrase)
    opened = joining.take(ready, joining.find_place(ready, joined, place))
    ready.put_away()
    return opened


def refused(function, *arguments) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments)
    return caught.value


def test_a_kit_becomes_a_workspace_named_after_programme_and_person(lead, tmp_path, place) -> None:
    opened = join(make_kit(lead, tmp_path, "A-001"), place)
    assert opened.folder == place / "four-rivers-2026-ana-example"
    assert [each.name for each in place.iterdir()] == [opened.folder.name]
    with open_(opened.folder) as ws:
        assert find_faults(ws, files=True).ok
        assert load_home(ws).me == opened.me == who(lead, "A-001").id
        assert [find_file(ws, each) is not None for each in list_artefacts(ws)] == [True, True]
        assert {each.name for each in list_people(ws)} == {"Amara Abara", "Kofi Bempah", "Ana Example", "Lena Lead"}


def test_a_newer_kit_goes_where_the_earlier_one_went_and_needs_no_passphrase(lead, tmp_path, place) -> None:
    first = join(make_kit(lead, tmp_path, "A-001"), place)
    with open_(first.folder) as ws:
        score(ws, "P-001", "A-001", 3)
        handed_in = returns.make_return(ws, tmp_path)
        assert load_home(ws).handed_in_at
    returns.bring_in(lead, [handed_in.path])
    ask(lead, "P-003", "A-001")
    from rubricapp.operations.kits import make_kit as really_make

    newer = really_make(lead, who(lead, "A-001"), tmp_path)
    assert newer.passphrase == ""
    again = join(newer.path, place, "")
    assert again.folder == first.folder
    with open_(again.folder) as ws:
        assert "王伟" in {each.name for each in list_people(ws)}
        assert load_home(ws).returns == 1
        assert load_home(ws).handed_in_at


def test_another_person_of_the_programme_gets_a_folder_of_their_own(lead, tmp_path, place) -> None:
    people.edit_person(lead, who(lead, "A-002").id, {"given_name": "Ana"})
    one = join(make_kit(lead, tmp_path, "A-001"), place)
    other = join(make_kit(lead, tmp_path, "A-002"), place)
    assert other.folder == place / "four-rivers-2026-ana-example-2"
    assert one.folder != other.folder


@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "a" * 300, "\u202egnp.exe", "王伟 🎬", "<b>x</b>", "."])
def test_hostile_names_stay_inside_the_folder_of_workspaces(lead, tmp_path, place, name) -> None:
    people.edit_person(lead, who(lead, "A-001").id, {"given_name": name[:200], "family_name": ""})
    opened = join(make_kit(lead, tmp_path, "A-001"), place)
    assert opened.folder.parent == place
    assert "<" not in opened.folder.name
    with open_(opened.folder) as ws:
        assert load_home(ws).me


def test_what_is_refused_leaves_nothing(lead, tmp_path, place) -> None:
    kit = make_kit(lead, tmp_path, "A-001")
    assert refused(join, kit, place, "another phrase entirely").code == "E_PASSPHRASE"
    with laptop(lead, tmp_path, "A-002") as bello:
        handed_in = returns.make_return(bello, tmp_path)
    assert refused(join, handed_in.path, place, "").code == "E_SEALED"
    cut = tmp_path / "cut.rubricpack"
    cut.write_bytes(kit.read_bytes()[:-30])
    assert refused(join, cut, place).code == "E_FILE_DAMAGED"
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        joining.make_ready(kit, [], place, WORDS, stopped)
    assert list(place.iterdir()) == []
    (tmp_path / "file").write_text("no folder")
    assert refused(join, kit, tmp_path / "file").code == "E_CANNOT_WRITE"


def test_a_return_that_ones_own_key_opens_is_no_kit(lead, tmp_path, place) -> None:
    opened = join(make_kit(lead, tmp_path, "A-001"), place)
    with open_(opened.folder) as ws:
        handed_in = returns.make_return(ws, tmp_path)
    assert refused(join, handed_in.path, place, "").code == "E_OTHER_KIND"


def test_while_the_earlier_one_is_open_elsewhere_no_second_one_is_made(lead, tmp_path, place) -> None:
    opened = join(make_kit(lead, tmp_path, "A-001"), place)
    newer = make_kit(lead, tmp_path, "A-001")
    with open_(opened.folder):
        assert refused(join, newer, place).code == "E_LOCKED"
    assert join(newer, place).folder == opened.folder


def test_a_full_disk_is_said_and_nothing_stays(lead, tmp_path, small_disk) -> None:
    kit = make_kit(lead, tmp_path, "A-001")
    place = small_disk(8) / "workspaces"
    assert refused(join, kit, place).code in ("E_DISK", "E_CANNOT_WRITE")
    assert not place.exists() or list(place.iterdir()) == []


def test_two_laptops_of_one_person_do_not_overwrite_each_others_returns(lead, tmp_path) -> None:
    stick = tmp_path / "stick"
    made = []
    for number in (1, 2):
        with laptop(lead, tmp_path, "A-001", tmp_path / f"laptop{number}") as ws:
            score(ws, f"P-00{number}", "A-001", number)
            made.append(returns.make_return(ws, stick).path)
    assert [each.name for each in made] == ["Ana-Example-return-1.rubricpack", "Ana-Example-return-1-2.rubricpack"]
    assert all(each.error is None for each in returns.bring_in(lead, made))
