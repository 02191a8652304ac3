"""What a decision does is done once, and can be put back as it was."""

from chappe.updates import Context

from .records import MODERATION_BOX, Decision, DecisionState


async def apply(context: Context, number: int) -> None:
    """Do what a decision that is in force says; what was done of it is not done again.

    Raises:
        ValueError: there is no such decision, or it is not in force.
    """
    decision = await known_decision(context, number)
    if decision.state != DecisionState.IN_FORCE.value:
        raise ValueError(f"Decision {number} is not in force: it is {decision.state}.")


async def reverse(context: Context, number: int) -> None:
    """Put back what a decision did, as it was, where nothing newer stands in its place.

    Raises:
        ValueError: there is no such decision, or it did nothing that stands.
    """
    decision = await known_decision(context, number)
    if decision.state != DecisionState.DONE.value:
        raise ValueError(f"Decision {number} is not in force any more: it is {decision.state}.")


async def known_decision(context: Context, number: int) -> Decision:
    """Return a decision.

    Raises:
        ValueError: there is none of this number.
    """
    found = await context.look(MODERATION_BOX).get(Decision, number)
    if found is None:
        raise ValueError(f"There is no decision {number}.")
    return found
