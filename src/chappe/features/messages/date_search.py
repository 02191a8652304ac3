"""Binary search for the first message since a date."""

from chappe.features.conversations import Message
from chappe.updates import View


async def first_since(look: View, peer: int, date: int) -> int:
    """Return the number of the first message from a date on; 0 if all are older.

    Dates rise with the numbers, so that halving finds it. Where a clock was set back, it finds one of
    the places where older messages end.
    """
    newest = await look.scan(Message, peer, limit=1, reverse=True)
    if not newest or newest[0].date < date:
        return 0
    low, high = 0, newest[0].id
    while low < high:
        middle = (low + high) // 2
        found = await look.scan(Message, peer, after=middle - 1, limit=1)
        if found and found[0].date < date:
            low = found[0].id + 1
        else:
            high = middle
    return max(low, 1)
