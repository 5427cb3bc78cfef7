/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is told of a record: each kind of event, who won and why, what waits. */
#include "truce-inbox.h"
#include "truce-store-rename.h"

#include <truce.h>

#define SCHEMA \
  "{\"fields\": {\"tags\": \"set\", \"votes\": \"counter\", \"view\": \"map\", \"seen\": \"flag\", \"page\": \"max\"," \
  " \"low\": \"min\", \"made\": \"immutable\", \"mark\": \"multi-register\", \"here\": \"local\"}}"

typedef struct
{
  TruceStore *store;
  TruceCollection *tasks;
  gint64 now;                   /* what the clock shows */
} Device;

static gint64
show_time (gpointer data)
{
  return ++((Device *) data)->now;
}

static void
device_init (Device *device,
             guint64 replica,
             gint64  now)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceClock) clock = truce_clock_new (replica);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (SCHEMA, &error);

  g_assert_no_error (error);
  device->now = now;
  truce_clock_set_time_func (clock, show_time, device, NULL);
  device->store = truce_store_new_with_clock (adapter, clock, &error);
  g_assert_no_error (error);
  device->tasks = truce_store_get_collection (device->store, "task", schema, &error);
  g_assert_no_error (error);
}

static void
device_clear (Device *device)
{
  g_assert_finalize_object (device->tasks);
  g_assert_finalize_object (device->store);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Device, device_clear)

static void
merge (Device *device,
       Device *other)
{
  g_autoptr(GError) error = NULL;

  truce_store_merge (device->store, other->store, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* ---- the story as a string: "create@1 /title=1@1 …", a value that does not show with -REASON behind it ---- */

static JsonNode *
explain (Device     *device,
         const char *id)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = truce_store_explain (device->store, "task", id, &error);
  JsonNode *node;

  g_assert_no_error (error);
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  return node;
}

static void
append_event (GString    *out,
              JsonObject *event)
{
  const char *what = json_object_get_string_member (event, "event");
  const char *pointer = json_object_get_string_member_with_default (event, "pointer", "");
  const char *by = json_object_get_string_member_with_default (event, "by", NULL);
  const char *replica = json_object_get_string_member_with_default (event, "replica", NULL);
  g_autofree char *value = NULL;

  if (json_object_has_member (event, "value"))
    value = json_to_string (json_object_get_member (event, "value"), FALSE);
  g_string_append_printf (out, "%s%s%s%s%s", out->len > 0 ? " " : "", what, pointer, value != NULL ? "=" : "",
                          value != NULL ? value : "");
  if (replica != NULL)
    g_string_append_printf (out, "@%c", replica[15]);
  if (by != NULL)
    g_string_append_printf (out, "-%s", by);
}

static char *
dup_events (Device     *device,
            const char *id)
{
  g_autoptr(JsonNode) story = explain (device, id);
  JsonArray *events = json_object_get_array_member (json_node_get_object (story), "events");
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (events); i++)
    append_event (out, json_array_get_object_element (events, i));
  return g_string_free (out, FALSE);
}

/* Device 1 puts `made`; then 1 and 2 write apart, 2 later; both merge. */
typedef struct
{
  const char *name;
  const char *made;
  const char *first;            /* patched on 1 */
  const char *second;           /* patched on 2 */
  const char *events;           /* on 1 */
} Row;

