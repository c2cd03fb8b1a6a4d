"""The warning's model: it finds what there is to find, says how sure it is, and explains itself."""

from math import exp
from pathlib import Path
from random import Random

import pytest

from models.risk import BadRiskModel, RiskModel, bundled, load, save
from models.risk_fitting import auc, bins, calibration_error, fit, log_loss


def draw(rows: int, seed: int) -> tuple[list[dict[str, float]], list[bool]]:
    """Rows of two features that matter and one that does not, and what happened by them."""
    rng = Random(seed)
    seen: list[dict[str, float]] = []
    happened: list[bool] = []
    for _ in range(rows):
        row = {"bad": rng.gauss(0, 1), "good": float(rng.random() < 0.3), "noise": rng.random()}
        odds = -2.0 + 1.2 * row["bad"] - 1.5 * row["good"]
        seen.append(row)
        happened.append(rng.random() < 1 / (1 + exp(-odds)))
    return seen, happened


def test_what_drives_it_is_found_with_its_weight() -> None:
    """Known weights come back, a feature without influence gets next to none."""
    model = fit(*draw(20_000, 1))
    weights = dict(zip(model.names, model.weights, strict=True))
    assert weights["bad"] == pytest.approx(1.2, abs=0.1)
    assert weights["good"] == pytest.approx(-1.5, abs=0.2)
    assert weights["noise"] == pytest.approx(0.0, abs=0.15)
    assert model.intercept == pytest.approx(-2.0, abs=0.15)


def test_its_probabilities_are_calibrated_on_rows_not_seen() -> None:
    """What is said to happen in one of ten cases happens in about one of ten."""
    model = fit(*draw(20_000, 1))
    rows, happened = draw(20_000, 2)
    told = [model.probability(row) for row in rows]
    assert calibration_error(bins(told, happened)) < 0.01
    assert model.usual == pytest.approx(sum(happened) / len(happened), abs=0.01)
    guess = [model.usual] * len(rows)
    assert log_loss(told, happened) < log_loss(guess, happened)


def test_the_same_rows_give_the_same_model() -> None:
    """Nothing is drawn: fitting can be repeated."""
    assert fit(*draw(500, 3)) == fit(*draw(500, 3))


def test_reasons_are_what_raises_this_case_above_the_average() -> None:
    """A reason has to be there in the case, and to raise the risk."""
    model = RiskModel(
        names=("chases", "left_in_stock", "promise_open"),
        weights=(0.5, 1.0, -2.0),
        averages=(0.5, 0.1, 0.2),
        intercept=-4.0,
        usual=0.02,
    )
    risk = model.judge({"chases": 3.0, "left_in_stock": 1.0, "promise_open": 1.0})
    assert [one.feature for one in risk.reasons] == ["chases", "left_in_stock"]
    assert risk.reasons[0].weight == pytest.approx(1.25)
    assert model.judge({}).reasons == ()
    assert model.judge({"chases": 1.0}).probability > model.judge({}).probability


def test_auc_counts_ties_as_half() -> None:
    """All equal is chance; a perfect order is one; the reverse is zero."""
    assert auc([0.5, 0.5, 0.5, 0.5], [True, False, True, False]) == 0.5
    assert auc([0.1, 0.2, 0.8, 0.9], [False, False, True, True]) == 1.0
    assert auc([0.9, 0.8, 0.2, 0.1], [False, False, True, True]) == 0.0


def test_nothing_is_learnt_from_one_kind_alone() -> None:
    """Where nobody ever went public there is nothing to fit, and that is said."""
    with pytest.raises(ValueError, match="0 happened"):
        fit([{"bad": 1.0}, {"bad": 2.0}], [False, False])


def test_a_model_comes_back_from_its_file(tmp_path: Path) -> None:
    """What was saved is what is loaded."""
    model = fit(*draw(500, 3), fitted_on="a test")
    save(model, tmp_path / "risk.json")
    assert load(tmp_path / "risk.json") == model


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99}', '{"version": 1}'])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, text: str) -> None:
    """The message says which file, so that somebody can mend it."""
    path = tmp_path / "risk.json"
    path.write_text(text)
    with pytest.raises(BadRiskModel, match=r"risk\.json"):
        load(path)
    with pytest.raises(BadRiskModel, match="missing"):
        load(tmp_path / "missing.json")


def test_the_bundled_model_knows_what_makes_people_post() -> None:
    """Threats, stock answers and refusals raise the risk; an open promise lowers it."""
    model = bundled()
    weights = dict(zip(model.names, model.weights, strict=True))
    assert min(weights[name] for name in ("threats", "left_in_stock", "left_in_rejected")) > 0
    assert weights["promise_open"] < 0
    assert 0 < model.usual < 0.1
