"""Fine-tunes the encoder's layers and its heads on all signals at once.

The word vectors stay as they are, and so do lower layers where a recipe tunes fewer than all: what
they make of a text is computed once and kept.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.stack.outputs import COMPANY, CUSTOMER, RESPONSE, SEVERITY, THEME
from models.stack.pieces import Pieces
from models.training.encoder import Net, device_of, padded, pooled
from models.training.targets import MASKED

KEEP_STEPS: Final = 40
"""Steps after which a run's state is kept."""

_CHOICES: Final = ((RESPONSE, 1.0), (SEVERITY, 0.3), (THEME, 0.3))
"""Columns of which one holds, and how much its loss counts."""

States = Sequence[NDArray[np.float16]]
"""What the lower layers make of each text: a row a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the encoder is fine-tuned.

    Attributes:
        tuned: how many layers learn, from the top.
        epochs: how often every example is seen.
        rate: learning rate of the topmost layer; a lower one's is ``decay`` times the next.
        smoothing: of the targets.
        early_share: what the early head's loss counts beside the last one's.
        taught: how much of the early head's loss is the distance from what the last head says, the
            rest being the distance from the labels.
        precision: of the products in training: ``bfloat16``, which is twice as fast on a processor
            made for it, or ``float32``.
    """

    tuned: int = 6
    epochs: int = 3
    rate: float = 3e-4
    head_rate: float = 4e-3
    decay: float = 0.9
    batch: int = 32
    smoothing: float = 0.03
    early_share: float = 0.6
    taught: float = 0.5
    precision: str = "bfloat16"
    seed: int = 1


def lower_states(net: Net, inputs: Sequence[Pieces], tuned: int, batch: int = 32) -> States:
    """What all but the upper ``tuned`` layers make of each input."""
    inner, device = net.encoder.encoder, device_of(net)
    layers, found = inner.layer, [np.zeros((0, 0), np.float16)] * len(inputs)
    inner.layer = layers[: len(layers) - tuned]  # of six tuned none: the word vectors alone
    try:
        with torch.no_grad():
            for rows in _by_length(inputs, batch):
                ids, parts, mask = padded([inputs[row] for row in rows])
                states = net.encoder(
                    input_ids=ids.to(device),
                    attention_mask=mask.to(device),
                    token_type_ids=net.types(parts.to(device)),
                ).last_hidden_state.cpu()
                for place, row in enumerate(rows):
                    kept = states[place, : len(inputs[row].ids)]
                    found[row] = kept.to(torch.float16).numpy().copy()
    finally:
        inner.layer = layers
    return found


