"""Chappe: a Telegram of one's own."""

__version__ = "0.2.0.dev0"
