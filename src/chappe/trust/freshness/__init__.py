"""Freshness: whether what lies in a store is what was written last, and nothing of it is gone."""

from .cells import FreshCells
from .comparing import Compared, compare
from .counting import count_all
from .kept import STORE, StoreSum, SumSeal
from .sums import TABLE

__all__ = [
    "STORE",
    "TABLE",
    "Compared",
    "FreshCells",
    "StoreSum",
    "SumSeal",
    "compare",
    "count_all",
]
