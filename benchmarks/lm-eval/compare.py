"""Compares `silotune evaluate --tasks` with lm-evaluation-harness on the same task files and rows.

    silotune evaluate --model M --tasks arc-easy,gsm8k --data DIR --limit 50 --output OUT
    python compare.py --model M --tasks arc-easy gsm8k --data DIR --limit 50 --harness H --output OUT

What the harness answers is kept in H, a file a task, and not asked again; without --output it is
asked alone, so that the two sides need not run together. OUT may be several folders, of one task
each say. M is a Hugging Face folder or a .gguf file; both sides compute in float32. The harness
gets local tasks over the rows, through its own scoring and filters.

Prints a line of JSON a task and metric: both scores, how many points they are apart (for
perplexities how many hundredths of the harness's); for choices how many rows they choose
otherwise in; for likelihoods the largest difference a token, the row that has it, and the middle
one; for texts how many are equal; and the share of equal numbers, which the harness does not
score. Ends with status 1 where scores are more than half a point apart or likelihoods more than
1e-3 a token.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import pyarrow.parquet
import task_rows

TASKS = Path(__file__).parents[2] / "submit" / "tasks"
POINTS = 0.5
PER_TOKEN = 1e-3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--harness", type=Path, required=True, help="what the harness answered")
    parser.add_argument("--output", type=Path, nargs="+", default=[], help="what silotune wrote")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--batch", type=int, default=8)
    return parser.parse_args()


def said(options, task, documents):
    """Returns what the harness answers, asked once: its libraries take long to load."""
    file = options.harness / f"{task['id']}.json"
    if not file.exists():
        import harness

        answers = harness.ask(options.model, options.batch, task, documents)
        options.harness.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answers) + "\n")
    return json.loads(file.read_text())


def ours(options, task):
    """Returns the rows by number, and the scores as the SQL of docs/evaluation.md makes them."""
    rows = {}
    for output in options.output:
        table = pyarrow.parquet.read_table(
            output / "predictions", filters=[("task", "=", task["id"])]
        )
        rows |= {row["number"]: row for row in table.to_pylist()}
    sums = {}
    for number in sorted(rows):
        for score in rows[number]["scores"]:
            value, weight = sums.get(score["metric"], (0.0, 0.0))
            sums[score["metric"]] = value + score["value"], weight + score["weight"]
    return rows, {metric: pooled(metric, *both) for metric, both in sums.items()}


def pooled(metric, value, weight):
    if metric == "bits_per_byte":
        return value / weight / math.log(2)
    return math.exp(value / weight) if metric.endswith("_perplexity") else value / weight


def differences(rows, replies):
    """Returns by how much log-likelihoods differ a token, each with its row, smallest first."""
    found = []
    for each in replies:
        own = rows[each["number"]]["log_likelihoods"]
        for one, other, count in zip(own, each["log_likelihoods"], each["tokens"], strict=True):
            found.append((abs(one - other) / count, each["number"]))
    return sorted(found)


def likeliest(likelihoods):
    return likelihoods.index(max(likelihoods))


def chosen_otherwise(rows, replies):
    """Returns in how many rows the two sides find another choice likeliest."""
    return sum(
        likeliest(rows[each["number"]]["log_likelihoods"]) != likeliest(each["log_likelihoods"])
        for each in replies
    )


def compare(task, answers, rows, scores):
    """Prints a line a metric; returns whether both sides agree."""
    kind, replies = task["ask"]["kind"], answers["replies"]
    fine, line = True, {"task": task["id"], "rows": len(replies)}
    if kind == "generate":
        equal = [rows[each["number"]]["prediction"] == each["text"] for each in replies]
        line["equal_texts"] = sum(equal)
    else:
        if kind == "multiple-choice":
            line["chosen_otherwise"] = chosen_otherwise(rows, replies)
        found = differences(rows, replies)
        line["worst_per_token"], line["worst_row"] = found[-1]
        line["median_per_token"] = found[len(found) // 2][0]
        fine &= line["worst_per_token"] <= PER_TOKEN
    for key, theirs in answers["scores"].items():
        metric, _, answer = key.partition(",")
        own = scores.get(metric if answer == "none" else f"{metric}/{answer}")
        if own is None:
            continue
        share = metric not in ("word_perplexity", "byte_perplexity", "bits_per_byte")
        apart = abs(own - theirs) * 100 if share else abs(own / theirs - 1) * 100
        fine &= apart <= POINTS
        numeric = scores.get(f"numeric_match/{answer}")
        more = {} if numeric is None else {"silotune_numeric_match": numeric}
        shown = {"metric": key, "silotune": own, "harness": theirs, "points": apart}
        print(json.dumps(line | shown | more), flush=True)
    return fine


def check(what, numbers, documents):
    """Ends the program where answers are not to these rows, such as those to another --limit."""
    if sorted(numbers) != [each["number"] for each in documents]:
        sys.exit(f"{what} has {len(numbers)} answers, asked are the first {len(documents)} rows")


def main():
    options = arguments()
    fine = True
    for name in options.tasks:
        task, documents = task_rows.read(TASKS / f"{name}.yaml", options.data, options.limit)
        theirs = said(options, task, documents)
        replied = [each["number"] for each in theirs["replies"]]
        check(f"task {name} of --harness", replied, documents)
        if options.output:
            rows, scores = ours(options, task)
            check(f"task {name} of --output", rows, documents)
            fine &= compare(task, theirs, rows, scores)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
