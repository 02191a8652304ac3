"""Hooks of what the service brings people, answered by whoever it speaks for."""

from chappe.updates import Change, Hook

# whether somebody waits for a text that is written to the service; nothing else can be written there
is_for_service: Hook[[str], bool] = Hook("receipts.is_for_service")
# hears what somebody wrote to the service, in a change of their box: the number of their message, its text,
# and which message of the chat it answers; 0: none
said_to_service: Hook[[Change, int, str, int], None] = Hook("receipts.said_to_service")
