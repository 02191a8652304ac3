"""Places where backups lie: a directory, a bucket, and whatever speaks SFTP."""

from pathlib import Path

from chappe.core.configuration import Backups
from chappe.ports import BackupPlace

from .directory import DirectoryPlace
from .ssh import SshPlace, is_ssh

__all__ = ["DirectoryPlace", "SshPlace", "is_ssh", "open_place"]


def open_place(settings: Backups, data: Path, to: str) -> BackupPlace:
    """Return the place `to` names; the bucket of the settings if it names none.

    Raises:
        PlaceError: it cannot be used.
        ModuleNotFoundError: a library for it is not installed.
    """
    if is_ssh(to):
        key, known = (
            data / name if name else None for name in (settings.ssh_key, settings.ssh_known_hosts)
        )
        return SshPlace(to, key, known)
    if to:
        return DirectoryPlace(Path(to))
    if settings.s3 is None:
        raise ValueError("the settings name no place")
    from .bucket import BucketPlace  # noqa: PLC0415  a library few servers need

    return BucketPlace(settings.s3)
