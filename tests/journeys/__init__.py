"""Journeys: unmodified client libraries against a real server."""
