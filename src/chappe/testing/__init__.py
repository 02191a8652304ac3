"""A test kit for authors of bots: a whole server in a test, with people who write, press and wait.

pytest finds the fixture `telegram` by itself; see docs/testing-bots.md.
"""
