"""Tables between markers of a Markdown page: `<!-- bench:NAME -->` to `<!-- bench:end -->`."""

import re

from programs import Failure


def markdown(head, rows):
    """A table; the first column to the left, numbers to the right."""
    lines = [head, ["---", *(["--:"] * (len(head) - 1))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def fill(text, name, body):
    """The page with `body` between the markers of `name`."""
    pattern = re.compile(rf"(<!-- bench:{re.escape(name)} -->\n).*?(<!-- bench:end -->)", re.DOTALL)
    filled, count = pattern.subn(lambda match: f"{match[1]}\n{body}\n\n{match[2]}", text)
    if count != 1:
        raise Failure(f"the page has the markers of {name} {count} times, not once")
    return filled
