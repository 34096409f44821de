"""Finds in Swift test sources which tests name which rows of the compliance matrix.

Reads just enough Swift for that: comments and literals are skipped, braces give the enclosing types, and each `@Test`
is read with its arguments. What can't be read is an error, never silently left out.
"""

import re
from dataclasses import dataclass

TYPE_KEYWORDS = {"struct", "class", "enum", "actor", "extension"}
# Words that follow `class` where it is a modifier or a constraint, not a declaration.
NOT_TYPE_NAMES = {"func", "var", "let", "subscript", "override", "final", "init"}

IDENTIFIER = re.compile(r"`[^`\n]+`|[A-Za-z_]\w*")
NUMBER = re.compile(r"\d[\w.]*")
STRING_START = re.compile(r'(#*)("""|")')
REGEX_START = re.compile(r"(#+)/|/(?=[^\s/*)][^\n]*?/)")


class SourceError(Exception):
    """Something in a test source that can't be read or must not be there."""

    def __init__(self, path, line, message):
        super().__init__(f"{path}:{line}: {message}")


@dataclass(frozen=True)
class Claim:
    """A test that names rows, and where."""

    module: str
    suite: str  # with the types around it: "Outer.Inner"
    function: str  # without its parameters
    rows: tuple
    path: str
    line: int

    @property
    def key(self):
        return (self.module, self.suite, self.function)

    @property
    def name(self):
        return f"{self.suite}/{self.function}"


@dataclass(frozen=True)
class Token:
    text: str
    line: int


class Lexer:
    """Splits Swift into identifiers, numbers and single punctuation marks."""

    def __init__(self, path, text):
        self.path, self.text, self.at = path, text, 0

    def line(self, at=None):
        return self.text.count("\n", 0, self.at if at is None else at) + 1

    def tokens(self):
        found, line, counted = [], 1, 0
        while self.at < len(self.text):
            start = self.at
            text = self.next(found[-1].text if found else "")
            line += self.text.count("\n", counted, start)
            counted = start
            if text:
                found.append(Token(text, line))
        return found

    def next(self, previous):
        """Consumes one piece of source; returns its text if it is a token, "" if it is skipped."""
        text, at = self.text, self.at
        if text[at].isspace():
            self.at += 1
            return ""
        if text.startswith("//", at):
            end = text.find("\n", at)
            self.at = len(text) if end < 0 else end
            return ""
        if text.startswith("/*", at):
            self.skip_block_comment()
            return ""
        if match := STRING_START.match(text, at):
            self.at = match.end()
            self.skip_string(hashes=match[1], quote=match[2])
            return '""'
        if (match := REGEX_START.match(text, at)) and (match[1] or previous in set("=(,:{[!") or previous == "return"):
            self.at = match.end()
            self.skip_regex(hashes=match[1] or "")
            return "//"
        match = IDENTIFIER.match(text, at) or NUMBER.match(text, at)
        self.at = match.end() if match else at + 1
        return text[at : self.at]

    def skip_block_comment(self):
        start, depth = self.at, 0
        for match in re.compile(r"/\*|\*/").finditer(self.text, self.at):
            depth += 1 if match[0] == "/*" else -1
            if depth == 0:
                self.at = match.end()
                return
        raise SourceError(self.path, self.line(start), "comment without end")

    def skip_string(self, hashes, quote):
        start = self.at
        interesting = re.compile(rf'\\{hashes}\(|\\{hashes}.|{quote}{hashes}|\n', re.DOTALL)
        while match := interesting.search(self.text, self.at):
            self.at = match.end()
            if match[0] == quote + hashes:
                return
            if match[0] == "\\" + hashes + "(":
                self.skip_interpolation()
            elif match[0] == "\n" and quote == '"':
                break
        raise SourceError(self.path, self.line(start), "string without end")

    def skip_interpolation(self):
        start, depth, previous = self.at, 1, "("
        while self.at < len(self.text):
            token = self.next(previous)
            depth += {"(": 1, ")": -1}.get(token, 0)
            if depth == 0:
                return
            previous = token or previous
        raise SourceError(self.path, self.line(start), "interpolation without end")

    def skip_regex(self, hashes):
        start = self.at
        interesting = re.compile(r"\\.|/" + hashes, re.DOTALL)
        while match := interesting.search(self.text, self.at):
            self.at = match.end()
            if match[0] == "/" + hashes:
                return
        raise SourceError(self.path, self.line(start), "regular expression without end")


