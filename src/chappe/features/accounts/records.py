"""Records of an account: the user, and its settings."""

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
    birthday: tuple[int, int, int] = (0, 0, 0)  # day, month, year; the year may be 0: not told
    color: int = -1  # of their name, by the number apps know it by; -1: by their id
    channel: int = 0  # the channel their profile shows
    tab: str = ""  # which tab their profile opens with, as the protocol names it
    shows_sensitive: bool = False
    restrictions: tuple[str, ...] = ()  # values of `Restriction`
    mark: str = ""  # a value of `NameMark`
    no_groups: bool = False  # of a bot: it may be added to no group
    reads_all: bool = (
        False  # of a bot: its privacy mode is off, in groups it comes into from then on
    )
    bot_info: int = 1  # of a bot: apps ask for its profile again when this has become more
    inline: bool = False  # of a bot: it offers results to who writes its name
    inline_hint: str = ""  # what is shown there until something is asked


class LastSeen(Record, frozen=True):
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
    note: str = ""  # what one wrote about them for oneself
    close: bool = False  # among the close friends
    found: bool = False  # by this number, in an address book whose numbers were paid for


class AppSetting(Record, frozen=True):
    """How a person's apps download and save, as they said it."""

    table = "app_setting"
    key = ("what",)

    what: str  # "low", "medium", "high"; "users", "chats", "broadcasts", or a dialog's number
    body: bytes  # TL of the newest layer
