"""Texts of clients: their entities as given, as kept, and as shown."""

from chappe.markup import Entity

from .entities import show_entities, take_entities

__all__ = ["Entity", "show_entities", "take_entities"]
