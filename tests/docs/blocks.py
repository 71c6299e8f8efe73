"""The code blocks of pages: those in Python, and the commands of livegrad among those of a shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    *(f"docs/{name}.md" for name in ("handbook", "integrations", "diagnosis-output")),
)
"""Pages outside the site; each has a Korean twin ``.ko.md``. Those of the site are run while it is built."""
SITE = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "site").glob("en/*/*.md")
)


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in one language of code, such as ``python``."""
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> Iterator[str]:
    """Yield every call of livegrad in the shell's blocks of a page, without its comment."""
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            if line.startswith("livegrad "):
                yield re.sub(r"\s+#.*", "", line)


def shape(code: str) -> str:
    """Return what a block does, without its comments and without the words in it."""
    tree = _Wordless().visit(ast.parse(code))
    return ast.dump(tree)


class _Wordless(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        self.generic_visit(node)
        return ast.JoinedStr([part for part in node.values if isinstance(part, ast.FormattedValue)])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        said = isinstance(node.func, ast.Attribute) and node.func.attr == "say"
        return node.func.value if said else node  # text.say("ko")


def twin(page: str) -> str:
    """Return the Korean page that stands beside an English one."""
    return page.replace("/en/", "/ko/") if "/en/" in page else page.replace(".md", ".ko.md")
