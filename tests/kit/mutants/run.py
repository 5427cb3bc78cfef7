#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bugs planted in a sync: the simulation must find each within 10,000 seeds, and tells at which.

    tests/kit/mutants/run.py BUILD-FOLDER [NAME…]

Each mutant is one replacement in one file, which must match exactly once. The mutated file is compiled by itself and
linked, before the archive of the build, into the command.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

SEEDS = 10000
STEP = 250              # seeds a run: most are found at once
PACKAGES = ['gio-2.0', 'gio-unix-2.0', 'json-glib-1.0', 'sqlite3']

# name, file, what it says, what the mutant says
MUTANTS = [
    ('base-left-behind', 'sync/truce-session-rewrite.c',
     'rewritten_base = rewrite_base (row, base, value, keep_sent);', 'rewritten_base = NULL;'),
    ('restamp-left-out', 'sync/truce-session-rewrite.c', 'if (!rewrite_all (self, &rewriting, error))', 'if (FALSE)'),
    ('left-beside-the-hub', 'sync/truce-session-rewrite.c',
     '.after = MAX (self->state.sent.time, self->store->left),', '.after = self->state.sent.time,'),
    ('clock-not-set-right', 'sync/truce-session-open.c',
     '  return truce_session_rewrite (self, self->replica, behind, error);\n', '  return TRUE;\n'),
    ('horizon-ignored', 'sync/truce-session-open.c', 'else if (!first && self->cursor < hello->horizon)',
     'else if (FALSE)'),
    ('cursor-before-its-page', 'sync/truce-session-pull.c', '  went = take_items (self, pull, &local);\n',
     '  self->cursor = pull->next_cursor;\n'
     '  went = truce_session_save (self, &local) && truce_store_commit (self->store, &local) &&\n'
     '         truce_store_begin (self->store, &local) && take_items (self, pull, &local);\n'),
    ('failed-push-heard', 'sync/truce-session-outcome.c', '  if (heard)\n', '  if (TRUE)\n'),
    ('retry-long-past', 'sync/truce-session-outcome.c', 'entry != NULL && entry->next_ms > now && ', 'entry != NULL && '),
]


def ask(*command):
    return subprocess.check_output(command, text=True).split()


def build_command(root, build, folder, file, old, new):
    text = (root / file).read_text()
    if text.count(old) != 1:
        sys.exit(f'{file} says {text.count(old)} times: {old}')
    (folder / 'mutant.c').write_text(text.replace(old, new))
    includes = [f'-I{root / part}' for part in ('', 'json', 'crdt', 'resolvers', 'store', 'sync', 'kit')]
    subprocess.run(['cc', '-std=gnu11', '-O1', '-w', '-DTRUCE_COMPILATION', '-DG_LOG_DOMAIN="Truce"', *includes,
                    *ask('pkg-config', '--cflags', *PACKAGES), '-c', folder / 'mutant.c', '-o', folder / 'mutant.o'],
                   check=True)
    objects = sorted((build / 'tools/truce.p').glob('*.o'))
    subprocess.run(['cc', *objects, folder / 'mutant.o', build / 'libtruce-internal.a',
                    *ask('pkg-config', '--libs', *PACKAGES), '-lm', '-o', folder / 'truce'], check=True)
    return folder / 'truce'


def broken_seeds(command, first):
    """Of STEP seeds, told in memory; a crash counts for the first of them."""
    result = subprocess.run([command, 'simulate', '--json', '--store=memory', f'--seed={first}', f'--seeds={STEP}'],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    if result.returncode not in (0, 1):
        return {first: f'it ended with {result.returncode}'}
    stories = [json.loads(line) for line in result.stdout.splitlines()]
    return {story['seed']: story['broken'] for story in stories if not story['holds']}


def find(command, sound):
    """The first seed that breaks where the sound command's does not."""
    for first in range(1, SEEDS, STEP):
        broken = broken_seeds(command, first)
        known = broken_seeds(sound, first) if broken else {}
        new = sorted(seed for seed in broken if seed not in known)
        if new:
            return new[0], broken[new[0]]
    return None, None


def main():
    root = pathlib.Path(__file__).resolve().parents[3]
    build = pathlib.Path(sys.argv[1]).resolve()
    chosen = [mutant for mutant in MUTANTS if len(sys.argv) == 2 or mutant[0] in sys.argv[2:]]
    survivors = 0

    for name, file, old, new in chosen:
        with tempfile.TemporaryDirectory() as folder:
            command = build_command(root, build, pathlib.Path(folder), file, old, new)
            seed, broken = find(command, build / 'tools/truce')
        print(f'{name:26} ' + (f'found at seed {seed}: {broken[:100]}' if seed else 'SURVIVES'), flush=True)
        survivors += not seed
    print(f'{len(chosen) - survivors} of {len(chosen)} found')
    return 1 if survivors else 0


if __name__ == '__main__':
    sys.exit(main())
