"""`chappe mail test`: whether mails go out, by sending one."""

from typing import Annotated, Any

from msgspec import Meta

from chappe.engines.mail import MailError
from chappe.features import auth
from chappe.rpc import operator_command

SUBJECT = "A test of mail"
TEXT = "The operator of this Chappe server tries whether its mail arrives. It does: there is nothing to do."


@operator_command("test_mail", "Send one mail, and say what the mail server made of it.")
async def test_mail(
    server: Any, *, to: Annotated[str, Meta(description="Whom it is sent to.")]
) -> dict[str, Any]:
    """Send one mail by the configured server; return what it said and by which way it went."""
    if server.mail is None:
        raise ValueError(
            "No mail server is configured: give `codes_smtp` and start the server again."
        )
    if not auth.is_address(to):
        raise ValueError("That is no e-mail address: give one that you read.")
    try:
        answer = await server.mail.send(to, SUBJECT, TEXT)
    except MailError as error:
        raise ValueError(str(error)) from None
    smtp = server.mail.smtp
    way = "inside TLS" if answer["encrypted"] else "in the open: the mail server offers no TLS"
    return {"sent": f"by {smtp.host}:{smtp.port}, {way}", "it said": answer["said"]}
