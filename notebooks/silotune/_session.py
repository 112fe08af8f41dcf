"""A Spark session that has SiloTune's classes and SQL functions."""

from __future__ import annotations

import os
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark import SparkContext
from pyspark.sql import SparkSession

from silotune._command import SiloTuneError, reaching_spark, require_classes

EXTENSIONS = "org.silotune.udf.SiloTuneExtensions"
CLASS_PATH = "SILOTUNE_CLASS_PATH"
JVM_OPTIONS = "-Dai.djl.offline=true -DOPT_OUT_TRACKING=true"


@reaching_spark
def session(
    master: str | None = None,
    *,
    class_path: str | None = None,
    settings: dict[str, str] | None = None,
) -> SparkSession:
    """Starts Spark with SiloTune and its SQL functions, or returns the session that was started so.

    master      Spark's master; by default all cores of this machine, a failed task tried four times.
    class_path  jars or folders of SiloTune, separated as in Java; by default what SILOTUNE_CLASS_PATH
                says, else what the checkout around this module has built.
    settings    more settings of Spark, which come before those that are set here.

    Raises SiloTuneError where a Spark runs already without SiloTune or with other settings, and where
    there are no jars.
    """
    if SparkContext._active_spark_context is not None:
        running = SparkSession.builder.getOrCreate()
        require_classes(running)
        require_settings(running, (settings or {}) | ({"spark.master": master} if master else {}))
        register(running)
        return running
    master = master or f"local[{os.cpu_count()},4]"
    chosen = {
        "spark.app.name": "silotune",
        "spark.sql.extensions": EXTENSIONS,
        "spark.driver.extraClassPath": class_path or found_class_path(),
        "spark.driver.extraJavaOptions": JVM_OPTIONS + logging(),
        "spark.executorEnv.DJL_OFFLINE": "true",
        "spark.executorEnv.OPT_OUT_TRACKING": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        chosen |= {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.sql.shuffle.partitions": "4",
            # an exhausted heap fails a task, not the notebook's Spark
            "spark.executor.killOnFatalError.depth": "0",
        }
    chosen |= settings or {}
    builder = SparkSession.builder.master(master)
    for key, value in chosen.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


@reaching_spark
def register(spark: SparkSession) -> None:
    """Gives a session that exists already the SQL functions.

    Raises SiloTuneError where its Spark was started without SiloTune's jar, and for Spark Connect.
    """
    require_classes(spark)
    try:
        spark._jvm.org.silotune.udf.SqlFunctions.register(spark._jsparkSession)
    except Py4JJavaError as error:
        raise SiloTuneError(error.java_exception.getMessage()) from None


def require_settings(spark: SparkSession, asked: dict[str, str]) -> None:
    """Fails where a Spark that runs already was started with other settings."""
    for key, value in asked.items():
        found = spark.conf.get(key, None)
        if found != str(value):
            raise SiloTuneError(
                f"Cannot use this Spark with {key} {value}: it runs already, with {found}; "
                "leave the setting out, or call spark.stop() first"
            )


def found_class_path() -> str:
    """Returns what SILOTUNE_CLASS_PATH says, else what the checkout has built."""
    said = os.environ.get(CLASS_PATH)
    if said:
        return said
    target = checkout() / "spark-jobs" / "target"
    libraries = target / "classpath" / "libraries"
    own = [
        jar
        for jar in sorted(target.glob("silotune-spark-jobs-*.jar"))
        if not jar.stem.endswith(("-tests", "-all", "-sources"))
    ]
    if libraries.is_file() and own:
        return os.pathsep.join([str(own[0]), libraries.read_text().strip()])
    whole = sorted(target.glob("silotune-spark-jobs-*-all.jar"))
    if whole:
        return str(whole[0])
    raise SiloTuneError(
        f"Missing SiloTune's jars: {target} holds none; build them with submit/silotune --version, "
        f"or name silotune-spark-jobs-VERSION-all.jar with class_path or {CLASS_PATH}"
    )


def checkout() -> Path:
    """Returns the folder that holds notebooks/silotune."""
    return Path(__file__).resolve().parents[2]


def logging() -> str:
    """Returns the JVM option for the checkout's own log settings, where there is a checkout."""
    settings = checkout() / "submit" / "conf" / "log4j2.properties"
    return f" -Dlog4j2.configurationFile={settings.as_uri()}" if settings.is_file() else ""
