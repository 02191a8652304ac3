"""Folders: views of the dialog list that people make for themselves."""

from . import handlers

HANDLERS = (handlers,)
EVENTS = (handlers.FolderChanged, handlers.OrderChanged)

__all__ = ["EVENTS", "HANDLERS"]
