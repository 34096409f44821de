"""Which `tracestate` is passed on."""

from __future__ import annotations

import string

from harness import SAMPLED, Context, TraceContextTestCase

KEY = string.ascii_lowercase + string.digits + "_-*/"
VALUE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in ",=")
MEMBERS = [f"bar{number:02}={number:02}" for number in range(1, 34)]

# Header lines, and the members that are passed on.
PASSED_ON = {
    "one": (["foo=1"], ["foo=1"]),
    "several": (["foo=1,bar=2"], ["foo=1", "bar=2"]),
    "several lines": (["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], ["foo=1", "bar=2", "rojo=1", "congo=2", "baz=3"]),
    "empty line first": (["", "foo=1"], ["foo=1"]),
    "empty line last": (["foo=1", ""], ["foo=1"]),
    "empty members": ([",foo=1, ,\t,bar=2,"], ["foo=1", "bar=2"]),
    "spaces and tabs around members": (["foo=1 \t , \t bar=2, \t baz=3"], ["foo=1", "bar=2", "baz=3"]),
    "tabs around members": (["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], ["foo=1", "bar=2", "baz=3"]),
    "space before": ([" foo=1"], ["foo=1"]),
    "tab before": (["\tfoo=1"], ["foo=1"]),
    "space behind": (["foo=1 "], ["foo=1"]),
    "tab behind": (["foo=1\t"], ["foo=1"]),
    "white space around": (["\t foo=1 \t"], ["foo=1"]),
    "all characters of keys and values": ([f"{KEY}={VALUE}"], [f"{KEY}={VALUE}"]),
    "all characters of keys of a tenant": ([f"{KEY}@{KEY}={VALUE}"], [f"{KEY}@{KEY}={VALUE}"]),
    "keys with @ anywhere but first": (["foo@=1,foo@@bar=2,foo@bar@baz=3"], ["foo@=1", "foo@@bar=2", "foo@bar@baz=3"]),
    "key that starts with a digit": (["1foo=1"], ["1foo=1"]),
    "32 members": (
        [",".join(MEMBERS[:10]), ",".join(MEMBERS[10:20]), ",".join(MEMBERS[20:32])],
        MEMBERS[:32],
    ),
    "key of 256": (["foo=1", "z" * 256 + "=1"], ["foo=1", "z" * 256 + "=1"]),
    "key of 256 with @": (["foo=1", "t" * 241 + "@" + "v" * 14 + "=1"], ["foo=1", "t" * 241 + "@" + "v" * 14 + "=1"]),
    "key with a long tenant": (["foo=1", "t" * 242 + "@v=1"], ["foo=1", "t" * 242 + "@v=1"]),
    "key with a long system": (["foo=1", "t@" + "v" * 15 + "=1"], ["foo=1", "t@" + "v" * 15 + "=1"]),
    "value of 256": (["foo=" + "v" * 256], ["foo=" + "v" * 256]),
}

DROPPED = {
    "empty": [""],
    "33 members": [",".join(MEMBERS[:20]), ",".join(MEMBERS[20:33])],
    "33 members of one key": [",".join(["a=1"] * 33)],
    "key of 257": ["foo=1", "z" * 257 + "=1"],
    "value of 257": ["foo=" + "v" * 257],
    "key with a space": ["foo =1"],
    "key in upper case": ["FOO=1"],
    "key with a dot": ["foo.bar=1"],
    "key that starts with @": ["@foo=1,bar=2"],
    "key that starts with _": ["_foo=1,bar=2"],
    "no key": ["=1,bar=2"],
    "no value": ["foo=,bar=3"],
    "no equals sign": ["foo,bar=3"],
    "value with an equals sign": ["foo=bar=baz"],
    "value with a tab": ["foo=b\tr"],
    "value with a letter beyond ASCII": ["foo=b\xe4r"],
    "60 kB": [",".join(["k" * 50 + "=" + "v" * 49] * 600)],
}

REPEATED_KEYS = {
    "same value in one line": ["foo=1,foo=1"],
    "other value in one line": ["foo=1,foo=2"],
    "same value in two lines": ["foo=1", "foo=1"],
    "other value in two lines": ["foo=1", "foo=2"],
}


class TraceState(TraceContextTestCase):
    def passed_on(self, lines: list[str], name: str = "tracestate") -> list[str]:
        """The members that come out; the trace itself always goes on."""
        context: Context = self.assert_continued([("traceparent", SAMPLED), *((name, line) for line in lines)])
        return [f"{key}={value}" for key, value in context.state]

    def test_is_passed_on_in_order(self) -> None:
        for name, (lines, members) in PASSED_ON.items():
            with self.subTest(name):
                self.assertEqual(self.passed_on(lines), members)

    def test_is_dropped_whole_when_a_part_is_invalid(self) -> None:
        for name, lines in DROPPED.items():
            with self.subTest(name):
                self.assertEqual(self.passed_on(lines), [])

    def test_repeated_keys_are_passed_on_as_they_are_or_once(self) -> None:
        for name, lines in REPEATED_KEYS.items():
            with self.subTest(name):
                members = ",".join(lines).split(",")
                self.assertIn(self.passed_on(lines), [members, members[:1], members[1:]])

    def test_its_name_may_be_in_any_case(self) -> None:
        for name in ("TraceState", "tRaCeStAtE", "TRACESTATE"):
            with self.subTest(name):
                self.assertEqual(self.passed_on(["foo=1", "bar=2"], name), ["foo=1", "bar=2"])

    def test_other_names_are_other_headers(self) -> None:
        for name in ("trace-state", "trace.state", "tracestates"):
            with self.subTest(name):
                self.assertEqual(self.passed_on(["foo=1"], name), [])

    def test_is_nothing_without_a_traceparent(self) -> None:
        for value in ("foo=1", "foo=1,bar=2"):
            with self.subTest(value):
                self.assert_restarted([("tracestate", value)])
