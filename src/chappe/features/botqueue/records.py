"""Records of the update queue: what waits for a bot's program, and how it fetches it."""

from chappe.ports import Record, in_order


class QueuedUpdate(Record, frozen=True):
    """In a bot's box: an update that waits to be fetched. What it says is the event's to render."""

    table = "queued_update"
    key = (in_order("update"),)
    cached = False

    update: int
    kind: int  # an `UpdateKind`
    name: str  # of the event that renders it
    body: bytes
    date: int  # Unix seconds
    expires: int  # Unix seconds
    lane: int = 0  # what of the same lane is handed over in order


class UpdateDelivery(Record, frozen=True):
    """In a bot's box: how its updates are fetched."""

    table = "update_delivery"
    key = ()

    base: int  # what the counter is added to: the first update has a number by chance
    used: bool = False  # whether its program ever fetched updates by HTTP
    allowed: int = 0  # the kinds that are queued, a bit each; 0: those of a bot that said nothing
    expiring: int = 0  # when old updates are dropped next, in Unix seconds; 0: none is queued
