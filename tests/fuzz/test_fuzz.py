"""Every parser under coverage-guided fuzzing, for some seconds; CCM_FUZZ_SECONDS gives more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.rigs import mails, rigs

pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 only")

SECONDS = int(os.environ.get("CCM_FUZZ_SECONDS", "3"))
OTHERS = (
    "export", "feed", "form", "html", "mailbox", "mapped", "meta-delivery", "multipart", "quotes",
    "table", "x-delivery",
)  # fmt: skip
SEEDS = {
    "form": [b'{"text": "It broke", "email": "a@b.co", "order": "AB-1", "phone": "+44 20 1"}'],
    "html": [b"<p>hi <blockquote>a<br>b</blockquote><!-- x --><style>y</style>"],
    "multipart": [b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'],
    "quotes": [b"hi\n\nOn 1 May 2026 at 10:00, A <a@b.co> wrote:\n> x\n-- \nme\n", mails.make(1)],
    "feed": [
        b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:im="urn:i"><entry><id>1</id>'
        b"<updated>2026-11-02T09:00:00Z</updated><im:rating>2</im:rating></entry></feed>",
        b"<rss><channel><item><guid>1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
        b"<description>&lt;p&gt;x</description></item></channel></rss>",
    ],
    "mailbox": [
        b"From a 10:00 2026\n" + mails.make(1) + b"\n\nFrom b 11:00 2026\n" + mails.make(2)
    ],
    "mapped": [
        b'each = "a"\n[[event]]\nkind = "message"\nid = "x:{n}"\nat = "{t}"\nchannel = "x"\n'
        b'customer = "x:{w|lower}"\nvisibility = "public"\ndirection = "inbound"\n'
        b'text = ["{h|html|reply}", ""]\nversion = "{t|millis}"\n\0'
        b'{"a": [{"n": 1, "t": 1762074000, "w": "Ann", "h": "<p>hi</p>"}]}'
    ],
    "meta-delivery": [
        b'{"object": "page", "entry": [{"id": "1", "time": 2, "changes": [{"a": 1}]}]}'
    ],
    "x-delivery": [b'{"for_user_id": "1", "tweet_create_events": [{"id_str": "2"}], "users": {}}'],
    "table": [b'id;date;text\n1;2026-11-02;"a\nb"\n', "id,at\n1,2\n".encode("utf-16")],
    "export": [b'1,a,True,Tue Oct 31 22:10:47 +0000 2017,"hi",,\n'],
}


@pytest.mark.parametrize("name", [*OTHERS, *(rig.kind for rig in rigs())])
def test_nothing_leaves_a_parser_but_our_own_error(name: str, tmp_path: Path) -> None:
    """Nor takes it seconds, or gigabytes, for twenty kilobytes of anything."""
    corpus, found = tmp_path / "corpus", tmp_path / "found"
    corpus.mkdir()
    found.mkdir()
    makers = {rig.kind: rig.make for rig in rigs()}
    seeds = SEEDS[name] if name in SEEDS else [makers[name](number) for number in range(3)]
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    command = [sys.executable, "-m", "tests.fuzz.target", name, str(corpus)]
    command += [f"-max_total_time={SECONDS}", "-max_len=20000", "-timeout=20", "-seed=1"]
    command += ["-rss_limit_mb=2048", f"-artifact_prefix={found}/", "-verbosity=0"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    inputs = {path.name: path.read_bytes()[:2000] for path in found.iterdir()}
    assert done.returncode == 0, f"{inputs}\n{done.stderr[-4000:]}"
