"""Metrics as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable

from report_text import Json, Paint, attributes_text, number, service_of, text_of


def metric_lines(metrics: list[Json], paint: Paint) -> Iterable[str]:
    """One row a series: deltas are added up, of everything else the latest point counts."""
    rows: dict[tuple[str, str, str], tuple[Json, Json]] = {}
    for metric in metrics:
        for point in metric["points"]:
            key = (service_of(metric), metric["name"], json.dumps(point["attributes"], sort_keys=True))
            before = rows.get(key)
            if before and metric["temporality"] == "delta" and before[0]["type"] == metric["type"]:
                point = _add(before[1], point)
            rows[key] = (metric, point)
    table: list[tuple[str, ...]] = [
        (
            text_of(metric["name"]),
            text_of(metric["unit"]),
            _type_text(metric),
            text_of(service),
            attributes_text(point["attributes"]),
            _value_text(metric, point),
        )
        for (service, _, _), (metric, point) in sorted(rows.items(), key=lambda row: (row[0][1], row[0][0], row[0][2]))
    ]
    yield from _table(("name", "unit", "type", "service", "attributes", "value"), table, paint)


def _type_text(metric: Json) -> str:
    kind = "exp. histogram" if metric["type"] == "exponentialHistogram" else str(metric["type"])
    if metric["type"] == "sum":
        kind = "counter" if metric["monotonic"] else "up-down counter"
    return f"{kind}, {metric['temporality']}" if metric["temporality"] == "delta" else kind


def _add(first: Json, second: Json) -> Json:
    """Two points of a delta series as one; the second alone where their buckets do not fit."""
    if "count" not in first:
        both = isinstance(first["value"], int | float) and isinstance(second["value"], int | float)
        return second | {"value": first["value"] + second["value"]} if both else second
    if first.get("explicitBounds") != second.get("explicitBounds"):
        return second
    if "scale" in first:
        buckets = _add_exponential(first, second)
    else:
        buckets = {"bucketCounts": [a + b for a, b in zip(first["bucketCounts"], second["bucketCounts"])]}
    return second | {
        "count": first["count"] + second["count"],
        "sum": None if None in (first["sum"], second["sum"]) else first["sum"] + second["sum"],
        "min": None if None in (first["min"], second["min"]) else min(first["min"], second["min"]),
        "max": None if None in (first["max"], second["max"]) else max(first["max"], second["max"]),
        **buckets,
    }


def _add_exponential(first: Json, second: Json) -> Json:
    """The buckets of both at the coarser scale."""
    scale = min(first["scale"], second["scale"])

    def side(name: str) -> Json:
        counts: dict[int, int] = {}
        for point in (first, second):
            for index, count in enumerate(point[name]["bucketCounts"], point[name]["offset"]):
                index >>= point["scale"] - scale
                counts[index] = counts.get(index, 0) + count
        indexes = range(min(counts, default=0), max(counts, default=-1) + 1)
        return {"offset": indexes.start, "bucketCounts": [counts.get(index, 0) for index in indexes]}

    zero = first["zeroCount"] + second["zeroCount"]
    return {"scale": scale, "zeroCount": zero, "positive": side("positive"), "negative": side("negative")}


def _value_text(metric: Json, point: Json) -> str:
    if point["flags"] & 1:
        return "no value"
    exemplars = [_exemplar_text(exemplar) for exemplar in point.get("exemplars", ())[-1:]]
    if metric["type"] in ("sum", "gauge"):
        return " ".join([number(point["value"]), *exemplars])
    parts = [f"n={number(point['count'])}"]
    if point["sum"] is not None:
        parts.append(f"sum={number(point['sum'])}")
    buckets = _buckets(metric, point)
    if point["count"] and buckets:
        parts += [f"p{q}≈{number(_quantile(buckets, q / 100, point))}" for q in (50, 95)]
    parts += [f"p{q['quantile'] * 100:g}={number(q['value'])}" for q in point.get("quantileValues", ())]
    if point.get("max") is not None:
        parts.append(f"max={number(point['max'])}")
    return " ".join(parts + exemplars)


def _exemplar_text(exemplar: Json) -> str:
    where = f" in {exemplar['traceId'][:8]}" if exemplar["traceId"] else ""
    return f"e.g. {number(exemplar['value'])}{where}"


def _buckets(metric: Json, point: Json) -> list[tuple[float, float, int]]:
    """The buckets of a point, from low to high: bounds and count."""
    if metric["type"] == "histogram":
        bounds = [float(bound) for bound in point["explicitBounds"]]
        edges = [float("-inf"), *bounds, float("inf")]
        return list(zip(edges, edges[1:], point["bucketCounts"]))
    if metric["type"] != "exponentialHistogram":
        return []
    base = 2.0 ** -point["scale"]

    def edge(index: int) -> float:
        return 2.0 ** max(-1074.0, min(1023.0, index * base))

    sides = {}
    for side in ("positive", "negative"):
        offset = point[side]["offset"]
        counts = enumerate(point[side]["bucketCounts"], offset)
        sides[side] = [(edge(index), edge(index + 1), count) for index, count in counts]
    negative = [(-high, -low, count) for low, high, count in reversed(sides["negative"])]
    return [*negative, (0.0, 0.0, point["zeroCount"]), *sides["positive"]]


def _quantile(buckets: list[tuple[float, float, int]], q: float, point: Json) -> float:
    """A quantile, by interpolation within its bucket."""
    rank = q * point["count"]
    for low, high, count in buckets:
        if count and rank <= count:
            lowest, highest = point.get("min"), point.get("max")
            low = low if lowest is None else max(low, lowest)
            high = high if highest is None else min(high, highest)
            if low == float("-inf"):
                return high
            return low if high == float("inf") else low + (high - low) * rank / count
        rank -= count
    return buckets[-1][0]


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]], paint: Paint) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(header, *rows)]

    def line(cells: tuple[str, ...]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

    yield paint("dim", line(header))
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths)]
        styles = ("bold", "dim", "dim", "cyan", "dim", "yellow")
        yield "  ".join(paint(style, cell) for style, cell in zip(styles, padded)).rstrip()
