"""Write the manifest of the package, as the wheel brings it: `python -m tools.build_manifest FILE`."""

import sys
from pathlib import Path
from typing import Final

from chappe.core.builds import manifest_of

PACKAGE: Final = Path(__file__).resolve().parents[1] / "src" / "chappe"

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(manifest_of(PACKAGE), "utf-8")
