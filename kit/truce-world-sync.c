/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-world-private.h"

#include "truce-clock-private.h"

/* Rounds that a world may take to come to rest: a record is tried some ten times before it fails for good. */
#define ROUNDS_MAX 200u

static gboolean
drive (TruceSession *session,
       TruceRemote  *remote,
       GError      **error)
{
  for (;;)
    {
      g_autoptr(GError) local = NULL;
      g_autoptr(GError) failure = NULL;
      TruceExchange *exchange = truce_session_next (session, 0, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (exchange == NULL)
        return TRUE;
      truce_exchange_perform (remote, exchange, NULL, &failure);
      if (!truce_session_take (session, failure, error))
        return FALSE;
    }
}

gboolean
truce_world_sync (TruceWorld         *self,
                  const char         *replica,
                  TruceSessionCounts *counts,
                  GError            **error)
{
  TrucePlace *hub = truce_world_start (self, TRUCE_WORLD_HUB, error);
  TrucePlace *place = hub != NULL ? truce_world_start (self, replica, error) : NULL;
  TruceSessionSetup setup = { .batch_size = self->setup.batch_size, .page_size = self->setup.page_size };
  gboolean done = FALSE;

  if (place != NULL)
    {
      g_autoptr(TruceSession) session = NULL;

      setup.policy = truce_retry_policy_new ();
      session = truce_session_new (place->store, &setup);
      truce_session_setup_clear (&setup);
      done = drive (session, TRUCE_REMOTE (place->remote), error);
      if (counts != NULL)
        *counts = *truce_session_get_counts (session);
    }
  truce_world_bury (self);
  return done;
}

/* ---- until nothing moves ---- */

/* What can be seen to move in a replica and its hub. */
typedef struct
{
  gint64 version;
  gint64 hub_version;
  guint64 n_rows[TRUCE_N_DELIVERIES];
  guint n_armed;
} Mark;

static gboolean
take_mark (TruceWorld *self,
           const char *replica,
           Mark       *mark,
           GError    **error)
{
  TruceStore *hub = truce_world_get_store (self, TRUCE_WORLD_HUB, error);
  TruceStore *store = hub != NULL ? truce_world_get_store (self, replica, error) : NULL;

  memset (mark, 0, sizeof *mark);
  if (store == NULL)
    return FALSE;
  mark->version = store->version;
  mark->hub_version = hub->version;
  for (guint i = 0; i < TRUCE_N_DELIVERIES; i++)
    mark->n_rows[i] = truce_store_count (store, i);
  mark->n_armed = truce_test_remote_get_n_armed (truce_world_get_remote (self, replica));
  return TRUE;
}

/* One session. trouble: the first one of this round. */
static gboolean
sync_once (TruceWorld *self,
           const char *replica,
           gboolean   *moved,
           GError    **trouble,
           GError    **error)
{
  Mark before;
  Mark after;

  if (!take_mark (self, replica, &before, error))
    return FALSE;
  if (!truce_world_sync (self, replica, NULL, *trouble == NULL ? trouble : NULL))
    *moved |= truce_world_has_crashed (self) != NULL;
  if (!take_mark (self, replica, &after, error))
    return FALSE;
  *moved |= memcmp (&before, &after, sizeof before) != 0;
  return TRUE;
}

/* Past the last retry that waits. FALSE: none does. */
static gboolean
await_retries (TruceWorld *self,
               gboolean   *waited,
               GError    **error)
{
  gint64 longest = 0;

  for (guint i = 0; i < self->replicas->len; i++)
    {
      TruceStore *store = truce_world_get_store (self, g_ptr_array_index (self->replicas, i), error);
      gint64 next = store != NULL ? truce_store_next_retry (store, error) : -1;

      if (next < 0)
        return FALSE;
      if (next > 0)
        longest = MAX (longest, next - truce_clock_now_ms (truce_store_get_clock (store)) + 1);
    }
  *waited = longest > 0;
  truce_world_advance (self, longest);
  return TRUE;
}

gboolean
truce_world_settle (TruceWorld *self,
                    GError    **error)
{
  for (guint round = 0; round < ROUNDS_MAX; round++)
    {
      g_autoptr(GError) trouble = NULL;
      gboolean moved = FALSE;

      for (guint i = 0; i < self->replicas->len; i++)
        if (!sync_once (self, g_ptr_array_index (self->replicas, i), &moved, &trouble, error))
          return FALSE;
      if (!moved && !await_retries (self, &moved, error))
        return FALSE;
      if (moved)
        continue;

      self->crashed = NULL;
      if (trouble != NULL)
        g_propagate_error (error, g_steal_pointer (&trouble));
      return trouble == NULL;
    }

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "After %u rounds something still changes", ROUNDS_MAX);
  return FALSE;
}
