"""One training, from corpora to an artefact; the same data and seed give the same model."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.plain import plain
from models.reading import Direction
from models.rules.reader import VERSION as RULES
from models.rules.reader import Findings, RulesReader
from models.stack.encoder import Encoder
from models.stack.exits import Exit
from models.stack.features import Features, features_of
from models.stack.linear import LinearHeads
from models.stack.outputs import COLUMNS
from models.stack.store import STAGES, UNSEEN, Stack, save_stack
from models.stack.weighing import NAMES, Weighing, evidence_of
from models.training.corpora import load_own, load_public
from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer
from models.training.example import Example
from models.training.exits import fit_exits
from models.training.export import export
from models.training.linear import fit_linear, matrix_of
from models.training.targets import inputs_of, targets_of
from models.training.tuning import Recipe, Sheet, fit, lower_states
from models.training.weighing import fit_weighing

Matrix = NDArray[np.float32]
Log = Callable[[str], None]
UNSEEN_FOLDS: Final = 5
_DIRECTIONS: Final[tuple[Direction, ...]] = ("inbound", "outbound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to train, from what, and where to put it.

    Attributes:
        data: the directory of the public sets; without one our own texts alone are used.
        out: the folder of the new artefact; its name is the version.
        encoder: the base encoder: the bundled one, a folder, or a name of a hub.
        layers: how many of its layers are kept, from the bottom.
        folds: into so many parts the conversations are split. The linear heads judge each part by
            the others; the encoder is trained on all parts but the first, which the weighing needs
            unseen.
    """

    data: Path | None
    out: Path
    encoder: str = DEFAULT_ENCODER
    layers: int = 6
    folds: int = 4
    recipe: Recipe = field(default_factory=Recipe)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the stages say of each example, none of them trained on its conversation.

    Attributes:
        early, encoder: what the encoder's two heads say; rows outside ``held`` mean nothing.
        held: the rows that the encoder was not trained on.
    """

    examples: Sequence[Example]
    findings: Sequence[Findings]
    linear: Matrix
    early: Matrix
    encoder: Matrix
    held: NDArray[np.bool_]
    groups: NDArray[np.int64]


def train(plan: Plan, log: Log) -> Path:
    """Trains, and writes the artefact; its folder is returned."""
    examples = load_examples(plan.data)
    log(f"{len(examples)} examples: {dict(Counter(one.source for one in examples))}")
    rules = RulesReader()
    findings = [rules.examine(one.text) for one in examples]
    features = [features_of(one.text, seen) for one, seen in zip(examples, findings, strict=True)]
    groups = groups_of(examples)
    work = work_of(plan, examples)
    heads, linear = _linear(plan, work, examples, features, log)
    held = groups % plan.folds == 0
    early, encoder = _train_encoder(plan, work, examples, held, log)
    seen = Seen(
        examples=examples,
        findings=findings,
        linear=linear,
        early=early,
        encoder=encoder,
        held=held,
        groups=groups,
    )
    keep(seen, work)
    stack = weigh(seen, heads, plan.out)
    save_stack(stack, about(plan, examples))
    log(f"wrote {plan.out}")
    return plan.out


def work_of(plan: Plan, examples: Sequence[Example]) -> Path:
    """Where a run keeps its state: beside the artefact, one folder for each plan and data."""
    told = json.dumps(about(plan, examples), sort_keys=True)
    name = f"{plan.out.name}.run-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    folder = plan.out.with_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def load_examples(data: Path | None) -> list[Example]:
    """All texts to train on."""
    return [*load_own(), *(load_public(data) if data is not None else ())]


def groups_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """A number for each conversation that depends on its name alone."""
    return np.array(
        [int.from_bytes(hashlib.sha256(one.group.encode()).digest()[:4]) for one in examples],
        dtype=np.int64,
    )


def about(plan: Plan, examples: Sequence[Example]) -> dict[str, Any]:
    """What the manifest says of where a model comes from."""
    return {
        "rules": RULES,
        "encoder": plan.encoder,
        "layers": plan.layers,
        "folds": plan.folds,
        "recipe": asdict(plan.recipe),
        "examples": dict(Counter(one.source for one in examples)),
        "data": hashlib.sha256(
            json.dumps(
                [[one.text.id, one.text.text, sorted(one.names)] for one in examples]
            ).encode()
        ).hexdigest(),
    }


def _linear(
    plan: Plan,
    work: Path,
    examples: Sequence[Example],
    features: Sequence[Features],
    log: Log,
) -> tuple[LinearHeads, Matrix]:
    """The linear heads and what they say unseen: kept from a run that was stopped, or fitted."""
    path = work / "linear.npz"
    if not path.exists():
        heads, unseen = _train_linear(examples, features, groups_of(examples), plan.folds, log)
        np.savez(
            path,
            names=np.array(list(heads.rows)),
            rarity=heads.rarity,
            table=heads.table,
            bias=heads.bias,
            unseen=unseen,
        )
    with np.load(path, allow_pickle=False) as kept:
        heads = LinearHeads(
            rows={str(name): row for row, name in enumerate(kept["names"])},
            rarity=kept["rarity"],
            table=kept["table"],
            bias=kept["bias"],
        )
        return heads, kept["unseen"]


def _train_linear(
    examples: Sequence[Example],
    features: Sequence[Features],
    groups: NDArray[np.int64],
    folds: int,
    log: Log,
) -> tuple[LinearHeads, Matrix]:
    targets = targets_of(examples)
    weights = np.array([one.weight for one in examples], dtype=np.float32)
    unseen = np.zeros_like(targets)
    for fold in range(folds):
        test = np.flatnonzero(groups % folds == fold).tolist()
        rest = np.flatnonzero(groups % folds != fold).tolist()
        part = fit_linear([features[row] for row in rest], targets[rest], weights[rest])
        matrix = matrix_of([features[row] for row in test], part.rows, part.rarity)
        unseen[test] = matrix @ part.table + part.bias
        log(f"linear heads, fold {fold + 1} of {folds}")
    heads = fit_linear(features, targets, weights)
    log(f"linear heads: {len(heads.rows)} features")
    return heads, unseen


def _train_encoder(
    plan: Plan, work: Path, examples: Sequence[Example], held: NDArray[np.bool_], log: Log
) -> tuple[Matrix, Matrix]:
    """Trains on what is not held back, exports, and tells the logits of what is."""
    tokenizer, tokenize, marks = load_tokenizer(plan.encoder)
    inputs = inputs_of(examples, tokenize, marks)
    net = build_net(plan.encoder, plan.layers)
    states = lower_states(net.eval(), inputs, plan.recipe.tuned)
    log(f"lower layers passed: {sum(len(one.ids) for one in inputs)} pieces")
    rows, rest = np.flatnonzero(held).tolist(), np.flatnonzero(~held).tolist()
    sheet = Sheet(
        inputs=[inputs[row] for row in rest],
        states=[states[row] for row in rest],
        targets=targets_of(examples)[rest],
        weights=np.array([examples[row].weight for row in rest], dtype=np.float32),
    )
    fit(net, sheet, plan.recipe, log, work / "encoder.pt")
    export(net.eval(), tokenizer, plan.out)
    log(f"encoder exported to {plan.out}")
    return encoded(plan.out, examples, rows)


def encoded(
    folder: Path, examples: Sequence[Example], rows: Sequence[int]
) -> tuple[Matrix, Matrix]:
    """What the exported encoder says of some examples, early and in the end: what is weighed is
    what will run."""
    encoder = Encoder(folder)
    early = np.zeros((len(examples), len(COLUMNS)), dtype=np.float32)
    last = np.zeros_like(early)
    for row in rows:
        text = examples[row].text
        half = encoder.begin(text, plain(text.text))
        early[row], last[row] = half.logits, encoder.finish(half)
    return early, last


def keep(seen: Seen, work: Path) -> None:
    """Keeps what the weighing was fitted on, for a closer look."""
    np.savez_compressed(
        work / "logits.npz",
        linear=seen.linear,
        early=seen.early,
        encoder=seen.encoder,
        held=seen.held,
    )


def weigh(seen: Seen, heads: LinearHeads, folder: Path) -> Stack:
    """The stack with the weighing of each stage and the exits, fitted on what no stage was trained
    on."""
    weighings: dict[Direction, list[Weighing]] = {}
    exits: dict[Direction, list[Exit]] = {}
    told: dict[str, Any] = {}
    for direction in _DIRECTIONS:
        mine = np.array([one.direction == direction for one in seen.examples])
        rows = np.flatnonzero(mine).tolist()
        held = np.flatnonzero(mine & seen.held).tolist()
        unseen = [seen.examples[row] for row in held]
        quick = fit_weighing(
            direction,
            _evidence(seen, rows, None),
            [seen.examples[row] for row in rows],
            seen.groups[rows],
        )
        evidence = [_evidence(seen, held, stage) for stage in (None, seen.early, seen.encoder)]
        deep = [fit_weighing(direction, one, unseen, seen.groups[held]) for one in evidence[1:]]
        weighings[direction] = [quick, *deep]
        logits = [
            weighing.logits(one)
            for weighing, one in zip(weighings[direction], evidence, strict=True)
        ]
        exits[direction] = fit_exits(direction, logits, unseen)
        told |= _unseen(direction, seen)
    np.savez_compressed(folder / UNSEEN, **told)
    return Stack(version=folder.name, folder=folder, heads=heads, weighings=weighings, exits=exits)


def _unseen(direction: Direction, seen: Seen) -> dict[str, Any]:
    """What each stage says of the texts held back, weighed as fitted on other conversations; for
    the card."""
    mine = np.array([one.direction == direction for one in seen.examples])
    held = np.flatnonzero(mine & seen.held)
    told: dict[str, Any] = {
        f"{direction}-ids": np.array([seen.examples[row].text.id for row in held.tolist()])
    }
    fold_of = seen.groups // UNSEEN_FOLDS % UNSEEN_FOLDS
    for stage, encoder in zip(STAGES, (None, seen.early, seen.encoder), strict=True):
        rows = np.flatnonzero(mine) if encoder is None else held
        logits = np.zeros((len(held), len(NAMES[direction])), dtype=np.float16)
        for fold in range(UNSEEN_FOLDS):
            rest: list[int] = rows[fold_of[rows] != fold].tolist()
            weighing = fit_weighing(
                direction,
                _evidence(seen, rest, encoder),
                [seen.examples[row] for row in rest],
                seen.groups[rest],
            )
            test = fold_of[held] == fold
            logits[test] = weighing.logits(_evidence(seen, held[test].tolist(), encoder))
        told[f"{direction}-{stage}"] = logits
    return told


def _evidence(seen: Seen, rows: Sequence[int], encoder: Matrix | None) -> Matrix:
    return np.array(
        [
            evidence_of(
                seen.examples[row].text,
                seen.findings[row],
                seen.linear[row],
                None if encoder is None else encoder[row],
            )
            for row in rows
        ]
    )


def with_seed(plan: Plan, seed: int) -> Plan:
    """The plan with another seed."""
    return replace(plan, recipe=replace(plan.recipe, seed=seed))
