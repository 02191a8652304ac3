"""The few words every package shares: owners, clocks, entropy, and how texts are compared and cleaned."""

from .names import clean_line, clean_lines, clean_name, is_seen
from .owners import HOUSE, SHARD_COUNT, House, Kind, Owner, shard_of
from .texts import NameQuery, bare, fold, folded_words, is_word_character
from .time import Clock, Entropy, random_number

__all__ = [
    "HOUSE",
    "SHARD_COUNT",
    "Clock",
    "Entropy",
    "House",
    "Kind",
    "NameQuery",
    "Owner",
    "bare",
    "clean_line",
    "clean_lines",
    "clean_name",
    "fold",
    "folded_words",
    "is_seen",
    "is_word_character",
    "random_number",
    "shard_of",
]
