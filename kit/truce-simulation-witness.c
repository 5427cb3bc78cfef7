/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Safety is looked at after every step: what a store knew it still knows, but for what was put back, dropped
 * by a person, or purged; and each record shows what its events say, no matter what went wrong before. So a
 * loss is found where it happens, and not some hundred steps later. */

#include "truce-simulation-witness.h"

#define MAX_WRITES 8u           /* operations of one record in one step */

static const char *const verbs[] = { "put", "patch", "add", "remove", "increment", "delete", "undelete" };

/* ---- the object ---- */

static void
record_free (gpointer data)
{
  TruceWitnessRecord *record = data;

  truce_sim_record_free (record->written);
  truce_event_set_clear (&record->purged);
  truce_event_set_clear (&record->met);
  truce_event_set_clear (&record->logged);
  truce_event_set_clear (&record->waived);
  g_free (record);
}

static void
sight_free (gpointer data)
{
  TruceSight *sight = data;

  truce_event_set_clear (&sight->known);
  g_free (sight);
}

static void
holder_free (gpointer data)
{
  TruceHolder *holder = data;

  g_hash_table_unref (holder->rows);
  g_free (holder->epoch);
  g_free (holder->name);
  g_free (holder);
}

TruceWitness *
truce_witness_new (TruceWorld *world,
                   guint       n_events)
{
  TruceWitness *self = g_new0 (TruceWitness, 1);

  self->world = world;
  self->n_events = n_events;
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, record_free);
  self->holders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, holder_free);
  self->stamps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->expected = g_ptr_array_new_with_free_func (g_free);
  self->tags = g_array_new (FALSE, FALSE, sizeof (int));
  self->scratch = truce_event_set_new (n_events);
  return self;
}

void
truce_witness_free (TruceWitness *self)
{
  g_hash_table_unref (self->records);
  g_hash_table_unref (self->holders);
  g_hash_table_unref (self->stamps);
  g_ptr_array_unref (self->expected);
  g_array_unref (self->tags);
  truce_event_set_clear (&self->scratch);
  g_free (self);
}

TruceWitnessRecord *
truce_witness_record (TruceWitness *self,
                      const char   *collection,
                      const char   *id)
{
  g_autofree char *key = g_strconcat (collection, "/", id, NULL);
  TruceWitnessRecord *record = g_hash_table_lookup (self->records, key);
  TruceSchema *schema = truce_world_get_schema (self->world, collection);

  if (record != NULL)
    return record;
  record = g_new0 (TruceWitnessRecord, 1);
  record->written = truce_sim_record_new (collection, id, truce_schema_get_delete_rule (schema),
                                          self->n_events);
  record->purged = truce_event_set_new (self->n_events);
  record->met = truce_event_set_new (self->n_events);
  record->logged = truce_event_set_new (self->n_events);
  record->waived = truce_event_set_new (self->n_events);
  record->free = g_str_equal (collection, "memo");
  record->gated = record->free || g_str_equal (collection, "doc");
  g_hash_table_insert (self->records, g_steal_pointer (&key), record);
  return record;
}

TruceHolder *
truce_witness_holder (TruceWitness *self,
                      const char   *name)
{
  TruceHolder *holder = g_hash_table_lookup (self->holders, name);

  if (holder != NULL)
    return holder;
  holder = g_new0 (TruceHolder, 1);
  holder->name = g_strdup (name);
  holder->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, sight_free);
  g_hash_table_insert (self->holders, holder->name, holder);
  return holder;
}

void
truce_witness_skew (TruceWitness *self,
                    const char   *replica,
                    gint64        skew_ms)
{
  TruceHolder *holder = truce_witness_holder (self, replica);

  holder->worst_skew = MAX (holder->worst_skew, ABS (skew_ms));
}

/* ---- what a step means to do ---- */

