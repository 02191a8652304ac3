"""The provider of identities, asked over HTTP: what it is sent, what is believed of its answers."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chappe.engines.identity_provider import ANSWER_BYTES_MAX, DOWN_S, KEYS_AGAIN_S, KEYS_S
from chappe.ports import ProviderRefused, ProviderUnreachable, Question, TokenRefused, Vouched

from .id_server import NOW, IdServer, Time, asking, id_server
from .signing import OTHER_RSA_KEY, RSA_KEY, jwk, token

QUESTION = Question("st", "n", "ch")


async def redeem(provider: Any, issuer: str | None = None) -> Vouched:
    """Redeem a code."""
    granted: Vouched = await provider.redeem("c0de", "verifier", "n", issuer, now=NOW)
    return granted


async def test_a_browser_is_sent_with_everything_that_binds_its_answer() -> None:
    """State, nonce and challenge; the scope for asking later where the provider has it."""
    async with id_server() as server, asking(server, Time(), parameters={"prompt": "consent"}) as p:
        server.about = {"scopes_supported": ["openid", "offline_access"]}
        address = urlsplit(await p.address(QUESTION))
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{server.issuer}/auth"
        assert {name: one[0] for name, one in parse_qs(address.query).items()} == {
            "response_type": "code",
            "client_id": "chappe",
            "redirect_uri": "http://localhost:8443/sign-in/back",
            "scope": "openid profile email offline_access",
            "state": "st",
            "nonce": "n",
            "code_challenge": "ch",
            "code_challenge_method": "S256",
            "prompt": "consent",
        }


async def test_a_code_is_redeemed_for_somebody() -> None:
    """With the verifier, the same address, and the secret as the provider takes it."""
    async with id_server() as server, asking(server, Time()) as p:
        server.grant = {"id_token": server.id_token(sid="s1"), "refresh_token": "r1"}
        granted = await redeem(p)
        assert (granted.subject, granted.session, granted.refresh_token) == ("u1", "s1", "r1")
        assert granted.claims is not None
        assert granted.claims["given_name"] == "Ada"
        _, form = next(one for one in server.asked if one[0] == "/token")
        assert form == {
            "grant_type": "authorization_code",
            "code": "c0de",
            "redirect_uri": "http://localhost:8443/sign-in/back",
            "code_verifier": "verifier",
            "authorization": "Basic Y2hhcHBlOnMlMjZjcmV0",  # chappe:s%26cret
        }
    async with id_server() as server, asking(server, Time()) as p:
        server.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        server.grant = {"id_token": server.id_token()}
        assert (await redeem(p)).refresh_token == ""
        assert server.asked[-2][1]["client_secret"] == "s&cret"


async def test_who_sent_the_browser_back_must_be_the_provider() -> None:
    """Where it says who it is, it must say so always: else one provider's code goes to another."""
    async with id_server() as server, asking(server, Time()) as p:
        server.grant = {"id_token": server.id_token()}
        assert (await redeem(p, server.issuer)).subject == "u1"
        with pytest.raises(TokenRefused, match="issuer"):
            await redeem(p, "https://other.example")
    async with id_server() as server, asking(server, Time()) as p:
        server.about = {"authorization_response_iss_parameter_supported": True}
        server.grant = {"id_token": server.id_token()}
        with pytest.raises(TokenRefused, match="issuer"):
            await redeem(p)
        assert server.count("/token") == 0


async def test_new_keys_are_looked_for_and_not_all_the_time() -> None:
    """A key that is withdrawn is believed for some minutes; a token by one nobody knows costs little."""
    async with id_server() as server:
        time = Time()
        async with asking(server, time) as p:
            server.grant = {"id_token": server.id_token()}
            await redeem(p)
            await redeem(p)
            assert server.count("/keys") == 1
            claims = {"iss": server.issuer, "aud": "chappe", "sub": "u1", "nonce": "n"}
            claims |= {"exp": NOW + 300, "iat": NOW, "name": "Ada"}  # type: ignore[dict-item]
            server.grant = {"id_token": token(claims, OTHER_RSA_KEY, kid="two")}
            for _ in range(3):
                with pytest.raises(TokenRefused):
                    await redeem(p)
            assert server.count("/keys") == 1
            time.at += KEYS_AGAIN_S
            server.keys = [jwk(OTHER_RSA_KEY, kid="two")]
            assert (await redeem(p)).subject == "u1"
            assert server.count("/keys") == 2
            server.keys = [jwk(RSA_KEY, kid="one")]
            time.at += KEYS_S
            with pytest.raises(TokenRefused):
                await redeem(p)


