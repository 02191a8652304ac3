"""Programs of Debian's that tests start: where they must be, their absence is a failure."""

import os
import shutil

import pytest

MUST = "CI"  # set where tests run unattended: there nothing is skipped for want of a package


def debian(program: str) -> str:
    """Return where a program is; skip the test where it is not installed, and fail it in CI."""
    found = shutil.which(program)
    if found is not None:
        return found
    missing = f"{program} is not installed: see script/bootstrap-packages"
    if os.environ.get(MUST):
        pytest.fail(missing)
    pytest.skip(missing)
