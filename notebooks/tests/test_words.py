"""What Python says becomes the words of a command; no Spark is needed."""

import os
import unittest

from silotune import RunInUseError, SiloTuneError, UsageError, rounds
from silotune._command import failure, failures, near, options, overrides


class WordsTest(unittest.TestCase):
    def test_keywords_are_keys(self):
        sets = {"federated__rounds": 2, "data__max_length": 128, "spark.settings.spark.ui.enabled": False}
        self.assertEqual(
            overrides(sets),
            [
                "--set",
                "federated.rounds=2",
                "--set",
                "data.max-length=128",
                "--set",
                "spark.settings.spark.ui.enabled=false",
            ],
        )

    def test_values_are_written_as_in_an_experiment(self):
        self.assertEqual(
            overrides({"data__source__files": ["a.jsonl", "b.jsonl"], "data__source__columns__id": None}),
            ["--set", "data.source.files=[a.jsonl, b.jsonl]", "--set", "data.source.columns.id=none"],
        )

    def test_a_section_is_a_mapping(self):
        self.assertEqual(
            overrides({"federated__server": {"kind": "fedadam", "server-learning-rate": 0.003}, "data__incremental": {}}),
            ["--set", "federated.server={kind: fedadam, server-learning-rate: 0.003}", "--set", "data.incremental={}"],
        )

    def test_options_that_are_not_given_are_left_out(self):
        self.assertEqual(options(data=None, run_id="a", prompt=["x", "y"]), "--run-id a --prompt x --prompt y".split())
        self.assertEqual(options(offline=True, debug=False), ["--offline"])

    def test_a_status_is_a_kind_of_error_with_the_message_alone(self):
        self.assertIs(type(failure(1, "silotune: Lost")), SiloTuneError)
        self.assertIs(type(failure(2, "Unknown key")), UsageError)
        self.assertIs(type(failure(3, "Held")), RunInUseError)
        self.assertEqual(str(failure(1, "silotune: Lost")), "Lost")

    def test_failed_parts_are_named(self):
        self.assertEqual(failures({"failures": {"mmlu": "no rows"}}), "mmlu: no rows")
        self.assertEqual(failures({"prepared": "x"}), "")

    def test_places_below_the_working_directory_are_shown_from_there(self):
        here = os.getcwd()
        self.assertEqual(near(f"Run a in {here}/runs/a"), "Run a in runs/a")
        self.assertEqual(near(f"file://{here}/runs, file:{here}/x"), "runs, x")
        self.assertEqual(near("/elsewhere/runs"), "/elsewhere/runs")

    def test_without_a_session_it_says_what_to_call(self):
        with self.assertRaises(SiloTuneError) as caught:
            rounds("runs/a")
        self.assertEqual(str(caught.exception), "Missing Spark session: call silotune.session() first")


if __name__ == "__main__":
    unittest.main()
