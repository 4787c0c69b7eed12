"""From a folder to articles: which files there are, and what each of them says.

`find_files` walks the folder and reports what it leaves out; `read_article` reads one file. Text and Markdown are
decoded here, in this process. HTML, PDF, DOCX and EPUB are taken apart in a child process with limits (`sandbox`),
because a file made to harm can crash or exhaust the library that reads it.
"""

from index.readers.article import read_article
from index.readers.find import Found, Skipped, find_files

__all__ = ["Found", "Skipped", "find_files", "read_article"]
