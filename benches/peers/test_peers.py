"""Tests of what decides whether answers agree. Run: python -m unittest discover -s benches/peers"""

import decimal
import json
import tempfile
import unittest
from pathlib import Path

import answers
import delta
import processes
import prompt
import queries
import report


class Answers(unittest.TestCase):
    def test_the_same_value_from_any_engine_is_the_same_text(self):
        for kind, values, expected in [
            ("decimal", ["12.50", decimal.Decimal("12.5"), 12.5], "12.5"),
            ("decimal", ["100", decimal.Decimal("1E+2")], "100"),
            ("integer", ["7", 7, decimal.Decimal("7")], "7"),
            ("float", ["0.1", 0.1, 0.10000000000001], "0.1"),
            ("float", ["-0", 0.0], "0"),
            ("boolean", ["true", True], "true"),
            ("text", ["0100", b"0100"], "0100"),
            ("integer", ["", None], answers.UNKNOWN),
        ]:
            self.assertEqual({answers.normalise(kind, value) for value in values}, {expected}, kind)

    def test_a_cent_shows_and_the_order_of_rows_does_not(self):
        kinds = ["text", "decimal"]
        one = answers.normalised(kinds, [("a", "1.00"), ("b", "2.01")])
        other = answers.normalised(kinds, [("b", "2.01"), ("a", "1.0")])
        wrong = answers.normalised(kinds, [("b", "2.02"), ("a", "1.0")])
        self.assertEqual(answers.digest(one), answers.digest(other))
        self.assertNotEqual(answers.digest(one), answers.digest(wrong))

    def test_a_row_of_another_width_is_an_error(self):
        with self.assertRaises(ValueError):
            answers.normalised(["text"], [("a", "b")])


class Delta(unittest.TestCase):
    def test_removed_files_are_not_active(self):
        with tempfile.TemporaryDirectory() as lake:
            log = Path(lake) / "tables" / "ui_wage" / "_delta_log"
            log.mkdir(parents=True)
            commits = [[{"metaData": {}}], [{"add": {"path": "a%20b.parquet"}}, {"add": {"path": "c.parquet"}}]]
            commits.append([{"remove": {"path": "c.parquet"}}, {"add": {"path": "d.parquet"}}])
            for version, actions in enumerate(commits):
                lines = "\n".join(json.dumps(action) for action in actions)
                (log / f"{version:020}.json").write_text(lines + "\n")
            self.assertEqual(delta.tables(lake), ["ui_wage"])
            names = [Path(path).name for path in delta.active_files(lake, "ui_wage")]
            self.assertEqual(names, ["a b.parquet", "d.parquet"])


class Prompt(unittest.TestCase):
    def test_a_quantile_is_one_of_the_values(self):
        values = [5.0, 1.0, 4.0, 2.0, 3.0]
        self.assertEqual([prompt.quantile(values, share) for share in (0, 0.5, 0.99, 1)], [1.0, 3.0, 5.0, 5.0])

    def test_a_made_up_table_and_its_layout_have_the_same_columns(self):
        table, layout = prompt.definition("table_007")
        for column in prompt.COLUMNS:
            self.assertIn(f'name = "{column}"', table)
            self.assertIn(f'to = "{column}"', layout)


class Queries(unittest.TestCase):
    def test_every_query_announces_its_answer_and_leaves_nothing_to_fill_in(self):
        for query in queries.names():
            self.assertTrue(queries.kinds(query), query)
            for engine in ("lifetracks", "duckdb_ours", "chdb"):
                if query != queries.CONVERSION:
                    text = queries.sql(query, engine, 17)
                    self.assertNotIn("POINT", text)
                    self.assertNotIn("--", text)


class Report(unittest.TestCase):
    def record(self, engine, digest):
        return {"query": "q", "engine": engine, "hash": digest, "rows": 1, "wall": 1, "cpu": 1, "memory": 1}

    def test_one_wrong_run_is_enough(self):
        records = [self.record("duckdb", "a"), self.record("lifetracks", "a")]
        self.assertEqual(report.disagreements(records), {})
        records.append(self.record("lifetracks", "b"))
        self.assertEqual(report.disagreements(records), {"q": {"a": {"duckdb", "lifetracks"}, "b": {"lifetracks"}}})
        self.assertIn("DIFFERS", report.answers_table(records))

    def test_fewer_than_three_runs_are_marked(self):
        records = [self.record("duckdb", "a"), self.record("lifetracks", "a")]
        self.assertIn("not figures", report.markdown("machine", records, {"t": 1}, 0, "q10"))
        self.assertNotIn("not figures", report.markdown("machine", records * 3, {"t": 1}, 0, "q10"))


class Processes(unittest.TestCase):
    def test_a_process_is_measured_or_its_error_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "output"
            record = processes.run_measured(["echo", "a"], output, 60)
            self.assertEqual(output.read_text(), "a\n")
            self.assertGreater(record["memory"], 0)
            with self.assertRaisesRegex(processes.Failed, "not ready"):
                processes.run_measured(["sleep", "60"], output, 0.2)
            with self.assertRaisesRegex(processes.Failed, "No such file"):
                processes.run_measured(["cat", f"{folder}/none"], output, 60)


if __name__ == "__main__":
    unittest.main()
