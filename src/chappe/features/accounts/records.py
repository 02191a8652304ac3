"""What is kept of a person."""

from chappe.ports import Record


class User(Record, frozen=True):
    """A person. The phone number is sealed with the rest and found by a blind index only."""

    table = "user"
    key = ()

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    phone: str = ""
    about: str = ""
    bot: bool = False
    deleted: bool = False
    created: int = 0
    ttl_days: int = 365
    photo: int = 0  # the file their profile shows; 0 for none
    fallback: int = 0  # the file it shows to those who may not see the others


class Seen(Record, frozen=True):
    """When a person was last here; `until` lies in the future while they are online."""

    table = "seen"
    key = ()

    until: int


class Contact(Record, frozen=True):
    """Somebody this person knows, under the name they gave them."""

    table = "contact"
    key = ("user",)

    user: int
    first_name: str
    last_name: str = ""
    phone: str = ""
    mutual: bool = False
    photo: int = 0  # the file this person has given them as a photo; 0 for none
