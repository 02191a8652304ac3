"""Boxes a method changes: its declared home, and the changes elsewhere that are listed here by reason.

A method that has to change another box sends a command there through the outbox. Then it can be served by
the process that has its home. `watch` holds every call of a test to that. A change is known by the function
it is in, as `slice.function`; jobs are not among them, which are run by themselves.
`tests/architecture/test_homes.py` holds the lists to the source.
"""

import dataclasses
import functools
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.core.owners import SHARD_COUNT
from chappe.rpc import Call, Dispatcher, Home, Method
from chappe.updates import Context

FEATURES: Final = "/chappe/features/"
DRIVE: Final = sys.modules[
    "chappe.updates.drive"
].__file__  # what is begun there is no part of a call

# How often the functions of ELSEWHERE name a box: lower it where one sends a command, never raise it.
CHANGES_ELSEWHERE: Final = 46

# The box that is named is the home of every method that comes here: the chat, the key, the house.
AT_HOME: Final = frozenset(
    (
        "adminlog.log",
        "antispam.judge_written",
        "antispam.report_false_positive",
        "antispam.toggle_anti_spam",
        "matching.note_posted",
        "auth.accept_login_token",
        "auth.cancel",
        "auth.confirm_phone",
        "auth.export_authorization",
        "auth.export_login_token",
        "auth.send_login_code",
        "auth.send_again",
        "code_entries.beside_code",
        "conversations.ChannelLog.append",
        "groups._ban_channel",
        "groups._come_in",
        "groups._decide",
        "groups._join",
        "groups._set",
        "groups._switch",
        "groups.bring_in",
        "groups.create_chat",
        "groups.delete_chat",
        "groups.delete_chat_user",
        "groups.delete_link",
        "groups.delete_revoked",
        "groups.edit_admin",
        "groups.edit_banned",
        "groups.edit_chat_about",
        "groups.edit_chat_admin",
        "groups.edit_creator",
        "groups.edit_default_rights",
        "groups.edit_link",
        "groups.edit_rank",
        "groups.export_chat_invite",
        "groups.found",
        "groups.invite_to_channel",
        "groups.leave_channel",
        "groups.make_link",
        "groups.rename",
        "groups.set_reactions",
        "groups.toggle_no_forwards",
        "joining.own_token",
        "messages._pin",
        "messages.delete_channel_history",
        "messages.delete_participant_history",
        "messages.delete_posts",
        "messages.get_messages_views",
        "messages.keep_edit",
        "polls.add_poll_answer",
        "polls.delete_poll_answer",
        "polls.edit_poll",
        "reactions.delete_reaction",
        "reactions.delete_reactions",
        "reactions.read_reactions",
        "reactions.send_reaction",
        "reentry.cancel_web_token",
        "reentry.log_in_by_link",
        "single_sign_on.connect_by_ticket",
        "stickers.remember_sticker",
        "topics.delete_topic_history",
        "topics.reorder_pinned_topics",
        "topics.toggle_forum",
        "topics.update_pinned_topic",
    )
)

