"""protect, unprotect: a workspace encrypted at rest, and the ways to its key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from rubricapp.cli import output
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.key_file import Unlock
from rubricapp.store.workspace import Workspace

_FILE = click.Path(path_type=Path, readable=False)


def register(cli: click.Group) -> None:
    """Add this module's verbs."""

    @output.verb(cli, "protect")
    @click.option("--passphrase-file", type=_FILE, metavar="F", help="Its first line becomes the passphrase.")
    @click.option("--replace-backups", is_flag=True, help="Make a protected backup, and delete those that are not.")
    @click.option("--change", is_flag=True, help="Take another passphrase; the old one as for every verb.")
    @click.option("--new-key", is_flag=True, help="With --change: another key, too, where the old may have been seen.")
    @click.option("--recovery-file", type=_FILE, metavar="F", help="With --change: the recovery key, for the old one.")
    @click.option("--keychain", is_flag=True, help="Let this computer’s keychain open it, too.")
    @click.option("--forget", is_flag=True, help="Let the keychain open it no more.")
    def protect_(
        passphrase_file: Path | None,
        replace_backups: bool,
        change: bool,
        new_key: bool,
        recovery_file: Path | None,
        keychain: bool,
        forget: bool,
    ) -> None:
        """Encrypt the whole workspace under a passphrase; say it again to go on where it was stopped."""
        from rubricapp.operations import protection

        folder = output.workspace_folder()
        if (new_key or recovery_file is not None) and not change:
            raise click.UsageError(_("--new-key and --recovery-file go with --change."))
        if keychain and forget:
            raise click.UsageError(_("Either --keychain or --forget."))
        if change:
            _change(folder, passphrase_file, new_key, recovery_file, replace_backups)
        elif (keychain or forget) and protection.is_protected(folder):
            _remember(folder, keychain)
        elif forget:
            raise not_protected()
        elif replace_backups and protection.list_unprotected(folder) and protection.is_protected(folder):
            _replace(folder)
        elif protection.is_protected(folder) and (waiting := protection.count_plain(folder)):
            _go_on(folder, waiting)
        else:
            _protect(folder, _passphrase(passphrase_file), replace_backups, keychain)

    @output.verb(cli, "unprotect")
    @click.option("--passphrase-file", type=_FILE, metavar="F", help="The passphrase, in its first line.")
    @click.option("--recovery-file", type=_FILE, metavar="F", help="The recovery key, typed from its sheet.")
    def unprotect_(passphrase_file: Path | None, recovery_file: Path | None) -> None:
        """Take the protection away again."""
        from rubricapp.operations import protection

        folder = output.workspace_folder()
        altered = protection.unprotect(folder, _unlock(passphrase_file, recovery_file), output.progress())
        lines = [_("Nothing of {folder} is encrypted any more.").format(folder=folder)]
        if altered:
            lines.append(_("Files that were altered and could not be opened: {n}").format(n=len(altered)))
        output.result("unprotect", {"workspace": str(folder), "altered": [str(path) for path in altered]}, lines)


def _protect(folder: Path, passphrase: str, replace_backups: bool, keychain: bool) -> None:
    from rubricapp.operations import protection

    done = protection.protect(folder, passphrase, output.progress())
    gone: tuple[Path, ...] = ()
    left = done.unprotected
    remembered = ""
    if (replace_backups and left) or keychain:
        with protection.open_workspace(folder, unlock=protection.by_passphrase(passphrase)) as ws:
            if replace_backups:
                gone = protection.replace_unprotected(ws)
            if keychain:
                remembered = _try_to_remember(ws)
        left = protection.list_unprotected(folder)
    lines = [_("The workspace {folder} is encrypted, files and all.").format(folder=folder), protection.what_it_does()]
    lines.append(
        _("The recovery sheet opens it, too.")
        if done.recovery
        else _("No recovery key is in force: only the passphrase opens it. “recovery make” changes that.")
    )
    if remembered:
        lines.append(remembered)
    if gone:
        lines.append(_("Replaced by a protected backup: {n}").format(n=len(gone)))
    if left:
        lines.append(
            _(
                "Not encrypted are {n} older backups and copies: say “protect --replace-backups”, or delete them by"
                " hand:"
            ).format(n=len(left))
        )
        lines += [f"    {path}" for path in left]
    output.result(
        "protect",
        {
            "workspace": str(folder),
            "recovery": done.recovery,
            "files_encrypted": not done.waiting,
            "keychain": protection.is_remembered(folder),
            "unprotected": [str(path) for path in left],
            "replaced": [str(path) for path in gone],
        },
        lines,
    )


