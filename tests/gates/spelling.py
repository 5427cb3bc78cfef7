#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The English that people read is spelt as hunspell's American dictionary and docs/words.txt have it, a test point a sort of text.

usage: spelling.py SOURCE-ROOT [GIR]

Looked at are the pages, the manual pages, what the reference says of public symbols, what the app shows, and what the command
and the library say to people. Code is no English: what stands in backticks, between fences, or has a digit or an underline in it.
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from source import walk
from tap import Tap

DICTIONARY = 'en_US'
DOC = '{http://www.gtk.org/introspection/core/1.0}doc'

FENCED = re.compile(r'^ *```.*?^ *```$|\|\[.*?\]\|', re.MULTILINE | re.DOTALL)
# Inline code, comments and tags, targets of links, addresses, gi-docgen's links, gtk-doc's marks, functions.
MARKUP = re.compile(r'`[^`]+`|<!--.*?-->|</?\w[^<>]*>|\]\([^()]*\)|https?://\S+|\[\w+@[^\]]+\]|[%#@][\w:-]+|\b\w+\(\)', re.DOTALL)
WORD = re.compile(r"(?<![\w/.-])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w/]|\.\w)")

# In C what a person may read: a literal with two spaces in it that is neither SQL nor CSS, without printf's
# marks and names of things.
C_TOKEN = re.compile(r'/\*.*?\*/|"((?:[^"\\\n]|\\.)*)"|.', re.DOTALL)
CODE_IN_C = re.compile(r'\b(?:SELECT|FROM|WHERE|AND|ON|SET|INTO|CREATE|PRAGMA|INTEGER|TEXT|BLOB|PRIMARY|rowid)\b|[=?]\d|[{}]')
NO_WORD = re.compile(r'%[-\d.*]*[a-zA-Z]+|\\[nt"]|--?[\w-]+|[\w./*]+[./:=][\w./*]+|<[^>]*>|PRI\w+')
# In C and Python what is translated; all else is passed over. In a description for shops what is prose.
TRANSLATED = re.compile(r'''\b_ ?\((["'])((?:[^"'\\\n]|\\.)*)\1|.''', re.DOTALL)
DESCRIPTIONS = ('.metainfo.xml', '.metainfo.xml.in')
PROSE = ('summary', 'p', 'li', 'caption')
# In a manual page: a macro that sets names and options, a stretch of code, an escape.
MAN_CODE = re.compile(r'^\.nf$.*?^\.fi$', re.MULTILINE | re.DOTALL)
MAN_NAMES = re.compile(r'^\.(?!SH|SS).*$|\\f[BI][^\\]*\\fR|\\f[BI][^\\]*\\fP', re.MULTILINE)


class Text:
    """Something to read, whose lines are those of a file, so that a word's place can be told."""

    def __init__(self, path, text, *codes):
        self.path = path
        for code in codes:
            text = code.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)
        self.text = text

    def words(self):
        """Yields (word, place)."""
        for m in WORD.finditer(self.text):
            yield m.group().replace('’', "'"), f'{self.path}:{self.text.count(chr(10), 0, m.start()) + 1}'


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8') as file:
        return file.read()


def literals(path, text):
    """The sentences of a C source, each in its line."""
    def kept(token):
        literal = token.group(1) or ''
        return literal if literal.count(' ') > 1 and not CODE_IN_C.search(literal) else re.sub(r'[^\n]', ' ', token.group())
    return Text(path, C_TOKEN.sub(kept, text), NO_WORD)


def shown(path, text):
    """What can be translated: strings of a .ui file, the words of a description, and literals in `_()`."""
    if path.endswith('.ui'):
        return Text(path, '\n'.join(element.text or '' for element in ElementTree.fromstring(text).iter()
                                    if element.get('translatable') in ('yes', 'true', '1')), NO_WORD)
    if path.endswith(DESCRIPTIONS):
        return Text(path, '\n'.join(element.text or '' for element in ElementTree.fromstring(text).iter() if element.tag in PROSE))
    return Text(path, TRANSLATED.sub(lambda m: m.group(2) or re.sub(r'[^\n]', ' ', m.group()), text), NO_WORD)


def documented(gir):
    return [Text(os.path.normpath(doc.get('filename')).lstrip('./') + ':' + doc.get('line'), doc.text, FENCED, MARKUP)
            for doc in ElementTree.parse(gir).getroot().iter(DOC)]


def texts(root, gir):
    """Returns {sort: texts}."""
    paths = [path for path in walk(root) if 'corpus/' not in path]
    sorts = {
        'the pages': [Text(p, read(root, p), FENCED, MARKUP) for p in paths if p.endswith('.md')],
        'the manual pages': [Text(p, read(root, p), MAN_CODE, MAN_NAMES) for p in paths if re.search(r'\.[1-9]$', p)],
        'what the app shows': [shown(p, read(root, p)) for p in paths if p.endswith(('.ui',) + DESCRIPTIONS) or
                               p.startswith('examples/tasks/') and p.endswith(('.c', '.py'))],
        'messages': [literals(p, read(root, p)) for p in paths if p.endswith('.c') and not p.startswith(('tests/', 'benchmarks/'))],
    }
    if gir:
        sorts['the reference'] = documented(gir)
    return sorts


def own_words(root):
    return [line for line in read(root, 'docs/words.txt').splitlines() if line and not line.startswith('#')]


def unknown(words):
    """Those that hunspell does not know, or None where it can't be asked."""
    try:
        asked = subprocess.run(['hunspell', '-l', '-d', DICTIONARY, '-i', 'UTF-8'], input='\n'.join(sorted(words)) + '\n',
                               text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return None if asked.returncode else set(asked.stdout.split())


def known_as(word, own):
    """The own word that this is a form of, or None."""
    stem = re.sub(r"'s$", '', word)
    return next((form for form in (word, stem, word[0].lower() + word[1:], stem[0].lower() + stem[1:]) if form in own), None)


def main():
    root, gir = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    found = {sort: [pair for text in of_sort for pair in text.words()] for sort, of_sort in texts(root, gir).items()}
    wrong = unknown({word for pairs in found.values() for word, _ in pairs})
    if wrong is None:
        print('1..0 # SKIP hunspell with its dictionary en_US is not installed (hunspell, hunspell-en-us)')
        return

    own = own_words(root)
    used = {known_as(word, own) for pairs in found.values() for word, _ in pairs if word in wrong}
    tap = Tap()
    for sort, pairs in found.items():
        tap.point(f'{sort}: {len(pairs)} words', [f'{place}: {word}' for word, place in pairs
                                                  if word in wrong and not known_as(word, own)])
    if gir:
        tap.point('docs/words.txt has no word that nothing needs', [word for word in own if word not in used])
    tap.finish()


if __name__ == '__main__':
    main()
