"""Tests of Scripts/check-compliance: the table it writes, and everything it must refuse."""

import csv
import json
import tempfile
import unittest
from pathlib import Path

import support

script = support.load("check-compliance")

MATRIX = """\
id,section,group,feature,optional,swift,rust,go,java,cpp,python,dotnet,js,ruby,erlang,php,kotlin
1,Traces,Span,Create,no,+,+,+,+,+,+,+,+,+,+,+,+
2,Traces,Span,A | B,no,,-,+,N/A,+,,,,,,,
3,Traces,,End,yes,-,-,-,-,-,-,-,-,-,-,-,-
4,Logs,Logger,Emit,no,,,+,,,,,,,,,
"""

SOURCE = """
import Testing
@Suite("Span")
struct SpanTests {
    @Test(.matrix(1, 2)) func creates() {}
    @Suite struct Nested { @Test("twice", .matrix(1), arguments: [1, 2]) func again(x: Int) {} }
}
"""


def function_record(suites, name, module="APITests"):
    identifier = f"{module}.{'/'.join([*suites, name])}/SpanTests.swift:5:6"
    return {"kind": "test", "payload": {"kind": "function", "id": identifier, "name": name}}


def event(kind, test=None, issue=None):
    payload = {"kind": kind, "messages": []}
    if test:
        payload["testID"] = test["payload"]["id"]
    if issue is not None:
        payload["issue"] = issue
    return {"kind": "event", "payload": payload}


CREATES = function_record(["SpanTests"], "creates()")
AGAIN = function_record(["SpanTests", "Nested"], "again(x:)")
OTHER = function_record(["SpanTests"], "other()")
PASSED = [CREATES, AGAIN, OTHER, event("testEnded", CREATES), event("testEnded", AGAIN), event("runEnded")]


