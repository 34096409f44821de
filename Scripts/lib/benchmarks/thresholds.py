"""Limits and goals: Benchmarks/thresholds.json."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

# What chunks and queues cost now and then, spread over the calls that fill them.
ALLOCATION_SLACK = 0.01
# What the loop around a burst of calls costs, spread over them.
INSTRUCTION_SLACK = 0.5


@dataclass
class Limit:
    """What a case may cost, and what to compare its time with."""

    instructions: int | None = None
    allocations: float | None = None
    fixed: bool = False
    goal_ns: float | None = None
    best_peer: str = ""

    def exceeded(self, instructions, allocations):
        """Each limit that a measurement is over, as (what, value, limit)."""
        if self.instructions is not None and instructions > self.instructions + INSTRUCTION_SLACK:
            yield "instructions", f"{instructions:.0f}", f"{self.instructions}"
        if self.allocations is not None and allocations > self.allocations + ALLOCATION_SLACK:
            yield "allocations", f"{allocations:g}", f"{self.allocations:g}"


class Thresholds:
    def __init__(self, path):
        self.path = Path(path)
        self.data = json.loads(self.path.read_text(encoding="utf-8"))

    def limit(self, case):
        return Limit(**self.data["cases"].get(case, {}))

    def whole(self, case):
        """Budget and best peer of each measurement of a part that is not a case."""
        return self.data["whole"].get(case, {})

    @property
    def toolchain(self):
        """The compiler that the limits hold for."""
        return self.data["toolchain"]

    def update(self, counts, toolchain):
        """Sets the limits of what was measured, except fixed ones, to the measurement and 10 %."""
        self.data["toolchain"] = toolchain
        for case, (instructions, allocations) in counts.items():
            entry = self.data["cases"].setdefault(case, {})
            if not entry.get("fixed"):
                entry["instructions"] = math.ceil(instructions * 1.1)
                entry["allocations"] = whole(allocations)

    def save(self):
        self.path.write_text(render(self.data), encoding="utf-8")


def whole(allocations):
    """Without what the slack is for: a whole number where there is one."""
    near = round(allocations)
    return near if abs(allocations - near) <= ALLOCATION_SLACK else round(allocations, 2)


def render(data):
    """JSON with one line a case, so that a change of one is a diff of one."""
    parts = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = [f"    {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in value.items()]
            parts.append(f"  {json.dumps(key)}: {{\n" + ",\n".join(rows) + "\n  }")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
