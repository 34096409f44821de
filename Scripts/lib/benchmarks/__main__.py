"""Scripts/bench, after the setup."""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

import comparison
import comparison_tables
import peers
from document import fill, markdown
from programs import PACKAGE, ROOT, Bench, Failure, build, toolchain
from tables import CASE_HEAD, WHOLE_HEAD, case_row, table, whole_rows
from thresholds import Thresholds
from whole import PARTS

GATED_PARTS = ["pipeline.flood", "pipeline.flood.gzip", "pipeline.steady"]


def parse(arguments):
    parser = argparse.ArgumentParser(prog="Scripts/bench", description="Measures the project against its budgets.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="names or patterns; default: all")
    parser.add_argument("--gates", action="store_true", help="only what has a limit")
    parser.add_argument("--update", action="store_true", help="rewrite the limits without a fixed budget; with --peers, Docs/Performance.md")
    parser.add_argument("--list", action="store_true", help="print the names of all cases")
    parser.add_argument("--peers", action="store_true", help="measure other SDKs beside this one, in one run")
    parser.add_argument("--profile", action="store_true", help="print where the instructions of the cases go")
    return parser.parse_args(arguments)


def select(patterns, names):
    """The names that match, in their order; all of them without a pattern."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise Failure(f'no case is called "{pattern}"; Scripts/bench --list names them all')
    return [name for name in names if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)]


def count_all(bench, cases):
    """Instructions and allocations of each case. Counts don't depend on load: one process a core."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cases, pool.map(bench.count, cases)))


def profile(bench, cases):
    for case in cases:
        for title, rows in zip(("in the function", "with what it calls"), bench.profile(case)):
            print(f"\n{case}, instructions a call, {title}:")
            for cost, name in rows[:25]:
                if cost >= 0.1:
                    print(f"{cost:10.1f}  {name}")


def violations(thresholds, counts, results):
    """One line for each limit that is exceeded."""
    for case, count in counts.items():
        for what, value, limit in thresholds.limit(case).exceeded(*count):
            yield f"{case}: {value} {what} a call, the limit is {limit}"
    for part, measured in results.items():
        for what, entry in thresholds.whole(part).items():
            if "limit" in entry and measured[what] > entry["limit"]:
                yield f"{part}: {what} {measured[what]:g}, the limit is {entry['limit']:g}"


def measure(options, folder, bench, cases, parts):
    """Measures, prints the tables; returns what exceeds a limit."""
    thresholds = Thresholds(PACKAGE / "thresholds.json")
    if toolchain() != thresholds.toolchain:
        print(f"bench: the limits are those of Swift {thresholds.toolchain}, this is {toolchain()}", file=sys.stderr)
    counts = count_all(bench, cases)
    if options.update:
        thresholds.update(counts, toolchain())
        thresholds.save()
    times = {} if options.gates or options.update else {case: bench.time(case) for case in cases}
    if cases:
        rows = [case_row(case, times.get(case), counts[case], thresholds.limit(case)) for case in cases]
        print("\n" + table(CASE_HEAD, rows), flush=True)
    results = {part: PARTS[part](folder) for part in parts}
    if results:
        rows = [row for part in parts for row in whole_rows(part, results[part], thresholds.whole(part))]
        print("\n" + table(WHOLE_HEAD, rows))
    return list(violations(thresholds, counts, results))


def say(line):
    print(f"bench: {line}", file=sys.stderr, flush=True)


def compare(options, folder, bench):
    """Our cases and the peers', in turn; prints the tables and, with --update, writes them into the page."""
    if options.update and options.cases:
        raise Failure("--peers --update writes whole tables and takes no cases")
    thresholds = Thresholds(PACKAGE / "thresholds.json")

    def wanted(name):
        return not options.cases or any(fnmatchcase(name, pattern) for pattern in options.cases)

    result = comparison.compare(folder, bench, peers.available(say), wanted, say)
    own = [case for _, case in comparison_tables.PARTS if case in bench.cases() and wanted(case)]
    tables = {
        "hot-path": comparison_tables.hot_path(result, thresholds),
        "counts": comparison_tables.counts(result),
        "pipeline": comparison_tables.pipelines(result, thresholds),
        "threads": comparison_tables.two_threads(result),
        "parts": comparison_tables.parts(count_all(bench, own), {case: bench.time(case) for case in own}),
        "elsewhere": comparison_tables.elsewhere(thresholds),
    }
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    print(f"\n{result.where}\nPeers: {versions}")
    for name, (head, rows) in tables.items():
        if rows:
            print(f"\n{name}\n{table(head, rows)}")
    if options.update:
        page = ROOT / "Docs/Performance.md"
        text = fill(page.read_text(encoding="utf-8"), "where", f"Measured on {result.where}.\nPeers: {versions}.")
        for name, (head, rows) in tables.items():
            text = fill(text, name, markdown(head, rows))
        page.write_text(text, encoding="utf-8")


def main(arguments):
    options = parse(arguments)
    folder = build()
    bench = Bench(folder / "bench")
    if options.peers:
        compare(options, folder, bench)
        return 0
    names = bench.cases()
    selected = select(options.cases, names + list(PARTS))
    if options.list:
        print("\n".join(selected))
        return 0
    cases = [name for name in selected if name in names]
    if options.profile:
        profile(bench, cases)
        return 0
    parts = [name for name in selected if name in PARTS and not options.update]
    if options.gates:
        parts = [part for part in parts if part in GATED_PARTS]
    exceeded = measure(options, folder, bench, cases, parts)
    if exceeded:
        print("\nbench: limits exceeded:", *exceeded, sep="\n  ", file=sys.stderr)
    return 1 if exceeded else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"bench: {failure}")
