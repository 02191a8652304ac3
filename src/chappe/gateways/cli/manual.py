"""The manual, which comes with the program: in a clone as `docs/`, in an installed package inside it."""

from pathlib import Path
from typing import Final

import chappe

from .ports import OperatorError

PACKAGE: Final = Path(chappe.__file__).parent
PLACES: Final = (PACKAGE / "manual" / "docs", PACKAGE.parents[1] / "docs")  # installed; a clone


def _folder() -> Path:
    """Return where the pages lie.

    Raises:
        OperatorError: this package was built without them.
    """
    for place in PLACES:
        if (place / "operating.md").is_file():
            return place
    raise OperatorError("The manual is missing: install Chappe anew, or read it in a clone.")


def pages() -> dict[str, str]:
    """Return the title of each page, by name."""
    return {
        name: path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        for name, path in _paths().items()
    }


def _paths() -> dict[str, Path]:
    """Return where each page lies, by name: those about trust are in a folder of their own.

    One of them that has the name of another page is called `trust-` and that name.
    """
    folder = _folder()
    found = {path.stem: path for path in sorted(folder.glob("*.md"))}
    for path in sorted(folder.glob("trust/*.md")):
        found[f"trust-{path.stem}" if path.stem in found else path.stem] = path
    return found


def read_page(name: str) -> str:
    """Return a page as it is written, in Markdown.

    Raises:
        OperatorError: there is no such page.
    """
    if name not in pages():
        raise OperatorError(f"The manual has no page {name}; there are {', '.join(pages())}.")
    return _paths()[name].read_text("utf-8")
