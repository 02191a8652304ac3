"""Recipes of `chappe connect` for apps that are built from their source with this server's address and key.

Where address and key stand was read in the sources of November 2026; docs/apps.md says what of it was run.
"""

from typing import Final

WEBK: Final = """\
# Telegram Web K, built for this server. Needs git, Node and pnpm. In an empty folder:
git clone --depth 1 https://github.com/morethanwords/tweb.git
cd tweb
# where it connects, by WebSocket and in no other way
perl -pi -e 's#`wss://.*/\\$\\{{path\\}}`#"{socket}"#' src/lib/mtproto/dcConfigurator.ts
printf 'VITE_MTPROTO_AUTO=\\nVITE_MTPROTO_HAS_HTTP=\\n' >> .env.local
# whose key it believes
perl -pi -e 's#(modulus: .)e8bb3305[0-9a-f]+#${{1}}{modulus_hex}#' src/lib/mtproto/rsaKeysManager.ts
# each of these prints a line, or the source has changed: then look for the same things there
grep -n '{socket}' src/lib/mtproto/dcConfigurator.ts
grep -n '{modulus_start}' src/lib/mtproto/rsaKeysManager.ts
pnpm install
pnpm build
# dist/ is the app now: serve it by any web server; to try it, at http://localhost:8080/
python3 -m http.server --bind 127.0.0.1 --directory dist 8080
"""

ANDROID: Final = """\
Telegram for Android, built for this server. Needs Android Studio; its own README says how it is built:

    git clone --recursive https://github.com/DrKLO/Telegram.git

1. TMessagesProj/jni/tgnet/ConnectionsManager.cpp, void ConnectionsManager::initDatacenters():
   leave each of the data centres 1 to 5 one address, this one, and take out the lines with others:

    datacenter->addAddressAndPort("{host}", {port}, 0, "");

2. TMessagesProj/jni/tgnet/Handshake.cpp, Handshake::processHandshakeResponse_resPQ(): replace the key in
   the branch behind `else`, which is not that of the test server, and the fingerprint under it:

    serverPublicKeys.emplace_back({key_cpp});
    serverPublicKeysFingerprints.push_back(0x{fingerprint_hex});

3. TMessagesProj/src/main/java/org/telegram/messenger/BuildVars.java: APP_ID and APP_HASH may be anything.
   Give the app a name and an application id of its own, or it takes the place of Telegram on the phone.

While the app finds no server it asks hosts of Google and others for more addresses of Telegram's
(TMessagesProj/src/main/java/org/telegram/tgnet/ConnectionsManager.java, the classes whose names end in
LoadTask). There it would find no key it believes; but the requests leave, unless you take them out.
"""

IOS: Final = """\
Telegram for iPhone, built for this server. Needs a Mac with Xcode, and Apple's developer programme to put it
on phones; its own README says how it is built:

    git clone --recursive https://github.com/TelegramMessenger/Telegram-iOS.git

1. submodules/TelegramCore/Sources/Network/Network.swift, seedAddressList behind `else`:

    seedAddressList = [
        1: ["{host}"],
        2: ["{host}"],
        3: ["{host}"],
        4: ["{host}"],
        5: ["{host}"]
    ]

   and below it, where the list is used, the port:

    MTDatacenterAddress(ip: $0, port: {port}, preferForMedia: false, …

   Take out the call of context.setDiscoverBackupAddressListSignal in the same file: by it the app asks others
   for addresses of Telegram's when it finds no server.

2. submodules/MtProtoKit/Sources/MTDatacenterAuthMessageService.m, productionPublicKeys:

    [[MTDatacenterAuthPublicKey alloc] initWithPublicKey:@{key_cpp}]

3. The configuration of the build (build-system/): api_id and api_hash may be anything, and the bundle's id
   must be your own.
"""

DESKTOP_BUILT: Final = """\

Where no copy can be re-pointed, on Windows and macOS for example, it is built from its source, as its own
docs/building-*.md say, with two changes in Telegram/SourceFiles/mtproto/mtproto_dc_options.cpp:

1. Replace both lists of addresses:

    const BuiltInDc kBuiltInDcs[] = {{
        {{ 1, "{host}", {port} }},
        {{ 2, "{host}", {port} }},
        {{ 3, "{host}", {port} }},
        {{ 4, "{host}", {port} }},
        {{ 5, "{host}", {port} }},
    }};
    const BuiltInDc kBuiltInDcsIPv6[] = {{
        {{ 2, "::1", {port} }},
    }};

2. Replace the key:

    const char *kPublicRSAKeys[] = {{ {key_cpp} }};

TDESKTOP_API_ID and TDESKTOP_API_HASH may be anything.
"""


def c_string(pem: str) -> str:
    """Return a PEM key as C, C++ and Objective-C write it, a line each."""
    lines = pem.strip().splitlines()
    last = len(lines) - 1
    return "\n        ".join(
        f'"{line}' + ("" if n == last else "\\n") + '"' for n, line in enumerate(lines)
    )
