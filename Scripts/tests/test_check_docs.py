"""Tests of Scripts/check-docs: what it accepts, and everything it must report."""

import tempfile
import unittest
from pathlib import Path

import support

script = support.load("check-docs")


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("Scripts/test", "")
        self.write("Docs/Guide.md", "# The guide\n\n## Set `up`, now!\n\n## Twice\n\n## Twice\n")
        self.write("Examples/One/main.swift", "import A\n\nfunc f() {\n    let a = 1\n    g(a)\n    let b = 2\n}\n")

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def check(self, text, path="README.md"):
        """The problems reported for one page, without its name."""
        self.write(path, text)
        status, _, err = support.run(script, "--root", self.root)
        lines = err.splitlines()
        self.assertEqual(status, 1 if lines else 0)
        if lines:
            self.assertTrue(lines[-1].startswith(f"check-docs: {len(lines) - 1} problem"))
        return [line.removeprefix(path + ":") for line in lines[:-1]]

    def test_links_that_lead_somewhere(self):
        text = """
[a](Docs/Guide.md) [`code`](Docs/Guide.md#set-up-now) ![i](/Docs/Guide.md "title") [t](Docs/Guide.md#twice-1)
[web](https://example.com/none.md) [mail](mailto:a@b.c) [here](#here) [dir](Docs/) [r][ref]
`[not](a-link.md)`

[ref]: Docs/Guide.md

# Here

```
[not](a-link.md) `Scripts/none`
```
"""
        self.assertEqual(self.check(text), [])

    def test_links_that_lead_nowhere(self):
        text = "x\n[a](Docs/None.md) [`b`](none.md)\n[c](Docs/Guide.md#none) [d](#none)\n\n[ref]: none.txt\n"
        self.assertEqual(
            self.check(text),
            [
                "2: link to Docs/None.md, which does not exist",
                "2: link to none.md, which does not exist",
                "3: link to #none, a heading that Docs/Guide.md does not have",
                "3: link to #none, a heading that this page does not have",
                "5: link to none.txt, which does not exist",
            ],
        )

    def test_links_are_relative_to_the_page(self):
        self.assertEqual(self.check("[a](Guide.md) [b](../README.md)\n", "Docs/B.md")[0][:15], "1: link to ../R")

    def test_paths(self):
        text = "`Scripts/test --x` `./Docs/*.md` `Examples/**.swift` `Suite/none` `Examples/One/.build/x` `Docs/`\n"
        self.assertEqual(self.check(text), [])
        text = "`Scripts/none --x`\n\n```sh\n# comment\n$ Scripts/gone\n```\n`Docs/*.txt`\n```text\nScripts/a\n```\n"
        self.assertEqual(
            self.check(text),
            ["1: Scripts/none does not exist", "5: Scripts/gone does not exist", "7: Docs/*.txt does not exist"],
        )

    def test_swift_that_is_compiled(self):
        for block in [
            "let a = 1\ng(a)\n",
            "import A\n\nfunc f() {\n  let a   = 1\n",
            "import A\n// …\nlet b = 2\n",
            "func f() {\n    // ...\n    let b = 2\n}\n",
        ]:
            with self.subTest(block):
                self.assertEqual(self.check(f"x\n\n```swift\n{block}```\n"), [])

    def test_swift_that_is_not_compiled(self):
        self.write("Sources/A/A.swift", "let c = 3\n")
        self.write("Examples/One/.build/copy.swift", "let c = 3\n")
        for block in ["let c = 3\n", "let b = 2\n// …\nlet a = 1\n", "let a = 1 g(b)\n"]:
            with self.subTest(block):
                problems = self.check(f"x\n\n```swift\n{block}```\n")
                self.assertEqual([problem[:22] for problem in problems], ["3: this Swift block is"])

    def test_pieces_of_two_files_are_not_one_example(self):
        self.write("Examples/Two/main.swift", "let z = 26\n")
        self.assertEqual(len(self.check("```swift\nlet a = 1\n// …\nlet z = 26\n```\n")), 1)

    def test_exempt_and_other_blocks(self):
        self.assertEqual(self.check("```swift no-check\nlet c = 3\n```\n~~~json\n{}\n~~~\n"), [])

    def test_block_without_end(self):
        self.assertEqual(len(self.check("```swift\nlet c = 3\n")), 1)

    def test_hidden_folders_are_left_out(self):
        self.assertEqual(self.check("[a](none.md)\n", ".build/checkouts/README.md"), [])

    def test_todo(self):
        fine = "// TODO(#12): fine\n// TODO: #13 fine\nlet notATODOS = 1\n"
        self.write("Sources/A/A.swift", fine + "// TODO: later\n// FIXME\n")
        self.write("Sources/C/C.c", "/* TODO later */\n")
        said = "TODO without an issue number; write TODO(#12)"
        self.assertEqual(
            self.check(""),
            [f"Sources/A/A.swift:4: {said}", f"Sources/A/A.swift:5: {said}", f"Sources/C/C.c:1: {said}"],
        )


if __name__ == "__main__":
    unittest.main()
