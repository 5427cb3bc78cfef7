/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-simulation-witness.h"

#include "truce-clock-private.h"
#include "truce-log-private.h"
#include "truce-store-private.h"
#include "truce-sync-state.h"

TruceState *
truce_witness_decode (TruceJsonArena          *arena,
                      const TruceStoredRecord *row)
{
  g_autoptr(GError) error = NULL;
  TruceState *state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length,
                                          &error);

  g_assert_no_error (error);
  return state;
}

/* ---- history ---- */

/* The tags that an entry names: of a field, or in a whole record. */
static void
add_logged (TruceWitness *self,
            const char   *key,
            GBytes       *entry)
{
  gsize length;
  const char *bytes = g_bytes_get_data (entry, &length);
  g_autofree char *text = g_strndup (bytes, length);
  g_auto(GStrv) place = g_strsplit (key, "/", 3);
  g_auto(GStrv) words = g_strsplit_set (text, "\"/\\", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      int tag = truce_sim_tag_number (words[i], strlen (words[i]));

      if (tag >= 0)
        truce_event_set_add (&truce_witness_record (self, place[0], place[1])->logged, tag);
    }
}

void
truce_witness_read_log (TruceWitness *self,
                        const char   *name)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (truce_world_get_store (self->world, name, NULL));
  g_autofree char *key = NULL;

  if (!truce_store_adapter_begin (adapter, FALSE, NULL))
    return;
  while (TRUE)
    {
      g_autofree char *after = g_steal_pointer (&key);
      g_autoptr(GBytes) entry = NULL;

      key = truce_store_adapter_next_meta (adapter, TRUCE_LOG_GROUP, after, NULL);
      if (key == NULL)
        break;
      entry = truce_store_adapter_get_meta (adapter, TRUCE_LOG_GROUP, key, NULL);
      if (entry != NULL)
        add_logged (self, key, entry);
    }
  truce_store_adapter_rollback (adapter);
}

/* ---- a row ---- */

/* What was known and is not any more, but for what may be missing; -1: nothing. A resolver may decide against a
 * deletion, and what a rule decided against is history. */
static int
find_lost (TruceWitness             *self,
           const char               *name,
           const TruceWitnessRecord *record,
           const TruceEventSet      *before,
           const TruceEventSet      *now)
{
  truce_event_set_copy (&self->scratch, now);
  truce_event_set_join (&self->scratch, &record->purged);
  for (guint i = 0; record->gated && i < record->written->events->len; i++)
    {
      const TruceEvent *event = record->written->events->pdata[i];

      if (event->deletes)
        truce_event_set_add (&self->scratch, event->number);
    }
  if (truce_event_set_lacks (&self->scratch, before) < 0)
    return -1;
  truce_witness_read_log (self, name);
  truce_event_set_join (&self->scratch, &record->logged);
  return truce_event_set_lacks (&self->scratch, before);
}

/* A stamp stands for one write, for ever: had a copied replica gone on under its old name, the hub would meet
 * it twice. */
static char *
check_stamps (TruceWitness     *self,
              const char       *key,
              const TruceState *state)
{
  for (guint32 i = 0; i < state->fields.n_fields; i++)
    {
      const TruceStateField *field = &state->fields.fields[i];
      int tag = truce_sim_tag_number (field->name.text, field->name.length);
      const TruceStatePart *part = tag >= 0 ? truce_state_shown (field) : NULL;
      const TruceStateDot *dot = part != NULL ? truce_state_shown_dot (part) : NULL;
      g_autofree char *stamp = NULL;
      gpointer other;

      if (dot == NULL)
        continue;
      stamp = g_strdup_printf ("%s/%" G_GINT64_MODIFIER "x/%" G_GINT64_MODIFIER "x", key,
                               dot->stamp.time, dot->stamp.replica);
      if (!g_hash_table_lookup_extended (self->stamps, stamp, NULL, &other))
        g_hash_table_insert (self->stamps, g_steal_pointer (&stamp), GINT_TO_POINTER (tag));
      else if (GPOINTER_TO_INT (other) != tag)
        return g_strdup_printf ("%s: e%d and e%d have the same stamp", key, tag, GPOINTER_TO_INT (other));
    }
  return NULL;
}

static char *
check_row (TruceWitness            *self,
           TruceHolder             *holder,
           TruceWitnessRecord      *record,
           const char              *key,
           TruceSight              *sight,
           const TruceStoredRecord *row)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  TruceState *state = truce_witness_decode (arena, row);
  TruceEventSet known = truce_event_set_new (self->n_events);
  char *wrong = NULL;
  int lost;

  truce_sim_record_known (record->written, state, &known);
  truce_event_set_join (&record->met, &known);
  lost = record->free ? -1 : find_lost (self, holder->name, record, &sight->known, &known);
  if (lost >= 0)
    wrong = g_strdup_printf ("%s has lost e%d of %s", holder->name, lost, key);
  if (wrong == NULL && !record->free && !record->copied && truce_event_set_is_empty (&record->purged))
    wrong = truce_sim_record_compare (record->written, &known, state, row->value != NULL, record->gated);
  if (wrong == NULL && !record->gated && g_str_equal (holder->name, TRUCE_WORLD_HUB))
    wrong = check_stamps (self, key, state);

  sight->version = row->version;
  sight->alive = row->value != NULL;
  truce_event_set_clear (&sight->known);
  sight->known = known;
  return wrong;
}

