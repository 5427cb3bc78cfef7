/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NDJSON in and out of a collection. */
#include <string.h>
#include <truce.h>

static const char schema_text[] = "{\"fields\": {\"n\": {\"type\": \"integer\"}}}";

typedef struct
{
  TruceStore *store;            /* owned */
  TruceCollection *collection;  /* owned */
  GString *failed;              /* owned: "NUMBER:CODE;" of each line */
  GMainLoop *loop;              /* owned */
  gint64 n;                     /* what finish gave */
  GError *error;                /* owned */
  gint64 progress;
  guint n_progress;
  GCancellable *cancel;         /* not owned: cancelled at the first progress; or NULL */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &fixture->error);

  g_assert_no_error (fixture->error);
  fixture->store = truce_store_new (adapter, &fixture->error);
  g_assert_no_error (fixture->error);
  fixture->collection = truce_store_get_collection (fixture->store, "task", schema, &fixture->error);
  g_assert_no_error (fixture->error);
  fixture->failed = g_string_new (NULL);
  fixture->loop = g_main_loop_new (NULL, FALSE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->collection);
  g_assert_finalize_object (fixture->store);
  g_string_free (fixture->failed, TRUE);
  g_main_loop_unref (fixture->loop);
  g_clear_error (&fixture->error);
}

static void
on_failed (gint64        line,
           const GError *error,
           gpointer      data)
{
  Fixture *fixture = data;

  g_assert_true (error->domain == TRUCE_ERROR);
  g_string_append_printf (fixture->failed, "%" G_GINT64_FORMAT ":%d;", line, error->code);
}

static void
on_progress (gint64   done,
             gint64   total,
             gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpint (done, <=, total > 0 ? total : G_MAXINT64);
  fixture->progress = done;
  fixture->n_progress++;
  if (fixture->cancel != NULL)
    g_cancellable_cancel (fixture->cancel);
}

static gint64
import (Fixture         *fixture,
        const char      *text,
        TruceImportFlags flags)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (text, -1, NULL);

  return truce_collection_import (fixture->collection, stream, flags, on_failed, fixture, on_progress, fixture,
                                  fixture->cancel, &fixture->error);
}

/* The collection as text. */
static char *
export (Fixture *fixture)
{
  g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);
  gint64 n = truce_collection_export (fixture->collection, stream, NULL, NULL, NULL, NULL, NULL, &fixture->error);

  g_assert_no_error (fixture->error);
  g_assert_cmpint (n, ==, truce_collection_get_n_records (fixture->collection));
  return g_strndup (g_memory_output_stream_get_data (memory), g_memory_output_stream_get_data_size (memory));
}

static void
assert_export (Fixture    *fixture,
               const char *expected)
{
  g_autofree char *text = export (fixture);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_round (Fixture      *fixture,
            gconstpointer data)
{
  static const char text[] = "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\"}\n{\"id\":\"ä\\n\",\"n\":-3}\n";

  g_assert_cmpint (import (fixture, text, TRUCE_IMPORT_NONE), ==, 3);
  g_assert_no_error (fixture->error);
  assert_export (fixture, text);
  g_assert_cmpint (fixture->progress, ==, strlen (text));
  g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_PENDING), ==, 3);
}

/* In order of their ids, and of the names of their fields; white space goes, spelling stays. */
static void
test_order (Fixture      *fixture,
            gconstpointer data)
{
  g_assert_cmpint (import (fixture, "{\"z\": 1.0, \"id\": \"b\", \"a\": [1, \"\\u0041\"]}\n{\"id\":\"a\"}\n{\"id\":\"B\"}",
                           TRUCE_IMPORT_NONE), ==, 3);
  assert_export (fixture, "{\"id\":\"B\"}\n{\"id\":\"a\"}\n{\"id\":\"b\",\"a\":[1,\"\\u0041\"],\"z\":1.0}\n");
}

