"""The encoder at run time: onnxruntime, one text at a time.

The int8 model measures its activations anew for each input, over the whole of it. Texts that share
an input would therefore change each other's numbers, and a reading would depend on its neighbours.
So each text is an input of its own, which costs next to nothing here: small inputs stay in the
cache, and nothing is padded. The number of threads changes nothing in a result.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.plain import Plain
from models.reading import Text
from models.stack.pieces import Tokenize, pieces_of
from models.stack.store import LOWER, UPPER

Row = NDArray[np.float32]


class Half(NamedTuple):
    """A text half-way through the encoder.

    Attributes:
        states: what the lower layers make of it.
        parts: which pieces are its own.
        logits: what the early head says, one an output.
    """

    states: NDArray[Any]
    parts: NDArray[np.int64]
    logits: Row


class Encoder:
    """Scores texts by the fine-tuned encoder of an artefact.

    Args:
        folder: holds the tokenizer's files and the encoder's two halves.
        threads: used within one text.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._lower = _session(folder / LOWER, threads)
        self._upper = _session(folder / UPPER, threads)
        self._tokenize, self._marks = load_tokenizer(folder)
        told = json.loads((folder / "config.json").read_text("utf-8"))
        self._shape = tuple(
            int(told[name]) for name in ("hidden_size", "intermediate_size", "num_hidden_layers")
        )

    def begin(self, text: Text, seen: Plain) -> Half:
        """Passes a text through the lower layers."""
        pieces = pieces_of(text, seen, self._tokenize, self._marks)
        parts = np.array([pieces.parts], dtype=np.int64)
        ids = np.array([pieces.ids], dtype=np.int64)
        states, logits = self._lower.run(None, {"ids": ids, "parts": parts})
        return Half(states, parts, logits[0])

    def finish(self, half: Half) -> Row:
        """Passes it through the upper layers: the last head's logits, one an output."""
        found: Row = self._upper.run(None, {"states": half.states, "parts": half.parts})[0][0]
        return found

    def operations(self, text: Text, seen: Plain) -> float:
        """Multiplications and additions in the matrices for a text: what cannot be spared."""
        pieces = len(pieces_of(text, seen, self._tokenize, self._marks).ids)
        width, inner, layers = self._shape
        a_piece = 4 * width * width + 2 * width * inner + 2 * pieces * width
        return 2.0 * layers * pieces * a_piece

    def score(self, text: Text, seen: Plain) -> Row:
        """Logits of a text after all layers, one an output."""
        return self.finish(self.begin(text, seen))


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Memory is given back after each text instead of kept for the longest one seen.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        str(path),
        options,
        providers=["CPUExecutionProvider"],
        # It would join sums and norms again (`models/training/export.py`), and take longer.
        disabled_optimizers=["SkipLayerNormFusion"],
    )


def load_tokenizer(folder: Path) -> tuple[Tokenize, tuple[int, int]]:
    """The tokenizer of a folder as a function, and its marks of start and of end; no network."""
    # It would advise on stderr to install torch, which reading does without.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    fast = tokenizer.backend_tokenizer
    fast.no_padding()
    fast.no_truncation()

    def tokenize(words: str) -> Sequence[int]:
        ids: list[int] = fast.encode(words, add_special_tokens=False).ids
        return ids

    return tokenize, (tokenizer.cls_token_id, tokenizer.sep_token_id)
