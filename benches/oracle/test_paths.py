"""Tests of the comparison with ClickHouse. Run: python -m unittest discover -s benches/oracle"""

import random
import tempfile
import unittest
from pathlib import Path

import path_cases
import path_lists
import path_questions
import paths


class Lists(unittest.TestCase):
    def test_times_repeat_only_where_they_may(self):
        for ties in (True, False):
            lists = [path_lists.events(random.Random(seed), ties) for seed in range(300)]
            repeated = sum(len({time for time, _ in events}) < len(events) for events in lists)
            self.assertEqual(repeated > 0, ties)
            self.assertTrue(all(lists))
            self.assertTrue(any([time for time, _ in events] != sorted(time for time, _ in events) for events in lists))

    def test_the_same_seed_gives_the_same_file(self):
        with tempfile.TemporaryDirectory() as folder:
            one, other = Path(folder) / "one.csv", Path(folder) / "other.csv"
            path_lists.write(one, 7, 20, True)
            path_lists.write(other, 7, 20, True)
            self.assertEqual(one.read_text(), other.read_text())
            self.assertEqual(one.read_text().splitlines()[0], ",".join(path_lists.COLUMNS))


class Questions(unittest.TestCase):
    def test_reentry_needs_a_strict_order(self):
        sets = list(path_questions.mode_sets())
        self.assertEqual(len(sets), len(set(sets)))
        self.assertEqual(len(sets), 16 + 8)
        self.assertTrue(all("strict_order" in modes for modes in sets if "allow_reentry" in modes))

    def test_only_a_strict_order_depends_on_the_version(self):
        self.assertEqual(path_questions.today(("strict_once",)), ("strict_once",))
        self.assertEqual(path_questions.today(("strict_order",)), ("strict_order", "clickhouse_26"))

    def test_every_answer_has_a_label_and_two_expressions(self):
        for question in path_questions.questions(path_questions.FUNCTIONS, 1):
            self.assertEqual(len(question.labels), len(question.ours), question.name)
            self.assertEqual(len(question.labels), len(question.theirs), question.name)

    def test_random_patterns_end_with_an_event_and_have_no_two_times_in_a_row(self):
        for pattern in path_questions.patterns(3, 500):
            self.assertNotRegex(pattern, r"\(\?t[^)]*\)\(\?t")
            self.assertFalse(pattern.startswith("(?t"))
            self.assertNotRegex(pattern, r"(\.\*|\(\?t[^)]*\))$")


class Cases(unittest.TestCase):
    def test_letters_happen_one_after_the_other_and_a_part_can_be_taken(self):
        self.assertEqual(path_cases.lists_of({"D": {"1": "ab"}}, "D"), {"1": [(1, "a"), (2, "b")]})
        data = {"T": [[0, 1000], [1, 1001], [2, 1002]]}
        self.assertEqual(path_cases.lists_of(data, "T (1001..1008 only)"), {"all": [[1, 1001], [2, 1002]]})

    def test_steps_compare(self):
        self.assertTrue(path_cases.holds("<=1007", 1007))
        self.assertFalse(path_cases.holds(">=1002", 1001))
        self.assertTrue(path_cases.holds("a", "a"))


class Answers(unittest.TestCase):
    def test_answers_of_both_engines_look_alike(self):
        for ours, theirs in [("[true, false]", [1, 0]), ("true", 1), ("3", 3), ("[]", []), ("[4, 12]", [4, 12])]:
            self.assertEqual(paths.plain(ours), paths.plain(theirs))
        for nothing in ("", "[]", [], None):
            self.assertIsNone(paths.plain(nothing))


if __name__ == "__main__":
    unittest.main()
