"""What only a programme lead does here, and what others are told instead."""

from __future__ import annotations

from rubricapp.core.model import Role
from rubricapp.i18n import _
from rubricapp.store.people import list_people
from rubricapp.ui.session import Session


def leads(session: Session) -> bool:
    """Whether a programme lead sits here."""
    return session.me is not None and Role.LEAD in session.me.roles


def say_leads(session: Session) -> str:
    """Whom to ask, for everybody else."""
    names = ", ".join(each.name for each in list_people(session.ws, Role.LEAD))
    if not names:
        return _("This is for programme leads; nobody here is one yet. Roles are given under People.")
    return _("This is for programme leads: {names}. Who sits here is chosen under Settings.").format(names=names)
