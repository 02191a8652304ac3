"""Disk space: the quota of each person's files, and the reserve that is left to messages."""

from pathlib import Path
from typing import Final

import msgspec

from chappe.core.configuration import Configuration
from chappe.engines.space import DiskSpace, NoDisk, total_of
from chappe.features import files
from chappe.ports import Blobs
from chappe.updates import Observer, Periodic

from .installation import FILES

MIB: Final = 1024 * 1024
SHARES: Final = 10  # how many people can fill their quota before the disk of files is full
QUOTA_MIB: Final = 100 * 1024  # MiB one person may keep where no disk makes it fewer
RESERVE_MIB: Final = 1024  # MiB left to messages, where a tenth of the disk is not less
SWEEP_EVERY_S: Final = 3_600.0  # seconds between two sweeps for uploads that were given up


def settled(config: Configuration, data: Path | None) -> Configuration:
    """Return a configuration with quota and reserve filled in; `data` is None for a server in memory."""
    quota, reserve = config.media_quota_mib, config.disk_reserve_mib
    if quota is None:
        quota = QUOTA_MIB
        if data is not None and config.files_s3 is None:
            quota = min(quota, max(1, total_of(data / FILES) // SHARES // MIB))
    if reserve is None:
        reserve = 0 if data is None else min(RESERVE_MIB, total_of(data) // SHARES // MIB)
    return msgspec.structs.replace(config, media_quota_mib=quota, disk_reserve_mib=reserve)


def open_space(config: Configuration, data: Path) -> DiskSpace:
    """Return the free space on the disks of boxes and files; a bucket or a database has none here."""
    places = [data] if not config.store or not config.keys_store else []
    if config.files_s3 is None:
        places.append(data / FILES)
    return DiskSpace(places, (config.disk_reserve_mib or 0) * MIB) if places else NoDisk()


class Sweeper(Periodic):
    """Removes unfinished uploads that were given up, also those of people who never come back."""

    def __init__(self, blobs: Blobs, observer: Observer, every_s: float = SWEEP_EVERY_S) -> None:
        super().__init__("sweeper", every_s, observer, at_once=True)
        self._blobs = blobs

    async def run(self) -> None:
        """See `Periodic`."""
        await self._blobs.sweep(files.UPLOAD_LIFETIME_S)
