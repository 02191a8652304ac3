"""The ports behind logging in: codes on their way, passwords proved, keys bound, connections cut."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class CodeDelivery(Protocol):
    """Who brings a code to its person. May take long; a failure is logged there, not told here."""

    async def deliver(self, phone: str, code: str, user: int | None) -> None:
        """Deliver a code; `user` is whose number it is, if anybody's."""
        ...

    async def deliver_mail(self, address: str, code: str) -> None:
        """Deliver a code to an e-mail address its owner gave."""
        ...

    async def tell_mail(self, address: str, subject: str, text: str) -> None:
        """Write something that is no code to an address its owner gave, where this server sends mail."""
        ...


class PasswordProofs(Protocol):
    """The server's side of SRP, by which a password is proved and never sent, and its group."""

    @property
    def G(self) -> int:  # noqa: N802  as the documents call it
        """The generator."""
        ...

    @property
    def PRIME(self) -> int:  # noqa: N802  likewise
        """The modulus."""
        ...

    @property
    def SIZE(self) -> int:  # noqa: N802  likewise
        """Bytes of the modulus."""
        ...

    def challenge(self, kept: bytes, secret: bytes, /) -> bytes:
        """Return the server's public value, from a verifier and a secret of 256 bytes."""
        ...

    def is_valid(self, public: bytes, /) -> bool:
        """Whether a public value may be used at all."""
        ...

    def proof(
        self, kept: bytes, secret: bytes, a_public: bytes, salt1: bytes, salt2: bytes, /
    ) -> bytes | None:
        """Return what a client sends that knows the password; None if its public value is degenerate."""
        ...


class OpenBinding(Protocol):
    """Opens the proof by which a temporary key is bound to a permanent one."""

    def __call__(self, perm_key: bytes, message: bytes, /) -> tuple[int, bytes] | None:
        """Return (msg_id, the 40 bytes inside), or None if it was not sealed with this key."""
        ...


class LinkSecret(NamedTuple):
    """The secret of a proxy link, by which apps come through networks that block others."""

    link: int  # the link's number
    key: bytes  # 16 bytes
    inside_tls: bool  # whether it comes in what looks like TLS


class Connections(Protocol):
    """The connections that are open, by the authorisation keys they use, and the links they came by."""

    def admit_links(self, secrets: Iterable[LinkSecret]) -> None:
        """Let in who has one of these secrets, and nobody with another: their connections are cut."""
        ...

    def drop_key(self, key_id: int) -> None:
        """Forget a key and cut every connection that uses it."""
        ...

    def cut_key(self, key_id: int) -> None:
        """Cut every connection that uses a key; the key itself stays."""
        ...

    def forget_key(self, key_id: int) -> None:
        """Read a key anew when it is next used: it was bound."""
        ...
