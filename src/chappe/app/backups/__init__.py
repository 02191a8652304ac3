"""Backups that are made by the server itself, kept by a rule, tried, and restored from where they lie."""
