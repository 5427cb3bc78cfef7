/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When faults have ended, and all that waits has been decided: nothing waits, all have the same, and what a
 * resolver decided against is still somebody's history. */

#include "truce-simulation-witness.h"

static char *
check_waiting (const char *name,
               TruceStore *store)
{
  for (TruceDelivery delivery = TRUCE_DELIVERY_PENDING; delivery <= TRUCE_DELIVERY_CONFLICTED; delivery++)
    if (truce_store_count (store, delivery) > 0)
      return g_strdup_printf ("at rest %s has %" G_GUINT64_FORMAT " records that are %s", name,
                              truce_store_count (store, delivery),
                              delivery == TRUCE_DELIVERY_FAILED       ? "failed"
                              : delivery == TRUCE_DELIVERY_CONFLICTED ? "conflicted"
                                                                      : "pending");
  return NULL;
}

static char *
check_store (TruceWitness *self,
             const char   *name,
             const char   *expected)
{
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_world_get_store (self->world, name, &error);
  g_autofree char *shown = truce_world_show (self->world, name, &error);
  g_auto(GStrv) problems = NULL;
  char *waiting;

  if (store == NULL || shown == NULL)
    return g_strdup_printf ("%s can't be read: %s", name, error->message);
  problems = truce_store_verify (store, NULL, NULL, NULL, &error);
  if (problems == NULL || problems[0] != NULL)
    return g_strdup_printf ("%s is damaged: %s", name, problems != NULL ? problems[0] : error->message);
  waiting = g_str_equal (name, TRUCE_WORLD_HUB) ? NULL : check_waiting (name, store);
  if (waiting != NULL)
    return waiting;
  if (expected != NULL && !g_str_equal (expected, shown))
    return g_strdup_printf ("%s shows %s, and the hub %s", name, shown, expected);
  return NULL;
}

/* ---- history ---- */

static void
add_known (TruceWitness *self,
           const char   *name)
{
  TruceHolder *holder = truce_witness_holder (self, name);
  GHashTableIter iter;
  gpointer key;
  gpointer sight;

  g_hash_table_iter_init (&iter, holder->rows);
  while (g_hash_table_iter_next (&iter, &key, &sight))
    {
      TruceWitnessRecord *record = g_hash_table_lookup (self->records, key);

      truce_event_set_join (&record->waived, &((TruceSight *) sight)->known);
    }
}

/* What a writer had seen is not lost if the write is not. A deletion that was decided against leaves no value. */
static void
add_seen (TruceWitnessRecord *record)
{
  for (guint i = 0; i < record->written->events->len; i++)
    {
      const TruceEvent *event = record->written->events->pdata[i];

      if (event->deletes)
        truce_event_set_add (&record->waived, event->number);
      if (truce_event_set_has (&record->waived, event->number))
        truce_event_set_join (&record->waived, &event->seen);
    }
}

/* Of the collections in which a resolver may decide against a whole side. */
static char *
check_history (TruceWitness *self)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      TruceWitnessRecord *record = value;
      int lost;

      if (!record->free)
        continue;
      truce_event_set_join (&record->waived, &record->purged);
      truce_event_set_join (&record->waived, &record->logged);
      add_seen (record);
      lost = truce_event_set_lacks (&record->waived, &record->met);
      if (lost >= 0)
        return g_strdup_printf ("e%d of %s is neither there nor in a history", lost, (char *) key);
    }
  return NULL;
}

char *
truce_witness_at_rest (TruceWitness *self)
{
  GPtrArray *replicas = truce_world_get_replicas (self->world);
  g_autoptr(GError) error = NULL;
  g_autofree char *hub = truce_world_show (self->world, TRUCE_WORLD_HUB, &error);
  char *wrong = check_store (self, TRUCE_WORLD_HUB, hub);

  for (guint i = 0; i < replicas->len && wrong == NULL; i++)
    wrong = check_store (self, replicas->pdata[i], hub);
  if (wrong != NULL)
    return wrong;
  add_known (self, TRUCE_WORLD_HUB);
  truce_witness_read_log (self, TRUCE_WORLD_HUB);
  for (guint i = 0; i < replicas->len; i++)
    {
      add_known (self, replicas->pdata[i]);
      truce_witness_read_log (self, replicas->pdata[i]);
    }
  return check_history (self);
}
