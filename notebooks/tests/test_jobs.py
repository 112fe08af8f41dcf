"""The whole way with the bundled model, in a Spark that this test starts."""

import contextlib
import io
import json
import math
import tempfile
import unittest
from pathlib import Path

import silotune

ROWS = {"s1": 12, "s2": 20}
EXPERIMENT = """
model: tiny
data:
  source: { path: rows.jsonl }
  silos: { kind: column, column: silo }
  holdout: { validation: 0.1, test: 0.2 }
  seed: 1
  max-length: 64
lora: { rank: 2, alpha: 4, target-modules: [q_proj] }
local: { length: { kind: steps, count: 1 }, batch-size: 2 }
federated: { rounds: 2 }
report: { samples: 1, max-new-tokens: 4 }
"""


class JobsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        rows = [
            {"silo": silo, "instruction": f"What is {len(silo)} plus {i}?", "output": f"The answer is {len(silo) + i}."}
            for silo, count in ROWS.items()
            for i in range(count)
        ]
        rows.append({"silo": "s1", "instruction": "", "output": "to quarantine"})
        (cls.folder / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
        cls.config = cls.folder / "a.yaml"
        cls.config.write_text(EXPERIMENT)
        cls.spark = silotune.session("local[2,4]")
        cls.heard = io.StringIO()
        with contextlib.redirect_stdout(cls.heard):
            cls.prepared = silotune.prepare(cls.config, output=cls.folder / "prepared")
            cls.run_a = silotune.train(
                cls.config, data=cls.prepared, output=cls.folder / "runs", run_id="a", local__learning_rate=0.001
            )

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.temporary.cleanup()

    def test_prepared_rows_are_tables(self):
        self.assertEqual(self.prepared.facts["rows_out"], 32)
        counts = {row.silo: row["count"] for row in silotune.shards(self.prepared).groupBy("silo").count().collect()}
        self.assertEqual(counts, ROWS)
        dropped = silotune.quarantine(self.prepared).select("reason").collect()
        self.assertEqual([row.reason for row in dropped], ["empty-prompt"])
        described = silotune.describe(self.prepared)
        self.assertEqual({silo["silo"]: silo["rows"] for silo in described.facts["profiles"]}, ROWS)
        self.assertIn("quarantine", repr(described))

    def test_versions_of_a_folder_are_one_table(self):
        folder = self.folder / "followed"
        rows = self.folder / "followed-rows"
        rows.mkdir()
        for silo in ("a", "b"):
            written = [json.dumps({"silo": silo, "instruction": f"Say {i}", "output": f"{silo} {i}"}) for i in range(9)]
            written.append(json.dumps({"silo": silo, "instruction": "", "output": "to quarantine"}))
            (rows / f"{silo}.jsonl").write_text("\n".join(written))
            followed = silotune.prepare(
                self.config, data=rows, output=folder, progress=False, data__incremental={}
            )
        self.assertEqual(followed.facts["version"], 2)
        self.assertEqual(silotune.shards(folder).groupBy("version").count().orderBy("version").collect(), [(1, 9), (2, 9)])
        self.assertEqual(silotune.quarantine(folder).count(), 2)
        again = silotune.prepare(
            self.config, data=rows, output=folder, progress=False, rebuild=True, data__incremental={}
        )
        self.assertEqual(again.facts["version"], 3)
        self.assertEqual(silotune.shards(folder).groupBy("version").count().collect(), [(3, 18)])

    def test_a_run_is_tables(self):
        self.assertEqual(self.run_a.facts["rounds"], 2)
        self.assertEqual([row.round for row in silotune.rounds(self.run_a).orderBy("round").collect()], [1, 2])
        self.assertEqual(silotune.silo_rounds(self.run_a).where("status = 'trained'").count(), 4)
        first = silotune.scores(self.run_a).where("round = 0 AND split = 'test' AND silo = '*'").first()
        self.assertEqual(first.loss, self.run_a.facts["loss_before"])
        self.assertGreater(silotune.predictions(str(self.run_a)).count(), 0)
        self.assertEqual(json.loads((self.folder / "runs/a/config.json").read_text())["values"]["local.learning-rate"], "0.001")

    def test_tables_have_the_columns_that_their_functions_say(self):
        for function, place in {
            silotune.rounds: self.run_a,
            silotune.silo_rounds: self.run_a,
            silotune.scores: self.run_a,
            silotune.predictions: self.run_a,
            silotune.quarantine: self.prepared,
        }.items():
            said = function.__doc__.split("Columns: ")[1].split(".\n")[0].split()
            self.assertEqual(" ".join(said).split(", "), function(place).columns, function.__name__)
        self.assertEqual(
            silotune.shards(self.prepared).dtypes,
            [
                ("example_id", "string"),
                ("input_ids", "array<int>"),
                ("labels", "array<int>"),
                ("silo", "string"),
                ("split", "string"),
                ("version", "int"),
            ],
        )

    def test_the_same_run_id_is_the_same_run(self):
        again = silotune.train(
            self.config,
            data=self.prepared,
            output=self.folder / "runs",
            run_id="a",
            local__learning_rate=0.001,
            progress=False,
        )
        self.assertEqual(again, self.run_a)

    def test_progress_is_printed(self):
        self.assertIn("Round 1 of 2: 2 silos (s1, s2)", self.heard.getvalue())

    def test_scores_are_those_of_the_run(self):
        whole = silotune.evaluate(self.run_a).where("silo = '*'").first()
        self.assertEqual(whole.loss, self.run_a.facts["loss_after"])
        self.assertAlmostEqual(whole.perplexity, math.exp(whole.loss), places=9)
        base = silotune.evaluate(model="tiny", data=self.prepared, split="validation")
        self.assertEqual({row.silo for row in base.collect()}, {"*", "s1", "s2"})

    def test_tasks_are_scored(self):
        (self.folder / "capitals.jsonl").write_text('{"q": "Chile", "a": "Santiago"}\n{"q": "Kenya", "a": "Nairobi"}\n')
        task = self.folder / "capitals.yaml"
        task.write_text(
            "id: capitals\nsource: { file: capitals.jsonl }\n"
            'ask: { kind: generate, prompt: "{{q}}", target: "{{a}}", decoding: { max-new-tokens: 4 }, metrics: [exact-match] }\n'
        )
        scored = silotune.evaluate_tasks(
            [task], run=self.run_a, data=self.folder, output=self.folder / "scored", progress=False
        )
        row = scored.where("silo = '*'").first()
        self.assertEqual((row.task, row.metric, row.examples), ("capitals", "exact_match", 2))

    def test_the_tuned_model_answers_the_same_in_sql(self):
        answered = silotune.generate(["Say hello.", "Name a river."], adapter=self.run_a, max_new_tokens=5)
        self.spark.createDataFrame([("Say hello.",), ("Name a river.",)], "prompt string").createOrReplaceTempView("asked")
        rows = self.spark.sql(
            "SELECT llm_generate(prompt, map('model', 'tiny', 'adapter', "
            f"'{self.run_a.adapter}', 'max_new_tokens', '5')) AS answer FROM asked"
        ).collect()
        self.assertEqual([row.answer for row in rows], answered)

    def test_errors_are_the_message_alone(self):
        self.assert_error(
            silotune.UsageError,
            f"Invalid folder {self.folder}/nowhere: there is no such folder",
            lambda: silotune.describe(self.folder / "nowhere"),
        )
        with self.assertRaises(silotune.UsageError) as caught:
            silotune.train(self.config, federated__round=3, progress=False)
        self.assertIn("Unknown key federated.round", str(caught.exception))
        self.assertNotIn("\n\tat ", str(caught.exception))
        self.assertIsNone(caught.exception.__cause__)
        with self.assertRaises(silotune.SiloTuneError) as caught:
            silotune.rounds(self.folder)
        self.assertEqual(
            str(caught.exception),
            f"Cannot read table {self.folder}/tables/rounds: {self.folder} is no run, or has not come so far",
        )

        with self.assertRaises(silotune.SiloTuneError) as caught:
            silotune.shards(self.folder / "nowhere")
        self.assertNotIn("Exception", str(caught.exception))

    def test_a_session_is_started_once_and_has_the_functions(self):
        self.assertEqual(silotune.session().sparkContext, self.spark.sparkContext)
        plain = self.spark.newSession()
        silotune.register(plain)
        self.assertEqual(plain.sql("SELECT exact_match('a', 'a')").first()[0], True)

    def assert_error(self, kind, message, action):
        with self.assertRaises(kind) as caught:
            action()
        self.assertEqual(str(caught.exception), message)


if __name__ == "__main__":
    unittest.main()
