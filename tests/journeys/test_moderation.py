"""A decision about somebody: the letter comes to real libraries, is answered there, and is taken back."""

import asyncio
from typing import Any

import pytest

from chappe.desks.moderation.deciding import rule_of

from .company import gathered
from .conftest import Town
from .people import Device
from .test_acts import act

pytestmark = pytest.mark.journey

LIBRARIES = (
    "telethon",
    pytest.param("tdlib", marks=pytest.mark.long),
    pytest.param("mtcute", marks=pytest.mark.long),
)
SERVICE = 777000
WHY = ("--ground", "INCOMPATIBLE", "--category", "SCAMS_AND_FRAUD", "--facts", "account-reviewed")


async def told(person: Device, words: str) -> Any:
    """Wait for a message of the service that has these words."""
    return await person.hear("message", lambda one: one["peer"] == SERVICE and words in one["text"])


@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_letter_is_answered_in_the_chat_it_came_in_and_the_decision_taken_back(
    acting: Town, library: str
) -> None:
    """By libraries that know nothing of it: to them it is a chat."""
    town = acting
    _, person = await gathered(town, "telethon", [library])
    await act(town, "use-rule", 0, 1, value=rule_of("INCOMPATIBLE", "SCAMS_AND_FRAUD"))

    async def ask(*command: str) -> None:
        await asyncio.to_thread(town.server.ask, *command)

    await ask("cases", "open", "--user", str(person.user))
    await ask("cases", "decide", "--case", "1", "--acts", "mark-scam", *WHY)
    await told(person, "A decision about your account")
    await person.do("send", to=SERVICE, text="/appeal It was not me.")
    await told(person, "Your appeal has arrived.")
    await ask("appeals", "decide", "--decision", "1", "--outcome", "reversed")
    await told(person, "the decision was wrong")
