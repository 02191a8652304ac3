"""Configuration: defaults, then `chappe.toml` in the data directory, then CHAPPE_… in the environment."""

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from .sign_in import SignIn, fault_of
from .web_links import PORT_MAX, clean_address

ENVIRONMENT: Final = "CHAPPE_"
SETTINGS: Final = "chappe.toml"  # the file of settings in the data directory
LISTS: Final = frozenset(
    {
        "also",
        "previews_also",
        "public_also",
        "relays",
        "mirrors",
        "push_also",
        "trusted_proxies",
        "proxy_protocol_from",
        "people_may",
    }
)  # settings with several values
CONTACT: Final = re.compile(r"mailto:[!-~]+@[!-~]+|https://[!-~]+")  # as RFC 8292 has it
SEALED_WEEKLY_MAX: Final = 1_008  # commitments a week: one each ten minutes
STRANGERS_A_DAY: Final = 50  # on the first day of an account, where anybody may sign up
KEPT_DAYS_MAX: Final = 3_650  # days messages may be kept at most: ten years
ADDRESSES_MAX: Final = 16  # further addresses of a server, of each kind
NETWORKS_MAX: Final = 256  # networks of one setting: each address is held against all of them
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})  # hosts only this machine reaches
SSH: Final = re.compile(
    r"ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/.+"
)
USERNAME: Final = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
LOG_NAME: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/[a-z0-9-]+)*")
MAIL: Final = re.compile(r"mailto:[!-~]+@[!-~]+")
PUBLIC_NAME: Final = re.compile(
    r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*"
)  # neither an address nor one of here
SAMPLES: Final = frozenset({"…", "..."})  # what stands for a secret in the manual

Port = Annotated[int, msgspec.Meta(ge=0, le=PORT_MAX)]


class ConfigurationError(Exception):
    """A setting cannot be used; the text names it and says what it may be."""


class Smtp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server that brings login codes to people's addresses, and those of numbers to `recipient`."""

    host: str
    port: Port = 587
    user: str = ""
    password: str = ""
    sender: str = "chappe@localhost"
    recipient: str = ""  # where codes of numbers go, `{phone}` for the digits; empty: not by mail


