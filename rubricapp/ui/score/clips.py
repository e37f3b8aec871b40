"""What shows a clip or a sound: play, single frames, time codes exact to the frame where the clip's rate is known."""

from __future__ import annotations

import math
from fractions import Fraction

from PySide6.QtCore import QCoreApplication, QIODevice, Qt, QUrl, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QSlider, QWidget

from rubricapp.core.portfolio import Evidence
from rubricapp.core.timecode import format_timecode, frame_of_milliseconds, parse_rate, rate_text, seconds_of
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import DEFAULT_RATE, Place
from rubricapp.store.vault import Stored
from rubricapp.ui import theme
from rubricapp.ui.score.viewers import Viewer, tool
from rubricapp.ui.sealed_device import SealedDevice, beginning_of, device_of
from rubricapp.ui.widgets.labels import PlainLabel

_LISTS = (b"#EXT", b"ffconcat", b"[playlist", b"<", b"\xef\xbb\xbf")
"""How files begin that make a player open other files or addresses."""


def opens_others(beginning: bytes) -> bool:
    """Whether a file that begins so would make a player open other files or addresses."""
    return beginning.lstrip().startswith(_LISTS)


class MediaView(Viewer):
    """A clip or sound: play, ±5 s, single frames, time code. Raises ImportError where Qt cannot play.

    WORKAROUND: stopping and opening wait for Qt's own threads, which may wait for Python's lock to let go of the sound;
    called directly they hold that lock, and both wait for ever (seen with PySide 6.12). A signal lets go of it. So does
    everything else that may make the player wait for its threads: they read a sealed clip through Python.
    """

    _stop_wanted = Signal()
    _open_wanted = Signal(QUrl)
    _device_wanted = Signal(QIODevice, QUrl)
    _play_wanted = Signal()
    _pause_wanted = Signal()
    _seek_wanted = Signal("qlonglong")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from PySide6.QtMultimedia import QAudioOutput, QMediaMetaData, QMediaPlayer
        from PySide6.QtMultimediaWidgets import QVideoWidget

        self._rate_key = QMediaMetaData.Key.VideoFrameRate
        self._playing = QMediaPlayer.PlaybackState.PlayingState
        self._nothing = QMediaPlayer.Error.NoError
        self._loaded = QMediaPlayer.MediaStatus.LoadedMedia
        self._wanted: tuple[int, Fraction] | None = None
        self.player = QMediaPlayer(self)
        self.player.setAudioOutput(QAudioOutput(self))
        self._stop_wanted.connect(self.player.stop)
        self._open_wanted.connect(self.player.setSource)
        self._device_wanted.connect(self.player.setSourceDevice)
        self._play_wanted.connect(self.player.play)
        self._pause_wanted.connect(self.player.pause)
        self._seek_wanted.connect(self.player.setPosition)
        self._device: SealedDevice | None = None
        self._shows = self._is_new = False
        QCoreApplication.instance().aboutToQuit.connect(self.player.stop)
        self.picture = QVideoWidget(self)
        self.picture.setMinimumHeight(80)
        self.player.setVideoOutput(self.picture)
        self.column.addWidget(self.picture, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(_("Position in the clip"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.addWidget(self.slider)
        self.column.addLayout(self.bar)
        self.play_button = tool("play", _("Play or pause (K)"), self)
        for button, act in (
            (tool("step-back", _("One frame back (,)"), self), "frame_back"),
            (tool("undo-2", _("Back 5 seconds (J)"), self), "back"),
            (self.play_button, "play"),
            (tool("redo-2", _("Forward 5 seconds (L)"), self), "forward"),
            (tool("step-forward", _("One frame forward (.)"), self), "frame_forward"),
        ):
            button.clicked.connect(lambda _checked=False, act=act: self.do(act))
            self.bar.addWidget(button)
        self.time_label = PlainLabel("", "small", self, wraps=False)
        self.time_label.setAccessibleName(_("Time code"))
        self.bar.addWidget(self.time_label)
        self.bar.addStretch(1)
        self.drop_label = PlainLabel("", "small muted", self)
        self.drop_label.setAccessibleName(_("Drop-frame time code"))
        self.drop_label.hide()
        self.column.addWidget(self.drop_label)
        self.player.positionChanged.connect(self._on_position_changed)
        self.player.durationChanged.connect(self._on_duration_changed)
        self.player.mediaStatusChanged.connect(self._on_status_changed)
        self.player.playbackStateChanged.connect(self._on_state_changed)
        self.player.errorOccurred.connect(self._on_error)
        self.player.hasVideoChanged.connect(self.picture.setVisible)
        self.slider.sliderMoved.connect(self.player.setPosition)

    def show_file(self, stored: Stored) -> None:
        self.stop()
        try:
            if opens_others(beginning_of(stored)):
                self.failed.emit(_("This file is not a clip; it is not opened here."))
                return
            plain = stored.plain
            if plain is None:
                self._device = device_of(stored)
        except UserError as error:
            self.failed.emit(error.what)
            return
        self._shows = self._is_new = True
        if self._device is not None:
            self._device_wanted.emit(self._device, QUrl())
        else:
            self._open_wanted.emit(QUrl.fromLocalFile(str(plain)))
        self._on_position_changed(0)

    def stop(self) -> None:
        self._wanted = None
        self._shows = self._is_new = False
        self._stop_wanted.emit()
        self._open_wanted.emit(QUrl())
        if self._device is not None:
            self._device.close()
            self._device = None

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays where nobody looks."""
        self._pause_wanted.emit()
        super().hideEvent(event)

    def do(self, act: str) -> bool:
        player = self.player
        if act == "pause":
            self._pause_wanted.emit()
            return True
        if act == "play":
            if player.playbackState() == self._playing:
                self._pause_wanted.emit()
            else:
                self._play_wanted.emit()
            return True
        if act in ("frame_back", "frame_forward"):
            self._pause_wanted.emit()
            frame = frame_of_milliseconds(player.position(), self._rate())
            self._show_frame(max(0, frame + (1 if act == "frame_forward" else -1)), self._rate())
            return True
        step = {"back": -5000, "forward": 5000}.get(act)
        if step is None:
            return False
        self._seek_wanted.emit(max(0, min(player.duration(), player.position() + step)))
        return True

    def _show_frame(self, frame: int, rate: Fraction) -> None:
        """The first whole millisecond that the frame is on the screen: one earlier would still show the last one."""
        self._seek_wanted.emit(min(self.player.duration(), math.ceil(seconds_of(frame, rate) * 1000)))

    def time_code(self) -> str:
        """Minutes and seconds of the position, such as 01:47 or 1:02:03."""
        return short_time(self.player.position()) if self._shows else ""

    def _rate(self) -> Fraction:
        """The clip's rate, or 25 where it is not known or varies: then a moment is right to 1/25 of a second."""
        return known_rate(self._frames_a_second()) or parse_rate(DEFAULT_RATE)

    def place(self) -> Place:
        rate = self._rate()
        frame = frame_of_milliseconds(self.player.position(), rate)
        return Place(start=format_timecode(frame, rate), rate=rate_text(rate))

    def go_to(self, link: Evidence) -> None:
        if link.from_frame is not None and link.moment[0]:
            self._pause_wanted.emit()
            self._wanted = (link.from_frame, parse_rate(link.rate))
            if self.player.duration():
                self._show_wanted()

    def _show_wanted(self) -> None:
        """The frame that was asked for, perhaps while the clip was still being opened."""
        if self._wanted is not None:
            self._show_frame(*self._wanted)
            self._wanted = None

    def _frames_a_second(self) -> float:
        return float(self.player.metaData().value(self._rate_key) or 0.0)

    def _on_position_changed(self, ms: int) -> None:
        if not self.slider.isSliderDown():
            self.slider.setValue(ms)
        shown = full_time(ms, self._frames_a_second())
        self.time_label.setText(f"{shown} / {short_time(self.player.duration())}")
        self.drop_label.setText(drop_time(ms, self._frames_a_second()))
        self.drop_label.setVisible(bool(self.drop_label.text()))

    def _on_duration_changed(self, length: int) -> None:
        self.slider.setRange(0, length)
        self._on_position_changed(self.player.position())

    def _on_status_changed(self, status: object) -> None:
        if status == self._loaded and self._is_new:
            self._is_new = False
            self._stop_wanted.emit()  # Qt may still be as it was with the clip before, and show nothing then
            self._pause_wanted.emit()  # the first frame shows at once, not only when it plays
            self._show_wanted()
            self._on_position_changed(self.player.position())

    def _on_state_changed(self, state: object) -> None:
        theme.set_icon(self.play_button, "pause" if state == self._playing else "play", "ink", 18)

    def _on_error(self, error: object, _words: str) -> None:
        if error != self._nothing:
            self.failed.emit(
                _("This format cannot play here. Open it in your player; you can still write down the times.")
            )


def short_time(ms: int) -> str:
    """1:02:03 or 01:47."""
    seconds = ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def known_rate(frames_a_second: float) -> Fraction | None:
    """The exact rate that a player's figure stands for (23.976 is 24000/1001); None where it is none or varies."""
    try:
        return parse_rate(f"{frames_a_second:.3f}")
    except ValueError:
        return None


def full_time(ms: int, frames_a_second: float) -> str:
    """The time code 00:01:47:12 where the rate is known, else the running time 00:01:47."""
    rate = known_rate(frames_a_second)
    if rate is not None:
        return format_timecode(frame_of_milliseconds(ms, rate), rate)
    seconds = ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def drop_time(ms: int, frames_a_second: float) -> str:
    """The same moment as drop-frame counting names it, at 29.97 and 59.94 only, else ""."""
    rate = known_rate(frames_a_second)
    if rate not in (Fraction(30000, 1001), Fraction(60000, 1001)):
        return ""
    shown = format_timecode(frame_of_milliseconds(ms, rate), rate, drop=True)
    return _("{time} in drop-frame counting").format(time=shown)
