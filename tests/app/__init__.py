"""Tests of the composition root: backups as the server makes them."""