static char *
look_at_row (TruceWitness            *self,
             TruceHolder             *holder,
             const TruceStoredRecord *row)
{
  g_autofree char *key = g_strconcat (row->collection, "/", row->id, NULL);
  TruceSight *sight = g_hash_table_lookup (holder->rows, key);
  TruceWitnessRecord *record;

  if (sight == NULL)
    {
      sight = g_new0 (TruceSight, 1);
      sight->known = truce_event_set_new (self->n_events);
      g_hash_table_insert (holder->rows, g_strdup (key), sight);
    }
  sight->round = self->round;
  record = truce_witness_record (self, row->collection, row->id);
  record->copied |= holder->restored && row->delivery != TRUCE_DELIVERY_SYNCED;
  if (sight->version == row->version)
    return NULL;
  return check_row (self, holder, record, key, sight, row);
}

/* ---- rows that are gone ---- */

static char *
check_gone (TruceWitness *self,
            TruceHolder  *holder,
            const char   *key,
            TruceSight   *sight,
            gboolean      purging)
{
  TruceWitnessRecord *record = g_hash_table_lookup (self->records, key);
  TruceEventSet none = truce_event_set_new (self->n_events);
  int lost = -1;

  if (purging && sight->alive)
    {
      truce_event_set_clear (&none);
      return g_strdup_printf ("the hub has purged %s, which is there", key);
    }
  if (purging)
    truce_event_set_join (&record->purged, &sight->known);
  else if (!record->free)
    lost = find_lost (self, holder->name, record, &sight->known, &none);
  truce_event_set_clear (&none);
  return lost >= 0 ? g_strdup_printf ("%s has lost %s, with e%d", holder->name, key, lost) : NULL;
}

static char *
look_for_gone (TruceWitness *self,
               TruceHolder  *holder,
               gboolean      purging)
{
  GHashTableIter iter;
  gpointer key;
  gpointer sight;
  char *wrong = NULL;

  g_hash_table_iter_init (&iter, holder->rows);
  while (wrong == NULL && g_hash_table_iter_next (&iter, &key, &sight))
    {
      if (((TruceSight *) sight)->round == self->round)
        continue;
      wrong = check_gone (self, holder, key, sight, purging);
      g_hash_table_iter_remove (&iter);
    }
  return wrong;
}

/* ---- a store ---- */

static char *
look_at_rows (TruceWitness *self,
              TruceHolder  *holder,
              TruceStore   *store)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (store);
  GPtrArray *collections = truce_world_get_collections (self->world);
  g_autoptr(GError) error = NULL;
  char *wrong = NULL;

  if (!truce_store_adapter_begin (adapter, FALSE, &error))
    return g_strdup_printf ("%s can't be read: %s", holder->name, error->message);
  for (guint i = 0; i < collections->len && wrong == NULL; i++)
    {
      g_autofree char *after = NULL;

      while (wrong == NULL)
        {
          g_autoptr(TruceStoredRecord) row = NULL;

          row = truce_store_adapter_next (adapter, collections->pdata[i], after, &error);
          if (row == NULL)
            break;
          g_free (after);
          after = g_strdup (row->id);
          wrong = look_at_row (self, holder, row);
        }
      if (error != NULL && wrong == NULL)
        wrong = g_strdup_printf ("%s can't be read: %s", holder->name, error->message);
    }
  truce_store_adapter_rollback (adapter);
  return wrong;
}

/* No clock is moved by another's that is wrong. One's own may have been. */
static char *
check_clock (TruceWitness *self,
             TruceHolder  *holder,
             TruceStore   *store)
{
  TruceClock *clock = truce_store_get_clock (store);
  gint64 now = truce_test_clock_get_now (truce_world_get_clock (self->world));
  gint64 latest = truce_clock_now_ms (clock) + truce_clock_get_lead (clock);
  gint64 bound = now + 2 * holder->worst_skew + truce_clock_get_drift_cap (clock);

  holder->clock_bound = MAX (holder->clock_bound, bound);
  if (latest <= holder->clock_bound)
    return NULL;
  return g_strdup_printf ("%s's clock is %" G_GINT64_FORMAT " ms ahead of what it may be", holder->name,
                          latest - holder->clock_bound);
}

static char *
check_cursor (TruceHolder *holder,
              TruceStore  *store)
{
  TruceSyncState state = { 0 };
  g_autoptr(GError) error = NULL;
  char *wrong = NULL;

  if (!truce_sync_state_load (&state, store, &error))
    return g_strdup_printf ("%s doesn't know where it is: %s", holder->name, error->message);
  if (g_strcmp0 (state.epoch, holder->epoch) == 0 && state.cursor < holder->cursor)
    wrong = g_strdup_printf ("%s's cursor went back from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                             holder->name, holder->cursor, state.cursor);
  g_free (holder->epoch);
  holder->epoch = g_strdup (state.epoch);
  holder->cursor = state.cursor;
  truce_sync_state_clear (&state);
  return wrong;
}

char *
truce_witness_look (TruceWitness *self,
                    const char   *name,
                    gboolean      purging)
{
  TruceHolder *holder = truce_witness_holder (self, name);
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_world_get_store (self->world, name, &error);
  char *wrong;

  if (store == NULL)
    return g_strdup_printf ("%s can't be opened: %s", name, error->message);
  wrong = check_clock (self, holder, store);
  if (wrong == NULL && !g_str_equal (name, TRUCE_WORLD_HUB))
    wrong = check_cursor (holder, store);
  if (wrong != NULL || (store == holder->store && store->version == holder->version && !purging))
    return wrong;

  self->round++;
  holder->store = store;
  holder->version = store->version;
  wrong = look_at_rows (self, holder, store);
  holder->restored = FALSE;
  return wrong != NULL ? wrong : look_for_gone (self, holder, purging);
}
