# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests in Python share. They speak TAP, and are skipped where there is no PyGObject.

What an implementation in Python raises is printed by PyGObject on standard error; that is as it should be.
"""
import contextlib
import io
import sys
import traceback
import unittest

try:
    import gi
    gi.require_version('Json', '1.0')
    gi.require_version('Truce', '1')
except (ImportError, ValueError) as missing:
    print(f'1..0 # SKIP {missing}')
    sys.exit(0)
from gi.repository import GLib, Truce


class Case(unittest.TestCase):
    def assert_error(self, code, function, *arguments):
        with self.assertRaises(GLib.Error) as raised:
            function(*arguments)
        self.assertTrue(raised.exception.matches(Truce.error_quark(), code), raised.exception)


@contextlib.contextmanager
def shown():
    """What is shown of exceptions that nobody catches."""
    text, hook = io.StringIO(), sys.excepthook
    sys.excepthook = lambda kind, error, trace: print(f'{kind.__name__}: {error}', file=text)
    try:
        yield text
    finally:
        sys.excepthook = hook


class Tap(unittest.TestResult):
    """A line a test case."""

    def say(self, test, wrong=None):
        print(f"{'not ok' if wrong else 'ok'} {self.testsRun} - {test.id().removeprefix('__main__.')}")
        for line in (wrong or '').splitlines():
            print('#', line)
        sys.stdout.flush()

    def addSuccess(self, test):
        self.say(test)

    def addError(self, test, err):
        super().addError(test, err)
        self.say(test, ''.join(traceback.format_exception(*err)))

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.say(subtest, ''.join(traceback.format_exception(*err)))


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    result = Tap()
    suite.run(result)
    print(f'1..{result.testsRun}')
    return 0 if result.wasSuccessful() else 1
