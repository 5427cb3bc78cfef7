#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the tests of several runs of `meson test`, shows what the failing ones said, and ends with one line of sums.

usage: tally.py RESULTS:STATUS…

RESULTS is meson's testlog.json, STATUS the exit status of the run. A test that speaks TAP counts once a point, any other
once. What ends badly beyond its points (a crash, a leak, a missing plan, a run without results) counts as one failure.
"""
import json
import os
import re
import sys

POINT = re.compile(r'^(not )?ok\b.*?(# *(?:skip|todo).*)?$', re.IGNORECASE | re.MULTILINE)
SHOWN_LINES = 100


def count(test):
    """Returns how many points of this test passed, failed and were skipped."""
    points = POINT.findall(test.get('stdout') or '')
    skipped = sum(1 for _, directive in points if directive)
    failed = sum(1 for bad, directive in points if bad and not directive)
    passed = len(points) - failed - skipped
    if test['result'] == 'SKIP' and not points:
        skipped = 1
    elif test['result'] == 'OK' and not points:
        passed = 1
    elif test['result'] not in ('OK', 'SKIP') and not failed:
        failed = 1
    return passed, failed, skipped


def show(where, test):
    said = (test.get('stdout') or '').splitlines() + (test.get('stderr') or '').splitlines()
    said = [line for line in said if not line.startswith(('ok ', '# GLib-DEBUG'))]
    print(f"\n--- {where}: {test['name']}: {test['result']}")
    print('\n'.join(said[-SHOWN_LINES:]))


def run(results):
    """Returns the sums of one run, after showing its failures."""
    sums = [0, 0, 0]
    if not os.path.isfile(results):
        return sums
    with open(results, encoding='utf-8') as lines:
        for line in lines:
            test = json.loads(line)
            counted = count(test)
            if counted[1]:
                show(results, test)
            sums = [a + b for a, b in zip(sums, counted)]
    return sums


def main():
    total = [0, 0, 0]
    for argument in sys.argv[1:]:
        results, status = argument.rsplit(':', 1)
        sums = run(results)
        if sum(sums) == 0 or (status != '0' and sums[1] == 0):
            print(f'\n--- {results}: the run ended with status {status} and told of no failure')
            sums[1] += 1
        print(f'{results}: {sums[0]} passed, {sums[1]} failed, {sums[2]} skipped')
        total = [a + b for a, b in zip(total, sums)]

    passed, failed, skipped = total
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
