"""What apps wrap around a call."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import village


@pytest.mark.parametrize(
    "wrap",
    [
        lambda query: api.InvokeWithApnsSecret(nonce="n", secret="s", query=query),
        lambda query: api.InvokeWithReCaptcha(token="t", query=query),
        lambda query: api.InvokeWithGooglePlayIntegrity(nonce="n", token="t", query=query),
        lambda query: api.InvokeWithoutUpdates(query=query),
    ],
)
async def test_a_call_is_served_whatever_vouches_for_its_app(wrap: Any) -> None:
    """No proof is asked for, so one that is given anyway changes nothing."""
    async with village() as v:
        ada = await v.person("Ada")
        assert isinstance(await ada(wrap(api.UpdatesGetState())), api.UpdatesState)


async def test_nobody_acts_through_a_business_that_is_none() -> None:
    """There are no business accounts: such a call is refused, not served as one's own."""
    async with village() as v:
        ada = await v.person("Ada")
        with pytest.raises(errors.RpcError, match="CONNECTION_ID_INVALID"):
            await ada(
                api.InvokeWithBusinessConnection(connection_id="x", query=api.UpdatesGetState())
            )
