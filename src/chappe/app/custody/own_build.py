"""Which build this is, as it claims: the hash of the manifest of the files that lie here."""

from pathlib import Path

import chappe
from chappe.core.builds import manifest_hash, manifest_of


def build_of_this() -> str:
    """Return the hash of the manifest; it reads every file of the program.

    Raises:
        OSError: a file cannot be read.
    """
    return manifest_hash(manifest_of(Path(chappe.__file__).parent))
