"""
mailbot reads the partnership mailbox, queues what it finds for people, and acknowledges without telling.

The way of a message: `pipeline.py` (start there), and the five steps in the order of the alphabet:
`intake`, `parse`, `record`, `review`, `send`.
"""

__version__ = "0.1.0"
