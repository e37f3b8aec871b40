"""What one laptop lacks of another, without a file in between."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from rubricapp.core.merging import Place
from rubricapp.operations import merging
from rubricapp.store import links
from rubricapp.store import merging as store
from rubricapp.store.workspace import Workspace


def parcel_since(ws: Workspace, ends: Mapping[str, int], parcel_id: str, label: str = "") -> merging.Parcel:
    """Everything that a workspace lacks whose logs end there (device → last sequence number)."""
    changes = tuple(store.list_since(ws, ends))
    before = {}
    previous: Place | None = None
    for each in changes:
        device, seq = each.place
        if previous != (device, seq - 1) and seq > 1:
            with contextlib.suppress(LookupError):  # what came before has not come here yet
                before[each.place] = links.load_link(ws, device, seq - 1)
        previous = each.place
    return merging.Parcel(
        parcel_id, ws.device, label, changes, before, store.load_ends(ws), store.list_device_names(ws)
    )
