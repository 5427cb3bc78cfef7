#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeded bugs: each must be caught by the tests of crdt/.

    tests/crdt/mutants/run.py BUILD-FOLDER [NAME…]

Each mutant is one replacement in one file, which must match exactly once. The mutated file is compiled by itself, and
linked before the archive of the build into each test, in the order below, until one fails. A mutant that no test
catches means that a test is missing. Takes about a minute.
"""
import pathlib
import subprocess
import sys
import tempfile

TESTS = ['or-set', 'or-set-bounds', 'lww-register', 'counter', 'flag', 'mv-register', 'version-vector', 'clock', 'crdt-format',
         'value-laws', 'crdt-laws', 'state', 'or-map', 'or-map-laws', 'state-laws',
         'state-restamp']
ROUNDS = '10000'        # random histories
SECONDS = 60            # an endless loop is caught, too

# name, file in crdt/, what it says, what the mutant says
MUTANTS = [
    ('kills-not-noted', 'truce-set-state.c',
     'if (dot.time != time || dot.replica != replica)', 'if (FALSE)'),
    ('removal-not-seen', 'truce-set-state.c',
     '  see (self, time, replica);\n  return found;', '  return found;'),
    ('addition-not-noted', 'truce-set-state.c',
     'truce_set_state_note (self, (TruceChange) { time, 0, replica, 0, entry, 0 });', ''),
    ('compaction-forgets-journal', 'truce-set-state.c',
     'keep[journal->changes[i].entry] = TRUE;', 'keep[journal->changes[i].entry] = i > 2;'),
    ('context-off-by-one', 'truce-set-join.c',
     'if (dot.time <= mapping->other_seen[dot.replica] &&', 'if (dot.time < mapping->other_seen[dot.replica] &&'),
    ('removed-comes-back', 'truce-set-join.c',
     '      if (dot.time > mapping->our_seen[dot.replica])\n        {\n          if (entry',
     '      if (dot.time > 0)\n        {\n          if (entry'),
    ('no-context-check', 'truce-set-join.c',
     'if (!truce_version_vector_covers_all (context, delta->from))', 'if (FALSE)'),
    ('context-not-joined', 'truce-set-join.c',
     'replica->seen = MAX (replica->seen, other->replicas[i].seen);', 'replica->seen = other->replicas[i].seen;'),
    ('floor-not-raised-by-state', 'truce-set-join.c',
     'truce_journal_raise (&self->journal, mapping.ours[i], TRUCE_CHANGE_KILL, other->replicas[i].seen);', ';'),
    ('floor-not-raised-by-first-state', 'truce-set-join.c',
     'truce_journal_raise (&self->journal, i, TRUCE_CHANGE_KILL, self->dots.replicas[i].seen);', ';'),
    ('floor-not-raised-by-cut', 'truce-journal.c',
     'truce_journal_raise (self, change->replica, truce_change_type (change), change->time);', ''),
    ('missing-elements-stay', 'truce-set-join.c',
     'if (!met[i] && truce_dots_live (dots, i))', 'if (FALSE)'),
    ('kills-not-relayed', 'truce-set-join.c',
     '      truce_set_state_note (self, kill);', ''),
    ('adds-out-of-order', 'truce-set-join.c',
     '  if (news->n_dots > 0)\n    g_array_sort (adds, compare_events);', ''),
    ('difference-starts-late', 'truce-set-encode.c',
     'self->journal.changes[i - 1].time > after; i = truce_journal_back (&self->journal, i))\n    {\n'
     '      TruceChange kill',
     'self->journal.changes[i - 1].time > after + 1; i = truce_journal_back (&self->journal, i))\n    {\n'
     '      TruceChange kill'),
    ('dead-additions-sent', 'truce-set-encode.c',
     'if (truce_dots_has (&self->dots, add->entry, add->time, add->replica))', 'if (TRUE)'),
    ('encoded-unsorted', 'truce-set-encode.c',
     '  sort_items (dots, items, n);', ''),
    ('journal-thread-lost', 'truce-journal.c',
     '*last = *last > n ? *last - n : 0;', '*last = *last > n ? *last - n - 1 : 0;'),
    ('kill-of-other-dot', 'truce-dots.c',
     'if (at == TRUCE_DOTS_NONE || self->dots[at].time != time)', 'if (at == TRUCE_DOTS_NONE)'),
    ('chain-unsorted', 'truce-dots.c',
     'while (at != TRUCE_DOTS_NONE && self->replicas[self->dots[at].replica].id < id)', 'while (FALSE && id > 0)'),
    ('write-not-ended', 'truce-or-set.c',
     '  self->open.time = 0;', ''),
    ('stale-stamp-taken', 'truce-or-set.c',
     'if (stamp->time > seen ||', 'if (stamp->time >= seen ||'),
    ('tie-broken-by-nothing', 'truce-lww-register.c',
     '(order == 0 && g_bytes_compare (value, self->value) > 0)', 'FALSE'),
    ('tie-broken-by-arrival', 'truce-lww-register.c',
     '(order == 0 && g_bytes_compare (value, self->value) > 0)', 'order == 0'),
    ('vector-join-takes-less', 'truce-version-vector.c',
     'out[n++] = x->time > y->time ? *x : *y;', 'out[n++] = x->time < y->time ? *x : *y;'),
    ('vector-covers-less', 'truce-version-vector.c',
     'return truce_version_vector_time (self, stamp->replica) >= stamp->time;',
     'return truce_version_vector_time (self, stamp->replica) > stamp->time;'),
    ('drift-cap-off-by-one', 'truce-clock.c',
     'if (ahead > truce_clock_get_drift_cap (self))', 'if (ahead >= truce_clock_get_drift_cap (self))'),
    ('tick-stands-still', 'truce-clock.c',
     'next = MAX (now, last + 1);', 'next = MAX (now, last);'),
    ('long-varint-read', 'truce-codec.c',
     'if (byte == 0 && shift > 0)', 'if (FALSE)'),
    ('twins-decoded', 'truce-set-decode.c',
     'if (!truce_dots_place_pushed (dots))', 'if (!truce_dots_place_pushed (dots) && FALSE)'),
    ('tally-takes-less', 'truce-state-tally.c',
     'if (*value >= other)', 'if (*value <= other)'),
    ('reset-forgets-minus', 'truce-state-tally.c',
     'tally->reset_minus = tally->minus;', ''),
    ('reset-not-joined', 'truce-state-tally.c',
     'changed |= lift (&ours->reset_plus, theirs->reset_plus);', ''),
    ('sum-without-carry', 'truce-state-tally.c',
     '*high += low < plus;', ''),
    ('sum-without-borrow', 'truce-state-tally.c',
     '*high -= low < minus;', ''),
    ('sum-beyond-int64', 'truce-state-tally.c',
     'return high == (low <= G_MAXINT64 ? 0 : -1);', 'return TRUE;'),
    ('tally-wraps', 'truce-counter.c',
     'size <= G_MAXUINT64 - *sum', 'TRUE'),
    ('tally-of-another', 'truce-counter.c',
     'self->tally->replica == stamp->replica && ', ''),
    ('tally-kept-over-merge', 'truce-counter.c',
     '  self->tally = NULL;\n  return truce_lone_merge', '  return truce_lone_merge'),
    ('tally-kept-over-reset', 'truce-counter.c',
     '  self->tally = NULL;\n  truce_state_clear', '  truce_state_clear'),
    ('stamp-not-seen', 'truce-counter.c',
     'self->tally->time = self->seen->time = stamp->time;', 'self->tally->time = stamp->time;'),
    ('saturation-not-told', 'truce-state-tally.c',
     'counter->tallies[i].plus == G_MAXUINT64 || ', ''),
    ('old-stamp-counted', 'truce-lone.c',
     'if (stamp->time > seen ||', 'if (stamp->time >= seen ||'),
    ('value-write-not-ended', 'truce-lone.c',
     '  self->open.time = 0;\n  return encode (self);', '  return encode (self);'),
    ('same-value-no-write', 'truce-lone.c',
     '  truce_state_clear (self->state, &self->state->fields, no_name, stamp);\n', ''),
    ('texts-of-others', 'truce-lone.c',
     '    own_texts (self);', '    ;'),
    ('never-tidy', 'truce-lone.c',
     'if (truce_json_arena_size (self->arena) < self->tidy_at)', 'if (TRUE)'),
    ('any-shape-read', 'truce-lone.c',
     'part->shape != self->shape', 'FALSE'),
    ('any-spelling-read', 'truce-lone.c',
     '!is_canonical (part->dots[i].value)', 'FALSE'),
    ('winners-mixed', 'truce-lone.c',
     'if (self->type != other->type)', 'if (FALSE)'),
    ('equal-values-twice', 'truce-mv-register.c',
     '!truce_slice_equal (dots[i].value, dots[n - 1].value)', 'TRUE'),
    ('early-value-first', 'truce-mv-register.c',
     '  g_array_sort (values, compare_stamps);\n', ''),
    ('old-values-read', 'truce-mv-register.c',
     '  forget_values (self);\n  truce_lone_set', '  truce_lone_set'),
    ('flag-of-the-latest', 'truce-state-show.c',
     "return find_flag (part, 't');", 'return &part->dots[part->n - 1];'),
    ('flag-off-of-the-latest', 'truce-state-show.c',
     "return find_flag (part, 'f');", 'return &part->dots[part->n - 1];'),
    ('seen-dot-comes-back', 'truce-state-join.c',
     'if (!truce_state_covers (join->self, theirs->dots[k].stamp))',
     'if (TRUE)'),
    ('removed-dot-stays', 'truce-state-join.c',
     'if (truce_state_covers (join->other, ours->dots[i].stamp))',
     'if (FALSE)'),
    ('smaller-text-wins', 'truce-state-join.c',
     'gboolean greater = truce_slice_compare (theirs->dots[k].value, ours->dots[i].value) > 0;',
     'gboolean greater = truce_slice_compare (theirs->dots[k].value, ours->dots[i].value) < 0;'),
    ('context-before-dots', 'truce-state-join.c',
     '  join_map (&join, &self->fields, &other->fields);\n  join_rest (&join);',
     '  join_rest (&join);\n  join_map (&join, &self->fields, &other->fields);'),
    ('missing-keys-kept', 'truce-state-join.c',
     'join_field (&join, ours, NULL, 0);',
     ';'),
    ('reset-takes-all', 'truce-state-tally.c',
     'changed |= lift (&ours->reset_plus, theirs->reset_plus);',
     'changed |= lift (&ours->reset_plus, ours->plus);'),
    ('latest-not-greatest', 'truce-state-show.c',
     'if (truce_state_value_order (part->dots[i].value, greatest->value) * sign > 0)',
     'if (TRUE)'),
    ('dead-count-is-latest', 'truce-state-tally.c',
     'if (is_live (&part->tallies[i]) && truce_stamp_order',
     'if (truce_stamp_order'),
    ('hidden-comes-to-light', 'truce-state-write.c',
     'clear_field (field, find_shown (map, name, shape));',
     ''),
    ('emptied-set-vanishes', 'truce-state-write.c',
     '  set->n -= end - start;\n  ensure_presence (self, set, stamp);',
     '  set->n -= end - start;'),
    ('deletion-sees-itself-undone', 'truce-state-write.c',
     'self->deleted_context[i].time = stamp.time - 1;',
     ';'),
    ('hidden-base-not-counted', 'truce-state-encode.c',
     'if (field->parts[k].shape == TRUCE_SHAPE_MAP)\n          count_plain',
     'if (field->parts[k].shape == TRUCE_SHAPE_MAP && truce_state_part_shows (&field->parts[k]))\n          count_plain'),
    ('empty-parts-written', 'truce-state-encode.c',
     '  tidy (&self->fields);\n  if (json',
     '  truce_state_map_sort (&self->fields);\n  if (json'),
    ('journal-floor-ignored', 'truce-map-state.c',
     'if (truce_version_vector_time (since, floor.replica) < floor.time)',
     'if (FALSE)'),
    ('arrivals-not-noted', 'truce-map-state.c',
     '    note_all (self, &came, news);',
     '    ;'),
    ('gone-keys-not-named', 'truce-map-state.c',
     '        g_array_append_val (missing, key);',
     '        ;'),
    ('map-delta-not-checked', 'truce-map-state.c',
     'if (!truce_version_vector_covers_all (context, came.from))',
     'if (FALSE)'),
    ('map-write-not-ended', 'truce-or-map.c',
     '  seal (self);\n  return truce_map_state_encode',
     '  return truce_map_state_encode'),
    ('repeated-element-is-old', 'truce-or-map-write.c',
     '  truce_state_remove (self->map.state, write.map, write.key, element_text, write.stamp);\n',
     ''),
    ('map-without-room', 'truce-or-map-write.c',
     'if (n_fields < self->self->limit)',
     'if (FALSE)'),
    ('sent-is-rewritten', 'truce-state-restamp.c',
     'if (time > self->sent)\n    note',
     'if (time >= self->sent)\n    note'),
    ('old-id-claims-all', 'truce-state-restamp.c',
     '(TruceStamp) { self->stays, how->replica }',
     '(TruceStamp) { time, how->replica }'),
    ('old-id-claims-nothing', 'truce-state-restamp.c',
     '.stays = acknowledged,',
     '.stays = 0,'),
    ('deletion-seen-by-nobody', 'truce-state-restamp.c',
     '  rewrite_context (self, &state->deleted_context, &state->n_deleted_context);\n',
     ''),
    ('deletion-not-gathered', 'truce-state-restamp.c',
     '  visit_time (&restamp, truce_context_time (self->deleted_context, self->n_deleted_context, how->replica));\n',
     ''),
    ('before-what-was-known', 'truce-state-restamp.c',
     '    latest = MAX (latest, known->context[i].time);\n',
     '    ;\n'),
    ('later-than-now', 'truce-state-restamp.c',
     'MIN (shift (self->old[i - 1], self->how->shift_ms), most)',
     'shift (self->old[i - 1], self->how->shift_ms)'),
    ('run-together', 'truce-state-restamp.c',
     '      least += least < G_MAXUINT64;\n',
     ''),
    ('run-together-before-now', 'truce-state-restamp.c',
     '      most -= most > 0;\n',
     ''),
    ('counter-dropped', 'truce-state-restamp.c',
     'truce_time_pack ((guint64) CLAMP (moved, 0, most), truce_time_counter (time))',
     'truce_time_pack ((guint64) CLAMP (moved, 0, most), 0)'),
    ('dots-not-sorted', 'truce-state-restamp.c',
     'if (self->rewriting && part->n > 1)',
     'if (FALSE)'),
    ('elements-sorted-by-stamp', 'truce-state-restamp.c',
     'part->shape == TRUCE_SHAPE_SET ? compare_elements : compare_dots',
     'compare_dots'),
    ('creations-not-sorted', 'truce-state-restamp.c',
     'if (state->n_creations > 1)',
     'if (FALSE)'),
    ('touched-not-found', 'truce-state-restamp.c',
     '  find_touched (state);\n',
     ''),
    ('sent-counts-twice', 'truce-state-restamp.c',
     '.plus = tally->plus - sent->plus,',
     '.plus = tally->plus,'),
    ('resets-not-cut', 'truce-state-restamp.c',
     '.reset_plus = tally->reset_plus - sent->reset_plus,',
     '.reset_plus = 0,'),
    ('resets-take-the-rest', 'truce-state-restamp.c',
     'sent.reset_plus = MIN (tally->reset_plus, sent.plus);',
     'sent.reset_plus = sent.plus;'),
    ('push-forgotten', 'truce-state-restamp.c',
     'const TruceTally *seen = i == 0 ? known : last;',
     'const TruceTally *seen = known;'),
    ('empty-tally-left', 'truce-state-restamp.c',
     '  if (sent.time == 0)\n    drop_tally (counter, tally);\n',
     ''),
    ('unsent-reset-not-moved', 'truce-state-restamp.c',
     'if (tally->reset_time > self->sent)\n        tally->reset_time = find_new (self, tally->reset_time);',
     ';'),
    ('new-id-starts-over', 'truce-state-restamp.c',
     '  if (moves (self))\n    latest = MAX (latest, truce_state_latest',
     '  if (FALSE)\n    latest = MAX (latest, truce_state_latest'),
    ('local-in-maps-leaves', 'truce-state-leave.c',
     'stripped |= strip_map (part->map);',
     ';'),
]


def compile_mutant(root, build, folder, name, file, old, new):
    text = (root / 'crdt' / file).read_text()
    if text.count(old) != 1:
        sys.exit(f'{name}: matches {text.count(old)} times in {file}')
    source = folder / file
    source.write_text(text.replace(old, new))
    packages = ['gio-2.0', 'json-glib-1.0']
    flags = subprocess.check_output(['pkg-config', '--cflags', *packages], text=True).split()
    subprocess.run(['cc', '-std=gnu11', '-O1', '-w', '-DTRUCE_COMPILATION', '-DG_LOG_DOMAIN="Truce"',
                    f'-I{root}', f'-I{root}/json', f'-I{root}/crdt', *flags, '-c', source, '-o', folder / 'mutant.o'],
                   check=True)
    return subprocess.check_output(['pkg-config', '--libs', *packages], text=True).split()


def catches(build, folder, libs, test):
    exe = folder / f'test-{test}'
    subprocess.run(['cc', build / f'tests/crdt/test-{test}.p/test-{test}.c.o', folder / 'mutant.o',
                    build / 'libtruce-internal.a', *libs, '-lm', '-o', exe], check=True)
    try:
        result = subprocess.run([exe, '--tap'], env={'G_DEBUG': 'fatal-warnings', 'TRUCE_TEST_ROUNDS': ROUNDS,
                                                     'G_SLICE': 'always-malloc', 'MALLOC_PERTURB_': '165'},
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return result.returncode != 0


def main():
    root = pathlib.Path(__file__).resolve().parents[3]
    build = pathlib.Path(sys.argv[1]).resolve()
    chosen = [mutant for mutant in MUTANTS if len(sys.argv) == 2 or mutant[0] in sys.argv[2:]]
    survivors = []

    for mutant in chosen:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            libs = compile_mutant(root, build, folder, *mutant)
            by = next((test for test in TESTS if catches(build, folder, libs, test)), None)
        print(f'{"caught by " + by if by else "SURVIVES":24} {mutant[0]}', flush=True)
        if by is None:
            survivors.append(mutant[0])
    print(f'{len(chosen) - len(survivors)} of {len(chosen)} caught')
    return 1 if survivors else 0


if __name__ == '__main__':
    sys.exit(main())
