"""Task files in Python: the rows of a task, worded as `silotune evaluate --tasks` words them.

Written apart from the Java side, from docs/evaluation.md, so that the two check each other.
"""

import csv
import gzip
import io
import json
import re
from pathlib import Path

import yaml

FIELD = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|([^{}]*))?\}\}")


def read(path, data, limit):
    """Returns the task and its documents: prompt, choices, contexts, gold, target, number."""
    task = yaml.safe_load(Path(path).read_text())
    source, ask, shots = task["source"], task["ask"], task.get("shots")
    rows = [made(source, row) for row in load(data / source["file"])]
    if "swap" in source:
        swap(source["swap"], rows)
    rows = rows[:limit]
    examples = []
    if shots:
        examples = shots.get("examples") or [
            made(source, row) for row in load(data / shots["file"])
        ]
    return task, [
        document(ask, shots, examples, row, number) for number, row in enumerate(rows)
    ]


def load(path):
    """Returns the rows of a file, which may lie gzipped or not, whichever is named."""
    if not path.exists():
        other = path.with_suffix("") if path.suffix == ".gz" else Path(f"{path}.gz")
        path = other if other.exists() else path
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return list(csv.DictReader(io.StringIO(text, newline="")))
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def made(source, row):
    row = dict(row)
    for field in source.get("fields", []):
        finds = re.findall(field["pattern"], row[field["from"]])
        row[field["name"]] = finds if field.get("all") else finds[0]
    return row


def swap(field, rows):
    """Of four rows the last two exchange a field, unless it is the same."""
    for row in rows:
        row["swapped"] = "false"
    for one, other in zip(rows[2::4], rows[3::4]):
        if one[field] != other[field]:
            one[field], other[field] = other[field], one[field]
            one["swapped"] = other["swapped"] = "true"


def render(template, row):
    def value(match):
        text = row
        for word in match[1].split("."):
            text = text[word]
        names = [name.strip() for name in (match[2] or "").split("|")]
        text = " ".join(text) if "words" in names else str(text)
        for name in names:
            text = {"trim": text.strip(), "spaces": text.replace("_", " ")}.get(name, text)
        return text

    return FIELD.sub(value, template)


def choices(ask, row):
    if "choice-list" in ask:
        return row[ask["choice-list"]]
    return [render(choice, row) for choice in ask["choices"]]


def gold(ask, row):
    return ask["labels"].index(render(ask["answer"], row))


def before(ask, shots, examples, row):
    if not shots:
        return ""
    same = shots.get("same")
    chosen = [each for each in examples if not same or each[same] == row[same]]
    text = render(shots.get("lead", ""), row)
    for each in chosen[: shots["count"]]:
        if "target" in shots:
            answer = render(shots["target"], each)
        elif ask["kind"] == "multiple-choice":
            answer = choices(ask, each)[gold(ask, each)]
        else:
            answer = render(ask["target"], each)
        text += render(ask["prompt"], each) + " " + answer + "\n\n"
    return text


def document(ask, shots, examples, row, number):
    if ask["kind"] == "perplexity":
        return {"number": number, "text": render(ask["text"], row)}
    prompt = before(ask, shots, examples, row) + render(ask["prompt"], row)
    if ask["kind"] == "generate":
        return {"number": number, "prompt": prompt, "target": render(ask["target"], row)}
    of_row = choices(ask, row)
    return {
        "number": number,
        "prompt": prompt,
        "choices": of_row,
        "contexts": [prompt + choice for choice in of_row],
        "ending": render(ask.get("ending", ""), row),
        "gold": gold(ask, row),
    }
