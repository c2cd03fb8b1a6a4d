"""How fast each way to read is on one core, beside the plain `transformers` pipeline and the floor.

Rates are of processor time, so that other work on the machine shows little; all ways are measured
in one run, since ratios hold better than absolutes.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from models.evaluation.footprint import footprint
from models.evaluation.measures import Figure
from models.plain import plain
from models.readers import load_reader
from models.reading import Passage, Reader, Text
from models.stack.encoder import Encoder
from models.stack.reader import StackReader
from models.stack.store import load_stack
from models.training.corpora import load_own
from models.training.example import Example

ROUNDS: Final = 3
TWEET_CHARS: Final = (60, 200)
MAIL_CHARS_MIN: Final = 500
FASTER_BY: Final = {"tweets": 20.0, "mails": 8.0}
MEGABYTES_MAX: Final = 400.0
SECONDS_MAX: Final = 3.0
_GEMM: Final = (256, 384, 1536)
_PIPELINE_SHARE: Final = 4


def tweets(count: int) -> list[Example]:
    """Own texts of 60 to 200 characters, customers' and companies', in their threads."""
    low, high = TWEET_CHARS
    return _some([one for one in load_own() if low <= len(one.text.text) <= high], count)


def mails(count: int) -> list[Example]:
    """Texts of at least ``MAIL_CHARS_MIN`` characters: our mails, short ones joined three in
    one."""
    own = [one for one in load_own() if len(one.text.text) >= 200]  # no tweets
    joined: list[Example] = []
    for direction in ("inbound", "outbound"):
        parts = [one for one in own if one.direction == direction]
        joined += [_joined(parts[at : at + 3]) for at in range(0, len(parts) - 2, 3)]
    return _some([one for one in joined if len(one.text.text) >= MAIL_CHARS_MIN], count)


def speed_figures(folder: Path, counts: tuple[int, int]) -> list[Figure]:
    """Texts a second of each way to read, start-up, memory.

    Args:
        folder: of the artefact.
        counts: how many tweets and mails are read.
    """
    os.environ["OMP_NUM_THREADS"], os.environ["TOKENIZERS_PARALLELISM"] = "1", "false"
    fresh = footprint(folder, counts[0])
    figures = [
        _figure("start-up of the reader", fresh.seconds, 1, "s", SECONDS_MAX),
        _figure("memory of the reader, peak", fresh.megabytes, counts[0], "MB", MEGABYTES_MAX),
    ]
    reader = StackReader(load_stack(folder))
    reader.warm()
    samples = {"tweets": tweets(counts[0]), "mails": mails(counts[1])}
    ways: dict[str, Reader] = {
        "cascade": reader,
        "rules": load_reader("rules"),
        "encoder for every text": StackReader(load_stack(folder), always_encode=True),
    }
    rates: dict[tuple[str, str], float] = {}
    for length, sample in samples.items():
        own = [one.text for one in sample]
        reader.paths.clear()
        for name, way in ways.items():
            rates[length, name] = rate(partial(way.read, own), len(own))
        asked = {path: count / reader.paths.total() for path, count in reader.paths.items()}
        figures += [
            _figure(f"speed, {length}: share left after {path}", share, len(own), "")
            for path, share in sorted(asked.items(), reverse=True)
        ]
        rates[length, "encoder alone"] = _encoder_alone(reader.encoder, own)
    figures += _floor(reader.encoder, samples, rates)
    # Last, since torch takes more memory than everything else here.
    for length, sample in samples.items():
        figures += _beside(length, [one.text for one in sample], rates)
    return figures


def rate(run: Callable[[], Any], count: int, rounds: int = ROUNDS) -> float:
    """Texts a second of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return count / best


def _beside(
    length: str, own: Sequence[Text], rates: dict[tuple[str, str], float]
) -> Iterator[Figure]:
    plain_rate = pipeline_rate(own)
    if plain_rate is not None:
        rates[length, "plain transformers pipeline"] = plain_rate
    for (which, name), value in rates.items():
        if which == length:
            yield _figure(f"speed, {length}: {name}", value, len(own), "texts/s")
    if plain_rate is not None:
        ratio = rates[length, "cascade"] / plain_rate
        name = f"speed, {length}: cascade against the plain pipeline"
        yield _figure(name, ratio, len(own), "\u00d7", FASTER_BY[length])


def _floor(
    encoder: Encoder,
    samples: dict[str, list[Example]],
    rates: dict[tuple[str, str], float],
) -> Iterator[Figure]:
    """What the encoder could do at most: the peak of int8 products over its operations a text."""
    try:
        peak = gemm_peak()
    except ImportError:
        return
    yield _figure("int8 matrix product, one core, peak", peak / 1e9, 1, "GOP/s")
    for length, sample in samples.items():
        each = [encoder.operations(one.text, plain(one.text.text)) for one in sample]
        at_most = peak / float(np.mean(each))
        yield _figure(f"speed, {length}: floor of the encoder", at_most, len(each), "texts/s")
        share = rates[length, "encoder alone"] / at_most
        yield _figure(f"speed, {length}: encoder alone, share of its floor", share, len(each), "")


def gemm_peak() -> float:
    """Operations a second of the best int8 product that onnxruntime does on one core.

    Raises:
        ImportError: onnx (the extra ``train``) is not installed.
    """
    import onnxruntime
    from onnx import TensorProto, helper, save

    rows, inner, columns = _GEMM
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
        [
            helper.make_tensor(
                "b", TensorProto.INT8, [inner, columns], bytes(inner * columns), raw=True
            )
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "product.onnx"
        save(model, path)
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    a = np.ones((rows, inner), dtype=np.uint8)
    times = 100
    each = rate(lambda: [session.run(None, {"a": a}) for _ in range(times)], times)
    return each * 2 * rows * inner * columns


def pipeline_rate(own: Sequence[Text]) -> float | None:
    """The plain pipeline: fp32, one text at a time; null where torch is not installed."""
    try:
        import torch
        from transformers import AutoTokenizer, BertForSequenceClassification
        from transformers import pipeline as transformers_pipeline

        from models.training.encoder import DEFAULT_ENCODER, locate
    except ImportError:
        return None
    torch.set_num_threads(1)
    place = locate(DEFAULT_ENCODER)
    classify = transformers_pipeline(
        "text-classification",
        model=BertForSequenceClassification.from_pretrained(place, num_labels=29),
        tokenizer=AutoTokenizer.from_pretrained(place),
        device="cpu",
    )
    words = [text.text for text in own][: max(40, len(own) // _PIPELINE_SHARE)]
    return rate(lambda: [classify(one, truncation=True, top_k=None) for one in words], len(words))


def _encoder_alone(encoder: Encoder, own: Sequence[Text]) -> float:
    seen = [plain(text.text) for text in own]
    return rate(
        lambda: [encoder.score(text, one) for text, one in zip(own, seen, strict=True)], len(own)
    )


def _figure(name: str, value: float, n: int, unit: str, aim: float | None = None) -> Figure:
    return Figure(name=name, value=value, n=n, unit=unit, aim=aim)


def _joined(parts: Sequence[Example]) -> Example:
    first = parts[0]
    context: tuple[Passage, ...] = first.text.context
    words = "\n\n".join(one.text.text for one in parts)
    text = Text(id=first.text.id, text=words, direction=first.direction, context=context)
    return Example(text=text, group="", source="own", names=first.names, known=first.known)


def _some(examples: Sequence[Example], count: int) -> list[Example]:
    step = max(1, len(examples) // count)
    return list(examples[::step][:count])
