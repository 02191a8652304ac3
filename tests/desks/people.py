"""Staff in tests: enrolled by the link an operator is printed, with an authenticator in software."""

from collections.abc import Callable
from typing import Any

from chappe.desks import staff
from chappe.rpc import Giver
from tests.features.authenticator import Authenticator, b64
from tests.features.village import Village
from tests.operating import operate


def answer_of(credential: Any) -> dict[str, Any]:
    """Return an answer as a browser writes it (`PublicKeyCredential.toJSON`)."""
    response = credential.response
    said = {"clientDataJSON": b64(response.client_data.data.encode())}
    for ours, theirs in (
        ("attestation_data", "attestationObject"),
        ("authenticator_data", "authenticatorData"),
        ("signature", "signature"),
    ):
        if getattr(response, ours, None):
            said[theirs] = b64(getattr(response, ours))
    if getattr(response, "user_handle", ""):
        said["userHandle"] = b64(response.user_handle.encode())
    return {"id": credential.id, "rawId": credential.id, "type": "public-key", "response": said}


def token_in(made: dict[str, Any]) -> str:
    """Return the token of a link that was printed."""
    return str(made["link"]).partition("/enrol#")[2]


class Colleague:
    """Somebody of the staff, at a browser."""

    def __init__(self, v: Village, made: dict[str, Any]) -> None:
        self.village = v
        self.number = int(made["number"])
        self.name = str(made["name"])
        self.alias = str(made["alias"])
        self.token = token_in(made)
        self.origin = str(made["link"]).partition("/enrol#")[0]
        self.key = Authenticator(origin=self.origin)
        self.cookie = ""

    async def enrol(self, key: Authenticator | None = None) -> None:
        """Make a passkey by the link."""
        self.key = key or self.key
        began = await staff.begin_enrolment(self.village.context, self.token)
        answer = answer_of(self.key.make(began["options"]))
        await staff.finish_enrolment(self.village.context, self.token, answer)

    async def log_in(self) -> str:
        """Log in; return the cookie."""
        began = staff.begin_login(self.village.context)
        answer = answer_of(self.key.sign(began["options"]))
        self.cookie = await staff.finish_login(self.village.context, answer)
        return self.cookie

    async def visitor(self) -> Any:
        """Return them as the page knows them; None if it does not."""
        return await staff.visitor_of(self.village.context, self.cookie)

    async def give(self, name: str, /, **given: Any) -> Any:
        """Give a command with the roles they have now."""
        visitor = await self.visitor()
        assert visitor is not None
        return await self.village.server.command(name, given, visitor.giver)

    async def giving(self) -> Callable[..., Any]:
        """Return what gives commands as who they are at this moment, whatever becomes of them."""
        giver: Giver = (await self.visitor()).giver
        return lambda name, /, **given: self.village.server.command(name, given, giver)


async def colleague(v: Village, name: str, *roles: str) -> Colleague:
    """Have the operator add somebody, who enrols and logs in."""
    made = await operate(v.server, "staff-add", name=name, roles=",".join(roles))
    somebody = Colleague(v, made)
    await somebody.enrol()
    await somebody.log_in()
    return somebody
