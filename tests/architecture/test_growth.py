"""What could grow while the server runs: of each container it is said what bounds it."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import PACKAGE, server_trees, text_of

MAKERS = {"dict", "set", "list", "deque", "OrderedDict", "Counter", "defaultdict"}
MAKERS |= {"WeakValueDictionary", "WeakKeyDictionary", "WeakSet"}

# Lives as long as a call, a commit, a look at a file, or a command, and holds what that one needs.
SHORT = {
    "engines/film_source.py FilmSource",
    "engines/places/ssh.py SshPlace",
    "engines/sqlite_cells.py Rows",
    "gateways/cli/repoint/program.py Program",
    "features/terms/rules.py _Written",
    "markup/parsing/html.py _Reader",
    "markup/parsing/markdown_v2.py _Reader",
    "mtproto/client.py ClientSession",
    "trust/freshness/cells.py _Touched",
    "trust/ledger/policies.py _Reading",
    "trust/ledger/report.py Year",
    "trust/ledger/verify.py Builds",
    "trust/ledger/verify.py ModerationClocks",
    "trust/ledger/verify.py Promises",
    "trust/ledger/verify.py Tally",
    "trust/ledger/verify.py Tree",
    "updates/boxes.py Change",
    "updates/viewer.py Viewer",
}
# As many as the source says: kinds, methods, names, shapes.
FIXED = {
    "app/custody/office.py Pending.by_kind",
    "app/installation/moving.py Mover._now",
    "app/installation/moving.py Mover._wanted",
    "features/media/kinds.py _heads",
    "features/media/medium.py Mediums._by_input",
    "features/media/medium.py Mediums._by_kind",
    "rpc/commands.py Commands._known",
    "telemetry/metrics.py Metrics.barred",
    "telemetry/metrics.py Metrics.bugs",
    "telemetry/metrics.py _Calls.counts",
    "telemetry/metrics.py Metrics.failures",
    "telemetry/metrics.py Metrics.mails",
    "telemetry/metrics.py Metrics.pushes",
    "tl/decoding.py _readers",
    "tl/encoding.py _compiled",
    "tl/encoding.py Encoder._results",
    "tl/encoding.py Repeated._encoded",
    "tl/encoding.py _encoders",
    "tl/model.py _classes",
    "tl/schema/__init__.py Schema._ids",
    "tl/schema/__init__.py Schema._lines",
    "tl/schema/__init__.py Schema._names",
    "tl/schema/__init__.py Schema._parsed",
    "tl/schema/__init__.py Schema._seen",
    "ports/records.py _hidden_parts",
    "trust/sealing/keys.py KeyStore._secrets",
    "updates/boxes.py _places",
    "trust/freshness/cells.py _tables",
    "updates/registry.py Registry._kinds",
    "gateways/botapi/acts/acting.py ACTS",
    "gateways/botapi/acts/acting.py NO_WORDS",
    "updates/store.py _decoders",
    "engines/sqlite.py SqliteEngine._apart",
    "engines/sqlite.py SqliteEngine._open",
    "engines/threads.py Threads._threads",
    "gateways/mtproto/server.py Gateway._servers",
    "gateways/relaying.py ByteRelay._servers",
    "gateways/web/lazy_listener.py LazyListener._servers",
    "gateways/web/lazy_listener.py LazyListener._sockets",
}
# The limit that is kept where it is filled.
BOUNDED = {
    "gateways/botapi/polls.py Polls._asked": "BOTS_REMEMBERED_MAX",
    "gateways/web/numbers.py NumbersPlace._years": "YEARS_MAX",
    "gateways/web/sealed_answers.py AnswerRate._counts": "NETWORKS_MAX",
    "app/installation/copying.py _Batch._writes": "CELLS_A_COMMIT",
    "app/installation/hiding.py _Moving._writes": "CELLS_AT_ONCE",
    "app/public_log.py PublicLogWriter._places": "PLACES_KEPT_MAX",
    "engines/journal.py Unsettled._fresh": "BYTES_FRESH_MAX",
    "engines/previews.py WorkerPreviews._known": "REMEMBERED_BYTES_MAX",
    "engines/push_connections.py PublicResolver._allowed": "ALLOWED_PLACES_MAX",
    "engines/push_encryption.py ServerIdentity._kept": "TOKENS_KEPT_MAX",
    "gateways/arriving/networks.py Networks._known": "KNOWN_MAX",
    "features/export/left_over.py LeftOver._made": "KEPT_MAX",
    "features/files/hashing.py Hashes._running": "FILES_HASHED_MAX",
    "features/matching/hash_list.py HashList.by_bytes": "LINES_MAX",
    "features/matching/hash_list.py HashList.pictures": "LINES_MAX",
    "features/notifications/notifier.py Notifier._channels": "CHANNELS_WAITING_MAX",
    "features/notifications/notifier.py Notifier._told": "TOLD_MAX",
    "features/notifications/push_queue.py PushQueue._browsers": "BROWSERS_MAX",
    "features/notifications/push_queue.py PushQueue._tasks": "AT_ONCE_MAX",
    "features/messages/view_counts.py RecentViewers._known": "SEEN_REMEMBERED_MAX",
    "features/passkeys/challenges.py PasskeyChallenges._given": "CHALLENGES_MAX",
    "features/single_sign_on/telling.py Heard._until": "HEARD_MAX",
    "features/single_sign_on/tickets.py Tickets._kept": "TICKETS_MAX",
    "gateways/relaying.py ByteRelay._of_address": "RELAYED_MAX",
    "gateways/relaying.py ByteRelay._opening": "RELAYED_MAX",
    "gateways/relaying.py ByteRelay._passed": "RELAYED_MAX",
    "gateways/mtproto/replay.py Floors._of": "FLOORS_MAX",
    "gateways/mtproto/keys.py KeyCache._cached": "KEYS_CACHED_MAX",
    "gateways/mtproto/admission.py Admission._of_address": "CONNECTIONS_PER_ADDRESS_MAX",
    "gateways/mtproto/sessions.py Sessions._sessions": "SESSIONS_MAX",
    "gateways/mtproto/handshakes.py Handshakes._of_nonce": "HANDSHAKES_MAX",
    "mtproto/transports.py Frames._pieces": "PACKET_BYTES_MAX",
    "mtproto/proxy_secrets.py Seen._before": "SEEN_MAX",
    "mtproto/proxy_secrets.py Seen._latest": "SEEN_MAX",
    "mtproto/salts.py Salts._first": "FIRST_SALTS_MAX",
    "mtproto/salts.py Salts._present": "PRESENT_SALTS_MAX",
    "mtproto/session.py ServerSession._seen": "SEEN_IDS_MAX",
    "mtproto/sending.py SendingHalf._unacked": "UNACKED_BYTES_MAX",
    "rpc/rates.py Limiter._empty_at": "BUCKETS_KEPT_MAX",
    "rpc/rates.py Limiter._open": "BUCKETS_KEPT_MAX",
    "telemetry/metrics.py Metrics._layers": "LAYERS_AWAY_MAX",
    "trust/ledger/storage.py LogDirectory._bundle": "TILE_WIDTH",
    "trust/sealing/blobs.py SealedBlobs._ciphers": "FILE_KEYS_CACHED_MAX",
    "trust/sealing/hidden_keys.py HiddenOwners._known": "OWNERS_KNOWN_MAX",
    "trust/sealing/keys.py KeyStore._ciphers": "CIPHERS_CACHED_MAX",
    "trust/sealing/keys.py KeyStore._former": "CIPHERS_CACHED_MAX",
    "trust/sealing/keys.py KeyStore._hidden": "CIPHERS_CACHED_MAX",
    "trust/sealing/keys.py KeyStore._seals": "CIPHERS_CACHED_MAX",
    "trust/sealing/units.py UnitKeys._held": "UNITS_CACHED_MAX",
    "trust/sealing/units.py _Held.by_name": "UNITS_CACHED_MAX",
    "trust/sealing/units.py _Held.sealers": "UNITS_CACHED_MAX",
    "trust/freshness/cells.py FreshCells._boxes": "BOXES_KNOWN_MAX",
    "trust/freshness/cells.py _Box.last": "LAST_KNOWN_MAX",
    "trust/freshness/cells.py _Box.products": "PRODUCTS_KNOWN_MAX",
    "trust/sealing/keys.py KeyStore._wraps": "EPOCHS_MAX",
    "updates/hub.py Hub._shared": "SHARED_MAX",
    "updates/hub.py Hub._channel_queues": "PUBLICATIONS_QUEUED_MAX",
    "updates/hub.py Hub._queues": "PUBLICATIONS_QUEUED_MAX",
    "updates/store.py Box.latest": "RECENT_CACHED_MAX",
    "updates/store.py Store._boxes": "BYTES_CACHED_MAX",
    "updates/store.py Store._queue": "QUEUE_SETS_MAX",
    "updates/scheduler.py Scheduler._heap": "STALE_MAX",
}
# As many as there are of something else, which has its bound.
FOLLOWS = {
    "app/custody/gathering.py Gathering._given": "custodians of a server",
    "app/custody/gathering.py Gathering._shares": "likewise",
    "app/public_log.py PublicLogWriter._declaring": "commands about custodians that are being run",
    "app/ordered_certificate.py OrderedCertificate._proofs": "names that are being ordered for: one",
    "app/public_log.py PublicLogWriter._reaching": "operator commands that are given at this moment",
    "desks/moderation/unveiling.py Unveiled._until": "pictures staff asked for in UNVEILED_S",
    "desks/staff/challenges.py StaffChallenges._spent": "log-ins that went well within CHALLENGE_S",
    "gateways/botapi/caller.py Caller.files": "FILES_MAX of one call",
    "gateways/botapi/caller.py NamedPeers.chats": "what the answers to one call name",
    "gateways/botapi/caller.py NamedPeers.users": "likewise",
    "gateways/botapi/polls.py Polls._open": "polls that are open at this moment",
    "features/botqueue/waiting.py Waiting._waiting": "polls that are open at this moment",
    "features/bots/asking.py Answers._waiting": "queries that wait at this moment, for seconds",
    "engines/files.py FileBlobs._unlisted": "files whose first parts are being written, or could not be",
    "engines/journal.py Group._ordered": "the keys of the group",
    "engines/journal.py Group.values": "cells that wait, see Unsettled",
    "engines/journal.py Unsettled._order": "groups that settle",
    "engines/journal.py Unsettled._settling": "what was fresh before: as much again",
    "engines/memory.py MemoryEngine._keys": "what is stored, which is in memory on purpose",
    "engines/memory.py MemoryEngine._values": "likewise",
    "engines/memory_blobs.py MemoryBlobs._finished": "likewise",
    "engines/memory_blobs.py MemoryBlobs._parts": "likewise",
    "features/files/quota_reservations.py QuotaReservations._bytes": "people whose uploads are being written",
    "features/notifications/push_queue.py PushQueue._line": "browsers for which something waits",
    "features/notifications/push_queue.py PushQueue._of_user": "messages under way",
    "features/single_sign_on/watching.py Schedule._due": "people who sign in by the provider and are here",
    "features/single_sign_on/watching.py Schedule._heap": "likewise, and their log-ins of the last minutes",
    "gateways/mtproto/connection.py Connection.sessions": "sessions",
    "gateways/mtproto/sessions.py Sessions._dirty": "sessions that spoke in this tick",
    "gateways/mtproto/sessions.py Sessions._of_key": "sessions",
    "gateways/mtproto/sessions.py Sessions._resting": "sessions",
    "gateways/mtproto/admission.py Admission.connections": "bounded for each address, and by open files",
    "gateways/mtproto/admission.py Admission._tasks": "connections that wait for a key or a handshake",
    "mtproto/sending.py SendingHalf._acks": "messages of packets that came since the last answer left",
    "mtproto/sending.py SendingHalf._again": "messages that are not acknowledged",
    "mtproto/sending.py SendingHalf._dropped": "calls that are being served",
    "mtproto/sending.py SendingHalf._queue": "what became ready in this tick",
    "rpc/client.py Client.failed": "FAILED_REMEMBERED_MAX of rpc/dispatch.py",
    "rpc/client.py Client.running": "calls that are being served",
    "rpc/client.py Clients._by_account": "clients of gateways that check accounts themselves",
    "rpc/client.py Clients._by_key": "sessions",
    "rpc/client.py Clients._by_temporary": "sessions",
    "rpc/dispatch.py Dispatcher.tasks": "calls that are being served",
    "rpc/fair_queue.py FairQueue._having": "calls that are being served",
    "rpc/fair_queue.py FairQueue._lines": "likewise",
    "trust/ledger/cosigning.py Witnesses._asked": "addresses in a policy, which has so many lines at most",
    "trust/ledger/storage.py LogDirectory._edges": "levels of tiles, of each less than a tile",
    "gateways/web/exporting.py Exports._fetched": "connections: one of each person",
    "updates/boxes.py Change._counters": "counters of one box",
    "updates/shared_render.py SharedRender._templates": "layers",
    "updates/shared_render.py SharedRender.samples": "two",
    "updates/hub.py Hub._subscribers": "sessions",
    "updates/hub.py Hub._watched": "people here, in as many channels as one may be in",
    "updates/hub.py Hub._watching": "likewise",
    "updates/hub.py Hub.tasks": "people and channels that are being told something",
    "updates/push_audience.py PushAudience._channels": "people who subscribe, in as many as one may be in",
    "updates/push_audience.py PushAudience._keys": "subscriptions, one a session",
    "updates/push_audience.py PushAudience._members": "as _channels",
    "updates/relay.py Queue.commands": "changes kept or under way: QUEUE_SETS_MAX of updates/store.py",
    "updates/relay.py Queue.waiters": "calls under way",
    "updates/relay.py Relay._queues": "changes: as Queue.commands",
    "updates/relay.py Relay.tasks": "likewise",
    "updates/store.py Box.derived": "counted with the records of Store._boxes",
    "updates/store.py Box.kept": "likewise",
    "updates/store.py Box.sizes": "likewise",
    "updates/store.py Box.under_way": "write sets that wait: QUEUE_SETS_MAX",
    "updates/scheduler.py Scheduler._due": "shards",
    "updates/store.py Store._between": "walks through all boxes that are under way: one",
    "updates/store.py PendingWrite.cells": "the writes of one change",
    "updates/store.py PendingWrite.units": "likewise",
    "updates/store.py Store.shredding": "boxes in which something was deleted in the last day",
    "updates/shredding.py Shredder._relay_cells": "commands that wait",
    "trust/sealing/keys.py KeyStore._destroying": "erasures under way",
    "trust/ledger/canonical.py EntryKinds._patterns": "the kinds of entries that there are",
}


def is_growable(value: ast.expr) -> bool:
    """Whether this makes a container that is empty yet and has no bound of its own."""
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=options):
            return name in MAKERS and not any(option.arg == "maxlen" for option in options)
    return False


def made(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[ast.expr]:
    """What such containers are given to."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value) if is_growable(value):
                yield from targets
            case ast.AnnAssign(target=target, value=ast.expr() as value) if is_growable(value):
                yield target


def growing() -> Iterator[str]:
    """Every container that outlives the function that makes it."""
    for name, tree in server_trees():
        if name.endswith("_worker.py"):
            continue  # a process apart, which is replaced after some jobs
        yield from (f"{name} {ast.unparse(target)}" for target in made(tree.body))
        for of in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for target in made(ast.walk(of)):
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    yield f"{name} {of.name}.{target.attr}"


def test_of_whatever_could_grow_it_is_said_what_bounds_it() -> None:
    """A new one has to be placed; and nothing is said of what is not there any more."""
    found = {one for one in growing() if one.rpartition(".")[0] not in SHORT}
    placed = FIXED | BOUNDED.keys() | FOLLOWS.keys()
    assert found - placed == set(), "say in BOUNDED, FIXED or FOLLOWS of this file what bounds it"
    assert {one for one in placed - found if one.rpartition(".")[0] not in SHORT} == set()


def test_each_limit_is_kept_where_it_is_said_to_be() -> None:
    """It is declared in the file, and used there."""
    unused = [
        (one, limit)
        for one, limit in BOUNDED.items()
        if len(re.findall(rf"\b{limit}\b", text_of(PACKAGE / one.partition(" ")[0]))) < 2
    ]
    assert unused == []
