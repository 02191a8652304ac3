"""Packages that are used later only, or by a process apart: that they are there is asked at the start."""

from importlib.util import find_spec


def require(package: str) -> None:
    """Refuse to start without a package, before somebody waits for what needs it.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if find_spec(package) is None:
        raise ModuleNotFoundError(name=package)
