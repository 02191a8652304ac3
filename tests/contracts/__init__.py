"""Promises of ports, kept by every engine, also when things fail."""
