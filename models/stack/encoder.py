"""The encoder at run time: onnxruntime, one text at a time.

The int8 model measures its activations anew for each input, over the whole of it. Texts that share
an input would therefore change each other's numbers, and a reading would depend on its neighbours.
So each text is an input of its own, which costs next to nothing here: small inputs stay in the
cache, and nothing is padded. The number of threads changes nothing in a result.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.plain import Plain
from models.reading import Text
from models.stack.pieces import Tokenize, pieces_of

Row = NDArray[np.float32]


class Encoder:
    """Scores texts by the fine-tuned encoder of an artefact.

    Args:
        folder: holds ``encoder.onnx`` and the tokenizer's files.
        threads: used within one text.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Memory is given back after each text instead of kept for the longest one seen.
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenize, self._marks = load_tokenizer(folder)

    def score(self, text: Text, seen: Plain) -> Row:
        """Logits of a text, one an output."""
        pieces = pieces_of(text, seen, self._tokenize, self._marks)
        found: Row = self._session.run(
            None,
            {
                "ids": np.array([pieces.ids], dtype=np.int64),
                "parts": np.array([pieces.parts], dtype=np.int64),
            },
        )[0][0]
        return found


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