async def test_somebody_is_asked_for_again() -> None:
    """A no is told from silence, and a yes that comes with nonsense is still a yes."""
    async with id_server() as server, asking(server, Time(), allowed_groups=("staff",)) as p:
        server.grant = {"refresh_token": "r2", "access_token": "a"}
        server.user = {"sub": "u1", "groups": ["staff"]}
        granted = await p.renew("u1", "r1", now=NOW)
        assert granted == Vouched("u1", server.user, "", "r2")
        assert server.asked[-2][1]["refresh_token"] == "r1"
        server.grant = {"refresh_token": "r3", "id_token": server.id_token(sub="u2")}
        assert await p.renew("u1", "r2", now=NOW) == Vouched("u1", None, "", "r3")
        server.grant, server.user = {"refresh_token": "r4", "access_token": "a"}, {"sub": "u2"}
        assert await p.renew("u1", "r3", now=NOW) == Vouched("u1", None, "", "r4")
        server.grant = {"refresh_token": "r5"}  # of groups nobody says anything: it is no no
        assert await p.renew("u1", "r4", now=NOW) == Vouched("u1", None, "", "r5")
        server.status, server.grant = 400, {"error": "invalid_grant"}
        with pytest.raises(ProviderRefused):
            await p.renew("u1", "r4", now=NOW)
        for status, said in (
            (400, {"error": "invalid_client"}),
            (401, {"error": "invalid_grant"}),
            (500, {"error": "invalid_grant"}),
            (400, {}),
            (302, {"error": "invalid_grant"}),
        ):
            server.status, server.grant = status, said
            server.headers = {"Location": f"{server.issuer}/me"}
            with pytest.raises(ProviderUnreachable):
                await p.renew("u1", "r4", now=NOW)


async def test_a_provider_that_cannot_be_believed_is_as_good_as_none() -> None:
    """It is another, sends elsewhere in the open, says too much, or nothing."""
    for about in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://id.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"padding": "x" * ANSWER_BYTES_MAX},
    ):
        async with id_server() as server, asking(server, Time()) as p:
            server.about = about
            with pytest.raises(ProviderUnreachable):
                await p.address(QUESTION)


async def test_who_waits_for_a_provider_that_is_down_is_told_at_once() -> None:
    """It is asked again a little later."""
    async with id_server() as server:
        time = Time()
        async with asking(server, time) as p:
            server.down = True
            for _ in range(3):
                with pytest.raises(ProviderUnreachable):
                    await p.address(QUESTION)
            assert len(server.asked) == 1
            time.at += DOWN_S
            server.down = False
            assert await p.address(QUESTION)
    async with asking(server, Time()) as p:  # it is gone for good
        with pytest.raises(ProviderUnreachable, match="connection"):
            await p.address(QUESTION)


async def found(server: IdServer, **settings: Any) -> list[str]:
    """Return what is wrong with a provider."""
    async with asking(server, Time(), **settings) as p:
        return await p.look()


async def test_the_operator_is_told_what_is_wrong() -> None:
    """In a sentence each; nothing is wrong with a usual one."""
    async with id_server() as server:
        server.about = {"scopes_supported": ["openid", "offline_access"]}
        assert await found(server) == []
        server.about = {"scopes_supported": ["openid"], "id_token_signing_alg_values_supported": []}
        (only,) = await found(server)
        assert "offline_access" in only
        assert await found(server, offline=False) == []
        (only,) = await found(server, watch="logout")
        assert "tells of no logout" in only
        server.about["id_token_signing_alg_values_supported"] = ["HS256"]
        server.about["code_challenge_methods_supported"] = ["plain"]
        server.keys = []
        assert len(await found(server, offline=False)) == 3
        server.about = {"issuer": f"{server.issuer}/"}
        (only,) = await found(server)
        assert "another name" in only
        server.down = True
        with pytest.raises(ProviderUnreachable):
            await found(server)
