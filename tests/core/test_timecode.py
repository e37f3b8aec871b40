"""Time codes: exact to the frame at every rate, there and back; what has no meaning is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.timecode import (
    format_timecode,
    frame_at,
    frame_of_milliseconds,
    nominal,
    parse_rate,
    parse_timecode,
    rate_text,
    seconds_of,
)

FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)
RATES = [
    *(Fraction(rate) for rate in (1, 12, 24, 25, 30, 48, 50, 60, 100, 120, 240, 1000)),
    *(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120)),
]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", PAL), ("25.0", PAL), ("25/1", PAL), ("50/2", PAL), (" 25 fps ", PAL), ("25p", PAL), ("30", Fraction(30)),
        ("23.976", FILM), ("23,976", FILM), ("23.98", FILM), ("24000/1001", FILM),
        ("29.97", NTSC), ("30000/1001", NTSC), ("59.94", 2 * NTSC), ("47.952", 2 * FILM), ("119.88", 4 * NTSC),
    ],
)  # fmt: skip
def test_rates_as_people_write_them(text, rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0/1",
        "-25",
        "25/0",
        "1001",
        "23.5",
        "23.9",
        "12.5",
        "24000/1000.5",
        "x",
        "25 25",
        "1/3",
        "²⁵",
        "٢٥",
        "nan",
    ],
)
def test_what_is_no_rate(text) -> None:
    with pytest.raises(ValueError):
        parse_rate(text)


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_is_kept_as_text(rate) -> None:
    assert parse_rate(rate_text(rate)) == rate


@pytest.mark.parametrize(
    ("text", "rate", "frame"),
    [
        ("00:00:00:00", PAL, 0),
        ("00:01:47:12", PAL, 107 * 25 + 12),
        ("1:02:03:04", PAL, 3723 * 25 + 4),
        ("01:47", PAL, 2675),
        ("1:02:03", PAL, 3723 * 25),
        ("90:00", PAL, 5400 * 25),
        ("107.5", PAL, 2687),
        ("1:47,5", PAL, 2687),
        ("0.04", PAL, 1),
        ("0.039999", PAL, 0),
        ("12 s", PAL, 300),
        # One hour of time code is 86 400 frames at 23.976; one hour on the clock is 86 313 and a bit.
        ("01:00:00:00", FILM, 86_400),
        ("1:00:00", FILM, 86_313),
        ("60:00", FILM, 86_313),
        # SMPTE ST 12-1: the label after 00:00:59;29 is 00:01:00;02, and ten minutes are 17 982 frames.
        ("00:00:59;29", NTSC, 1799),
        ("00:01:00;02", NTSC, 1800),
        ("00:10:00;00", NTSC, 17_982),
        ("01:00:00;00", NTSC, 107_892),
        ("00:01:00;04", 2 * NTSC, 3600),
    ],
)
def test_moments(text, rate, frame) -> None:
    assert parse_timecode(text, rate) == frame


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("", PAL), ("x", PAL), ("-1", PAL), ("00:00:00:25", PAL), ("00:00:60:00", PAL), ("00:60:00:00", PAL),
        ("1:60", PAL),
        ("1:60:00", PAL), ("100:00:00:00", PAL), ("1:2:3:4:5", PAL), ("999999", PAL), ("٠١:٠٢", PAL),
        ("1:00\n2:00", PAL),
        ("00:00:01;00", PAL), ("00:00:01;00", FILM), ("00:01:00;00", NTSC), ("00:01:00;01", NTSC),
        ("00:01:00;03", 2 * NTSC), ("1e3", PAL), ("inf", PAL),
    ],
)  # fmt: skip
def test_what_is_no_moment(text, rate) -> None:
    with pytest.raises(ValueError):
        parse_timecode(text, rate)


def test_time_codes_are_written_alike() -> None:
    assert format_timecode(2687, PAL) == "00:01:47:12"
    assert format_timecode(86_400, FILM) == "01:00:00:00"
    assert format_timecode(1800, NTSC) == "00:01:00:00"
    assert format_timecode(1800, NTSC, drop=True) == "00:01:00;02"
    assert format_timecode(17_982, NTSC, drop=True) == "00:10:00;00"
    assert format_timecode(7, Fraction(240)) == "00:00:00:007"
    assert nominal(FILM) == 24


@pytest.mark.parametrize(("frame", "rate", "drop"), [(-1, PAL, False), (100 * 3600 * 25, PAL, False), (0, PAL, True)])
def test_what_has_no_time_code(frame, rate, drop) -> None:
    with pytest.raises(ValueError):
        format_timecode(frame, rate, drop)


@pytest.mark.parametrize("seconds", [Fraction(-1, 1000), Fraction(360_000)])
def test_running_times_outside_every_clip(seconds) -> None:
    with pytest.raises(ValueError):
        frame_at(seconds, PAL)


@given(st.integers(0, 99 * 3600 * 1000), st.sampled_from(RATES))
def test_there_and_back(frame, rate) -> None:
    frame %= 99 * 3600 * nominal(rate)
    assert parse_timecode(format_timecode(frame, rate), rate) == frame
    assert frame_at(seconds_of(frame, rate), rate) == frame
    assert frame_of_milliseconds(int(seconds_of(frame, rate) * 1000), rate) == frame


@given(st.integers(0, 30 * 3600 * 60), st.sampled_from([NTSC, 2 * NTSC]))
def test_drop_frame_there_and_back(frame, rate) -> None:
    assert parse_timecode(format_timecode(frame, rate, drop=True), rate) == frame


@pytest.mark.parametrize("rate", [NTSC, 2 * NTSC])
def test_drop_frame_labels_follow_one_another(rate) -> None:
    """Twenty minutes, frame by frame, against the rule itself: skip the labels, count on."""
    base, dropped = nominal(rate), 2 * nominal(rate) // 30
    labels = (
        f"{minute // 60:02}:{minute % 60:02}:{second:02};{frame:02}"
        for minute in range(20)
        for second in range(60)
        for frame in range(base)
        if not (minute % 10 and second == 0 and frame < dropped)
    )
    assert all(format_timecode(number, rate, drop=True) == label for number, label in enumerate(labels))
