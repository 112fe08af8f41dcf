"""What Python says becomes the words of a command; no Spark is needed."""

import inspect
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import silotune
from silotune import RunInUseError, SiloTuneError, UsageError
from silotune._command import Said, failure, failures, near, options, overrides, place
from silotune._session import found_class_path


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

    def test_texts_are_texts_whatever_they_hold(self):
        sets = {"data__source__files": ["*.jsonl", "a, b.csv"], "data__source__path": Path("x: y"), "report__title": ""}
        self.assertEqual(
            overrides(sets),
            [
                "--set",
                'data.source.files=["*.jsonl", "a, b.csv"]',
                "--set",
                'data.source.path="x: y"',
                "--set",
                'report.title=""',
            ],
        )
        self.assertEqual(overrides({"a": "hdfs://host/a b"}), ["--set", 'a="hdfs://host/a b"'])
        self.assertEqual(overrides({"local__learning_rate": 1e-5}), ["--set", "local.learning-rate=1e-05"])

    def test_words_that_stand_for_something_else_are_quoted(self):
        for text in ("none", "None", "null", "true", "No", "17", "1e5", ".5", "1_000"):
            self.assertEqual(overrides({"a": text}), ["--set", f'a="{text}"'])
        self.assertEqual(overrides({"a": None, "b": True}), ["--set", "a=none", "--set", "b=true"])
        self.assertEqual(overrides({"a": "nonesuch", "b": "2e4x"}), ["--set", "a=nonesuch", "--set", "b=2e4x"])

    def test_all_rows_can_be_prepared_again(self):
        said = Said("", {"prepared": "file:/prepared"})
        with mock.patch("silotune._jobs.call", return_value=said) as call:
            silotune.prepare("/a.yaml", output="/prepared", rebuild=True)
            silotune.prepare("/a.yaml", output="/prepared")
        again, usual = (list(each.args[0]) for each in call.call_args_list)
        self.assertEqual(again, ["prepare", "/a.yaml", "--output", "/prepared", "--rebuild"])
        self.assertEqual(usual, again[:-1])

    def test_a_value_that_no_experiment_can_have(self):
        with self.assertRaises(UsageError) as caught:
            overrides({"federated__rounds": {3}})
        self.assertEqual(
            str(caught.exception),
            "Invalid value {3}: a set; must be None, a bool, a number, a text, a path, a list or a dict",
        )

    def test_places_stand_for_themselves_in_every_working_directory(self):
        self.assertEqual(place("runs/a"), os.path.join(os.getcwd(), "runs", "a"))
        self.assertEqual(place("hdfs://host/runs"), "hdfs://host/runs")
        self.assertEqual(place(silotune.Run("file:/runs/a", {})), "file:/runs/a")

    def test_without_a_session_it_says_what_to_call(self):
        for call in (lambda: silotune.rounds("runs/a"), lambda: silotune.shards("x"), lambda: silotune.describe("x")):
            with self.assertRaises(SiloTuneError) as caught:
                call()
            self.assertEqual(str(caught.exception), "Missing Spark session: call silotune.session() first")

    def test_jars_that_are_not_there_are_named(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.dict(os.environ, {"SILOTUNE_CLASS_PATH": ""}),
            mock.patch("silotune._session.checkout", return_value=Path(folder)),
        ):
            with self.assertRaises(SiloTuneError) as caught:
                found_class_path()
            self.assertEqual(
                str(caught.exception),
                f"Missing SiloTune's jars: {folder}/spark-jobs/target holds none; build them with submit/silotune --version, "
                "or name silotune-spark-jobs-VERSION-all.jar with class_path or SILOTUNE_CLASS_PATH",
            )

    def test_all_that_is_public_says_what_it_is(self):
        for name in silotune.__all__:
            self.assertTrue(inspect.getdoc(getattr(silotune, name)), name)
        shown = {name for name in vars(silotune) if not name.startswith("_")}
        self.assertEqual(shown, set(silotune.__all__))


if __name__ == "__main__":
    unittest.main()
