"""Makes golden/sampling/expected.json: what transformers' logits processors leave of fixed logits.

Run: python3 sampling_golden.py ../resources/golden/sampling/expected.json
"""

import json
import sys

import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

VOCABULARY = 96
CASES = [
    # temperature, top_k (0: off), top_p (1: off)
    (1.0, 0, 1.0),
    (0.7, 0, 1.0),
    (1.9, 0, 1.0),
    (1.0, 1, 1.0),
    (1.0, 5, 1.0),
    (0.8, 40, 1.0),
    (1.0, 500, 1.0),
    (1.0, 0, 0.9),
    (1.0, 0, 0.05),
    (1.0, 0, 0.999),
    (0.6, 0, 0.95),
    (0.7, 20, 0.9),
    (1.3, 7, 0.5),
]


def rows():
    generator = torch.Generator().manual_seed(20240601)
    normal = 3 * torch.randn(VOCABULARY, generator=generator)
    flat = 0.05 * torch.randn(VOCABULARY, generator=generator)
    peaked = normal.clone()
    peaked[17] = 30.0
    excluded = normal.clone()
    excluded[::3] = float("-inf")
    tied = torch.round(normal)
    tied[3] = tied[5] = tied[8] = tied.max() + 1
    return {"normal": normal, "flat": flat, "peaked": peaked, "excluded": excluded, "tied": tied}


def probabilities(row, temperature, top_k, top_p):
    scores = row[None, :]
    if temperature != 1.0:
        scores = TemperatureLogitsWarper(temperature)(None, scores)
    if top_k > 0:
        scores = TopKLogitsWarper(top_k)(None, scores)
    if top_p < 1.0:
        scores = TopPLogitsWarper(top_p)(None, scores)
    return torch.softmax(scores.double(), -1)[0]


def main(path):
    cases = []
    for name, row in rows().items():
        for temperature, top_k, top_p in CASES:
            if name == "tied" and top_p < 1.0:
                continue  # transformers' sort is not stable: which of equal tokens stay is chance
            cases.append({
                "logits": name,
                "temperature": temperature,
                "topK": top_k,
                "topP": top_p,
                "probabilities": [float("%.9g" % p) for p in probabilities(row, temperature, top_k, top_p)],
            })
    # JSON has no infinity: null is -inf.
    logits = {n: [None if v == float("-inf") else v for v in r.tolist()] for n, r in rows().items()}
    with open(path, "w") as file:
        json.dump({"logits": logits, "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1])
