"""Pictures that were reported are shown to whoever asks for one, once, for a few minutes; each is counted."""

from typing import Any, Final, NamedTuple

import msgspec

from chappe.features import files, reports
from chappe.features.reports import Report
from chappe.rpc import Giver
from chappe.updates import Context, PerServer

from .claims import opened_case
from .kept_pictures import EvidencePicture
from .pictures import mime_of, picture_in
from .records import MODERATION_BOX, CaseEvidence

UNVEILED_S: Final = 300  # seconds in which a picture is shown that was asked for
NO_PICTURE: Final = "There is no such picture in this case, or it cannot be opened any more."


class AskedPicture(NamedTuple):
    """A picture of a report, as somebody asked for it."""

    staff: int
    case: int
    evidence: int
    place: int


class Unveiled:
    """Who asked for which picture, and until when it is shown to them. A restart forgets it."""

    def __init__(self) -> None:
        self._until: dict[AskedPicture, float] = {}  # what was asked for in the last UNVEILED_S

    def ask(self, picture: AskedPicture, now: float) -> None:
        """Note that somebody asked."""
        self._until = {one: end for one, end in self._until.items() if end > now}
        self._until[picture] = now + UNVEILED_S

    def is_shown(self, picture: AskedPicture, now: float) -> bool:
        """Whether somebody asked for a picture a moment ago."""
        return self._until.get(picture, 0.0) > now


UNVEILED: Final[PerServer[Unveiled]] = PerServer(lambda _: Unveiled())


async def _picture(context: Context, case: int, evidence: int, place: int) -> bytes:
    """Return a picture of a report, as bytes.

    Raises:
        ValueError: there is none, or nobody can open it any more.
    """
    piece = await context.look(MODERATION_BOX).get(CaseEvidence, case, evidence)
    report = await context.look(reports.BOX).get(Report, piece.report) if piece else None
    if piece is None or report is None or place not in piece.messages:
        raise ValueError(NO_PICTURE)
    kept = await context.look(MODERATION_BOX).get(EvidencePicture, case, evidence, place)
    if kept is not None:
        return kept.data
    media = report.messages[place][4]
    ref = files.unpack_media_ref(media) if media else None
    file = await files.find_file(context, ref.owner, ref.number) if ref and ref.number else None
    where = picture_in(file) if file is not None else None
    if where is None:
        raise ValueError(NO_PICTURE)
    try:
        return await context.ports.files.read(*where)
    except OSError:
        raise ValueError(NO_PICTURE) from None


async def unveil(
    context: Context, case: int, evidence: int, place: int, by: Giver
) -> dict[str, Any]:
    """Have a picture shown to somebody for a few minutes, and count that they asked.

    Raises:
        ValueError: there is none, or the case is not for them.
    """
    await opened_case(context, context.look(MODERATION_BOX), case, by)
    shown = await _picture(context, case, evidence, place)
    asked = AskedPicture(by.staff, case, evidence, place)
    context.own(UNVEILED).ask(asked, context.clock.monotonic())
    async with context.change(MODERATION_BOX) as change:
        piece = await change.get(CaseEvidence, case, evidence)
        if piece is not None:
            change.put(msgspec.structs.replace(piece, unveiled=piece.unveiled + 1))
    return {
        "case": case,
        "evidence": evidence,
        "place": place,
        "size": len(shown),
        "mime": mime_of(shown),
    }


async def picture(
    context: Context, case: int, evidence: int, place: int, by: Giver
) -> tuple[str, bytes]:
    """Return a picture that somebody asked for a moment ago: its type, and its bytes.

    Raises:
        ValueError: they did not, or it is not for them, or gone.
    """
    asked = AskedPicture(by.staff, case, evidence, place)
    if not context.own(UNVEILED).is_shown(asked, context.clock.monotonic()):
        raise ValueError(NO_PICTURE)
    await opened_case(context, context.look(MODERATION_BOX), case, by)
    shown = await _picture(context, case, evidence, place)
    return mime_of(shown), shown
