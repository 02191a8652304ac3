"""Where the outside comes in: MTProto, pages, the command line."""
