"""The fine-tuned net as an int8 ONNX file, for onnxruntime alone."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
from torch import nn

from models.stack.store import ENCODER
from models.training.encoder import Net

OPSET: Final = 17
_TOKENIZER_FILES: Final = ("tokenizer.json", "tokenizer_config.json", "config.json")


class _OneText(nn.Module):
    """The net for a single text: nothing is padded, so there is no mask."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: Any, parts: Any) -> Any:
        """Logits of the one text."""
        return self.net(ids, parts, torch.ones_like(ids))


def export(net: Net, tokenizer: Any, folder: Path) -> None:
    """Writes the quantised encoder and its tokenizer into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        _trace(net, plain)
        _fuse(plain, fused, net)
        _quantise(fused, folder / ENCODER)
        tokenizer.save_pretrained(scratch)
        net.encoder.config.save_pretrained(scratch)
        for name in _TOKENIZER_FILES:
            shutil.copyfile(Path(scratch) / name, folder / name)


def _trace(net: Net, path: Path) -> None:
    ids = torch.randint(1000, 2000, (1, 12))
    parts = torch.tensor([[0] * 8 + [1] * 4])
    axes = {"ids": {0: "texts", 1: "pieces"}, "parts": {0: "texts", 1: "pieces"}}
    torch.onnx.export(
        _OneText(net).eval(),
        (ids, parts),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=["ids", "parts"],
        output_names=["logits"],
        dynamic_axes=axes,
    )


def _fuse(plain: Path, fused: Path, net: Net) -> None:
    from onnxruntime.transformers import optimizer

    config = net.encoder.config
    model = optimizer.optimize_model(
        str(plain),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
    )
    model.save_model_to_file(str(fused))


def _quantise(fused: Path, path: Path) -> None:
    """Weights to int8, one scale a channel: one scale a tensor loses much (cosine 0.83)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(fused),
        str(path),
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": 1},
    )
