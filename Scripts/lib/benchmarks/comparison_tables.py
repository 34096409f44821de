"""A comparison as tables: heads and rows of text, for the terminal and for Docs/Performance.md."""

from comparison import ON_ONE_THREAD, ON_TWO_THREADS, OURS, PIPELINES, ROWS, best
from tables import number

# What the application's own parts and the samplers add; ours only.
PARTS = [
    ("span, 5 attributes", "span.5attr"),
    ("with a processor that does nothing", "span.5attr.processor"),
    ("with a filter on the sink", "span.5attr.filter"),
    ("with a custom sampler", "span.5attr.custom-sampler"),
    ("to two sinks", "span.5attr.2sinks"),
    ("span, no attribute", "span.0attr"),
    ("as a child", "span.0attr.child"),
    ("as a child, ratio sampler", "sampler.ratio.child"),
    ("as a root, consistent probability", "sampler.probability.root"),
    ("as a root, composite of rules", "sampler.composite.root"),
]


def pair(times):
    """Minimum and median; empty for what was not measured."""
    return " / ".join(nanoseconds(value) for value in times) if times else ""


def nanoseconds(value):
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}".replace(",", " ")


def against(value, budget):
    """A count and its budget."""
    if value is None:
        return ""
    return number(value) if budget is None else f"{number(value)} of {number(budget)}"


def counted(value):
    """Instructions to the whole, allocations without what the queue allocates now and then."""
    return None if value is None else round(value) if abs(value - round(value)) <= 0.01 or value > 10 else value


def hot_path(result, thresholds):
    names = [name for name in result.versions if name in result.times]
    head = ["call", f"{OURS}, ns", "goal", "instr", "allocs", *(f"{name}, ns" for name in names)]
    rows = []
    for title, ours, theirs in ROWS:
        if ours not in result.times.get(OURS, {}):
            continue
        limit = thresholds.limit(ours)
        budget = limit if limit.fixed else type(limit)()
        instructions, allocations = result.counts[OURS][ours]
        rows.append(
            [
                title,
                pair(result.times[OURS][ours]),
                number(limit.goal_ns),
                against(counted(instructions), budget.instructions),
                against(counted(allocations), budget.allocations),
                *(pair(result.times[name].get(theirs)) for name in names),
            ]
        )
    return head, rows


def counts(result):
    """What the peers' calls cost in instructions and allocations, where these can be counted."""
    names = [name for name in result.versions if any(any(pair) for pair in result.counts.get(name, {}).values())]
    head = ["call", *(f"{name}, {what}" for name in [OURS, *names] for what in ("instr", "allocs"))]
    rows = []
    for title, ours, theirs in ROWS:
        if theirs and ours in result.counts.get(OURS, {}):
            cells = list(result.counts[OURS][ours])
            for name in names:
                cells += result.counts[name].get(theirs, (None, None))
            rows.append([title, *(number(counted(cell)) for cell in cells)])
    # Columns that nobody could count, such as Go's instructions.
    empty = [column for column in range(len(head)) if all(not row[column] for row in rows)]
    return drop(head, empty), [drop(row, empty) for row in rows]


def drop(cells, columns):
    return [cell for column, cell in enumerate(cells) if column not in columns]


def pipelines(result, thresholds):
    names = [OURS, *result.versions]
    head = ["200 000 spans of 5 attributes", "budget", *names]
    rows = []
    for title, mode, compression in PIPELINES:
        measured = result.pipelines.get((mode, compression))
        if not measured:
            continue
        measured = {name: values for name, values in measured.items() if compresses(result, name, mode, compression)}
        part = f"pipeline.{mode}" + (".gzip" if compression == "gzip" else "")
        for what in measured[OURS]:
            if what == "memory growth, MB" and mode != "steady" or what == "spans a second" and mode == "steady":
                continue
            entry = thresholds.whole(part).get(what, {})
            cells = (measured.get(name, {}).get(what) for name in names)
            rows.append([f"{title}: {what}", bound(entry), *(decimal(best(cell, what)) if cell else "" for cell in cells)])
    return head, rows


def compresses(result, name, mode, compression):
    """Whether what was asked for was done: some builds ignore the setting."""
    plain = result.pipelines.get((mode, "none"), {}).get(name)
    if compression == "none" or not plain:
        return True
    return max(result.pipelines[mode, compression][name]["bytes a span"]) < min(plain["bytes a span"]) / 2


def bound(entry):
    if "at_least" in entry:
        return f"≥ {number(entry['at_least'])}"
    value = entry.get("limit", entry.get("budget"))
    return "" if value is None else f"≤ {number(value)}"


def decimal(value):
    """Two digits after the point for what is small."""
    return f"{value:.2f}" if 0 < abs(value) < 10 else number(round(value))


def two_threads(result):
    """A span, a measurement, and work that shares nothing, on one thread and on each of two."""
    head = ["", "one thread, ns", "each of two, ns", "ratio"]
    rows = []
    titles = {
        "span, 5 attributes": "span.5attr",
        "counter, 3 attributes": "counter.add.3attr",
        "work that shares nothing": "nothing shared",
    }
    for title, name in titles.items():
        values = [result.threads.get(f"{name}, {what}") for what in ("one thread, ns", "each of two, ns", "ratio")]
        if values[-1] is None:
            rows.append([title, "", "", "no two cores free"])
        else:
            rows.append([title, nanoseconds(values[0]), nanoseconds(values[1]), f"{values[2]:.2f}"])
    rows += [
        [f"counter, 3 attributes, {name}", nanoseconds(one), nanoseconds(two), f"{two / one:.2f}"]
        for name, (one, two) in medians_of_peers(result)
    ]
    return head, rows if result.threads else []


def medians_of_peers(result):
    """(name, (one thread, each of two)) of those that were measured on two threads."""
    for name, times in result.times.items():
        if ON_TWO_THREADS in times:
            yield name, (times[ON_ONE_THREAD][1], times[ON_TWO_THREADS][1])


def parts(counts, times):
    """Our own parts: (times, instructions, allocations) by case."""
    head = ["span", "ns", "instr", "allocs"]
    rows = [
        [title, pair(times[case]), number(round(counts[case][0])), number(counted(counts[case][1]))]
        for title, case in PARTS
        if case in counts
    ]
    return head, rows


def elsewhere(thresholds):
    """Peers that don't build here: measured earlier, on another machine."""
    rows = []
    for title, ours, _ in ROWS:
        if limit := thresholds.limit(ours).best_peer:
            rows.append([title, limit])
    for part, entries in thresholds.data["whole"].items():
        for what, entry in entries.items():
            if "best_peer" in entry and part.startswith("pipeline"):
                rows.append([f"{part}: {what}", entry["best_peer"]])
    return ["call", "best peer, ns"], rows
