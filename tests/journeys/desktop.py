"""Telegram Desktop as Debian has it, re-pointed, on a screen that nobody sees, with hands at its keyboard."""

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image, ImageGrab

from .screen import open_screen
from .server import RealServer
from .system import debian

SCREEN = (1000, 800)  # pixels
STEP_S_MAX = 40.0  # seconds until what a key did must have been seen
AGAIN_S = 5.0  # seconds until a key is pressed again
LOOK_S = 0.3  # seconds between two looks
STILL_LOOKS_MAX = 6  # looks until a picture is taken for still enough
# Where things are in the window, from its left upper corner, as Debian's 4.6.5 opens it at this screen
SIGN_UP = (429, 435)
FIRST = (159, 122)  # of the chats in the list
TITLE = (429, 58)  # of the chat that is open
MENU = (563, 88)  # of the card that shows what a channel is
MANAGE = (509, 206)  # in that menu
SAVE = (577, 626)  # in the box that edits a channel
CHATS = (9, 90, 309, 663)  # the list of chats: left, top, right, bottom
NOTIFICATION = (-330, -80, -10, -10)  # from the right lower corner of the screen
UNREAD = (0x40, 0xA7, 0xE3)  # the colour of the badge of a chat with something unread
MUTED = (0xBB, 0xBB, 0xBB)  # its colour where the chat is muted
BADGE_MIN = 100  # pixels of a badge with one digit in it
# what the app writes about itself and its system into its log with such a word in it
BENIGN = (
    r"Audio (?:Info|Error)|SystemMediaControlsManager|OpenGL",
    r"Socket connect error \d+, starting server and app",  # none of it runs yet
    r"USERNAME_NOT_OCCUPIED",  # it looks for a channel of its maker's, which is not here
)


class DesktopError(Exception):
    """The app did not do what a person expects."""


