"""What is said of a run: a table, Markdown, JSON, CSV, and a page that opens anywhere."""

from evals.report.articles import articles_of
from evals.report.beside import comparison_markdown
from evals.report.records import as_csv, as_json
from evals.report.text import console, markdown
from evals.report.web import page

__all__ = ["articles_of", "as_csv", "as_json", "comparison_markdown", "console", "markdown", "page"]
