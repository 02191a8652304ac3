"""Answers of the protocol as the Bot API says them: JSON made of TL objects, and of nothing else."""
