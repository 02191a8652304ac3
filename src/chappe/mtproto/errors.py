"""The peer broke the protocol."""


class ProtocolError(Exception):
    """What came is not MTProto: the connection ends. The text is for tests, never for the peer."""
