"""The test kit of bots' authors: people, groups and time, seen through the fixture that pytest finds."""

import pytest

from chappe.testing.speaking import NotSeen
from chappe.testing.telegram import Telegram
from chappe.tl import errors


async def test_people_talk(telegram: Telegram) -> None:
    """What one sends the other sees, and answers; whoever waits is woken by the answer."""
    ada, claude = telegram.persons("Ada", "Claude")
    sent = ada.chat(claude).send("Hello!")
    heard = await claude.chat(ada).until("Hello!")
    assert (heard.out, heard.sender_id) == (False, ada.id)
    await heard.reply("Good day.")
    assert (await sent.reply()).text == "Good day."
    assert ada.chat(claude).texts == ["Hello!", "Good day."]


def test_nothing_has_to_be_awaited(telegram: Telegram) -> None:
    """A test that is no coroutine waits by `now()`; what is not waited for happens all the same."""
    ada, claude = telegram.persons("Ada", "Claude")
    ada.chat(claude).send("one")
    message = ada.chat(claude).send("two").now()
    message.edit("three").now()
    assert claude.chat(ada).until("three").now().is_edited
    assert claude.chat(ada).texts == ["one", "three"]


async def test_a_server_is_one_tests_alone(telegram: Telegram) -> None:
    """A username is taken once, and a bot is started with what it is asked."""
    bot = telegram.bot("the_same_bot", commands=["start"])
    again = telegram.person()
    assert again.chat(bot).start().now().text == "/start"
    with pytest.raises(ValueError, match="taken"):
        telegram.bot("the_same_bot")


async def test_a_server_is_one_tests_alone_again(telegram: Telegram) -> None:
    """The same username is free in the next test."""
    assert telegram.bot("the_same_bot").token.partition(":")[2]


async def test_groups_are_joined_and_left(telegram: Telegram) -> None:
    """Somebody new comes by the link of a group, and goes."""
    group = telegram.group("Sailors", owner="Ada")
    eve = await group.join("Eve")
    assert eve in group
    await eve.chat(group).send("Ahoy")
    assert group.last.text == "Ahoy"
    await group.leave(eve)
    assert eve not in group


async def test_time_is_moved(telegram: Telegram) -> None:
    """What is sent later has a later date, without a wait."""
    ada, claude = telegram.persons("Ada", "Claude")
    before = (await ada.chat(claude).send("now")).raw.date
    await telegram.advance(days=2, minutes=1)
    after = (await ada.chat(claude).send("later")).raw.date
    assert 2 * 86_400 + 60 <= after - before < 2 * 86_400 + 120


async def test_what_does_not_come_fails_with_what_was_awaited(telegram: Telegram) -> None:
    """The failure says what was waited for."""
    ada, claude = telegram.persons("Ada", "Claude")
    with pytest.raises(NotSeen, match="Nobody answered 'Hello\\?'"):
        await ada.chat(claude).send("Hello?").reply(patience_s=0.05)


async def test_what_fails_unseen_fails_the_test(telegram: Telegram) -> None:
    """A refusal nobody waited for is found at the end."""
    ada, claude = telegram.persons("Ada", "Claude")
    await ada.chat(claude).send("mine")
    refused = (await claude.chat(ada).until("mine")).edit("yours")
    assert ada.chat(claude).texts == ["mine"]  # by then it was refused
    (failure,) = telegram.failures()
    assert isinstance(failure, errors.RpcError)
    with pytest.raises(errors.MessageAuthorRequired):
        await refused
    assert telegram.failures() == []


async def test_the_conversations_are_printed(telegram: Telegram) -> None:
    """As text for people, and as JSON for snapshots."""
    ada, claude = telegram.persons("Ada", "Claude")
    await ada.chat(claude).send("Hello!")
    said = telegram.transcript()
    assert "Ada ↔ Claude" in said
    assert "Ada: Hello!" in said
    assert telegram.snapshot()["people"][0]["name"] == "Ada"
