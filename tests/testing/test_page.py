"""The page for authors of bots: its program and its test, run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "testing-bots.md"


def test_the_example_of_the_page_passes(tmp_path: Path) -> None:
    """In a directory of its own, where nothing but the installed plugin is found."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "test_shop.py").write_text(program, "utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"]
    ran = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
