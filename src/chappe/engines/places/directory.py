"""A directory as a place of backups: a disk that is mounted here."""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chappe.ports import Moved, PlaceError, PlaceObjectMissing

BEGUN: Final = ".begun"  # what a file is called until it is whole


class DirectoryPlace:
    """See `ports.BackupPlace`. The directory must be there: else an unmounted disk is hidden."""

    def __init__(self, directory: Path) -> None:
        """Take up a directory.

        Raises:
            PlaceError: it is not there.
        """
        self.name = str(directory)
        self._directory = directory
        if not directory.is_dir():
            raise PlaceError(
                f"{directory} of the backups is not there: mount its disk, or make the directory."
            )

    def listed(self, under: str) -> Mapping[str, int]:
        """See `ports.BackupPlace`."""
        found: dict[str, int] = {}
        with self._explained():
            for folder, _, names in os.walk(self._directory / under):
                at = Path(folder).relative_to(self._directory).as_posix()
                for name in names:
                    if not name.endswith(BEGUN):
                        found[f"{at}/{name}"] = (Path(folder) / name).stat().st_size
        return found

    def put(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        with self._explained():
            for name, source in files:
                target = self._directory / name
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                begun = target.with_name(target.name + BEGUN)
                try:
                    copy_through(source, begun)
                    begun.rename(target)
                except OSError:
                    begun.unlink(missing_ok=True)
                    raise
                sync(target.parent)
                moved(target.stat().st_size)

    def get(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        for name, target in files:
            source = self._directory / name
            if not source.is_file():
                raise PlaceObjectMissing(f"{name} is missing in {self.name}: see `chappe backups`.")
            with self._explained():
                shutil.copyfile(source, target)
            moved(target.stat().st_size)

    def delete(self, names: Iterable[str]) -> None:
        """See `ports.BackupPlace`. What a run that was cut short left of them goes as well."""
        with self._explained():
            for name in names:
                path = self._directory / name
                path.unlink(missing_ok=True)
                if path.parent.is_dir() and path.parent != self._directory:
                    _remove_if_empty(path.parent)

    def keeps_versions(self) -> bool:
        """See `ports.BackupPlace`. Not as far as can be seen; a file system may."""
        return False

    def close(self) -> None:
        """See `ports.BackupPlace`."""

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _explain(error, self.name) from error


def copy_through(source: Path, target: Path) -> None:
    """Copy a file and have it on the disk when this returns."""
    with source.open("rb") as read, open(target, "wb", opener=_private) as out:
        shutil.copyfileobj(read, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def sync(directory: Path) -> None:
    """Make what is listed in a directory survive a crash."""
    listing = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove_if_empty(directory: Path) -> None:
    for begun in directory.glob(f"*{BEGUN}"):
        begun.unlink(missing_ok=True)
    try:
        directory.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise


def _explain(error: OSError, name: str) -> PlaceError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return PlaceError(
            f"The disk of {name} is full: free some space there, or keep fewer backups."
        )
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return PlaceError(f"{name} of the backups is not ours to write: check its owner and mount.")
    return PlaceError(f"{name} of the backups does not answer ({error.strerror}): check its disk.")
