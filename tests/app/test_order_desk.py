"""The desk of orders on a real server: its own log and folder, witnesses who are away, and a restart."""

from pathlib import Path

import pytest

from chappe import app
from chappe.core import Kind, Owner
from chappe.core.configuration import Configuration
from chappe.features import accounts
from tests.operating import operate
from tests.trust.public_log import WITNESSES

ADA = 4096
ORDER = {"channel": "EPOC", "country": "FR", "basis": "court-order"}


async def test_an_order_is_in_the_log_of_a_real_server_once(tmp_path: Path) -> None:
    """And goes no further while its witness is away; after a restart it is where it was."""
    key = WITNESSES[0][0].verifier.text
    (tmp_path / "witnesses").write_text(f"witness w {key} http://127.0.0.1:9/\nquorum w\n")
    config = Configuration(port=0, public_log="chat.example/log", log_witnesses="witnesses")
    for again in (False, True):
        server = await app.start(config, tmp_path, None)
        try:
            if not again:
                async with server.context.change(Owner(Kind.USER, ADA)) as change:
                    change.put(accounts.User(id=ADA, first_name="Ada", phone="33612345678"))
                made = await operate(
                    server, "order-receive", **ORDER, classes=["subscriber"], accounts=[str(ADA)]
                )
                assert made["log"].startswith("entry ")
            (found,) = await operate(server, "orders")
            assert (found["state"], found["log"]) == ("received", made["log"])
            log = server.public_log
            assert log is not None
            every = [log.entry(at) for at in range(log.size)]
            assert sum(b"authority.received" in one for one in every) == 1
            with pytest.raises(ValueError, match="not witnessed in the public log yet"):
                await operate(server, "order-seal", order=1, authority="AA==")
        finally:
            await server.stop()
    assert not (tmp_path / "vault").exists()
