#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each promise of docs/promises.md is pinned by a test that exists and runs, a test point a promise.

usage: promises.py BUILD-ROOT PAGE

A promise is a row of a table: what is promised, and links to tests, each followed by its cases: `/path/of/a/case` of a GLib
test, `test_name` of a Python test, “title” of a scenario, or none where the program is one case.
"""
import json
import os
import re
import subprocess
import sys

ROW = re.compile(r'^\| (?!promise \||-)(.*?) \| (.*) \|$', re.MULTILINE)
LINK = re.compile(r'\[[^\]]+\]\(\.\./([^)]+)\)([^\[|]*)')
CASE = re.compile(r'`(/[^`]+|test_\w+)`|“([^”]+)”')


def commands(build):
    """What meson runs: of each test its words, paths in their shortest form."""
    with open(os.path.join(build, 'meson-info/intro-tests.json'), encoding='utf-8') as file:
        return [{os.path.normpath(word) for word in test['cmd']} for test in json.load(file)]


def program_of(build, path):
    """The program that the source of a C test is built as."""
    return os.path.join(build, os.path.splitext(path)[0])


def cases_of(build, root, path):
    if path.endswith('.json'):
        with open(os.path.join(root, path), encoding='utf-8') as file:
            return {story['scenario'] for story in json.load(file)}
    if path.endswith('.py'):
        with open(os.path.join(root, path), encoding='utf-8') as file:
            return set(re.findall(r'\bdef (test_\w+)', file.read()))
    if path.endswith('.c') and '/fuzz/' not in path:
        listed = subprocess.run([program_of(build, path), '-l'], stdout=subprocess.PIPE, text=True, check=True).stdout
        return {line for line in listed.splitlines() if line.startswith('/')}
    return set()


def runs(build, root, path, all_commands):
    """Whether meson runs it: by itself, or, a story, with its folder."""
    if path.endswith('.json'):
        word = os.path.join(root, os.path.dirname(path))
    else:
        word = program_of(build, path) if path.endswith('.c') else os.path.join(root, path)
    return any(word in command for command in all_commands)


def wrong(build, root, pinned, all_commands):
    """Yields what is wrong with the tests that pin a promise."""
    links = LINK.findall(pinned)
    if not links:
        yield 'no test is named'
    for path, named in links:
        if not os.path.exists(os.path.join(root, path)):
            yield f'there is no {path}'
        elif not runs(build, root, path, all_commands):
            yield f'{path} is no test that meson runs'
        else:
            there = cases_of(build, root, path)
            cases = [case or story for case, story in CASE.findall(named)]
            yield from (f'{path} has no case {case}' for case in cases if case not in there)
            if there and not cases:
                yield f'{path}: no case is named'


def main():
    build, page = (os.path.abspath(path) for path in sys.argv[1:])
    root = os.path.dirname(os.path.dirname(page))
    all_commands = commands(build)
    with open(page, encoding='utf-8') as file:
        rows = ROW.findall(file.read())
    if not rows:
        sys.exit('no promise is found')

    failed = 0
    for n, (promise, pinned) in enumerate(rows, 1):
        faults = list(wrong(build, root, pinned, all_commands))
        failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {n} - {promise}")
        for fault in faults:
            print(f'# {fault}')
    print(f'1..{len(rows)}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
