# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Test Anything Protocol for the gates: a point a rule, and below it each place that breaks the rule."""
import sys


class Tap:
    def __init__(self):
        self.points = 0
        self.failed = 0

    def point(self, rule, places):
        """Passes where places is empty."""
        self.points += 1
        self.failed += bool(places)
        print(f"{'not ok' if places else 'ok'} {self.points} - {rule}")
        for place in places:
            print(f'# {place}')

    def finish(self):
        print(f'1..{self.points}')
        sys.exit(1 if self.failed else 0)
