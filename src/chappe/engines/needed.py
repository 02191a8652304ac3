"""Packages that are used later only, or by a process apart: that they are there is asked at the start."""

from importlib.util import find_spec


def require(module: str, package: str = "") -> None:
    """Refuse to start without a package, before somebody waits for what needs it.

    `package` is what it is installed by, where that is not the name of its module.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if find_spec(module) is None:
        raise ModuleNotFoundError(name=package or module)
