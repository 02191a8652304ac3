"""Records of passkeys, in the box of whose they are."""

from chappe.ports import Record


class Passkey(Record, frozen=True):
    """A key pair of which an authenticator has the private half, by the blind index of its credential id."""

    table = "passkey"
    key = ("blind",)

    blind: str
    credential_id: bytes
    public_key: bytes  # COSE_Key, in CBOR
    sign_count: int
    aaguid: str
    title: str  # what its owner is shown
    made: int
    used: int = 0


class RecoveryCode(Record, frozen=True):
    """What is kept instead of somebody's recovery code: a keyed hash, by which it is found."""

    table = "recovery_code"
    key = ()

    blind: str
    made: int
    used: int = 0
