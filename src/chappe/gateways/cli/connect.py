"""`chappe connect`: a ready snippet for each client library, filled in with this server's address and key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .connect_apps import ANDROID, DESKTOP_BUILT, IOS, WEBK, c_string

MODULUS_SHOWN: Final = 16  # digits of the modulus by which it is found again


@dataclass(frozen=True, slots=True)
class ConnectionDetails:
    """What a client must know of a server."""

    host: str
    port: int
    pem: str  # PKCS#1
    pem_path: Path
    modulus: int
    exponent: int
    fingerprint: int  # signed 64 bits, as TL has it
    web: str  # how its web addresses begin

    @property
    def socket(self) -> str:
        """Where browsers open a WebSocket."""
        return f"{self.web.replace('http', 'ws', 1)}/apiws"


TELETHON: Final = """\
import sys

sys.path.pop(0)  # not this folder: a file in it, such as this one, may be called telethon.py
from telethon import TelegramClient, errors
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession
from telethon.tl.functions.auth import SignUpRequest

rsa.add_key({pem!r}, old=False)
session = SQLiteSession("chappe-telethon")
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
import sys

sys.path.pop(0)  # not this folder: a file in it, such as this one, may be called pyrogram.py
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

app = Client("chappe-kurigram", api_id=1, api_hash="x", connection_factory=Here)

async def main():
    async with app:  # asks for a number, its code (on the server's console), a new person's name
        await app.send_message("me", "hello")

app.loop.run_until_complete(main())
"""

PYROGRAM: Final = """\
import sys

sys.path.pop(0)  # not this folder: a file in it, such as this one, may be called pyrogram.py
from pyrogram import Client
from pyrogram.crypto import rsa
from pyrogram.session.internals import DataCenter

rsa.server_public_keys[{fingerprint}] = rsa.PublicKey(
    {modulus},
    {exponent},
)
# Pyrogram 2.0.106 takes no address: every data centre it knows is replaced
DataCenter.__new__ = staticmethod(lambda _class, *_which: ({host!r}, {port}))

app = Client("chappe-pyrogram", api_id=1, api_hash="x")

async def main():
    async with app:  # asks for a number, its code (on the server's console), a new person's name
        await app.send_message("me", "hello")

app.run(main())
"""

MTCUTE: Final = """\
async function main () {{
  const {{ TelegramClient }} = await import('@mtcute/node')
  const {{ addPublicKey, NodeCryptoProvider }} = await import('@mtcute/node/utils.js')

  const crypto = new NodeCryptoProvider()
  await crypto.initialize()
  addPublicKey(crypto, `{pem}`)
  const dc = {{ id: 2, ipAddress: '{host}', port: {port} }}
  const client = new TelegramClient({{
    apiId: 1, apiHash: 'x', storage: 'chappe-mtcute.session', crypto, defaultDcs: {{ main: dc, media: dc }},
  }})

  async function signUp (phone) {{ // start() signs in only: a new number signs up like this
    const {{ phoneCodeHash }} = await client.sendCode({{ phone }})
    const code = await client.input('code: ') // on the server's console
    const asked = {{ phoneNumber: phone, phoneCodeHash }}
    let entered = await client.call({{ _: 'auth.signIn', ...asked, phoneCode: code }})
    if (entered._ === 'auth.authorizationSignUpRequired') {{
      const firstName = await client.input('first name: ')
      entered = await client.call({{ _: 'auth.signUp', ...asked, firstName, lastName: '' }})
    }}
    await client.notifyLoggedIn(entered)
  }}

  await client.connect()
  if (!await client.getMe().catch(() => null)) await signUp(await client.input('phone: '))
  await client.sendText('me', 'hello')
  await client.destroy()
}}
main()
"""

GRAMJS: Final = """\
async function main () {{
  const {{ default: bigInt }} = await import('big-integer')
  const readline = await import('node:readline/promises')
  const {{ default: {{ TelegramClient }} }} = await import('telegram')
  const {{ default: {{ _serverKeys }} }} = await import('telegram/crypto/RSA.js')
  const {{ default: {{ ConnectionTCPFull }} }} = await import('telegram/network/index.js')
  const {{ default: {{ StringSession }} }} = await import('telegram/sessions/index.js')

  _serverKeys.set('{fingerprint}', {{
    n: bigInt('{modulus}'),
    e: {exponent},
  }})
  class Here extends ConnectionTCPFull {{ // GramJS knows no ports but 80 and 443
    constructor (options) {{ super({{ ...options, ip: '{host}', port: {port} }}) }}
  }}
  const session = new StringSession('') // what session.save() returned, to come back
  session.setDC(2, '{host}', {port})
  const client = new TelegramClient(session, 1, 'x', {{ connection: Here }})
  const terminal = readline.createInterface({{ input: process.stdin, output: process.stdout }})

  await client.start({{
    phoneNumber: () => terminal.question('phone: '),
    phoneCode: () => terminal.question('code: '), // on the server's console
    password: () => terminal.question('password: '),
    firstAndLastNames: async () => [await terminal.question('first name: '), ''],
    onError: console.error,
  }})
  await client.sendMessage('me', {{ message: 'hello' }})
  await client.destroy()
  terminal.close()
}}
main()
"""

GOTD: Final = """\
// go mod init here && go mod edit -require github.com/gotd/td@v0.145.0 && go mod tidy && go run .
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/tg"
)

