"""Writes golden/wilson-intervals.json: Wilson's 95 % intervals of proportions, by SciPy.

    python3 wilson_intervals.py ../resources/golden/wilson-intervals.json

Needs scipy 1.17 (`binomtest`, whose interval has no continuity correction here).
"""

import json
import sys
from pathlib import Path

from scipy.stats import binomtest

SHARES = [(0, 1), (1, 1), (0, 20), (1, 20), (8, 10), (120, 400), (163, 164), (164, 164)]


def main():
    rows = []
    for right, of_all in SHARES:
        interval = binomtest(right, of_all).proportion_ci(method="wilson")
        rows.append(
            {"right": right, "all": of_all, "low": float(interval.low), "high": float(interval.high)}
        )
    Path(sys.argv[1]).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
