/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Replicas and a hub in memory, with one clock that stands still unless a test moves it. */

#include <truce.h>

#include "truce-session.h"

typedef struct
{
  gint64 now_ms;
  TruceStore *hub_store;
  TruceHub *hub;
  TruceRemote *remote;
  TruceStore *a;
  TruceStore *b;
  TruceSessionSetup setup;
} Sync;

static inline gint64
sync_now_ms (gpointer data)
{
  return ++((Sync *) data)->now_ms;
}

static inline TruceStore *
sync_store_new (Sync       *sync,
                guint64     replica,
                const char *schema_text)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceClock) clock = truce_clock_new (replica);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &error);
  g_autoptr(TruceCollection) tasks = NULL;
  TruceStore *store;

  g_assert_no_error (error);
  truce_clock_set_time_func (clock, sync_now_ms, sync, NULL);
  store = truce_store_new_with_clock (adapter, clock, &error);
  g_assert_no_error (error);
  tasks = truce_store_get_collection (store, "task", schema, &error);
  g_assert_no_error (error);
  return store;
}

static inline void
sync_set_up (Sync       *sync,
             const char *schema_text)
{
  g_autoptr(GError) error = NULL;

  *sync = (Sync) { .now_ms = 1767225600000 };
  sync->hub_store = sync_store_new (sync, 0x99, schema_text);
  truce_store_set_outbox (sync->hub_store, FALSE);
  sync->hub = truce_hub_new (sync->hub_store, &error);
  g_assert_no_error (error);
  sync->remote = TRUCE_REMOTE (truce_hub_remote_new (sync->hub));
  sync->a = sync_store_new (sync, 0xa, schema_text);
  sync->b = sync_store_new (sync, 0xb, schema_text);
}

static inline void
sync_tear_down (Sync *sync)
{
  g_assert_finalize_object (sync->a);
  g_assert_finalize_object (sync->b);
  g_assert_finalize_object (sync->remote);
  g_assert_finalize_object (sync->hub);
  g_assert_finalize_object (sync->hub_store);
  truce_session_setup_clear (&sync->setup);
}

static inline TruceCollection *
sync_tasks (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  TruceCollection *tasks = truce_store_get_collection (store, "task", NULL, &error);

  g_assert_no_error (error);
  return tasks;
}

static inline void
sync_put (TruceStore *store,
          const char *id,
          const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) tasks = sync_tasks (store);

  truce_collection_put_text (tasks, id, text, &error);
  g_assert_no_error (error);
}

static inline void
sync_patch (TruceStore *store,
            const char *id,
            const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) tasks = sync_tasks (store);

  truce_collection_patch_text (tasks, id, text, &error);
  g_assert_no_error (error);
}

static inline void
sync_assert (TruceStore *store,
             const char *id,
             const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceCollection) tasks = sync_tasks (store);
  g_autofree char *text = truce_collection_dup_text (tasks, id, &error);

  if (expected == NULL)
    {
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

/* One session, to its end. */
static inline gboolean
sync_try (Sync               *sync,
          TruceStore         *store,
          TruceRemote        *remote,
          TruceSessionCounts *counts,
          GError            **error)
{
  g_autoptr(TruceSession) session = truce_session_new (store, &sync->setup);
  g_autoptr(GError) local = NULL;

  while (!truce_session_is_finished (session) && local == NULL)
    {
      TruceExchange *exchange = truce_session_next (session, 0, &local);
      g_autoptr(GError) failure = NULL;

      if (exchange == NULL)
        continue;
      if (truce_exchange_perform (remote, exchange, NULL, &failure))
        truce_session_take (session, NULL, &local);
      else
        truce_session_take (session, failure, &local);
    }
  if (counts != NULL)
    *counts = *truce_session_get_counts (session);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static inline TruceSessionCounts
sync_run (Sync       *sync,
          TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  TruceSessionCounts counts;

  sync_try (sync, store, sync->remote, &counts, &error);
  g_assert_no_error (error);
  return counts;
}
