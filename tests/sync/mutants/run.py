#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guards taken away from a sync: each must be missed by the test that is named. See tests/store/mutants/run.py.

    tests/sync/mutants/run.py BUILD-FOLDER [NAME…]
"""
import importlib.util
import pathlib
import sys

# name, test, file in sync/, what it says, what the mutant says
MUTANTS = [
    ('forks-unseen', 'sync-identity', 'truce-hub-session.c',
     'session->forked = has_forked (self, hello, &replica);', ''),
    ('stamps-kept-at-a-fork', 'sync-identity', 'truce-session-fork.c',
     '  went = truce_session_rewrite (self, replica, 0, error);\n',
     '  truce_store_set_clock (self->store, replica, self->store->left + 1);\n  went = TRUE;\n'),
    ('sent-counts-forgotten', 'sync-identity', 'truce-session-rewrite.c',
     '  how.sent = sent;\n', ''),
    ('later-count-taken-for-ours', 'sync-identity', 'truce-session-rewrite.c',
     'theirs->time == tally->time && theirs->plus == tally->plus && theirs->minus == tally->minus',
     'theirs->time >= tally->time'),
    ('horizon-ignored', 'sync-identity', 'truce-session-open.c',
     'else if (!first && self->cursor < hello->horizon)', 'else if (FALSE)'),
    ('words-of-another-process-lost', 'sync-identity', 'truce-session.c',
     'if (g_strcmp0 (now.session, self->kept) != 0)', 'if (FALSE)'),
    ('taken-back-twice', 'sync-identity', 'truce-session-push.c',
     ' && now->delivery == TRUCE_DELIVERY_PENDING', ''),
    ('resolver-not-asked', 'session-conflict', 'truce-session-take.c',
     '*needs = !truce_state_covers_all (ours, taking->state) && !truce_state_covers_all (taking->state, ours);',
     '*needs = FALSE;'),
    ('cursor-before-its-page', 'sync-faults', 'truce-session-pull.c',
     '  went = take_items (self, pull, &local);\n',
     '  self->cursor = pull->next_cursor;\n'
     '  went = truce_session_save (self, &local) && truce_store_commit (self->store, &local) &&\n'
     '         truce_store_begin (self->store, &local) && take_items (self, pull, &local);\n'),
    ('later-edit-acknowledged', 'sync-faults', 'truce-session-outcome.c',
     'outcome->same = outcome->now != NULL && outcome->now->version == sent->version;',
     'outcome->same = outcome->now != NULL;'),
    ('page-taken-for-whole', 'sync-faults', 'truce-session-pull.c',
     '  if (!pull->more || (self->head >= 0 && self->cursor >= self->head))\n', ''),
    ('not-flushed-before-it-leaves', 'sync-survival', 'truce-session-push.c',
     '(batch->push->n_items == 0 || truce_store_adapter_flush (self->store->adapter, error))', 'TRUE'),
    ('pushed-under-no-session', 'sync-faults', 'truce-session-push.c',
     'remember_words (self, &batch->wrote, error)', 'TRUE'),
]


def load(path):
    spec = importlib.util.spec_from_file_location('mutants', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == '__main__':
    tests = pathlib.Path(__file__).resolve().parents[2]
    sys.exit(load(tests / 'store' / 'mutants' / 'run.py').main('sync', MUTANTS))
