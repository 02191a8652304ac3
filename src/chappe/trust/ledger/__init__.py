"""The public log: an append-only list of acts that strangers can check, in the formats of C2SP.

It is a module by itself: it imports the standard library and `cryptography`, and nothing of Chappe (README.md
beside this file). It is another thing than the slice `features/ledger`, which keeps steps of operators' acts
inside the store, for operators, for a year, and which nobody outside can check.
"""
