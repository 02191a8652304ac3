"""The operator's page: its own listener, for staff alone, and nothing that the command line could not do."""

from .listening import Behind, Desk

__all__ = ["Behind", "Desk"]
