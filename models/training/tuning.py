"""Fine-tunes the encoder's upper layers and its head on all signals at once.

The lower layers stay as they are, so what they make of a text is computed once and kept: an epoch
then costs a third of what it would, and folds cost no more passes through the lower layers.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.stack.outputs import COMPANY, CUSTOMER, RESPONSE, SEVERITY, THEME
from models.stack.pieces import Pieces
from models.training.encoder import Net, padded
from models.training.targets import MASKED

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
    """

    tuned: int = 3
    epochs: int = 4
    rate: float = 3e-4
    head_rate: float = 8e-3
    decay: float = 0.9
    batch: int = 32
    smoothing: float = 0.03
    seed: int = 1


def lower_states(net: Net, inputs: Sequence[Pieces], tuned: int, batch: int = 32) -> States:
    """What all but the upper ``tuned`` layers make of each input."""
    inner = net.encoder.encoder
    layers, found = inner.layer, [np.zeros((0, 0), np.float16)] * len(inputs)
    inner.layer = layers[: len(layers) - tuned]
    try:
        with torch.no_grad():
            for rows in _by_length(inputs, batch):
                ids, parts, mask = padded([inputs[row] for row in rows])
                states = net.encoder(
                    input_ids=ids, attention_mask=mask, token_type_ids=parts
                ).last_hidden_state
                for place, row in enumerate(rows):
                    kept = states[place, : len(inputs[row].ids)]
                    found[row] = kept.to(torch.float16).numpy().copy()
    finally:
        inner.layer = layers
    return found


class Upper(nn.Module):
    """The layers that learn, and the head; they are the net's own, not copies."""

    def __init__(self, net: Net, tuned: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(list(net.encoder.encoder.layer)[-tuned:])
        self.net_head, self.drop = net.head, net.drop

    def forward(self, states: Any, parts: Any, mask: Any) -> Any:
        """Logits, one row a text."""
        hidden = (1.0 - mask[:, None, None, :].to(states.dtype)) * -1e4
        for layer in self.layers:
            states = layer(states, hidden)
            states = states[0] if isinstance(states, tuple) else states
        own = (mask * (1 - parts)).unsqueeze(-1).to(states.dtype)
        mean = (states * own).sum(1) / own.sum(1)
        return self.net_head(self.drop(torch.cat([mean, states[:, 0]], dim=1)))


def fit(  # each is a part of the run, named at the call
    net: Net,
    inputs: Sequence[Pieces],
    states: States,
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
    recipe: Recipe,
    log: Callable[[str], None] | None = None,
) -> Upper:
    """Fine-tunes in place; the same seed on the same machine gives the same weights."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311  # shuffling, no secret
    upper = Upper(net, recipe.tuned)
    steps = recipe.epochs * -(-len(inputs) // recipe.batch)
    optimizer = torch.optim.AdamW(list(_groups(upper, recipe)), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    upper.train()
    for epoch in range(recipe.epochs):
        total = 0.0
        for rows in _batches(inputs, recipe.batch, chance):
            logits = upper(*_padded([inputs[row] for row in rows], [states[row] for row in rows]))
            told = torch.from_numpy(targets[rows])
            loss = (
                _losses(logits, told, recipe.smoothing) * torch.from_numpy(weights[rows])
            ).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        if log is not None:
            log(f"epoch {epoch + 1} of {recipe.epochs}: loss {total / len(inputs):.4f}")
    upper.eval()
    return upper


def predict(
    upper: Upper, inputs: Sequence[Pieces], states: States, batch: int = 64
) -> NDArray[np.float32]:
    """Logits, one row an input."""
    found = np.zeros((len(inputs), upper.net_head.out_features), dtype=np.float32)
    upper.eval()
    with torch.no_grad():
        for rows in _by_length(inputs, batch):
            found[rows] = upper(
                *_padded([inputs[row] for row in rows], [states[row] for row in rows])
            ).numpy()
    return found


def _losses(logits: Any, targets: Any, smoothing: float) -> Any:
    """One loss a text: over its signals, and over each choice that is known."""
    signals = torch.cat([logits[:, CUSTOMER], logits[:, COMPANY]], dim=1)
    told = torch.cat([targets[:, CUSTOMER], targets[:, COMPANY]], dim=1)
    known = (told != MASKED).to(logits.dtype)
    soft = told.clamp(min=0) * (1 - 2 * smoothing) + smoothing
    each = nn.functional.binary_cross_entropy_with_logits(signals, soft, reduction="none")
    loss = (each * known).sum(1) / 3
    for columns, share in ((RESPONSE, 1.0), (SEVERITY, 0.3), (THEME, 0.3)):
        chosen = targets[:, columns]
        rows = (chosen[:, 0] != MASKED).to(logits.dtype)
        loss = loss + share * rows * nn.functional.cross_entropy(
            logits[:, columns],
            chosen.clamp(min=0).argmax(1),
            reduction="none",
            label_smoothing=smoothing,
        )
    return loss


def _groups(upper: Upper, recipe: Recipe) -> Iterator[dict[str, Any]]:
    """The layers with rates that fall from the top, and the head."""
    for depth, layer in enumerate(reversed(list(upper.layers))):
        yield {"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**depth}
    yield {"params": list(upper.net_head.parameters()), "lr": recipe.head_rate}


def _rate(step: int, steps: int) -> float:
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / (steps - warm))


def _by_length(inputs: Sequence[Pieces], size: int) -> Iterator[list[int]]:
    order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids))
    yield from (order[start : start + size] for start in range(0, len(order), size))


def _batches(inputs: Sequence[Pieces], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Batches of texts of like length, in random order: padding costs as much as text."""
    order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids) + 8 * chance.random())
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(batches)
    yield from batches


def _padded(inputs: Sequence[Pieces], states: States) -> tuple[Any, Any, Any]:
    _, parts, mask = padded(inputs)
    held = torch.zeros((*mask.shape, states[0].shape[1]))
    for row, one in enumerate(states):
        held[row, : len(one)] = torch.from_numpy(one.astype(np.float32))
    return held, parts, mask
