"""A process that does no job: it answers with what is no answer."""

import sys

if __name__ == "__main__":
    sys.stdout.buffer.write(b"\x01\0\0\0\xc1")
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()
