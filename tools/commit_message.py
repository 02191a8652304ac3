"""Hold what a commit says to the project's shape: a subject of one line, and a body that says why.

`script/commit-message FILE` reads a message that is about to be committed, as git's commit-msg hook does, and
`script/commit-message main..HEAD` those of a range of commits. Nothing is fetched.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SUBJECT_CHARACTERS_MAX: Final = 72  # characters of a subject, as logs and mails show it whole
_SUBJECT: Final = re.compile(r"[a-z][a-z0-9_, -]*: \S.*[^.\s]")
_CUT: Final = "# ------------------------ >8 ------------------------"
_FREE: Final = ("Merge ", "Revert ", "fixup! ", "squash! ")  # git's own words


def faults(message: str) -> list[str]:
    """Return what is wrong with a message, a sentence each."""
    lines = [x for x in message.partition(_CUT)[0].splitlines() if not x.startswith("#")]
    subject, rest = (lines[0], lines[1:]) if lines else ("", [])
    if subject.startswith(_FREE):
        return []
    found = []
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        found.append(
            f"its subject has {len(subject)} characters, more than {SUBJECT_CHARACTERS_MAX}"
        )
    if not _SUBJECT.fullmatch(subject):
        found.append("its subject is not `area: imperative sentence`, without a full stop")
    if rest and rest[0].strip():
        found.append("no empty line parts subject and body")
    if not any(line.strip() and not _is_trailer(line) for line in rest):
        found.append("it has no body that says why")
    return found


def _is_trailer(line: str) -> bool:
    return re.fullmatch(r"[A-Z][A-Za-z-]+-[Bb]y: .*", line) is not None


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def messages(asked: str) -> dict[str, str]:
    """Return the messages of a file or a range of commits, by what to call them."""
    if ".." not in asked:
        return {"The message": Path(asked).read_text("utf-8")}
    commits = _git("rev-list", "--no-merges", asked).split()
    return {c[:12]: _git("log", "-1", "--format=%B", c) for c in commits}


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong; return the exit code."""
    if len(arguments) != 1:
        print("usage: script/commit-message FILE|RANGE", file=sys.stderr)
        return 2
    wrong = {name: faults(said) for name, said in messages(arguments[0]).items()}
    for name, sentences in wrong.items():
        for sentence in sentences:
            print(f"{name}: {sentence}.", file=sys.stderr)
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
