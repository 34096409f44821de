"""The numbers as text."""


def table(head, rows):
    """Columns under a heading; the first one left-aligned, the others right-aligned but the last."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    last = len(head) - 1

    def line(cells):
        aligned = [cells[0].ljust(widths[0])]
        aligned += [cell.rjust(width) for cell, width in zip(cells[1:last], widths[1:last])]
        return "  ".join([*aligned, cells[last]]).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


CASE_HEAD = ["case", "ns min", "median", "goal", "instr", "limit", "allocs", "limit", "gate", "best peer, ns"]


def case_row(case, times, counts, limit):
    """A row of the table of cases; what was not measured stays empty."""
    minimum, median = (f"{number:.1f}" for number in times) if times else ("", "")
    instructions, allocations = (f"{counts[0]:.0f}", number(counts[1])) if counts else ("", "")
    return [
        case,
        minimum,
        median,
        number(limit.goal_ns),
        instructions,
        number(limit.instructions),
        allocations,
        number(limit.allocations),
        verdict(limit, counts),
        limit.best_peer,
    ]


def verdict(limit, counts):
    if not counts:
        return ""
    if limit.instructions is None and limit.allocations is None:
        return "no limit"
    return "EXCEEDED" if list(limit.exceeded(*counts)) else "ok"


WHOLE_HEAD = ["whole", "measured", "budget", "gate", "best peer"]


def whole_rows(part, results, budgets):
    """Rows of the table of parts; only what has a limit has a verdict."""
    for what, value in results.items():
        entry = budgets.get(what, {})
        gate = ""
        if value is None:
            gate = "not measured"
        elif "limit" in entry:
            gate = "EXCEEDED" if value > entry["limit"] else "ok"
        elif "budget" in entry:
            gate = "within" if value <= entry["budget"] else "over"
        elif "at_least" in entry:
            gate = "within" if value >= entry["at_least"] else "under"
        yield [f"{part}: {what}", number(value), budget(entry), gate, entry.get("best_peer", "")]


def budget(entry):
    """A limit or a budget, which are upper bounds, or a lower bound."""
    if "at_least" in entry:
        return f"≥ {number(entry['at_least'])}"
    return number(entry.get("limit", entry.get("budget")))


def number(value):
    """Short, without an exponent; empty for None."""
    if value is None:
        return ""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.1f}"
