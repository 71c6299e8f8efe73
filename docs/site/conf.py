"""How Sphinx builds one language of the site; build.py writes the sources and says which language."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import sphinx.search
from sphinx.application import Sphinx

import livegrad

sys.path.insert(0, str(Path(__file__).parent))

from korean import SearchKorean

sphinx.search.languages["ko"] = SearchKorean

project = "livegrad"
author = "the livegrad authors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx calls it so
release = livegrad.__version__
language = os.environ["LIVEGRAD_DOCS_LANGUAGE"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
templates_path = ["templates"]
exclude_patterns = ["docs/**"]
default_role = "literal"  # docstrings write `names` between single backticks

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
add_module_names = False
nitpicky = False  # types of torch and NumPy are named, and their pages are not here

html_theme = "furo"
html_title = "livegrad"
html_language = language
html_search_language = language
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # it is fetched, and a page read from a folder fetches nothing
html_static_path = ["static"]
html_css_files = ["site.css", "figures.css"]
html_js_files = ["korean.js"] if language == "ko" else []
html_search_scorer = str(Path(__file__).parent / "scorer.js")
locale_dirs = ["locale"]  # ko/locale: words of the theme that Sphinx has no Korean for
html_theme_options = {"navigation_with_keys": False}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_context = {
    "other_language": "en" if language == "ko" else "ko",
    "switch": "English" if language == "ko" else "한국어",
}


_BARS = re.compile(r"\|([^|\s]+)\|")


def _same_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let the switch lead to the same page of the other language."""
    del app, template, doctree
    up = "../" * (page.count("/") + 1)
    context["other_page"] = f"{up}{context['other_language']}/{page}.html"


def _bars_are_bars(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Let |f′| in a docstring be what it is, and not a substitution of reStructuredText."""
    del app, what, name, value, options
    lines[:] = [
        line if line.lstrip().startswith((">>>", "...")) else _BARS.sub(r"\\|\1\\|", line)
        for line in lines
    ]


def setup(app: Sphinx) -> None:
    """Connect the switch and the docstrings."""
    app.connect("html-page-context", _same_page)
    app.connect("autodoc-process-docstring", _bars_are_bars)
