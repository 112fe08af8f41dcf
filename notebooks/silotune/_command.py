"""One silotune command in the JVM of the session, its words in Python, its failures as exceptions."""

from __future__ import annotations

import functools
import json
import numbers
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkContext
from pyspark.sql import SparkSession

WAIT_MILLISECONDS = 200
USAGE = 2
HELD = 3
NO_TEXT = re.compile(r"none|null|true|false|yes|no|on|off|[\d.][\d_.]*(?:[eE][+-]?\d+)?", re.IGNORECASE)
PLAIN = re.compile(r"[A-Za-z0-9_./](?:[\w ./@%+=-]*[\w./@%+=-])?")
LOST = (
    "Lost Spark: its JVM does not answer, such as one that ran out of memory; restart Python and call "
    "silotune.session() again: train with the same run_id goes on"
)

Function = TypeVar("Function", bound=Callable[..., Any])


class SiloTuneError(Exception):
    """A command failed; the message says what, and what to do."""


class UsageError(SiloTuneError):
    """Bad usage or configuration."""


class RunInUseError(SiloTuneError):
    """Another process holds the run."""


@dataclass(frozen=True)
class Said:
    """What a command said as its result: a text for people, the same as facts."""

    text: str
    facts: dict[str, Any]


def reaching_spark(function: Function) -> Function:
    """Makes what a function fails with, where the JVM has gone, a SiloTuneError that says so."""

    @functools.wraps(function)
    def reaching(*args: Any, **keywords: Any) -> Any:
        try:
            return function(*args, **keywords)
        except Py4JJavaError:
            raise
        except (Py4JError, ConnectionError):
            if answers():
                raise
        raise SiloTuneError(LOST)

    return reaching  # type: ignore[return-value]


def answers() -> bool:
    """Returns whether the JVM is still there."""
    jvm: Any = SparkContext._jvm
    try:
        return jvm is not None and jvm.java.lang.System.nanoTime() is not None
    except (Py4JError, ConnectionError):
        return False


def running() -> SparkSession:
    """Returns the session that is active, else the one that was started."""
    if SparkContext._active_spark_context is None:
        raise SiloTuneError("Missing Spark session: call silotune.session() first")
    spark = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
    require_classes(spark)
    return spark


def require_classes(spark: SparkSession) -> None:
    """Fails where Spark was started without SiloTune."""
    jvm: Any = getattr(spark, "_jvm", None)
    found = jvm and jvm.java.lang.Thread.currentThread().getContextClassLoader()
    if not found or found.getResource("org/silotune/cli/EmbeddedCommand.class") is None:
        raise SiloTuneError(
            "Cannot use this Spark: it has no SiloTune; stop it and call silotune.session(), "
            "or start it with --jars silotune-spark-jobs-VERSION-all.jar"
        )


def place(value: Any) -> str:
    """Returns a path as one that does not depend on a working directory, a URI as it is."""
    text = str(value)
    return text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else os.path.abspath(text)


def options(**values: Any) -> list[str]:
    """Returns values as options: None is left out, True is a flag, a list repeats the option."""
    words: list[str] = []
    for name, value in values.items():
        option = "--" + name.replace("_", "-")
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is True:
                words.append(option)
            elif each is not None and each is not False:
                words += [option, str(each)]
    return words


def overrides(sets: dict[str, Any]) -> list[str]:
    """Returns keyword arguments as --set: local__length__count=8 is local.length.count=8.

    One underscore is the hyphen of a key; a key with dots is taken as it is.
    """
    words: list[str] = []
    for name, value in sets.items():
        key = name if "." in name else name.replace("__", ".").replace("_", "-")
        words += ["--set", f"{key}={scalar(value)}"]
    return words


def scalar(value: Any) -> str:
    """Returns a value as an experiment file writes it in one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, numbers.Number):
        return str(value)
    if isinstance(value, (str, Path)):
        text = str(value)
        is_plain = PLAIN.fullmatch(text) and not NO_TEXT.fullmatch(text)
        return text if is_plain else json.dumps(text, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(scalar(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {scalar(each)}" for key, each in value.items()) + "}"
    raise UsageError(
        f"Invalid value {value!r}: a {type(value).__name__}; must be None, a bool, a number, a text, a path, a list or a dict"
    )


def call(words: Iterable[Any], *, progress: bool) -> Said:
    """Runs a command to its end. Shows what it says on its way, if asked to."""
    jvm: Any = running()._jvm
    arguments = jvm.java.util.ArrayList()
    for word in [*words, "--json"]:
        arguments.add(str(word))
    command = jvm.org.silotune.cli.EmbeddedCommand.start(arguments)
    heard: list[str] = []
    try:
        while command.isRunning():
            heard += listen(command, WAIT_MILLISECONDS, progress)
    except KeyboardInterrupt:
        command.interrupt()
        raise
    heard += listen(command, 0, progress)
    lines = str(command.out()).rstrip().split("\n")
    status = command.status()
    facts = parsed(lines[-1])
    if status == 0 and facts is not None:
        return Said("\n".join(lines[:-1]), facts)
    said = (facts or {}).get("error") or failures(facts) or "\n".join(heard[-5:])
    raise failure(status, said or f"The command ended with status {status}")


def parsed(line: str) -> dict[str, Any] | None:
    """Returns the facts of a last line, if it is JSON."""
    return json.loads(line) if line.startswith("{") else None


def failures(facts: dict[str, Any] | None) -> str:
    """Returns what is said of parts that failed while others did not."""
    return "\n".join(f"{name}: {why}" for name, why in ((facts or {}).get("failures") or {}).items())


def listen(command: Any, milliseconds: int, progress: bool) -> list[str]:
    """Returns the lines that are new, and shows them."""
    lines = [str(line) for line in command.heard(milliseconds)]
    if progress:
        for line in lines:
            print(near(line), flush=True)
    return lines


def near(text: str) -> str:
    """Returns a text with places below the working directory as paths from there."""
    return re.sub(r"(?:file:/*)?(?<!\w)" + re.escape(os.getcwd()) + "/", "", text)


def failure(status: int, message: str) -> SiloTuneError:
    """Returns the exception of an exit status."""
    kind = {USAGE: UsageError, HELD: RunInUseError}.get(status, SiloTuneError)
    return kind(message.removeprefix("silotune: "))
