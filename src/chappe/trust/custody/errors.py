"""The one error by which custody refuses what it was given."""


class CustodyError(ValueError):
    """A share, a key or a table is not of the form, or does not belong here; the text says which."""
