"""What the operator wrote into files of their own: read before anything is opened, since it may be faulty."""

from pathlib import Path
from typing import NamedTuple

from chappe.core.configuration import Configuration
from chappe.features import matching, terms
from chappe.updates import Context

from .hash_file import hash_list_in_file
from .terms_file import terms_in_file


class OperatorFiles(NamedTuple):
    """What was in them."""

    in_force: terms.TermsOfUse | None
    hashes: matching.HashList

    def fill(self, context: Context) -> None:
        """Have a server work with it."""
        context.own(terms.TERMS).terms = self.in_force
        context.own(matching.HASH_LIST).join(self.hashes)


def operator_files(config: Configuration, data: Path) -> OperatorFiles:
    """Return what the files hold that the settings name.

    Raises:
        ConfigurationError: one cannot be used.
    """
    return OperatorFiles(terms_in_file(config, data), hash_list_in_file(config, data))
