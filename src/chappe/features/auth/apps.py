"""Which app an `api_id` belongs to, for the list of sessions.

The numbers stand in the apps' public sources and packages. Whoever builds an app may say any of them, so a
name here says what a session claims to be, and nothing is allowed or forbidden by it.
"""

from typing import Final, NamedTuple


class KnownApp(NamedTuple):
    """How an app is shown in the list of sessions."""

    name: str
    platform: str


ANDROID: Final = KnownApp("Telegram Android", "Android")
DESKTOP: Final = KnownApp("Telegram Desktop", "Desktop")
IOS: Final = KnownApp("Telegram iOS", "iOS")
MACOS: Final = KnownApp("Telegram macOS", "macOS")
WEB: Final = KnownApp("Telegram Web", "Web")

# 1 was an app's once, and is what programs say here that need none: it stays unnamed
KNOWN: Final[dict[int, KnownApp]] = {
    **dict.fromkeys((7, 8, 10840, 16352), IOS),
    **dict.fromkeys((4, 5, 6, 24, 1026, 1083, 2458, 2521), ANDROID),
    # its own, its developers', the Snap's and most distributions', and Debian's and Gentoo's
    **dict.fromkeys((2040, 17349, 611335, 50322), DESKTOP),
    2496: WEB,
    2834: MACOS,
    21724: KnownApp("Telegram X", "Android"),
    94575: KnownApp("TDLib example", ""),
    739222: WEB,
    1025907: KnownApp("Telegram Web K", "Web"),
}


def title_of(api_id: int, version: str) -> str:
    """Return the name of a known app with its version; of another one, the version alone."""
    return f"{KNOWN[api_id].name} {version}" if api_id in KNOWN else version


def app_of(api_id: int, device_model: str) -> KnownApp:
    """Return what to call the app of a session; an unknown one by the device it runs on."""
    return KNOWN.get(api_id) or KnownApp(device_model or "Unknown app", "")
