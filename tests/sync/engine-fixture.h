/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A store, a server, and an engine between them, in one main context. */

#include "plain-remote.h"

typedef struct
{
  TruceTestClock *clock;
  TruceStore *store;
  TruceCollection *tasks;
  PlainRemote *remote;
  TruceSync *sync;
} Fixture;

static inline TruceStore *
new_store (TruceTestClock *test_clock)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceClock) clock = truce_clock_new (0xa);
  g_autoptr(GError) error = NULL;
  TruceStore *store;

  truce_test_clock_drive (test_clock, clock, 0);
  store = truce_store_new_with_clock (adapter, clock, &error);
  g_assert_no_error (error);
  return store;
}

/* threaded: whether the remote is called in a thread. */
static inline void
set_up (Fixture      *fixture,
        gconstpointer threaded)
{
  g_autoptr(GError) error = NULL;

  fixture->clock = truce_test_clock_new (G_GINT64_CONSTANT (1767225600000));
  fixture->store = new_store (fixture->clock);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", NULL, &error);
  g_assert_no_error (error);
  fixture->remote = plain_remote_new (threaded != NULL);
  fixture->sync = truce_sync_new (fixture->store, TRUCE_REMOTE (fixture->remote));
  truce_sync_set_network_monitor (fixture->sync, NULL);
}

/* Nothing is under way any more, in a thread or for the main loop. */
static inline void
settle (void)
{
  for (guint i = 0; i < 20; i++)
    while (g_main_context_iteration (NULL, FALSE))
      ;
}

static inline void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  plain_remote_release (fixture->remote);
  if (fixture->sync != NULL)
    g_assert_finalize_object (fixture->sync);
  /* A thread may still be on its way back. */
  while (G_OBJECT (fixture->remote)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (fixture->remote);
  g_assert_finalize_object (fixture->tasks);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (fixture->clock);
}

static inline void
put (Fixture    *fixture,
     const char *id,
     const char *text)
{
  g_autoptr(GError) error = NULL;

  truce_collection_put_text (fixture->tasks, id, text, &error);
  g_assert_no_error (error);
}

static inline void
assert_there (Fixture    *fixture,
              const char *id,
              const char *text)
{
  g_autofree char *there = plain_remote_dup (fixture->remote, id);

  g_assert_cmpstr (there, ==, text);
}

/* One that must succeed; how many were pushed. */
static inline guint
sync_once (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = truce_sync_sync_now (fixture->sync, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (truce_sync_report_is_complete (report));
  return truce_sync_report_get_n_pushed (report);
}

#define wait_until(condition) G_STMT_START { \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
} G_STMT_END

/* How an asynchronous call ended. */
typedef struct
{
  guint n;                      /* how often it was called */
  TruceSyncReport *report;      /* owned */
  GError *error;                /* owned */
  GThread *thread;
} Ended;

static inline void
ended_clear (Ended *ended)
{
  g_clear_pointer (&ended->report, truce_sync_report_unref);
  g_clear_error (&ended->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ended, ended_clear)

static inline void
on_ended (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Ended *ended = data;

  ended->n++;
  ended->thread = g_thread_self ();
  ended->report = truce_sync_sync_now_finish (TRUCE_SYNC (object), result, &ended->error);
}

static inline void
on_arrived (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  Ended *ended = data;

  ended->n++;
  truce_sync_wait_synced_finish (TRUCE_SYNC (object), result, &ended->error);
}
