"""What this program is, and whose work it stands on."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion

from rubricapp import __version__, paths
from rubricapp.i18n import _


def about_lines() -> list[str]:
    """Version, licence, and where the licences of what comes with it are."""
    return [
        _("Rubric {version} · Qt {qt} · Python {python}").format(
            version=__version__, qt=qVersion(), python=platform.python_version()
        ),
        _(
            "MIT licence. Qt is used under the LGPL. Fonts: Noto, Nanum (SIL Open Font Licence) and Droid (Apache-2.0)."
            " Icons: Lucide (ISC). Their texts lie in {folder}."
        ).format(folder=paths.RESOURCES),
        _("Nothing leaves this laptop: there is no account, no update check, no statistics."),
    ]
