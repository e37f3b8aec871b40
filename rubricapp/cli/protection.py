"""protect, unprotect: the database encrypted at rest."""

from __future__ import annotations

from pathlib import Path

import click

from rubricapp.cli import output
from rubricapp.i18n import _

_FILE = click.Path(path_type=Path, readable=False)


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "protect")
    @click.option("--passphrase-file", type=_FILE, metavar="F", help="Its first line becomes the passphrase.")
    @click.option("--replace-backups", is_flag=True, help="Make a protected backup, and delete those that are not.")
    def protect_(passphrase_file: Path | None, replace_backups: bool) -> None:
        """Encrypt the workspace's database under a passphrase. The files of works stay as they are."""
        from rubricapp.operations import protection

        folder = output.workspace_folder()
        passphrase = _passphrase(passphrase_file)
        done = protection.protect(folder, passphrase)
        gone: tuple[Path, ...] = ()
        left = done.unprotected
        if replace_backups and left:
            with protection.open_workspace(folder, unlock=protection.by_passphrase(passphrase)) as ws:
                gone = protection.replace_unprotected(ws)
            left = protection.list_unprotected(folder)
        lines = [_("The database of {folder} is encrypted.").format(folder=folder), protection.what_it_does()]
        lines.append(
            _("The recovery sheet opens it, too.")
            if done.recovery
            else _("No recovery key is in force: only the passphrase opens it. “recovery make” changes that.")
        )
        if gone:
            lines.append(_("Replaced by a protected backup: {n}").format(n=len(gone)))
        if left:
            lines.append(
                _(
                    "Not encrypted are {n} older backups and copies: “unprotect”, then “protect --replace-backups”,"
                    " or delete them by hand:"
                ).format(n=len(left))
            )
            lines += [f"    {path}" for path in left]
        output.result(
            "protect",
            {
                "workspace": str(folder),
                "recovery": done.recovery,
                "files_encrypted": False,
                "unprotected": [str(path) for path in left],
                "replaced": [str(path) for path in gone],
            },
            lines,
        )

    @output.verb(cli, "unprotect")
    @click.option("--passphrase-file", type=_FILE, metavar="F", help="The passphrase, in its first line.")
    @click.option("--recovery-file", type=_FILE, metavar="F", help="The recovery key, typed from its sheet.")
    def unprotect_(passphrase_file: Path | None, recovery_file: Path | None) -> None:
        """Take the protection away again."""
        from rubricapp.operations import protection
        from rubricapp.operations.recovery import key_in_file

        folder = output.workspace_folder()
        if recovery_file is not None:
            unlock = protection.by_recovery(key_in_file(recovery_file))
        elif passphrase_file is not None:
            unlock = protection.by_passphrase(output.first_line(passphrase_file))
        else:
            unlock = output.unlock
        protection.unprotect(folder, unlock)
        output.result(
            "unprotect",
            {"workspace": str(folder)},
            [_("The database of {folder} is not encrypted any more.").format(folder=folder)],
        )


def _passphrase(file: Path | None) -> str:
    import os
    import sys

    named = os.environ.get("RUBRICAPP_PASSPHRASE_FILE")
    if file is None and named:
        file = Path(named).expanduser()
    if file is not None:
        return output.first_line(file)
    if not sys.stdin.isatty():
        raise click.UsageError(_("Give the passphrase with --passphrase-file."))
    return click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=True, err=True)
