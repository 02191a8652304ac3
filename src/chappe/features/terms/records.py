"""The record of terms: who has accepted which."""

from chappe.ports import Record


class TermsAccepted(Record, frozen=True):
    """Somebody has accepted the terms as they stood in a version, in their own box. Earlier ones are kept."""

    table = "terms_accepted"
    key = ("version",)

    version: str  # of the text: its hash
    at: int  # seconds since 1970
