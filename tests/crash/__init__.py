"""The server killed at random moments: what it acknowledged is there, once."""
