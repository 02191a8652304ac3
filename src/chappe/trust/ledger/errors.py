"""The one error by which this module refuses what it was given."""


class LedgerError(ValueError):
    """What was read is not of the form, not signed, or contradicts itself; the text says which.

    Parsers and checks of this module raise nothing else, whatever they are given.
    """
