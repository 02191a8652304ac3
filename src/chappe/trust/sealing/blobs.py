"""Sealed files: chunks under a key of the file, the file's key under its owner's key."""

import contextlib
from collections import OrderedDict
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import Entropy, Owner
from chappe.ports import Blobs, SealedFile, Space

from .keys import KeyStore
from .wrapping import KEY_BYTES, NONCE_BYTES, SealBrokenError, unwrap, unwrap_by

CHUNK_BYTES: Final = 64 * 1024  # bytes sealed together, before sealing
OVERHEAD_BYTES: Final = NONCE_BYTES + 16  # nonce and tag of a chunk
FILE_KEYS_CACHED_MAX: Final = 1024  # file keys held in memory: 2.5 KiB each, most of it OpenSSL's


def _context(owner: Owner, blob: str) -> bytes:
    return b"file key %d.%d.%b" % (owner.kind, owner.id, blob.encode())


class SealedBlobs:
    """See `ports.Files`. Each chunk opens only in its place in its file.

    A part is a whole number of chunks, or a power of two below one chunk; so a chunk's place follows from
    its offset, and a range costs only the chunks it touches.
    """

    def __init__(self, inner: Blobs, keys: KeyStore, entropy: Entropy, space: Space) -> None:
        self.inner = inner
        self._space = space
        self._keys = keys
        self._entropy = entropy
        self._ciphers: OrderedDict[str, tuple[AESGCM, AESGCM]] = OrderedDict()

    async def has_room(self, size: int) -> bool:
        """See `ports.Files`."""
        return await self._space.has_room(size)

    async def create(self, owner: Owner, part_bytes: int) -> SealedFile:
        """See `ports.Files`."""
        if part_bytes % CHUNK_BYTES and CHUNK_BYTES % part_bytes:
            raise ValueError("a part must hold whole chunks, or a chunk whole parts")
        above = await self._keys.cipher(owner)
        if above is None:
            above = (await self._keys.make({owner}))[owner]
        blob = self._entropy.token(16).hex()
        nonce = self._entropy.token(NONCE_BYTES)
        key = self._entropy.token(KEY_BYTES)
        wrapped = nonce + above.encrypt(nonce, key, _context(owner, blob))
        return SealedFile(int(owner.kind), owner.id, blob, wrapped, part_bytes)

    async def _cipher(self, file: SealedFile) -> AESGCM | None:
        """Return the cipher of a file, or None once its owner's key is gone."""
        above = await self._keys.cipher(file.owner)
        if above is None:
            self._ciphers.pop(file.blob, None)
            return None
        known = self._ciphers.get(file.blob)
        if known is not None and known[0] is above:
            return known[1]
        key = self._key_of(file, above)
        cipher = AESGCM(key)
        self._ciphers[file.blob] = (above, cipher)
        if len(self._ciphers) > FILE_KEYS_CACHED_MAX:
            self._ciphers.popitem(last=False)
        return cipher

    def _key_of(self, file: SealedFile, above: AESGCM) -> bytes:
        """Return the key of a file, also if it was made before its owner's key was renewed.

        Raises:
            SealBrokenError: it does not open.
        """
        context = _context(file.owner, file.blob)
        try:
            return unwrap_by(above, file.wrapped, context)
        except SealBrokenError:
            for former in self._keys.former(file.owner):
                with contextlib.suppress(SealBrokenError):
                    return unwrap(former, file.wrapped, context)
            raise

    async def wrap_anew(self, file: SealedFile) -> SealedFile:
        """See `ports.Files`."""
        above = await self._keys.cipher(file.owner)
        if above is None or not self._keys.former(file.owner):
            return file
        context = _context(file.owner, file.blob)
        with contextlib.suppress(SealBrokenError):
            unwrap_by(above, file.wrapped, context)
            return file
        nonce = self._entropy.token(NONCE_BYTES)
        wrapped = nonce + above.encrypt(nonce, self._key_of(file, above), context)
        return file._replace(wrapped=wrapped)

    async def put_part(self, file: SealedFile, number: int, data: bytes) -> None:
        """See `ports.Files`."""
        cipher = await self._cipher(file)
        if cipher is None:
            raise SealBrokenError
        chunk, chunks = _layout(file.part_bytes)
        count = -(-len(data) // chunk)
        sealed = bytearray(len(data) + count * OVERHEAD_BYTES)
        clear, room, at = memoryview(data), memoryview(sealed), 0
        nonces = self._entropy.token(count * NONCE_BYTES)
        for index in range(count):
            nonce = nonces[index * NONCE_BYTES : (index + 1) * NONCE_BYTES]
            piece = clear[index * chunk : (index + 1) * chunk]
            end = at + len(piece) + OVERHEAD_BYTES
            room[at : at + NONCE_BYTES] = nonce
            place = _place(file.blob, number * chunks + index)
            cipher.encrypt_into(nonce, piece, place, room[at + NONCE_BYTES : end])
            at = end
        stride = sealed_part_bytes(file.part_bytes)
        await self.inner.put_part(file.blob, stride, number, sealed)

    async def commit(self, file: SealedFile) -> None:
        """See `ports.Files`."""
        await self.inner.commit(file.blob)

    async def read(self, file: SealedFile, offset: int, size: int) -> bytes:
        """See `ports.Files`."""
        cipher = await self._cipher(file)
        if cipher is None or size <= 0:
            return b""
        chunk, chunks = _layout(file.part_bytes)
        first, last = offset // chunk, (offset + size - 1) // chunk
        sealed_chunk = chunk + OVERHEAD_BYTES
        raw = memoryview(
            await self.inner.read(
                file.blob,
                chunks * sealed_chunk,
                first * sealed_chunk,
                (last - first + 1) * sealed_chunk,
            )
        )
        opened = []
        for index in range(first, last + 1):
            piece = raw[(index - first) * sealed_chunk : (index - first + 1) * sealed_chunk]
            if not piece:
                break
            try:
                opened.append(
                    cipher.decrypt(
                        bytes(piece[:NONCE_BYTES]), piece[NONCE_BYTES:], _place(file.blob, index)
                    )
                )
            except InvalidTag:
                raise SealBrokenError from None
        skip = offset - first * chunk
        if len(opened) == 1 and not skip and len(opened[0]) <= size:
            return opened[0]
        return b"".join(opened)[skip : skip + size]

    async def delete(self, file: SealedFile) -> None:
        """See `ports.Files`."""
        self._ciphers.pop(file.blob, None)
        await self.inner.delete(file.blob)

    async def close(self) -> None:
        """Let go of the store."""
        await self.inner.close()


def sealed_part_bytes(part_bytes: int) -> int:
    """Return how many bytes a whole part takes in the store of blobs; before sealing it has `part_bytes`."""
    chunk, chunks = _layout(part_bytes)
    return chunks * (chunk + OVERHEAD_BYTES)


def _layout(part_bytes: int) -> tuple[int, int]:
    """Return the bytes of a chunk and how many chunks a part has."""
    chunk = min(part_bytes, CHUNK_BYTES)
    return chunk, part_bytes // chunk


def _place(blob: str, chunk: int) -> bytes:
    """Return the associated data of a chunk: a chunk opens only where it was put."""
    return b"%b.%d" % (blob.encode(), chunk)
