/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync-pair.h"

#define WAIT_MS (10 * 60 * 1000)
#define WAITS_MAX 10

static gint64 skipped_ms;       /* ahead of the time of day, for all stores alike */

static gint64
pair_time (gpointer data)
{
  return g_get_real_time () / 1000 + skipped_ms;
}

/* ---- the two ---- */

static TruceCollection *
get_notes (TruceStore *store,
           GError    **error)
{
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text ("{\"fields\":{\"votes\":\"counter\",\"tags\":\"set\"}}",
                                                              error);

  return schema != NULL ? truce_store_get_collection (store, "note", schema, error) : NULL;
}

TruceCollection *
pair_notes (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  TruceCollection *notes = get_notes (store, &error);

  g_assert_no_error (error);
  return notes;
}

TruceStore *
pair_open_store (TruceStoreAdapter *adapter,
                 GError           **error)
{
  g_autoptr(TruceStore) store = truce_store_new (adapter, error);
  g_autoptr(TruceCollection) notes = store != NULL ? get_notes (store, error) : NULL;

  if (store != NULL)
    truce_clock_set_time_func (truce_store_get_clock (store), pair_time, NULL, NULL);
  return notes != NULL ? g_steal_pointer (&store) : NULL;
}

gboolean
pair_open (Pair              *self,
           TruceStoreAdapter *adapter,
           TruceStoreAdapter *hub_adapter,
           GError           **error)
{
  g_autoptr(TruceStoreAdapter) ours = adapter;
  g_autoptr(TruceStoreAdapter) theirs = hub_adapter;

  *self = (Pair) { NULL };
  self->store = pair_open_store (ours, error);
  if (self->store != NULL)
    self->hub_store = pair_open_store (theirs, error);
  if (self->hub_store != NULL)
    {
      truce_store_set_outbox (self->hub_store, FALSE);
      self->hub = truce_hub_new (self->hub_store, error);
    }
  if (self->hub != NULL)
    self->remote = TRUCE_REMOTE (truce_hub_remote_new (self->hub));
  if (self->remote != NULL)
    return TRUE;
  pair_close (self);
  return FALSE;
}

static TruceStoreAdapter *
open_file (const char *folder,
           const char *name,
           GError    **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return (TruceStoreAdapter *) truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, error);
}

gboolean
pair_open_files (Pair       *self,
                 const char *folder,
                 GError    **error)
{
  g_autoptr(TruceStoreAdapter) ours = open_file (folder, "replica.db", error);
  g_autoptr(TruceStoreAdapter) theirs = ours != NULL ? open_file (folder, "hub.db", error) : NULL;

  *self = (Pair) { NULL };
  if (theirs == NULL)
    return FALSE;
  return pair_open (self, g_steal_pointer (&ours), g_steal_pointer (&theirs), error);
}

void
pair_open_memory (Pair *self)
{
  g_autoptr(GError) error = NULL;

  pair_open (self, TRUCE_STORE_ADAPTER (truce_memory_adapter_new ()), TRUCE_STORE_ADAPTER (truce_memory_adapter_new ()),
             &error);
  g_assert_no_error (error);
}

void
pair_close (Pair *self)
{
  g_clear_object (&self->remote);
  g_clear_object (&self->hub);
  g_clear_object (&self->hub_store);
  g_clear_object (&self->store);
}

TruceStore *
pair_device (void)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(GError) error = NULL;
  TruceStore *store = pair_open_store (adapter, &error);

  g_assert_no_error (error);
  return store;
}

/* ---- sessions ---- */

static TruceSession *
session_new (TruceStore *store)
{
  const TruceSessionSetup setup = { .batch_size = 50, .page_size = 50 };

  return truce_session_new (store, &setup);
}

