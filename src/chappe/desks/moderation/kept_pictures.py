"""Pictures of reports are copied into the moderators' box: they open though their sender be erased."""

from typing import Final

import msgspec

from chappe.features import files, reports
from chappe.features.reports import Report
from chappe.ports import EngineError, Record
from chappe.updates import Change, Context, Job

from .pictures import picture_in
from .records import MODERATION_BOX, CaseEvidence

PICTURE_KEPT_BYTES_MAX: Final = 512 << 10  # bytes of a picture that is copied


class EvidencePicture(Record, frozen=True):
    """A picture of a report, as it was when it was reported."""

    table = "evidence_picture"
    key = ("case", "evidence", "place")
    cached = False

    case: int
    evidence: int
    place: int
    data: bytes


class KeepPictures(Job, frozen=True):
    """A report with media came: copy their pictures, before their sender can be gone."""

    name = "moderation.keep_pictures"

    case: int
    evidence: int

    async def run(self, context: Context) -> None:
        """See `Job`. What cannot be read any more is left out; its file is asked for when it is shown."""
        look = context.look(MODERATION_BOX)
        piece = await look.get(CaseEvidence, self.case, self.evidence)
        report = await context.look(reports.BOX).get(Report, piece.report) if piece else None
        if piece is None or report is None:
            return
        for place in piece.messages:
            data = await _read(context, report.messages[place][4])
            if data:
                await _keep(context, self.case, self.evidence, place, data)


async def _read(context: Context, media: bytes) -> bytes:
    """Return the picture of a message's media; empty where it has none that is small enough."""
    if not media:
        return b""
    ref = files.unpack_media_ref(media)
    file = await files.find_file(context, ref.owner, ref.number) if ref.number else None
    where = picture_in(file, PICTURE_KEPT_BYTES_MAX) if file is not None else None
    if where is None:
        return b""
    try:
        return await context.ports.files.read(*where)
    except (OSError, EngineError):
        return b""


async def _keep(context: Context, case: int, evidence: int, place: int, data: bytes) -> None:
    async with context.change(MODERATION_BOX) as change:
        piece = await change.get(CaseEvidence, case, evidence)
        if piece is None or place in piece.pictures:
            return
        change.put(EvidencePicture(case=case, evidence=evidence, place=place, data=data))
        change.put(msgspec.structs.replace(piece, pictures=(*piece.pictures, place)))


def drop_pictures(change: Change, piece: CaseEvidence) -> None:
    """Forget the pictures of a piece of evidence."""
    for place in piece.pictures:
        change.drop(EvidencePicture, piece.case, piece.number, place)
