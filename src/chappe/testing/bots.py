"""Bots of a test world: what a program is given to be one."""

from collections.abc import Mapping, Sequence
from typing import Final

from .world import World

SETTINGS_OF_BOTS: Final = (
    "BOT_TOKEN",
    "TELEGRAM_TOKEN",
    "TELEGRAM_BOT_TOKEN",
)  # as programs name it


class Bot:
    """The account of a program: its token, and where the program finds the server."""

    is_somebody = True

    def __init__(self, world: World, name: str, username: str, bot: int, token: str) -> None:
        self.world = world
        self.name = name
        self.username = username
        self.id = bot
        self.token = token

    def __repr__(self) -> str:
        return f"<@{self.username}>"

    @property
    def api_url(self) -> str:
        """The address of the HTTP Bot API, where frameworks have https://api.telegram.org."""
        host, port = self.world.do(self.world.listen())
        return f"http://{host}:{port}"

    @property
    def base_url(self) -> str:
        """What stands before the token in addresses of methods."""
        return f"{self.api_url}/bot"

    @property
    def base_file_url(self) -> str:
        """What stands before the token in addresses of files."""
        return f"{self.api_url}/file/bot"

    @property
    def env(self) -> Mapping[str, str]:
        """Settings of a program of any language, as most of them are named."""
        return {
            **dict.fromkeys(SETTINGS_OF_BOTS, self.token),
            "TELEGRAM_API_URL": self.api_url,
            "BOT_USERNAME": self.username,
        }


Commands = Sequence[str] | Mapping[str, str]  # names, or names with what they do
