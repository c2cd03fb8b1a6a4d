"""The transparent reader: patterns as data, one table a direction, weighed with the thread."""

from models.rules.reader import RulesReader

__all__ = ["RulesReader"]
