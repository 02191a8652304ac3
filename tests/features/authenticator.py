"""An authenticator in software: makes passkeys and signs with them, rightly or wrongly as a test asks.

What it answers is what a browser would hand on (W3C Web Authentication, sections 6.1 and 5.8.1).
"""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from chappe.core.system import SystemEntropy
from chappe.tl import api

ORIGIN = "http://localhost:8443"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of authenticator data


def b64(value: bytes) -> str:
    """Return bytes as WebAuthn writes them."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes that were written so."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def options_of(answer: Any) -> dict[str, Any]:
    """Return the options a server gave for a browser."""
    return dict(json.loads(answer.options.data)["publicKey"])


@dataclass
class Authenticator:
    """One passkey, and how the authenticator that has it behaves."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: SystemEntropy().token(32))
    count: int = 0  # stays 0 unless it counts
    counts: bool = False
    handle: str = ""
    party: str = "localhost"
    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    cross_origin: bool = False
    aaguid: bytes = bytes(16)
    alg: int = -7

    def client_data(self, what: str, challenge: str) -> bytes:
        """Return what the browser says of itself."""
        said = {
            "type": f"webauthn.{what}",
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(said).encode()

    def data(self, more: bytes = b"", flags: int = 0) -> bytes:
        """Return authenticator data."""
        if self.counts:
            self.count += 1
        party = hashlib.sha256(self.party.encode()).digest()
        return party + struct.pack(">BI", self.flags | flags, self.count) + more

    def public_key(self) -> bytes:
        """Return the public key as COSE_Key."""
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return encode_cbor({1: 2, 3: self.alg, -1: 1, -2: x, -3: y})

    def make(
        self, options: dict[str, Any], fmt: str = "none"
    ) -> api.InputPasskeyCredentialPublicKey:
        """Make a passkey as the server wants it."""
        self.handle = unb64(options["user"]["id"]).decode()
        known = self.aaguid + struct.pack(">H", len(self.id)) + self.id + self.public_key()
        attestation = {
            "fmt": fmt,
            "attStmt": {} if fmt == "none" else {"ver": "1", "response": b"x"},
            "authData": self.data(known, ATTESTED),
        }
        response = api.InputPasskeyResponseRegister(
            client_data=_json(self.client_data("create", options["challenge"])),
            attestation_data=encode_cbor(attestation),
        )
        return self.credential(response)

    def sign(
        self, options: dict[str, Any], what: str = "get"
    ) -> api.InputPasskeyCredentialPublicKey:
        """Sign a challenge."""
        client_data = self.client_data(what, options["challenge"])
        data = self.data()
        signed = data + hashlib.sha256(client_data).digest()
        response = api.InputPasskeyResponseLogin(
            client_data=_json(client_data),
            authenticator_data=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            user_handle=self.handle,
        )
        return self.credential(response)

    def credential(self, response: Any) -> api.InputPasskeyCredentialPublicKey:
        """Return an answer under the id of this passkey."""
        return api.InputPasskeyCredentialPublicKey(
            id=b64(self.id), raw_id=b64(self.id), response=response
        )


def _json(data: bytes) -> api.DataJSON:
    return api.DataJSON(data=data.decode())
