"""A whole server on a clock, a source of chance and a network of our own: every run can be replayed."""