class Repository(unittest.TestCase):
    """A repository in a temporary folder in which every row claimed is proven."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("Docs/Compliance/matrix.csv", MATRIX)
        self.write("Docs/Compliance/not-applicable.csv", 'id,reason\n4,"Swift has none, see | there"\n')
        self.write("Tests/APITests/SpanTests.swift", SOURCE)
        self.write_results(PASSED)

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_results(self, records):
        self.write(".build/tests.jsonl", "".join(json.dumps(record) + "\n" for record in records))

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def run_script(self, *arguments):
        return support.run(script, "--root", self.root, *arguments)

    def assert_passes(self, *arguments):
        status, out, err = self.run_script(*arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def assert_fails(self, *words, arguments=()):
        status, out, err = self.run_script(*arguments)
        self.assertEqual((status, out), (1, ""), err)
        for word in words:
            self.assertIn(word, err)


class Table(Repository):
    def test_machine_readable(self):
        out = self.assert_passes()
        self.assertIn("2 of 4 rows proven, 1 can't apply, 1 open", out)
        rows = list(csv.reader(self.read("Docs/compliance.csv").splitlines()))
        self.assertEqual(
            rows,
            [
                ["id", "status", "tests"],
                ["1", "+", "SpanTests.Nested/again;SpanTests/creates"],
                ["2", "+", "SpanTests/creates"],
                ["3", "-", ""],
                ["4", "N/A", ""],
            ],
        )

    def test_markdown_rows(self):
        self.assert_passes()
        text = self.read("Docs/Compliance.md")
        self.assertIn("\n## Traces\n", text)
        self.assertIn("\n| 1 | Span | Create | + | `SpanTests.Nested/again`<br>`SpanTests/creates` |\n", text)
        self.assertIn("\n| 2 | Span | A \\| B | + | `SpanTests/creates` |\n", text)
        self.assertIn("\n| 3 |  | End | - |  |\n", text)
        self.assertIn("\n| 4 | Logger | Emit | N/A | Swift has none, see \\| there |\n", text)

    def test_summary(self):
        self.assert_passes()
        text = self.read("Docs/Compliance.md")
        self.assertIn("\n| Traces | 2 / 3 | 0 | 2 (Go, C++) | 1 |\n", text)
        self.assertIn("\n| Logs | 0 / 1 | 1 | 1 (Go) | 0 |\n", text)
        self.assertIn("\n| All | 2 / 4 | 1 | 3 (Go) | 1 |\n", text)

    def test_check_accepts_what_was_written(self):
        self.assert_passes()
        self.assert_passes("--check")

    def test_no_claims_at_all(self):
        self.write("Tests/APITests/SpanTests.swift", "@Suite struct A { @Test func a() {} }")
        self.assertIn("0 of 4 rows proven", self.assert_passes())

    def test_same_suite_in_another_module_is_another_test(self):
        self.write("Tests/SDKTests/SpanTests.swift", "struct SpanTests { @Test(.matrix(3)) func creates() {} }")
        self.assert_fails("Tests/SDKTests/SpanTests.swift:1: SpanTests/creates", "not in the results")
        twin = function_record(["SpanTests"], "creates()", module="SDKTests")
        self.write_results([twin, event("testEnded", twin), *PASSED])
        self.assertIn("3 of 4", self.assert_passes())

    def test_other_tests_may_fail(self):
        self.write_results([event("issueRecorded", OTHER, {"isKnown": False}), *PASSED])
        self.assert_passes()

    def test_warnings_do_not_fail_a_test(self):
        self.write_results([event("issueRecorded", CREATES, {"isKnown": False, "isFailure": False}), *PASSED])
        self.assert_passes()

    def test_the_projects_own_matrix(self):
        root = Path(__file__).resolve().parent.parent.parent
        self.write("Docs/Compliance/matrix.csv", (root / "Docs/Compliance/matrix.csv").read_text(encoding="utf-8"))
        self.write("Docs/Compliance/not-applicable.csv", "id,reason\n")
        self.assertIn("2 of 326 rows proven", self.assert_passes())
        self.assertIn("\n| All | 2 / 326 | 0 | 265 (Go, Java) | 83 |\n", self.read("Docs/Compliance.md"))


class Refusals(Repository):
    def test_row_that_does_not_exist(self):
        self.write("Tests/APITests/SpanTests.swift", SOURCE.replace("1, 2", "1, 5"))
        self.assert_fails("Tests/APITests/SpanTests.swift:5: SpanTests/creates names row 5")

    def test_test_that_failed(self):
        self.write_results([event("issueRecorded", CREATES, {"isKnown": False, "isFailure": True}), *PASSED])
        self.assert_fails("SpanTests/creates names rows but failed")

    def test_test_with_a_known_issue(self):
        self.write_results([event("issueRecorded", AGAIN, {"isKnown": True, "isFailure": False}), *PASSED])
        self.assert_fails("SpanTests.Nested/again names rows but has a known issue")

    def test_test_that_was_skipped(self):
        self.write_results([record for record in PASSED if record != event("testEnded", CREATES)])
        self.assert_fails("SpanTests/creates names rows but did not end")
        self.write_results([event("testSkipped", CREATES), *PASSED])
        self.assert_fails("SpanTests/creates names rows but was skipped")
        self.write_results([event("testCaseCancelled", AGAIN), *PASSED])
        self.assert_fails("again names rows but was cancelled")

    def test_overload_that_failed(self):
        overload = function_record(["SpanTests"], "creates(with:)")
        self.write_results([overload, event("issueRecorded", overload, {}), event("testEnded", overload), *PASSED])
        self.assert_fails("SpanTests/creates names rows but failed")

    def test_test_not_in_the_results(self):
        self.write_results([record for record in PASSED if record != AGAIN])
        self.assert_fails("SpanTests.Nested/again names rows but is not in the results")

    def test_no_results(self):
        (self.root / ".build/tests.jsonl").unlink()
        self.assert_fails("tests.jsonl is missing; run Scripts/test first")
        self.assertFalse((self.root / "Docs/Compliance.md").exists())

    def test_run_that_did_not_end(self):
        self.write_results(PASSED[:-1])
        self.assert_fails("did not end")
        self.write(".build/tests.jsonl", self.read(".build/tests.jsonl") + '{"kind":"event","payl')
        self.assert_fails("did not end")
        self.write(".build/tests.jsonl", "")
        self.assert_fails("did not end")

    def test_rows_outside_a_test(self):
        self.write("Tests/APITests/SpanTests.swift", SOURCE.replace('("Span")', "(.matrix(3))"))
        self.assert_fails("Tests/APITests/SpanTests.swift:3: rows of the matrix are named outside a @Test")

    def test_every_problem_is_told(self):
        self.write("Tests/APITests/SpanTests.swift", SOURCE.replace("1, 2", "1, 5, 6"))
        self.write("Tests/APITests/More.swift", "@Test(.matrix(1)) func a() {}")
        self.assert_fails("names row 5", "names row 6", "More.swift:1: a names rows")

    def test_exceptions(self):
        for line, words in {
            "9,reason": "row 9, which the matrix does not have",
            "x,reason": "row x, which the matrix does not have",
            "4, ": "row 4 has no reason",
            "4": "row 4 has no reason",
            "4,one, two": "row 4 has more than two columns; put the reason in quotes",
            "4,a\n4,b": "row 4 stands there twice",
            "1,reason": "row 1 is claimed by SpanTests/creates",
        }.items():
            with self.subTest(line):
                self.write("Docs/Compliance/not-applicable.csv", f"id,reason\n{line}\n")
                self.assert_fails("not-applicable.csv: " + words)

    def test_files_that_are_missing_or_others(self):
        self.write("Docs/Compliance/not-applicable.csv", "row,why\n")
        self.assert_fails("expected the columns id, reason")
        (self.root / "Docs/Compliance/matrix.csv").unlink()
        self.assert_fails("matrix.csv is missing")

    def test_committed_files_that_are_not_current(self):
        self.assert_fails("Compliance.md is not current", arguments=["--check"])
        self.assert_passes()
        for path in ("Docs/Compliance.md", "Docs/compliance.csv"):
            with self.subTest(path):
                good = self.read(path)
                self.write(path, good.replace("creates", "edited"))
                self.assert_fails("is not current", "edited", "should be", arguments=["--check"])
                self.assertIn("edited", self.read(path))
                self.write(path, good + "more\n")
                self.assert_fails("is not current", arguments=["--check"])
                self.write(path, good)
        self.assert_passes("--check")
        self.write("Tests/APITests/SpanTests.swift", SOURCE.replace("1, 2", "1, 2, 3"))
        self.assert_fails("Compliance.md is not current", arguments=["--check"])


if __name__ == "__main__":
    unittest.main()
