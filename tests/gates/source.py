#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""House rules that no compiler knows, a test point a rule.

usage: source.py SOURCE-ROOT
"""
import os
import re
import sys

from tap import Tap

SOURCES = ('.c', '.h', '.py', '.sh', '.js', '.vala')
SCRIPTS = ('bootstrap', '.ci/run', 'examples/demo', 'examples/demo-merge', 'tools/completions/truce', 'tools/completions/_truce',
           'tools/completions/truce.fish')

# A floor may include itself and what stands below it.
FLOORS = ('json', 'crdt', 'resolvers', 'store', 'sync', 'kit', 'tools')

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
FUNCTION = re.compile(r'^(?:[a-z]\w+) \(.*?\)\n\{\n(.*?)^\}$', re.MULTILINE | re.DOTALL)
# A documentation block and the first line of what it documents.
DOCUMENTED = re.compile(r'^/\*\*\n((?: \*.*\n)+?) \*/\n([^\n]+\n[^\n]*)', re.MULTILINE)
RETURNS_POINTER = re.compile(r'^(?:[\w ]*\*+ *|GStrv|gpointer|gconstpointer)(?:\n|\w+ *\()')


class Source:
    def __init__(self, root, path):
        self.path = path
        self.folder = path.split('/')[0]
        with open(os.path.join(root, path), encoding='utf-8') as file:
            self.text = file.read()

    def place(self, offset):
        return f'{self.path}:{self.text.count(chr(10), 0, offset) + 1}'

    def grep(self, pattern):
        return [f'{self.place(m.start())}: {m.group().strip()}' for m in re.finditer(pattern, self.text, re.MULTILINE)]


def walk(root):
    """Every file of the tree, but for build folders and what others made."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(('_', '.git')) and f != 'subprojects')
        yield from (os.path.relpath(os.path.join(folder, name), root) for name in sorted(names))


def unlicensed(sources):
    return [s.path for s in sources if LICENCE not in '\n'.join(s.text.splitlines()[:2])]


def higher_includes(sources):
    """An include of a floor above, or of what is no floor."""
    home = {os.path.basename(s.path): s.folder for s in sources if s.path.endswith('.h')}
    places = []
    for source in sources:
        if source.folder not in FLOORS:
            continue
        for m in re.finditer(r'^#\s*include "([^"]+)"', source.text, re.MULTILINE):
            floor = home.get(os.path.basename(m.group(1)))
            # truce.h lies on top of all floors: only the command may use it.
            allowed = FLOORS[:FLOORS.index(source.folder) + 1] + (('truce.h',) if source.folder == 'tools' else ())
            if floor not in allowed:
                places.append(f'{source.place(m.start())}: {m.group()}')
    return places


def silent_transfers(sources):
    """A documented function that returns a pointer and does not say who owns it."""
    places = []
    for source in sources:
        for m in DOCUMENTED.finditer(source.text):
            returns = re.search(r'^ \* Returns:(.*)', m.group(1), re.MULTILINE)
            if returns and RETURNS_POINTER.match(m.group(2)) and '(transfer ' not in returns.group(1):
                places.append(f'{source.place(m.start(2))}: {m.group(2).splitlines()[-1]}')
    return places


def long_functions(sources):
    places = []
    for source in sources:
        for m in FUNCTION.finditer(source.text):
            lines = m.group(1).count('\n')
            if lines > MAX_FUNCTION_LINES:
                places.append(f'{source.place(m.start())}: {lines} lines: {m.group().splitlines()[0]}')
    return places


def lost_pages(root, names):
    """A page of docs/ that the reference would not show, or show as "Unknown document"."""
    with open(os.path.join(root, 'docs/truce.toml'), encoding='utf-8') as file:
        listed = set(re.findall(r'"([\w-]+\.md)"', file.read()))
    places = [f'docs/{name}: not in content_files of docs/truce.toml' for name in sorted(names - listed)]
    places += [f'docs/truce.toml: there is no docs/{name}' for name in sorted(listed - names)]
    for name in sorted(names):
        with open(os.path.join(root, 'docs', name), encoding='utf-8') as file:
            if not file.readline().startswith('Title: '):
                places.append(f'docs/{name}: its first line is not "Title: …"')
    return places


def main():
    root = sys.argv[1]
    paths = list(walk(root))
    sources = [Source(root, p) for p in paths if p.endswith(SOURCES) or p in SCRIPTS]
    c_sources = [s for s in sources if s.path.endswith(('.c', '.h'))]
    tests = [s for s in c_sources if s.folder == 'tests']

    tap = Tap()
    tap.point('each source names its licence', unlicensed(sources))
    tap.point('a floor uses only the floors below it', higher_includes(c_sources))
    tap.point('each Returns: of a pointer says (transfer …)', silent_transfers(c_sources))
    tap.point('nothing is left to do', [p for s in sources for p in s.grep(r'.*\b(?:TO[D]O|FIX[M]E)\b.*')])
    tap.point('no goto', [p for s in c_sources for p in s.grep(r'.*\bgoto \w+;')])
    tap.point('no comparison with TRUE or FALSE', [p for s in c_sources for p in s.grep(r'.*[!=]= (?:TRUE|FALSE)\b.*')])
    tap.point('tests assert by g_assert_…', [p for s in tests for p in s.grep(r'^.*\bg_assert \(.*')])
    tap.point(f'no file above {MAX_FILE_LINES} lines', [
        f'{s.path}: {len(s.text.splitlines())}' for s in c_sources if len(s.text.splitlines()) > MAX_FILE_LINES])
    tap.point(f'no function above {MAX_FUNCTION_LINES} lines', long_functions(c_sources))
    tap.point('each page of docs/ is in the reference, with its title', lost_pages(
        root, {os.path.basename(p) for p in paths if re.fullmatch(r'docs/[\w-]+\.md', p)}))
    tap.finish()


if __name__ == '__main__':
    main()
