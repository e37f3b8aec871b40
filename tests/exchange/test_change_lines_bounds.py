"""What a stranger's line of changes may not say, though it is signed and sealed."""

from __future__ import annotations

import json
import zlib

import pytest

from rubricapp.core.changes import LAST_HLC
from rubricapp.exchange import change_lines

DEVICES = ["d" * 32]


def read(hlc: str = "1", value: str = "1") -> list:
    line = ["a" * 32, 0, 1, hlc, 0, "", "person", "p", "given_name", [], "b" * 64, "c" * 32, "@", ""]
    text = json.dumps(line).replace('"@"', value)
    return list(change_lines.inflated([zlib.compress(text.encode() + b"\n")], DEVICES))


def test_a_clock_that_leaves_nothing_to_count_on_is_refused() -> None:
    """Merging takes over the clock: after 2⁶³ − 1 no laptop could write anything any more."""
    assert read(str(LAST_HLC))[0].change.hlc == LAST_HLC
    for hlc in (LAST_HLC + 1, (1 << 63) - 1):
        with pytest.raises(ValueError, match="out of bounds"):
            read(str(hlc))


@pytest.mark.parametrize("value", ['"\\ud800"', '["\\udc00"]', '{"\\ud800": 1}', "1e999", "NaN"])
def test_a_value_that_has_no_canonical_form_is_refused(value) -> None:
    assert read(value='"x"')[0].change.value == "x"
    with pytest.raises(ValueError, match=r"surrogates|number"):
        read(value=value)
