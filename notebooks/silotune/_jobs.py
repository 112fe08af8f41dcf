"""The commands as functions.

Each raises UsageError for what another try cannot mend, such as an unknown key, a file that is not there or
parts that do not fit, RunInUseError where another process holds the run or folder, and SiloTuneError for
all else. The message is the command's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from silotune._command import call, options, overrides, place, reaching_spark, running

SCORE_COLUMNS = "silo string, status string, reason string, rows bigint, tokens bigint, loss double, perplexity double"


@dataclass(frozen=True)
class Prepared:
    """A folder of prepared data: its place, and what was counted."""

    place: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return self.place


@dataclass(frozen=True)
class Run:
    """A run that has ended: its place, and its summary."""

    place: str
    facts: dict[str, Any]

    @property
    def adapter(self) -> str:
        """The adapter folder of the best round, for llm_generate's option adapter."""
        return self.facts["adapter"]

    def __str__(self) -> str:
        return self.place


@dataclass(frozen=True)
class Description:
    """What a folder holds: a text for people, which a notebook shows, and the same as facts."""

    text: str
    facts: dict[str, Any]

    def __repr__(self) -> str:
        return self.text


Place = str | Path | Run | Prepared


@reaching_spark
def prepare(
    config: str | Path,
    *,
    output: str | Path,
    data: Place | None = None,
    model: str | None = None,
    rebuild: bool = False,
    progress: bool = True,
    **sets: Any,
) -> Prepared:
    """Turns the raw rows of an experiment into token shards, which train takes as data.

    config  the experiment file
    output  the folder to write: absent, empty, or with data__incremental the one before
    data    raw data in place of the experiment's own
    model   in place of the experiment's own
    rebuild with data__incremental, whether all rows are prepared again
    sets    keys of the experiment: data__max_length=128 is data.max-length: 128

    The facts are those of prepare --json: rows_in, rows_out, quarantined, silos and others.
    """
    words = [
        "prepare",
        place(config),
        *places(output=output, data=data),
        *options(model=model, rebuild=rebuild),
        *overrides(sets),
    ]
    said = call(words, progress=progress)
    return Prepared(said.facts["prepared"], said.facts)


@reaching_spark
def train(
    config: str | Path,
    *,
    data: Place | None = None,
    model: str | None = None,
    output: str | Path = "runs",
    run_id: str | None = None,
    progress: bool = True,
    **sets: Any,
) -> Run:
    """Fine-tunes over the silos of an experiment; the same run_id goes on, or returns what has ended.

    config  the experiment file
    data    raw data, or what prepare returned; by default the experiment's own
    model   in place of the experiment's own
    output  the folder of runs
    sets    keys of the experiment: federated__rounds=5 is federated.rounds: 5

    The facts are those of train --json: rounds, best_round, loss_before, loss_after, adapter and others.
    """
    words = [
        "train",
        place(config),
        *places(data=data, output=output),
        *options(model=model, run_id=run_id),
        *overrides(sets),
    ]
    said = call(words, progress=progress)
    return Run(said.facts["run"], said.facts)


@reaching_spark
def evaluate(
    run: Place | None = None,
    *,
    data: Place | None = None,
    model: str | None = None,
    split: str | None = None,
    progress: bool = False,
) -> DataFrame:
    """Returns the held-out loss of a run, an adapter folder, or a base model: a row a silo, and '*' for all.

    data   prepared data, by default the run's own
    model  the base; needed where run is none
    split  test or validation; by default test

    Columns: silo, status and reason (string), rows and tokens (bigint), loss in nats a token and perplexity (double).
    """
    words = ["evaluate", *([place(run)] if run else []), *places(data=data), *options(model=model, split=split)]
    facts = call(words, progress=progress).facts
    names = [column.split()[0] for column in SCORE_COLUMNS.split(", ")]
    rows = [{**facts, "silo": "*"}, *facts["silos"]]
    return running().createDataFrame([tuple(row.get(name) for name in names) for row in rows], SCORE_COLUMNS)


@reaching_spark
def evaluate_tasks(
    tasks: Sequence[str | Path],
    *,
    data: str | Path,
    run: Place | None = None,
    model: str | None = None,
    limit: int | None = None,
    output: str | Path | None = None,
    seed: int | None = None,
    progress: bool = True,
) -> DataFrame:
    """Asks tasks and returns their table evaluations: a row a task, metric and group.

    tasks   names of built-in tasks, or paths of task files
    data    the folder that holds their rows
    output  where the tables predictions and evaluations go; by default a new folder in evaluations

    Columns: task, metric and silo (string; '*' is all groups), examples and not_run (int), score, low and high
    (double, a 95 % interval); of all groups also worst_silo, worst_score and spread.
    """
    asked = ",".join(place(task) if str(task).endswith(".yaml") else str(task) for task in tasks)
    words = [
        "evaluate",
        *([place(run)] if run else []),
        *places(data=data, output=output),
        *options(tasks=asked, model=model, limit=limit, seed=seed),
    ]
    facts = call(words, progress=progress).facts
    return running().read.parquet(facts["output"] + "/evaluations")


@reaching_spark
def generate(
    prompts: str | Sequence[str],
    *,
    adapter: Place | None = None,
    model: str | None = None,
    max_new_tokens: int = 128,
    temperature: float | None = None,
    seed: int | None = None,
) -> list[str]:
    """Returns a model's answers to a few prompts, in their order. For many, use llm_generate in a query.

    adapter  a run, or an adapter folder; without one the base answers
    """
    asked = [prompts] if isinstance(prompts, str) else list(prompts)
    words = [
        *options(prompt=asked, model=model, max_new_tokens=max_new_tokens, temperature=temperature, seed=seed),
        *places(adapter=adapter),
    ]
    return [answer["answer"] for answer in call(["generate", *words], progress=False).facts["answers"]]


@reaching_spark
def describe(folder: Place, *, plot: str | Path | None = None) -> Description:
    """Says what a folder holds: prepared data, a run, or an adapter.

    plot  of prepared data: an SVG file to draw the silos into
    """
    said = call(["describe", place(folder), *places(plot=plot)], progress=False)
    return Description(said.text, said.facts)


def places(**values: Any) -> list[str]:
    """Returns paths and URIs as options."""
    return options(**{name: None if value is None else place(value) for name, value in values.items()})
