"""Shared HTML of a bag's readable pages: a plain document without scripts, French first, English second."""

from __future__ import annotations

from html import escape

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:600}"
    "th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "th{background:#f1f1f1}.en{color:#4a4a4a}code{overflow-wrap:anywhere}h2{margin-top:2.5rem}"
)


def head(french: str, english: str) -> str:
    """Return the beginning of a page, with its title."""
    return (
        f'<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(french)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{both(french, english)}</h1>\n"
    )


FOOT = "</main>\n</body>\n</html>\n"


def both(french: str, english: str) -> str:
    """Return a text in both languages: French, then English."""
    return f'{escape(french)} <span class="en" lang="en">{escape(english)}</span>'


def paragraph(french: str, english: str) -> str:
    """Return a paragraph in both languages."""
    return f'<p>{escape(french)}</p>\n<p class="en" lang="en">{escape(english)}</p>\n'


def table(caption: str, headings: list[str], rows: list[list[str]]) -> str:
    """Return a table with a caption; all arguments are HTML already."""
    heads = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>\n' for row in rows
    )
    head_row = f"<thead><tr>{heads}</tr></thead>"
    return f"<table>\n<caption>{caption}</caption>\n{head_row}\n<tbody>\n{lines}</tbody>\n</table>\n"
