"""The file of an app's own export that holds what no other of its calls shows: `inputTakeoutFileLocation`.

Telegram Desktop takes it into its `result.json` as `other_data`, so it is one JSON object.
https://core.telegram.org/api/takeout
"""

from collections import OrderedDict
from typing import Final

from chappe.updates import Context, PerServer

from .asking import asking
from .classes import DataClass
from .parts import as_json, chosen_settings
from .sections import sections_of

KEPT_MAX: Final = 8  # such files kept, each while it is fetched
BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of one that is kept; a larger one is made at every call


class LeftOver:
    """Those that are being fetched, so that the parts of one file are of one moment."""

    def __init__(self) -> None:
        self._made: OrderedDict[int, bytes] = OrderedDict()

    def get(self, user: int) -> bytes | None:
        """Return the one that was made last for somebody."""
        return self._made.get(user)

    def keep(self, user: int, data: bytes) -> None:
        """Keep one."""
        self._made[user] = data if len(data) <= BYTES_MAX else b""
        self._made.move_to_end(user)
        while len(self._made) > KEPT_MAX:
            self._made.popitem(last=False)


LEFT_OVER: Final = PerServer(lambda _: LeftOver())


async def left_over(context: Context, user: int, *, anew: bool) -> bytes:
    """Return what no method of an export shows of somebody, as JSON; `anew`, or as it was just now."""
    kept = context.own(LEFT_OVER)
    data = None if anew else kept.get(user)
    if not data:
        data = as_json(await _made(context, user))
        kept.keep(user, data)
    return data


async def _made(context: Context, user: int) -> dict[str, object]:
    found: dict[str, dict[str, object]] = {
        DataClass.SETTINGS.value: dict(await chosen_settings(asking(context, user)))
    }
    for of in (DataClass.ACCOUNT, DataClass.SESSIONS, DataClass.CONTACTS, DataClass.SETTINGS):
        said = await sections_of(context, user, of)
        if said:
            found.setdefault(of.value, {}).update(said)
    return dict(found)
