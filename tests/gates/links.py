#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every link leads somewhere, a test point a page. The network is not asked: of an address outside only the form is checked.

usage: links.py markdown SOURCE-ROOT
       links.py html FOLDER

In Markdown a link names a file of the tree, and a heading in it as a forge writes it: `store.md#open-write-read`.
What reads `[class@Truce.Store]` is gi-docgen's, which refuses what it does not know. `html` looks at what gi-docgen made.
"""
import os
import re
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from source import walk
from tap import Tap

CODE = re.compile(r'^```.*?^```$|`[^`\n]+`', re.MULTILINE | re.DOTALL)
LINK = re.compile(r'\[[^\[\]]*\]\(([^()\s]*)\)')
LINK_OF_IMAGE = re.compile(r'\[!\[[^\[\]]*\]\([^()\s]*\)\]\(([^()\s]*)\)')
HEADING = re.compile(r'^#+ +(.*?)\s*$', re.MULTILINE)


# gi-docgen's way to say that urlmap.js knows the address.
BY_SCRIPT = 'javascript:void(0)'


def outside(link):
    return urlsplit(link).scheme != ''


def misspelt(link):
    """An address outside that no browser would take."""
    parts = urlsplit(link)
    return link != BY_SCRIPT and (parts.scheme not in ('https', 'http') or '.' not in parts.netloc)


class MarkdownPage:
    """The links of a page, each with its line, and what one can link to in it."""

    def __init__(self, text):
        # What is code has no links; its lines go on counting.
        plain = CODE.sub(lambda code: re.sub(r'[^\n]', ' ', code.group()), text)
        self.links = [(plain.count('\n', 0, m.start()) + 1, m.group(1))
                      for pattern in (LINK, LINK_OF_IMAGE) for m in pattern.finditer(plain)]
        fences = re.compile(r'^```.*?^```$', re.MULTILINE | re.DOTALL)
        self.anchors = {self.anchor(heading) for heading in HEADING.findall(fences.sub('', text))}

    @staticmethod
    def anchor(heading):
        return re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-')


class HtmlPage(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links = []
        self.anchors = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == 'id':
                self.anchors.add(value)
            if name in ('href', 'src') and value:
                self.links.append((self.getpos()[0], value))


class Folder:
    """A folder of pages that link to each other; each page is read once."""

    def __init__(self, root, page_class):
        self.root = root
        self.page_class = page_class
        self.pages = {}

    def page(self, path):
        if path not in self.pages:
            with open(os.path.join(self.root, path), encoding='utf-8') as file:
                self.pages[path] = self.page_class(file.read())
        return self.pages[path]

    def wrong(self, path, link):
        """Returns what is wrong with the link on the page at path, or None."""
        if outside(link):
            return 'no such address' if misspelt(link) else None
        name, _, anchor = link.partition('#')
        target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(name))) if name else path
        if target.startswith('..') or not os.path.exists(os.path.join(self.root, target)):
            return 'no such file'
        has_anchors = target.endswith(os.path.splitext(path)[1])
        if anchor and has_anchors and unquote(anchor) not in self.page(target).anchors:
            return 'no such heading'
        return None

    def broken(self, path):
        wrong = ((line, link, self.wrong(path, link)) for line, link in self.page(path).links)
        return [f'{path}:{line}: {why}: {link}' for line, link, why in wrong if why]


def main():
    language, root = sys.argv[1:]
    pages = Folder(root, {'markdown': MarkdownPage, 'html': HtmlPage}[language])
    extension = {'markdown': '.md', 'html': '.html'}[language]
    paths = [path for path in walk(root) if path.endswith(extension)]
    if not paths:
        sys.exit(f'{root}: there is no {extension} page')

    tap = Tap()
    if language == 'html':
        tap.point(f'the links of {len(paths)} pages of the reference', [place for path in paths for place in pages.broken(path)])
    else:
        for path in paths:
            tap.point(f'{path}: {len(pages.page(path).links)} links', pages.broken(path))
    tap.finish()


if __name__ == '__main__':
    main()
