"""P8 in short: how large a change is, on the disk and on its way. The long form is `tests.benchmarks.bench_merging`."""

from __future__ import annotations

from rubricapp.core.model import Role
from rubricapp.operations import people, programmes, returns
from tests.benchmarks.bench_merging import hand_in, said_by

PACKAGES, CHANGES = 8, 1000


def test_a_million_changes_fit_into_300_megabytes(tmp_path) -> None:
    with programmes.start(tmp_path / "w", "Sizes", "1") as ws:
        ids = [people.add_person(ws, Role.PARTICIPANT, f"Ama Example {number}")[0].id for number in range(40)]
        paths = [hand_in(ws, tmp_path, number, said_by(ws, number, ids, CHANGES)) for number in range(1, PACKAGES + 1)]
        before = ws.path.stat().st_size
        brought = returns.bring_in(ws, paths, trust=True)
        assert [each.planned.counts["new"] for each in brought] == [CHANGES] * PACKAGES
        assert (ws.path.stat().st_size - before) / (PACKAGES * CHANGES) <= 300, "bytes in the workspace"
    assert sum(each.stat().st_size for each in paths) / (PACKAGES * CHANGES) <= 130, "bytes in a package"