class S3(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bucket that speaks S3."""

    bucket: str
    access_key: str
    secret_key: str
    endpoint: str = ""  # https://…; empty: Amazon's own
    region: str = "us-east-1"
    prefix: str = ""  # put before every name


class Backups(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where backups go, how often one is made, and how long each is kept."""

    to: str = ""  # a directory by its whole path, or ssh://user@host/path; empty: `s3`
    s3: S3 | None = None  # a bucket
    every_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 24
    # UTC; empty: every so many hours; set: once a day
    at: Annotated[str, msgspec.Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] = ""
    keep_daily: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 7  # days whose last backup is kept
    keep_weekly: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 4
    keep_monthly: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 6
    keys_to: str = ""  # where the keys go, as `to`; empty: to the same place
    keys_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 7  # days old copies of keys are kept
    trial_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 7  # between trial restores; 0: none
    ssh_key: str = ""  # a private key, in the data directory or by its whole path
    ssh_known_hosts: str = ""  # by what the other machine is known, likewise


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator may set."""

    host: str = "127.0.0.1"
    port: Port = 8443
    also: tuple[str, ...] = ()  # further addresses to listen on, as host:port
    public_host: str = "127.0.0.1"  # where clients reach this server
    public_port: Port = 0  # 0: the port it listens on
    public_also: tuple[str, ...] = ()  # where clients reach it too, as host:port, hosts in digits
    mirrors: tuple[str, ...] = ()  # where browsers reach it too, as https://name
    # where browsers reach this server, as https://name; empty: http://localhost and the port
    public_url: str = ""
    tls_port: Port = 0  # where every transport is spoken inside TLS as well; 0: nowhere
    certificate: Literal["files", "acme"] = "files"  # where that of TLS comes from
    acme_directory: str = "https://acme-v02.api.letsencrypt.org/directory"  # of who signs it
    acme_contact: str = (
        ""  # mailto:…, where who signs it finds who runs this server; empty: nowhere
    )
    acme_root: str = ""  # by what the directory's own is signed, PEM; empty: one of the usual
    tls_certificate: str = ""  # its chain, PEM; in the data directory or by its whole path
    tls_key: str = ""  # its private key, PEM; empty: in the same file
    # host:port of the one host that gets what begins TLS here and is not for us; where we speak none
    cover: str = ""
    links_only: bool = False  # who comes by no proxy link and speaks no TLS gets no answer
    # addresses or networks of HTTP proxies: what they say of whom a request is from is believed
    trusted_proxies: tuple[str, ...] = ()
    proxy_header: Literal["X-Forwarded-For", "Forwarded"] = "X-Forwarded-For"  # where they say it
    # … of proxies that begin each connection with a header of the PROXY protocol, and have to
    proxy_protocol_from: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()  # addresses of relays: many people come from each
    metrics_host: str = "127.0.0.1"
    metrics_port: Port = 0  # 0: no metrics page
    desk_host: str = "127.0.0.1"  # where the operator's page listens, once somebody is of the staff
    desk_port: Port = 8444  # 0: there is no such page
    # where browsers reach that page, as https://name; empty: http://localhost and the port
    desk_url: str = ""
    store: str = ""  # postgresql://… of the boxes; empty: SQLite in the data directory
    keys_store: str = ""  # postgresql://… of their keys, another database; empty: SQLite
    files_s3: S3 | None = None  # where the bytes of files lie; None: in the data directory
    backups: Backups | None = None  # made by the server itself; None: by `chappe backup FILE` only
    # MiB of files one person may keep; 0: no bound; None: a tenth of the disk
    media_quota_mib: Annotated[int, msgspec.Meta(ge=0)] | None = None
    # MiB of the disk that are left to messages; 0: none; None: 1024, on a small disk a tenth of it
    disk_reserve_mib: Annotated[int, msgspec.Meta(ge=0)] | None = None
    # days a message is kept at most; 0: for ever
    keep_messages_days: Annotated[int, msgspec.Meta(ge=0, le=KEPT_DAYS_MAX)] = 0
    films: bool = True  # look at films and sounds; needs the package `av`
    previews: bool = False  # fetch what people link to
    previews_also: tuple[str, ...] = ()  # places beyond the public internet, as host:port
    push: bool = True  # tell browsers that are not connected that something came
    push_also: tuple[str, ...] = ()  # push services beyond the public internet, as host:port
    # where who runs a push service finds who runs this server; empty: at its public address
    push_contact: str = ""
    moderation_mail: str = ""  # mailto:…, told of cases that cannot wait
    moderation_webhook: str = ""  # called by POST with JSON of what moderators are to look at now
    moderation_webhook_secret: str = ""
    contact: str = ""  # who runs the server: @username here, mailto:…, or https://…
    people_may: tuple[Literal["groups", "channels", "names", "strangers"], ...] = (
        "groups",
        "channels",
        "names",
        "strangers",
    )  # what everybody may do; whom beyond that is said by `chappe grant`
    # people who do not know them that somebody may address on their first day, and more later; 0: no bound;
    # None: 50 where anybody may sign up from elsewhere, else no bound
    strangers_a_day: Annotated[int, msgspec.Meta(ge=0)] | None = None
    # a file of hashes in the data directory, or by its whole path, against which what everybody sees is
    # held; empty: there is none
    hash_list: str = ""
    # a file of text or Markdown in the data directory, or by its whole path; empty: there are none
    terms: str = ""
    terms_popup: bool = False  # shown before somebody signs up, and not only behind a link
    # years somebody says to have who accepts them; 0: that is not asked
    terms_min_age: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    # the name of the public log, for ever: where it is served, without https://; empty: there is none
    public_log: str = ""
    # a file of witnesses and a quorum, in the data directory or by its whole path; empty: nobody cosigns
    log_witnesses: str = ""
    # days between the entry that proposes other custodians and their coming into force
    custody_delay_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = 7
    # commitments in the public log each week, real or not, behind which orders may be hidden; 0: none
    sealed_weekly: Annotated[int, msgspec.Meta(ge=0, le=SEALED_WEEKLY_MAX)] = 0
    statements: bool = (
        False  # each custodian states each week that they approved nothing outside the log
    )
    directory: bool = False  # everybody finds everybody by name
    sign_up: Literal["open", "invite", "closed"] = "open"
    # who makes bots: everybody, at @BotFather; the operator; or nobody, and none logs in
    bots: Literal["open", "operator", "closed"] = "open"
    join_by_name: bool = True  # who has a link of an invite needs no number
    # hours in which the devices of an account may refuse a link of the operator's into it
    reentry_wait_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 24
    # a right login code alone opens an account without a two-step password; never so at L2, whatever is set
    code_alone: bool = True
    # whoever is here may let others in, and not the operator alone; None: while this machine alone is served
    people_invite: bool | None = None
    # two letters, which apps choose before a number is typed; empty: as the device is set
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")] = ""
    codes_console: bool | None = None  # None: where standard output is a terminal
    codes_file: str = ""  # appended to as JSON lines, for tests
    codes_webhook: str = ""  # called by POST with JSON
    codes_webhook_secret: str = ""
    codes_smtp: Smtp | None = None
    sign_in: SignIn | None = None  # by an organisation's provider of identities; None: by none
    rate_scale: Annotated[float, msgspec.Meta(gt=0)] = 1.0  # multiplies every rate limit
    strict: bool = False  # undeclared refusals are bugs, for tests
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    @property
    def web_address(self) -> str:
        """How links to this server begin, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """The hosts and ports that clients are told, the first of them the usual one."""
        usual = (self.public_host, self.public_port)
        return (usual, *map(host_and_port, self.public_also))

    @property
    def desk_address(self) -> str:
        """How links to the operator's page begin, without a slash at the end."""
        return self.desk_url or f"http://localhost:{self.desk_port}"

    @property
    def here_only(self) -> bool:
        """Whether nobody reaches this server but from its own machine, as far as it can tell."""
        if self.public_url or self.trusted_proxies or self.proxy_protocol_from:
            return False
        if self.host not in LOOPBACK:  # asked for each message: most servers listen on one address
            return False
        return not self.also or all(host_and_port(also)[0] in LOOPBACK for also in self.also)

    @property
    def speaks_tls(self) -> bool:
        """Whether who begins TLS is answered by it: from here, or from the cover."""
        return bool(self.tls_port or self.cover)

    @property
    def tls_name(self) -> str:
        """The name that who is answered by TLS would have asked for; empty: it has none."""
        if not self.cover:
            return urlsplit(self.public_url).hostname or ""
        host = host_and_port(self.cover)[0]
        return host if PUBLIC_NAME.fullmatch(host) else ""

    @property
    def strangers_bound(self) -> int:
        """How many strangers somebody may address on their first day; 0: no bound."""
        if self.strangers_a_day is not None:
            return self.strangers_a_day
        return 0 if self.here_only or self.sign_up != "open" else STRANGERS_A_DAY

    @property
    def people_may_invite(self) -> bool:
        """Whether whoever is here may let others in."""
        if self.sign_up == "closed":
            return False
        return self.here_only if self.people_invite is None else self.people_invite


def load(data: Path, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Configuration:
    """Return the configuration; flags that are None are passed over.

    Raises:
        ConfigurationError: a file, variable or flag holds what it may not.
    """
    return load_text(read_settings(data / SETTINGS), environment, flags)


def read_settings(file: Path) -> str:
    """Return a file of settings, empty if it is not there.

    Raises:
        ConfigurationError: it is not TOML.
    """
    try:
        text = file.read_text("utf-8")
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not TOML: {error}.") from error
    return text


def load_text(text: str, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Configuration:
    """Return the configuration by settings that `read_settings` has read; see `load`.

    Raises:
        ConfigurationError: as `load`.
    """
    settings: dict[str, Any] = tomllib.loads(text)
    for field in msgspec.structs.fields(Configuration):
        value = environment.get(ENVIRONMENT + field.name.upper())
        if value is not None:
            settings[field.name] = value.split(",") if field.name in LISTS else value
    settings.update({name: value for name, value in flags.items() if value is not None})
    try:
        config = msgspec.convert(settings, Configuration, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"A setting cannot be used: {error}. See `chappe manual operating`."
        ) from error
    _check(config)
    for setting in ("public_url", "desk_url"):
        if url := getattr(config, setting):
            config = msgspec.structs.replace(config, **{setting: clean_address(url)})
    return msgspec.structs.replace(config, mirrors=tuple(map(clean_address, config.mirrors)))


def host_and_port(address: str) -> tuple[str, int]:
    """Return the host and the port of `host:port`; an IPv6 address stands in brackets.

    Raises:
        ConfigurationError: it is none.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > PORT_MAX:
        raise ConfigurationError(f"`{address}` is no address: write host:port.")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _check_networks(setting: str, named: tuple[str, ...]) -> None:
    """Refuse what is neither an address nor a network, and too many of them.

    Raises:
        ConfigurationError: something is.
    """
    for one in named:
        try:
            ip_network(one)
        except ValueError:
            raise ConfigurationError(
                f"`{setting}` has {one}: write an address as 192.0.2.7, or a network as 192.0.2.0/24."
            ) from None
    if len(named) > NETWORKS_MAX:
        raise ConfigurationError(
            f"`{setting}` has too many: name networks, {NETWORKS_MAX} at most."
        )


def _check_addresses(config: Configuration) -> None:
    """Refuse further addresses that no client could come by, and too many of them.

    Raises:
        ConfigurationError: one is so.
    """
    if max(map(len, (config.public_also, config.mirrors, config.relays))) > ADDRESSES_MAX:
        raise ConfigurationError(
            f"`public_also`, `mirrors` or `relays` has too many: name {ADDRESSES_MAX} at most."
        )
    for relay in config.relays:
        try:
            ip_address(relay)
        except ValueError:
            raise ConfigurationError(
                f"`relays` has {relay}: write the address of each in digits."
            ) from None
    for address in config.public_also:
        try:
            ip_address(host_and_port(address)[0])
        except ValueError:
            raise ConfigurationError(
                f"`public_also` has {address}: write its host in digits, apps look up no name."
            ) from None
    for mirror in config.mirrors:
        try:
            clean = clean_address(mirror)
        except ValueError:
            clean = ""
        if not clean.startswith("https://"):
            raise ConfigurationError(
                f"`mirrors` has {mirror}: write https://chat.example.net, without a path."
            )


def _check_certificate(config: Configuration) -> None:
    """Refuse TLS without a certificate, and a certificate that nobody would sign.

    Raises:
        ConfigurationError: it is so.
    """
    if config.certificate == "files":
        if config.tls_port and not config.tls_certificate:
            raise ConfigurationError(
                "`tls_port` needs `tls_certificate`: name the file of its chain."
            )
        return
    if not config.tls_port or config.tls_certificate:
        raise ConfigurationError(
            '`certificate = "acme"` needs `tls_port`, and no `tls_certificate`.'
        )
    url = urlsplit(config.public_url)
    if url.scheme != "https" or not PUBLIC_NAME.fullmatch(url.hostname or ""):
        raise ConfigurationError(
            '`certificate = "acme"` needs a name: set `public_url` to https://chat.example.org or the like.'
        )
    if config.acme_contact and not MAIL.fullmatch(config.acme_contact):
        raise ConfigurationError(
            f"`acme_contact` is {config.acme_contact}: write mailto:you@example.org."
        )
    if not config.acme_directory.startswith("https://"):
        raise ConfigurationError(
            f"`acme_directory` is {config.acme_directory}: write an https:// address."
        )


def _check_backups(backups: Backups) -> None:
    """Refuse backups that go nowhere, or to two places.

    Raises:
        ConfigurationError: it is so.
    """
    if bool(backups.to) == (backups.s3 is not None):
        raise ConfigurationError("`backups` needs one place: either `to`, or `s3`.")
    for name, to in (("to", backups.to), ("keys_to", backups.keys_to)):
        if to and not SSH.fullmatch(to) and not to.startswith("/"):
            raise ConfigurationError(
                f"`backups.{name}` is {to}: write a directory by its whole path, or ssh://user@host/path."
            )


def _check_log(config: Configuration) -> None:
    """Check what is said of the public log."""
    if config.public_log and not LOG_NAME.fullmatch(config.public_log):
        raise ConfigurationError(
            f"`public_log` is {config.public_log}: write it as chat.example.org/log."
        )
    if config.log_witnesses and not config.public_log:
        raise ConfigurationError("`log_witnesses` needs a log: name it in `public_log`.")
    if (config.sealed_weekly or config.statements) and not config.public_log:
        raise ConfigurationError(
            "`sealed_weekly` and `statements` need a log: name it in `public_log`."
        )


def _check_moderation(config: Configuration) -> None:
    """Refuse alarms that reach nobody, or that anybody could raise.

    Raises:
        ConfigurationError: it is so.
    """
    if config.moderation_mail and not MAIL.fullmatch(config.moderation_mail):
        raise ConfigurationError(
            f"`moderation_mail` is {config.moderation_mail}: write mailto:you@example.org."
        )
    if config.moderation_webhook and not (
        config.moderation_webhook.startswith(("https://", "http://"))
        and config.moderation_webhook_secret
    ):
        raise ConfigurationError(
            "`moderation_webhook` is an address that begins with https://, and needs"
            " `moderation_webhook_secret`: without it anybody could raise alarms there."
        )


def _check_desk(config: Configuration) -> None:
    """Refuse an operator's page that browsers could reach and not log in to: passkeys want a name and TLS.

    Raises:
        ConfigurationError: it is so.
    """
    if not config.desk_url:
        if config.desk_host not in LOOPBACK:
            raise ConfigurationError(
                f"`desk_host` is {config.desk_host}: set `desk_url` to https:// and its name there."
            )
        return
    try:
        url = urlsplit(clean_address(config.desk_url))
    except ValueError:
        url = urlsplit("")
    host = url.hostname or ""
    if host != "localhost" and (url.scheme != "https" or not PUBLIC_NAME.fullmatch(host)):
        raise ConfigurationError(
            f"`desk_url` is {config.desk_url}: write it as https://desk.example.org, without a path."
        )


def _check(config: Configuration) -> None:
    """Refuse what no type says: no address, a secret that is none.

    Raises:
        ConfigurationError: a setting holds what it may not.
    """
    for address in (*config.also, *config.previews_also, *config.push_also):
        host_and_port(address)
    _check_networks("trusted_proxies", config.trusted_proxies)
    _check_networks("proxy_protocol_from", config.proxy_protocol_from)
    try:
        ip_address(config.public_host)
    except ValueError:
        raise ConfigurationError(
            f"`public_host` is {config.public_host}: write it in digits, apps look up no name."
        ) from None
    if config.push_contact and not CONTACT.fullmatch(config.push_contact):
        raise ConfigurationError(
            f"`push_contact` is {config.push_contact}: write mailto:you@example.org, or an https:// address."
        )
    _check_moderation(config)
    if config.contact and not (
        CONTACT.fullmatch(config.contact) or USERNAME.fullmatch(config.contact)
    ):
        raise ConfigurationError(
            f"`contact` is {config.contact}: write @username, mailto:you@example.org, or an https:// address."
        )
    if config.public_url:
        try:
            clean_address(config.public_url)
        except ValueError:
            raise ConfigurationError(
                f"`public_url` is {config.public_url}: write it as https://chat.example.org, without a path."
            ) from None
    _check_addresses(config)
    _check_certificate(config)
    if config.cover:
        host_and_port(config.cover)
        if config.tls_port:
            raise ConfigurationError(
                "`cover` is for a server that speaks no TLS: leave it out, or `tls_port`."
            )
    _check_log(config)
    _check_desk(config)
    if config.codes_webhook and not config.codes_webhook_secret:
        raise ConfigurationError(
            "`codes_webhook` needs `codes_webhook_secret`: without it anybody could send codes there."
        )
    fault = fault_of(config.sign_in, config.web_address) if config.sign_in else ""
    if fault:
        raise ConfigurationError(fault)
    if config.backups is not None:
        _check_backups(config.backups)
    smtp, s3 = config.codes_smtp, config.files_s3
    far = config.backups.s3 if config.backups is not None else None
    secrets = {
        "codes_webhook_secret": config.codes_webhook_secret,
        "moderation_webhook_secret": config.moderation_webhook_secret,
        "codes_smtp.password": smtp.password if smtp else "",
        "files_s3.secret_key": s3.secret_key if s3 else "",
        "sign_in.client_secret": config.sign_in.client_secret if config.sign_in else "",
        "backups.s3.secret_key": far.secret_key if far else "",
    }
    for name, secret in secrets.items():
        if secret in SAMPLES:
            raise ConfigurationError(f"`{name}` is the sample of the manual: write your own.")