# What no method does.
OUTSIDE_CALLS: Final[Mapping[str, frozenset[str]]] = {
    "called by jobs, in the box they are about, or that of reports": frozenset(
        (
            "conversations.forget_posts",
            "files.forget_alone",
            "files.make_document",
            "files.wrap_files_anew",
            "receipts.bring_letter",
            "reports.file_match",
        )
    ),
    "what bots' programs fetch by HTTP, which is no call": frozenset(
        (
            "botqueue.UpdateQueue.note_use",
            "botqueue.UpdateQueue.take",
            "botqueue._wake",
            "botqueue.drop_updates",
        )
    ),
    "what bots that listen are told once it is kept: nothing is changed": frozenset(
        ("bots.is_kept",)
    ),
    "talks with @BotFather, and chores of the operator's bots": frozenset(
        (
            "bots._alter",
            "bots.delete_bot",
            "bots.make_bot",
            "bots.revoke_token",
            "bots.set_joins",
            "bots.set_privacy",
            "bots._settle",
        )
    ),
    "begun by a call, and no part of it": frozenset(("messages._bring",)),
    "the gateway keeps keys": frozenset(
        (
            "auth.StoredAuthKeys._touch",
            "auth.StoredAuthKeys.keep",
            "auth.remove_key",
        )
    ),
    "told by the provider of an organisation, between calls": frozenset(
        (
            "single_sign_on.SignInWatch.load",
            "single_sign_on._keep_renewed",
            "single_sign_on._log_out",
            "single_sign_on.bar",
        )
    ),
    "told by a push service, between calls": frozenset(("notifications.Notifier._withdraw",)),
    "asked at the site, between calls": frozenset(("reports.file_notice",)),
    "operator commands, and chores between calls": frozenset(
        (
            "accounts.fill_directory",
            "auth._drop_sessions",
            "auth._free_keys",
            "auth._remove",
            "auth.drop_handed_out",
            "auth.hand_out",
            "auth.note_end",
            "groups.bequeath",
            "house_rules.grant",
            "ledger._end",
            "ledger._note",
            "ledger.end_interrupted",
            "ledger.forget_record_keys",
            "ledger.keep_record_keys",
            "ledger.note_level",
            "ledger.say_level",
            "ledger.say_of_server",
            "ledger.tell_whom_it_was_about",
            "joining.add_place",
            "joining.invite",
            "joining.remove_place",
            "joining.revoke",
            "proxy_links.make_link",
            "proxy_links.revoke_link",
            "reentry.cancel",
            "reentry.end_restored_sessions",
            "retention._keep",
            "retention._sweep_some",
            "reentry.make_reentry",
            "single_sign_on.drop_identity",
            "roster.keep_entry",
            "roster.leave_organisation",
            "roster.make_account",
            "suspensions.end_suspension",
            "suspensions.suspend",
        )
    ),
}

# Another box than the home, by reason: none is ever added. Send a command through the outbox.
ELSEWHERE: Final[Mapping[str, frozenset[str]]] = {
    "a unique name is claimed in the box of names, before or after who bears it": frozenset(
        (
            "accounts.claim",
            "accounts.give_up",
            "accounts.release_blind",
            "accounts.claim_username",
        )
    ),
    "a new number is taken from a counter of the house": frozenset(
        (
            "auth.let_in",
            "auth.create_user",
            "auth.settle_use",
            "groups.new_id",
        )
    ),
    "a code lies where its number is found, and is used up there": frozenset(
        (
            "auth.check_code",
            "auth.drop",
            "auth.require_verified",
            "auth.void",
        )
    ),
    "logging in changes the account, the key and the code": frozenset(
        (
            "auth._redeem",
            "auth.alter_key",
            "auth.bind_key",
            "auth.demand_password",
            "auth.import_authorization",
            "auth.log_in",
        )
    ),
    "logging out changes the account and the key": frozenset(
        (
            "auth._end_key",
            "auth.drop_temp_auth_keys",
            "auth.end_session",
        )
    ),
    "a password is given before anybody is logged in": frozenset(
        (
            "auth.check_password",
            "auth.check_recovery_password",
            "auth.get_password",
            "auth.recover_password",
            "auth.request_password_recovery",
            "auth.require_password",
            "auth.reset_login_email",
        )
    ),
    "an account ends in its own box, its keys and its names": frozenset(
        (
            "auth.delete_account",
            "auth.delete_account_handler",
            "auth.finish_deletion",
        )
    ),
    "the server writes to somebody": frozenset(("conversations.service_message",)),
    "a file is kept in the box of whoever sends it, before the message": frozenset(
        (
            "files.keep_content",
            "media._take_document",
            "media.drop_upload",
            "media.keep_photo",
        )
    ),
    "a service message in a basic group is in the mailbox of whoever acts": frozenset(
        ("conversations.MailboxLog.append",)
    ),
    "who writes to a channel has read it, and has no draft any more": frozenset(
        (
            "conversations.ChannelLog.passed_by",
            "messages.finish_draft",
        )
    ),
    "what is sent later waits in the box of its author": frozenset(
        (
            "messages._put_off",
            "messages.deliver",
            "messages.edit",
            "messages.schedule",
        )
    ),
    "a reaction is the caller's newest": frozenset(("reactions._remember",)),
    "a group's lifetime of messages is the group's, the message about it is not": frozenset(
        ("messages._set_in_chat",)
    ),
    "a forwarded post is counted where it comes from": frozenset(("messages.count_forwards",)),
    "a vote is kept with the poll": frozenset(("polls.send_vote",)),
    "who was made admin, or barred, is told of it": frozenset(("groups._tell",)),
    "a group becomes a supergroup in both boxes": frozenset(
        (
            "groups._carry_over",
            "groups.migrate_chat",
        )
    ),
    "a channel ends with its name and its discussion group": frozenset(("groups.delete_channel",)),
    "a channel and its discussion group name each other": frozenset(("groups._link",)),
    "a name that is public is counted for whoever gave it": frozenset(("groups.update_username",)),
    "who has reported something is remembered": frozenset(("reports.file_report",)),
}

