#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guards taken away: each must be missed by a test of the file.

    tests/store/mutants/run.py BUILD-FOLDER [NAME…]

Each mutant is one replacement in one file of store/, which must match exactly once. The mutated file is compiled by
itself, and linked before the archive of the build into the test that is named, which must fail.
"""
import pathlib
import subprocess
import sys
import tempfile

SECONDS = 120           # an endless loop is caught, too
PACKAGES = ['gio-2.0', 'json-glib-1.0', 'sqlite3']

# name, test, file in store/, what it says, what the mutant says
MUTANTS = [
    ('full-is-normal', 'sqlite-faults', 'truce-sqlite-open.c',
     '"PRAGMA synchronous = FULL"', '"PRAGMA synchronous = NORMAL"'),
    ('normal-is-off', 'sqlite-faults', 'truce-sqlite-open.c',
     '"PRAGMA synchronous = NORMAL"', '"PRAGMA synchronous = OFF"'),
    ('doubt-forgotten', 'sqlite-faults', 'truce-sqlite-adapter.c', '  self->in_doubt = TRUE;\n', ''),
    ('doubt-not-settled', 'sqlite-faults', 'truce-sqlite-open.c',
     '      if (!write_over_doubt (self, error))\n        return FALSE;\n', ''),
    ('half-a-put-committed', 'sqlite-faults', 'truce-sqlite-error.c',
     '    self->broken = g_error_copy (made);', '    ;'),
    ('tables-one-by-one', 'sqlite-faults', 'truce-sqlite-layout.c',
     'if (!truce_sqlite_exec (self, "BEGIN IMMEDIATE", "begin", error))',
     'if (climb (self, NULL) && !truce_sqlite_exec (self, "BEGIN IMMEDIATE", "begin", error))'),
    ('stale-entries-read', 'sqlite-indexes', 'truce-sqlite-statement.c',
     '"ON r.key = l.record AND r.version = l.version WHERE', '"ON r.key = l.record WHERE'),
    ('checksum-not-looked-at', 'sqlite-damage', 'truce-sqlite-row.c',
     'return sqlite3_column_int64 (statement, CHECKSUM) == truce_sqlite_row_checksum (parts);',
     'return truce_sqlite_row_checksum (parts) >= 0;'),
    ('checksum-without-version', 'sqlite-damage', 'truce-sqlite-row.c',
     'GUINT64_TO_LE ((guint64) parts->version),', '0,'),
    ('checksum-without-delivery', 'sqlite-damage', 'truce-sqlite-row.c',
     'GUINT32_TO_LE (parts->delivery),', '0,'),
    ('lists-not-verified', 'sqlite-damage', 'truce-sqlite-verify.c',
     'each_row (check, places, check_place, error) &&', ''),
    ('lock-not-taken', 'sqlite-open', 'truce-sqlite-lock.c',
     'while (flock (self->lock, LOCK_EX | LOCK_NB) != 0)', 'while (FALSE)'),
    ('removed-lock-taken', 'sqlite-open', 'truce-sqlite-lock.c', 'status.st_nlink > 0', 'TRUE'),
    ('lock-by-name', 'sqlite-open', 'truce-sqlite-open.c', 'if (real != NULL)', 'if (FALSE)'),
    ('moved-not-seen', 'sqlite-open', 'truce-sqlite-adapter.c', '|| !moved)', '|| TRUE)'),
    ('other-programs-taken', 'sqlite-open', 'truce-sqlite-file.c',
     'else if (big_endian (header + AT_APPLICATION) != TRUCE_SQLITE_APPLICATION)', 'else if (FALSE)'),
    ('cut-off-taken', 'sqlite-open', 'truce-sqlite-file.c',
     'else if (is_settled (path) &&', 'else if (FALSE &&'),
    ('newer-taken', 'sqlite-open', 'truce-sqlite-layout.c',
     'else if (*version > TRUCE_SQLITE_VERSION)', 'else if (FALSE)'),
    ('unwritable-taken', 'sqlite-open', 'truce-sqlite-open.c',
     'return read_only || check_writable (self, error);', 'return TRUE;'),
    ('fork-not-seen', 'sqlite-processes', 'truce-sqlite-open.c',
     'if (G_UNLIKELY (self->forks != truce_sqlite_count_forks ()))', 'if (FALSE)'),
    ('fork-rolls-back', 'sqlite-processes', 'truce-sqlite-adapter.c',
     'if (self->transaction == TRUCE_SQLITE_IDLE || self->forks != truce_sqlite_count_forks ())',
     'if (self->transaction == TRUCE_SQLITE_IDLE)'),
    ('no-snapshot', 'sqlite-processes', 'truce-sqlite-adapter.c',
     '  read_generation (self);\n  return TRUE;', '  return TRUE;'),
    ('walk-not-ended', 'sqlite-indexes', 'truce-sqlite-record.c',
     '  truce_sqlite_walks_end (self);\n  return (replaced', '  return (replaced'),
    ('strangers-not-heard', 'sqlite-indexes', 'truce-sqlite-adapter.c',
     'if (generation == self->searched_generation)', 'if (TRUE)'),
    ('never-swept', 'sqlite-indexes', 'truce-sqlite-feed.c', '        self->swept[i] = 0;', '        ;'),
    ('live-ones-swept', 'sqlite-indexes', 'truce-sqlite-feed.c',
     'if (sqlite3_column_int64 (statement, 1) != version)', 'if (sqlite3_column_int64 (statement, 1) >= version)'),
]


def ask(*command):
    return subprocess.check_output(command, text=True).split()


def compile_mutant(root, floor, folder, file, old, new):
    text = (root / floor / file).read_text()
    if text.count(old) != 1:
        sys.exit(f'{file} says {text.count(old)} times: {old}')
    (folder / file).write_text(text.replace(old, new))
    includes = [f'-I{root / part}' for part in ('', 'json', 'crdt', 'resolvers', 'store', 'sync')]
    subprocess.run(['cc', '-std=gnu11', '-O1', '-w', '-DTRUCE_COMPILATION', '-DG_LOG_DOMAIN="Truce"', *includes,
                    *ask('pkg-config', '--cflags', *PACKAGES), '-c', folder / file, '-o', folder / 'mutant.o'], check=True)


def catches(build, floor, folder, test):
    exe = folder / 'test'
    objects = sorted((build / f'tests/{floor}/test-{test}.p').glob('*.o'))
    subprocess.run(['cc', *objects, folder / 'mutant.o', build / 'libtruce-internal.a',
                    *ask('pkg-config', '--libs', *PACKAGES), '-lm', '-o', exe], check=True)
    try:
        result = subprocess.run([exe, '--tap'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS,
                                env={'TRUCE_TEST_ROUNDS': '10', 'G_SLICE': 'always-malloc'}, check=False)
    except subprocess.TimeoutExpired:
        return True
    return result.returncode != 0


def main(floor, mutants):
    root = pathlib.Path(__file__).resolve().parents[3]
    build = pathlib.Path(sys.argv[1]).resolve()
    chosen = [mutant for mutant in mutants if len(sys.argv) == 2 or mutant[0] in sys.argv[2:]]
    survivors = 0

    for name, test, file, old, new in chosen:
        with tempfile.TemporaryDirectory() as folder:
            compile_mutant(root, floor, pathlib.Path(folder), file, old, new)
            caught = catches(build, floor, pathlib.Path(folder), test)
        print(f'{"caught by" if caught else "SURVIVES"} {test:18} {name}', flush=True)
        survivors += not caught
    print(f'{len(chosen) - survivors} of {len(chosen)} caught')
    return 1 if survivors else 0


if __name__ == '__main__':
    sys.exit(main('store', MUTANTS))
