"""The build finds what it needs where pip puts it: by PYTHONPATH, and not in an environment of its own."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOOK = (
    "from tools.stubs_hook import StubsHook;"
    " StubsHook('.', {}, None, None, '', '').initialize('editable', {})"
)


def test_a_clone_is_built_as_pip_builds_it(tmp_path: Path) -> None:
    """It names a directory whose `sitecustomize` adds what `build-system.requires` brought."""
    clone, added = tmp_path / "clone", tmp_path / "added"
    for part in ("src/chappe/tl", "tools"):
        shutil.copytree(
            ROOT / part, clone / part, ignore=shutil.ignore_patterns("*.pyi", "__pycache__")
        )
    for part in ("src/chappe/__init__.py",):
        shutil.copy(ROOT / part, clone / part)
    added.mkdir()
    packages = sysconfig.get_path("purelib")
    (added / "sitecustomize.py").write_text(f"import site\nsite.addsitedir({packages!r})\n")
    bare = Path(sysconfig.get_config_var("installed_base")) / "bin" / "python3"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [bare, "-c", HOOK],
        cwd=clone,
        env={**kept, "PYTHONPATH": f"{added}{os.pathsep}{clone}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (clone / "src" / "chappe" / "tl" / "api.pyi").is_file()
