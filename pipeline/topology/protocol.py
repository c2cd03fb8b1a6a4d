"""How partitions find out who belongs together: forests of pointers, grown by two commands.

**What is kept.** A *node* is a connecting key: an identifier, or ``~`` and a private thread, a ref
or an event id. Each node lives on one partition, that of its name's hash, and has one record:
either it points to a smaller name that it was found to belong with (its *parent*), or it is a
*root* and may hold a timeline. Pointers only ever fall, so that there are no cycles, and the root
of a tree is its smallest name: minimum label wins.

**What is sent.** Three kinds of record, each keyed by the node that it is about:

* an *event*, keyed by its provisional root, the smallest of its identifiers;
* ``Link(key, label)``: ``key`` belongs with ``label``, which is smaller;
* ``Hold(label, timeline)``: keep these events, which belong to ``label``.

Links and holds for nodes of one partition travel together in one record; nothing rests on that, or
on their order.

**What is done.** A step reads one record, may change the record of that one node, and may send.

* *event* at a root: fold it in, and link each of its keys that the timeline has not linked yet to
  the root. At a node with a parent: forward it there as a ``Hold``.
* *link* at a root: point to ``label``, and forward the whole timeline there as a ``Hold``. At a
  node with the parent P: where P is another than ``label``, two roots have met; point to the
  smaller of the two, and link the larger to the smaller.
* *hold* at a root: join the timelines; link the keys of an event that no root has held yet (those
  of a whole timeline lead to its root already, which leads here). At a node with a parent: forward.

**Why it is right.** Read pointers, and links under way, as the edges of a graph; say of an event
that is held at or under way to a node that it *is* there. (1) No step parts what was connected: a
link that is taken becomes a pointer, and a pointer that is replaced is sent on as a link between
the old and the new parent. (2) An event is always connected with all of its keys. So events that
share a key are connected at all times from when they were taken, and nothing else connects, because
all edges come from keys of one event. (3) Links only ever go to smaller names and holds follow
pointers that fall, so that everything comes to rest; then each tree has one root, and it holds all
events of its connected component: the timeline of the batch.

**Why it may be repeated, delayed and raced.** Timelines are sets, and the steps for links keep (1)
in any order and number. So records may be delivered twice and in any order between partitions.

**When it breaks off.** Of what a step does, the verdicts are told first, then what is sent must be
acknowledged, then the node is written, and last the offset is committed. Whatever is cut off is
done again from the state before, or was done already. What is told twice is told by root: the
ledger replaces all cases of it. But a worker may have told of a root and died, and find after its
restart that the link came first: then the root never was one. So what is forwarded names the nodes
that it leaves as *absorbed*, and whoever takes it in tells the ledger that they are no more, even
where it brings nothing new.

No offset is kept with the state, because none is needed: a counter must not count a record twice, a
set cannot. Passing over what is not newer would rest on records coming in order, which a rebalance
may break; sets rest on nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from pipeline.domain.events import Event, connecting_keys, identifiers
from pipeline.domain.frozen import frozen
from pipeline.domain.timeline import Timeline, collect, merge
from pipeline.monitor import Change, Monitor, Store
from pipeline.timers import Timers

OTHER_KEYS: Final = ("event ", "thread ", "ref ")
MARK: Final = "~"
KNOWN_MAX: Final = 20_000
"""Timelines whose keys are remembered."""
DUE_AT_ONCE_MAX: Final = 1_000
"""So many timers are heard at one settling, so that no batch lasts for minutes."""
_EMPTY: Final = Timeline()


@frozen
class Node:
    """The record of one connecting key.

    Attributes:
        parent: a smaller name that it belongs with; None for a root.
        timeline: the events that a root holds.
        wake: when silence alone changes a verdict of the timeline.
    """

    parent: str | None = None
    timeline: Timeline = _EMPTY
    wake: datetime | None = None


_NOTHING: Final = Node()


@frozen
class Link:
    """``key`` belongs with ``label``, which is smaller; ``cause`` is the event that shows it."""

    key: str
    label: str
    cause: str = ""

    @property
    def node(self) -> str:
        """The name of the node that this is about."""
        return self.key


@frozen
class Hold:
    """Events that belong to ``label``.

    Attributes:
        label: the node that is to keep them.
        timeline: the events.
        absorbed: nodes on the way; what was told of them as roots is superseded.
        linked: the keys of the events lead to one of these nodes already.
        causes: ids of the events that led to this.
    """

    label: str
    timeline: Timeline
    absorbed: tuple[str, ...] = ()
    linked: bool = False
    causes: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """The name of the node that this is about."""
        return self.label


Command = Link | Hold


class Nodes(Protocol):
    """The records of nodes as they were last written."""

    def get(self, name: str) -> Node | None:
        """Return the record of a node; None where nothing was written yet."""


@frozen
class Done:
    """What a settling leaves to do: send and have acknowledged, then write, then commit."""

    changes: Sequence[Change]
    commands: Sequence[Command]
    nodes: Mapping[str, Node]


def succeeded(earlier: Node, later: Node) -> Node:
    """Return what a node is after two of its records, in the order in which they were written.

    Mostly the later one. But a worker that was thought dead may write once more from before another
    one went on: then what both say, which is safe because nodes only ever gain.
    """
    if later.parent is not None and later.timeline.is_empty:
        if earlier.parent is None or later.parent <= earlier.parent:
            return later
    elif earlier.parent is None and _covers(later.timeline, earlier.timeline):
        return later
    parents = [node.parent for node in (earlier, later) if node.parent is not None]
    wakes = [node.wake for node in (earlier, later) if node.wake is not None]
    return Node(
        parent=min(parents, default=None),
        timeline=merge(earlier.timeline, later.timeline),
        wake=min(wakes, default=None),
    )


def provisional_root(event: Event) -> str:
    """Return the node to which an event is first brought: the smallest of its identifiers."""
    return min(identifiers(event))


def names(event: Event) -> Iterator[str]:
    """Yield the nodes that ``event`` connects."""
    yield from identifiers(event)
    for key in connecting_keys(event):
        if key.startswith(OTHER_KEYS):
            yield MARK + key


class Shard:
    """The nodes of the partitions that one worker has, and the monitor that judges them.

    It is the monitor's `Store`, in which every timeline stands alone: which belong together the
    protocol finds out. What is new since the last `settle` is held in memory.

    Args:
        nodes: the records as they were last written.
        build_monitor: makes the monitor over the store.
    """

    def __init__(self, nodes: Nodes, build_monitor: Callable[[Store], Monitor]) -> None:
        self._nodes = nodes
        self._changed: dict[str, Node] = {}
        self._seen: dict[str, Node] = {}
        self._outbox: list[Command] = []
        self._linked: set[Link] = set()
        self._known: dict[str, tuple[Timeline, set[str]]] = {}
        self._timers = Timers()
        self._due_left = 0
        self._at = ""
        self._monitor = build_monitor(self)

    # --------------------------------------------------------------------------------- the steps

    def take(self, record: Event | Command, now: datetime) -> None:
        """Do one step.

        Raises:
            InputError: the record cannot be used (its timeline is too large); nothing was done.
        """
        name = provisional_root(record) if isinstance(record, Event) else record.node
        node = self._node(name)
        self._at = name
        if isinstance(record, Event):
            self._take_event(name, node, record, now)
        elif isinstance(record, Link):
            self._take_link(node, record)
        else:
            self._take_hold(node, record, now)

    def settle(self, now: datetime) -> Done:
        """Judge what was touched, and some of what is due, and tell the sink.

        Returns:
            what is left to do. `next_timer` says whether more is due.
        """
        self._due_left = DUE_AT_ONCE_MAX
        changes = self._monitor.settle(now)
        done = Done(changes=changes, commands=tuple(self._outbox), nodes=dict(self._changed))
        self._outbox.clear()
        self._linked.clear()
        self._changed.clear()
        self._seen.clear()
        return done

    def wake(self, name: str, at: datetime | None) -> None:
        """Take up the timer of a node that holds no strays: see `adopt`."""
        self._timers.set(name, at)

    def adopt(self, name: str, node: Node) -> None:
        """Take up a node from its record: set its timer.

        A node with a parent holds no timeline, unless two workers wrote it that did not know of
        each other (`succeeded`); then its events are forwarded.
        """
        self._timers.set(name, node.wake)
        if node.parent is not None and not node.timeline.is_empty:
            stray = Hold(label=name, timeline=node.timeline)
            self._outbox.append(_forwarded(stray, node.parent))
            self._changed[name] = Node(parent=node.parent)

    def next_timer(self) -> datetime | None:
        """Return when the next timer is due; None where none is set."""
        return self._timers.next()

    def _take_event(self, name: str, node: Node, event: Event, now: datetime) -> None:
        if node.parent is not None:
            alone = Hold(label=name, timeline=collect([event]), causes=(event.id,))
            self._outbox.append(_forwarded(alone, node.parent))
            return
        self._monitor.handle(event, now)
        self._claim(name, node.timeline, [event])

    def _take_link(self, node: Node, link: Link) -> None:
        if node.parent is not None:
            if node.parent != link.label:
                self._link(node.parent, link.label, link.cause)
                parent = min(node.parent, link.label)
                self._changed[link.key] = Node(
                    parent=parent, timeline=node.timeline, wake=node.wake
                )
            return
        if not node.timeline.is_empty:
            timeline, absorbed = self._monitor.release(link.key)
            whole = Hold(
                label=link.key,
                timeline=timeline,
                absorbed=tuple(absorbed),
                linked=True,
                causes=(link.cause,),
            )
            self._outbox.append(_forwarded(whole, link.label))
            node = self._node(link.key)
        self._changed[link.key] = Node(parent=link.label, timeline=node.timeline, wake=node.wake)

    def _take_hold(self, node: Node, hold: Hold, now: datetime) -> None:
        if node.parent is not None:
            self._outbox.append(_forwarded(hold, node.parent))
            return
        self._monitor.join(
            hold.label,
            hold.timeline,
            now,
            absorbed=hold.absorbed,
            causes=hold.causes,
            is_bounded=not hold.linked,
        )
        if not hold.linked:
            self._claim(hold.label, node.timeline, hold.timeline.all())

    def _claim(self, root: str, linked: Timeline, events: Iterable[Event]) -> None:
        """Link the keys of ``events`` to ``root``, but for those of events held before."""
        known = self._keys_of(root, linked)
        for event in events:
            for name in names(event):
                if name not in known:
                    known.add(name)
                    self._link(name, root, event.id)
        self._known[root] = self._node(root).timeline, known

    def _keys_of(self, root: str, timeline: Timeline) -> set[str]:
        """Return the keys of all events of a timeline; those of the last one are remembered."""
        held, known = self._known.pop(root, (None, set[str]()))
        if held is timeline:
            return known
        if len(self._known) >= KNOWN_MAX:
            del self._known[next(iter(self._known))]
        return {name for event in timeline.all() for name in names(event)}

    def _link(self, one: str, other: str, cause: str) -> None:
        link = Link(key=max(one, other), label=min(one, other), cause=cause)
        if one != other and link not in self._linked:
            self._linked.add(link)
            self._outbox.append(link)

    def _node(self, name: str) -> Node:
        """Return a node as it is now; what was read once is not read again before `settle`."""
        node = self._changed.get(name) or self._seen.get(name)
        if node is None:
            node = self._seen[name] = self._nodes.get(name) or _NOTHING
        return node

    # --------------------------------------------------------------------- what the monitor needs

    def roots(self, keys: Sequence[str]) -> set[str]:  # noqa: ARG002  # each stands alone
        """Return the node at which we are, where it holds anything yet."""
        return set() if self._node(self._at).timeline.is_empty else {self._at}

    def load(self, root: str) -> Timeline:
        """Return the timeline of ``root``; an empty one where it is not known."""
        return self._node(root).timeline

    def save(self, root: str, timeline: Timeline, keys: Iterable[str]) -> None:  # noqa: ARG002  # the protocol links keys
        """Keep ``timeline`` under ``root``; the keys are linked by the protocol."""
        node = self._node(root)
        self._changed[root] = Node(parent=node.parent, timeline=timeline, wake=node.wake)

    def absorb(self, root: str, other: str) -> None:
        """Never called: `roots` returns one root at most."""
        raise AssertionError(f"{root} would absorb {other} without a link")

    def schedule(self, root: str, at: datetime | None) -> None:
        """Wake ``root`` at ``at``; never, where None."""
        self._timers.set(root, at)
        node = self._node(root)
        if node.wake != at:
            self._changed[root] = Node(parent=node.parent, timeline=node.timeline, wake=at)

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return at most ``limit`` roots whose time has come, the longest due first."""
        found = self._timers.due(now, min(limit, self._due_left))
        self._due_left -= len(found)
        return found


def _covers(larger: Timeline, smaller: Timeline) -> bool:
    return (
        smaller.conflicts <= larger.conflicts
        and smaller.versions.items() <= larger.versions.items()
        and smaller.readings.items() <= larger.readings.items()
    )


def _forwarded(hold: Hold, parent: str) -> Hold:
    """Return what goes to ``parent``; the node that it leaves may have been told of as a root."""
    absorbed = tuple(sorted({*hold.absorbed, hold.label}))
    return replace(hold, label=parent, absorbed=absorbed)
