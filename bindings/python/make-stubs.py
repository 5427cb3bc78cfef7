#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the type hints: what PyGObject makes of the GIR, and over it what the overrides say of themselves.

usage: make-stubs.py GIR OVERRIDES-FOLDER OUTPUT

Signatures stand in one place each: those of C in the GIR, the others in the overrides, which are read here and not run.
"""
import ast
import keyword
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

HEADER = '''\
# Made by make-stubs.py. SPDX-License-Identifier: LGPL-2.1-or-later
from collections.abc import (Callable, Coroutine, Generator, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence,
                             Set, ValuesView)
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar, overload

from gi.repository import Gio, GLib, GObject, Json

T = TypeVar('T')

class _List(Gio.ListModel, Generic[T]):
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[T]: ...
    @overload
    def __getitem__(self, key: int) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> list[T]: ...
'''

TYPES = {
    'none': 'None', 'gboolean': 'bool', 'gpointer': 'object', 'gconstpointer': 'object', 'utf8': 'str', 'filename': 'str',
    'gdouble': 'float', 'GLib.Quark': 'int', 'GLib.List': 'list', 'GLib.PtrArray': 'list',
    **dict.fromkeys(('gint', 'guint', 'gint8', 'guint8', 'gint16', 'guint16', 'gint32', 'guint32', 'gint64', 'guint64',
                     'gsize', 'gssize', 'glong', 'gulong'), 'int'),
}
# Of lists the GIR does not say what is in them.
LISTS = {'Query': 'Record', 'Inbox': 'InboxItem', 'get_fields': 'FieldConflict', 'conflicts': 'FieldConflict',
         'get_log': 'LogEntry', 'get_waiting': 'InboxItem', 'load': 'Scenario', 'parse': 'Scenario'}
# Names of types that the overrides use.
ALIASES = ('Fields', 'Scalar', 'Answer')
# What may be answered in a class in Python.
ANSWERS = {'do_resolve': 'Answer | Coroutine[Any, Any, Answer]'}


def name_of(element):
    name = element.get('name').replace('-', '_')
    return name + '_' if keyword.iskeyword(name) else name


class Gir:
    """The namespace of a GIR file."""

    def __init__(self, path):
        self.namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')
        self.with_data = False  # functions are given their data, also where it is None
        self.callbacks = {callback.get('name'): callback for callback in self.namespace.findall(CORE + 'callback')}

    def type(self, element, of='', given=False):
        """The Python type of a parameter, a return value or a property; `of` is what it is the type of."""
        array = element.find(CORE + 'array')
        if array is not None:
            return ('Sequence[%s]' if given else 'list[%s]') % self.type(array)
        name = element.find(CORE + 'type').get('name')
        if name in self.callbacks:
            return self.callable(self.callbacks[name])
        if name == 'Gio.AsyncReadyCallback':
            return 'Callable[[Any, Gio.AsyncResult], object]'
        if name == 'Gio.ListModel' and of in LISTS:
            return f'_List[{LISTS[of]}]'
        return TYPES.get(name, name)

    def optional(self, element, of='', given=False):
        python = self.type(element, of, given)
        nullable = element.get('nullable') == '1' or element.get('allow-none') == '1'
        if not nullable or python in ('Any', 'object'):
            return python
        return f'({python}) | None' if python.startswith('Callable') else f'{python} | None'

    def callable(self, callback):
        arguments = [self.optional(parameter) for parameter in parameters_of(callback)
                     if parameter.find(CORE + 'type').get('name') != 'gpointer']
        arguments += ['Any'] * self.with_data
        returned = callback.find(CORE + 'return-value')
        answer = self.optional(returned, given=True)
        if name_of(callback) == 'ResolveFunc':
            answer = 'Answer'
        if name_of(callback) == 'GuardFunc' or answer == 'None':
            answer = 'object'
        return f"Callable[[{', '.join(arguments)}], {answer}]"

    def arguments(self, function, awaited=False):
        """What Python gives, as (name, type, default or None): no out-parameters, nothing to destroy data by."""
        parameters = parameters_of(function)
        hidden = {int(parameter.get('destroy')) for parameter in parameters if parameter.get('destroy')}
        data = {int(parameter.get('closure')) for parameter in parameters if parameter.get('closure')}
        shown = []
        for i, parameter in enumerate(parameters):
            if i in hidden or parameter.get('direction') == 'out':
                continue
            name = name_of(parameter)
            if i in data and parameter.find(CORE + 'type').get('name') == 'gpointer':
                shown.append([name, 'object', '...'])
            else:
                # PyGObject leaves out data that is last; so do the overrides with all of what they await.
                after = set(range(int(parameter.get('closure', len(parameters))) + 1, len(parameters)))
                self.with_data = not awaited and bool(after - hidden)
                python = self.optional(parameter, name, given=True)
                self.with_data = False
                nullable = parameter.get('nullable') == '1' or parameter.get('allow-none') == '1'
                shown.append([name, python, '...' if nullable else None])
        needed = max((i for i, (_, _, default) in enumerate(shown) if default is None), default=-1)
        for argument in shown[:needed]:
            argument[2] = None                  # PyGObject leaves out what is last only
        return shown

    def result(self, function):
        name = name_of(function)
        returned = function.find(CORE + 'return-value')
        results = [self.optional(returned, name)]
        results += [self.optional(parameter, name_of(parameter)) for parameter in parameters_of(function)
                    if parameter.get('direction') == 'out']
        if results[0] == 'None' and len(results) > 1:
            results.pop(0)
        return results[0] if len(results) == 1 else f"tuple[{', '.join(results)}]"


def parameters_of(function):
    parameters = function.find(CORE + 'parameters')
    return [] if parameters is None else parameters.findall(CORE + 'parameter')


class Overrides:
    """What the overrides define, by reading them."""

    def __init__(self, folder):
        self.classes = {}           # of C: name: statements
        self.own = {}               # new: name: its class, function or assignment
        self.constructed = set()    # of C: those that are called as their `new`
        for path in sorted(pathlib.Path(folder).glob('_*.py')):
            for statement in ast.parse(path.read_text(encoding='utf-8')).body:
                self.read(statement)
        exported = ast.parse((pathlib.Path(folder) / '__init__.py').read_text(encoding='utf-8'))
        self.exported = {alias.name for statement in exported.body if isinstance(statement, ast.ImportFrom)
                         for alias in statement.names if not alias.name.startswith('_')}

    def read(self, statement):
        if isinstance(statement, ast.ClassDef):
            extends = [decorator.args[0].attr for decorator in statement.decorator_list
                       if isinstance(decorator, ast.Call) and getattr(decorator.func, 'id', None) == 'extend']
            if extends:
                self.classes.setdefault(extends[0], []).extend(statement.body)
            else:
                self.own[statement.name] = statement
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            self.own[statement.name] = statement
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) \
                and getattr(statement.value.func, 'id', '') == 'constructs':
            self.constructed |= {argument.attr for argument in statement.value.args}
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            self.own[statement.targets[0].id] = statement


def source(node):
    """An annotation as it stands in a stub, where the namespace is at hand."""
    return re.sub(r'\bTruce\.', '', ast.unparse(node))


class Writer:
    def __init__(self, gir, overrides):
        self.gir = gir
        self.overrides = overrides
        self.lines = [HEADER]

    def say(self, line='', depth=0):
        self.lines.append('    ' * depth + line)

    # What the overrides define

    def python_function(self, function, depth, method=False):
        for decorator in function.decorator_list:
            self.say('@' + source(decorator), depth)
        function.args.defaults = [ast.Constant(...)] * len(function.args.defaults)
        arguments = source(function.args)
        returns = source(function.returns) if function.returns else 'Any'
        word = 'async def' if isinstance(function, ast.AsyncFunctionDef) else 'def'
        self.say(f'{word} {function.name}({arguments}) -> {returns}: ...', depth)

    def python_member(self, statement, kind, depth=1):
        """A statement of a class of the overrides; `kind` is the element of the class of C, if there is one."""
        if isinstance(statement, ast.FunctionDef):
            if re.match(r'[^_]|__(?!del__)', statement.name):
                self.python_function(statement, depth)
        elif isinstance(statement, ast.AnnAssign):
            self.say(f'{source(statement.target)}: {source(statement.annotation)}'
                     + (' = ...' if statement.value else ''), depth)
        elif isinstance(statement, ast.Assign) and kind is not None:
            self.python_assignment(statement, kind, depth)

    def python_assignment(self, statement, kind, depth):
        """x = property (Truce.Class.get_x), and operators taken from collections.abc.Set."""
        targets, value = statement.targets[0], statement.value
        if isinstance(value, ast.Call) and getattr(value.func, 'id', '') == 'property':
            getter = next(method for method in kind.findall(CORE + 'method') if name_of(method) == value.args[0].attr)
            self.say('@property', depth)
            self.say(f'def {targets.id}(self) -> {self.gir.result(getter)}: ...', depth)
        else:
            for target in targets.elts if isinstance(targets, ast.Tuple) else [targets]:
                if re.fullmatch(r'__(and|rand|or|ror|sub|rsub|xor|rxor)__', target.id):
                    self.say(f'def {target.id}(self, other: Set[str]) -> set[str]: ...', depth)
                elif re.fullmatch(r'__[lg][te]__|isdisjoint', target.id):
                    self.say(f'def {target.id}(self, other: Set[str]) -> bool: ...', depth)

    def own(self, name):
        statement = self.overrides.own[name]
        if isinstance(statement, ast.Assign):
            self.say(f'{name} = {source(statement.value)}')
        elif isinstance(statement, ast.ClassDef):
            self.say()
            self.say(f"class {name}({', '.join(map(source, statement.bases))}):")
            for member in statement.body:
                self.python_member(member, None)
            self.python_attributes(statement)
            self.close()
        else:
            self.python_function(statement, 0)

    def python_attributes(self, statement):
        """What __init__ sets, where the type stands in its parameters."""
        for function in statement.body:
            if isinstance(function, ast.FunctionDef) and function.name == '__init__':
                types = {each.arg: source(each.annotation) for each in function.args.args if each.annotation}
                for line in ast.walk(function):
                    target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, 'target', None)
                    if isinstance(target, ast.Attribute) and not target.attr.startswith('_'):
                        python = source(line.annotation) if isinstance(line, ast.AnnAssign) else types[line.value.id]
                        self.say(f'{target.attr}: {python}', 1)

    # What C has

    def function(self, function, depth, kind):
        """`kind`: '' of the module, 'self' for a method, 'cls' for a constructor, '@' for a static one."""
        arguments = self.gir.arguments(function)
        result = self.gir.result(function)
        if kind == '@':
            self.say('@staticmethod', depth)
        elif kind == 'cls':
            self.say('@classmethod', depth)
        if kind == 'self' and arguments and arguments[-1][0] == 'user_data':
            self.asynchronous(function, arguments, depth)
            return
        first = [kind] if kind in ('self', 'cls') else []
        self.signature(name_of(function), first, arguments, result, depth)

    def signature(self, name, first, arguments, result, depth):
        spelled = list(first)
        for i, (argument, python, default) in enumerate(arguments):
            if argument == 'user_data' and i == len(arguments) - 1:
                spelled.append('*user_data: object')
            else:
                spelled.append(f'{argument}: {python}' + (' = ...' if default else ''))
        self.say(f"def {name}({', '.join(spelled)}) -> {result}: ...", depth)

    def asynchronous(self, function, arguments, depth):
        """Without a callback it gives a Future; with one it is as in C."""
        name = name_of(function)
        if not name.endswith('_async'):
            self.signature(name, ['self'], arguments, self.gir.result(function), depth)
            return
        finish = next(method for method in self.parent.findall(CORE + 'method')
                      if name_of(method) == name.removesuffix('_async') + '_finish')
        self.say('@overload', depth)
        self.signature(name, ['self'], self.gir.arguments(function, awaited=True)[:-2],
                       f'Future[{self.gir.result(finish)}]', depth)
        self.say('@overload', depth)
        with_callback = [argument[:2] + [None] for argument in arguments[:-2]]
        callback = ['callback', 'Callable[[Any, Gio.AsyncResult], object]', None]
        self.signature(name, ['self'], with_callback + [callback, arguments[-1]], 'None', depth)
        if any(argument[2] for argument in arguments[:-2]):
            needed = [argument for argument in arguments[:-2] if not argument[2]]
            others = [f'{argument}: {python} = ...' for argument, python, default in arguments[:-2] if default]
            self.say('@overload', depth)
            self.signature(name, ['self'], needed + [['*', '', None]], 'None', depth)
            self.lines[-1] = self.lines[-1].replace('*: ', ', '.join(['*', *others, f'callback: {callback[1]}']))

    def enumeration(self, kind):
        base = 'GFlags' if kind.tag == CORE + 'bitfield' else 'GEnum'
        self.say()
        self.say(f'class {name_of(kind)}(GObject.{base}):')
        for member in kind.findall(CORE + 'member'):
            self.say(f"{member.get('name').upper()}: ClassVar[{name_of(kind)}]", 1)
        for function in kind.findall(CORE + 'function'):
            self.function(function, 1, '@')

    def kind(self, kind):
        """A class, an interface or a boxed type."""
        self.parent = kind
        name = name_of(kind)
        mine = self.overrides.classes.get(name, [])
        replaced = {target.id for statement in mine if isinstance(statement, ast.Assign)
                    for target in statement.targets if isinstance(target, ast.Name)}
        replaced |= {statement.name for statement in mine if isinstance(statement, ast.FunctionDef)}
        self.say()
        self.say(f"class {name}({', '.join(self.bases(kind))}):")
        self.properties(kind, '__init__' in replaced)
        for tag, first in ('constructor', 'cls'), ('function', '@'), ('method', 'self'):
            for function in kind.findall(CORE + tag):
                if name_of(function) not in replaced and function.get('introspectable') != '0':
                    self.function(function, 1, first)
        for vfunc in kind.findall(CORE + 'virtual-method') if kind.tag == CORE + 'interface' else ():
            self.vfunc(vfunc)
        for statement in mine:
            self.python_member(statement, kind)
        self.close()

    def bases(self, kind):
        if kind.tag == CORE + 'record':
            return ['GObject.GBoxed']
        if kind.tag == CORE + 'interface':
            return ['GObject.GInterface']
        bases = [kind.get('parent')] + [implements.get('name') for implements in kind.findall(CORE + 'implements')]
        return [f'_List[{LISTS[name_of(kind)]}]' if base == 'Gio.ListModel' else base for base in bases]

    def properties(self, kind, has_init):
        properties = kind.findall(CORE + 'property')
        if properties:
            self.say('class Props(GObject.Object.Props):', 1)
            for prop in properties:
                self.say(f'{name_of(prop)}: {self.gir.type(prop, name_of(prop))}', 2)
            self.say('@property', 1)
            self.say('def props(self) -> Props: ...', 1)
        writable = [prop for prop in properties if prop.get('writable') == '1']
        if kind.tag == CORE + 'class' and not has_init:
            constructed = name_of(kind) in self.overrides.constructed
            if constructed:
                new = next(new for new in kind.findall(CORE + 'constructor') if name_of(new) == 'new')
                self.say('@overload', 1)
                self.signature('__init__', ['self'], self.gir.arguments(new), 'None', 1)
                self.say('@overload', 1)
            given = [f'{name_of(prop)}: {self.gir.type(prop)} = ...' for prop in writable]
            self.say(f"def __init__(self{', *, ' * bool(given)}{', '.join(given)}) -> None: ...", 1)

    def vfunc(self, vfunc):
        name = 'do_' + name_of(vfunc)
        arguments = [[argument, python, None] for argument, python, _ in self.gir.arguments(vfunc)]
        self.signature(name, ['self'], arguments, ANSWERS.get(name, self.gir.result(vfunc)), 1)

    def close(self):
        """A class without members wants a body."""
        if self.lines[-1].startswith('class '):
            self.say('...', 1)

    def write(self):
        for name in ALIASES:
            self.own(name)
        for element in self.gir.namespace:
            name = element.get('name', '')
            struct = element.get(GLIB + 'is-gtype-struct-for')
            if element.tag in (CORE + 'enumeration', CORE + 'bitfield'):
                self.enumeration(element)
            elif element.tag in (CORE + 'class', CORE + 'interface', CORE + 'record') and not struct:
                self.kind(element)
        self.say()
        for element in self.gir.namespace.findall(CORE + 'function'):
            if name_of(element) not in self.overrides.exported:
                self.function(element, 0, '')
        for name in self.in_order():
            self.own(name)
        text = '\n'.join(self.lines) + '\n'
        return re.sub(rf"\b({'|'.join(ALIASES)})\b", r'_\1', text)           # the module has no such names

    def in_order(self):
        """A class after the one that it inherits from."""
        return sorted(self.overrides.exported, key=lambda name: (name not in ('TruceError', 'Future'), name))


def main():
    writer = Writer(Gir(sys.argv[1]), Overrides(sys.argv[2]))
    pathlib.Path(sys.argv[3]).write_text(writer.write(), encoding='utf-8')


if __name__ == '__main__':
    main()
