"""Methods that report: the reported content is copied, sealed, and queued for moderators."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, conversations, files
from chappe.features.conversations import Message
from chappe.ports import Record
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Viewer

from . import hooks
from .menu import is_reason, next_step, said
from .photos import shown_photo
from .records import BOX, COMMENT_CHARACTERS_MAX, MESSAGES_MAX, PHOTO, Report, Reported


class BarHidden(Record, frozen=True):
    """In a person's box: they closed the bar that offers to report or add somebody."""

    table = "bar_hidden"
    key = ("peer",)

    peer: int


async def file_report(
    call: Call,
    kind: str,
    peer: int,
    reason: str,
    *,
    comment: str = "",
    about: int = 0,
    found: list[Message] | None = None,
) -> None:
    """Keep a report, once for the same thing by the same person, and for the same reason.

    Of messages only those are copied which this reason was not reported for yet.

    Raises:
        errors.FloodWait: this person has reported more than one can have seen.
    """
    what = f"{kind}: {reason}"
    ids = []
    for i in [m.id for m in found or ()] or [about]:
        known = await call.look().get(Reported, peer, i)
        if known is None or what not in known.whats:
            ids.append(i)
    if not ids:
        return
    call.draw(Rate.EVIDENCE, call.user, len(ids))
    new = set(ids)
    found = [m for m in found or () if m.id in new]
    copied = tuple((m.id, m.date, m.sender, m.text, m.media) for m in found)
    async with call.context.change(BOX) as change:
        number = change.next("report")
        for message in found:  # its files stay, whoever deletes it
            await files.count_shown(change, message.media, 1)
        report = Report(
            id=number,
            date=call.now,
            reporter=call.user,
            kind=kind,
            peer=peer,
            reason=reason,
            comment=comment[:COMMENT_CHARACTERS_MAX],
            messages=copied,
            about=about,
            origins=tuple(m.origin for m in found),
        )
        change.put(report)
        await call.context.ask(hooks.report_filed)(change, report)
    async with call.change() as change:
        for i in ids:
            old = await change.get(Reported, peer, i) or Reported(peer=peer, id=i, report=number)
            change.put(msgspec.structs.replace(old, report=number, whats=(*old.whats, what)))


async def _named(call: Call, peer: api.TypeInputPeer, ids: list[int]) -> tuple[int, list[Message]]:
    """Return a dialog's number and the messages named there that the caller may see."""
    where = await conversations.source_of(call, peer)
    wanted = dict.fromkeys(ids[:MESSAGES_MAX])
    found = [await conversations.visible(where, i) for i in wanted]
    return where.peer, [m for m in found if m is not None]


@method(
    api.MessagesReport,
    rate=Rate.REPORT,
    home=Home.HOUSE,
    raises=(
        *accounts.PEER_ERRORS,
        errors.OptionInvalid,
        errors.MessageIdInvalid,
        errors.MessageIdRequired,
    ),
)
async def report(call: Call, request: api.MessagesReport) -> api.TypeReportResult:
    """Report messages: first which kind of wrong it is, then perhaps a word on it.

    Some apps begin with no message in mind. They are told at the end that one is needed, and let the user
    choose then.
    """
    where = await conversations.source_of(call, request.peer)
    try:
        reason = request.option.decode()
    except UnicodeDecodeError:
        raise errors.OptionInvalid from None
    if reason and not is_reason(reason):
        raise errors.OptionInvalid
    step = next_step(reason)
    asks_comment = isinstance(step, api.ReportResultAddComment)
    if step is not None and not (asks_comment and request.message):
        return step
    if not request.id:
        raise errors.MessageIdRequired
    _, found = await _named(call, request.peer, request.id)
    if not found:
        raise errors.MessageIdInvalid
    comment = request.message
    await file_report(call, "messages", where.peer, said(reason), comment=comment, found=found)
    return api.ReportResultReported()


_REASONS: Final = {
    "InputReportReasonSpam": "scam/spam",
    "InputReportReasonViolence": "violence",
    "InputReportReasonPornography": "adult",
    "InputReportReasonChildAbuse": "child abuse",
    "InputReportReasonCopyright": "copyright",
    "InputReportReasonFake": "scam/impersonation",
    "InputReportReasonIllegalDrugs": "illegal goods",
    "InputReportReasonPersonalDetails": "personal data",
}


