"""Records of single sign-on: as whom the provider knows somebody."""

from chappe.ports import Record


class ProviderIdentity(Record, frozen=True):
    """As whom the provider knows the owner of this box."""

    table = "identity"
    key = ()

    issuer: str
    blind: str  # the blind index of issuer and subject, by which the account is found
    subject: str
    since: int
    refresh_token: str  # by which the provider is asked about them again; empty: it is not
    checked: int  # when it last said yes, to within some minutes
    barred: int = 0  # when it said no; 0: it has not since
    came: tuple[tuple[int, str], ...] = ()  # keys they logged in on by it, and their sessions there


class Known(Record, frozen=True):
    """That somebody is known to the provider, in a box of the house: who is to be asked about."""

    table = "identity_of"
    key = ("user",)

    user: int
