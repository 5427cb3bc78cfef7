#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes of docs/ what gi-docgen reads: the pages, and the diagrams as SVG.

usage: content.py FOLDER PAGE.md… DIAGRAM.dot… IMAGE.png…

The pages are written to be read on a forge, too, so links are changed: one to another page, `store.md#long-work`, leads to
that page of the reference; one to a diagram's text, alone in its paragraph, becomes the picture; one to a file that is no
page, such as a test, becomes its name, for the reference is installed without the source. All that comes of it lies in one folder.
"""
import os
import re
import shutil
import subprocess
import sys

CODE = re.compile(r'(^```.*?^```$)', re.MULTILINE | re.DOTALL)
PAGE = re.compile(r'\]\(([\w-]+)\.md(#[\w-]+)?\)')
IMAGE = re.compile(r'\]\(images/([\w-]+\.png)\)')
DIAGRAM = re.compile(r'^\[([^\]]+)\]\(diagrams/([\w-]+)\.dot\)$', re.MULTILINE)
SOURCE = re.compile(r'\[([^\[\]]+)\]\(\.\./[^()\s]*\)')

# Graphviz knows no dark theme. What it draws in black on nothing gets the colors of the page instead.
STYLE = '''text {{ fill: {ink} }}
path, polygon, polyline {{ stroke: {ink} }}
.node path, .node polygon {{ fill: {paper} }}
.edge polygon {{ fill: {ink} }}
'''
STYLES = (f"{STYLE.format(ink='#333', paper='#f0f2f5')}"
          f"@media (prefers-color-scheme: dark) {{\n{STYLE.format(ink='#f6f6f6', paper='#2c2c2c')}}}\n")


def page_of(text):
    """The page as gi-docgen wants it; what is code stays as it is."""
    parts = CODE.split(text)
    for i in range(0, len(parts), 2):
        parts[i] = PAGE.sub(r'](\1.html\2)', parts[i])
        parts[i] = DIAGRAM.sub(r'![\1](\2.svg)', parts[i])
        parts[i] = IMAGE.sub(r'](\1)', parts[i])
        parts[i] = SOURCE.sub(r'\1', parts[i])
    return ''.join(parts)


def svg_of(path):
    drawn = subprocess.run(['dot', '-Tsvg', path], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r'(<svg[^>]*>\n)', r'\1' + f'<style>\n{STYLES}</style>\n', drawn, count=1)


def write(folder, name, content):
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(content)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for path in sys.argv[2:]:
        name, extension = os.path.splitext(os.path.basename(path))
        if extension == '.dot':
            write(folder, name + '.svg', svg_of(path))
        elif extension == '.md':
            with open(path, encoding='utf-8') as file:
                write(folder, name + extension, page_of(file.read()))
        else:
            shutil.copy(path, folder)


if __name__ == '__main__':
    main()
