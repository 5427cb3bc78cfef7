#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the code of the documentation, a test point a block.

usage: snippets.py BUILD-ROOT PAGE…

A block marked `c`, `python`, `vala` or `javascript` is a whole program. A `text` block right after it is what the program
prints. A block marked `console` shows commands, each behind `$ `, and what each prints; those of one page run one after the
other in one folder, where a block that follows the line "`NAME`:" is the file NAME. Any other block is wrong, unless a comment
on its page tells why blocks of that language are not run: `<!-- not run (sh): it installs packages -->`. Where the reason names
a file, `tests/sync/test-message.c`, that file is there, and names the page.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..')
BLOCK = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r'^<!-- not run \((\w+)\): (.*?) -->$', re.MULTILINE | re.DOTALL)
NEEDS = {'c': 'cc', 'python': '/usr/bin/python3', 'vala': 'valac', 'javascript': 'gjs', 'console': 'sh'}
FILE_NAME = re.compile(r'`([\w-]+\.\w+)`:\n\n?$')


def environment(build):
    env = dict(os.environ, LC_ALL='C.UTF-8', G_DEBUG='fatal-warnings', LD_LIBRARY_PATH=build, GI_TYPELIB_PATH=build,
               PKG_CONFIG_PATH=os.path.join(build, 'meson-uninstalled'), PYTHONPATH=os.path.join(SOURCE, 'bindings/python'))
    env['PATH'] = os.path.join(build, 'tools') + ':' + env['PATH']
    return env


class Page:
    """The blocks of one page, run in one folder."""

    def __init__(self, folder, env):
        self.folder = folder
        self.env = env

    def run(self, *command, **options):
        return subprocess.run(command, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

    def c(self, code):
        flags = self.run('pkg-config', '--cflags', '--libs', 'truce-1').stdout.split()
        self.write('snippet.c', code)
        built = self.run('cc', '-std=gnu11', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror',
                         'snippet.c', '-o', 'snippet', *flags)
        return self.run('./snippet') if built.returncode == 0 else built

    def python(self, code):
        self.write('snippet.py', code)
        return self.run('/usr/bin/python3', 'snippet.py')

    def vala(self, code):
        self.write('snippet.vala', code)
        flags = self.run('pkg-config', '--cflags', '--libs', 'truce-1').stdout.split()
        built = self.run('valac', '-q', '--vapidir', self.env['LD_LIBRARY_PATH'], '--pkg', 'truce-1', '--pkg', 'gio-2.0',
                         '--pkg', 'json-glib-1.0', 'snippet.vala', '-o', 'snippet', '-X', '-w',
                         *(word for flag in flags for word in ('-X', flag)))
        return self.run('./snippet') if built.returncode == 0 else built

    def javascript(self, code):
        self.write('snippet.js', code)
        return self.run('gjs', '-m', 'snippet.js')

    def console(self, session):
        """Returns what the session looks like when it is typed now; its exit status is that of no command."""
        shown = ''
        for line in session.splitlines():
            if line.startswith('$ '):
                shown += line + '\n' + self.run('sh', '-c', line[2:]).stdout
        return subprocess.CompletedProcess(session, 0, shown)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w', encoding='utf-8') as file:
            file.write(text)


@dataclass
class Block:
    language: str
    code: str
    line: int
    name: str           # of the file that it is, or None
    expected: str       # what it prints, or None where the page does not say

    def run(self, page):
        """Returns why the block is wrong, or None."""
        done = getattr(page, self.language)(self.code)
        if done.returncode != 0:
            return f'exit status {done.returncode}\n{done.stdout}'
        if self.expected is not None and done.stdout != self.expected:
            return f'printed\n{done.stdout}\ninstead of\n{self.expected}'
        return None


def blocks_of(text):
    """The blocks of a page, but those that are another one's output."""
    blocks = []
    output_of = None
    for m in BLOCK.finditer(text):
        language, code = m.groups()
        if language == 'text' and output_of:
            output_of.expected, output_of = code, None
            continue
        named = FILE_NAME.search(text[:m.start()])
        block = Block(language, code, text.count('\n', 0, m.start()) + 1, named and named.group(1),
                      code if language == 'console' else None)
        blocks.append(block)
        output_of = block if language in NEEDS and not named and not block.expected else None
    return blocks


def excuses(path, text):
    """Returns {language: what is wrong with the reason for not running it, or None}."""
    found = {}
    for language, reason in NOT_RUN.findall(text):
        found[language] = None
        for checker in re.findall(r'\b[\w/-]+\.(?:c|py|sh)\b', reason):
            try:
                with open(os.path.join(SOURCE, checker), encoding='utf-8') as file:
                    if os.path.basename(path) not in file.read():
                        found[language] = f'{checker} does not read this page'
            except FileNotFoundError:
                found[language] = f'there is no {checker}'
    return found


def points(path, env):
    """Yields (what is looked at, why it is wrong or None, the program that is missing to run it or None)."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    name = os.path.basename(path)
    blocks = blocks_of(text)
    excused = excuses(path, text)
    needless = set(excused) - {block.language for block in blocks if not block.name}
    yield f'{name}: all excuses are needed', f'no {needless} here' if needless else None, None

    with tempfile.TemporaryDirectory() as folder:
        page = Page(folder, env)
        for block in blocks:
            wrong = missing = None
            if block.name:
                page.write(block.name, block.code)
            elif block.language not in NEEDS:
                wrong = excused.get(block.language, 'it is not run, and the page does not say why')
            elif shutil.which(NEEDS[block.language]):
                wrong = block.run(page)
            else:
                missing = NEEDS[block.language]
            yield f'{name}:{block.line} {block.language}', wrong, missing


def main():
    env = environment(os.path.abspath(sys.argv[1]))
    n = failed = 0
    for path in sys.argv[2:]:
        for what, wrong, missing in points(path, env):
            n += 1
            failed += wrong is not None
            print(f"{'not ok' if wrong else 'ok'} {n} - {what}" + (f' # SKIP {missing} is not installed' if missing else ''))
            if wrong:
                print(re.sub('^', '# ', wrong.rstrip(), flags=re.MULTILINE))
    print(f'1..{n}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
