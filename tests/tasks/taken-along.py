#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A widget can be taken into another app with the files that its header names, and with no others.

usage: taken-along.py SOURCE-ROOT
"""
import os
import re
import sys

FOLDER = os.path.join(sys.argv[1], 'examples/tasks')
SAYS = re.compile(r'To take it into another app: (.*?)\.(?: Needs| \*/)', re.DOTALL)


def read(name):
    with open(os.path.join(FOLDER, name), encoding='utf-8') as file:
        return file.read()


def widgets():
    return sorted(name[:-2] for name in os.listdir(FOLDER) if name.endswith('.h') and SAYS.search(read(name)))


def named(widget):
    """What its header says goes with it, and what the headers of those say: sources without their ending, templates."""
    said = SAYS.search(re.sub(r'\n \* ?', ' ', read(f'{widget}.h'))).group(1)
    names = set()
    for name, template in re.findall(r'(tasks-[a-z-]+)\.\[ch\]( and \.ui)?', said):
        names.add(name)
        if template:
            names.add(f'{name}.ui')
        if name != widget and name in widgets():
            names |= named(name)
    return names


def needed(name, found):
    """What is included from its sources on, and the templates that they load."""
    if name not in found:
        found.add(name)
        text = read(f'{name}.c') + read(f'{name}.h')
        found.update(re.findall(r'"/org/truce/Tasks/([a-z-]+\.ui)"', text))
        for other in re.findall(r'^#include "([a-z-]+)\.h"', text, re.MULTILINE):
            needed(other, found)
    return found


def main():
    print(f'1..{len(widgets())}')
    wrong = False
    for number, widget in enumerate(widgets(), 1):
        difference = sorted(named(widget) ^ needed(widget, set()))
        print(f'{"not ok" if difference else "ok"} {number} - {widget}')
        for name in difference:
            print(f'# {name}: only the header, or only the sources, name it')
        wrong = wrong or bool(difference)
    return wrong


if __name__ == '__main__':
    sys.exit(main())
