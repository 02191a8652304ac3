"""The error of a peer that breaks the protocol."""


class ProtocolError(Exception):
    """The peer sent something that is not MTProto: the connection ends. The text is for tests only."""
