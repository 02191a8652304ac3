"""What the inside needs from the outside world, said as protocols. Engines keep these promises."""

from .boxes import Cell, Engine, EngineError, Fenced, StoreFull, StoreReadOnly, WriteSet
from .keys import KeyInfo
from .records import Record, encode_key

__all__ = [
    "Cell",
    "Engine",
    "EngineError",
    "Fenced",
    "KeyInfo",
    "Record",
    "StoreFull",
    "StoreReadOnly",
    "WriteSet",
    "encode_key",
]
