"""A step of the build: makes what the repository does not keep.

That is the type stubs that `py.typed` promises, and the manifest by which a server knows its files.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface[Any]):
    """Runs `tools.stubs` and `tools.build_manifest` before files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the stubs beside their modules, the manifest into the wheel; a build that cannot fails."""
        self._run("tools.stubs")
        if version == "editable":  # its files change under it
            return
        self._folder = tempfile.TemporaryDirectory()
        manifest = Path(self._folder.name, "build.manifest")
        self._run("tools.build_manifest", str(manifest))
        build_data["force_include"][str(manifest)] = "chappe/build.manifest"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written aside."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()

    def _run(self, *program: str) -> None:
        # pip says by this variable where what the build needs is: without it there is no msgspec
        given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = os.pathsep.join((str(Path(self.root, "src")), self.root, *filter(None, given)))
        subprocess.run(
            [sys.executable, "-m", *program],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
        )
