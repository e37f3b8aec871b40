"""The short form of the fuzzer: some hundred or thousand hostile files of each kind. The long form: see `fuzz`.

RUBRICAPP_FUZZ: how many times as many runs.
"""

from __future__ import annotations

import os
import sys

import pytest

TIMES = float(os.environ.get("RUBRICAPP_FUZZ", "0.6"))
SEED = int(os.environ.get("RUBRICAPP_FUZZ_SEED", "1"))
RUNS = {
    "changes": 2000,
    "inner": 800,
    "package": 400,
    "merge": 80,
    "portfolio": 1000,
    "notes": 600,
    "key-file": 600,
    "rubric": 800,
    "roster-csv": 800,
    "roster-xlsx": 500,
    "log-csv": 1000,
    "log-xlsx": 500,
}
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs fork and limits of memory")


@pytest.mark.timeout(max(300, 300 * TIMES))
@pytest.mark.parametrize("target", RUNS)
def test_whatever_is_in_a_file_one_sentence_is_said_of_it(target, tmp_path) -> None:
    from tests.campaigns import fuzz

    result = fuzz.run(target, round(RUNS[target] * TIMES), SEED, tmp_path / "found")
    assert result.findings == {}, f"kept in {tmp_path / 'found'}"
    assert sum(result.outcomes.values()) == result.runs
    assert len(result.outcomes) > 1, "some are refused and some are not, or nothing was looked at"


def test_every_target_is_run() -> None:
    from tests.campaigns.fuzz import TARGETS

    assert set(RUNS) == set(TARGETS)


def test_the_fuzzer_sees_what_it_looks_for(tmp_path, monkeypatch) -> None:
    """Four readers that do what none may do: raise, hang, write elsewhere, take all memory."""
    from tests.campaigns import fuzz
    from tests.campaigns.fuzz_files import Csv

    class Bad(Csv):
        def make(self, draw):
            return draw.choice((b"raises", b"hangs", b"writes", b"takes"))

        def read(self, case: bytes) -> str:
            if case == b"raises":
                raise KeyError("x")
            if case == b"hangs":
                while True:
                    pass
            if case == b"writes":
                (tmp_path / "elsewhere").write_bytes(b"x")
            if case == b"takes":
                len(bytes(3 << 30))
            return "read"

    monkeypatch.setitem(fuzz.TARGETS, "bad", Bad)
    monkeypatch.setattr(fuzz, "SECONDS", 0.2)
    monkeypatch.setattr(fuzz, "_warm", lambda target, case: None)
    found = fuzz.run("bad", 12, 3)
    assert {each.split(":")[0].split(" of")[0] for each in found.findings} == {
        "KeyError", "hangs for 0.2 s", "writes outside", "MemoryError"
    }  # fmt: skip
