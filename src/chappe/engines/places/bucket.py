"""A bucket that speaks S3 as a place of backups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import obstore
from obstore.exceptions import BaseError, NotFoundError

from chappe.core.configuration import S3
from chappe.ports import OBJECTS_AT_ONCE, Moved, PlaceError, PlaceObjectMissing

from ..bucket_store import open_bucket

T = TypeVar("T")
REQUEST_S: Final = 120  # seconds one request may take
RETRIES_MAX: Final = 5  # tries of one request


class BucketPlace:
    """See `ports.BackupPlace`."""

    def __init__(self, settings: S3, request_s: float = REQUEST_S) -> None:
        self.name = f"bucket {settings.bucket}"
        self._versions = False
        self._store = open_bucket(settings, request_s, RETRIES_MAX)

    def listed(self, under: str) -> Mapping[str, int]:
        """See `ports.BackupPlace`."""

        def found() -> dict[str, int]:
            pages = obstore.list(self._store, under)
            return {str(entry["path"]): int(entry["size"]) for page in pages for entry in page}

        return self._asked(found)

    def put(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        for name, source in files:
            told = self._asked(partial(obstore.put, self._store, name, source))
            self._versions = self._versions or bool(told.get("version"))
            moved(source.stat().st_size)

    def get(self, files: Sequence[tuple[str, Path]], moved: Moved) -> None:
        """See `ports.BackupPlace`."""
        for name, target in files:

            def fetch(name: str = name, target: Path = target) -> None:
                with target.open("wb") as out:
                    for part in obstore.get(self._store, name).stream():
                        out.write(part)

            self._asked(fetch)
            moved(target.stat().st_size)

    def delete(self, names: Iterable[str]) -> None:
        """See `ports.BackupPlace`."""
        gone = list(names)
        for at in range(0, len(gone), OBJECTS_AT_ONCE):
            some = gone[at : at + OBJECTS_AT_ONCE]
            self._asked(partial(obstore.delete, self._store, some))

    def keeps_versions(self) -> bool:
        """See `ports.BackupPlace`. What is put is answered with its version where there are any."""
        return self._versions

    def close(self) -> None:
        """See `ports.BackupPlace`."""

    def _asked(self, request: Callable[[], T]) -> T:
        """Return the answer to a request, or what its failure means here."""
        try:
            return request()
        except (NotFoundError, FileNotFoundError) as error:
            if "NoSuchBucket" in str(error):
                raise PlaceError(
                    f"There is no {self.name} for backups: make it, or correct `s3`."
                ) from None
            raise PlaceObjectMissing(
                f"An object is missing in the {self.name}: see `chappe backups`."
            ) from None
        except BaseError as error:
            if "NoSuchBucket" in str(error):
                raise PlaceError(
                    f"There is no {self.name} for backups: make it, or correct `s3`."
                ) from None
            raise PlaceError(
                f"The {self.name} for backups does not answer: check it and its settings."
            ) from error
