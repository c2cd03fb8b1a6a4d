"""The HTTP gateway: the complaint form, bulk import, the mail drop, and what machines ask.

``create_app`` puts it together. Everything it needs comes in through the Protocols of ``ports``.
"""

from pipeline.intake.app import create_app
from pipeline.intake.ports import DeadLetters, Inbox, Readers

__all__ = ["DeadLetters", "Inbox", "Readers", "create_app"]
