"""How Sphinx builds the site. The pages keep their paths, so that their links work in the repository and on the site alike."""

from typing import Any

from amili import __version__

project, author, release = "amili", "the amili developers", __version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "README"
include_patterns = ["*.md", "docs/**.md", "openapi/README.md", "benchmarks/README.md"]
exclude_patterns = [".*", "build", "dist", "*.egg-info"]
myst_heading_anchors = 4
default_role = "code"  # docstrings have Markdown's single backquotes

html_theme = "furo"
html_title = f"amili {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["index.html"]  # leads to the README
html_copy_source = html_show_sphinx = html_show_copyright = False

CONTENTS = {
    "First": ["guides/installing", "guides/first-day", "guides/from-requests", "guides/web-and-jobs"],
    "Guides": [
        "guides/authentication", "guides/querying", "guides/many-cases", "guides/command-line", "guides/files", "guides/bulk",
        "guides/many-machines",
        "guides/rate-limit", "guides/writing-safely", "guides/invoices", "guides/errors", "guides/testing", "guides/drift",
        "guides/observing", "guides/connections", "guides/deployment", "guides/troubleshooting", "guides/upgrading",
    ],
    "Reference": [
        "reference/invoice", "reference/credit-and-cancel", "reference/case", "reference/settings", "reference/api", "glossary",
        "vendor-facts", "sandbox",
    ],
    "The project": [
        "why", "architecture", "contract", "/openapi/README", "/benchmarks/README", "/CONTRIBUTING", "/SECURITY", "/CHANGELOG",
    ],
}  # fmt: skip


def add_contents(_: Any, page: str, text: list[str]) -> None:
    """Add the table of contents to the start page: it is of use on the site only."""
    if page == root_doc:
        for caption, pages in CONTENTS.items():
            names = "\n".join(name if name.startswith("/") else f"/docs/{name}" for name in pages)
            text[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{names}\n```\n"


def setup(app: Any) -> None:
    """Register what is our own."""
    app.connect("source-read", add_contents)