static void
test_replaces (Fixture      *fixture,
               gconstpointer data)
{
  import (fixture, "{\"id\":\"a\",\"m\":1,\"n\":1}\n{\"id\":\"b\",\"n\":1}\n", TRUCE_IMPORT_NONE);
  g_assert_cmpint (import (fixture, "{\"id\":\"a\",\"n\":2}\n{\"id\":\"b\",\"n\":1}\n", TRUCE_IMPORT_NONE), ==, 2);
  assert_export (fixture, "{\"id\":\"a\",\"n\":2}\n{\"id\":\"b\",\"n\":1}\n");
}

/* Deleted records are not exported, and an import brings them back. */
static void
test_deleted (Fixture      *fixture,
              gconstpointer data)
{
  import (fixture, "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":1}\n", TRUCE_IMPORT_SYNCED);
  g_assert_true (truce_collection_delete (fixture->collection, "a", NULL));
  assert_export (fixture, "{\"id\":\"b\",\"n\":1}\n");
  import (fixture, "{\"id\":\"a\",\"n\":2}\n", TRUCE_IMPORT_NONE);
  assert_export (fixture, "{\"id\":\"a\",\"n\":2}\n{\"id\":\"b\",\"n\":1}\n");
}

static void
test_bad_lines (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("2:%d;4:%d;5:%d;6:%d;", TRUCE_ERROR_INVALID_DATA, TRUCE_ERROR_INVALID_DATA,
                                               TRUCE_ERROR_INVALID_DATA, TRUCE_ERROR_INVALID_DATA);

  g_assert_cmpint (import (fixture, "{\"id\":\"a\"}\nnothing\n\n{\"n\":1}\n{\"id\":\"b\",\"n\":\"1\"}\n{\"id\":\"\"}\n{\"id\":\"c\"}",
                           TRUCE_IMPORT_NONE), ==, 2);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->failed->str, ==, expected);
  assert_export (fixture, "{\"id\":\"a\"}\n{\"id\":\"c\"}\n");
}

/* What the other side has already does not wait, and the outbox goes on as it was. */
static void
test_synced (Fixture      *fixture,
             gconstpointer data)
{
  import (fixture, "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":1}\n", TRUCE_IMPORT_SYNCED);
  g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_PENDING), ==, 0);
  g_assert_true (truce_store_get_outbox (fixture->store));

  g_assert_true (truce_collection_put_text (fixture->collection, "a", "{\"n\":2}", NULL));
  g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_PENDING), ==, 1);
}

/* A local edit that still waits is not forgotten by an import. */
static void
test_synced_keeps_pending (Fixture      *fixture,
                           gconstpointer data)
{
  g_assert_true (truce_collection_put_text (fixture->collection, "a", "{\"n\":2}", NULL));
  import (fixture, "{\"id\":\"a\",\"n\":1}\n", TRUCE_IMPORT_SYNCED);
  g_assert_cmpuint (truce_store_count (fixture->store, TRUCE_DELIVERY_PENDING), ==, 1);
}

/* The whole file is not the line's fault. */
static void
test_stream_fails (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data ("{}", -1, NULL);

  g_input_stream_close (stream, NULL, NULL);
  g_assert_cmpint (truce_collection_import (fixture->collection, stream, TRUCE_IMPORT_NONE, on_failed, fixture, NULL, NULL,
                                            NULL, &fixture->error), ==, -1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpstr (fixture->failed->str, ==, "");
}

static char *
make_lines (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "{\"id\":\"%06u\",\"n\":%u}\n", i, i);
  return g_string_free (text, FALSE);
}

/* More than fit in a transaction; what was put before the end stays. */
static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *text = make_lines (3000);

  fixture->cancel = cancellable;
  g_assert_cmpint (import (fixture, text, TRUCE_IMPORT_NONE), ==, -1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->collection), >, 0);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->collection), <, 3000);
}

static void
test_many (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *text = make_lines (3000);

  g_assert_cmpint (import (fixture, text, TRUCE_IMPORT_NONE), ==, 3000);
  assert_export (fixture, text);
  g_assert_cmpuint (fixture->n_progress, >=, 3);
}

/* Who is told of a bad line may write, for no transaction is open. */
static void
put_failed (gint64        line,
            const GError *error,
            gpointer      data)
{
  Fixture *fixture = data;
  g_autofree char *id = g_strdup_printf ("failed-%" G_GINT64_FORMAT, line);

  g_assert_true (truce_collection_put_text (fixture->collection, id, "{}", NULL));
}

