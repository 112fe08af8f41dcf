"""Writes golden/task-scores.json: what lm-evaluation-harness takes of answers and how it compares them.

    python3 task_scores.py ../resources/golden/task-scores.json

Needs lm_eval 0.4.13 (benchmarks/lm-eval/requirements.txt). The filters and the comparison are the harness's own.
"""

import json
import sys
from pathlib import Path

from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window

STRICT = r"#### (\-?[0-9\.\,]+)"
CHAIN = r"The answer is (\-?[0-9\.\,]+)."
FLEXIBLE = r"(-?[$0-9.,]{2,})|(-?[0-9]+)"
NO_GROUP = r"[0-9]+"
IGNORE = [",", r"\$", r"(?s).*#### ", r"\.$"]
REFERENCES = ["She has 16 - 3 = <<16-3=13>>13.\nSo $9*2=18.\n#### 18", "#### 1,234", "#### -5", "#### 0.5"]
ANSWERS = [
    " 18",
    " So she makes $18 a day.\n#### 18",
    " The answer is 18.",
    " The answer is 18. The answer is 7.",
    "#### 18.",
    "#### 1,234.0 and then #### 18",
    "nothing",
    "",
    " It costs $1,234.",
    "-5",
    " minus -5 degrees",
    "#### -5",
    "The answer is -5.",
    ".5",
    "0.5",
    "A1, b22. C333",
    "18 dollars.\n",
    "ANSWER 18",
]


def main():
    cases = []
    for pattern in (STRICT, CHAIN, FLEXIBLE, NO_GROUP):
        for take, place in (("first", 0), ("last", -1)):
            taken = RegexFilter(pattern, group_select=place).apply([[a] for a in ANSWERS], [{}])
            for answer, (found,) in zip(ANSWERS, taken, strict=True):
                cases.append(
                    {
                        "pattern": pattern,
                        "take": take,
                        "answer": answer,
                        "taken": found,
                        "matches": [
                            bool(
                                exact_match_hf_evaluate(
                                    [found], [r], regexes_to_ignore=IGNORE, ignore_case=True
                                )["exact_match"]
                            )
                            for r in REFERENCES
                        ],
                    }
                )
    windows = []
    for length, longest in ((3, 4), (4, 4), (5, 4), (8, 4), (11, 4), (12, 5)):
        cut = get_rolling_token_windows(list(range(10, 10 + length)), 0, longest, 1)
        windows.append(
            {
                "length": length,
                "longest": longest,
                "windows": [list(make_disjoint_window(pair)) for pair in cut],
            }
        )
    result = {"ignore": IGNORE, "references": REFERENCES, "cases": cases, "rolling": windows}
    Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n")


main()
