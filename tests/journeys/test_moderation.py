"""A decision about somebody: the letter comes to real libraries, is answered there, and is taken back."""

import asyncio
from typing import Any

import pytest

from chappe.desks.moderation.deciding import rule_of

from .company import gathered, supergroup
from .conftest import Town
from .people import Device
from .test_acts import act
from .together import eventually

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


@pytest.mark.parametrize(
    ("reads", "writes"),
    [
        ("telethon", "tdlib"),
        pytest.param("tdlib", "telethon", marks=pytest.mark.long),
    ],
)
async def test_from_a_report_to_what_was_removed_being_back(
    acting: Town, reads: str, writes: str
) -> None:
    """A message is reported, goes for everybody, is appealed for, and is back; everybody is told."""
    town = acting
    reader, writer = await gathered(town, reads, [writes])
    await act(town, "use-rule", 0, 1, value=rule_of("INCOMPATIBLE", "SCAMS_AND_FRAUD"))
    hall = await supergroup(
        [writer, reader], "Hall"
    )  # TDLib offers no report of what people write in private
    await writer.do("send", to=hall, text="buy gold")
    heard = await reader.hear_text("buy gold")

    async def ask(*command: str) -> None:
        await asyncio.to_thread(town.server.ask, *command)

    def offers(person: Device) -> Any:
        async def read() -> int:
            page = await person.do("history", to=hall, limit=20)
            return sum(m["text"] == "buy gold" for m in page)

        return read

    answer = await reader.do("report", to=hall, id=heard["id"], option="scam/spam")
    assert answer in ("ReportResultReported", "reportChatResultOk")
    why = (*WHY[:-1], "content-reviewed")
    await ask("cases", "decide", "--case", "1", "--acts", "remove", *why)
    await eventually(offers(reader), 0, reads)
    await eventually(offers(writer), 0, writes)
    await told(writer, "The messages that were reported are removed.")
    await told(reader, "reported")
    await writer.do("send", to=SERVICE, text="/appeal It was a joke.")
    await told(writer, "Your appeal has arrived.")
    await ask("appeals", "decide", "--decision", "1", "--outcome", "reversed")
    await told(writer, "the decision was wrong")
    await told(reader, "was undone after an appeal")
    for person in (reader, writer):
        if (
            person.library.name != "tdlib"
        ):  # which shows nothing again that it saw go, as long as it runs
            await eventually(offers(person), 1, person.library.name)
    number = int(heard["id"]) >> reader.library.id_shift
    await act(
        town, "take-down", hall, 5, message=number
    )  # so that everybody has the same at the end
    for person in (reader, writer):
        await eventually(offers(person), 0, person.library.name)
