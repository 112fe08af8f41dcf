"""The tables of runs and of prepared data."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame

from silotune._command import SiloTuneError, place, reaching_spark, running
from silotune._jobs import Place


def rounds(run: Place) -> DataFrame:
    """A row a committed round.

    Columns: round, cohort, participants, weight, train_loss, delta_norm, range_exponent, fraction_bits,
    announced_weight, reproducible, seconds, adapter_sha256.

    This and the next three raise SiloTuneError where a folder is no run, or the run has not come so far.
    """
    return of_run(run, "rounds")


def silo_rounds(run: Place) -> DataFrame:
    """A row a silo and round.

    Columns: round, silo, status, reason, weight, steps, examples_seen, tokens_seen, trained_tokens, train_loss,
    delta_norm, clipped, repeats, loss_scale, device, recomputed, seconds, host, canary.
    """
    return of_run(run, "silo_rounds")


def scores(run: Place) -> DataFrame:
    """A row a round, split and silo ('*' for all): the held-out loss. Round 0 is the base.

    Columns: round, split, silo, status, reason, examples, tokens, loss_sum, loss, perplexity, host, canary.
    """
    return of_run(run, "evaluations")


def predictions(run: Place) -> DataFrame:
    """A row a test prompt: the answers of the base (round 0) and of the best round.

    Columns: round, split, silo, example_id, prompt, expected, prediction, checkable, exact_match.
    """
    return of_run(run, "predictions")


@reaching_spark
def shards(prepared: Place) -> DataFrame:
    """A row an example of prepared data, of the folder's last version.

    Columns: example_id, input_ids and labels (array<int>, equally long, -100 where a token is not trained), silo,
    split, version.

    Raises SiloTuneError where the folder is no prepared data.
    """
    return of_folder(prepared, "shard.ShardTable")


@reaching_spark
def quarantine(prepared: Place) -> DataFrame:
    """A row a dropped record that counts: not those of silos that were prepared again since.

    Columns: stage, reason, detail, file, line, byte_offset, silo, example_id, version.

    Raises SiloTuneError where the folder is no prepared data.
    """
    return of_folder(prepared, "job.QuarantineTable")


def of_folder(prepared: Place, table: str) -> DataFrame:
    spark = running()
    jvm: Any = spark._jvm
    try:
        folder = jvm.org.silotune.prep.shard.PreparedFolder.at(place(prepared))
        rows = attrgetter(table)(jvm.org.silotune.prep).of(spark._jsparkSession, folder)
        return DataFrame(rows, spark)
    except Py4JJavaError as error:
        raise SiloTuneError(error.java_exception.getMessage()) from None


@reaching_spark
def of_run(run: Place, table: str) -> DataFrame:
    folder = below(run, f"tables/{table}")
    try:
        return running().read.parquet(folder)
    except AnalysisException as error:
        require_absent(error)
    raise SiloTuneError(f"Cannot read table {folder}: {run} is no run, or has not come so far")


def below(folder: Place, name: str) -> str:
    return f"{place(folder).rstrip('/')}/{name}"


def require_absent(error: AnalysisException) -> None:
    """Raises an error again that says anything else than that there is no table."""
    if error.getCondition() not in ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA"):
        raise error