def _replace(folder: Path) -> None:
    from rubricapp.operations import protection

    with output.opened(daily_backup=False) as ws:
        gone = protection.replace_unprotected(ws)
    left = [str(path) for path in protection.list_unprotected(folder)]
    data = {"workspace": str(folder), "unprotected": left, "replaced": [str(path) for path in gone]}
    output.result("protect", data, [_("Replaced by a protected backup: {n}").format(n=len(gone))])


def _go_on(folder: Path, waiting: int) -> None:
    from rubricapp.operations import protection

    done = protection.go_on(folder, output.unlock, output.progress())
    left = protection.count_plain(folder)
    lines = [_("Files encrypted: {n}").format(n=done)]
    if left:
        lines.append(_("Not encrypted yet, because another program holds them: {n}").format(n=left))
    data = {"workspace": str(folder), "waited": waiting, "files_encrypted": not left}
    output.result("protect", data, lines)


def _change(
    folder: Path, passphrase_file: Path | None, new_key: bool, recovery_file: Path | None, replace_backups: bool
) -> None:
    from rubricapp.operations import protection

    if not protection.is_protected(folder):
        raise not_protected()
    unlock = _asked_once(_unlock(None, recovery_file))
    if passphrase_file is not None:
        passphrase = output.first_line(passphrase_file)
    else:
        passphrase = _typed()
    if new_key:
        protection.change_key(folder, unlock, passphrase, output.progress())
    else:
        protection.change_passphrase(folder, unlock, passphrase)
    gone: tuple[Path, ...] = ()
    if replace_backups:
        with protection.open_workspace(folder, unlock=protection.by_passphrase(passphrase)) as ws:
            gone = protection.replace_before(ws)
    old = () if replace_backups else protection.list_before(folder)
    lines = [protection.what_changing_does(new_key)]
    if gone:
        lines.append(_("Earlier backups, replaced by a new one: {n}").format(n=len(gone)))
    if old:
        lines.append(
            _("Earlier backups, which this does not change: {n} (--replace-backups replaces them)").format(n=len(old))
        )
    data = {"workspace": str(folder), "new_key": new_key, "keychain": protection.is_remembered(folder)}
    output.result("protect", data | {"before": [str(path) for path in old], "replaced": [str(p) for p in gone]}, lines)


def _remember(folder: Path, keychain: bool) -> None:
    from rubricapp.operations import protection

    if keychain:
        with output.opened(daily_backup=False) as ws:
            protection.remember(ws)
        lines = [_remembered()]
    else:
        was = protection.forget(folder)
        lines = [_("This computer’s keychain opens it no more.") if was else _("No keychain opened it.")]
    output.result("protect", {"workspace": str(folder), "keychain": protection.is_remembered(folder)}, lines)


def _try_to_remember(ws: Workspace) -> str:
    """In words what came of it: a keychain that is missing is no reason not to protect."""
    from rubricapp.operations import protection

    try:
        protection.remember(ws)
    except UserError as error:
        return error.message
    return _remembered()


def _remembered() -> str:
    return _(
        "This computer’s keychain opens it from now on, for whoever is logged in as you. The passphrase and the"
        " recovery sheet open it as before: keep them."
    )


def not_protected() -> UserError:
    """What was asked for makes sense for a protected workspace only."""
    return UserError("E_NOT_PROTECTED", _("This workspace is not protected."), _("Nothing was changed."))


def _unlock(passphrase_file: Path | None, recovery_file: Path | None) -> Unlock:
    from rubricapp.operations import protection
    from rubricapp.operations.recovery import key_in_file

    if recovery_file is not None:
        return protection.by_recovery(key_in_file(recovery_file))
    if passphrase_file is not None:
        return protection.by_passphrase(output.first_line(passphrase_file))
    return output.unlock


def _asked_once(unlock: Unlock) -> Unlock:
    """The same key for the same copy of the key file, without asking twice."""
    known: dict[str, bytes] = {}

    def once(kept: Mapping[str, Any]) -> bytes:
        name = repr(sorted(kept.items()))
        if name not in known:
            known[name] = unlock(kept)
        return known[name]

    return once


def _passphrase(file: Path | None) -> str:
    import os

    named = os.environ.get("RUBRICAPP_PASSPHRASE_FILE")
    if file is None and named:
        file = Path(named).expanduser()
    if file is not None:
        return output.first_line(file)
    return _typed()


def _typed() -> str:
    import sys

    if not sys.stdin.isatty():
        raise click.UsageError(_("Give the passphrase with --passphrase-file."))
    return click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=True, err=True)
