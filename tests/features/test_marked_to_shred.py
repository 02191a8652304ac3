"""What is edited, written on or sent marks its unit, in each box that has it: it is shredded later."""

from chappe.core import Kind, Owner
from chappe.tl import api
from chappe.updates.rows import Shredding

from .village import START, Person, village

MONTH, PASSING = 1, -1  # kinds of units: of messages, and of what passes


async def marked(person: Person, peer: int) -> set[int]:
    """Return of which kinds of units of a conversation something is noted in somebody's box."""
    noted = await person.village.context.look(Owner(Kind.USER, person.id)).get(Shredding)
    units = noted.units if noted is not None else ()
    return {MONTH if period > 0 else PASSING for place, period in units if place == peer}


async def test_an_edit_marks_its_month_in_both_boxes() -> None:
    """A first message marks nothing; nor does one that is read or pinned."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ada.say(claude, "helo")
        await claude(api.MessagesReadHistory(peer=claude.peer(ada), max_id=number))
        await v.settle()
        assert (await marked(ada, claude.id), await marked(claude, ada.id)) == (set(), set())
        await ada(api.MessagesEditMessage(peer=ada.peer(claude), id=number, message="hello"))
        await v.settle()
        assert (await marked(ada, claude.id), await marked(claude, ada.id)) == ({MONTH}, {MONTH})


async def test_a_draft_marks_what_passes_once_it_says_something_else() -> None:
    """Not as it is begun, and never the month of messages."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for text, expected in (("I was", set()), ("I was going", {PASSING})):
            await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message=text))
            assert await marked(ada, claude.id) == expected


async def test_a_scheduled_message_that_is_sent_marks_what_passes() -> None:
    """It lies in the conversation from then on, and not among what waits."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada(
            api.MessagesSendMessage(
                peer=ada.peer(claude), message="later", random_id=1, schedule_date=START + 3_600
            )
        )
        assert await marked(ada, claude.id) == set()
        await v.wait(3_600)
        assert await claude.texts(ada) == ["later"]
        assert await marked(ada, claude.id) == {PASSING}
