#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether the app can be translated, and is: each file with text is listed, and each text is in each translation.

usage: translations.py SOURCE-ROOT
"""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'gates'))
from tap import Tap

APP = 'examples/tasks'
MARKED = {'.c': r'\b(?:_|N_|C_|ngettext) ?\(', '.ui': r'translatable="yes"', '.in': r''}
XGETTEXT = ['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=ngettext:1,2',
            '--output=-']


def read(root, *path):
    with open(os.path.join(root, APP, *path), encoding='utf-8') as file:
        return file.read()


def listed(root, name):
    """The lines of a list in po/, without comments."""
    return [line for line in read(root, 'po', name).splitlines() if line and not line.startswith('#')]


def marked(root):
    """The files that have text for people."""
    for folder in ('', 'ui', 'data'):
        for name in sorted(os.listdir(os.path.join(root, APP, folder))):
            pattern = MARKED.get(os.path.splitext(name)[1])
            if pattern is not None and re.search(pattern, read(root, folder, name)):
                yield os.path.normpath(os.path.join(APP, folder, name))


def complaints(root, language, template):
    """What is missing, fuzzy or wrong in a translation."""
    path = os.path.join(root, APP, 'po', f'{language}.po')
    compared = subprocess.run(['msgcmp', path, '-'], input=template, capture_output=True)
    checked = subprocess.run(['msgfmt', '--check', '--output-file=/dev/null', path], capture_output=True)
    told = [result.stderr.decode().splitlines() or ['it failed'] for result in (compared, checked) if result.returncode]
    return sum(told, [])


def main():
    root = os.path.abspath(sys.argv[1])
    if not all(map(shutil.which, ('xgettext', 'msgcmp', 'msgfmt'))):
        print('1..0 # SKIP gettext is not installed')
        return
    tap = Tap()
    there, wanted = listed(root, 'POTFILES'), list(marked(root))
    tap.point('each file with text is in POTFILES', [path for path in wanted if path not in there])
    tap.point('each file in POTFILES has text', [path for path in there if path not in wanted])
    template = subprocess.run([*XGETTEXT, *there], cwd=root, capture_output=True, check=True).stdout
    for language in listed(root, 'LINGUAS'):
        tap.point(f'each text is there in “{language}”', complaints(root, language, template))
    tap.finish()


if __name__ == '__main__':
    main()
