"""The port behind passkeys: what an authenticator answers, verified (W3C Web Authentication, level 3)."""

from typing import Final, NamedTuple, Protocol

ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256: COSE's numbers, the wanted one first


class RelyingParty(NamedTuple):
    """Whom passkeys are made for: this server, as browsers know it."""

    id: str  # the name of its host; a passkey is bound to it
    origin: str  # where its pages come from, as scheme://host or scheme://host:port


class PasskeyRefused(Exception):
    """An answer does not prove what it should."""


class PasskeyOriginRefused(PasskeyRefused):
    """It was given to a page that is not this server's."""


class MadePasskey(NamedTuple):
    """What an authenticator says of a passkey it has made."""

    public_key: bytes  # COSE_Key, in CBOR
    sign_count: int  # how often it was used, as far as the authenticator counts; else 0
    aaguid: str  # of the kind of authenticator; zeros where it does not say


class Passkeys(Protocol):
    """Verifies what authenticators answer. Slow the first time: then the library is loaded.

    The person must have been there, and must have been verified (a fingerprint, a PIN): both methods
    refuse an answer that says otherwise. Nothing is kept.
    """

    async def register(
        self,
        party: RelyingParty,
        challenge: bytes,
        credential_id: bytes,
        client_data: bytes,
        attestation: bytes,
    ) -> MadePasskey:
        """Return the passkey that was made for a challenge.

        Raises:
            PasskeyRefused: none was, for this party; or its key is of no kind that is known.
        """
        ...

    async def verify(
        self,
        party: RelyingParty,
        challenge: bytes,
        credential_id: bytes,
        known: MadePasskey,
        client_data: bytes,
        authenticator_data: bytes,
        signature: bytes,
    ) -> int:
        """Return the new sign count of a passkey that has signed a challenge.

        Raises:
            PasskeyRefused: it has not; or it counts no further than when it was used last: it was copied.
        """
        ...
