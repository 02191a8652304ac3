"""Exports: one person's data by class and date, written file by file. Others decide who may have one."""

from .archive import Archive
from .asking import INVOKE, Ask, asking
from .classes import CLASSES, Category, Conversation, DataClass, Description, Reader, Wanted
from .left_over import left_over
from .parts import FORMAT, VERSION, NoSuchPersonError, Part, parts
from .sections import SECTIONS, Section
from .writing import Progress, Sink, write

HANDLERS = ()
EVENTS = ()

__all__ = [
    "CLASSES",
    "EVENTS",
    "FORMAT",
    "HANDLERS",
    "INVOKE",
    "SECTIONS",
    "VERSION",
    "Archive",
    "Ask",
    "Category",
    "Conversation",
    "DataClass",
    "Description",
    "NoSuchPersonError",
    "Part",
    "Progress",
    "Reader",
    "Section",
    "Sink",
    "Wanted",
    "asking",
    "left_over",
    "parts",
    "write",
]
