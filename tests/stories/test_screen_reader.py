"""A blind assessor's evening: everything is found and done over the accessibility bus, in a real window."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rubricapp.core.model import AssessmentState
from rubricapp.store.assessments import list_assessments
from rubricapp.store.workspace import open_

HERE = Path(__file__).resolve().parent
CHOICES = ["Level 4", "Level 1", "Not observed", "Insufficient evidence", "Level 5", "Not applicable"]

SESSION = """
/usr/libexec/at-spi-bus-launcher --launch-immediately &
"$PYTHON" -m rubricapp gui "$FOLDER" &
WINDOW=$!
/usr/bin/python3 "$CLIENT" "$CHOICES"
CODE=$?
kill $WINDOW; wait $WINDOW
exit $CODE
"""


@pytest.mark.screen
@pytest.mark.timeout(180)
def test_a_screen_reader_scores_a_whole_participant_and_finishes(ws, folder: Path, tmp_path: Path) -> None:
    ws.close()
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('name = "Tunde Example"\nauto_advance = false\n', encoding="utf-8")
    environment = os.environ | {
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "RUBRICAPP_HOME": str(home),
        "PYTHON": sys.executable,
        "FOLDER": str(folder),
        "CLIENT": str(HERE / "screen_reader.py"),
        "CHOICES": json.dumps(CHOICES),
        "PYTHONPATH": str(HERE.parents[1]),
    }
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    with subprocess.Popen(
        ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24", "dbus-run-session", "--", "sh", "-c", SESSION],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as session:
        try:
            out, err = session.communicate(timeout=150)
        except subprocess.TimeoutExpired:
            os.killpg(session.pid, signal.SIGKILL)
            out, err = session.communicate()
    assert session.returncode == 0, err[-3000:]
    seen = json.loads(next(line for line in out.splitlines() if line.startswith("[{")))  # the bus talks, too

    assert [each["group"].partition(". ")[2] for each in seen] == [f"Title of TST-{n}" for n in range(1, 7)]
    for number, group in enumerate(seen, 1):
        names = [radio["name"] for radio in group["radios"]]
        assert names == [
            *(f"Level {level}, {name}" for level, name in enumerate(("One", "Two", "Three", "Four", "Five"), 1)),
            "Not observed",
            "Not applicable",
            "Insufficient evidence",
        ]
        for level, radio in enumerate(group["radios"][:5], 1):
            assert radio["description"] == f"Descriptor {level} of TST-{number}: what a person did at this step."
        assert all(radio["description"] for radio in group["radios"])

    with open_(folder) as after:
        (assessment,) = list_assessments(after)
    assert assessment.state is AssessmentState.FINISHED
    assert [assessment.ratings[f"TST-{n}"].value for n in range(1, 7)] == [
        4,
        1,
        "not_observed",
        "insufficient_evidence",
        5,
        "not_applicable",
    ]
