#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the code of the documentation, a test point a block.

usage: snippets.py BUILD-ROOT PAGE…

A block marked `c` or `python` is a whole program. A `text` block right after it is what the program prints. A block marked
`console` shows commands, each behind `$ `, and what each prints; those of one page run one after the other in one folder,
where a `json` block that follows the line "`NAME`:" is the file NAME.
"""
import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
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
    if language not in ('c', 'python', 'console'):
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
                wrong = check(page, text, block, following)
                if block.group(1) not in ('c', 'python', 'console'):
                    continue
                n += 1
                failed += wrong is not None
                line = text.count('\n', 0, block.start()) + 1
                print(f"{'not ok' if wrong else 'ok'} {n} - {os.path.basename(path)}:{line} {block.group(1)}")
                if wrong:
                    print(re.sub('^', '# ', wrong.rstrip(), flags=re.MULTILINE))
    print(f'1..{n}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
