"""Tests of Scripts/bench: what it reads, what it lets pass, what it prints."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

import support

sys.path.insert(0, str(support.SCRIPTS / "lib/benchmarks"))

import comparison  # noqa: E402
import comparison_tables  # noqa: E402
import document  # noqa: E402
import programs  # noqa: E402
import tables  # noqa: E402
import thresholds  # noqa: E402

script = support.load("lib/benchmarks/__main__.py")


def limits(**cases):
    return {"toolchain": "6.3", "cases": cases, "whole": {}}


class Limits(unittest.TestCase):
    def test_at_the_limit_is_not_over_it(self):
        limit = thresholds.Limit(instructions=100, allocations=1)
        self.assertEqual(list(limit.exceeded(100, 1.01)), [])

    def test_each_limit_is_reported_with_value_and_limit(self):
        limit = thresholds.Limit(instructions=100, allocations=0)
        expected = [("instructions", "101", "100"), ("allocations", "0.02", "0")]
        self.assertEqual(list(limit.exceeded(101, 0.02)), expected)

    def test_what_has_no_limit_never_exceeds_it(self):
        self.assertEqual(list(thresholds.Limit().exceeded(1e9, 1e9)), [])


class File(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "thresholds.json")

    def open(self, data):
        self.path.write_text(json.dumps(data), encoding="utf-8")
        return thresholds.Thresholds(self.path)

    def test_an_update_leaves_fixed_budgets_and_goals_alone(self):
        file = self.open(limits(a={"instructions": 60, "allocations": 0, "fixed": True}, b={"goal_ns": 3}))
        file.update({"a": (10, 0), "b": (101, 1.004), "c": (10, 0)}, "6.4")
        file.save()
        saved = json.loads(self.path.read_text(encoding="utf-8"))["cases"]
        self.assertEqual(file.toolchain, "6.4")
        self.assertEqual(saved["a"]["instructions"], 60)
        self.assertEqual(saved["b"], {"goal_ns": 3, "instructions": 112, "allocations": 1})
        self.assertEqual(saved["c"], {"instructions": 11, "allocations": 0})

    def test_a_case_takes_one_line(self):
        self.open(limits(a={"instructions": 1}, b={})).save()
        lines = self.path.read_text(encoding="utf-8").splitlines()
        self.assertIn('    "a": {"instructions": 1},', lines)

    def test_a_violation_names_case_value_and_limit(self):
        file = self.open(limits(a={"instructions": 60}))
        file.data["whole"] = {"pipeline": {"dropped": {"limit": 0}, "CPU": {"budget": 1}}}
        found = list(script.violations(file, {"a": (85, 0)}, {"pipeline": {"dropped": 7, "CPU": 2.0}}))
        expected = ["a: 85 instructions a call, the limit is 60", "pipeline: dropped 7, the limit is 0"]
        self.assertEqual(found, expected)


    def test_an_update_leaves_out_the_slack(self):
        shown = [thresholds.whole(value) for value in (0, 0.008, 1.996, 0.028)]
        self.assertEqual(shown, [0, 0, 2, 0.03])


class Callgrind(unittest.TestCase):
    def test_functions_of_an_annotated_profile(self):
        text = """
--------------------------------------------------------------------------------
Ir
--------------------------------------------------------------------------------
5,469,117 (100.0%)  PROGRAM TOTALS

--------------------------------------------------------------------------------
Ir                file:function
--------------------------------------------------------------------------------
1,200 (21.94%)  ???:Hasher.combine(bytes:) [/usr/lib/swift/linux/libswiftCore.so]
1,100 (20.12%)  ???:static SlotPool.give(_:generation:_:) [/tmp/bench]
   90 ( 1.65%)  ./malloc/./malloc/malloc.c:_int_free [/usr/lib/libc.so.6]
