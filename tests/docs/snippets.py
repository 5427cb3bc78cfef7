#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the code of the documentation, a test point a block.

usage: snippets.py BUILD-ROOT PAGE…

A block marked `c`, `python`, `vala` or `javascript` is a whole program. A `text` block right after it is what the program
prints. A block marked `console` shows commands, each behind `$ `, and what each prints; those of one page run one after the
other in one folder, where a `json` block that follows the line "`NAME`:" is the file NAME.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
NEEDS = {'c': 'cc', 'python': '/usr/bin/python3', 'vala': 'valac', 'javascript': 'gjs', 'console': 'sh'}
FILE_NAME = re.compile(r'`([\w.-]+)`:\n\n?$')


def environment(build):
    env = dict(os.environ, LC_ALL='C.UTF-8', G_DEBUG='fatal-warnings', LD_LIBRARY_PATH=build, GI_TYPELIB_PATH=build,
               PKG_CONFIG_PATH=os.path.join(build, 'meson-uninstalled'))
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
        return self.run('gjs', 'snippet.js')

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


def check(page, text, block, following):
    """Returns why the block is wrong, or None; nothing where there is nothing to run."""
    language, code = block.groups()
    named = FILE_NAME.search(text[:block.start()])
    if language == 'json' and named:
        page.write(named.group(1), code)
        return None
    if language not in NEEDS:
        return None

    done = getattr(page, language)(code)
    expected = None
    if language == 'console':
        expected = code
    elif following and following.group(1) == 'text':
        expected = following.group(2)
    if done.returncode != 0:
        return f'exit status {done.returncode}\n{done.stdout}'
    if expected is not None and done.stdout != expected:
        return f'printed\n{done.stdout}\ninstead of\n{expected}'
    return None


def main():
    env = environment(os.path.abspath(sys.argv[1]))
    n = failed = 0
    for path in sys.argv[2:]:
        with open(path, encoding='utf-8') as file:
            text = file.read()
        blocks = list(BLOCK.finditer(text))
        with tempfile.TemporaryDirectory() as folder:
            page = Page(folder, env)
            for block, following in zip(blocks, blocks[1:] + [None]):
                language = block.group(1)
                missing = language in NEEDS and not shutil.which(NEEDS[language])
                wrong = None if missing else check(page, text, block, following)
                if language not in NEEDS:
                    continue
                n += 1
                failed += wrong is not None
                line = text.count('\n', 0, block.start()) + 1
                print(f"{'not ok' if wrong else 'ok'} {n} - {os.path.basename(path)}:{line} {language}"
                      + (f' # SKIP {NEEDS[language]} is not installed' if missing else ''))
                if wrong:
                    print(re.sub('^', '# ', wrong.rstrip(), flags=re.MULTILINE))
    print(f'1..{n}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
