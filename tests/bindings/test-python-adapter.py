#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the conformance suite, which is C, over an adapter written in Python.

usage: test-python-adapter.py LIBRARY
"""
import ctypes
import sys

import truce_case  # skips where there is no PyGObject
from dict_adapter import DictAdapter

Open = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
suite = ctypes.CDLL(sys.argv[1])
gobject = ctypes.CDLL('libgobject-2.0.so.0')
gobject.g_object_ref.restype = ctypes.c_void_p


@Open
def open_adapter(_place):
    adapter = DictAdapter()
    # PyGObject hashes an object to its address. The suite owns the reference that is taken here.
    return gobject.g_object_ref(ctypes.c_void_p(hash(adapter)))


sys.exit(suite.adapter_conformance_main(b'python-adapter', open_adapter))
