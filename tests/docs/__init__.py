"""The documents keep their word: every command and program in them is run."""
