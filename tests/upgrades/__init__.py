"""Data directories of earlier releases, and that this version reads all that is in them."""
