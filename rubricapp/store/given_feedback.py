"""Peers' feedback that came with a kit, as the last one brought it. Why so: see `operations.given_feedback`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction

from rubricapp.core.model import CriterionId
from rubricapp.core.peer_scores import BOXES, GivenFeedback, PeerCriterion, PeerFeedback
from rubricapp.store.kits import load_home
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace

_META = "given_feedback"


def keep_given(ws: Workspace, given: Sequence[GivenFeedback]) -> None:
    """Keep what a kit brought, in place of all that the one before did. Raises UserError."""
    said = [asdict(each) for each in given]
    ws.set_meta(_META, json.dumps(said, default=float, ensure_ascii=False) if said else "")


def list_given(ws: Workspace) -> list[GivenFeedback]:
    """What the last kit brought; nothing where the workspace did not come as one."""
    with ws.reading():
        return [
            GivenFeedback(each["round"], _feedback(each["feedback"])) for each in json.loads(ws.meta(_META) or "[]")
        ]


def find_given(ws: Workspace, peer_round: str, author: str) -> PeerFeedback | None:
    """The feedback of one round, where its author is whom this workspace was made for."""
    home = load_home(ws)
    if home is None or home.me != find_kept(ws, author):
        return None
    return next((each.feedback for each in list_given(ws) if each.round == peer_round), None)


def _feedback(said: dict) -> PeerFeedback:
    criteria = tuple(
        PeerCriterion(
            CriterionId(each["criterion"]),
            each["count"],
            None if each["median"] is None else Fraction(each["median"]),
            each["low"],
            each["high"],
            tuple(each["comments"]),
        )
        for each in said["criteria"]
    )
    return PeerFeedback(said["reviews"], said["enough"], criteria, *(tuple(said[box]) for box in BOXES))
