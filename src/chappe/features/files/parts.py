"""Rules for the parts of an upload."""

from typing import Final

from chappe.tl import errors

PART_BYTES_MAX: Final = 512 * 1024  # bytes of one part of an upload


PART_BYTES_UNIT: Final = 1024  # bytes a part's length is a multiple of


FILE_PARTS_MAX: Final = 4000  # parts of one file: 2 GB


PHOTO_BYTES_MAX: Final = 10 * 1024 * 1024  # bytes of an image sent as a photo


def check_part(number: int, size: int, total: int | None) -> None:
    """Check a part's number and length. `total` is None for a small file.

    Raises:
        errors.FilePartInvalid, errors.FilePartsInvalid, errors.FilePartEmpty, errors.FilePartTooBig
    """
    if total is not None and total != -1 and not 1 <= total <= FILE_PARTS_MAX:
        raise errors.FilePartsInvalid
    if not 0 <= number < (total if total is not None and total > 0 else FILE_PARTS_MAX):
        raise errors.FilePartInvalid
    if not size:
        raise errors.FilePartEmpty
    if size > PART_BYTES_MAX:
        raise errors.FilePartTooBig


def is_regular(size: int) -> bool:
    """Whether a part of this length may have others behind it."""
    return size % PART_BYTES_UNIT == 0 and PART_BYTES_MAX % size == 0


def part_bytes_for(size: int) -> int:
    """Return the smallest length of parts that holds `size` bytes in one."""
    length = PART_BYTES_UNIT
    while length < size:
        length *= 2
    return length
