"""The handshake, client side: for tests and the load generator."""

import struct
from collections.abc import Callable
from hashlib import sha1

from chappe.crypto import dh, ige, kdf, pq, rsa

from . import handshake as h
from .errors import ProtocolError
from .wire import pack_bytes, unpack_bytes


class ClientHandshake:
    """Makes a key with a server. Feed `receive` the answers; it returns the next request."""

    def __init__(
        self,
        n: int,
        token: Callable[[int], bytes],
        *,
        expires_in: int | None = None,
        old_padding: bool = False,
    ) -> None:
        """`n` is the server's RSA modulus; `expires_in` seconds asks for a temporary key."""
        self._n = n
        self._token = token
        self._expires_in = expires_in
        self._old = old_padding
        self.nonce = token(16)
        self.new_nonce = token(32)
        self.key: bytes | None = None
        self.salt = 0
        self._g_a = 0

    def start(self) -> bytes:
        """Return the first request."""
        return struct.pack("<I", h.REQ_PQ_MULTI) + self.nonce

    def receive(self, body: bytes) -> bytes | None:
        """Return the next request, or None when `key` and `salt` are there.

        Raises:
            ProtocolError: the server's answer is wrong.
        """
        number = struct.unpack_from("<I", body)[0]
        if body[4:20] != self.nonce:
            raise ProtocolError("a nonce differs")
        if number == h.RES_PQ:
            return self._on_pq(body)
        if number == h.DH_PARAMS_OK:
            return self._on_params(body)
        if number == h.DH_GEN_OK and self.key is not None:
            digest = sha1(self.new_nonce + b"\1" + kdf.aux_hash(self.key)).digest()[4:]  # noqa: S324
            if body[36:52] != digest:
                raise ProtocolError("the key differs")
            return None
        if number == h.DH_GEN_RETRY and self.key is not None:
            return self._choose(kdf.aux_hash(self.key))
        raise ProtocolError("not the next step")

    def _on_pq(self, body: bytes) -> bytes:
        self.server_nonce = body[20:36]
        raw, _ = unpack_bytes(body, 36)
        puzzle = pq.solve(int.from_bytes(raw, "big"))
        p, q = (pack_bytes(x.to_bytes(4, "big")) for x in puzzle)
        permanent = self._expires_in is None
        number = h.P_Q_INNER_DATA_DC if permanent else h.P_Q_INNER_DATA_TEMP_DC
        inner = struct.pack("<I", number) + pack_bytes(raw) + p + q
        inner += self.nonce + self.server_nonce + self.new_nonce + struct.pack("<i", 2)
        if self._expires_in is not None:
            inner += struct.pack("<i", self._expires_in)
        encrypted = None
        if self._old:
            encrypted = rsa.pad_old(inner, self._n, self._token(255))
        while encrypted is None:
            encrypted = rsa.pad(inner, self._n, self._token(32), self._token(192))
        head = struct.pack("<I", h.REQ_DH_PARAMS) + self.nonce + self.server_nonce + p + q
        return (
            head + struct.pack("<q", rsa.fingerprint(self._n, rsa.EXPONENT)) + pack_bytes(encrypted)
        )

    def _on_params(self, body: bytes) -> bytes:
        key, iv = kdf.handshake_keys(self.new_nonce, self.server_nonce)
        plain = ige.decrypt(unpack_bytes(body, 36)[0], key, iv)
        inner = plain[20:]
        at = 40
        _, at = unpack_bytes(inner, at)
        g_a, at = unpack_bytes(inner, at)
        if sha1(inner[: at + 4]).digest() != plain[:20]:  # noqa: S324
            raise ProtocolError("the inner data is wrong")
        self._g_a = int.from_bytes(g_a, "big")
        return self._choose(bytes(8))

    def _choose(self, retry_id: bytes) -> bytes:
        """Choose a number and make the key; `retry_id` is zero but after a clash."""
        key, iv = kdf.handshake_keys(self.new_nonce, self.server_nonce)
        secret = int.from_bytes(self._token(256), "big")
        g_b = dh.power(dh.G, secret)
        self.key = dh.power(self._g_a, secret).to_bytes(256, "big")
        salt = bytes(a ^ b for a, b in zip(self.new_nonce[:8], self.server_nonce[:8], strict=True))
        self.salt = int.from_bytes(salt, "little", signed=True)
        data = struct.pack("<I", h.CLIENT_DH_INNER) + self.nonce + self.server_nonce
        data += retry_id + pack_bytes(g_b.to_bytes(256, "big"))
        with_hash = sha1(data).digest() + data  # noqa: S324
        with_hash += self._token(-len(with_hash) % 16)
        encrypted = pack_bytes(ige.encrypt(with_hash, key, iv))
        return struct.pack("<I", h.SET_CLIENT_DH) + self.nonce + self.server_nonce + encrypted
