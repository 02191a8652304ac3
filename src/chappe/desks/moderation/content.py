"""What kind of content a decision rests on, in the DSA Transparency Database's words: never asked."""

from chappe.features import files
from chappe.features.reports import Report
from chappe.updates import Context

from .evidence import evidence_of, reports_behind
from .records import MODERATION_BOX


async def content_of(context: Context, case: int) -> tuple[tuple[str, ...], int]:
    """Return the kinds of content of a case, and when the oldest was posted; 0: it has none."""
    found, dates = set[str](), list[int]()
    evidence = await evidence_of(context.look(MODERATION_BOX), case)
    for one, report in await reports_behind(context, evidence):
        for place in one.messages if report is not None else ():
            found |= await _kinds(context, report, place)  # type: ignore[arg-type]
            dates.append(report.messages[place][1])  # type: ignore[union-attr]
    return tuple(sorted(found)) or ("OTHER",), min(dates, default=0)


async def _kinds(context: Context, report: Report, place: int) -> set[str]:
    _, _, _, text, media = report.messages[place]
    found = {"TEXT"} if text else set[str]()
    if media:
        ref = files.unpack_media_ref(media)
        file = await files.find_file(context, ref.owner, ref.number) if ref.number else None
        found.add(_BY_TYPE.get((file.mime if file is not None else "").partition("/")[0], "OTHER"))
    return found


_BY_TYPE = {"image": "IMAGE", "video": "VIDEO", "audio": "AUDIO"}
