"""Receipts: a signed record of each merge, in a file beside the workspace."""

from __future__ import annotations

import json
from pathlib import Path

from rubricapp.core.rubrics import canonical
from rubricapp.exchange import signing
from rubricapp.exchange.package_file import Manifest
from rubricapp.operations.report_files import write_beside
from rubricapp.store import merging as logs
from rubricapp.store import places
from rubricapp.store.workspace import Workspace


def write_receipts(ws: Workspace, manifest: Manifest) -> Path | None:
    """Write the receipts of all merges of a package that have none yet; returns the last one's place. Raises OSError.

    After the merge, so one can be missing: the next time that the package comes it is made up for.
    """
    path = None
    for each in logs.list_merges(ws, manifest.id):
        path = ws.folder / "receipts" / f"{each.id}.json"
        if not path.exists():
            places.make_folder(path.parent)
            write_beside(path, _receipt(ws, manifest, each))
    return path


def _receipt(ws: Workspace, manifest: Manifest, merge: logs.Merge) -> bytes:
    """A signed record of a merge: which package, whose key, what it brought."""
    key = signing.key_of(ws)
    links = logs.list_links(ws, merge)
    said = canonical(
        {
            "merge": merge.id,
            "package": manifest.id,
            "sender": manifest.sender_person,
            "laptop": manifest.laptop,
            "fingerprint": manifest.fingerprint,
            "merged_at": merge.at.isoformat(timespec="seconds"),
            "counts": {name: getattr(merge, name) for name in ("new", "same", "parallel", "conflict")},
            "changes": [id_ for id_, _hash in links],
            "hashes": [hash_.hex() for _id, hash_ in links],
            "public_key": key.public.hex(),
        }
    )
    return canonical({"receipt": json.loads(said), "signature": key.sign(b"rubricapp receipt\n" + said).hex()})