class Desktop:
    """A running app, of a person who is not signed in yet."""

    def __init__(self, server: RealServer, home: Path, inside: tuple[str, ...] = ()) -> None:
        self.server = server
        self.inside = inside  # runs the app, such as in another network
        self.home = home
        self.pictures: list[Path] = []

    def start(self) -> None:
        """Open a screen, and the app on it."""
        self.home.mkdir()
        copy = self.server.repoint(
            "desktop", Path(debian("telegram-desktop")), self.home / "telegram-desktop-here"
        )
        self._screen, self.display = open_screen(*SCREEN)
        kept = ("PATH", "LD_LIBRARY_PATH")
        self._environment = {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "DISPLAY": self.display,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.home}/no-bus",
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        self._app = subprocess.Popen(
            [*self.inside, str(copy), "-workdir", f"{copy}.d"],
            cwd=self.home,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._log = Path(f"{copy}.d") / "log.txt"

    def hands(self, *acts: str) -> str:
        """Do something with keyboard and mouse; return what xdotool says."""
        done = subprocess.run(
            [debian("xdotool"), *acts],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=STEP_S_MAX,
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys one after another."""
        self.hands("key", "--delay", "40", *names)

    def write(self, text: str) -> None:
        """Write a text."""
        self.hands("type", "--delay", "40", text)

    def click(self, place: tuple[int, int]) -> None:
        """Click somewhere in the window."""
        left, top = self.corner()
        self.hands("mousemove", str(left + place[0]), str(top + place[1]), "click", "1")

    def windows(self) -> list[str]:
        """Return the windows with a name that can be seen: the app's own."""
        done = subprocess.run(
            [debian("xdotool"), "search", "--onlyvisible", "--name", "."],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=STEP_S_MAX,
        )
        return done.stdout.split()

    def corner(self) -> tuple[int, int]:
        """Return where the app's window is."""
        place = self.hands("getwindowgeometry", "--shell", self.windows()[0])
        found = dict(line.split("=") for line in place.split())
        return int(found["X"]), int(found["Y"])

    def look(self, name: str) -> Image.Image:
        """Keep a picture of the screen, for whoever wants to know what there was to be seen."""
        picture = ImageGrab.grab(xdisplay=self.display)
        self.pictures.append(self.home / f"{len(self.pictures):02}-{name}.png")
        picture.save(self.pictures[-1])
        return picture

    def _pixels(self, area: tuple[int, int, int, int], colour: tuple[int, int, int]) -> int:
        """Return how many pixels of an area of the screen have a colour."""
        shown = ImageGrab.grab(xdisplay=self.display).convert("RGB").crop(area)
        return sum(
            n for n, seen in shown.getcolors(shown.width * shown.height) or () if seen == colour
        )

    def badge(self, colour: tuple[int, int, int]) -> bool:
        """Whether a chat in the list has a badge of a colour."""
        left, top = self.corner()
        area = (CHATS[0] + left, CHATS[1] + top, CHATS[2] + left, CHATS[3] + top)
        return self._pixels(area, colour) >= BADGE_MIN

    def is_told(self) -> bool:
        """Whether a notification is on the screen, in the corner where nothing is but the black ground."""
        (width, height), (left, top, right, bottom) = SCREEN, NOTIFICATION
        area = (width + left, height + top, width + right, height + bottom)
        return self._pixels(area, (0, 0, 0)) < (right - left) * (bottom - top) // 2

    async def until(
        self, act: Callable[[], None], seen: Callable[[], bool | Awaitable[bool]], wanted: str
    ) -> None:
        """Do something until it has been seen that it was done: a key may come before the app is ready.

        Raises:
            DesktopError: it was never seen.
        """
        clock = asyncio.get_running_loop().time
        end = clock() + STEP_S_MAX
        while clock() < end:
            await asyncio.to_thread(act)
            again = clock() + AGAIN_S
            while clock() < min(again, end):
                found = seen()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(LOOK_S)
        self.look("failed")
        raise DesktopError(f"never seen: {wanted}; see {self.pictures[-1]}\n{self.log()}")

    async def called(self, act: Callable[[], None], *methods: str) -> None:
        """Do something until the app has called methods because of it."""
        before = self.server.calls(*methods)

        def seen() -> bool:
            now = self.server.calls(*methods)
            return all(now[method] > before[method] for method in methods)

        await self.until(act, seen, ", ".join(methods))

    async def sign_up(self, phone: str, first: str, last: str) -> None:
        """Sign up as a new person does: past the welcome, by number, code and name."""
        await self.until(lambda: None, lambda: bool(self.windows()), "the app's window")
        await self.called(lambda: self.keys("Return"), "auth.exportLoginToken")
        self.look("welcome")

        def number() -> None:
            self.keys("Return", *["BackSpace"] * 16)
            self.write(phone.removeprefix("+"))
            self.look("number")
            self.keys("Return")

        await self.called(number, "auth.sendCode")

        def code() -> None:
            self.keys(*["BackSpace"] * 6)
            self.write(self.server.code(phone))

        await self.called(code, "auth.signIn")

        def names() -> None:
            self.keys(*["BackSpace"] * 10)
            self.write(first)
            self.keys("Tab", *["BackSpace"] * 10)
            self.write(last)
            self.look("names")
            self.click(SIGN_UP)

        await self.called(names, "auth.signUp", "messages.getDialogs")

    def settle(self) -> None:
        """Wait until the picture stands still, for a while at most: a cursor may blink."""
        before = None
        for _ in range(STILL_LOOKS_MAX):
            time.sleep(LOOK_S)
            now = ImageGrab.grab(xdisplay=self.display)
            if before is not None and now.tobytes() == before.tobytes():
                return
            before = now

    def open_first(self) -> None:
        """Open the chat at the top of the list."""
        self.keys("Escape", "Escape", "Escape")
        self.settle()
        self.click(FIRST)

    async def rename_first(self, title: str) -> None:
        """Edit the channel at the top of the list: another name for it, and Save."""

        def rename() -> None:
            self.open_first()
            for place in (TITLE, MENU, MANAGE):
                self.settle()
                self.click(place)
            self.settle()
            self.keys("ctrl+a")
            self.write(title)
            self.settle()
            self.look("edited")
            self.click(SAVE)

        await self.called(rename, "channels.editTitle")

    def log(self) -> str:
        """Return what the app wrote into its log."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    def complaints(self) -> list[str]:
        """Return the lines of the log in which the app complains of the server, or of itself."""
        lines = re.findall(r"^.*(?:rror|ailed|nexpected|arse|wrong).*$", self.log(), re.MULTILINE)
        return [line for line in lines if not any(re.search(x, line) for x in BENIGN)]

    def close(self) -> None:
        """End the app, and its screen."""
        for child in (self._app, self._screen):
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
