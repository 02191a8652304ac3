"""The few words every package shares: owners, clocks, entropy."""

from .owners import SHARD_COUNT, Kind, Owner, shard_of
from .time import Clock, Entropy

__all__ = ["SHARD_COUNT", "Clock", "Entropy", "Kind", "Owner", "shard_of"]
