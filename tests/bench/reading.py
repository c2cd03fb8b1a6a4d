"""Texts a second of each way to read, on one core, each in a process of its own."""

import os
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from models.reading import Reader, Text
from tests.bench import texts

ROUNDS = 3


def reading(tweets: int, mails: int) -> dict[str, Any]:
    """The cascade beside its parts and beside a plain `transformers` pipeline."""
    for name in ("OMP_NUM_THREADS", "TOKENIZERS_PARALLELISM"):
        os.environ[name] = "1" if name.startswith("OMP") else "false"
    from models.readers import load_reader
    from models.stack.reader import StackReader
    from models.stack.store import list_artefacts, load_stack

    began = time.perf_counter()
    cascade = load_reader()
    assert isinstance(cascade, StackReader)
    cascade.warm()
    started = time.perf_counter() - began
    readers: dict[str, Reader] = {
        "cascade": cascade,
        "rules": load_reader("rules"),
        "encoder_always": StackReader(load_stack(list_artefacts()[-1]), always_encode=True),
    }
    samples = {"tweets": texts.tweets(tweets), "mails": texts.mails(mails)}
    found: dict[str, Any] = {"start_up_seconds": started}
    for length, sample in samples.items():
        own = [one.text for one in sample]
        for name, reader in readers.items():
            found[f"{name}_{length}_per_s"] = _rate(partial(reader.read, own), len(own))
        found[f"encoder_alone_{length}_per_s"] = _encoder_alone(cascade, own)
    asked = cascade.paths["encoded"] / max(1, sum(cascade.paths.values()))
    found["encoded_share"] = asked
    found["megabytes_peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Last, since torch takes more memory than everything else here.
    for length, sample in samples.items():
        found[f"pipeline_{length}_per_s"] = _pipeline([one.text for one in sample])
    return found


def _rate(run: Callable[[], Any], count: int) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return count / best


def _encoder_alone(reader: Any, own: Sequence[Text]) -> float:
    from models.plain import plain

    encoder = reader.encoder
    seen = [plain(text.text) for text in own]
    return _rate(
        lambda: [encoder.score(text, one) for text, one in zip(own, seen, strict=True)], len(own)
    )


def _pipeline(own: Sequence[Text]) -> float | None:
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
    words = [text.text for text in own][: max(40, len(own) // 4)]
    return _rate(lambda: [classify(one, truncation=True, top_k=None) for one in words], len(words))