"""
        expected = [
            (5469117, "PROGRAM TOTALS"),
            (1200, "Hasher.combine(bytes:)"),
            (1100, "static SlotPool.give(_:generation:_:)"),
            (90, "_int_free"),
        ]
        self.assertEqual(list(programs.functions(text)), expected)

    def test_a_dump_without_totals_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder, "out.1")
            dump.write_text("events: Ir\ntotals: 4711\n", encoding="utf-8")
            self.assertEqual(programs.total(dump), 4711)
            with self.assertRaises(programs.Failure):
                programs.total(Path(folder, "out.2"))


class Selection(unittest.TestCase):
    names = ["span.0attr", "span.5attr", "log.2attr"]

    def test_patterns_select_in_the_order_of_the_table(self):
        self.assertEqual(script.select([], self.names), self.names)
        self.assertEqual(script.select(["log.*", "span.5attr"], self.names), ["span.5attr", "log.2attr"])

    def test_a_pattern_that_matches_nothing_is_an_error(self):
        with self.assertRaises(programs.Failure):
            script.select(["spam.*"], self.names)


class Tables(unittest.TestCase):
    def test_columns_are_aligned(self):
        text = tables.table(["a", "n", "z"], [["long", "1", "x"], ["b", "100", "y"]])
        self.assertEqual(text.splitlines(), ["a       n  z", "----  ---  -", "long    1  x", "b     100  y"])

    def test_numbers_are_short(self):
        shown = [tables.number(value) for value in (None, 0, 0.008, 2.04, 6.0, 99.97, 505000)]
        self.assertEqual(shown, ["", "0", "0.008", "2.0", "6", "100.0", "505 000"])

    def test_only_what_has_a_limit_has_a_verdict(self):
        limit = thresholds.Limit(instructions=60)
        self.assertEqual(tables.verdict(limit, (85, 0)), "EXCEEDED")
        self.assertEqual(tables.verdict(limit, (60, 5)), "ok")
        self.assertEqual(tables.verdict(thresholds.Limit(), (60, 5)), "no limit")
        self.assertEqual(tables.verdict(limit, None), "")

    def test_a_lower_bound_is_one(self):
        budgets = {"rate": {"at_least": 700000}, "ratio": {"budget": 1.3}}
        rows = list(tables.whole_rows("p", {"rate": 699999, "ratio": None}, budgets))
        expected = [
            ["p: rate", "699 999", "≥ 700 000", "under", ""],
            ["p: ratio", "", "1.3", "not measured", ""],
        ]
        self.assertEqual(rows, expected)


class Comparing(unittest.TestCase):
    def test_the_quietest_round_counts(self):
        times = {}
        for measured in [(10, 20), (12, 15), (9, 30)]:
            comparison.merge(times, "Go", "a", measured)
        self.assertEqual(times, {"Go": {"a": (9, 15)}})

    def test_one_number_of_several_runs(self):
        shown = [comparison.best([1, 3, 2], what) for what in ("CPU, µs a span", "spans a second", "dropped")]
        self.assertEqual(shown, [1, 3, 3])

    def test_what_a_peer_cannot_count_has_no_column(self):
        result = comparison.Comparison(
            counts={
                comparison.OURS: {"span.0attr": (600.2, 0.003)},
                "C++": {"span.0attr": (3500.0, 8.0)},
                "Go": {"span.0attr": (None, 3.0)},
                "Python": {"span.0attr": (None, None)},
            },
            versions={"C++": "1", "Go": "1", "Python": "1"},
        )
        head, rows = comparison_tables.counts(result)
        names = ["call", "Heliograph, instr", "Heliograph, allocs", "C++, instr", "C++, allocs", "Go, allocs"]
        self.assertEqual(head, names)
        self.assertEqual(rows, [["span, no attribute", "600", "0", "3 500", "8", "3"]])

    def test_who_ignores_the_compression_is_not_shown_as_compressing(self):
        def values(size):
            return {"CPU, µs a span": [2.0, 1.5], "bytes a span": [size]}

        result = comparison.Comparison(
            pipelines={
                ("flood", "none"): {comparison.OURS: values(200), "C++": values(210)},
                ("flood", "gzip"): {comparison.OURS: values(40), "C++": values(210)},
            },
            versions={"C++": "1"},
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "thresholds.json")
            path.write_text(json.dumps(limits()), encoding="utf-8")
            _, rows = comparison_tables.pipelines(result, thresholds.Thresholds(path))
        self.assertEqual(rows[0], ["as fast as possible: CPU, µs a span", "", "1.50", "1.50"])
        self.assertEqual(rows[2], ["as fast as possible, gzip: CPU, µs a span", "", "1.50", ""])


class Page(unittest.TestCase):
    page = "text\n<!-- bench:a -->\nold\n<!-- bench:end -->\n<!-- bench:b -->\n<!-- bench:end -->\nmore\n"

    def test_only_what_is_between_the_markers_changes(self):
        table = document.markdown(["case", "ns"], [["a", "1"]])
        filled = document.fill(self.page, "a", table)
        self.assertEqual(
            filled,
            "text\n<!-- bench:a -->\n\n| case | ns |\n| --- | --: |\n| a | 1 |\n\n<!-- bench:end -->\n"
            "<!-- bench:b -->\n<!-- bench:end -->\nmore\n",
        )
        self.assertEqual(document.fill(filled, "a", table), filled)

    def test_a_page_without_the_markers_is_an_error(self):
        with self.assertRaises(programs.Failure):
            document.fill(self.page, "c", "")


if __name__ == "__main__":
    unittest.main()