static const Row rows[] = {
  { "write", "{\"title\":1}", NULL, NULL, "create@1 write/title=1@1" },
  { "write-again", "{\"title\":1}", "{\"title\":2}", NULL, "create@1 write/title=2@1" },
  { "write-there", "{\"title\":1}", NULL, "{\"title\":2}", "create@1 write/title=2@2" },
  { "register", "{\"title\":1}", "{\"title\":2}", "{\"title\":3}",
    "create@1 write/title=2@1-later write/title=3@2 lose/title=2@1-later" },
  { "two-fields", "{}", "{\"a\":1}", "{\"b\":2}", "create@1 write/a=1@1 write/b=2@2" },
  { "multi-register", "{}", "{\"mark\":1}", "{\"mark\":2}", "create@1 write/mark=1@1-later write/mark=2@2" },
  { "max", "{}", "{\"page\":5}", "{\"page\":4}", "create@1 write/page=5@1 write/page=4@2-max" },
  { "min", "{}", "{\"low\":5}", "{\"low\":4}", "create@1 write/low=5@1-min write/low=4@2" },
  { "immutable", "{}", "{\"made\":1}", "{\"made\":2}", "create@1 write/made=1@1 write/made=2@2-first lose/made=2@2-first" },
  { "flag", "{\"seen\":false}", "{\"seen\":true}", "{\"seen\":false}", "create@1 write/seen=true@1" },
  { "counter", "{\"votes\":1}", "{\"votes\":3}", "{\"votes\":0}", "create@1 count/votes=3@1 count/votes=-1@2" },
  { "set", "{\"tags\":[\"a\",\"b\"]}", "{\"tags\":[\"a\",\"b\",\"c\"]}", "{\"tags\":[\"b\"]}",
    "create@1 add/tags=\"b\"@1 add/tags=\"c\"@1" },
  { "map", "{\"view\":{\"a\":1}}", "{\"view\":{\"a\":1,\"b~/\":2}}", NULL,
    "create@1 write/view/a=1@1 write/view/b~0~1=2@1" },
  { "local", "{\"here\":1}", NULL, NULL, "local/here=1 create@1" },
};

static void
patch (Device     *device,
       const char *text)
{
  g_autoptr(GError) error = NULL;

  if (text != NULL)
    truce_collection_patch_text (device->tasks, "1", text, &error);
  g_assert_no_error (error);
}

static void
test_events (gconstpointer data)
{
  const Row *row = data;
  g_auto(Device) one = { 0 };
  g_auto(Device) two = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *events = NULL;

  device_init (&one, 1, 1000);
  device_init (&two, 2, 2000);
  truce_collection_put_text (one.tasks, "1", row->made, &error);
  g_assert_no_error (error);
  merge (&two, &one);
  patch (&one, row->first);
  patch (&two, row->second);
  one.now = 3000;
  merge (&one, &two);
  events = dup_events (&one, "1");
  g_assert_cmpstr (events, ==, row->events);
}

static void
test_deleted (void)
{
  g_auto(Device) one = { 0 };
  g_auto(Device) two = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *deleted = NULL;
  g_autofree char *back = NULL;

  device_init (&one, 1, 1000);
  device_init (&two, 2, 2000);
  truce_collection_put_text (one.tasks, "1", "{\"title\":1}", &error);
  merge (&two, &one);
  truce_collection_delete (one.tasks, "1", &error);
  g_assert_no_error (error);
  deleted = dup_events (&one, "1");
  g_assert_cmpstr (deleted, ==, "write/title=1@1-deleted delete@1");

  patch (&two, "{\"title\":2}");
  merge (&one, &two);
  back = dup_events (&one, "1");
  g_assert_cmpstr (back, ==, "delete@1-written write/title=2@2");
}

/* ---- what waits ---- */

static TruceStoredRecord *
get_row (Device *device)
{
  g_autoptr(GError) error = NULL;
  TruceStoredRecord *row = truce_store_adapter_get (device->store->adapter, "task", "1", &error);

  g_assert_no_error (error);
  return row;
}

static void
reject (Device     *device,
        const char *message)
{
  const TruceInboxEntry entry = { .code = TRUCE_ERROR_REJECTED, .message = (char *) message, .since_ms = 7, .attempts = 3 };
  g_autoptr(TruceStoredRecord) row = get_row (device);
  g_autoptr(GError) error = NULL;

  g_assert_true (truce_store_begin (device->store, &error));
  g_assert_true (truce_inbox_put (device->store, row, TRUCE_DELIVERY_FAILED, &entry, &error));
  g_assert_true (truce_store_commit (device->store, &error));
  g_assert_no_error (error);
}

