#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Merges that people really made, made again by truce, and held against what they committed and against git's line merge.

usage: corpus.py TRUCE CORPUS

CORPUS/index.ndjson names the triples; each is a folder with base.json, ours.json, theirs.json, and result.json, the document
that a person committed. The corpus is not part of this tree: without it the test is skipped.
"""
import json
import os
import subprocess
import sys

# What must hold, by rules given: the least number of clean merges, and of those that equal the person's document.
PROMISES = [
    ([], 290, 266),
    (['--rule', '/**=highest-version'], 360, 335),
]
# Where git's clean merge is the person's document to the byte, so are so many of ours. (Where it only equals it, somebody
# laid the document out anew behind the merge, as no merge could.)
SAME_BYTES = 0.98


def load(text):
    """Returns the value in a list, so that null is one too; None where it is not JSON."""
    try:
        return [json.loads(text)]
    except ValueError:
        return None


class Triple:
    def __init__(self, folder):
        self.name = os.path.basename(folder)
        self.base, self.ours, self.theirs = (os.path.join(folder, f'{side}.json') for side in ('base', 'ours', 'theirs'))
        with open(os.path.join(folder, 'result.json'), 'rb') as file:
            self.person = file.read()
        self.person_value = load(self.person)

    def lines(self):
        """Returns git's merge; None where it left a conflict."""
        git = subprocess.run(['git', 'merge-file', '-p', self.ours, self.base, self.theirs],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return git.stdout if git.returncode == 0 else None

    def truce(self, command, rules):
        """Returns a verdict and the bytes."""
        run = subprocess.run([command, 'merge', '--quiet', *rules, self.base, self.ours, self.theirs],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        value = load(run.stdout)
        if run.returncode not in (0, 1) or value is None:
            return 'broken', run.stdout
        if run.returncode == 1:
            return 'conflict', run.stdout
        return 'equal' if value == self.person_value else 'different', run.stdout


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def point(self, passed, what):
        self.n += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.n} - {what}")


def first_difference(ours, person):
    for number, (a, b) in enumerate(zip(ours.split(b'\n'), person.split(b'\n')), 1):
        if a != b:
            return f'line {number}: {a!r}, the person has {b!r}'
    return 'one ends before the other'


def check_values(tap, rules, triples, results, least_clean, least_equal):
    verdicts = [results[t][0] for t in triples]
    equal = verdicts.count('equal')
    clean = equal + verdicts.count('different')
    by = f" with {' '.join(rules)}" if rules else ''
    tap.point(verdicts.count('broken') == 0, f'none of {len(triples)} broken{by}')
    tap.point(clean >= least_clean, f'{clean} clean{by}, at least {least_clean}')
    tap.point(equal >= least_equal, f"{equal} equal to the person's{by}, at least {least_equal}")


def check_bytes(tap, triples, results):
    """Those that equal the person's document, and git's clean merge does too."""
    lines = {t: t.lines() for t in triples if results[t][0] == 'equal'}
    agreed = [t for t in lines if lines[t] is not None and load(lines[t]) == t.person_value]
    different = [t for t in agreed if results[t][1] != t.person]
    possible = [t for t in agreed if lines[t] == t.person]
    same = [t for t in possible if t not in different]
    for triple in different:
        print(f'# {triple.name}: {first_difference(results[triple][1], triple.person)}')
    print(f"# {len(agreed) - len(different)} of {len(agreed)} that equal the person's document and git's are the person's bytes")
    tap.point(len(same) >= SAME_BYTES * len(possible),
              f"{len(same)} of {len(possible)} are the person's bytes where git's are, at least {SAME_BYTES:.0%}")


def main():
    command, corpus = sys.argv[1:]
    index = os.path.join(corpus, 'index.ndjson')
    if not os.path.exists(index):
        print(f'1..0 # SKIP no corpus of merges at {corpus}')
        return 0

    with open(index, encoding='utf-8') as file:
        triples = [Triple(os.path.join(corpus, json.loads(line)['id'])) for line in file]
    tap = Tap()
    for rules, least_clean, least_equal in PROMISES:
        results = {t: t.truce(command, rules) for t in triples}
        check_values(tap, rules, triples, results, least_clean, least_equal)
        if not rules:
            check_bytes(tap, triples, results)
    print(f'1..{tap.n}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