const key = `{pem}`

type terminal struct{{}}

func ask(what string) (string, error) {{
	fmt.Print(what, ": ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\\n')
	return strings.TrimSpace(line), err
}}
func (terminal) Phone(context.Context) (string, error)    {{ return ask("phone") }}
func (terminal) Password(context.Context) (string, error) {{ return ask("password") }}
func (terminal) Code(context.Context, *tg.AuthSentCode) (string, error) {{
	return ask("code") // on the server's console
}}
func (terminal) AcceptTermsOfService(context.Context, tg.HelpTermsOfService) error {{ return nil }}
func (terminal) SignUp(context.Context) (auth.UserInfo, error) {{
	name, err := ask("first name")
	return auth.UserInfo{{FirstName: name}}, err
}}

func main() {{
	block, _ := pem.Decode([]byte(key))
	public, err := x509.ParsePKCS1PublicKey(block.Bytes)
	if err != nil {{
		panic(err)
	}}
	here := tg.DCOption{{ID: 2, IPAddress: "{host}", Port: {port}}}
	client := telegram.NewClient(1, "x", telegram.Options{{
		DCList:         dcs.List{{Options: []tg.DCOption{{here}}}},
		PublicKeys:     []telegram.PublicKey{{{{RSA: public}}}},
		SessionStorage: &session.FileStorage{{Path: "chappe-gotd.json"}},
	}})
	err = client.Run(context.Background(), func(ctx context.Context) error {{
		flow := auth.NewFlow(terminal{{}}, auth.SendCodeOptions{{}})
		if err := client.Auth().IfNecessary(ctx, flow); err != nil {{
			return err
		}}
		_, err := message.NewSender(client.API()).Self().Text(ctx, "hello")
		return err
	}})
	if err != nil {{
		panic(err)
	}}
}}
"""

TDLIB: Final = """\
# TDLib has its addresses and keys compiled in; a copy of its library is re-pointed at this server:
#
#     chappe repoint tdlib --data {pem_path.parent} --to {host}:{port}
#
# It finds the library of the package tdjson; another one is named with --app.
# Then load libtdjson-here.so where you loaded libtdjson.so. Nothing else changes. In Python:
import sys

sys.path.pop(0)  # not this folder: a file in it, such as this one, may be called json.py
import ctypes
import json

lib = ctypes.CDLL("./libtdjson-here.so")
lib.td_receive.argtypes, lib.td_receive.restype = [ctypes.c_double], ctypes.c_char_p
lib.td_send.argtypes = [ctypes.c_int, ctypes.c_char_p]
lib.td_execute.argtypes = [ctypes.c_char_p]
me = lib.td_create_client_id()

def send(kind, **fields):
    lib.td_send(me, json.dumps({{"@type": kind, **fields}}).encode())

def answer(state):
    if state == "authorizationStateWaitTdlibParameters":
        send("setTdlibParameters", database_directory="chappe-tdlib", api_id=1, api_hash="x",
             system_language_code="en", device_model="here", application_version="1")
    elif state == "authorizationStateWaitPhoneNumber":
        send("setAuthenticationPhoneNumber", phone_number=input("phone: "))
    elif state == "authorizationStateWaitCode":  # on the server's console
        send("checkAuthenticationCode", code=input("code: "))
    elif state == "authorizationStateWaitRegistration":  # nobody has this number yet: sign up
        send("registerUser", first_name=input("first name: "), last_name="")
    elif state == "authorizationStateReady":
        send("getMe")
    elif state == "authorizationStateClosed":
        raise SystemExit

lib.td_execute(json.dumps({{"@type": "setLogVerbosityLevel", "new_verbosity_level": 1}}).encode())
send("getOption", name="version")
while True:
    event = json.loads(lib.td_receive(1.0) or b"null")
    if event and event["@type"] == "updateAuthorizationState":
        answer(event["authorization_state"]["@type"])
    elif event and event["@type"] == "user":
        send("createPrivateChat", user_id=event["id"])
    elif event and event["@type"] == "chat":
        text = {{"@type": "formattedText", "text": "hello"}}
        send("sendMessage", chat_id=event["id"],
             input_message_content={{"@type": "inputMessageText", "text": text}})
    elif event and event["@type"] == "updateMessageSendSucceeded":
        send("close")
    elif event and event["@type"] == "error":
        print(event["message"])
"""

DESKTOP: Final = """\
Telegram Desktop has its addresses and keys compiled in; a copy of the installed program is re-pointed:

    chappe repoint desktop --data {pem_path.parent} --to {host}:{port}

It says what it replaced, and how the copy is started. For people at other machines, run it there, with the
address at which they reach this server and a copy of its public key:

    chappe repoint desktop --to HOST:{port} --key server.pub.pem
"""

RECIPES: Final = {
    "telethon": TELETHON,
    "kurigram": KURIGRAM,
    "pyrogram": PYROGRAM,
    "mtcute": MTCUTE,
    "gramjs": GRAMJS,
    "gotd": GOTD,
    "tdlib": TDLIB,
    "desktop": DESKTOP + DESKTOP_BUILT,
    "webk": WEBK,
    "android": ANDROID,
    "ios": IOS,
}


ABOUT: Final = {
    "telethon": "Python",
    "kurigram": "Python, Pyrogram's successor",
    "pyrogram": "Python, layer 158",
    "mtcute": "TypeScript and JavaScript",
    "gramjs": "JavaScript, in Node and in a browser",
    "gotd": "Go",
    "tdlib": "any language; a copy of the library is re-pointed",
    "desktop": "Telegram Desktop; a copy of the program is re-pointed, or it is built",
    "webk": "Telegram Web K, built for this server",
    "android": "Telegram for Android, built for this server",
    "ios": "Telegram for iPhone, built for this server",
}


def recipe(library: str, place: ConnectionDetails) -> str:
    """Return the snippet for a library.

    Raises:
        KeyError: there is none for it.
    """
    return RECIPES[library].format(
        host=place.host,
        port=place.port,
        pem=place.pem,
        pem_path=place.pem_path,
        modulus=place.modulus,
        exponent=place.exponent,
        fingerprint=place.fingerprint,
        fingerprint_hex=f"{place.fingerprint % (1 << 64):016x}",
        modulus_hex=f"{place.modulus:x}",
        modulus_start=f"{place.modulus:x}"[:MODULUS_SHOWN],
        key_cpp=c_string(place.pem),
        socket=place.socket,
    )
