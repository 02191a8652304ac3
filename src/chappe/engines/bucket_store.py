"""A bucket that speaks S3, opened: the same settings for files of people and for backups."""

from datetime import timedelta

from obstore.store import S3Store

from chappe.core.configuration import S3


def open_bucket(settings: S3, request_s: float, retries_max: int) -> S3Store:
    """Return the store of a bucket; a request ends after so many seconds, all its tries together as well."""
    return S3Store(
        settings.bucket,
        prefix=settings.prefix or None,
        region=settings.region,
        access_key_id=settings.access_key,
        secret_access_key=settings.secret_key,
        endpoint=settings.endpoint or None,
        client_options={
            "timeout": timedelta(seconds=request_s),
            "allow_http": settings.endpoint.startswith("http://"),
        },
        retry_config={
            "max_retries": retries_max,
            "retry_timeout": timedelta(seconds=request_s),
        },
    )
