#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The symbol map truce-1.map is made from the `Since:` of every public symbol, so that none is exported by accident and
none ever changes its version. The idea is libxmlb's.

usage: symbol-map.py check  GIR MAP LIBRARY
       symbol-map.py update GIR MAP

The map ends with a pattern: a new function links before the map is made again, and `check` then tells of the difference.
"""
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from tap import Tap

IDENTIFIER = '{http://www.gtk.org/introspection/c/1.0}identifier'
GET_TYPE = '{http://www.gtk.org/introspection/glib/1.0}get-type'
ERROR_DOMAIN = '{http://www.gtk.org/introspection/glib/1.0}error-domain'
CALLABLES = ('function', 'constructor', 'method')

HEAD = '# Made by `ninja -C _build symbol-map` from the Since: of each symbol. Not written by hand.\n'


def symbols_of(gir):
    """Returns {symbol: version, or None where the documentation has no Since:}."""
    symbols = {}
    for element in ElementTree.parse(gir).getroot().find('{*}namespace').iter():
        since = element.get('version')
        if element.tag.rpartition('}')[2] in CALLABLES:
            symbols[element.get(IDENTIFIER)] = since or symbols.get(element.get(IDENTIFIER))
        # Two functions have no documentation of their own, and are as old as the type that they serve.
        if element.get(GET_TYPE, 'intern') != 'intern':
            symbols[element.get(GET_TYPE)] = since
        if ERROR_DOMAIN in element.attrib:
            symbols[element.get(ERROR_DOMAIN).replace('-', '_')] = since
    return symbols


def render(symbols):
    """Returns the map: a node a version, each inheriting from the one before."""
    versions = sorted({v for v in symbols.values() if v}, key=lambda v: [int(n) for n in v.split('.')])
    text = HEAD
    before = ''
    for version in versions:
        names = sorted(name for name, since in symbols.items() if since == version)
        text += f'TRUCE_{version} {{\n  global:\n' + ''.join(f'    {name};\n' for name in names)
        if version == versions[-1]:
            text += '    truce_*;\n  local:\n    *;\n'
        text += f'}}{before};\n'
        before = f' TRUCE_{version}'
    return text


def exported(library):
    """Returns {symbol: version} of what the library gives to the dynamic linker."""
    lines = subprocess.run(['nm', '-D', '--defined-only', '--format=posix', library],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    names = (line.split()[0].replace('@@', '@').partition('@') for line in lines if ' A ' not in line)
    return {name: version.removeprefix('TRUCE_') for name, _, version in names}


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def check(gir, committed, library):
    symbols = symbols_of(gir)
    found = exported(library)
    tap = Tap()
    tap.point('every public symbol has a Since:', sorted(name for name, since in symbols.items() if since is None))
    tap.point('truce-1.map is what the documentation gives', [] if read(committed) == render(symbols) else
              ['it differs: run ninja -C _build symbol-map, and commit truce-1.map'])
    tap.point('what is documented is exported', sorted(symbols.keys() - found.keys()))
    tap.point('what is exported is documented', sorted(found.keys() - symbols.keys()))
    tap.point('each symbol is exported in its version', sorted(
        name for name in symbols.keys() & found.keys() if symbols[name] != found[name]))
    tap.finish()


def main():
    verb, gir, committed, *library = sys.argv[1:]
    if verb == 'check':
        check(gir, committed, *library)
    with open(committed, 'w', encoding='utf-8') as file:
        file.write(render(symbols_of(gir)))


if __name__ == '__main__':
    main()
