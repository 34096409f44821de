"""Tests of the reader of Swift test sources."""

import unittest

import support  # noqa: F401
from swift_tests import SourceError, claims_in


def read(text):
    """The claims of a source as {name: rows}."""
    return {claim.name: claim.rows for claim in claims_in("Tests/M/T.swift", "M", text)}


class Claims(unittest.TestCase):
    def test_suite_and_function(self):
        self.assertEqual(read("@Suite struct A { @Test(.matrix(19, 62)) func valid() {} }"), {"A/valid": (19, 62)})

    def test_module_path_and_line(self):
        claim = claims_in("Tests/M/T.swift", "M", "struct A {\n  // x\n\n  @Test(.matrix(1))\n  func a() {}\n}")[0]
        self.assertEqual((claim.key, claim.path, claim.line), (("M", "A", "a"), "Tests/M/T.swift", 4))

    def test_arguments_over_many_lines(self):
        source = """
        @Suite("Retry (backoff) {")
        struct RetryTests {
            @Test(
                "doubles until the cap: .matrix(999) )",
                .matrix(
                    18,  // reason: (see) .matrix(998)
                    19,
                ), .timeLimit(.minutes(1)),
                arguments: [
                    (attempt: 1, expected: "}"),
                    (attempt: f({ $0 }), expected: "\\(g(")"))"),
                ]
            )
            @available(macOS 15, *) @MainActor
            func delay(attempt: Int, expected: String) async throws { if true { } }

            @Test(.matrix(20)) nonisolated func after() {}
        }
        """
        self.assertEqual(read(source), {"RetryTests/delay": (18, 19), "RetryTests/after": (20,)})

    def test_two_traits_on_one_test(self):
        self.assertEqual(read("enum A { @Test(.matrix(1), .matrix(2)) func a() {} }"), {"A/a": (1, 2)})

    def test_nested_types_and_extensions(self):
        source = """
        enum Outer {
            final class Inner: Base<Int> {
                class func helper() { struct Local {} }
                @Test(.matrix(1)) func a() { let actor = 1; _ = actor }
            }
            @Test(.matrix(2)) func b() {}
        }
        extension Outer.Inner where Self: Any {
            @Test(.matrix(3)) func c() {}
            private actor Deep { @Testing.Test(.matrix(4)) func `d`() {} }
        }
        """
        self.assertEqual(
            read(source),
            {"Outer.Inner/a": (1,), "Outer/b": (2,), "Outer.Inner/c": (3,), "Outer.Inner.Deep/d": (4,)},
        )

    def test_keywords_that_are_names(self):
        source = "enum A {\n static let k = K.class\n struct B { @Test(.matrix(1)) func a() {} } }"
        self.assertEqual(read(source), {"A.B/a": (1,)})

    def test_conditional_compilation(self):
        source = "struct A {\n#if os(Linux)\n@Test(.matrix(1)) func a() {}\n#endif\n}"
        self.assertEqual(read(source), {"A/a": (1,)})

    def test_braces_and_quotes_in_literals(self):
        source = r'''
        struct A {
            let a = "}{ \" \\"
            let b = #"\" } "# + ##"a "# }"##
            let c = """
                } " "" \(map { "}" }.joined(separator: ")")) \""" }
                """
            let d = #"\#(x ? "}" : #")}"#)"#
            let e = [/[}"']+\/{/, #/ } / " /#]
            let f = 4 / 2 / 1
            /* } /* nested " */ } */
            // } "
            @Test(.matrix(7)) func a() {}
        }
        '''
        self.assertEqual(read(source), {"A/a": (7,)})

    def test_tests_without_rows_are_no_claims(self):
        source = "struct A { @Test func a() {} @Test(\"x\", arguments: [1]) func b(x: Int) {} }\n@Test func free() {}"
        self.assertEqual(read(source), {})

    def test_the_trait_itself_is_no_claim(self):
        source = "extension Trait where Self == M { static func matrix(_ rows: Int...) -> Self { Self(rows) } }"
        self.assertEqual(read(source), {})

    def test_a_call_of_another_matrix_is_no_claim(self):
        self.assertEqual(read("struct A { @Test func a() { let x = y.matrix(1); f().matrix(2); _ = x } }"), {})


class Problems(unittest.TestCase):
    def assert_fails(self, source, line, words):
        with self.assertRaises(SourceError) as caught:
            read(source)
        self.assertIn(f"Tests/M/T.swift:{line}: ", str(caught.exception))
        self.assertIn(words, str(caught.exception))

    def test_rows_that_are_no_numbers(self):
        self.assert_fails("struct A {\n@Test(.matrix(row)) func a() {} }", 2, "not `row`")
        self.assert_fails("struct A { @Test(.matrix(1...3)) func a() {} }", 1, "row numbers only")
        self.assert_fails("struct A { @Test(.matrix(0x10)) func a() {} }", 1, "row numbers only")

    def test_no_row(self):
        self.assert_fails("struct A { @Test(.matrix()) func a() {} }", 1, "names no row")

    def test_rows_on_a_suite(self):
        self.assert_fails("\n@Suite(.matrix(1)) struct A {}", 2, "outside a @Test")

    def test_no_suite(self):
        self.assert_fails("@Test(.matrix(1)) func a() {}", 1, "in no suite")

    def test_unbalanced_source(self):
        self.assert_fails("struct A {\n", 1, "brace")
        self.assert_fails("struct A { } }", 1, "brace")
        self.assert_fails('let a = "x\n', 1, "string")
        self.assert_fails('let a = """\nx"', 1, "string")
        self.assert_fails("/* /* */", 1, "comment")
        self.assert_fails("struct A { @Test(.matrix(1) func a() {} }", 1, "")

    def test_no_function(self):
        self.assert_fails("struct A { @Test(.matrix(1)) var a = 1 }", 1, "expected a function")


if __name__ == "__main__":
    unittest.main()
