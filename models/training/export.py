"""The fine-tuned net as two int8 ONNX files, for onnxruntime alone.

The first holds the word vectors and the lower layers, up to the early head; the second goes on from
there. Most texts need but the first.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
from torch import nn

from models.stack.store import LOWER, UPPER
from models.training.encoder import Net, pooled

OPSET: Final = 17
_TOKENIZER_FILES: Final = ("tokenizer.json", "tokenizer_config.json", "config.json")


class _Lower(nn.Module):
    """The net up to its early head, for a single text: nothing is padded, so there is no mask."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net
        self.layers = net.encoder.encoder.layer[: net.early]

    def forward(self, ids: Any, parts: Any) -> Any:
        """What the layers make of the text, and the early logits."""
        states = self.net.encoder.embeddings(input_ids=ids, token_type_ids=self.net.types(parts))
        states = _passed(self.layers, states)
        return states, self.net.early_head(pooled(states, parts, torch.ones_like(parts)))


class _Upper(nn.Module):
    """The net from where its lower half ended."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net
        self.layers = net.encoder.encoder.layer[net.early :]

    def forward(self, states: Any, parts: Any) -> Any:
        """The last logits."""
        states = _passed(self.layers, states)
        return self.net.head(pooled(states, parts, torch.ones_like(parts)))


def _passed(layers: Any, states: Any) -> Any:
    for layer in layers:
        states = layer(states, None)
        states = states[0] if isinstance(states, tuple) else states
    return states


def export(net: Net, tokenizer: Any, folder: Path) -> None:
    """Writes the quantised encoder and its tokenizer into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    net = net.eval().cpu()
    parts = torch.tensor([[0] * 8 + [1] * 4])
    ids = torch.randint(1000, 2000, parts.shape)
    lower = _Lower(net).eval()
    with TemporaryDirectory() as scratch, torch.no_grad():
        states, _ = lower(ids, parts)
        _write(lower, {"ids": ids, "parts": parts}, ["states", "logits"], net, folder / LOWER)
        upper = _Upper(net).eval()
        _write(upper, {"states": states, "parts": parts}, ["logits"], net, folder / UPPER)
        tokenizer.save_pretrained(scratch)
        net.encoder.config.save_pretrained(scratch)
        for name in _TOKENIZER_FILES:
            shutil.copyfile(Path(scratch) / name, folder / name)


def _write(
    module: nn.Module, inputs: dict[str, Any], outputs: list[str], net: Net, path: Path
) -> None:
    """Traces, fuses what belongs together, quantises."""
    axes = {"ids", "parts", "states"} & {*inputs, *outputs}
    with TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        torch.onnx.export(
            module,
            tuple(inputs.values()),
            str(plain),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in axes},
        )
        _fuse(plain, fused, net)
        _quantise(fused, path)


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
    _part(model.model.graph)
    model.save_model_to_file(str(fused))


def _part(graph: Any) -> None:
    """Sums and norms as two nodes each: onnxruntime's joint one takes five times as long (110
    against 22 µs for 50 pieces), a third of the encoder's time."""
    from onnx import helper

    nodes = []
    for node in graph.node:
        if node.op_type != "SkipLayerNormalization":
            nodes.append(node)
            continue
        one, other, scale, shift, *bias = node.input
        name = node.output[0]
        if bias:
            nodes.append(helper.make_node("Add", [one, bias[0]], [f"{name}_shifted"]))
            one = f"{name}_shifted"
        nodes.append(helper.make_node("Add", [one, other], [f"{name}_sum"]))
        least = next(told.f for told in node.attribute if told.name == "epsilon")
        nodes.append(
            helper.make_node(
                "LayerNormalization",
                [f"{name}_sum", scale, shift],
                [name],
                axis=-1,
                epsilon=least,
            )
        )
    del graph.node[:]
    graph.node.extend(nodes)


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
