"""Moments of a clip, exact to the frame: from what people write to a frame number, and back.

Question: a time code, or running time? Decision: four parts (01:02:03:04) are a time code: its frames are numbered at
the nominal rate, as on a slate. Anything else (1:47, 1:02:03.5, 107.5) is running time, as a player shows it, and
means the frame that is on the screen at that moment. Reasons: at 23.976 the two differ by 3.6 seconds an hour, and
people mean what stands before their eyes. Frames count from 0 at the clip's first frame. 2026-11-21.

Drop-frame counting (SMPTE ST 12-1) leaves out labels, never frames: the first two of each minute (four at 59.94)
except every tenth. It is written with a semicolon, 00:01:00;02, and exists at 29.97 and 59.94 only.
"""

from __future__ import annotations

import re
from fractions import Fraction

LONGEST_HOURS = 99
_LABEL = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})([:;])(\d{1,3})", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,6})(?:[.,](\d{1,6}))?\s*s?", re.ASCII)
_RATE = re.compile(r"(\d{1,6})(?:/(\d{1,4})|[.,](\d{1,3}))?\s*(?:fps|p)?", re.ASCII)
_DROPS = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}
_FASTEST = 1000


def parse_rate(text: str) -> Fraction:
    """Frames per second from "25", "24000/1001", "23.976", "23.98", "29.97": whole, or whole × 1000/1001.

    Raises ValueError for anything else: a clip of varying rate has no time code.
    """
    found = _RATE.fullmatch(text.strip().casefold())
    if found is None:
        raise ValueError(text)
    whole, under, decimals = found.groups()
    if decimals is not None and int(decimals):
        said = Fraction(f"{whole}.{decimals}")
        rate = Fraction((int(whole) + 1) * 1000, 1001)
        # "23.98" and "23.976" are both short for 24000/1001: right to the last digit written, of two at least.
        if len(decimals) < 2 or abs(rate - said) >= Fraction(1, 10 ** len(decimals)):
            raise ValueError(text)
    else:
        if under is not None and not int(under):
            raise ValueError(text)
        rate = Fraction(int(whole), int(under or 1))
    exact = rate if rate.denominator == 1 else rate * Fraction(1001, 1000)
    if exact.denominator != 1 or not 1 <= exact <= _FASTEST:
        raise ValueError(text)
    return rate


def rate_text(rate: Fraction) -> str:
    """The form that is kept: "25" or "24000/1001"."""
    return str(rate)


def nominal(rate: Fraction) -> int:
    """Frames that a second of time code counts: 24 at 23.976."""
    return -(-rate.numerator // rate.denominator)


def parse_timecode(text: str, rate: Fraction) -> int:
    """The frame that a moment means, from 0. Raises ValueError for what is no moment, or has no such label."""
    text = text.strip()
    label = _LABEL.fullmatch(text)
    if label:
        hours, minutes, seconds, frames = (int(label[place]) for place in (1, 2, 3, 5))
        if minutes > 59 or seconds > 59 or frames >= nominal(rate):
            raise ValueError(text)
        minute = hours * 60 + minutes
        count = (minute * 60 + seconds) * nominal(rate) + frames
        if label[4] == ":":
            return count
        dropped = _dropped(rate, text)
        if seconds == 0 and frames < dropped and minutes % 10:
            raise ValueError(text)
        return count - dropped * (minute - minute // 10)
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), int(clock[3])
        if seconds > 59 or (clock[1] and minutes > 59):
            raise ValueError(text)
        return frame_at(hours * 3600 + minutes * 60 + Fraction(f"{seconds}.{clock[4] or 0}"), rate)
    plain = _SECONDS.fullmatch(text)
    if plain is None:
        raise ValueError(text)
    return frame_at(Fraction(f"{plain[1]}.{plain[2] or 0}"), rate)


def _dropped(rate: Fraction, text: str) -> int:
    if rate not in _DROPS:
        raise ValueError(text)
    return _DROPS[rate]


def frame_at(seconds: Fraction, rate: Fraction) -> int:
    """The frame on the screen at a running time. Raises ValueError before the clip or past the longest."""
    if not 0 <= seconds < (LONGEST_HOURS + 1) * 3600:
        raise ValueError(str(seconds))
    return int(seconds * rate)


def frame_of_milliseconds(ms: int, rate: Fraction) -> int:
    """The frame that a player shows which names positions in whole milliseconds, cut off: the last that begins there.

    (At 23.976 the second frame begins at 41.708 ms, and the player says 41.)
    """
    return max(0, -(-(ms + 1) * rate.numerator // (1000 * rate.denominator)) - 1)


def seconds_of(frame: int, rate: Fraction) -> Fraction:
    """The running time at which a frame appears."""
    return frame / rate


def format_timecode(frame: int, rate: Fraction, drop: bool = False) -> str:
    """The time code of a frame: "00:01:47:12", or with ; in drop-frame counting. Raises ValueError."""
    if frame < 0:
        raise ValueError(frame)
    base = nominal(rate)
    if drop:
        dropped = _dropped(rate, "drop-frame")
        tens, rest = divmod(frame, 600 * base - 9 * dropped)
        frame += 9 * dropped * tens
        if rest >= 60 * base:
            frame += dropped * (1 + (rest - 60 * base) // (60 * base - dropped))
    seconds, frames = divmod(frame, base)
    if seconds >= (LONGEST_HOURS + 1) * 3600:
        raise ValueError(frame)
    digits = len(str(base - 1)) if base > 100 else 2
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{clock}{';' if drop else ':'}{frames:0{digits}}"
