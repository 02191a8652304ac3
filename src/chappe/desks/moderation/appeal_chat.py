"""Appeals in the service's chat: `/appeal` and the reasons, best in answer to the letter of the decision."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import auth, receipts
from chappe.features.receipts import Letter, LetterBrought
from chappe.updates import Change, Context, Job

from .appeal_records import LetterTo
from .appeals import LOOKED_AT_MAX, AppealRefusedError, file_appeal, newest_decision
from .letters import letter_number
from .records import MODERATION_BOX
from .wording import wording_of

COMMAND: Final = "/appeal"


def is_appeal(text: str) -> bool:
    """Whether a text is for this desk: it begins with the command."""
    return text.split(maxsplit=1)[:1] == [COMMAND]


class HearAppeal(Job, frozen=True):
    """Somebody wrote to the service what is for this desk: it is taken, and answered there."""

    name = "moderation.hear_appeal"

    user: int
    message: int
    text: str
    answered: int

    async def run(self, context: Context) -> None:
        """See `Job`. One message is taken once, and answered once."""
        number = await _decision_meant(context, self.user, self.answered)
        words = wording_of(await auth.language_of(context, self.user))
        text = self.text.strip().removeprefix(COMMAND)
        try:
            if await file_appeal(context, number, "app", text, self.message):
                return  # that it arrived is told by a job of its own
            said = words.say("appeal", "added")
        except AppealRefusedError as refused:
            said = words.say("appeal", refused.why)
        letter = context.keyed("moderation appeal heard", self.user, self.message)
        await receipts.bring_letter(context, self.user, Letter(letter, said))


def hear_appeal(change: Change, message: int, text: str, answered: int) -> None:
    """See `receipts.hooks.said_to_service`."""
    heard = HearAppeal(user=change.owner.id, message=message, text=text, answered=answered)
    change.schedule(change.now, heard)


async def _decision_meant(context: Context, user: int, answered: int) -> int:
    """Return the decision whose letter somebody answers, or the last they were told of; 0: none."""
    look = context.look(MODERATION_BOX)
    if answered:
        brought = await context.look(Owner(Kind.USER, user)).scan(LetterBrought)
        letters = {one.letter for one in brought if one.message == answered}
        for told in await look.scan(LetterTo, user, limit=LOOKED_AT_MAX):
            if letter_number(context, told.decision) in letters:
                return told.decision
    return await newest_decision(look, user)
