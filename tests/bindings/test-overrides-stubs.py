#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The type hints: mypy takes a right program and finds the mistakes of a wrong one; they say what there is when it runs.

usage: test-overrides-stubs.py STUB
"""
import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

import truce_case
from gi.repository import GObject, Truce

STUB = sys.argv.pop(1)
TYPING = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'typing')
# What a class has from Python and from PyGObject, and what the hints say in another way.
EVERYWHERE = {'__init__', '__new__', '__repr__', '__module__', '__doc__', '__gtype__', '__info__', '__dict__',
              '__weakref__', '__gsignals__', '__gdoc__', '__init_subclass__', '__hash__', '__annotations__',
              '__parameters__', '__orig_bases__', '__slots__', '__match_args__', '__getnewargs__', '__class_getitem__', 'Props', 'props',
              'usual_code', '__del__', '__str__', '__eq__', '__bool__', 'ref', 'unref', 'copy', 'free',
              '__enum_values__', '__flags_values__',
              'code', 'result', 'cancellable', 'batch', 'name'}         # of an instance


def stub():
    with open(STUB, encoding='utf-8') as file:
        return ast.parse(file.read())


def members(node):
    """What a class of the stub has: name: its functions, or None."""
    found = {}
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            found.setdefault(statement.name, []).append(statement)
        elif isinstance(statement, ast.ClassDef):
            found[statement.name] = None
        elif isinstance(statement, ast.AnnAssign):
            found[statement.target.id] = None
    return found


def said(function):
    """The parameters in a stub."""
    arguments = function.args
    names = [argument.arg for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    names += [argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [name for name in names if name not in ('self', 'cls')]


def had(function):
    """The parameters when it runs. What C has tells them in its documentation; so does what stands for it."""
    documented = re.match(r'\w+\((.*?)\)( ->|$)', getattr(function, '__doc__', None) or '')
    if isinstance(function, types.FunctionType | types.MethodType):
        names = [name for name in inspect.signature(function).parameters if name not in ('self', 'cls')]
        if names not in (['arguments'], ['arguments', 'named']) or not documented:
            return names
    if not documented or not documented.group(1):
        return []
    names = [re.split('[:=]', argument)[0].strip() for argument in documented.group(1).split(',')]
    return [name for name in names if name != 'self']


class Names(unittest.TestCase):
    """Stub and runtime have the same names, and functions the same parameters."""
    maxDiff = None

    def setUp(self):
        self.tree = stub()

    def test_module(self):
        there = {name for name in dir(Truce) if not name.startswith('_')}
        structs = {name for name in there if re.search('(Class|Interface)$', name) and name != 'ErrorClass'}
        named = {statement.name for statement in self.tree.body
                 if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
        self.assertEqual(there - structs, {name for name in named if not name.startswith('_')})

    def classes(self):
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith('_'):
                yield node, getattr(Truce, node.name)

    def test_members(self):
        for node, kind in self.classes():
            with self.subTest(name=node.name):
                there = {name for name in vars(kind) if not re.match('_[^_]|do_', name)} - EVERYWHERE
                named = {name for name in members(node) if not name.startswith('do_')} - EVERYWHERE
                if issubclass(kind, tuple):
                    there -= set(vars(tuple)) | {'_fields'}
                self.assertEqual(named, there)

    def test_virtual_functions(self):
        for node, kind in self.classes():
            if issubclass(kind, GObject.GInterface) and hasattr(kind.__info__, 'get_vfuncs'):
                if node.name in ('Resolver', 'Remote', 'StoreAdapter', 'Crdt'):
                    self.assertEqual({name for name in members(node) if name.startswith('do_')},
                                     {f'do_{vfunc.get_name()}' for vfunc in kind.__info__.get_vfuncs()})

    def test_parameters(self):
        count = 0
        for node, kind in [(self.tree, Truce), *self.classes()]:
            for name, functions in members(node).items():
                function = getattr(kind, name, None)
                if functions is None or name.startswith(('do_', '__', '_')) or not callable(function):
                    continue
                with self.subTest(of=getattr(kind, '__name__', kind), name=name):
                    self.assertIn(had(function), [said(each) for each in functions])
                    count += 1
        self.assertGreater(count, 400)


class Overridden(unittest.TestCase):
    """What is called as in C works: an override has the parameters of what it stands for, by place and by name."""

    def test_parameters(self):
        kinds = [getattr(Truce, name) for name in dir(Truce) if name[0].isupper() and not name.endswith('Interface')]
        count = 0
        for kind in kinds:
            for name, raw in getattr(kind, '__dict__', {}).items():
                if name.startswith('_c_'):
                    with self.subTest(kind=kind, name=name):
                        instead = vars(kind)[name.removeprefix('_c_')]
                        parameters = had(getattr(instead, '__func__', instead))
                        self.assertEqual(had(raw)[:len(parameters)], parameters if name != '_c_get' else ['id'])
                        count += 1
        self.assertGreater(count, 20)


class Mypy(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if not shutil.which('mypy'):
            self.skipTest('mypy is not installed')
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def check(self, *names):
        env = dict(os.environ, PYTHONPATH=self.folder.name)
        command = ['mypy', '--strict', '--no-error-summary', '--python-executable', '/usr/bin/python3',
                   '--cache-dir', os.path.join(self.folder.name, 'cache'), *names]
        return subprocess.run(command, cwd=TYPING, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True).stdout

    def test_beside_others(self):
        """As installed beside PyGObject's own stubs."""
        stubs = shutil.copytree(os.path.join(TYPING, 'gi-stubs'), os.path.join(self.folder.name, 'gi-stubs'))
        shutil.copy(STUB, os.path.join(stubs, 'repository'))
        found = self.check('right.py', 'wrong.py').splitlines()
        with open(os.path.join(TYPING, 'wrong.py'), encoding='utf-8') as file:
            expected = [(number, line.partition('  # ')[2].strip()) for number, line in enumerate(file, 1)
                        if '  # ' in line]
        self.assertEqual(len(found), len(expected), '\n'.join(found))
        for line, (number, message) in zip(found, expected):
            with self.subTest(number=number):
                self.assertRegex(line, f'^wrong.py:{number}: error: .*' + re.escape(message))

    def test_alone(self):
        """Without the stubs of PyGObject they say what Truce has, as far as it goes."""
        os.makedirs(os.path.join(self.folder.name, 'gi-stubs/repository'))
        shutil.copy(STUB, os.path.join(self.folder.name, 'gi-stubs/repository'))
        program = os.path.join(self.folder.name, 'alone.py')
        with open(program, 'w', encoding='utf-8') as file:
            file.write('import gi  # type: ignore\ngi.require_version("Truce", "1")\nfrom gi.repository import Truce\n'
                       'reveal_type(Truce.Store().collection("task")["tent"])\n')
        self.assertIn('Revealed type is "gi.repository.Truce.Record"', self.check(program))


class Runs(truce_case.Case):
    def test_right_program(self):
        done = subprocess.run(['/usr/bin/python3', os.path.join(TYPING, 'right.py')], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.stdout, "tent\nnot-found merged\n6\nwho are you?\n{'n': 2} ['/n']\n"
                                      "['dry', 'green'] 2 True\n3\n")


if __name__ == '__main__':
    sys.exit(truce_case.main())
