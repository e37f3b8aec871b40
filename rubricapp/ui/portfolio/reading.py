"""What the portfolio shows of a participant's works, read in one go."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import Problem
from rubricapp.core.portfolio import Artefact, AudienceChoice, Showing, is_shown
from rubricapp.i18n import _, ngettext
from rubricapp.operations.artefacts import warnings
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.evidence import list_evidence
from rubricapp.store.showings import list_choices, list_showings
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Work:
    """A work as the grid shows it. here: whether its file is on this laptop, or it is on the web. proves: criteria.

    problems: what to know before showing it, consent first. shown: for how many audiences it is shown today.
    altered: its file was read and is not what was added.
    """

    artefact: Artefact
    here: bool
    proves: tuple[str, ...]
    problems: tuple[Problem, ...]
    showings: tuple[Showing, ...] = ()
    shown: int = 0
    altered: bool = False

    @property
    def facts(self) -> str:
        """What it proves, where it was shown, in short words."""
        proves = (
            ngettext("proves {n} criterion", "proves {n} criteria", len(self.proves)).format(n=len(self.proves))
            if self.proves
            else _("proves nothing yet")
        )
        showings = ngettext("shown once", "shown {n} times", len(self.showings)).format(n=len(self.showings))
        return "  ·  ".join([proves, *([showings] if self.showings else [])])

    @property
    def short(self) -> str:
        """The same where there is little room."""
        if not self.proves:
            return _("proves nothing yet")
        count = ngettext("{n} criterion", "{n} criteria", len(self.proves)).format(n=len(self.proves))
        return "  ·  ".join([count, *([_("shown {n}×").format(n=len(self.showings))] if self.showings else [])])

    @property
    def warning(self) -> str:
        """The gravest of its problems in two or three words, or ""."""
        if self.altered:
            return _("File altered")
        codes = [each.code for each in self.problems]
        return next((say_problem_short(code) for code in _GRAVEST if code in codes), "")

    def sentence(self) -> str:
        """All of it in one sentence, for assistive technology."""
        about = [self.artefact.title, say_media(self.artefact), self.artefact.role, self.facts]
        about += [each.message for each in self.problems]
        return ", ".join(part for part in about if part)


_GRAVEST = ("FILE_MISSING", "CONSENT_EXPIRED", "EMBARGO", "FILE_EMPTY", "CONSENT_ENDS", "CONSENT_UNKNOWN")


def say_problem_short(code: str) -> str:
    """A warning where there is little room; the whole of it is said beside the work."""
    return {
        "FILE_MISSING": _("Not on this laptop"),
        "CONSENT_EXPIRED": _("Consent ended"),
        "EMBARGO": _("Embargo"),
        "FILE_EMPTY": _("File is empty"),
        "CONSENT_ENDS": _("Consent ends soon"),
        "CONSENT_UNKNOWN": _("No consent on file"),
    }[code]


def say_media(artefact: Artefact) -> str:
    """What kind of thing it is."""
    if artefact.is_web:
        return _("on the web")
    return {
        "image": _("picture"),
        "pdf": _("document"),
        "video": _("clip"),
        "audio": _("sound"),
    }.get(artefact.media, _("file"))


def read_works(ws: Workspace, participant: str, altered: frozenset[str] = frozenset()) -> list[Work]:
    """A participant's works, in the order they were added. altered: ids of those whose file was found altered."""
    proves: dict[str, list[str]] = {}
    for link in list_evidence(ws, participant):
        if link.criterion not in proves.setdefault(link.source, []):
            proves[link.source].append(link.criterion)
    showings: dict[str, list[Showing]] = {}
    for showing in list_showings(ws, participant=participant):
        showings.setdefault(showing.artefact, []).append(showing)
    choices: dict[str, list[AudienceChoice]] = {}
    for choice in list_choices(ws, participant=participant):
        choices.setdefault(choice.artefact, []).append(choice)
    today = ws.sources.now().date()
    return [
        Work(
            artefact=each,
            here=each.is_web or find_file(ws, each) is not None,
            proves=tuple(proves.get(each.id, ())),
            problems=tuple(warnings(ws, each)),
            showings=tuple(showings.get(each.id, ())),
            shown=sum(is_shown(choice, today) for choice in choices.get(each.id, ())),
            altered=each.id in altered,
        )
        for each in list_artefacts(ws, participant)
    ]
