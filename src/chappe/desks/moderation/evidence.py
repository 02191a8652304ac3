"""What a case rests on: reports, or those messages of one that are its subject's, as they were copied."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chappe.core import Kind
from chappe.features import accounts, chats, files, reports
from chappe.features.reports import Report
from chappe.updates import Context, View

from .pictures import picture_in
from .records import CaseEvidence

EVIDENCE_SHOWN_MAX: Final = 50  # reports of one page


def subjects_of(report: Report) -> Mapping[int, tuple[int, ...]]:
    """Return whom a report is about, each with the places of their messages in it.

    Of messages it is who wrote them, though never who reported; of a reaction or a person, who is meant.
    """
    every = tuple(range(len(report.messages)))
    if report.about and report.kind in ("reaction", "spam", "match"):
        return {report.about: every}
    found: dict[int, tuple[int, ...]] = {}
    for place, (_, _, sender, _, _) in enumerate(report.messages):
        if sender != report.reporter:
            found[sender] = (*found.get(sender, ()), place)
    return found or {report.peer: every}


async def reports_behind(
    context: Context, evidence: Sequence[CaseEvidence]
) -> list[tuple[CaseEvidence, Report | None]]:
    """Return pieces of evidence with the reports they are of."""
    look = context.look(reports.BOX)
    found = await look.get_each(*((Report, one.report) for one in evidence))
    return list(zip(evidence, found, strict=True))


async def shown_evidence(
    context: Context, one: CaseEvidence, report: Report | None
) -> dict[str, Any]:
    """Return a piece of evidence as it is shown: the messages as they were, and of media what they are.

    Who reported is not in it. Media themselves are shown by themselves, once somebody asks.
    """
    said: dict[str, Any] = {
        "number": one.number,
        "report": one.report,
        "date": one.date,
        "kind": one.kind,
        "reason": one.reason,
        "unveiled": one.unveiled,
        "comment": report.comment if report is not None else "",
        "messages": [],
    }
    for place in one.messages if report is not None else ():
        _, date, sender, text, media = report.messages[place]  # type: ignore[union-attr]
        said["messages"].append(
            {
                "place": place,
                "date": date,
                "sender": sender,
                "text": text,
                "media": await _media(context, media, is_kept=place in one.pictures),
            }
        )
    return said


async def _media(context: Context, packed: bytes, *, is_kept: bool) -> dict[str, Any] | None:
    """Return what is said of a message's media: nothing that shows them."""
    if not packed:
        return None
    ref = files.unpack_media_ref(packed)
    file = await files.find_file(context, ref.owner, ref.number) if ref.number else None
    if file is None:
        return {"kind": ref.kind, "size": 0, "mime": "", "is_picture": is_kept}
    return {
        "kind": ref.kind,
        "size": file.size,
        "mime": file.mime,
        "is_picture": is_kept or picture_in(file) is not None,
    }


async def public_facts(context: Context, subject: int) -> dict[str, Any]:
    """Return what everybody may know of whom a case is about: a name, and what it is."""
    owner = accounts.owner_of(subject)
    look = context.look(owner)
    if owner.kind is Kind.USER:
        user = await look.get(accounts.User)
        if user is None or user.deleted:
            return {"kind": "account", "name": "Deleted account", "username": "", "members": 0}
        name = " ".join(part for part in (user.first_name, user.last_name) if part)
        kind = "bot" if user.bot else "account"
        return {"kind": kind, "name": name, "username": user.username, "members": 0}
    chat = await look.get(chats.Chat)
    if chat is None or chat.deleted:
        return {"kind": "chat", "name": "Deleted chat", "username": "", "members": 0}
    kind = "channel" if chat.broadcast else "group"
    return {"kind": kind, "name": chat.title, "username": chat.username, "members": chat.members}


async def creator_of(context: Context, subject: int) -> int:
    """Return whose a group or channel is; an account is its own."""
    owner = accounts.owner_of(subject)
    if owner.kind is Kind.USER:
        return subject
    chat = await context.look(owner).get(chats.Chat)
    return chat.creator if chat is not None else 0


async def evidence_of(look: View, case: int, *, after: int = 0) -> list[CaseEvidence]:
    """Return a page of a case's evidence, the oldest first."""
    return await look.scan(CaseEvidence, case, after=after, limit=EVIDENCE_SHOWN_MAX)
