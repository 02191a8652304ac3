"""Signed notes: a text with signature lines below it.

Source: https://c2sp.org/signed-note; each rule stands under the sentence it comes from.
"""

import base64
import binascii
import re
from typing import Final, NamedTuple

from .errors import LedgerError

#   "Verifiers SHOULD apply a maximum limit to the number of signatures in a note [...], but MUST accept at
#   least up to 16 signatures. Remember that post-quantum signatures can be up to nearly 5kB in size."
SIGNATURES_MAX: Final = 64  # signatures of a note
NOTE_BYTES_MAX: Final = 1 << 19  # bytes of a note
KEY_ID_BYTES: Final = 4
_NEWLINE: Final = ord("\n")
_DASH: Final = "— "  # U+2014, a space

#   "MUST NOT contain any ASCII control characters (those below U+0020) other than newline"
_control = re.compile(rb"[\x00-\x09\x0b-\x1f]")


class SignatureLine(NamedTuple):
    """One signature of a note: whose it says it is, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


class SignedNote(NamedTuple):
    """A note that was read: nothing is said yet of whether its signatures are right."""

    text: bytes  # with its last newline
    signatures: tuple[SignatureLine, ...]

    @property
    def content(self) -> bytes:
        """The note as it is served."""
        return self.text + b"\n" + "".join(line.text for line in self.signatures).encode()


def to_base64(content: bytes) -> str:
    """Return bytes in the one form of base64 that is taken: with padding."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes of base64, of which each has one form only.

    Raises:
        LedgerError: It is not base64, or another form of what `to_base64` gives.
    """
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise LedgerError("not base64") from None
    if to_base64(content) != text:
        raise LedgerError("not base64 in its one form")
    return content


def check_name(name: str) -> None:
    """Check the name of a key.

    Raises:
        LedgerError: No key may be called so.
    """
    #   "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus (U+002B) characters."
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise LedgerError("not the name of a key")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise LedgerError("not the name of a key") from None


def parse_signature_line(line: str) -> SignatureLine:
    """Return a signature line, given without its newline.

    Raises:
        LedgerError: It is none.
    """
    #   "em dash (U+2014), space (U+0020), key name, space, base64-encoded signature, newline"
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise LedgerError("not a signature line")
    check_name(name)
    signed = from_base64(encoded)
    #   "Signatures are the base64 encoding of 4+n bytes. The first four bytes in the signature are the uint32
    #   key ID"
    if len(signed) <= KEY_ID_BYTES:
        raise LedgerError("the signature is too short")
    return SignatureLine(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def parse_note(content: bytes) -> SignedNote:
    """Return a note.

    Raises:
        LedgerError: It is none.
    """
    if len(content) > NOTE_BYTES_MAX:
        raise LedgerError(f"the note has more than {NOTE_BYTES_MAX} bytes")
    if _control.search(content):
        raise LedgerError("the note has a control character")
    #   "the text is separated from the signatures by the last empty line in the note"
    before, blank, after = content.rpartition(b"\n\n")
    if not blank or not after or after[-1] != _NEWLINE:
        raise LedgerError("the note has no signatures")
    try:
        lines = after.decode()[:-1].split("\n")
        before.decode()
    except UnicodeDecodeError:
        raise LedgerError("the note is not UTF-8") from None
    if len(lines) > SIGNATURES_MAX:
        raise LedgerError(f"the note has more than {SIGNATURES_MAX} signatures")
    #   "The note text includes the final newline but not the separating blank line."
    return SignedNote(before + b"\n", tuple(parse_signature_line(line) for line in lines))


def with_signatures(note: SignedNote, lines: tuple[SignatureLine, ...]) -> SignedNote:
    """Return a note with further signatures, each line once."""
    return SignedNote(note.text, tuple(dict.fromkeys((*note.signatures, *lines))))
