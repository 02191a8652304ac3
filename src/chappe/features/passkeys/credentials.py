"""Credentials as requests name them, and whom they are made for."""

from typing import Final, NamedTuple

from chappe.core import Owner
from chappe.features import accounts
from chappe.ports import PasskeyOriginRefused, PasskeyRefused, RelyingParty
from chappe.tl import api, errors
from chappe.updates import Context

from .records import Passkey
from .rules import CREDENTIAL_ID_BYTES_MAX, bytes_of, relying_party, user_handle

DOMAIN: Final = "passkey"  # of blind indexes: never reused


class Credential(NamedTuple):
    """A credential: its id, and where whose it is can be looked up."""

    id: bytes
    blind: str

    @property
    def name(self) -> str:
        """What is claimed for its owner: as blind indexes take it, which do not tell capitals apart."""
        return self.id.hex()


def party_of(context: Context) -> RelyingParty:
    """Return whom passkeys are made for.

    Raises:
        errors.AccessDenied: browsers would make none for this server's address.
    """
    party = relying_party(context.config.web_address)
    if party is None:
        raise errors.AccessDenied
    return party


def handle_of(context: Context, user: int) -> str:
    """Return the name under which authenticators keep somebody's passkeys."""
    return user_handle(context.keyed("passkey_user", user))


def credential_of(context: Context, written: str) -> Credential:
    """Return the credential of an id in base64url.

    Raises:
        errors.CredentialInvalid: that is no id.
    """
    id_ = bytes_of(written[: 2 * CREDENTIAL_ID_BYTES_MAX])
    if not id_ or len(id_) > CREDENTIAL_ID_BYTES_MAX:
        raise errors.CredentialInvalid
    return Credential(id_, accounts.name_location(context, DOMAIN, id_.hex())[1])


def public_key_credential(
    given: api.TypeInputPasskeyCredential,
) -> api.InputPasskeyCredentialPublicKey:
    """Return what an authenticator answered.

    Raises:
        errors.CredentialInvalid: it is a phone maker's word instead, which nobody is asked for here.
    """
    if not isinstance(given, api.InputPasskeyCredentialPublicKey) or given.id != given.raw_id:
        raise errors.CredentialInvalid
    return given


async def holder_of(context: Context, credential: Credential) -> tuple[Owner, Passkey] | None:
    """Return whose a credential is; a claim its owner does not confirm counts for nothing."""
    owner = await accounts.find_owner(context, DOMAIN, credential.name)
    if owner is None:
        return None
    passkey = await context.look(owner).get(Passkey, credential.blind)
    return None if passkey is None else (owner, passkey)


def refusal_of_passkey(refused: PasskeyRefused) -> errors.RpcError:
    """Return how an answer is refused that does not prove what it should."""
    elsewhere = isinstance(refused, PasskeyOriginRefused)
    return errors.PasskeyOriginMismatch() if elsewhere else errors.CredentialInvalid()
