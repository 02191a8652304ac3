"""A step of the build: makes the type stubs that `py.typed` promises, which the repository does not keep."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface[Any]):
    """Runs `tools.stubs` before files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the stubs beside their modules; a build that cannot fails."""
        del version, build_data
        # pip says by this variable where what the build needs is: without it there is no msgspec
        given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = os.pathsep.join((str(Path(self.root, "src")), self.root, *filter(None, given)))
        subprocess.run(
            [sys.executable, "-m", "tools.stubs"],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
        )