static TruceStoredRecord *
get_row (TruceWitness *self,
         const char   *name,
         const char   *collection,
         const char   *id)
{
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_world_get_store (self->world, name, &error);
  TruceStoreAdapter *adapter;
  TruceStoredRecord *row;

  g_assert_no_error (error);
  adapter = truce_store_get_adapter (store);
  truce_store_adapter_begin (adapter, FALSE, &error);
  g_assert_no_error (error);
  row = truce_store_adapter_get (adapter, collection, id, &error);
  truce_store_adapter_rollback (adapter);
  return row;
}

/* All operations on one record. */
static void
mean (TruceWitness        *self,
      const char          *name,
      const TruceSimWrite *writes,
      guint                n_writes)
{
  const char *collection = json_array_get_string_element (writes->arguments, writes->first);
  const char *id = json_array_get_string_element (writes->arguments, writes->first + 1);
  TruceWitnessRecord *record = truce_witness_record (self, collection, id);
  g_autoptr(TruceStoredRecord) row = get_row (self, name, collection, id);
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  TruceEventSet known = truce_event_set_new (self->n_events);
  gboolean alive = row != NULL && row->value != NULL;

  if (row != NULL)
    truce_sim_record_known (record->written, truce_witness_decode (arena, row), &known);
  if (truce_sim_record_write (record->written, &known, row != NULL, alive, writes, n_writes))
    {
      const TruceEvent *event = g_ptr_array_index (record->written->events, record->written->events->len - 1);
      int tag = event->number;

      g_ptr_array_add (self->expected, g_strconcat (collection, "/", id, NULL));
      g_array_append_val (self->tags, tag);
    }
  else
    self->must_fail = TRUE;
  truce_event_set_clear (&known);
}

static gboolean
is_same_record (const TruceSimWrite *a,
                const TruceSimWrite *b)
{
  return g_str_equal (json_array_get_string_element (a->arguments, a->first),
                      json_array_get_string_element (b->arguments, b->first)) &&
         g_str_equal (json_array_get_string_element (a->arguments, a->first + 1),
                      json_array_get_string_element (b->arguments, b->first + 1));
}

/* A batch has the operations of a record beside each other. */
static void
mean_batch (TruceWitness *self,
            const char   *name,
            JsonArray    *batch)
{
  TruceSimWrite writes[MAX_WRITES];
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (batch); i++)
    {
      JsonArray *operation = json_array_get_array_element (batch, i);
      TruceSimWrite write = { json_array_get_string_element (operation, 0), operation, 1, NULL };

      if (n > 0 && !is_same_record (&writes[0], &write))
        {
          mean (self, name, writes, n);
          n = 0;
        }
      g_assert (n < MAX_WRITES);
      writes[n++] = write;
    }
  mean (self, name, writes, n);
}

