"""The program that lies here, as its manifest: made of its files, compared with what the wheel brought."""

from pathlib import Path
from typing import Final

import chappe
from chappe.core.builds import MANIFEST, differing, manifest_of
from chappe.core.configuration import ConfigurationError

NAMED_MAX: Final = 3  # files that are named of those that differ


def build_that_lies_here(package: Path | None = None) -> str:
    """Return the manifest of the program; in a clone nothing says how it ought to be.

    Whoever changes the program on purpose can change this too: it finds accidents, and nobody's malice.

    Raises:
        ConfigurationError: files are not as they were built.
    """
    package = package or Path(chappe.__file__).parent
    lying = manifest_of(package)
    kept = package / MANIFEST
    if not kept.is_file():
        return lying
    changed = differing(kept.read_text("utf-8"), lying)
    if changed:
        more = f" and {len(changed) - NAMED_MAX} more" if len(changed) > NAMED_MAX else ""
        raise ConfigurationError(
            f"This program is not as it was built: {', '.join(changed[:NAMED_MAX])}{more} differ. Install"
            " Chappe anew."
        )
    return lying