class Upper(nn.Module):
    """The layers that learn, and the heads; they are the net's own, not copies."""

    def __init__(self, net: Net, tuned: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(list(net.encoder.encoder.layer)[-tuned:])
        self.net_head, self.drop = net.head, net.drop
        self.early_head, self.early = net.early_head, net.early - net.layers + tuned

    def forward(self, states: Any, parts: Any, mask: Any) -> tuple[Any, Any]:
        """Logits of the last layer and of the early one, one row a text."""
        hidden = (1.0 - mask[:, None, None, :].to(states.dtype)) * -1e4
        early = None
        for depth, layer in enumerate(self.layers, start=1):
            states = layer(states, hidden)
            states = states[0] if isinstance(states, tuple) else states
            if depth == self.early:
                early = self.early_head(self.drop(pooled(states, parts, mask)))
        return self.net_head(self.drop(pooled(states, parts, mask))), early


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is learnt: inputs, what the fixed layers make of them, targets and weights."""

    inputs: Sequence[Pieces]
    states: States
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


def fit(
    net: Net,
    sheet: Sheet,
    recipe: Recipe,
    log: Callable[[str], None] | None = None,
    keep: Path | None = None,
) -> Upper:
    """Fine-tunes in place; the same seed on the same machine gives the same weights.

    Args:
        net: whose upper layers learn.
        sheet: what they learn.
        recipe: how.
        log: told of every epoch.
        keep: a file for the state of the run, written now and then: a run that was stopped goes on
            from there and ends as if it had not been.
    """
    upper = Upper(net, recipe.tuned)
    steps = recipe.epochs * -(-len(sheet.inputs) // recipe.batch)
    optimizer = torch.optim.AdamW(list(_groups(upper, recipe)), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    state = _State(upper=upper, optimizer=optimizer, schedule=schedule, keep=keep)
    done = state.load()
    upper.train()
    order = _order(sheet.inputs, recipe)
    for step, rows in enumerate(order):
        if step < done:
            continue
        torch.manual_seed(recipe.seed * 1_000_003 + step)  # dropout: the same after a stop
        state.learn(_loss(upper, sheet, rows, recipe))
        if (step + 1) % KEEP_STEPS == 0 or step + 1 == len(order):
            state.save(step + 1)
            if log is not None:
                log(f"step {step + 1} of {len(order)}: loss {state.mean():.4f}")
    upper.eval()
    return upper


@dataclass(slots=True, kw_only=True)
class _State:
    """A run as it stands, on disk between two parts of it."""

    upper: Upper
    optimizer: Any
    schedule: Any
    keep: Path | None
    losses: list[float] = field(default_factory=list)

    def learn(self, loss: Any) -> None:
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.upper.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.losses.append(loss.item())

    def mean(self) -> float:
        return float(np.mean(self.losses[-KEEP_STEPS:]))

    def load(self) -> int:
        if self.keep is None or not self.keep.exists():
            return 0
        kept = torch.load(self.keep, weights_only=True)
        self.upper.load_state_dict(kept["upper"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.schedule.load_state_dict(kept["schedule"])
        return int(kept["step"])

    def save(self, step: int) -> None:
        if self.keep is None:
            return
        fresh = self.keep.with_suffix(".new")
        torch.save(
            {
                "upper": self.upper.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
                "step": step,
            },
            fresh,
        )
        fresh.replace(self.keep)


def _loss(upper: Upper, sheet: Sheet, rows: Sequence[int], recipe: Recipe) -> Any:
    device = device_of(upper)
    told = torch.from_numpy(sheet.targets[rows]).to(device)
    weights = torch.from_numpy(sheet.weights[rows]).to(device)
    with torch.autocast(device.type, getattr(torch, recipe.precision)):
        last, early = upper(*_padded(sheet.inputs, sheet.states, rows, device))
    last = last.float()
    loss = (_losses(last, told, recipe.smoothing) * weights).mean()
    if early is None:
        return loss
    by_labels = _losses(early.float(), told, recipe.smoothing)
    by_last = _distances(early.float(), last.detach(), told)
    taught = (1 - recipe.taught) * by_labels + recipe.taught * by_last
    return loss + recipe.early_share * (taught * weights).mean()


def warmed(net: Net, start: Path | None) -> Net:
    """The net with the layers and heads of a finished run in place of its own.

    Args:
        net: of the same encoder.
        start: what ``fit`` kept of a run that tuned every layer; null leaves the net as it is.
    """
    if start is not None:
        kept = torch.load(start, weights_only=True, map_location=device_of(net))
        Upper(net, net.layers).load_state_dict(kept["upper"])
    return net


def predict(
    upper: Upper, inputs: Sequence[Pieces], states: States, batch: int = 64
) -> NDArray[np.float32]:
    """Logits of the last layer, one row an input."""
    found = np.zeros((len(inputs), upper.net_head.out_features), dtype=np.float32)
    upper.eval()
    device = device_of(upper)
    with torch.no_grad():
        for rows in _by_length(inputs, batch):
            found[rows] = upper(*_padded(inputs, states, rows, device))[0].cpu().numpy()
    return found


def _losses(logits: Any, targets: Any, smoothing: float) -> Any:
    """One loss a text: over its signals, and over each choice that is known."""
    signals = torch.cat([logits[:, CUSTOMER], logits[:, COMPANY]], dim=1)
    told = torch.cat([targets[:, CUSTOMER], targets[:, COMPANY]], dim=1)
    known = (told != MASKED).to(logits.dtype)
    soft = told.clamp(min=0) * (1 - 2 * smoothing) + smoothing
    each = nn.functional.binary_cross_entropy_with_logits(signals, soft, reduction="none")
    loss = (each * known).sum(1) / 3
    for columns, share in _CHOICES:
        chosen = targets[:, columns]
        rows = (chosen[:, 0] != MASKED).to(logits.dtype)
        loss = loss + share * rows * nn.functional.cross_entropy(
            logits[:, columns],
            chosen.clamp(min=0).argmax(1),
            reduction="none",
            label_smoothing=smoothing,
        )
    return loss


def _distances(logits: Any, teacher: Any, targets: Any) -> Any:
    """As `_losses`, from what a teacher says instead of from the labels."""
    signals = torch.cat([logits[:, CUSTOMER], logits[:, COMPANY]], dim=1)
    said = torch.cat([teacher[:, CUSTOMER], teacher[:, COMPANY]], dim=1).sigmoid()
    told = torch.cat([targets[:, CUSTOMER], targets[:, COMPANY]], dim=1)
    known = (told != MASKED).to(logits.dtype)
    each = nn.functional.binary_cross_entropy_with_logits(signals, said, reduction="none")
    loss = (each * known).sum(1) / 3
    for columns, share in _CHOICES:
        rows = (targets[:, columns][:, 0] != MASKED).to(logits.dtype)
        loss = loss + share * rows * nn.functional.cross_entropy(
            logits[:, columns], teacher[:, columns].softmax(1), reduction="none"
        )
    return loss


def _groups(upper: Upper, recipe: Recipe) -> Iterator[dict[str, Any]]:
    """The layers with rates that fall from the top, and the head."""
    for depth, layer in enumerate(reversed(list(upper.layers))):
        yield {"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**depth}
    heads = [*upper.net_head.parameters(), *upper.early_head.parameters()]
    yield {"params": heads, "lr": recipe.head_rate}


def _rate(step: int, steps: int) -> float:
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / (steps - warm))


def _by_length(inputs: Sequence[Pieces], size: int) -> Iterator[list[int]]:
    order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids))
    yield from (order[start : start + size] for start in range(0, len(order), size))


def _order(inputs: Sequence[Pieces], recipe: Recipe) -> list[list[int]]:
    """Every batch of the run: texts of like length together, since padding costs as much as
    text, and the batches in an order that the seed alone decides."""
    chance = random.Random(recipe.seed)  # noqa: S311  # shuffling, no secret
    found: list[list[int]] = []
    for _ in range(recipe.epochs):
        lengths = [len(one.ids) + 8 * chance.random() for one in inputs]
        order = sorted(range(len(inputs)), key=lengths.__getitem__)
        epoch = [order[at : at + recipe.batch] for at in range(0, len(order), recipe.batch)]
        chance.shuffle(epoch)
        found += epoch
    return found


def _padded(
    inputs: Sequence[Pieces], states: States, rows: Sequence[int], device: torch.device
) -> tuple[Any, Any, Any]:
    _, parts, mask = padded([inputs[row] for row in rows])
    held = torch.zeros((*mask.shape, states[rows[0]].shape[1]))
    for place, row in enumerate(rows):
        held[place, : len(states[row])] = torch.from_numpy(states[row].astype(np.float32))
    return held.to(device), parts.to(device), mask.to(device)
