#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls every public function with nothing but NULL, and every method of a class with an object of another class.

usage: test-misuse.py LIBRARY SYMBOL-MAP

A programmer's mistake is told as a critical; it never ends the program. Each call has a process of its own.
"""
import ctypes
import os
import re
import sys

os.environ.pop('G_DEBUG', None)  # criticals are what we are here for
library = ctypes.CDLL(sys.argv[1])
gobject = ctypes.CDLL('libgobject-2.0.so.0')
gobject.g_object_new.restype = ctypes.c_void_p

with open(sys.argv[2]) as file:
    symbols = re.findall(r'^\s+(truce_\w+);', file.read(), re.M)
# Their instances are no objects: what is not one of theirs can't be told from one.
BOXED = ('truce_stamp_', 'truce_version_vector_', 'truce_stored_record_', 'truce_filter_',
         'truce_change_')
classes = [name.removesuffix('get_type') for name in symbols if name.endswith('_get_type')]


def is_method(name):
    mine = [prefix for prefix in classes if name.startswith(prefix)]
    return mine and not name.startswith(BOXED) and not re.search(r'_(get_type|new\w*|to_string|from_string)$', name)


def survives(name, instance):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        getattr(library, name)(ctypes.c_void_p(instance), *[ctypes.c_void_p(None)] * 7)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


stranger = gobject.g_object_new(ctypes.c_size_t(20 << 2), None)  # a plain GObject
cases = [(name, 'nothing', None) for name in symbols]
cases += [(name, 'a stranger', stranger) for name in symbols if is_method(name)]
print(f'1..{len(cases)}')
failed = 0
for number, (name, what, instance) in enumerate(cases, 1):
    good = survives(name, instance)
    failed += not good
    print(f'{"ok" if good else "not ok"} {number} - {name} with {what}')
sys.exit(failed > 0)