void
truce_witness_before (TruceWitness *self,
                      JsonObject   *step)
{
  const char *on = json_object_get_string_member_with_default (step, "on", NULL);

  g_ptr_array_set_size (self->expected, 0);
  g_array_set_size (self->tags, 0);
  self->must_fail = FALSE;
  if (json_object_has_member (step, "batch"))
    mean_batch (self, on, json_object_get_array_member (step, "batch"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (json_object_has_member (step, verbs[i]))
      {
        TruceSimWrite write = { verbs[i], json_object_get_array_member (step, verbs[i]), 0, NULL };

        if (json_object_has_member (step, "unset"))
          write.unset = json_object_get_array_member (step, "unset");
        mean (self, on, &write, 1);
      }
}

/* ---- what it did ---- */

/* Nobody need remember what was there before; history neither. */
static void
forget_store (TruceWitness *self,
              const char   *name)
{
  TruceHolder *holder = truce_witness_holder (self, name);
  GHashTableIter iter;
  gpointer record;
  gpointer other;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    truce_event_set_join (&((TruceWitnessRecord *) record)->waived, &((TruceWitnessRecord *) record)->met);
  g_hash_table_remove_all (holder->rows);
  holder->store = NULL;
  holder->restored = TRUE;
  holder->cursor = 0;
  g_hash_table_iter_init (&iter, self->holders);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    {
      holder->worst_skew = MAX (holder->worst_skew, ((TruceHolder *) other)->worst_skew);
      holder->clock_bound = MAX (holder->clock_bound, ((TruceHolder *) other)->clock_bound);
    }
}

static void
forget_record (TruceWitness *self,
               const char   *name,
               JsonArray    *place)
{
  TruceHolder *holder = truce_witness_holder (self, name);
  const char *collection = json_array_get_string_element (place, 0);
  const char *id = json_array_get_string_element (place, 1);
  TruceWitnessRecord *record = truce_witness_record (self, collection, id);
  g_autofree char *key = g_strconcat (collection, "/", id, NULL);
  TruceSight *sight = g_hash_table_lookup (holder->rows, key);

  if (sight == NULL)
    return;
  truce_event_set_join (&record->waived, &sight->known);
  g_hash_table_remove (holder->rows, key);
  holder->store = NULL;
}

/* A person decides for one side: what the other had may go. */
static void
free_record (TruceWitness *self,
             JsonArray    *place)
{
  TruceWitnessRecord *record = truce_witness_record (self, json_array_get_string_element (place, 0),
                                                     json_array_get_string_element (place, 1));

  record->free = TRUE;
  truce_event_set_join (&record->waived, &record->met);
}

static void
note_step (TruceWitness *self,
           JsonObject   *step)
{
  const char *on = json_object_get_string_member_with_default (step, "on", NULL);

  if (json_object_has_member (step, "discard"))
    forget_record (self, on, json_object_get_array_member (step, "discard"));
  if (json_object_has_member (step, "resolve"))
    free_record (self, json_object_get_array_member (step, "resolve"));
  if (json_object_has_member (step, "restore"))
    forget_store (self, json_object_get_string_member (step, "to"));
  if (json_object_has_member (step, "skew_ms"))
    truce_witness_skew (self, on, json_object_get_int_member (step, "skew_ms"));
}

/* An operation that was said to be done is done, and one that could not be is not. */
static char *
check_write (TruceWitness *self,
             JsonObject   *step,
             const GError *error)
{
  const char *policy = json_object_get_string_member_with_default (step, "policy", "atomic");
  TruceHolder *holder;

  if (truce_world_has_crashed (self->world) != NULL || (self->tags->len == 0 && !self->must_fail))
    return NULL;
  if (error != NULL && !self->must_fail)
    return g_strdup_printf ("a write failed: %s", error->message);
  if (error == NULL && self->must_fail && g_str_equal (policy, "atomic"))
    return g_strdup ("a write went through that could not");
  if (self->must_fail && !g_str_equal (policy, "independent"))
    return NULL;

  holder = truce_witness_holder (self, json_object_get_string_member (step, "on"));
  for (guint i = 0; i < self->tags->len; i++)
    {
      int tag = g_array_index (self->tags, int, i);
      TruceSight *sight = g_hash_table_lookup (holder->rows, self->expected->pdata[i]);

      if (sight == NULL || !truce_event_set_has (&sight->known, tag))
        return g_strdup_printf ("e%d of %s was acknowledged, and is not there", tag,
                                (char *) self->expected->pdata[i]);
    }
  return NULL;
}

char *
truce_witness_after (TruceWitness *self,
                     JsonObject   *step,
                     const GError *error)
{
  GPtrArray *replicas = truce_world_get_replicas (self->world);
  gboolean purging = g_str_equal (json_object_get_string_member_with_default (step, "hub", ""), "purge");
  g_autofree char *crashed = g_strdup (truce_world_has_crashed (self->world));
  char *wrong = NULL;

  note_step (self, step);
  for (guint i = 0; i < replicas->len && wrong == NULL; i++)
    wrong = truce_witness_look (self, replicas->pdata[i], FALSE);
  if (wrong == NULL)
    wrong = truce_witness_look (self, TRUCE_WORLD_HUB, purging);
  if (wrong == NULL && crashed == NULL)
    wrong = check_write (self, step, error);
  return wrong;
}
