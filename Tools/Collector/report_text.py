"""How the report writes values, counts and colours."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

_MAX_TEXT = 60


class Paint:
    """Colours, or none."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled

    def __call__(self, style: str, text: str) -> str:
        codes = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
        return f"\x1b[{codes[style]}m{text}\x1b[0m" if self._enabled and text else text


def text_of(value: Any) -> str:
    """A value on one line, without anything that would move the cursor."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


def short(value: Any) -> str:
    """A value cut to a length that leaves room for others."""
    text = text_of(value)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def number(value: Any) -> str:
    """A number with as many digits as a person reads."""
    if not isinstance(value, int | float):
        return text_of(value)
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def attributes_text(attributes: Json) -> str:
    """All attributes, as `key=value`."""
    return " ".join(f"{text_of(key)}={short(value)}" for key, value in attributes.items())


def service_of(item: Json) -> str:
    """The name of the service an item comes from."""
    name = item["resource"].get("service.name", "unknown_service")
    return name if isinstance(name, str) else text_of(name)


def count_of(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
