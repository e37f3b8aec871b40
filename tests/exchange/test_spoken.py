"""A passphrase that was said by phone opens, however it was written down; one that somebody chose only as it is."""

from __future__ import annotations

import pytest

from rubricapp.errors import UserError
from rubricapp.exchange import sealing, spoken
from tests.laptops import make_passphrases_quick


def test_what_is_drawn_is_its_own_first_spelling() -> None:
    drawn = spoken.draw()
    assert spoken.spellings(drawn) == (drawn,)
    assert [len(each) for each in drawn.split("-")] == [4, 4, 4, 4]
    assert drawn != spoken.draw()


@pytest.mark.parametrize(
    "heard",
    ["MF64-WKND-PZV5-RCN6", "mf64 wknd pzv5 rcn6", "mf64wkndpzv5rcn6", "  mf64-wknd-pzv5-rcn6 ", "mf64–wknd–pzv5–rcn6"],
)
def test_a_drawn_one_is_known_however_it_is_written(heard: str) -> None:
    found = spoken.spellings(heard)
    assert found[0] == "mf64-wknd-pzv5-rcn6" and heard in found[1:]


@pytest.mark.parametrize("chosen", ["Four Rivers meet", "mf64-wknd-pzv5-rcn", "mf64-wknd-pzv5-rcn0", "   "])
def test_a_chosen_one_stays_as_it_is(chosen: str) -> None:
    assert spoken.spellings(chosen) == (chosen,)


def test_it_opens_and_another_does_not(monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    identity = sealing.new_identity()
    wrapped = sealing.wrap(identity, "mf64-wknd-pzv5-rcn6")
    assert sealing.unwrap_spoken(wrapped, "MF64 wknd pzv5 rcn6").public == identity.public
    with pytest.raises(UserError) as caught:
        sealing.unwrap_spoken(wrapped, " MF64 wknd pzv5 rcn7")
    assert caught.value.code == "E_PASSPHRASE"
