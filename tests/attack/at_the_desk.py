"""Somebody of the staff: a moderator and a clerk, who give every command they may for what is not theirs."""

import json
from typing import Any, Final

from telethon.tl import functions, types

from chappe.app import Server
from chappe.desks.staff.rights import RIGHTS
from chappe.rpc import MACHINE, Giver, Role
from tests.features.test_operator_sees_no_content import GIVEN

from .curious import ACCOUNT
from .expected import Attack
from .findings import Finding, caught, got
from .markers import Place
from .planting import World
from .search import Hit, find

CASES: Final = 4  # cases each of which is looked into: more than there are
REPORTED: Final = frozenset({Place.TEXT, Place.REPORT, Place.USERNAME})  # what Claude hands over


async def report_a_message(world: World) -> None:
    """Let Claude report one message of Ada's, as an app does: through the menu, to its end."""
    (message,) = [
        m
        async for m in world.claude.client.iter_messages(world.claude_to_ada)
        if m.message == world.words[Place.TEXT]
    ]
    option, answer = b"", None
    while not isinstance(answer, types.ReportResultReported):
        answer = await world.claude.ask(
            functions.messages.ReportRequest(
                world.claude_to_ada, [message.id], option, world.words[Place.REPORT]
            )
        )
        if isinstance(answer, types.ReportResultChooseOption):
            option = answer.options[0].option
        elif isinstance(answer, types.ReportResultAddComment):
            option = answer.option


async def _looked(server: Server, name: str, role: Role) -> dict[str, bytes]:
    """Return what every command of a role answers to somebody of the staff, asked about each case."""
    made: Any = await server.command("staff-add", {"name": name, "roles": role.value}, MACHINE)
    giver = Giver(frozenset({role}), int(made["number"]))
    answers: dict[str, bytes] = {}
    for command in sorted(name for name, roles in RIGHTS.items() if role in roles):
        for case in range(1, CASES):
            given = dict(GIVEN[command])
            given |= {key: case for key in ("case", "decision", "order", "notice") if key in given}
            if "cases" in given:
                given["cases"] = [case]
            try:
                answer = await server.command(command, given, giver)
            except Exception as refusal:  # noqa: BLE001  what it says is looked at
                answer = str(refusal)
            answers[f"{command} {case}"] = json.dumps(answer, default=str).encode()
    return answers


async def play_staff(server: Server, world: World) -> dict[Attack, Finding]:
    """Look for what people wrote, at the desk: a moderator sees what was reported, a clerk nothing."""
    seen = find(world.markers, await _looked(server, "Mary", Role.MODERATOR))
    shown = [hit for hit in seen if hit.place in REPORTED - ACCOUNT]
    beyond = [hit for hit in seen if hit.place not in REPORTED | ACCOUNT]
    clerks = find(world.markers, await _looked(server, "Emil", Role.ORDER_CLERK))
    return {
        Attack.REPORTED: got(_named(shown)) if shown else caught("no case shows what was reported"),
        Attack.MODERATOR: got(_named(beyond))
        if beyond
        else caught(
            "each case shows the reported message and the words of the report, nothing beside"
        ),
        Attack.CLERK: got(_named(clerks))
        if clerks
        else caught("no answer has what people wrote, nor who they are"),
    }


def _named(hits: list[Hit]) -> str:
    return ", ".join(sorted({f"the {hit.place.value} by `{hit.where}`" for hit in hits}))
