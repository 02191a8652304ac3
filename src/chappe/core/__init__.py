"""The few words every package shares: owners, clocks, entropy, and how texts are compared."""

from .owners import SHARD_COUNT, Kind, Owner, shard_of
from .texts import fold, folded_words
from .time import Clock, Entropy

__all__ = [
    "SHARD_COUNT",
    "Clock",
    "Entropy",
    "Kind",
    "Owner",
    "fold",
    "folded_words",
    "shard_of",
]
