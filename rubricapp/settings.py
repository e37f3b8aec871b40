"""What the user chose, in a small TOML file in their own folder: read by window and command line alike."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from rubricapp import paths


@dataclass(frozen=True)
class Settings:
    """theme: system, light, dark or night. text_percent: 90 … 200. language: "" follows the system.

    name: who sits at this laptop. number_keys: digits score. auto_advance: on to the next criterion after a level.
    workspace: the one opened last. packages: the folder where packages were put last. watched: the folder in which
    the merge page looks for new ones, "" for none.
    lock_minutes: without a key or a click, until a protected workspace locks; 0: never.
    """

    name: str = ""
    theme: str = "system"
    text_percent: int = 100
    language: str = ""
    number_keys: bool = True
    auto_advance: bool = True
    workspace: str = ""
    packages: str = ""
    watched: str = ""
    lock_minutes: int = 15


def file() -> Path:
    """Where the settings are kept."""
    return paths.home() / "settings.toml"


def load() -> Settings:
    """The user's settings; what is missing or of the wrong type takes its default."""
    try:
        found = tomllib.loads(file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = Settings()
    for each in fields(Settings):
        value = found.get(each.name)
        if type(value) is type(getattr(known, each.name)):
            known = replace(known, **{each.name: value})
    return replace(known, text_percent=min(200, max(90, known.text_percent)), lock_minutes=max(0, known.lock_minutes))


def save(settings: Settings) -> None:
    """Keep the settings. Raises OSError when the folder cannot be written."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A JSON string, number or boolean is the same in TOML, but for the escape of DEL, which no setting holds.
    text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in asdict(settings).items())
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())  # else a power cut may leave an empty file under its name
    part.replace(path)