static void
test_inbox (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) story = NULL;
  JsonObject *inbox;

  device_init (&one, 1, 1000);
  truce_collection_put_text (one.tasks, "1", "{}", &error);
  reject (&one, "“no”\n");

  story = explain (&one, "1");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (story), "delivery"), ==, "failed");
  inbox = json_object_get_object_member (json_node_get_object (story), "inbox");
  g_assert_cmpstr (json_object_get_string_member (inbox, "error"), ==, "rejected");
  g_assert_cmpstr (json_object_get_string_member (inbox, "message"), ==, "“no”\n");
  g_assert_cmpint (json_object_get_int_member (inbox, "attempts"), ==, 3);
  g_assert_false (json_object_has_member (inbox, "state"));
}

/* A change to what the other side has: the fields, and what they were. */
static void
test_base (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GInputStream) lines = g_memory_input_stream_new_from_data ("{\"id\":\"1\",\"title\":\"Milk\"}\n", -1, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  device_init (&one, 1, 1000);
  truce_collection_import (one.tasks, lines, TRUCE_IMPORT_SYNCED, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  patch (&one, "{\"title\":\"Tea\",\"due\":1}");
  text = truce_store_explain (one.store, "task", "1", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, ",\"delivery\":\"pending\","));
  g_assert_nonnull (strstr (text, ",\"base\":{\"absent\":false,\"fields\":[{\"field\":\"title\",\"old\":\"Milk\"},"
                            "{\"field\":\"due\"}]}"));
}

static void
test_not_found (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GError) error = NULL;

  device_init (&one, 1, 1000);
  g_assert_null (truce_store_explain (one.store, "task", "1\n", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "task/1\\u000a: there is no such record");
}

/* An id that the server has changed: the old one finds the new one. */
static void
test_alias (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *events = NULL;

  device_init (&one, 1, 1000);
  truce_collection_put_text (one.tasks, "old", "{}", &error);
  g_assert_true (truce_store_begin (one.store, &error));
  g_assert_true (truce_store_rename (one.store, "task", "old", "new", &error));
  g_assert_true (truce_store_commit (one.store, &error));
  events = dup_events (&one, "old");
  g_assert_cmpstr (events, ==, "create@1");
}

/* Reading writes nothing. */
static void
test_writes_nothing (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GError) error = NULL;
  g_autofree char *events = NULL;
  guint64 generation;

  device_init (&one, 1, 1000);
  truce_collection_put_text (one.tasks, "1", "{}", &error);
  generation = truce_store_adapter_get_generation (one.store->adapter);
  events = dup_events (&one, "1");
  g_assert_cmpuint (truce_store_adapter_get_generation (one.store->adapter), ==, generation);
}

/* ---- the whole store ---- */

static void
test_describe (void)
{
  g_auto(Device) one = { 0 };
  g_autoptr(GBytes) main_state = g_bytes_new_static ("{\"cursor\":5,\"state\":\"AA==\"}", 27);
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  device_init (&one, 1, 1000);
  truce_collection_put_text (one.tasks, "1", "{}", &error);
  truce_collection_put_text (one.tasks, "2", "{}", &error);
  reject (&one, "no");
  before = truce_store_describe_sync (one.store, &error);
  g_assert_cmpstr (before, ==, "{\"replica\":\"0000000000000001\",\"records\":2,\"pending\":1,\"failed\":1,\"conflicted\":0,"
                   "\"collections\":{\"task\":{\"records\":2,\"pending\":1,\"failed\":1,\"conflicted\":0}}}");

  g_assert_true (truce_store_begin (one.store, &error));
  g_assert_true (truce_store_adapter_set_meta (one.store->adapter, "sync", "main", main_state, &error));
  g_assert_true (truce_store_commit (one.store, &error));
  after = truce_store_describe_sync (one.store, &error);
  g_assert_true (g_str_has_suffix (after, "}},\"sync\":{\"cursor\":5}}"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/explain/events/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_events);
    }
  g_test_add_func ("/explain/deleted", test_deleted);
  g_test_add_func ("/explain/inbox", test_inbox);
  g_test_add_func ("/explain/base", test_base);
  g_test_add_func ("/explain/not-found", test_not_found);
  g_test_add_func ("/explain/alias", test_alias);
  g_test_add_func ("/explain/writes-nothing", test_writes_nothing);
  g_test_add_func ("/explain/describe", test_describe);
  return g_test_run ();
}
