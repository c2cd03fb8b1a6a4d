"""What each command's help shows by example."""

from typing import Final

EXAMPLES: Final = """\
to begin with:
  ccm run --demo                     the monitor on sample traffic, http://127.0.0.1:8080
  ccm run --data ./ccm-data          the monitor on your own complaints
  ccm replay events.jsonl            one verdict a line for a file of events
  echo "Still no answer!" | ccm read what a text says

Each command explains itself: ccm replay --help
"""
REPLAY: Final = """\
examples:
  ccm replay events.jsonl
  ccm replay inbox.mbox tweets.csv --as-of 2026-11-30T00:00:00Z --out verdicts.jsonl
  ccm replay exports/ --policy policy.toml | jq .outcome

Verdicts go to --out or stdout, one JSON object a line, sorted by case; they do not depend on the
order of the input. Lines that cannot be used go to OUT.dead.jsonl (without --out to
./replay.dead.jsonl, and only if there are any) with reason, line number and raw bytes as base64;
their number goes to stderr. A directory stands for all files in it.
"""
RUN: Final = """\
examples:
  ccm run --demo                     sample traffic, in a directory of its own
  ccm run --data ./ccm-data          your own complaints, kept in ./ccm-data
  ccm run --data ./ccm-data --load tweets.csv mails.mbox
  ccm run --config ccm.toml --port 9000

Then: the dashboard at /, the complaint form at /complain, metrics at /metrics. Feed it with
  curl -d text="My parcel never came" -d email=ada@example.org http://127.0.0.1:8080/v1/complaints
  curl -H "Content-Type: application/x-ndjson" --data-binary @events.jsonl \\
    http://127.0.0.1:8080/v1/events
Ctrl-C or SIGTERM stops it; nothing that was acknowledged is lost, however it ends.
"""
SIMULATE: Final = """\
examples:
  ccm simulate --journeys 1000 --seed 7 --out events.jsonl --truth truth.jsonl
  ccm simulate --journeys 1000 --noise rough --unread --out events.jsonl
  ccm replay events.jsonl --as-of 2026-11-02T12:00:00Z

The same seed gives the same bytes.
"""
READ: Final = """\
examples:
  echo "Third time I write. Still no refund!" | ccm read
  ccm read --json < texts.jsonl      lines {"id","text","direction","context":[…],"at"}

One JSON line a text, in the same order. A signal counts as present from probability 0.5.
"""
REPORT: Final = """\
examples:
  ccm report --data ./ccm-data --out report.html          of the last week that has ended
  ccm report --week 2026-W47 --out report.pdf
  ccm report --week 2026-W47 --format json | jq .sentence
  ccm report --config ccm.toml --mail                     to report.recipients, once a week
  ccm report --internal --format csv > figures.csv        withholds no small cell

It shows the ledger as it stands now: a week is reported better later, when its cases have turned
out. Cells of 1 to 9 cases are withheld, as they are from whoever may not see single cases.
"""
RISK: Final = """\
examples:
  ccm risk list --data ./ccm-data    who may go public within 48 hours, and what raises the risk
  ccm risk train --data ./ccm-data   fit the warning on what your own customers did
  ccm risk evaluate                  precision, calibration and lead time on cases not seen

Until you train it, the warning knows simulated customers alone: take it for an order, and train it
once 50 of your cases have gone public.
"""
DEAD: Final = """\
examples:
  ccm dead-letters list
  ccm dead-letters show 17
  ccm dead-letters retry 17 18       after the cause was mended; without numbers: all

`retry` reads the bytes again and, where they can be used now, puts them back into the inbox.
"""

LINK: Final = """\
examples:
  ccm link list --data ./ccm-data              which post may continue which private complaint
  ccm link confirm x:179 form:42 --data DIR    the customers are one: the cases are judged anew
  ccm link reject x:179 form:42 --data DIR     they are not, and the pair is not shown again

What is only probable never moves a figure. A decision is an assertion in the log, by `operator`:
it survives a rebuild, and rejecting takes a confirmation back.
"""

ERASE: Final = """\
examples:
  ccm erase email:ada@example.org --data ./ccm-data
  ccm erase email:ada@example.org x:ada --kafka
  ccm audit                          afterwards: the verdicts are what they were

Everybody who is known to be the same customer is forgotten with him. His cases stay counted.
"""

CHANNELS: Final = """\
examples:
  ccm channels kinds                 what can be connected
  ccm channels kinds imap            a table to copy, with every key and what it means
  ccm channels list                  what is configured, and when it last stored something
  ccm channels list --kafka          the same, where `ccm connect` fetches into Kafka
  ccm channels check                 try each; exit 1 where anything is wrong
  ccm channels check support         try one

`check` changes nothing, neither here nor at the source.
"""
CONNECT: Final = """\
examples:
  ccm connect --config ccm.toml      fetch what the channels bring, into Kafka

One such process is enough; `ccm gateway` serves the webhooks of the same settings.
"""
MODELS: Final = """\
examples:
  ccm models list                    what is installed
  ccm models evaluate --data DIR     every figure of the model card
  ccm models train --data DIR --out stack-9 --seed 1
  ccm models reread --dry-run        what the reader that is installed would say otherwise
  ccm models reread --since 2026-11-01T00:00:00Z

What was read stays read when another model is installed. `reread` reads the texts of the log anew
and appends what differs as revisions; the ledger logs what they restate, with both models' names.
The monitor may be running.
"""
TOPICS: Final = """\
examples:
  ccm topics create                  make what is missing, check what is there
  ccm topics check                   exit 1 where anything is not as it has to be
  ccm topics describe                an AsyncAPI document: what others may send and read
"""
READER: Final = """\
examples:
  CCM_KAFKA_READING=apart ccm worker   a worker that leaves its texts to others
  ccm reader                           reads them; start as many as the models need

With kafka.reading = "inline", which is the default, workers read by themselves and need none.
"""
WORKER: Final = """\
examples:
  ccm worker                         one more worker; start as many as there are partitions

Workers find each other through Kafka. One that dies is replaced within kafka.session_seconds;
start it again by a supervisor (systemd, Kubernetes): it ends itself rather than skip a record.
"""
ALERTS: Final = """\
examples:
  ccm alerts list                    which cases somebody has to be told of, and who was
  ccm alerts test                    send a sample to each receiver; exit 1 where one failed
  ccm alerts test oncall             to one
  ccm alerts rules --out rules.yaml  the rules of Prometheus, thresholds from [objective]
  ccm alerts run --config ccm.toml   tell of cases, beside workers on Kafka

`ccm run` tells by itself; at scale one `ccm alerts run` does, and a second one only waits for the
first to die. Receivers are tables in the settings:

  [[alerts.receivers]]
  name = "oncall"
  kind = "slack"                     its address, a secret: CCM_ALERT_ONCALL_URL
  least = "page"                     only what cannot wait; without it everything

kind = "alertmanager" needs url, kind = "email" needs host, sender and to; all are in
deploy/ccm.example.toml. A receiver that is away hears on its return what still holds, once.
"""
