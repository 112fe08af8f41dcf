"""What the module says to bad input, and where its Spark has gone."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import silotune

EXPERIMENT = """
model: tiny
data:
  source: { path: rows.jsonl }
  silos: { kind: column, column: silo }
"""

LOST = """
import sys
import silotune

spark = silotune.session("local[1]")
spark.sparkContext._gateway.proc.kill()
spark.sparkContext._gateway.proc.wait()
for action in (
    lambda: silotune.describe("nowhere"),
    lambda: silotune.rounds("nowhere"),
    lambda: silotune.shards("nowhere"),
    lambda: silotune.register(spark),
    lambda: silotune.session(),
):
    try:
        action()
    except silotune.SiloTuneError as error:
        print("said", error)
"""


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.config = cls.folder / "a.yaml"
        cls.config.write_text(EXPERIMENT)
        (cls.folder / "rows.jsonl").write_text('{"silo": "a", "instruction": "Say a", "output": "a"}\n')
        cls.spark = silotune.session("local[2,4]")

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.temporary.cleanup()

    def test_a_missing_experiment_is_named(self):
        self.assert_usage(
            f"Cannot read experiment file {self.folder}/b.yaml: it does not exist",
            lambda: silotune.train(self.folder / "b.yaml", progress=False),
        )

    def test_an_unknown_keyword_is_an_unknown_key_with_the_nearest(self):
        self.assert_usage(
            "Unknown key federated.round in --set federated.round=3 (did you mean rounds?): known keys of federated are rounds, ",
            lambda: silotune.train(self.config, federated__round=3, progress=False),
        )
        self.assert_usage(
            "Unknown key modle in --set modle=tiny (did you mean model?)",
            lambda: silotune.prepare(self.config, output=self.folder / "x", modle="tiny", progress=False),
        )

    def test_unknown_names_are_said_with_the_known_ones(self):
        self.assert_usage(
            "Unknown model tiney (did you mean tiny?)",
            lambda: silotune.train(self.config, model="tiney", progress=False),
        )
        self.assert_usage(
            "Unknown --split tset (did you mean test?): known are validation, test",
            lambda: silotune.evaluate(model="tiny", data=self.folder, split="tset"),
        )
        self.assert_usage(
            "Unknown task gsm8 (did you mean gsm8k?)",
            lambda: silotune.evaluate_tasks(["gsm8"], data=self.folder, model="tiny", progress=False),
        )

    def test_values_out_of_range_are_named(self):
        self.assert_usage(
            "Invalid rounds 0: must be at least 1 (federated, --set federated.rounds=0)",
            lambda: silotune.train(self.config, federated__rounds=0, progress=False),
        )
        self.assert_usage(
            "Invalid temperature -1", lambda: silotune.generate("Hi", model="tiny", temperature=-1)
        )

    def test_folders_that_are_not_what_they_should_be(self):
        self.assert_error(
            silotune.SiloTuneError,
            f"Missing manifest file:{self.folder}/manifest.json: the folder is not prepared data; "
            "name a folder that `prepare` wrote",
            lambda: silotune.quarantine(self.folder),
        )
        self.assert_usage("Missing --model", lambda: silotune.evaluate(data=self.folder))

    def test_another_spark_than_the_one_that_runs_is_refused(self):
        self.assertIs(silotune.session("local[2,4]"), self.spark)
        self.assert_error(
            silotune.SiloTuneError,
            "Cannot use this Spark with spark.master local[7]: it runs already, with local[2,4]; "
            "leave the setting out, or call spark.stop() first",
            lambda: silotune.session("local[7]"),
        )

    def test_a_spark_whose_jvm_has_died_is_lost(self):
        ended = subprocess.run(
            [sys.executable, "-c", LOST], capture_output=True, text=True, timeout=180, check=False
        )
        said = [line for line in ended.stdout.splitlines() if line.startswith("said ")]
        self.assertEqual(
            said,
            [
                "said Lost Spark: its JVM does not answer, such as one that ran out of memory; restart Python and "
                "call silotune.session() again: train with the same run_id goes on"
            ]
            * 5,
            ended.stderr,
        )

    def test_a_spark_without_silotune_is_refused(self):
        script = (
            "from pyspark.sql import SparkSession\nimport silotune\n"
            "spark = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false').getOrCreate()\n"
            "for action in (silotune.session, lambda: silotune.register(spark), lambda: silotune.describe('x')):\n"
            "    try:\n        action()\n    except silotune.SiloTuneError as error:\n        print('said', error)\n"
        )
        ended = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=180, check=False
        )
        said = [line for line in ended.stdout.splitlines() if line.startswith("said ")]
        self.assertEqual(len(said), 3, ended.stderr)
        for line in said:
            self.assertTrue(line.startswith("said Cannot use this Spark: it has no SiloTune; stop it"), line)

    def assert_usage(self, start, action):
        with self.assertRaises(silotune.UsageError) as caught:
            action()
        self.assertTrue(str(caught.exception).startswith(start), str(caught.exception))
        self.assertNotIn("\n\tat ", str(caught.exception))
        self.assertIsNone(caught.exception.__cause__)

    def assert_error(self, kind, message, action):
        with self.assertRaises(kind) as caught:
            action()
        self.assertEqual(str(caught.exception), message)


if __name__ == "__main__":
    unittest.main()
