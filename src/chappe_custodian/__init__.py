"""The custodian's own tool: keeps a share of a server's root key, and answers what the server asks.

It runs on the custodian's machine and needs nothing of the server: it imports the standard library,
`cryptography`, and of Chappe custody and the public log alone. `one_file` packs all of that into one file.
"""
