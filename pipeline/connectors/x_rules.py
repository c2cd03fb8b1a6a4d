"""The rules of X's filtered stream, which live at X: ours carry a tag, others are let be."""

from dataclasses import dataclass
from typing import Any

import httpx

from pipeline.channels.told import items, word
from pipeline.connectors.http import ask_json
from pipeline.errors import Garbled


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Our rules at X.

    Attributes:
        url: of the API.
        tag: which ours carry.
        wanted: as the settings have them.
    """

    url: str
    tag: str
    wanted: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where they are told and changed."""
        return f"{self.url}/2/tweets/search/stream/rules"

    def missing(self, client: httpx.Client) -> tuple[list[str], list[str]]:
        """Return which rules X lacks, and the numbers of those that it has in vain."""
        told = items(ask_json(client, "GET", self.address), "data")
        ours = {word(one, "id"): word(one, "value") for one in told if word(one, "tag") == self.tag}
        lacking = [one for one in self.wanted if one not in ours.values()]
        return lacking, [number for number, value in ours.items() if value not in self.wanted]

    def set_up(self, client: httpx.Client) -> None:
        """Let X have what the settings want.

        Raises:
            Garbled: X does not take a rule; the message says why.
        """
        lacking, vain = self.missing(client)
        if vain:
            self._change(client, {"delete": {"ids": vain}})
        if lacking:
            self._change(client, {"add": [{"value": one, "tag": self.tag} for one in lacking]})

    def _change(self, client: httpx.Client, change: dict[str, Any]) -> None:
        wrong = _objection(ask_json(client, "POST", self.address, json=change))
        if wrong:
            raise Garbled(f"{self.address}: X does not take a rule: {wrong}")

    def objection(self, client: httpx.Client, rule: str) -> str:
        """Return what X has against a rule, without giving it to X; empty: nothing."""
        change = {"add": [{"value": rule, "tag": self.tag}]}
        query = {"dry_run": "true"}
        return _objection(ask_json(client, "POST", self.address, params=query, json=change))


def _objection(told: Any) -> str:
    """Return what X says against a change; that it has the rule already is nothing."""
    wrong = [one for one in items(told, "errors") if word(one, "title") != "DuplicateRule"]
    if not wrong:
        return ""
    first = wrong[0]
    why = word(first, "details.0") or word(first, "detail") or word(first, "title")
    return f"{word(first, 'value')!r}: {why}"