class Parser:
    """Walks the tokens of one file and collects the claims."""

    def __init__(self, path, module, text):
        self.path, self.module = path, module
        self.tokens = Lexer(path, text).tokens()
        self.scopes = []  # one entry an open brace: the type's name, or None
        self.claims = []

    def fail(self, index, message):
        line = self.tokens[min(index, len(self.tokens) - 1)].line if self.tokens else 1
        raise SourceError(self.path, line, message)

    def text(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def parse(self):
        index, pending = 0, None
        while index < len(self.tokens):
            text = self.text(index)
            if text == "{":
                self.scopes.append(pending)
                pending = None
            elif text == "}":
                if not self.scopes:
                    self.fail(index, "closing brace without an opening one")
                self.scopes.pop()
            elif text == "@" and self.is_test(index):
                index = self.parse_test(index)
                continue
            elif text in TYPE_KEYWORDS and self.text(index - 1) != "." and self.is_type_name(index + 1):
                index, pending = self.parse_dotted_name(index + 1)
                continue
            elif self.is_matrix(index):
                self.fail(index, "rows of the matrix are named outside a @Test's arguments; put .matrix on the @Test")
            index += 1
        if self.scopes:
            self.fail(index, "opening brace without a closing one")
        return self.claims

    def is_type_name(self, index):
        return bool(IDENTIFIER.fullmatch(self.text(index))) and self.text(index) not in NOT_TYPE_NAMES

    def parse_dotted_name(self, index):
        name = plain(self.text(index))
        index += 1
        while self.text(index) == "." and IDENTIFIER.fullmatch(self.text(index + 1)):
            name += "." + plain(self.text(index + 1))
            index += 2
        return index, name

    def is_test(self, index):
        if self.text(index + 1) == "Testing" and self.text(index + 2) == ".":
            return self.text(index + 3) == "Test"
        return self.text(index + 1) == "Test"

    def is_matrix(self, index):
        """Whether `.matrix(` with an implied type stands here."""
        before = self.text(index - 1)
        return (
            self.text(index) == "."
            and self.text(index + 1) == "matrix"
            and self.text(index + 2) == "("
            and not IDENTIFIER.fullmatch(before)
            and before not in (")", "]", "}", '""')
        )

    def parse_test(self, start):
        """Reads `@Test(…) … func name` from `start`; returns the index after the name."""
        index = start + (4 if self.text(start + 1) == "Testing" else 2)
        rows = []
        if self.text(index) == "(":
            end = self.closing(index)
            rows = self.parse_rows(index + 1, end)
            index = end + 1
        while self.text(index) != "func":
            index = self.skip_modifier(index)
        name = self.text(index + 1)
        if not IDENTIFIER.fullmatch(name):
            self.fail(index, "a @Test's function has no name")
        if rows:
            self.add_claim(start, plain(name), rows)
        return index + 2

    def skip_modifier(self, index):
        """Skips an attribute or a modifier between `@Test` and `func`."""
        if self.text(index) == "@":
            index, _ = self.parse_dotted_name(index + 1)
        elif IDENTIFIER.fullmatch(self.text(index)):
            index += 1
        else:
            self.fail(index, "expected a function after @Test")
        return self.closing(index) + 1 if self.text(index) == "(" else index

    def closing(self, start):
        """The index of the parenthesis that closes the one at `start`."""
        depth = 0
        for index in range(start, len(self.tokens)):
            depth += {"(": 1, ")": -1}.get(self.text(index), 0)
            if depth == 0:
                return index
        self.fail(start, "parenthesis without end")

    def parse_rows(self, start, end):
        rows, index = [], start
        while index < end:
            if not (self.text(index) == "." and self.text(index + 1) == "matrix" and self.text(index + 2) == "("):
                index += 1
                continue
            close = self.closing(index + 2)
            for position in range(index + 3, close):
                text = self.text(position)
                if re.fullmatch(r"[0-9]+", text):
                    rows.append(int(text))
                elif text != ",":
                    self.fail(position, f".matrix takes row numbers only, not `{text}`")
            if close == index + 3:
                self.fail(index, ".matrix names no row")
            index = close + 1
        return rows

    def add_claim(self, start, function, rows):
        suite = ".".join(scope for scope in self.scopes if scope)
        if not suite:
            self.fail(start, f"{function} names rows of the matrix but is in no suite")
        line = self.tokens[start].line
        self.claims.append(Claim(self.module, suite, function, tuple(rows), self.path, line))


def plain(name):
    """A name without the backticks around it."""
    return name.strip("`")


def claims_in(path, module, text):
    """The tests in a source that name rows; `path` is for messages."""
    return Parser(path, module, text).parse()
