"""Run the examples on the pages: the output that stands there is the output that is tested."""

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

# Sybil reads ```python fences; ours are ```pycon, so that the site colours them as a session.
examples = PythonCodeBlockParser()
examples.codeblock_parser = CodeBlockParser("pycon")

pages = Sybil(parsers=[examples, PythonCodeBlockParser()], patterns=["docs/**/*.md", "README.md"])
pytest_collect_file = pages.pytest()