gboolean
pair_try (TruceStore  *store,
          TruceRemote *remote,
          GError     **error)
{
  g_autoptr(TruceSession) session = session_new (store);
  g_autoptr(GError) local = NULL;

  while (!truce_session_is_finished (session) && local == NULL)
    {
      TruceExchange *exchange = truce_session_next (session, 0, &local);
      g_autoptr(GError) failure = NULL;

      if (exchange == NULL)
        continue;
      truce_exchange_perform (remote, exchange, NULL, &failure);
      truce_session_take (session, failure, &local);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
pair_try_some (TruceStore  *store,
               TruceRemote *remote,
               guint        n_exchanges)
{
  g_autoptr(TruceSession) session = session_new (store);
  g_autoptr(GError) error = NULL;

  while (!truce_session_is_finished (session) && n_exchanges > 0)
    {
      TruceExchange *exchange = truce_session_next (session, 0, &error);

      g_assert_no_error (error);
      if (exchange == NULL)
        continue;
      g_assert_true (truce_exchange_perform (remote, exchange, NULL, &error));
      if (--n_exchanges == 0)
        return FALSE;
      g_assert_true (truce_session_take (session, NULL, &error));
    }
  return truce_session_is_finished (session);
}

static guint64
count_waiting (TruceStore *store)
{
  guint64 n = 0;

  for (int delivery = TRUCE_DELIVERY_PENDING; delivery <= TRUCE_DELIVERY_CONFLICTED; delivery++)
    n += truce_store_count (store, (TruceDelivery) delivery);
  return n;
}

void
pair_sync (TruceStore  *store,
           TruceRemote *remote)
{
  guint n_waits = 0;

  do
    {
      g_autoptr(GError) error = NULL;

      pair_try (store, remote, &error);
      g_assert_no_error (error);
      skipped_ms += count_waiting (store) > 0 ? WAIT_MS : 0;
    }
  while (count_waiting (store) > 0 && ++n_waits < WAITS_MAX);
  g_assert_cmpuint (count_waiting (store), ==, 0);
}

/* ---- the work ---- */

static gboolean
is_deleted (int i)
{
  return i % 10 == 9;
}

static gboolean
is_shared (int i)
{
  return i % 3 == 0;
}

static char *
id_of (int i)
{
  return g_strdup_printf ("n%04d", i);
}

/* The note when neither, one or both have changed it; NULL: it is not there. */
static char *
expect (int      i,
        gboolean ours,
        gboolean theirs)
{
  gboolean edited = ours && !is_deleted (i);

  theirs = theirs && is_shared (i);
  if (ours && is_deleted (i) && !theirs)
    return NULL;
  return g_strdup_printf ("{\"tags\":[\"a\"%s%s],\"title\":\"%s\",\"votes\":%d}", theirs ? ",\"o\"" : "",
                          edited ? ",\"r\"" : "", edited && i % 4 == 0 ? "new" : "old",
                          1 + (edited ? i % 7 + 1 : 0) + (theirs ? 100 : 0));
}

typedef void (*AddFunc) (TruceBatch *batch,
                         const char *id,
                         int         i);

static void
add_note (TruceBatch *batch,
          const char *id,
          int         i)
{
  truce_batch_create_text (batch, "note", id, "{\"tags\":[\"a\"],\"title\":\"old\",\"votes\":1}");
}

static void
add_ours (TruceBatch *batch,
          const char *id,
          int         i)
{
  if (is_deleted (i))
    {
      truce_batch_delete (batch, "note", id);
      return;
    }
  if (i % 4 == 0)
    truce_batch_patch_text (batch, "note", id, "{\"title\":\"new\"}");
  truce_batch_increment (batch, "note", id, "votes", i % 7 + 1);
  truce_batch_patch_text (batch, "note", id, "{\"tags\":[\"a\",\"r\"]}");
}

static void
add_theirs (TruceBatch *batch,
            const char *id,
            int         i)
{
  if (!is_shared (i))
    return;
  truce_batch_increment (batch, "note", id, "votes", 100);
  truce_batch_patch_text (batch, "note", id, "{\"tags\":[\"a\",\"o\"]}");
}

static void
run_work (TruceStore *store,
          int         n,
          AddFunc     add)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatchResult) result = NULL;
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *id = id_of (i);

      add (batch, id, i);
    }
  result = truce_store_run (store, batch, &error);
  g_assert_no_error (error);
  g_assert_true (truce_batch_result_is_clean (result));
}

void
pair_work (Pair *self,
           int   n)
{
  g_autoptr(TruceStore) other = pair_device ();

  run_work (self->store, n, add_note);
  pair_sync (self->store, self->remote);
  pair_sync (other, self->remote);
  run_work (other, n, add_theirs);
  pair_sync (other, self->remote);
  run_work (self->store, n, add_ours);
}

/* ---- what came of it ---- */

static char *
read_note (TruceCollection *notes,
           int              i)
{
  g_autofree char *id = id_of (i);
  g_autoptr(GError) error = NULL;
  char *text = truce_collection_dup_text (notes, id, &error);

  if (text == NULL)
    g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  return text;
}

void
pair_check_between (TruceStore *store,
                    int         n,
                    gboolean    is_hub)
{
  g_autoptr(TruceCollection) notes = pair_notes (store);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *text = read_note (notes, i);
      g_autofree char *half = expect (i, !is_hub, is_hub);
      g_autofree char *whole = expect (i, TRUE, TRUE);

      if (g_strcmp0 (text, half) != 0)
        g_assert_cmpstr (text, ==, whole);
    }
}

void
pair_check_store (TruceStore *store,
                  int         n)
{
  static const char *const none[] = { NULL };
  g_autoptr(TruceCollection) notes = pair_notes (store);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = NULL;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *text = read_note (notes, i);
      g_autofree char *expected = expect (i, TRUE, TRUE);

      g_assert_cmpstr (text, ==, expected);
    }
  problems = truce_store_verify (store, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (problems, none);
}

void
pair_check (Pair *self,
            int   n)
{
  g_autoptr(TruceStore) late = pair_device ();

  pair_sync (late, self->remote);
  pair_check_store (self->store, n);
  pair_check_store (self->hub_store, n);
  pair_check_store (late, n);
}
