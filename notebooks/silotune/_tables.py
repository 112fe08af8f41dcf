"""The tables of runs and of prepared data."""

from __future__ import annotations

from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame

from silotune._command import SiloTuneError, running
from silotune._jobs import Place


def rounds(run: Place) -> DataFrame:
    """A row a committed round: participants, training loss, seconds."""
    return of_run(run, "rounds")


def silo_rounds(run: Place) -> DataFrame:
    """A row a silo and round: status, weight, steps, tokens, training loss."""
    return of_run(run, "silo_rounds")


def scores(run: Place) -> DataFrame:
    """A row a round, split and silo ('*' for all): held-out loss and perplexity. Round 0 is the base."""
    return of_run(run, "evaluations")


def predictions(run: Place) -> DataFrame:
    """A row a test prompt: the answers of the base (round 0) and of the best round."""
    return of_run(run, "predictions")


def shards(prepared: Place) -> DataFrame:
    """A row an example of prepared data: token ids and labels, by silo, split and version of the folder."""
    spark = running()
    jvm: Any = spark._jvm
    try:
        folder = jvm.org.silotune.prep.shard.PreparedFolder.at(str(prepared))
        return DataFrame(jvm.org.silotune.prep.job.ShardTable.of(spark._jsparkSession, folder), spark)
    except Py4JJavaError as error:
        raise SiloTuneError(error.java_exception.getMessage()) from None


def quarantine(prepared: Place) -> DataFrame:
    """A row a dropped record: stage, reason and detail; of all versions of the folder."""
    parts = [below(prepared, "quarantine"), below(prepared, "versions/*/quarantine")]
    for part in parts:
        try:
            return running().read.parquet(part)
        except AnalysisException as error:
            require_absent(error)
    raise SiloTuneError(f"Cannot read table {parts[0]}: {prepared} is no prepared data, or dropped no row")


def of_run(run: Place, table: str) -> DataFrame:
    place = below(run, f"tables/{table}")
    try:
        return running().read.parquet(place)
    except AnalysisException as error:
        require_absent(error)
    raise SiloTuneError(f"Cannot read table {place}: {run} is no run, or has not come so far")


def below(folder: Place, name: str) -> str:
    return f"{str(folder).rstrip('/')}/{name}"


def require_absent(error: AnalysisException) -> None:
    """Raises an error again that says anything else than that there is no table."""
    if error.getCondition() not in ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA"):
        raise error