static void
test_write_in_callback (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data ("{\"id\":\"a\"}\nno\n{\"id\":\"b\"}\n", -1, NULL);

  g_assert_cmpint (truce_collection_import (fixture->collection, stream, TRUCE_IMPORT_NONE, put_failed, fixture, NULL, NULL,
                                            NULL, &fixture->error), ==, 2);
  assert_export (fixture, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"failed-2\"}\n");
}

/* A field that is called as the id is in a line can't be told from it. */
static void
test_own_id (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable ();

  g_assert_true (truce_collection_put_text (fixture->collection, "a", "{\"id\":1}", NULL));
  g_assert_true (truce_collection_put_text (fixture->collection, "b", "{\"n\":1,\"o\":{\"id\":1}}", NULL));
  g_assert_cmpint (truce_collection_export (fixture->collection, stream, NULL, NULL, NULL, NULL, NULL, &fixture->error), ==, 1);
  g_assert_no_error (fixture->error);
}

/* ---- asynchronous ---- */

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Fixture *fixture = data;

  fixture->n = truce_collection_import_finish (TRUCE_COLLECTION (source), result, &fixture->error);
  g_main_loop_quit (fixture->loop);
}

static void
on_exported (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Fixture *fixture = data;

  fixture->n = truce_collection_export_finish (TRUCE_COLLECTION (source), result, &fixture->error);
  g_main_loop_quit (fixture->loop);
}

static void
test_async (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *text = make_lines (3000);
  g_autoptr(GInputStream) input = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr(GOutputStream) output = g_memory_output_stream_new_resizable ();

  truce_collection_import_async (fixture->collection, input, TRUCE_IMPORT_NONE, on_failed, fixture, NULL, on_progress, fixture,
                                 NULL, NULL, on_imported, fixture);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->collection), ==, 0);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->n, ==, 3000);
  g_assert_cmpint (fixture->progress, ==, strlen (text));

  truce_collection_export_async (fixture->collection, output, NULL, NULL, NULL, NULL, NULL, NULL, NULL, on_exported, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->n, ==, 3000);
  g_assert_cmpmem (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (output)),
                   g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (output)), text, strlen (text));
}

static void
test_async_cancelled (Fixture      *fixture,
                      gconstpointer data)
{
  g_autofree char *text = make_lines (3000);
  g_autoptr(GInputStream) input = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();

  fixture->cancel = cancellable;
  truce_collection_import_async (fixture->collection, input, TRUCE_IMPORT_NONE, NULL, NULL, NULL, on_progress, fixture, NULL,
                                 cancellable, on_imported, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (fixture->n, ==, -1);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->collection), >, 0);
  g_assert_cmpuint (truce_collection_get_n_records (fixture->collection), <, 3000);
}

/* Whoever drops the store and the collection meanwhile, the import ends well. */
static void
test_async_dropped (Fixture      *fixture,
                    gconstpointer data)
{
  g_autofree char *text = make_lines (3000);
  g_autoptr(GInputStream) input = g_memory_input_stream_new_from_data (text, -1, NULL);
  TruceCollection *collection = fixture->collection;

  g_object_ref (fixture->store);
  truce_collection_import_async (collection, input, TRUCE_IMPORT_NONE, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                 on_imported, fixture);
  g_clear_object (&fixture->collection);
  g_object_unref (fixture->store);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->n, ==, 3000);
}

#define ADD(name, test) g_test_add ("/store/import/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round", test_round);
  ADD ("order", test_order);
  ADD ("replaces", test_replaces);
  ADD ("deleted", test_deleted);
  ADD ("bad-lines", test_bad_lines);
  ADD ("synced", test_synced);
  ADD ("synced-keeps-pending", test_synced_keeps_pending);
  ADD ("stream-fails", test_stream_fails);
  ADD ("cancelled", test_cancelled);
  ADD ("many", test_many);
  ADD ("write-in-callback", test_write_in_callback);
  ADD ("own-id", test_own_id);
  ADD ("async", test_async);
  ADD ("async/cancelled", test_async_cancelled);
  ADD ("async/dropped", test_async_dropped);
  return g_test_run ();
}
