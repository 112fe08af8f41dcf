"""Writes golden/partitioners.json: what the partitioners of Flower Datasets make of small tables.

    python3 partitioner_golden.py ../resources/golden/partitioners.json

Needs requirements.txt beside this file, in an environment of its own: flwr-datasets 0.6.1 wants
`datasets` below 5. Kept of each partition is what no generator of random numbers decides: sizes, mixes
of categories, what becomes of given proportions. Where a draw decides, the law of the draw is kept:
quantiles by SciPy, or the mean and variance of many runs.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from datasets import Dataset
from flwr_datasets.partitioner import (
    DirichletPartitioner,
    ExponentialPartitioner,
    IidPartitioner,
    InnerDirichletPartitioner,
    LinearPartitioner,
    NaturalIdPartitioner,
    PathologicalPartitioner,
    ShardPartitioner,
    SquarePartitioner,
)
from scipy.stats import beta

ROWS = {"a": 4000, "b": 2503, "c": 1200, "d": 297}


def table(rows, of=str):
    """Rows of every category, in turn as long as they last."""
    left = dict(rows)
    column = []
    while any(left.values()):
        for category in sorted(left):
            if left[category] > 0:
                left[category] -= 1
                column.append(of(category))
    return Dataset.from_dict({"category": column})


def parts(partitioner, dataset):
    partitioner.dataset = dataset
    return [partitioner.load_partition(k) for k in range(partitioner.num_partitions)]


def mix(part):
    values, counts = np.unique(part["category"], return_counts=True)
    return {str(value): int(count) for value, count in zip(values, counts)}


def sizes(partitioner, rows):
    return [len(part) for part in parts(partitioner, Dataset.from_dict({"row": range(rows)}))]


def iid():
    return [
        {"rows": rows, "silos": silos, "sizes": sizes(IidPartitioner(silos), rows)}
        for rows, silos in [(20_000, 4), (1003, 7), (10, 10)]
    ]


def size_skewed():
    kinds = {"LINEAR": LinearPartitioner, "SQUARE": SquarePartitioner, "EXPONENTIAL": ExponentialPartitioner}
    return [
        {"growth": name, "rows": rows, "silos": silos, "sizes": sizes(kind(silos), rows)}
        for name, kind in kinds.items()
        for rows, silos in [(20_011, 4), (7473, 3), (15_011, 7)]
    ]


def natural_id():
    rows = {"Ann": 4, "Émile": 1, "bob": 7, "10": 2, "9": 3}
    partitioner = NaturalIdPartitioner(partition_by="category")
    made = parts(partitioner, table(rows))
    names = partitioner.partition_id_to_natural_id
    return {"rows": rows, "sizes": {names[k]: len(part) for k, part in enumerate(made)}}


def pathological():
    deterministic = [
        {
            "silos": silos,
            "categories": categories,
            "mixes": [
                mix(part)
                for part in parts(
                    PathologicalPartitioner(silos, "category", categories, "deterministic"), table(ROWS)
                )
            ],
        }
        for silos, categories in [(4, 1), (6, 2), (10, 3), (3, 4)]
    ]
    firsts = []
    for k in range(6):
        partitioner = PathologicalPartitioner(6, "category", 1, "first-deterministic")
        firsts.append(next(iter(mix(parts(partitioner, table(ROWS))[k]))))
    silos = 1000
    law = {}
    for mode in ("random", "first-deterministic"):
        partitioner = PathologicalPartitioner(silos, "category", 2, mode)
        taken = [tuple(sorted(mix(part))) for part in parts(partitioner, table({c: silos for c in ROWS}))]
        pairs = sorted(set(taken))
        law[mode] = {"silos": silos, "pairs": {"".join(pair): taken.count(pair) for pair in pairs}}
    return {"rows": ROWS, "deterministic": deterministic, "first": firsts, "law-of-two": law}


def shards():
    even = {"a": 4000, "b": 2500, "c": 1200, "d": 300}
    one = [mix(part) for part in parts(ShardPartitioner(16, "category", 1), table(even))]
    two = parts(ShardPartitioner(8, "category", 2), table(even))
    uneven = parts(ShardPartitioner(7, "category", 3), table(ROWS))
    return {
        "rows": even,
        "one-a-silo": sorted(one, key=lambda each: sorted(each.items())),
        "sizes-of-two": [len(part) for part in two],
        "uneven": {"rows": ROWS, "silos": 7, "shards": 3, "sizes": [len(part) for part in uneven]},
    }


def dirichlet():
    seed, alpha, silos = 42, 0.5, 5
    given = np.random.default_rng(seed)
    partitioner = DirichletPartitioner(
        silos, "category", alpha, min_partition_size=0, self_balancing=False, shuffle=False, seed=seed
    )
    data = table(ROWS)
    shares = {c: given.dirichlet([alpha] * silos).tolist() for c in data.unique("category")}
    mixes = [mix(part) for part in parts(partitioner, data)]
    laws = []
    for concentration, count in [(0.05, 10), (0.5, 3), (1.0, 4), (8.0, 6)]:
        # one share of a symmetric Dirichlet is Beta(alpha, (n - 1) alpha)
        chances = [0.1, 0.25, 0.5, 0.75, 0.9]
        law = beta(concentration, (count - 1) * concentration)
        drawn = np.random.default_rng(1).dirichlet([concentration] * count, size=20_000)[:, 1]
        for chance in chances:
            assert abs((drawn <= law.ppf(chance)).mean() - chance) < 0.02, (concentration, chance)
        laws.append(
            {
                "alpha": concentration,
                "silos": count,
                "quantiles": [{"chance": p, "share": float(law.ppf(p))} for p in chances],
            }
        )
    return {"rows": ROWS, "silos": silos, "shares": shares, "mixes": mixes, "marginals": laws}


class GivenMixes:
    """A generator of random numbers whose Dirichlet draw is given."""

    def __init__(self, seed, mixes):
        self.generator = np.random.default_rng(seed)
        self.mixes = mixes

    def dirichlet(self, alpha, size):
        return np.array(self.mixes, dtype=float)

    def __getattr__(self, name):
        return getattr(self.generator, name)


def inner(rows, silo_sizes, mixes, seed):
    numbers = {category: k for k, category in enumerate(sorted(rows))}
    partitioner = InnerDirichletPartitioner(silo_sizes, "category", 0.5, shuffle=False)
    partitioner._rng = GivenMixes(seed, mixes)
    made = [mix(part) for part in parts(partitioner, table(rows, numbers.get))]
    return [[part.get(str(numbers[c]), 0) for c in sorted(rows)] for part in made]


def inner_dirichlet():
    rows, runs = {"a": 70, "b": 20, "c": 13}, 400
    silo_sizes = sizes(IidPartitioner(4), sum(rows.values()))
    mixes = [[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [1 / 3, 1 / 3, 1 / 3], [0.05, 0.15, 0.8]]
    quotas = np.array([inner(rows, silo_sizes, mixes, seed) for seed in range(runs)], dtype=float)
    assert (quotas.sum(axis=2) == silo_sizes).all() and (quotas.sum(axis=1) == list(rows.values())).all()
    try:  # a silo whose mix has none of the categories that are left
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inner({"a": 5, "b": 5}, [5, 5], [[1, 0], [1, 0]], 1)
        raise SystemExit("Flower's inner Dirichlet no longer fails where a mix is used up")
    except ValueError as failure:
        used_up = str(failure)
    return {
        "rows": rows,
        "sizes": silo_sizes,
        "mixes": mixes,
        "runs": runs,
        "mean": quotas.mean(axis=0).tolist(),
        "variance": quotas.var(axis=0, ddof=1).tolist(),
        "where-a-mix-is-used-up": used_up,
    }


def main():
    golden = {
        "iid": iid(),
        "size-skewed": size_skewed(),
        "natural-id": natural_id(),
        "pathological": pathological(),
        "shards": shards(),
        "dirichlet": dirichlet(),
        "inner-dirichlet": inner_dirichlet(),
    }
    Path(sys.argv[1]).write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
