"""Accounts: people, their names, and how one is shown to another."""

from . import full, handlers, hooks, profile, settings
from .access import access_hash, peer_of, shown_hash, suggested_to, user_by_phone, user_of
from .arrivals import CameBy, note_who_came
from .commands import COMMANDS, described, named, page_of_people
from .directory import ListPerson, fill_directory, in_directory, relist_person
from .events import NameChanged, PhoneChanged, StatusChanged, UserChanged
from .exported import EXPORTED
from .full import birthday_of
from .handlers import announce_to_friends, is_confirmed, whisper_to_friends
from .house_rules import Granted, HouseRight, may_by_house, require_right
from .names import (
    claim,
    claim_username,
    find_owner,
    give_up,
    may_rest,
    may_take,
    name_location,
    release,
    release_blind,
)
from .peers import (
    CHANNELS_BELOW,
    PEER_ERRORS,
    in_channel,
    owner_of,
    peer_id,
    show_peer,
    take_number,
)
from .presence import was_here
from .records import Contact, LastSeen, User
from .restricted import RESTRICTION_WORDS, NameMark, Restriction, show_restricted
from .rules import (
    ABROAD,
    FATHER_USER,
    PHONE_DIGITS_MAX,
    RESERVED_USERS,
    SERVICE_USER,
    check_first_name,
    clean_person_name,
    clean_phone,
    clean_username,
    wanted_username,
)
from .suspended import Suspension, frozen, suspension_of
from .views import peers, show_user, status_of
from .wished import OperatorWish, WishProposed

HANDLERS = (handlers, full, profile, settings)
EVENTS = (ListPerson, NameChanged, UserChanged, PhoneChanged, StatusChanged)

__all__ = [
    "ABROAD",
    "CHANNELS_BELOW",
    "COMMANDS",
    "EVENTS",
    "EXPORTED",
    "FATHER_USER",
    "HANDLERS",
    "PEER_ERRORS",
    "PHONE_DIGITS_MAX",
    "RESERVED_USERS",
    "RESTRICTION_WORDS",
    "SERVICE_USER",
    "CameBy",
    "Contact",
    "Granted",
    "HouseRight",
    "LastSeen",
    "NameChanged",
    "NameMark",
    "OperatorWish",
    "PhoneChanged",
    "Restriction",
    "StatusChanged",
    "Suspension",
    "User",
    "UserChanged",
    "WishProposed",
    "access_hash",
    "announce_to_friends",
    "birthday_of",
    "check_first_name",
    "claim",
    "claim_username",
    "clean_person_name",
    "clean_phone",
    "clean_username",
    "described",
    "fill_directory",
    "find_owner",
    "frozen",
    "give_up",
    "hooks",
    "in_channel",
    "in_directory",
    "is_confirmed",
    "may_by_house",
    "may_rest",
    "may_take",
    "name_location",
    "named",
    "note_who_came",
    "owner_of",
    "page_of_people",
    "peer_id",
    "peer_of",
    "peers",
    "release",
    "release_blind",
    "relist_person",
    "require_right",
    "show_peer",
    "show_restricted",
    "show_user",
    "shown_hash",
    "status_of",
    "suggested_to",
    "suspension_of",
    "take_number",
    "user_by_phone",
    "user_of",
    "wanted_username",
    "was_here",
    "whisper_to_friends",
]
