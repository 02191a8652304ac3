"""What of a file is shown to moderators as a picture. Pure."""

from typing import Final

from chappe.features import files
from chappe.ports import SealedFile

PICTURE_BYTES_MAX: Final = 16 << 20  # bytes of a picture that is shown
# how pictures begin that browsers show, and run nothing of
_BEGINNINGS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n": "image/png",
    b"GIF8": "image/gif",
}
OTHER: Final = "application/octet-stream"  # which browsers show as nothing


def picture_in(
    file: files.File, bytes_max: int = PICTURE_BYTES_MAX
) -> tuple[SealedFile, int, int] | None:
    """Return where the picture of a file lies: bytes, offset, size; None: it has none.

    It is the largest size of a photo, the still of a film, or a document that is an image.
    """
    pieces = [piece for piece in file.pieces if piece[4] <= bytes_max]
    if file.pieces_file is not None and pieces:
        _, _, _, offset, size = max(pieces, key=lambda piece: piece[1] * piece[2])
        return file.pieces_file, offset, size
    if file.file is not None and file.mime.startswith("image/") and file.size <= bytes_max:
        return file.file, 0, file.size
    return None


def mime_of(shown: bytes) -> str:
    """Return what a picture is, by how it begins, and not by what its sender said."""
    if shown[:4] == b"RIFF" and shown[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for begins, mime in _BEGINNINGS.items() if shown.startswith(begins)), OTHER)
