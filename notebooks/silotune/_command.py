"""One silotune command in the JVM of the session, its words in Python, its failures as exceptions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

WAIT_MILLISECONDS = 200
USAGE = 2
HELD = 3


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


def running(spark: SparkSession | None = None) -> SparkSession:
    """Returns the session that is active."""
    found = spark or SparkSession.getActiveSession()
    if found is None:
        raise SiloTuneError("Missing Spark session: call silotune.session() first")
    return found


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
    """Returns a value as an experiment file writes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(scalar(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {scalar(each)}" for key, each in value.items()) + "}"
    return str(value)


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
