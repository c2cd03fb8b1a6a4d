"""What each way to read is worth and costs: mean F1 and texts a second on the same texts."""

from functools import partial
from pathlib import Path

from models.evaluation.evaluate import mean_f1
from models.evaluation.measures import Figure
from models.evaluation.sets import load_threads
from models.evaluation.speed import rate
from models.readers import load_reader
from models.reading import Reader
from models.stack.reader import StackReader
from models.stack.store import load_stack


def trade_figures(folder: Path, data: Path) -> list[Figure]:
    """Of the rules, each stage for every text, and the cascade: F1 and speed on the threads."""
    examples = load_threads(data)
    texts = [one.text for one in examples]
    ways: dict[str, Reader] = {
        "rules": load_reader("rules"),
        "first stage for every text": StackReader(load_stack(folder), deepest="quick"),
        "half the encoder at most": StackReader(load_stack(folder), deepest="half"),
        "cascade": StackReader(load_stack(folder)),
        "encoder for every text": StackReader(load_stack(folder), always_encode=True),
    }
    figures = []
    for name, way in ways.items():
        score = mean_f1(way, examples)
        speed = rate(partial(way.read, texts), len(texts), 1)

        figures += [
            Figure(name=f"trade on the threads: {name}, mean F1", value=score, n=len(texts)),
            Figure(
                name=f"trade on the threads: {name}, speed",
                value=speed,
                n=len(texts),
                unit="texts/s",
            ),
        ]
    return figures
