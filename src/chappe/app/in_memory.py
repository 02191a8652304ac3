"""A whole server whose boxes, keys and files are in memory and gone with it: what a test world stands on."""

from chappe.core import Clock, Entropy
from chappe.core.configuration import Configuration
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.trust import sealing

from . import Server
from .installation.freshness import take_up_sums


async def open_in_memory(config: Configuration, clock: Clock, entropy: Entropy) -> Server:
    """Return a server that has not started, sealed as one on a disk is, under a root key of its own."""
    keys = sealing.KeyStore(MemoryEngine(), entropy.token(32), entropy)
    await keys.open()
    engine = sealing.seal(MemoryEngine(), keys, entropy)
    await take_up_sums(engine, entropy, None, lambda _done, _of: None)
    return Server(config, engine, keys, clock, entropy, MemoryBlobs())
