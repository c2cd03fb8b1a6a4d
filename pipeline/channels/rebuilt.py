"""A mail as a provider took it apart, put together again as far as it matters here.

Providers post mails whole where they are told to. Where they are not, they post the headers and the
texts apart; the mail that is made of these reads the same to `pipeline.channels.mail`.
"""

from collections.abc import Iterable
from typing import Final

_BODYS_OWN: Final = frozenset({
    "content-type", "content-transfer-encoding", "content-disposition", "mime-version",
    "content-length",
})  # fmt: skip


def rebuild(headers: Iterable[tuple[str, str]], text: str, html: str = "") -> bytes:
    """Return a mail with these headers and the plain text, else the HTML."""
    kind, body = ("plain", text) if text.strip() or not html.strip() else ("html", html)
    lines = [
        f"{_line(name)}: {_line(value)}"
        for name, value in headers
        if name.strip() and name.strip().lower() not in _BODYS_OWN
    ]
    lines += [f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "replace")


def split_headers(block: str) -> list[tuple[str, str]]:
    """Return the headers of a raw block, unfolded."""
    pairs: list[tuple[str, str]] = []
    for line in block.replace("\r\n", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and pairs:
            name, value = pairs[-1]
            pairs[-1] = name, f"{value} {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            pairs.append((name, value.strip()))
    return pairs


def _line(value: str) -> str:
    """Return a value without line ends: nobody adds headers of their own by one."""
    return " ".join(value.split())