# Methods that do to several chats what others do to one.
SEVERAL: Final = frozenset(
    (
        "chatlists.editExportedInvite",
        "chatlists.exportChatlistInvite",
        "chatlists.joinChatlistInvite",
        "chatlists.joinChatlistUpdates",
        "chatlists.leaveChatlist",
    )
)


def is_home(home: Home, owner: Owner, call: Call, request: Any) -> bool:
    """Whether a box is the home of a call."""
    match home:
        case Home.NONE:
            return False
        case Home.CALLER:
            return owner == call.me
        case Home.PEER:
            return _is_named(owner, request)
        case Home.LOG:
            to = getattr(request, "to_peer", None) or request.peer
            channel = getattr(to, "channel_id", None)
            return owner == (call.me if channel is None else Owner(Kind.CHANNEL, channel))
        case Home.KEY:
            return owner == Owner(Kind.AUTH_KEYS, call.client.key_id % SHARD_COUNT)
        case Home.HOUSE:
            return owner.kind in (Kind.HOUSE, Kind.NAMES)


def _is_named(owner: Owner, request: Any) -> bool:
    """Whether a request names a chat or channel; where it names none it is found by a link, or made now."""
    named = set(_chats_in(request))
    return owner.kind in (Kind.CHAT, Kind.CHANNEL) and (owner.id in named or not named)


def _chats_in(value: Any) -> Iterator[int]:
    if isinstance(value, list):
        for one in value:
            yield from _chats_in(one)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if name in ("chat_id", "channel_id"):
                yield inner
            else:
                yield from _chats_in(inner)


def is_listed(name: str, owner: Owner, site: str) -> bool:
    """Whether a change of another box than the home is listed."""
    if name in SEVERAL and owner.kind in (Kind.CHAT, Kind.CHANNEL):
        return True
    return any(site in places for places in ELSEWHERE.values())


async def _watched(method: Method, call: Call, request: Any) -> Any:
    return await method.serve(call, request)


_change = Context.change


def _noted(context: Context, owner: Owner, origin: object = None) -> Any:
    """Return a change of a box, if the method that is being served may change it.

    Raises:
        AssertionError: it changes another box than its home.
    """
    frame, site = sys._getframe(1), ""
    while frame is not None and frame.f_code.co_filename != DRIVE:
        code = frame.f_code
        if code is _watched.__code__:
            told = frame.f_locals
            home, name = told["method"].home, told["method"].request.tl_name
            assert is_listed(name, owner, site) or is_home(
                home, owner, told["call"], told["request"]
            ), (
                f"{name} (home: {home.value}) changes a box of kind {owner.kind.name} in {site}: "
                "send a command there, or declare the home it has"
            )
            break
        if not site and FEATURES in code.co_filename:
            slice_ = code.co_filename.partition(FEATURES)[2].partition("/")[0]
            site = f"{slice_}.{code.co_qualname.replace('<locals>.', '')}"
        frame = frame.f_back
    return _change(context, owner, origin)


def watch(dispatcher: Dispatcher) -> None:
    """Hold every call of a server to the homes of its methods."""
    Context.change = _noted  # type: ignore[method-assign]  # once for all tests; calls that are not watched pass
    dispatcher.methods = {request: _watching(m) for request, m in dispatcher.methods.items()}


@functools.cache  # as many as there are methods, and those a test makes
def _watching(method: Method) -> Method:
    return dataclasses.replace(method, serve=lambda call, request: _watched(method, call, request))
