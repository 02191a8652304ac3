"""The slices and desks of this server, and what they bring: methods, events, commands, hooks, answers."""

from typing import Any, Final

from chappe import tl
from chappe.desks import moderation, operations, orders, staff
from chappe.features import (
    accounts,
    adminlog,
    antispam,
    auth,
    botqueue,
    bots,
    chats,
    code_entries,
    contacts,
    conversations,
    copies,
    dialogs,
    export,
    files,
    folders,
    groups,
    help,  # noqa: A004  the API's own name for it
    house_rules,
    inline,
    joining,
    keyboards,
    ledger,
    matching,
    media,
    messages,
    notifications,
    passkeys,
    polls,
    privacy,
    proxy_links,
    reactions,
    receipts,
    reentry,
    reports,
    restrictions,
    retention,
    roster,
    search,
    single_sign_on,
    stickers,
    suspensions,
    sync,
    takeout,
    terms,
    topics,
)
from chappe.rpc import Method, OperatorCommand, collect
from chappe.updates import Ask, Context, Hook, HookAnswer, HubHooks, Registry, answered

SLICES: Final[tuple[Any, ...]] = (
    export,
    accounts,
    copies,
    chats,
    ledger,
    auth,
    single_sign_on,
    passkeys,
    reentry,
    code_entries,
    suspensions,
    takeout,
    terms,
    house_rules,
    proxy_links,
    contacts,
    notifications,
    files,
    privacy,
    media,
    stickers,
    keyboards,
    botqueue,
    conversations,
    receipts,
    retention,
    dialogs,
    adminlog,
    messages,
    groups,
    joining,
    roster,
    topics,
    reactions,
    polls,
    bots,
    inline,
    folders,
    restrictions,
    antispam,
    reports,
    matching,
    search,
    help,
    sync,
)


# like slices, but for methods: they serve no clients
DESKS: Final[tuple[Any, ...]] = (staff, operations, moderation, orders)


def methods() -> dict[type[tl.TlRequest], Method]:
    """Return every method that is served."""
    return collect([module for part in SLICES for module in part.HANDLERS])


def registry() -> Registry:
    """Return every event, command and job the slices declare."""
    return Registry([kind for part in (*SLICES, *DESKS) for kind in part.EVENTS])


def commands() -> tuple[OperatorCommand[Context, ..., Any], ...]:
    """Return every operator command of the slices and desks."""
    return tuple(command for part in (*SLICES, *DESKS) for command in getattr(part, "COMMANDS", ()))


def mediums() -> media.Mediums:
    """Return every kind of media that slices make of their own.

    Raises:
        RuntimeError: two are kept, or sent, alike.
    """
    return media.Mediums([one for part in SLICES for one in getattr(part, "MEDIA", ())])


def sections() -> tuple[export.Section, ...]:
    """Return what slices keep of people that no method shows, and that is exported all the same."""
    return tuple(one for part in (*SLICES, *DESKS) for one in getattr(part, "EXPORTED", ()))


def hooks() -> list[Hook[..., Any]]:
    """Return every question a slice asks of higher ones: whatever its `hooks.py` declares."""
    asking = [part.hooks for part in SLICES if hasattr(part, "hooks")]
    return [one for part in asking for one in vars(part).values() if isinstance(one, Hook)]


def answers() -> Ask:
    """Return who answers those questions: each slice or desk offers its `ANSWERS`.

    Raises:
        RuntimeError: a question has no answer, or two.
    """
    return answered(hooks(), given_answers())


def given_answers() -> list[HookAnswer]:
    """Return what the slices and desks answer."""
    return [one for part in (*SLICES, *DESKS) for one in getattr(part, "ANSWERS", ())]


def hub_hooks() -> HubHooks:
    """Return what the hub asks of the slices."""
    return HubHooks(
        accounts.peers, privacy.are_strangers, chats.watch_channels, notifications.missed
    )
