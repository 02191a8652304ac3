"""`chappe connect`: a ready snippet for each client library, filled in with this server's address and key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """What a client must know of a server."""

    host: str
    port: int
    pem: str  # PKCS#1
    pem_path: Path
    modulus: int
    exponent: int
    fingerprint: int  # signed 64 bits, as TL has it


TELETHON: Final = """\
from telethon import TelegramClient, errors
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession
from telethon.tl.functions.auth import SignUpRequest

rsa.add_key({pem!r}, old=False)
session = SQLiteSession("me")
session.set_dc(2, {host!r}, {port})
client = TelegramClient(session, 1, "x")

async def main():
    await client.connect()
    phone = "+33600000001"
    sent = await client.send_code_request(phone)  # the code appears on the server's console
    try:
        await client.sign_in(phone, input("code: "))
    except errors.PhoneNumberUnoccupiedError:  # nobody has this number yet: sign up
        await client(SignUpRequest(phone, sent.phone_code_hash, "Ada", ""))
    await client.send_message("me", "hello")

client.loop.run_until_complete(main())
"""

KURIGRAM: Final = """\
from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.crypto import rsa

rsa.server_public_keys[{fingerprint}] = rsa.PublicKey(
    {modulus},
    {exponent},
)

class Here(Connection):
    def __init__(self, *args, **kwargs):
        kwargs["server_address"], kwargs["port"] = {host!r}, {port}
        super().__init__(*args, **kwargs)

app = Client("me", api_id=1, api_hash="x", connection_factory=Here)

async def main():
    async with app:
        await app.send_message("me", "hello")

app.run(main())
"""

MTCUTE: Final = """\
import {{ TelegramClient }} from '@mtcute/node'
import {{ NodeCryptoProvider }} from '@mtcute/node/utils.js'
import {{ readFileSync }} from 'node:fs'
import {{ __publicKeyIndex, parsePublicKey }} from '@mtcute/core/utils.js'

const crypto = new NodeCryptoProvider()
await crypto.initialize()
const key = parsePublicKey(crypto, readFileSync('{pem_path}', 'utf8'))
__publicKeyIndex.set(key.fingerprint, key)
const dc = {{ id: 2, ipAddress: '{host}', port: {port} }}
const client = new TelegramClient({{
  apiId: 1, apiHash: 'x', storage: 'me.session', crypto, defaultDcs: {{ main: dc, media: dc }},
}})
const me = await client.start({{ phone: () => client.input('phone: '), code: () => client.input('code: ') }})
await client.sendText('me', 'hello')
"""

GRAMJS: Final = """\
const {{ TelegramClient, sessions }} = require('telegram')
const bigInt = require('big-integer')
const {{ _serverKeys }} = require('telegram/crypto/RSA')

_serverKeys.set('{fingerprint}', {{
  n: bigInt('{modulus}'),
  e: {exponent},
}})
const session = new sessions.StringSession('')
session.setDC(2, '{host}', {port})
const client = new TelegramClient(session, 1, 'x', {{}})
client.connect().then(() => client.start({{
  phoneNumber: async () => '+33600000001',
  phoneCode: async () => /* the server's console */ '',
  onError: console.error,
}}))
"""

TDLIB: Final = """\
TDLib has its addresses and keys compiled in; a copy of its library is re-pointed at this server:

    python -m chappe.repoint tdlib {pem_path} libtdjson.so libtdjson-here.so

The copy looks for the server on 127.154.175.50, ports 443, 80 and 5222. Serve there as well:

    chappe serve --also 127.154.175.50:5222

Then load libtdjson-here.so where you loaded libtdjson.so. Nothing else changes.
"""

DESKTOP: Final = """\
Telegram Desktop has its addresses and keys compiled in; a copy of the program is re-pointed:

    python -m chappe.repoint desktop {pem_path} telegram-desktop telegram-desktop-here

The copy looks for the server on 127.154.167.51:443 (Debian's 4.6.5). Serve there as well:

    chappe serve --also 127.154.167.51:443

Port 443 needs the right to listen below 1024: `setcap cap_net_bind_service=+ep` on the Python that serves,
or a redirect in the firewall. Then start telegram-desktop-here with `-workdir` set to a directory of its own.
"""

RECIPES: Final = {
    "telethon": TELETHON,
    "kurigram": KURIGRAM,
    "pyrogram": KURIGRAM,
    "mtcute": MTCUTE,
    "gramjs": GRAMJS,
    "tdlib": TDLIB,
    "desktop": DESKTOP,
}


def recipe(library: str, place: Place) -> str:
    """Return the snippet for a library.

    Raises:
        KeyError: there is none for it.
    """
    return RECIPES[library].format(
        host=place.host, port=place.port, pem=place.pem, pem_path=place.pem_path,
        modulus=place.modulus, exponent=place.exponent, fingerprint=place.fingerprint,
    )  # fmt: skip
