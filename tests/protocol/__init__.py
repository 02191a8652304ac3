"""The protocol, as pure machines."""
