"""The lines of JSON that compare.py printed, as the table of docs/benchmarks/lm-eval.

    python table.py scores.jsonl
"""

import json
import sys
from pathlib import Path

DIFFERENCES = ["worst_per_token", "median_per_token"]


def main():
    print("| task | rows | metric | SiloTune | harness | apart | numeric | alike | worst | middle |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for text in Path(sys.argv[1]).read_text().splitlines():
        line = json.loads(text)
        print("| " + " | ".join(cells(line)) + " |")


def cells(line):
    metric, _, answer = line["metric"].partition(",")
    shown = f"`{metric}`" if answer == "none" else f"`{metric}` of {answer}"
    alike = line.get("equal_texts", line["rows"] - line.get("chosen_otherwise", 0))
    return [
        f"`{line['task']}`",
        str(line["rows"]),
        shown,
        f"{line['silotune']:.4f}",
        f"{line['harness']:.4f}",
        f"{line['points']:.2f}",
        f"{line['silotune_numeric_match']:.4f}" if "silotune_numeric_match" in line else "",
        "" if "perplexity" in line["task"] else str(alike),
        *(f"{line[key]:.1e}" if key in line else "" for key in DIFFERENCES),
    ]


if __name__ == "__main__":
    main()
