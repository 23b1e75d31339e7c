"""A document of headings, paragraphs, tables and pictures, as Markdown and as HTML."""

import re
from html import escape

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ border-bottom: 1px solid #ccc; padding: .35rem .8rem; text-align: left; vertical-align: top }}
img {{ max-width: 100%; display: block; margin: 1rem 0 }}
</style>
"""


class Document:
    def __init__(self, title):
        self.title = title
        self.blocks = [("heading", (1, title))]

    def heading(self, words):
        self.blocks.append(("heading", (2, words)))

    def text(self, words):
        self.blocks.append(("text", words))

    def table(self, head, rows):
        self.blocks.append(("table", (head, rows)))

    def picture(self, name, words):
        self.blocks.append(("picture", (name, words)))

    def markdown(self):
        return "\n\n".join(MARKDOWN[kind](what) for kind, what in self.blocks) + "\n"

    def html(self):
        return PAGE.format(title=escape(self.title)) + "\n".join(HTML[kind](what) for kind, what in self.blocks) + "\n"


def inline(words):
    """Text with code in backquotes."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(words))


def markdown_table(table):
    head, rows = table
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def html_table(table):
    head, rows = table
    cells = lambda row, tag: "<tr>" + "".join(f"<{tag}>{inline(cell)}</{tag}>" for cell in row) + "</tr>"
    return "<table>" + cells(head, "th") + "".join(cells(row, "td") for row in rows) + "</table>"


MARKDOWN = {
    "heading": lambda what: "#" * what[0] + " " + what[1],
    "text": str,
    "table": markdown_table,
    "picture": lambda what: f"![{what[1]}]({what[0]})",
}
HTML = {
    "heading": lambda what: f"<h{what[0]}>{inline(what[1])}</h{what[0]}>",
    "text": lambda what: f"<p>{inline(what)}</p>",
    "table": html_table,
    "picture": lambda what: f'<img src="{escape(what[0])}" alt="{escape(what[1])}">',
}
