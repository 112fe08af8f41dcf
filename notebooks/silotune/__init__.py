"""SiloTune from PySpark: prepare, train, evaluate and ask, with tables as DataFrames.

    import silotune

    spark = silotune.session()
    run = silotune.train("experiment.yaml", federated__rounds=5)
    silotune.scores(run).show()
"""

from silotune._command import RunInUseError, SiloTuneError, UsageError
from silotune._jobs import Description, Prepared, Run, describe, evaluate, evaluate_tasks, generate, prepare, train
from silotune._session import register, session
from silotune._tables import predictions, quarantine, rounds, scores, shards, silo_rounds

__all__ = [
    "Description",
    "Prepared",
    "Run",
    "RunInUseError",
    "SiloTuneError",
    "UsageError",
    "describe",
    "evaluate",
    "evaluate_tasks",
    "generate",
    "predictions",
    "prepare",
    "quarantine",
    "register",
    "rounds",
    "scores",
    "session",
    "shards",
    "silo_rounds",
    "train",
]
