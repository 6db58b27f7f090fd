"""The scoring mathematics beside its oracles, in one run: python bench/scoring_speed.py [DATABASE].

Every figure is a ratio of two things measured next to each other, in CPU time, so that whatever
else the machine does counts little; the best of several rounds. With a database (made if there is
none: half a minute, half a gigabyte) ours reads it, while theirs is given the same pairs in memory.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
from model_diagnostics.scoring import SquaredError
from model_diagnostics.scoring import decompose as model_diagnostics_decompose
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from bench.many import counted, fill
from tracker import lexicon
from tracker.scoring.calibration import (
    Floats,
    confidence_band,
    decompose,
    null_miscalibration,
    pooled_pairs,
)
from tracker.scoring.evidence import (
    MEASURES,
    Evidence,
    LedgerLine,
    Said,
    Subject,
    Tally,
    read,
)
from tracker.scoring.inference import Cluster, Ways, moments
from tracker.scoring.scorecard import build
from tracker.store.store import Store

READERS = lexicon.load()


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the CPU seconds of the fastest round, the machine's noise being one-sided."""
    times = []
    for _ in range(rounds):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return min(times)


def forecasts(size: int, distinct: int) -> tuple[Floats, Floats]:
    """Return (n,) probabilities of so many kinds and (n,) outcomes a little less extreme."""
    rng = np.random.default_rng(1950)
    said = rng.integers(1, distinct, size) / distinct
    return said, (rng.random(size) < 0.1 + 0.8 * said).astype(np.float64)


def by_model_diagnostics(said: Floats, happened: Floats) -> object:
    """Decompose with model-diagnostics."""
    return model_diagnostics_decompose(happened, said, scoring_function=SquaredError())


def by_scikit_learn(said: Floats, happened: Floats) -> tuple[float, float, float]:
    """Decompose with what scikit-learn offers: isotonic regression and the Brier score."""
    fit = IsotonicRegression(y_min=0, y_max=1).fit_transform(said, happened)
    score, best_score = brier_score_loss(happened, said), brier_score_loss(happened, fit)
    base = brier_score_loss(happened, np.full(happened.size, happened.mean()))
    return score - best_score, base - best_score, base


def against_the_oracles(size: int) -> None:
    """Print the decomposition of pairs in memory, ours beside theirs."""
    print(f"decomposition of {size:,} pairs in memory (pooling included)")
    print("   distinct        ours   model-diagnostics        scikit-learn")
    for distinct in (40, 1000, 10**9):
        said, happened = forecasts(size, distinct)
        ours = best(lambda: decompose(pooled_pairs(said, happened)))  # noqa: B023
        theirs = best(lambda: by_model_diagnostics(said, happened), 2)  # noqa: B023
        sklearn = best(lambda: by_scikit_learn(said, happened), 2)  # noqa: B023
        kinds = np.unique(said).size
        row = f"  {kinds:>9,} {1000 * ours:>8.1f} ms"
        for other in (theirs, sklearn):
            row += f"   {1000 * other:>8.0f} ms {other / ours:>5.1f} ×"
        print(row)


def from_the_database(file: Path, size: int) -> None:
    """Print the decomposition of a database's forecasts beside theirs of the same pairs."""
    fill(file, size)
    store = Store(f"sqlite:///{file}")
    data = counted(store, READERS)
    said = np.repeat(data.probability, data.count)
    pairs = zip(data.count.tolist(), data.hits.tolist(), strict=True)
    happened = np.concatenate([np.arange(n) < x for n, x in pairs]).astype(np.float64)
    order = np.random.default_rng(1).permutation(said.size)
    said, happened = said[order], happened[order]
    ours = best(lambda: decompose(counted(store, READERS)))
    memory = best(lambda: decompose(pooled_pairs(said, happened)))
    theirs = best(lambda: by_model_diagnostics(said, happened), 2)
    sklearn = best(lambda: by_scikit_learn(said, happened), 2)
    print(f"\n{said.size:,} forecasts of {file.name}, {data.count.size} distinct probabilities")
    for name, took in (("from the database", ours), ("from memory", memory)):
        print(
            f"  ours {name:<18}{1000 * took:>8.0f} ms   model-diagnostics {theirs / took:>5.2f} ×"
            f"   scikit-learn {sklearn / took:>5.2f} ×"
        )
    store.close()


def tallies(size: int) -> tuple[Tally, ...]:
    """Return a desk's forecasts as its database counts them: the lexicon's phrases."""
    rng = np.random.default_rng(7)
    phrases = [phrase for phrase in READERS.entries if read(Said(phrase=phrase), READERS)]
    counts = rng.multinomial(size, np.full(len(phrases), 1 / len(phrases)))
    rows = []
    for phrase, count in zip(phrases, counts, strict=True):
        rate = 0.1 + 0.8 * READERS.entries[phrase].best
        rows.append(Tally(Said(phrase=phrase), int(count), int(rng.binomial(count, rate))))
    return tuple(rows)


def sums(size: int) -> dict[str, Ways]:
    """Return sums by article as the database would hand them over, two claims to an article."""
    rng = np.random.default_rng(9)
    rows = moments(Cluster(2, float(total)) for total in rng.random(min(size // 2, 20_000)))
    return dict.fromkeys(MEASURES, Ways(rows))


def evidence(size: int) -> Evidence:
    """Return the evidence of a card over so many forecasts."""
    return Evidence(
        subject=Subject("all"),
        ledger=LedgerLine(recorded=size, scored=size),
        tallies=tallies(size),
        articles=size // 2,
        questions=size,
        clusters=sums(size),
    )


def growth() -> None:
    """Print what a whole card costs as forecasts grow and what distinct probabilities cost."""
    print("\na whole card from counts; forecasts grow, distinct readings do not")
    first = 0.0
    for size in (10**4, 10**5, 10**6, 10**7):
        whole = evidence(size)
        took = best(lambda: build(whole))  # noqa: B023
        first = first or took
        print(f"  {size:>12,} forecasts {1000 * took:>8.1f} ms {took / first:>6.2f} ×")
    print("\ndecomposition once pooled; a million forecasts, distinct probabilities grow")
    first = 0.0
    for distinct in (10, 100, 1000, 10_000, 100_000):
        data = pooled_pairs(*forecasts(10**6, distinct))
        took = best(lambda: decompose(data))  # noqa: B023
        first = first or took
        kinds = data.count.size
        print(f"  {kinds:>12,} distinct  {1000 * took:>8.2f} ms {took / first:>6.1f} ×")


def draws() -> None:
    """Print what the simulated null and the band cost at any size."""
    print("\n999 draws of the null (the only resampling there is), and the band")
    for size, distinct in ((200, 20), (10**4, 100), (10**6, 100), (10**6, 10**9)):
        data = pooled_pairs(*forecasts(size, distinct))
        null = best(lambda: null_miscalibration(data, 1))  # noqa: B023
        band = best(lambda: confidence_band(data), rounds=2)  # noqa: B023
        many = null_miscalibration(data, 1).draws
        print(
            f"  {size:>9,} forecasts, {data.count.size:>9,} distinct: "
            f"{many} draws {1000 * null:>6.1f} ms, band {1000 * band:>6.1f} ms"
        )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10**6, help="how many pairs in memory")
    parser.add_argument("database", nargs="?", type=Path)
    chosen = parser.parse_args()
    against_the_oracles(chosen.pairs)
    if chosen.database:
        from_the_database(chosen.database, chosen.pairs)
    growth()
    draws()


if __name__ == "__main__":
    main()
