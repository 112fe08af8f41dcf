"""Writes docs/golden-report.md from what the golden tests measured (llm/target/golden/*.tsv).

    python3 golden_report.py ../../../target/golden ../resources/golden/models ../../../../docs/golden-report.md

Run the three sets of tests first, without cleaning in between; a report that is missing is an error.
"""

import argparse
import json
from pathlib import Path

FAMILIES = ["llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"]
TESTS = [
    "FamilyGoldenTest",
    "LoraGoldenTest",
    "PeftRoundTripTest",
    "OptimizerGoldenTest",
    "SmolLm2GoldenTest",
    "SmolLm2LoraGoldenTest",
    "Gemma3GoldenTest",
]

HEAD = """# Golden report

The errors measured against transformers {transformers}, PEFT {peft} and torch {torch} in float32, each the worst over all
tensors, examples and steps. The tests fail above the tolerance. Made by `llm/src/test/python/golden_report.py` of the tests' own
figures:

```
mvn -B -pl llm test -Dtest='FamilyGoldenTest,LoraGoldenTest,OptimizerGoldenTest'
mvn -B -pl llm -P real-model test -Dtest='SmolLm2*GoldenTest,Gemma3GoldenTest'
mvn -B -pl llm -P python test -Dtest=PeftRoundTripTest
cd llm/src/test/python && python3 golden_report.py ../../../target/golden ../resources/golden/models ../../../../docs/golden-report.md
```

Logits: max|a - b| / max(1, max|b|). Gradients and changes: ||a - b|| / ||b|| of a tensor. Losses: |a - b| / |b|.

## Fixture models

Small random models in which nothing is neutral (`llm/src/test/python/families.py`). The last three rows say how far the
reference's own float32 is from itself with float64 weights (its norms and RoPE stay in float32).
"""

PEFT = """
## Our adapters in PEFT

What `llm/src/test/python/check_peft_adapter.py` printed for adapters that `PeftRoundTripTest` trained and wrote:

```
{}
```
"""

REAL_MODELS = """
## Real models

From their GGUF files: SmolLM2 135M Instruct (Q4_1, Q8_0), Gemma 3 270M (Q4_K, Q5_0, Q6_K, Q8_0; one prompt of 734 tokens, longer
than the window of its local layers). Eight prompts are continued together by 64 tokens each, with a cache; a comparison
stops where the reference's two best logits are within 1e-3, which none are. The reference differs from itself by 1.2e-05
in a gradient and 1.2e-03 in a change of SmolLM2's adapter between eager and SDPA attention, and by 1.5e-04 and 1.7e-02 between
float32 and float64 weights: AdamW's first steps follow signs, and those of the smallest gradients are noise.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("report", type=Path)
    arguments = parser.parse_args()
    rows = [row for test in TESTS for row in read(arguments.measured / f"{test}.tsv")]
    references = {f: json.loads((arguments.models / f / "reference.json").read_text()) for f in FAMILIES}
    text = HEAD.format(**references["llama"]["versions"]) + "\n"
    text += family_table(rows, references)
    text += PEFT.format((arguments.measured / "PeftRoundTripTest.txt").read_text().strip())
    text += REAL_MODELS + table(row for row in rows if row[0] in ("smollm2-135m-instruct", "gemma3-270m"))
    text += "\n## Optimizers\n\n"
    text += "Six steps over gradients of ordinary size, of 1e-8 (where AdamW's epsilon counts), of 0, of 1e-22 and of 100.\n\n"
    text += table(row for row in rows if row[0] in ("AdamW", "SGD"))
    arguments.report.write_text(text)


def read(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text().splitlines()]


def table(rows) -> str:
    lines = ["| what | compared | error | tolerance |", "|---|---|---|---|"]
    lines += [f"| {subject} | {quantity} | {figure(error)} | {figure(tolerance)} |" for subject, quantity, tolerance, error in rows]
    return "\n".join(lines) + "\n"


def family_table(rows, references) -> str:
    """Returns a row for each quantity and a column for each family."""
    text = "| compared | tolerance | " + " | ".join(FAMILIES) + " |\n|---|---|" + "---|" * len(FAMILIES) + "\n"
    quantities = {(q.split(", of ")[0], t): None for subject, q, t, _ in rows if subject in FAMILIES}
    for quantity, tolerance in quantities:
        cells = {s: figure(e) for s, q, t, e in rows if (q.split(", of ")[0], t) == (quantity, tolerance)}
        text += f"| {quantity} | {figure(tolerance)} | " + " | ".join(cells[f] for f in FAMILIES) + " |\n"
    for kind in ("logits", "gradient", "change"):
        noise = " | ".join(f"{references[f]['noise'][kind]:.1e}" for f in FAMILIES)
        text += f"| the reference's own {kind} | | {noise} |\n"
    return text


def figure(value: str) -> str:
    return "0" if float(value) == 0 else value


if __name__ == "__main__":
    main()
