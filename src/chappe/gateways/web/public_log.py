"""The public log on the site: its files as they lie there, whom to believe, and the auditor's program.

Source: https://c2sp.org/tlog-tiles. Nothing is made here: any web server could serve the same folder.
"""

import asyncio
import re
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Final

from aiohttp import web

from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.tiles import parse_path

from .serving import SiteRequest
from .site import Place, nothing

LOG: Final = re.compile(r"/log(?:/.*)?")
BELOW: Final = "/log/"
CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy.txt"
PROGRAM: Final = "verify.py"
#   "This endpoint is immutable, so its caching headers SHOULD be long-lived." A partial tile is asked for
#   again: one that no head asks for yet may change.
FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Public log</title></head><body>
<main>
<section><h1>Public log</h1>
<p>What is done to accounts here, in a list of which nothing can be changed or taken away unseen.
It says no names. To check it, read <a href="/log/verify.py">verify.py</a>, and run it with Python 3.11
or newer:</p></section>
<section lang="fr"><h1>Journal public</h1>
<p>Ce qui est fait aux comptes de ce serveur, dans une liste dont rien ne peut être changé ni retiré sans
que cela se voie. Elle ne contient aucun nom. Pour la vérifier, lisez
<a href="/log/verify.py">verify.py</a>, puis lancez-le avec Python 3.11 ou plus récent&nbsp;:</p></section>
<section lang="ar" dir="rtl"><h1>السجل العلني</h1>
<p>ما يُفعل بالحسابات هنا، في قائمة لا يمكن تغيير شيء منها أو حذفه دون أن يُكتشف. لا أسماء فيها.
للتحقق منها اقرأ <a href="/log/verify.py">verify.py</a> ثم شغّله ببايثون 3.11 أو أحدث:</p></section>
<pre dir="ltr">python3 verify.py log ADDRESS/log --policy policy.txt --remember FOLDER</pre>
<p><a href="/log/policy.txt">policy.txt</a> · <a href="/log/checkpoint">checkpoint</a></p>
</main></body></html>
"""


def log_place(folder: Path, policy: str) -> Place:
    """Return the place of a log: what is served of it, and the policy that names its keys and witnesses."""
    program = (resources.files("chappe.trust.ledger") / PROGRAM).read_text("utf-8")

    async def answer(request: SiteRequest) -> web.Response:
        name = request.raw_path.partition("?")[0].removeprefix(BELOW)
        if name in {"", "/log"}:
            return web.Response(text=PAGE, content_type="text/html", charset="utf-8")
        if name == POLICY:
            return web.Response(text=policy)
        if name == PROGRAM:
            return web.Response(text=program, content_type="text/x-python", charset="utf-8")
        if name == CHECKPOINT:
            return _file(await asyncio.to_thread(_read, folder / CHECKPOINT), "text/plain", "utf-8")
        try:
            tile = parse_path(name)
        except LedgerError:
            return nothing()
        found = _file(
            await asyncio.to_thread(_read, folder / tile.path), "application/octet-stream"
        )
        if found.status == HTTPStatus.OK and tile.is_full:
            found.headers.update(FOREVER)
        return found

    return Place(LOG, answer)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _file(content: bytes | None, kind: str, charset: str | None = None) -> web.Response:
    if content is None:
        return nothing()
    return web.Response(body=content, content_type=kind, charset=charset)
