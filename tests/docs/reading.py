"""Reading the documents: their console blocks, and what each block promises."""

import re
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = tuple(
    sorted(
        path
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        if path.name not in ("limits.md", "coverage.md")
    )
)
_BLOCK: Final = re.compile(r"^( *)```console(.*)\n((?:.*\n)*?)\1```$", re.MULTILINE)
_MODE: Final = re.compile(r" (?:run(?: exit=(?P<code>\d+))?|serve|skip: (?P<reason>\S.*))")


class Step(NamedTuple):
    """One command, and lines its output must have, in order; `…` stands for any text."""

    command: str
    shown: tuple[str, ...]


class Block(NamedTuple):
    """One console block."""

    document: str
    mode: str  # run, serve or skip
    code: int  # the exit code of its last command
    steps: tuple[Step, ...]


def steps_of(body: str) -> tuple[Step, ...]:
    """Return the commands of a block with what each shows."""
    steps: list[Step] = []
    for line in body.splitlines():
        text = line.strip()
        if text.startswith(("$ ", "# ")):
            steps.append(Step(text[2:], ()))
        elif steps and text:
            steps[-1] = Step(steps[-1].command, (*steps[-1].shown, text))
    return tuple(steps)


def blocks_of(document: Path) -> list[Block]:
    """Return the console blocks of a document.

    Raises:
        ValueError: one does not say whether it may be run.
    """
    found = []
    for _, info, body in _BLOCK.findall(document.read_text("utf-8")):
        mode = _MODE.fullmatch(info)
        if mode is None:
            raise ValueError(f"{document.name}: say run, serve or `skip: why` after ```console")
        name = info.split()[0].rstrip(":")
        found.append(Block(document.name, name, int(mode["code"] or 0), steps_of(body)))
    return found


def settings_of(document: Path) -> str:
    """Return the settings that the server of a document's commands is started with; mostly none."""
    found = re.search(
        r"^```toml served\n((?:.*\n)*?)```$", document.read_text("utf-8"), re.MULTILINE
    )
    return "" if found is None else found[1]


def program_of(document: Path) -> str:
    """Return the first Python program of a document."""
    found = re.search(r"^```python\n((?:.*\n)*?)```$", document.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{document.name} has no program")
    return found[1]


def missing(shown: tuple[str, ...], output: str) -> str:
    """Return the first line that the output does not show in its turn, or nothing."""
    lines = iter(line.strip() for line in output.splitlines())
    for wanted in shown:
        if wanted == "…":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("…")))
        if not any(pattern.fullmatch(line) for line in lines):
            return wanted
    return ""
