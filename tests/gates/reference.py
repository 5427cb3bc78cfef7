#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every public symbol is documented, a test point a sort of symbol: also each member, parameter and return value.

usage: reference.py GIR
"""
import collections
import sys
import xml.etree.ElementTree as ElementTree

from tap import Tap

CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
SORTS = {CORE + sort: sort for sort in (
    'class', 'interface', 'record', 'enumeration', 'bitfield', 'callback', 'function', 'constructor', 'method', 'virtual-method',
    'property', 'member', 'parameter', 'return-value')}
SORTS[GLIB + 'signal'] = 'signal'

# The function behind TRUCE_ERROR, which GLib's macro declares.
UNWRITTEN = ('quark', 'error_quark')


def says_nothing(element, sort):
    """What is in the GIR, and nobody's to document: a class struct, the return value of a function that has none."""
    if sort == 'return-value':
        return element.find(f"{CORE}type[@name='none']") is not None
    return element.get(GLIB + 'is-gtype-struct-for') is not None or element.get('name') in UNWRITTEN


def read(element, place, symbols):
    """Adds (place, documented) of all below the element to the symbols of their sort. Fields are private."""
    for child in element:
        sort = SORTS.get(child.tag)
        if child.tag == CORE + 'field' or sort and says_nothing(child, sort):
            continue
        here = f'{place}.{child.get("name", sort)}' if sort else place
        if sort:
            symbols[sort].append((here, bool((child.findtext(CORE + 'doc') or '').strip())))
        read(child, here, symbols)


def main():
    symbols = collections.defaultdict(list)
    namespace = ElementTree.parse(sys.argv[1]).getroot().find(CORE + 'namespace')
    for child in namespace.findall(CORE + 'docsection') + namespace.findall(CORE + 'function-macro'):
        namespace.remove(child)         # a macro's parameters are not described in the GIR
    read(namespace, namespace.get('name'), symbols)

    tap = Tap()
    for sort in SORTS.values():
        tap.point(f'each {sort} is documented ({len(symbols[sort])})', [place for place, said in symbols[sort] if not said])
    tap.finish()


if __name__ == '__main__':
    main()
