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
from models.stack.features import Features, features_of
from models.stack.linear import LinearHeads
from models.stack.outputs import COLUMNS
from models.stack.store import Stack, save_stack
from models.stack.weighing import Weighing, evidence_of
from models.training.corpora import load_own, load_public
from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer
from models.training.example import Example
from models.training.export import export
from models.training.linear import fit_linear, matrix_of
from models.training.margins import fit_margins
from models.training.targets import inputs_of, targets_of
from models.training.tuning import Recipe, fit, lower_states
from models.training.weighing import fit_weighing

Matrix = NDArray[np.float32]
Log = Callable[[str], None]
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
        encoder: rows outside ``held`` are without meaning.
        held: the rows that the encoder was not trained on.
    """

    examples: Sequence[Example]
    findings: Sequence[Findings]
    linear: Matrix
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
    heads, linear = _train_linear(examples, features, groups, plan.folds, log)
    held = groups % plan.folds == 0
    encoder = _train_encoder(plan, examples, held, log)
    seen = Seen(
        examples=examples,
        findings=findings,
        linear=linear,
        encoder=encoder,
        held=held,
        groups=groups,
    )
    keep(seen, plan.out)
    stack = weigh(seen, heads, plan.out)
    save_stack(stack, about(plan, examples))
    log(f"wrote {plan.out}")
    return plan.out


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
    plan: Plan, examples: Sequence[Example], held: NDArray[np.bool_], log: Log
) -> Matrix:
    """Trains on what is not held back, exports, and tells the logits of what is."""
    tokenizer, tokenize, marks = load_tokenizer(plan.encoder)
    inputs = inputs_of(examples, tokenize, marks)
    net = build_net(plan.encoder, plan.layers)
    states = lower_states(net.eval(), inputs, plan.recipe.tuned)
    log(f"lower layers passed: {sum(len(one.ids) for one in inputs)} pieces")
    rows, rest = np.flatnonzero(held).tolist(), np.flatnonzero(~held).tolist()
    fit(
        net,
        [inputs[row] for row in rest],
        [states[row] for row in rest],
        targets_of(examples)[rest],
        np.array([examples[row].weight for row in rest], dtype=np.float32),
        plan.recipe,
        log,
    )
    export(net.eval(), tokenizer, plan.out)
    log(f"encoder exported to {plan.out}")
    return encoded(plan.out, examples, rows)


def encoded(folder: Path, examples: Sequence[Example], rows: Sequence[int]) -> Matrix:
    """What the exported encoder says of some examples: what is weighed is what will run."""
    encoder = Encoder(folder)
    unseen = np.zeros((len(examples), len(COLUMNS)), dtype=np.float32)
    for row in rows:
        text = examples[row].text
        unseen[row] = encoder.score(text, plain(text.text))
    return unseen


def keep(seen: Seen, folder: Path) -> None:
    """Keeps what the weighing was fitted on beside the artefact's folder, for a closer look."""
    folder.with_suffix(".seen").mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder.with_suffix(".seen") / "logits.npz",
        linear=seen.linear,
        encoder=seen.encoder,
        held=seen.held,
    )


def weigh(seen: Seen, heads: LinearHeads, folder: Path) -> Stack:
    """The stack with both weighings and the margins, fitted on what no stage was trained on."""
    quick: dict[Direction, Weighing] = {}
    full: dict[Direction, Weighing] = {}
    margins: dict[Direction, Any] = {}
    for direction in _DIRECTIONS:
        mine = np.array([one.direction == direction for one in seen.examples])
        rows = np.flatnonzero(mine).tolist()
        held = np.flatnonzero(mine & seen.held).tolist()
        shallow, deep = _evidence(seen, rows, encoder=False), _evidence(seen, held, encoder=True)
        examples, unseen = ([seen.examples[row] for row in some] for some in (rows, held))
        quick[direction] = fit_weighing(direction, shallow, examples, seen.groups[rows])
        full[direction] = fit_weighing(direction, deep, unseen, seen.groups[held])
        margins[direction] = fit_margins(
            direction,
            quick[direction].logits(shallow[seen.held[rows]]),
            full[direction].logits(deep),
            unseen,
        )
    return Stack(
        version=folder.name,
        folder=folder,
        heads=heads,
        quick=quick,
        full=full,
        margins=margins,
    )


def _evidence(seen: Seen, rows: Sequence[int], encoder: bool) -> Matrix:
    return np.array(
        [
            evidence_of(
                seen.examples[row].text,
                seen.findings[row],
                seen.linear[row],
                seen.encoder[row] if encoder else None,
            )
            for row in rows
        ]
    )


def with_seed(plan: Plan, seed: int) -> Plan:
    """The plan with another seed."""
    return replace(plan, recipe=replace(plan.recipe, seed=seed))
