"""Tests of the desks: staff, and the page they work at."""
