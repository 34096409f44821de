"""Compares what the services of Scripts/demo say they sent with what the collector and the customers saw.

    demo_accounting.py ADMIN-PORT TRAFFIC SERVICE-OUTPUT...

The last line of a service's output is its final accounting as JSON. Prints two tables and a verdict; fails unless all
numbers are equal and nothing was lost, rejected or against the rules of OTLP.
"""

import json
import sys
import urllib.request

# What the collector calls the items of each signal, and what people call them.
SIGNALS = {"traces": ("spans", "spans"), "metrics": ("points", "data points"), "logs": ("logs", "log records")}
# The service that customers talk to.
FRONT = "order-service"
COUNTS = ("accepted", "exported", "rejected", "dropped", "pending")


def read_accounting(path):
    """The final accounting of one service."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError):
        sys.exit(f"demo: {path} does not end with a service's accounting")


def ask(port, path):
    """An answer of the collector's admin port."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
        return json.load(answer)


def total(metrics, name):
    """What a cumulative sum or histogram of the front service has come to, all attributes together."""
    latest = {}
    for metric in metrics:
        if metric["name"] == name and metric["resource"]["service.name"] == FRONT:
            for point in metric["points"]:
                latest[json.dumps(point["attributes"], sort_keys=True)] = point
    return sum(point["count"] if "count" in point else point["value"] for point in latest.values())


def print_table(header, rows):
    """A table with the first column to the left and the others to the right."""
    table = [header, *([cell if isinstance(cell, str) else f"{cell:,}" for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table)]
    for row in table:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        print("  ".join(cells).rstrip())


def accounting_rows(services):
    for service in services:
        for sink in service["sinks"]:
            yield [f"{service['service']}: {sink['name']}", *(sink[count] for count in COUNTS)]


def losses(services):
    """Every sink that did not deliver everything it accepted."""
    for service in services:
        for sink in service["sinks"]:
            if sink["accepted"] != sink["exported"] or any(sink[count] for count in ("rejected", "dropped", "pending")):
                yield f"{service['service']}: {sink['name']} did not deliver everything"


def comparisons(services, state, traffic, spans, metrics):
    """Rows of what was counted twice: what it is, by whom and how many, by whom else and how many."""
    sinks = [sink for service in services for sink in service["sinks"]]
    for signal, (key, title) in SIGNALS.items():
        # A sink of several signals, the console, names none.
        sent = sum(sink["exported"] for sink in sinks if sink.get("signal") == signal)
        yield [f"{title}: exported by the SDKs, stored by the collector", sent, state[key]]
    ids = {(span["traceId"], span["spanId"]) for span in spans}
    yield ["spans: stored by the collector, different ones among them", len(spans), len(ids)]
    served = [span for span in spans if span["kind"] == "server" and span["resource"]["service.name"] == FRONT]
    yield ["requests: sent by customers, server spans stored", traffic["requests"], len(served)]
    durations = total(metrics, "http.server.request.duration")
    yield ["requests: sent by customers, in the duration histogram", traffic["requests"], durations]
    yield ["orders: confirmed to customers, in the order counter", traffic["orders"], total(metrics, "orders")]


def main(arguments):
    port, traffic_path, *outputs = arguments
    services = [read_accounting(path) for path in outputs]
    with open(traffic_path, encoding="utf-8") as file:
        traffic = json.load(file)
    state, spans, metrics = (ask(port, what) for what in ("state", "spans", "metrics"))

    print("\n== Accounting: what became of every item, by the SDKs' own count")
    print_table(["sink", *COUNTS], accounting_rows(services))

    print("\n== Both ends compared")
    compared = list(comparisons(services, state, traffic, spans, metrics))
    print_table(
        ["", "one end", "other end", ""],
        [[*row, "equal" if row[1] == row[2] else "DIFFERENT"] for row in compared],
    )
    problems = [f"{what}: {one:,} and {other:,}" for what, one, other in compared if one != other]
    problems += [f"{what}: there are none" for what, one, _ in compared if one == 0]
    problems += losses(services)
    if state["violationCount"]:
        problems.append(f"the collector saw {state['violationCount']} violations of OTLP")
    for problem in problems:
        print(f"FAILED: {problem}")
    if not problems:
        print("\nEverything arrived, exactly once, and the collector saw no violation of OTLP.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
