"""Notices by whoever is no reporter in an app: what everybody can see is copied, and waits for moderators."""

from typing import NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files
from chappe.features.conversations import Message
from chappe.tl import errors
from chappe.updates import Context

from . import hooks
from .records import BOX, COMMENT_CHARACTERS_MAX, Report

NOTICE, FLAGGED = (
    "notice",
    "flagged",
)  # kinds of report: by the form for everybody, by a trusted flagger


class PublicPlace(NamedTuple):
    """What a link to something public leads to."""

    username: str
    message: int = 0  # of a channel or supergroup; 0: the account or chat as such


async def file_notice(
    context: Context, place: PublicPlace, kind: str, reason: str, comment: str
) -> int:
    """Keep a report of something public, and return its number; 0: nobody could see anything there."""
    owner = await _owner_of(context, place.username)
    if owner is None:
        return 0
    peer, found = accounts.peer_id(owner), None
    if place.message:
        if owner.kind is Kind.USER:
            return 0  # what somebody wrote in private is nobody's to look at by a link
        found = await context.look(owner).get(Message, peer, place.message)
        if found is None:
            return 0
    async with context.change(BOX) as change:
        number = change.next("report")
        if found is not None:  # its files stay, whoever deletes it
            await files.count_shown(change, found.media, 1)
        report = Report(
            id=number,
            date=int(change.now),
            reporter=0,
            kind=kind,
            peer=peer,
            reason=reason,
            comment=comment[:COMMENT_CHARACTERS_MAX],
            messages=()
            if found is None
            else ((found.id, found.date, found.sender, found.text, found.media),),
            origins=() if found is None else (found.origin,),
        )
        change.put(report)
        await context.ask(hooks.report_filed)(change, report)
    return number


async def _owner_of(context: Context, username: str) -> Owner | None:
    """Return whose username it is, if they stand by it."""
    try:
        owner = await accounts.find_owner(context, "username", accounts.clean_username(username))
    except errors.UsernameInvalid:
        return None
    if owner is None:
        return None
    if owner.kind is Kind.USER:
        record = await context.look(owner).get(accounts.User)
        is_theirs = record is not None and record.username.lower() == username.lower()
    else:
        is_theirs = await chats.public_chat(context, owner, username)
    return owner if is_theirs else None
