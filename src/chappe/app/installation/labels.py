"""What an operator calls the places where the stores of a server lie."""

from chappe.core.configuration import S3, Configuration

from .layout import BOXES, FILES, KEYS


def label_of(part: str, config: Configuration) -> str:
    """Return how an operator calls the place of a part: never a password."""
    if part == "files":
        return _bucket_label(config.files_s3) if config.files_s3 else f"{FILES}/"
    dsn = config.keys_store if part == "keys" else config.store
    if not dsn:
        return KEYS if part == "keys" else BOXES
    from chappe.engines.postgres import database_label  # noqa: PLC0415  a driver few servers need

    return database_label(dsn)


def _bucket_label(settings: S3) -> str:
    place = f"{settings.bucket}/{settings.prefix}" if settings.prefix else settings.bucket
    return f"the bucket {place}" + (f" at {settings.endpoint}" if settings.endpoint else "")