def _reason(given: Any) -> str:
    return _REASONS.get(type(given).__name__, "other")


@method(api.AccountReportPeer, rate=Rate.REPORT, home=Home.HOUSE, raises=accounts.PEER_ERRORS)
async def report_peer(call: Call, request: api.AccountReportPeer) -> bool:
    """Report a person, group or channel as such."""
    owner = await accounts.peer_of(call, request.peer)
    await file_report(
        call, "peer", accounts.peer_id(owner), _reason(request.reason), comment=request.message
    )
    return True


@method(
    api.AccountReportProfilePhoto, rate=Rate.REPORT, home=Home.HOUSE, raises=accounts.PEER_ERRORS
)
async def report_photo(call: Call, request: api.AccountReportProfilePhoto) -> bool:
    """Report somebody's picture, or that of a group or channel; it is copied as messages are."""
    owner = await accounts.peer_of(call, request.peer)
    number = getattr(request.photo_id, "id", 0)
    shown = await shown_photo(call, owner, number)
    await file_report(
        call,
        PHOTO,
        accounts.peer_id(owner),
        _reason(request.reason),
        comment=request.message,
        about=number,
        found=[shown] if shown is not None else None,
    )
    return True


@method(api.MessagesReportSpam, rate=Rate.REPORT, home=Home.HOUSE, raises=accounts.PEER_ERRORS)
async def report_spam(call: Call, request: api.MessagesReportSpam) -> bool:
    """Report a stranger's first messages as spam: the newest ten of theirs are copied."""
    where = await conversations.source_of(call, request.peer)
    recent = await where.look.scan(Message, where.peer, reverse=True, limit=50)
    theirs = [m for m in recent if m.sender != call.user and m.id >= where.first][:10]
    await file_report(call, "spam", where.peer, "scam/spam", found=theirs)
    return True


@method(
    api.ChannelsReportSpam,
    rate=Rate.REPORT,
    home=Home.HOUSE,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired, errors.MessageIdInvalid),
)
async def report_channel_spam(call: Call, request: api.ChannelsReportSpam) -> bool:
    """Report messages of a supergroup as spam; its admins do, after deleting them."""
    place = await chats.channel(call, request.channel)
    if not chats.is_admin(place.member):
        raise errors.ChatAdminRequired
    author = await accounts.peer_of(call, request.participant)
    where = await conversations.source(call, place.owner)
    found = [
        await conversations.visible(where, i) for i in dict.fromkeys(request.id[:MESSAGES_MAX])
    ]
    theirs = [m for m in found if m is not None and m.sender == accounts.peer_id(author)]
    if not theirs:
        raise errors.MessageIdInvalid
    await file_report(
        call, "spam", place.peer, "scam/spam", found=theirs, about=accounts.peer_id(author)
    )
    return True


@method(
    api.MessagesReportReaction,
    rate=Rate.REPORT,
    home=Home.HOUSE,
    raises=(*accounts.PEER_ERRORS, errors.MessageIdInvalid),
)
async def report_reaction(call: Call, request: api.MessagesReportReaction) -> bool:
    """Report somebody's reaction to a message."""
    peer, found = await _named(call, request.peer, [request.id])
    if not found:
        raise errors.MessageIdInvalid
    who = await accounts.peer_of(call, request.reaction_peer)
    await file_report(call, "reaction", peer, "other", found=found, about=accounts.peer_id(who))
    return True


async def bar_hidden(viewer: Viewer, peer: int) -> bool:
    """Whether somebody closed the bar that offers to report or add somebody."""
    look = viewer.look(Owner(Kind.USER, viewer.user))
    return await look.get(BarHidden, peer) is not None


@method(
    api.MessagesHidePeerSettingsBar, rate=Rate.WRITE, home=Home.CALLER, raises=accounts.PEER_ERRORS
)
async def hide_bar(call: Call, request: api.MessagesHidePeerSettingsBar) -> bool:
    """Offer no more to report or add somebody."""
    owner = await accounts.peer_of(call, request.peer)
    async with call.change() as change:
        change.put(BarHidden(peer=accounts.peer_id(owner)))
    return True
