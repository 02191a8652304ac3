"""Service messages: their constructor ids, error codes and states, by the names of the specification.

Sources: core.telegram.org/mtproto/service_messages and
core.telegram.org/mtproto/service_messages_about_messages.
"""

from enum import IntEnum
from typing import Final

MSGS_ACK: Final = 0x62D6B459
CONTAINER: Final = 0x73F1F8DC
GZIP_PACKED: Final = 0x3072CFA1
RPC_RESULT: Final = 0xF35C6D01
BAD_MSG: Final = 0xA7EFF811
BAD_SALT: Final = 0xEDAB447B
NEW_SESSION: Final = 0x9EC20908
PING: Final = 0x7ABE77EC
PING_DELAY: Final = 0xF3427B8C
PONG: Final = 0x347773C5
GET_FUTURE_SALTS: Final = 0xB921BD04
FUTURE_SALTS: Final = 0xAE500895
MSGS_STATE_REQ: Final = 0xDA69FB52
MSGS_STATE_INFO: Final = 0x04DEB57D
MSGS_ALL_INFO: Final = 0x8CC0D131
MSG_RESEND_REQ: Final = 0x7D861A08
MSG_RESEND_ANS_REQ: Final = 0x8610BAEB
MSG_DETAILED_INFO: Final = 0x276D3EC6
MSG_NEW_DETAILED_INFO: Final = 0x809DB6DF
DESTROY_SESSION: Final = 0xE7512126
DESTROY_SESSION_OK: Final = 0xE22045FC
DESTROY_SESSION_NONE: Final = 0x62D350C9
DESTROY_AUTH_KEY: Final = 0xD1435160
DESTROY_AUTH_KEY_OK: Final = 0xF660E1D4
RPC_DROP_ANSWER: Final = 0x58E4A740
RPC_ANSWER_UNKNOWN: Final = 0x5E2AD36E
RPC_ANSWER_DROPPED_RUNNING: Final = 0xCD78E586
RPC_ANSWER_DROPPED: Final = 0xA43AD8B7
HTTP_WAIT: Final = 0x9299359F
# what a session deals with itself; every other message is a call
HANDLED: Final = frozenset(
    (
        MSGS_ACK,
        GZIP_PACKED,
        BAD_MSG,
        BAD_SALT,
        NEW_SESSION,
        PING,
        PING_DELAY,
        PONG,
        GET_FUTURE_SALTS,
        MSGS_STATE_REQ,
        MSGS_STATE_INFO,
        MSGS_ALL_INFO,
        MSG_RESEND_REQ,
        MSG_RESEND_ANS_REQ,
        MSG_DETAILED_INFO,
        MSG_NEW_DETAILED_INFO,
        DESTROY_SESSION,
        DESTROY_AUTH_KEY,
        RPC_DROP_ANSWER,
        HTTP_WAIT,
    )
)


class BadMsg(IntEnum):
    """Error codes of bad_msg_notification and bad_server_salt.

    https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
    """

    # "msg_id too low (most likely, client time is wrong […])"
    MSG_ID_TOO_LOW = 16
    # "msg_id too high (similar to the previous case […])"
    MSG_ID_TOO_HIGH = 17
    # "incorrect two lower order msg_id bits (the server expects client message msg_id to be divisible by 4)"
    MSG_ID_BITS = 18
    # "container msg_id is the same as msg_id of a previously received message (this must never happen)"
    CONTAINER_MSG_ID_SEEN = 19
    # "message too old, and it cannot be verified whether the server has received a message with this
    # msg_id or not"
    MESSAGE_TOO_OLD = 20
    # "msg_seqno too low"; this and the next are never sent: see decision 0016
    SEQ_NO_TOO_LOW = 32
    # "msg_seqno too high"
    SEQ_NO_TOO_HIGH = 33
    # "an even msg_seqno expected (irrelevant message), but odd received"
    SEQ_NO_ODD = 34
    # "odd msg_seqno expected (relevant message), but even received"
    SEQ_NO_EVEN = 35
    # "incorrect server salt (in this case, the bad_server_salt response is received with the correct salt,
    # and the message is to be re-sent with it)"
    SERVER_SALT = 48
    # "invalid container"; here the connection ends instead
    CONTAINER = 64


class MsgState(IntEnum):
    """States of a message in msgs_state_info; the flags from 8 on, which say more, are not sent.

    https://core.telegram.org/mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
    """

    # "nothing is known about the message (msg_id too low, the other party may have forgotten it)"
    FORGOTTEN = 1
    # "message not received (msg_id falls within the range of stored identifiers […])"
    NOT_RECEIVED = 2
    # "message not received (msg_id too high […])"
    NOT_YET_RECEIVED = 3
    # "message received (note that this response is also at the same time a receipt acknowledgment)"
    RECEIVED = 4
