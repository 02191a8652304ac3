"""Every operator command says whose it is, in the one file that says so."""

from chappe import app
from chappe.app.installation import Installation
from chappe.desks.staff.rights import MACHINE_ONLY, RIGHTS, STAFF_ROLES
from chappe.rpc import Role


def test_every_command_says_whose_it_is() -> None:
    """A new one gets a row in `desks/staff/rights.py`: whose of the staff, or the machine's alone."""
    every = {c.name for c in Installation(app.start, app.slices.commands()).commands()}
    assert every == RIGHTS.keys() | MACHINE_ONLY
    assert not RIGHTS.keys() & MACHINE_ONLY


def test_every_role_is_explained_and_the_operators_is_nobodys() -> None:
    """Who has the machine gives everything; nobody of the staff is that by a role."""
    assert STAFF_ROLES.keys() == {*Role} - {Role.OPERATOR}
    assert all(roles and roles <= STAFF_ROLES.keys() for roles in RIGHTS.values())
