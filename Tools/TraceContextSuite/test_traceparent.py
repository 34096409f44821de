"""Which `traceparent` continues a trace, and what is passed on."""

from harness import PARENT, SAMPLED, TRACE, TraceContextTestCase

CONTINUES = {
    "lower case name": [("traceparent", SAMPLED)],
    "upper case name": [("TRACEPARENT", SAMPLED)],
    "capitalised name": [("TraceParent", SAMPLED)],
    "mixed case name": [("tRaCePaReNt", SAMPLED)],
    "space before": [("traceparent", f" {SAMPLED}")],
    "tab before": [("traceparent", f"\t{SAMPLED}")],
    "space behind": [("traceparent", f"{SAMPLED} ")],
    "tab behind": [("traceparent", f"{SAMPLED}\t")],
    "white space around": [("traceparent", f"\t {SAMPLED} \t")],
    "later version": [("traceparent", f"cc-{TRACE}-{PARENT}-01")],
    "later version with more": [("traceparent", f"cc-{TRACE}-{PARENT}-01-more-of-it")],
    "next version": [("traceparent", f"01-{TRACE}-{PARENT}-01")],
    "last version": [("traceparent", f"fe-{TRACE}-{PARENT}-01-")],
    "among other headers": [("a", "1"), ("traceparent", SAMPLED), ("traceparents", "2"), ("a", "3")],
}

RESTARTS = {
    "none": [],
    "empty": [("traceparent", "")],
    "twice": [("traceparent", SAMPLED), ("traceparent", f"00-{TRACE[::-1]}-{PARENT}-01")],
    "twice the same": [("traceparent", SAMPLED), ("traceparent", SAMPLED)],
    "twice in different case": [("traceparent", SAMPLED), ("Traceparent", SAMPLED)],
    "valid and invalid": [("traceparent", SAMPLED), ("traceparent", "no")],
    "two in one value": [("traceparent", f"{SAMPLED},{SAMPLED}")],
    "name with a dash": [("trace-parent", SAMPLED)],
    "name with a dot": [("trace.parent", SAMPLED)],
    "version 00 with a dot behind": [("traceparent", f"{SAMPLED}.")],
    "version 00 with more": [("traceparent", f"{SAMPLED}-more-of-it")],
    "later version with a dot behind": [("traceparent", f"cc-{TRACE}-{PARENT}-01.more-of-it")],
    "version ff": [("traceparent", f"ff-{TRACE}-{PARENT}-01")],
    "version not hex": [("traceparent", f".0-{TRACE}-{PARENT}-01")],
    "version half hex": [("traceparent", f"0.-{TRACE}-{PARENT}-01")],
    "version of 1 digit": [("traceparent", f"0-{TRACE}-{PARENT}-01")],
    "version of 3 digits": [("traceparent", f"000-{TRACE}-{PARENT}-01")],
    "version of 4 digits": [("traceparent", f"0000-{TRACE}-{PARENT}-01")],
    "trace of zeros": [("traceparent", f"00-{'0' * 32}-{PARENT}-01")],
    "trace with a dot first": [("traceparent", f"00-.{TRACE[1:]}-{PARENT}-01")],
    "trace with a dot last": [("traceparent", f"00-{TRACE[:-1]}.-{PARENT}-01")],
    "trace in upper case": [("traceparent", f"00-{TRACE.upper()}-{PARENT}-01")],
    "trace of 33 digits": [("traceparent", f"00-{TRACE}0-{PARENT}-01")],
    "trace of 31 digits": [("traceparent", f"00-{TRACE[1:]}-{PARENT}-01")],
    "parent of zeros": [("traceparent", f"00-{TRACE}-{'0' * 16}-01")],
    "parent with a dot first": [("traceparent", f"00-{TRACE}-.{PARENT[1:]}-01")],
    "parent with a dot last": [("traceparent", f"00-{TRACE}-{PARENT[:-1]}.-01")],
    "parent of 17 digits": [("traceparent", f"00-{TRACE}-{PARENT}0-01")],
    "parent of 15 digits": [("traceparent", f"00-{TRACE}-{PARENT[1:]}-01")],
    "flags not hex": [("traceparent", f"00-{TRACE}-{PARENT}-.0")],
    "flags half hex": [("traceparent", f"00-{TRACE}-{PARENT}-0.")],
    "flags of 3 digits": [("traceparent", f"00-{TRACE}-{PARENT}-001")],
    "flags of 1 digit": [("traceparent", f"00-{TRACE}-{PARENT}-1")],
    "no flags": [("traceparent", f"00-{TRACE}-{PARENT}")],
    "other delimiters": [("traceparent", SAMPLED.replace("-", "_"))],
}

# As received, as passed on: sampled is 1, random is 2, the rest is not ours to pass on.
FLAGS = {"00": 0, "01": 1, "02": 2, "03": 3, "04": 0, "fd": 1, "ff": 3}


class TraceParent(TraceContextTestCase):
    def test_continues_the_trace(self) -> None:
        for name, headers in CONTINUES.items():
            with self.subTest(name):
                self.assert_continued(headers)

    def test_restarts_the_trace_and_drops_the_state(self) -> None:
        for name, headers in RESTARTS.items():
            with self.subTest(name):
                self.assert_restarted([*headers, ("tracestate", "foo=1")])

    def test_new_traces_are_sampled_and_have_random_ids(self) -> None:
        contexts = [self.assert_restarted([]) for _ in range(2)]
        self.assertEqual([context.flags for context in contexts], [3, 3])
        self.assertNotEqual(contexts[0].trace, contexts[1].trace)

    def test_passes_on_the_flags_that_it_knows(self) -> None:
        for received, passed_on in FLAGS.items():
            for version in ("00", "cc"):
                with self.subTest(version=version, flags=received):
                    context = self.assert_continued([("traceparent", f"{version}-{TRACE}-{PARENT}-{received}")])
                    self.assertEqual(context.flags, passed_on)


class SeveralPosts(TraceContextTestCase):
    def test_each_has_a_parent_of_its_own_in_the_same_trace(self) -> None:
        for name, headers in {
            "continued": [("traceparent", SAMPLED)],
            "continued, not sampled": [("traceparent", f"00-{TRACE}-{PARENT}-00")],
            "restarted": [],
            "restarted after what is invalid": [("traceparent", f"00-{'0' * 32}-{PARENT}-01")],
        }.items():
            with self.subTest(name):
                contexts = self.relay(headers, count=3)
                traces = {context.trace for context in contexts}
                self.assertEqual(len(traces), 1)
                self.assertEqual(traces == {TRACE}, name.startswith("continued"))
                self.assertEqual(len({context.span for context in contexts} - {PARENT}), 3)
