"""Records of logging in: sessions, passwords, tokens."""

from chappe.ports import Record


class AuthKey(Record, frozen=True):
    """An authorisation key, in the box of its id's shard."""

    table = "auth_key"
    key = ("key_id",)

    key_id: int
    key_bytes: bytes
    created: int
    expires: int = 0  # seconds since 1970; 0 for a permanent key
    perm_key_id: int = 0  # what a temporary key is bound to
    user: int = 0
    pending_user: int = (
        0  # whose right code it gave: `PendingLogin` says whether it still owes the password
    )
    layer: int = 0
    bound: tuple[int, ...] = ()  # the temporary keys bound to it, the newest last
    of: int = 0  # the key it was logged in from, by an exported authorisation
    left: int = 0  # when somebody was logged out of it


class TemporaryKey(AuthKey, frozen=True):
    """An authorisation key that expires; in a table of its own, since backups leave it out."""

    table = "temporary_key"


class Session(Record, frozen=True):
    """A device somebody is logged in on, in their own box."""

    table = "session"
    key = ("key_id",)

    key_id: int
    created: int
    active: int
    api_id: int = 0
    device_model: str = ""
    system_version: str = ""
    app_version: str = ""
    of: int = 0  # the key of the session this one was exported from; it is not listed by itself
    unconfirmed: bool = False  # nobody has said yet that it was them
    refuses_calls: bool = False
    refuses_secret_chats: bool = False
    language: str = ""  # what its app is set to, such as `fr`


class Ending(Record, frozen=True):
    """What is still to be given back of an account that is being deleted. It goes with the box."""

    table = "ending"
    key = ()

    phone: str = ""
    username: str = ""
    mail: str = ""


class Code(Record, frozen=True):
    """A login code on its way, by the blind index of the phone number or e-mail address."""

    table = "code"
    key = ("blind",)

    blind: str
    hash: str
    code: str
    expires: int
    tries: int = 0
    verified: bool = False  # not used any more
    sent: int = 0
    resent: int = 0  # times it was sent again
    verified_by: int = 0  # the key that gave it rightly: with that it may sign up
    invited: bool = False  # handed out with an invite
    unsent: bool = False  # nothing could have come of it: see `send_login_code`


class Guessed(Record, frozen=True):
    """How often a number's codes were guessed wrong lately, by its blind index; codes come and go."""

    table = "code_guessed"
    key = ("blind",)

    blind: str
    wrong: int
    until: int  # nobody may guess before
    expires: int


class Password(Record, frozen=True):
    """What two-step verification keeps instead of the password."""

    table = "password"
    key = ()

    verifier: bytes
    salt1: bytes
    salt2: bytes
    hint: str = ""
    email: str = ""  # confirmed, for recovery


class PendingPassword(Record, frozen=True):
    """A password that waits for its e-mail address to be proved."""

    table = "pending_password"
    key = ()

    password: Password
    code: str
    expires: int
    tries: int = 0


class PendingLogin(Record, frozen=True):
    """A key that gave its person's right code and owes their password, in that person's box."""

    table = "owing"
    key = ("key_id",)

    key_id: int
    since: int


class Recovery(Record, frozen=True):
    """A code sent to the confirmed address of somebody who forgot their password."""

    table = "challenge_recovery"
    key = ()

    code: str
    expires: int
    tries: int = 0
    wrong: int = 0  # guesses in all, also of the codes before it
    until: int = 0  # nobody may guess before


class Reset(Record, frozen=True):
    """The password's removal was asked for, by a session that is logged in."""

    table = "password_reset"
    key = ()

    until: int


class Deletion(Record, frozen=True):
    """Somebody who did not give the password asked for the account's end."""

    table = "deletion"
    key = ()

    asked: int
    hash: str = ""  # by which its owner, logged in, stops it


class Challenge(Record, frozen=True):
    """One question to somebody who claims to know the password, bound to the asking key."""

    table = "challenge"
    key = ("key_id",)

    key_id: int
    srp_id: int
    secret: bytes
    expires: int


class LoginMail(Record, frozen=True):
    """Where somebody wants their login codes sent."""

    table = "login_mail"
    key = ()

    address: str
    reset: int = 0  # from when on it is dropped at the wish of whoever knows the number; 0: never


class MailCode(Record, frozen=True):
    """A code on its way to an address that is to become somebody's `LoginMail`."""

    table = "code_mail"
    key = ()

    address: str
    code: str
    expires: int
    tries: int = 0


class OperatorEnd(Record, frozen=True):
    """That the operator ended sessions of somebody, in their box."""

    table = "operator_end"
    key = ()

    at: int


class SessionTtl(Record, frozen=True):
    """After how many unused days somebody's sessions end."""

    table = "session_ttl"
    key = ()

    days: int


class InactivityCheck(Record, frozen=True):
    """When it is next looked at whether somebody still uses what they have."""

    table = "looking"
    key = ()

    due: int


class LoginToken(Record, frozen=True):
    """What a QR code shows, by its hash."""

    table = "login_token"
    key = ("hash",)

    hash: str
    key_id: int
    expires: int
    user: int = 0
    by: int = 0  # the key of the session that exported it
