/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hub-fixture.h"

#include <glib/gstdio.h>

#include "truce-sqlite-adapter.h"
#include "truce-store-join.h"
#include "wire-remote.h"

static const char schema_text[] =
  "{\"fields\": {\"tags\": \"set\", \"votes\": \"counter\", \"here\": \"local\"}}";

static TruceStore *
open_store (HubFixture        *fixture,
            TruceStoreAdapter *adapter)
{
  g_autoptr(GError) error = NULL;
  TruceStore *store = truce_store_new (adapter, &error);

  g_assert_no_error (error);
  truce_test_clock_drive (fixture->time, truce_store_get_clock (store), 0);
  return store;
}

static TruceCollection *
open_tasks (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &error);
  TruceCollection *tasks;

  g_assert_no_error (error);
  tasks = truce_store_get_collection (store, "task", schema, &error);
  g_assert_no_error (error);
  return tasks;
}

static void
open_hub (HubFixture        *fixture,
          TruceStoreAdapter *adapter)
{
  g_autoptr(GError) error = NULL;

  fixture->store = open_store (fixture, adapter);
  fixture->hub = truce_hub_new (fixture->store, &error);
  g_assert_no_error (error);
  fixture->remote = fixture->wire ? TRUCE_REMOTE (wire_remote_new (fixture->hub))
                                  : TRUCE_REMOTE (truce_hub_remote_new (fixture->hub));
}

static TruceStoreAdapter *
open_file (HubFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "hub.db", NULL);
  g_autoptr(GError) error = NULL;
  TruceSqliteAdapter *adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);

  g_assert_no_error (error);
  return TRUCE_STORE_ADAPTER (adapter);
}

static void
hub_set_up (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = NULL;

  fixture->time = truce_test_clock_new (HUB_START_MS);
  fixture->wire = g_str_equal (data, "wire");
  if (g_str_equal (data, "sqlite"))
    fixture->folder = g_dir_make_tmp ("truce-hub-XXXXXX", NULL);
  adapter = fixture->folder != NULL ? open_file (fixture) : TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  open_hub (fixture, adapter);
}

static void
close_hub (HubFixture *fixture)
{
  g_assert_finalize_object (fixture->remote);
  g_assert_finalize_object (fixture->hub);
  g_assert_finalize_object (fixture->store);
}

void
hub_restart (HubFixture *fixture)
{
  g_autoptr(TruceStoreAdapter) adapter = g_object_ref (truce_store_get_adapter (fixture->store));

  close_hub (fixture);
  if (fixture->folder != NULL)
    {
      g_clear_object (&adapter);
      adapter = open_file (fixture);
    }
  open_hub (fixture, adapter);
}

static void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
hub_tear_down (HubFixture   *fixture,
               gconstpointer data)
{
  close_hub (fixture);
  g_clear_object (&fixture->time);
  if (fixture->folder != NULL)
    remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* ---- replicas ---- */

Device *
device_new (HubFixture *fixture)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  Device *device = g_new0 (Device, 1);

  device->fixture = fixture;
  device->store = open_store (fixture, adapter);
  device->tasks = open_tasks (device->store);
  return device;
}

void
device_free (Device *device)
{
  g_free (device->session);
  g_object_unref (device->tasks);
  g_object_unref (device->store);
  g_free (device);
}

guint64
device_replica (Device *device)
{
  return truce_store_get_replica (device->store);
}

void
device_put (Device     *device,
            const char *id,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  truce_test_clock_advance (device->fixture->time, 1);
  truce_collection_put_text (device->tasks, id, text, &error);
  g_assert_no_error (error);
}

void
device_delete (Device     *device,
               const char *id)
{
  g_autoptr(GError) error = NULL;

  truce_test_clock_advance (device->fixture->time, 1);
  truce_collection_delete (device->tasks, id, &error);
  g_assert_no_error (error);
}

TruceStoredRecord *
device_row (Device     *device,
            const char *id)
{
  g_autoptr(GError) error = NULL;
  TruceStoredRecord *row = truce_store_adapter_get (truce_store_get_adapter (device->store), "task", id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (row);
  return row;
}

TruceHello *
device_hello (Device *device)
{
  TruceHello *hello = truce_hello_new (device_replica (device), NULL);

  hello->now_ms = truce_clock_now_ms (truce_store_get_clock (device->store));
  return hello;
}

TruceHello *
device_greet (Device     *device,
              TruceHello *hello)
{
  assert_performed (device->fixture, hello);
  g_free (device->session);
  device->session = g_strdup (truce_exchange_get_session (TRUCE_EXCHANGE (hello)));
  return hello;
}

TruceStamp
make_stamp (gint64  ms,
            guint64 replica)
{
  return (TruceStamp) { truce_time_pack (ms, 0), replica };
}

TruceHello *
device_open (Device     *device,
             const char *last_session)
{
  TruceHello *hello = device_hello (device);

  hello->last_session = g_strdup (last_session);
  hello->epoch = last_session != NULL ? g_strdup (truce_hub_get_epoch (device->fixture->hub)) : NULL;
  hello->cursor = last_session != NULL ? device->fixture->store->version : 0;
  if (last_session != NULL)
    hello->sent = make_stamp (hello->now_ms, hello->replica);
  return device_greet (device, hello);
}

TrucePush *
device_push_new (Device *device,
                 ...)
{
  TrucePush *push = truce_push_new (device->session, 0);
  const char *id;
  va_list ids;

  va_start (ids, device);
  while ((id = va_arg (ids, const char *)) != NULL)
    {
      g_autoptr(TruceStoredRecord) row = device_row (device, id);

      truce_push_append (push, row);
    }
  va_end (ids);
  return push;
}

void
device_push (Device     *device,
             const char *id)
{
  g_autoptr(TrucePush) push = device_push_new (device, id, NULL);

  assert_performed (device->fixture, push);
  g_assert_cmpstr (push->items[0].message, ==, NULL);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_ACCEPTED);
}

static void
take (Device            *device,
      TruceStoredRecord *record)
{
  g_autoptr(GError) error = NULL;
  gboolean changed;

  truce_store_begin (device->store, &error);
  g_assert_no_error (error);
  truce_store_join_row (device->store, record, &changed, &error);
  g_assert_no_error (error);
  truce_store_commit (device->store, &error);
  g_assert_no_error (error);
}

char *
device_pull (Device *device,
             gint64  cursor)
{
  GString *lines = g_string_new (NULL);
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr(TrucePull) pull = truce_pull_new (device->session, NULL, cursor, 2);

      assert_performed (device->fixture, pull);
      for (guint i = 0; i < pull->n_items; i++)
        {
          TruceStoredRecord *record = pull->items[i].record;

          if (pull->items[i].left)
            g_string_append_printf (lines, "%s left\n", pull->items[i].id);
          else
            g_string_append_printf (lines, "%s %s\n", record->id, record->value);
          if (record != NULL)
            take (device, record);
        }
      cursor = pull->next_cursor;
      more = pull->more;
    }
  return g_string_free (lines, FALSE);
}

char *
hub_text (HubFixture *fixture,
          const char *id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (truce_store_get_adapter (fixture->store), "task", id,
                                                              &error);

  g_assert_no_error (error);
  return row != NULL ? g_strdup (row->value) : NULL;
}

void
hub_add_test (const char *name,
              HubTest     test)
{
  static const char *const places[] = { "memory", "sqlite", "wire" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_strdup_printf ("/hub/%s/%s", name, places[i]);

      g_test_add (path, HubFixture, places[i], hub_set_up, test, hub_tear_down);
    }
}
