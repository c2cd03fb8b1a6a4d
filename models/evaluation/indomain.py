"""Fine-tuned in domain: complaints-acl2019 under ten folds, as published figures are measured.

Each tenth of the tweets is judged by what was made of the other nine: a logistic regression on
TF-IDF, on what the frozen encoder says, on words and rules' finds, and the encoder fine-tuned;
of the last two the logits are added. Nothing that is trained here is kept for reading.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.evaluation.baselines import frozen_vectors, regression, tfidf
from models.evaluation.measures import Figure, macro_f1, macro_f1_of
from models.evaluation.sets import load_acl2019
from models.rules.reader import RulesReader
from models.stack.features import features_of
from models.stack.outputs import COLUMNS, SEVERITIES, SEVERITY
from models.training.encoder import DEFAULT_ENCODER, build_net, load_tokenizer
from models.training.example import Example
from models.training.linear import fit_linear, matrix_of
from models.training.targets import inputs_of, targets_of
from models.training.tuning import Recipe, Sheet, fit, lower_states, predict, warmed

FOLDS: Final = 10
RECIPE: Final = Recipe(
    epochs=3, rate=1e-4, head_rate=3e-3, batch=32, early_share=0.0, precision="bfloat16"
)
"""How each fold is fine-tuned; the early head, which nobody asks here, learns nothing."""

_COMPLAINT: Final = COLUMNS.index("complaint")
Matrix = NDArray[np.float32]
Log = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class InDomain:
    """How the encoder is fine-tuned under ten folds.

    Attributes:
        recipe: of each fold.
        keep: a folder for the logits of each fold: a run that was stopped goes on with the next.
        start: the state of a training (``encoder.pt`` of a run) to start from; null for the base
            encoder.
    """

    recipe: Recipe
    keep: Path
    start: Path | None = None


def in_domain_figures(data: Path, plan: InDomain, log: Log) -> list[Figure]:
    """Complaint and severity, each tenth judged by a model of the other nine.

    Raises:
        ImportError: the extra ``train`` is not installed.
    """
    examples = _examples(data)
    tenth = np.array([hashlib.sha256(one.text.id.encode()).digest()[0] % FOLDS for one in examples])
    ways = [
        ("TF-IDF + LR", _vectors(examples, tenth, tfidf)),
        ("frozen MiniLM + LR", _vectors(examples, tenth, lambda _texts: frozen_vectors())),
    ]
    log("TF-IDF and frozen encoder: done")
    words = _words(examples, tenth)
    log("words and rules: done")
    deep = _encoder(examples, tenth, plan, log)
    done = ~np.isnan(deep[:, 0])
    ways += [("words and rules", words), ("fine-tuned", deep), ("both", words + deep)]
    kept = [one for one, is_done in zip(examples, done, strict=True) if is_done]
    return [figure for name, logits in ways for figure in _judged(name, kept, logits[done])]


def _vectors(examples: Sequence[Example], tenth: NDArray[np.int64], make: Any) -> Matrix:
    """Regressions on vectors: complaint or not, and the severity of what is one."""
    texts = [one.text.text for one in examples]
    told = np.array(["complaint" in one.names for one in examples])
    levels = [SEVERITIES.index(one.severity) if one.severity else 0 for one in examples]
    graded = np.array([level > 0 for level in levels])
    found = np.full((len(examples), len(COLUMNS)), -9.0, dtype=np.float32)
    fixed: Any = None
    for fold in range(FOLDS):
        test, rest = np.flatnonzero(tenth == fold), np.flatnonzero(tenth != fold)
        if fixed is None or make is tfidf:
            vectorise = make([texts[row] for row in rest])
            fixed = vectorise(texts)
        found[test, _COMPLAINT] = (
            regression().fit(fixed[rest], told[rest]).decision_function(fixed[test])
        )
        severe = rest[graded[rest]]
        model = regression().fit(fixed[severe], [levels[row] for row in severe])
        for place, level in enumerate(model.classes_):
            found[test, SEVERITY.start + level] = model.decision_function(fixed[test])[:, place]
    return found


def _examples(data: Path) -> list[Example]:
    with (data / "complaints-acl2019" / "severity.csv").open(encoding="utf-8") as file:
        severity = {_key(row["tweet"]): int(row["Severity"]) for row in csv.DictReader(file)}
    found = []
    for one in load_acl2019(data):
        level = severity.get(_key(one.text.text))
        found.append(replace(one, severity=None if level is None else SEVERITIES[level]))
    return found


def _key(words: str) -> str:
    return " ".join(words.split()).lower()


def _words(examples: Sequence[Example], tenth: NDArray[np.int64]) -> Matrix:
    rules = RulesReader()
    features = [features_of(one.text, rules.examine(one.text)) for one in examples]
    targets, weights = targets_of(examples), np.ones(len(examples), dtype=np.float32)
    found = np.zeros_like(targets)
    for fold in range(FOLDS):
        test, rest = np.flatnonzero(tenth == fold).tolist(), np.flatnonzero(tenth != fold).tolist()
        heads = fit_linear([features[row] for row in rest], targets[rest], weights[rest])
        matrix = matrix_of([features[row] for row in test], heads.rows, heads.rarity)
        found[test] = matrix @ heads.table + heads.bias
    return found


def _encoder(
    examples: Sequence[Example], tenth: NDArray[np.int64], plan: InDomain, log: Log
) -> Matrix:
    """What the fine-tuned encoder says of each tenth; a fold at a time, kept on disk."""
    _, tokenize, marks = load_tokenizer(DEFAULT_ENCODER)
    inputs, targets = inputs_of(examples, tokenize, marks), targets_of(examples)

    def fresh() -> Any:
        return warmed(build_net(DEFAULT_ENCODER, 6), plan.start)

    states = lower_states(fresh().eval(), inputs, plan.recipe.tuned)
    found = np.full((len(examples), len(COLUMNS)), np.nan, dtype=np.float32)
    told = json.dumps([asdict(plan.recipe), str(plan.start)], sort_keys=True)
    keep = plan.keep / f"in-domain-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    keep.mkdir(parents=True, exist_ok=True)
    for fold in range(FOLDS):
        test, rest = np.flatnonzero(tenth == fold).tolist(), np.flatnonzero(tenth != fold).tolist()
        path = keep / f"fold-{fold}.npy"
        if not path.exists():
            sheet = Sheet(
                inputs=[inputs[row] for row in rest],
                states=[states[row] for row in rest],
                targets=targets[rest],
                weights=np.ones(len(rest), dtype=np.float32),
            )
            upper = fit(fresh(), sheet, plan.recipe)
            np.save(
                path, predict(upper, [inputs[row] for row in test], [states[row] for row in test])
            )
        found[test] = np.load(path)
        log(f"fine-tuned, fold {fold + 1} of {FOLDS}: {_score(examples, found, test):.3f}")
    return found


def _score(examples: Sequence[Example], found: Matrix, rows: Sequence[int]) -> float:
    told = np.array(["complaint" in examples[row].names for row in rows])
    return macro_f1(found[rows, _COMPLAINT] >= 0, told)


def _judged(name: str, examples: Sequence[Example], logits: Matrix) -> list[Figure]:
    told = np.array(["complaint" in one.names for one in examples])
    found = logits[:, _COMPLAINT] >= 0
    directed = np.array([dict(one.slices)["directed"] == "True" for one in examples])
    figures = [
        Figure(
            name=f"acl2019 in domain, complaint or not, macro F1, {slice_name}: {name}",
            value=macro_f1(found[rows], told[rows]),
            n=int(rows.sum()),
            positives=int(told[rows].sum()),
            aim=aim,
        )
        for slice_name, rows, aim in (
            ("all", np.ones(len(told), dtype=bool), 0.90),
            ("directed", directed, 0.86),
        )
    ]
    graded = [row for row, one in enumerate(examples) if one.severity not in (None, "none")]
    levels = logits[graded][:, SEVERITY][:, 1:].argmax(axis=1)
    figures.append(
        Figure(
            name=f"acl2019 in domain, severity of complaints, macro F1: {name}",
            value=macro_f1_of(
                [SEVERITIES[1 + level] for level in levels.tolist()],
                [str(examples[row].severity) for row in graded],
                SEVERITIES[1:],
            ),
            n=len(graded),
            aim=0.557,
        )
    )
    return figures
