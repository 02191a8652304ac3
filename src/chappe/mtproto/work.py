"""Costs of work on the wire, in units of about five microseconds of this process.

Calls have rates of their own. These costs are for the work around calls, and for packets without any.
"""

from typing import Final

PACKET: Final = 8  # to decrypt a packet and find its session
MESSAGE: Final = 1  # a message in it, such as a ping
CALL: Final = 8  # to hand a call in, be it refused there
REFUSED: Final = 8  # a packet of its own that says what is wrong with one
SESSION: Final = 20  # a session that begins
CONNECTION: Final = 20  # a connection that begins
TLS: Final = 200  # to begin TLS, with a signature and a key agreement
SECRET: Final = 1  # a link's secret that is tried with how a connection begins
PUZZLE: Final = 20  # the first answer of a handshake
KEY: Final = 20  # a key that is looked up in the store
WEB_REQUEST: Final = 40  # a connection that turns out to speak HTTP
PAGE: Final = 16  # a request for a page
HTTP_BYTES_A_UNIT: Final = 4_096  # bytes of HTTP that are read
HTTP_LINES_A_UNIT: Final = 8  # ends of lines in them: fields of a head, and chunks of a body
WEB_FRAME: Final = 2  # a frame of a WebSocket
IDS_A_UNIT: Final = 32  # msg_ids that are looked at
SALTS_A_UNIT: Final = 4  # salts that are derived
SENT_BYTES_A_UNIT: Final = 256  # bytes that are sealed and sent again
UNPACKED_BYTES_A_UNIT: Final = 1_024  # bytes that are unpacked
OPENED_BYTES_A_UNIT: Final = 512  # bytes that are decrypted though no call is in them
