/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists that stay up to date. A list prints as a string, its changes as a string ("2-1+1": at 2, one gone and one
 * come), and a change that nobody has asked about fails the test. Behind each list runs a second one, made of the
 * changes alone: it must be the same at any time. */
#include "query-observer.h"
#include "random-json.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;                 /* of the file; NULL: in memory */
  char *path;
  TruceStore *store;
  TruceCollection *tasks;
  TruceSchema *schema;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer kind)
{
  g_autoptr(TruceStoreAdapter) adapter = NULL;
  g_autoptr(GError) error = NULL;

  if (g_strcmp0 (kind, "sqlite") == 0)
    {
      fixture->folder = g_dir_make_tmp ("truce-XXXXXX", &error);
      g_assert_no_error (error);
      fixture->path = g_build_filename (fixture->folder, "test.db", NULL);
      adapter = TRUCE_STORE_ADAPTER (truce_sqlite_adapter_new (fixture->path, TRUCE_SQLITE_DEFAULT, &error));
      g_assert_no_error (error);
      truce_sqlite_adapter_set_durability (TRUCE_SQLITE_ADAPTER (adapter), TRUCE_DURABILITY_NORMAL);
    }
  else
    {
      adapter = truce_memory_adapter_new ();
    }

  fixture->store = truce_store_new (adapter, &error);
  g_assert_no_error (error);
  fixture->schema = truce_schema_new_from_text ("{\"indexes\": [\"n\"], \"search\": [\"title\"]}", &error);
  g_assert_no_error (error);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", fixture->schema, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  g_assert_finalize_object (fixture->tasks);
  g_assert_finalize_object (fixture->store);
  g_object_unref (fixture->schema);
  if (fixture->folder != NULL)
    {
      static const char *const ends[] = { "", "-wal", "-shm", "-lock" };

      for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
        {
          g_autofree char *path = g_strconcat (fixture->path, ends[i], NULL);

          g_unlink (path);
        }
      g_rmdir (fixture->folder);
    }
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* ---- writing ---- */

static void
put (Fixture    *fixture,
     const char *id,
     const char *text)
{
  g_autoptr(GError) error = NULL;

  truce_collection_put_text (fixture->tasks, id, text, &error);
  g_assert_no_error (error);
}

static void
put_n (Fixture    *fixture,
       const char *id,
       int         n)
{
  g_autofree char *text = g_strdup_printf ("{\"n\": %d}", n);

  put (fixture, id, text);
}

static void
delete (Fixture    *fixture,
        const char *id)
{
  g_autoptr(GError) error = NULL;

  truce_collection_delete (fixture->tasks, id, &error);
  g_assert_no_error (error);
}

/* a 1, b 2, c 3, d 4, e 5 */
static void
put_five (Fixture *fixture)
{
  static const char *const ids[] = { "a", "b", "c", "d", "e" };

  for (int i = 0; i < 5; i++)
    put_n (fixture, ids[i], i + 1);
}

static TruceQuery *
new_query (Fixture    *fixture,
           const char *filter,
           const char *order,
           guint       limit)
{
  TruceQuery *query = truce_query_new (fixture->tasks);
  g_autoptr(TruceFilter) parsed = filter != NULL ? truce_filter_parse (filter, NULL) : NULL;

  truce_query_set_filter (query, parsed);
  if (order != NULL)
    truce_query_add_order (query, order[0] == '-' ? order + 1 : order, order[0] == '-');
  truce_query_set_limit (query, limit);
  return query;
}

/* ---- one change at a time ---- */

static void
test_by_id (Fixture      *fixture,
            gconstpointer unused)
{
  g_autoptr(Observer) all = NULL;

  put_n (fixture, "b", 1);
  put_n (fixture, "d", 1);
  all = observe (new_query (fixture, NULL, NULL, 0));
  assert_list (all, "b d");
  put_n (fixture, "c", 1);
  assert_changes (all, "1+1");
  put_n (fixture, "a", 1);
  assert_changes (all, "0+1");
  put_n (fixture, "e", 1);
  assert_changes (all, "4+1");
  put_n (fixture, "c", 2);
  assert_changes (all, "2-1+1");
  put_n (fixture, "c", 2);
  assert_changes (all, "");
  delete (fixture, "c");
  assert_changes (all, "2-1");
  assert_list (all, "a b d e");
}

static void
test_by_field (Fixture      *fixture,
               gconstpointer unused)
{
  g_autoptr(Observer) up = NULL;
  g_autoptr(Observer) down = NULL;

  put_five (fixture);
  up = observe (new_query (fixture, NULL, "n", 0));
  down = observe (new_query (fixture, NULL, "-n", 0));
  assert_list (up, "a b c d e");
  assert_list (down, "e d c b a");

  put (fixture, "c", "{\"n\": 3, \"x\": 1}");
  assert_changes (up, "2-1+1");
  assert_changes (down, "2-1+1");
  put_n (fixture, "a", 9);
  assert_list (up, "b c d e a");
  assert_changes (up, "0-1, 4+1");
  assert_changes (down, "0+1, 5-1");
  put_n (fixture, "b", 4);      /* behind c, and by its id before d */
  assert_list (up, "c b d e a");
  assert_changes (up, "0-2+2");
  assert_list (down, "a e d b c");
  assert_changes (down, "3-2+2");
  put (fixture, "d", "{\"n\": null}");
  assert_list (up, "d c b e a");
  assert_changes (up, "0+1, 3-1");
  assert_changes (down, "2-1, 4+1");
  put (fixture, "e", "{\"n\": \"5\"}");
  assert_list (up, "d c b a e");
  assert_changes (up, "3-2+2");
  assert_changes (down, "0-2+2");
}

static void
test_filtered (Fixture      *fixture,
               gconstpointer unused)
{
  g_autoptr(Observer) few = NULL;

  put_five (fixture);
  few = observe (new_query (fixture, "n >= 3", NULL, 0));
  assert_list (few, "c d e");
  put_n (fixture, "a", 0);
  assert_changes (few, "");
  put_n (fixture, "a", 7);
  assert_changes (few, "0+1");
  put_n (fixture, "d", 2);
  assert_changes (few, "2-1");
  delete (fixture, "b");
  assert_changes (few, "");
  delete (fixture, "e");
  assert_changes (few, "2-1");
  assert_list (few, "a c");
}

static void
test_limited (Fixture      *fixture,
              gconstpointer unused)
{
  g_autoptr(Observer) three = NULL;

  put_five (fixture);
  three = observe (new_query (fixture, NULL, "n", 3));
  assert_list (three, "a b c");
  put_n (fixture, "x", 0);      /* comes in, c falls out */
  assert_list (three, "x a b");
  assert_changes (three, "0+1, 3-1");
  put_n (fixture, "y", 9);
  assert_changes (three, "");
  delete (fixture, "a");        /* c comes back in */
  assert_list (three, "x b c");
  assert_changes (three, "1-2+2");
  put_n (fixture, "x", 10);     /* far behind the end */
  assert_list (three, "b c d");
  assert_changes (three, "0-1, 2+1");
  put_n (fixture, "d", 5);      /* stays the last one */
  assert_list (three, "b c d");
  assert_changes (three, "2-1+1");
  delete (fixture, "e");
  assert_changes (three, "");
  delete (fixture, "y");
  delete (fixture, "x");
  assert_changes (three, "");
  delete (fixture, "c");        /* there is no other */
  assert_list (three, "b d");
  assert_changes (three, "1-1");
  put_n (fixture, "z", 10);
  assert_changes (three, "2+1");
  put_n (fixture, "w", 11);
  assert_changes (three, "");
}

static void
put_title (Fixture    *fixture,
           const char *id,
           const char *title)
{
  g_autofree char *text = g_strdup_printf ("{\"title\": \"%s\"}", title);

  put (fixture, id, text);
}

static void
test_search (Fixture      *fixture,
             gconstpointer unused)
{
  g_autoptr(Observer) found = NULL;
  TruceQuery *query = new_query (fixture, NULL, NULL, 0);

  put_title (fixture, "1", "Buy Milk");
  put_title (fixture, "2", "Drink milk-shake");
  put_title (fixture, "3", "Acheter du caf\u00e9");
  truce_query_set_search (query, "mil");
  found = observe (query);
  assert_list (found, "1 2");
  put_title (fixture, "3", "Acheter du lait, MILCH");
  assert_changes (found, "2+1");
  put_title (fixture, "1", "Buy bread");
  assert_changes (found, "0-1");
  put (fixture, "4", "{\"note\": \"milk\"}");
  assert_changes (found, "");

  truce_query_set_search (query, "B");
  assert_list (found, "1");
  assert_changes (found, "0-2+1");
  truce_query_set_search (query, "read");
  assert_changes (found, "0-1");
  truce_query_set_search (query, "\"bread\" OR *-^:(");
  assert_list (found, "");
  truce_query_set_search (query, " -*\" ");
  assert_list (found, "1 2 3 4");
  assert_changes (found, "0+4");
  put_title (fixture, "3", "Caf\u00e9");
  assert_changes (found, "2-1+1");
  truce_query_set_search (query, "CAFE");
  assert_list (found, "3");
  assert_changes (found, "0-4+1");
  truce_query_set_search (query, NULL);
  assert_changes (found, "0-1+4");
}

static void
test_asked_otherwise (Fixture      *fixture,
                      gconstpointer unused)
{
  g_autoptr(TruceFilter) filter = truce_filter_parse ("n != 3", NULL);
  g_autoptr(Observer) list = NULL;

  put_five (fixture);
  list = observe (new_query (fixture, NULL, NULL, 0));
  truce_query_set_filter (list->query, filter);
  assert_list (list, "a b d e");
  assert_changes (list, "2-1");
  truce_query_set_filter (list->query, filter);
  truce_query_add_order (list->query, "n", FALSE);
  assert_changes (list, "");
  truce_query_set_limit (list->query, 2);
  assert_changes (list, "2-2");
  truce_query_clear_order (list->query);
  assert_changes (list, "");
  truce_query_add_order (list->query, "n", TRUE);
  assert_list (list, "e d");
  assert_changes (list, "0-2+2");
  truce_query_set_limit (list->query, 0);
  assert_changes (list, "2+2");
  truce_query_set_filter (list->query, NULL);
  assert_list (list, "e d c b a");
  assert_changes (list, "2+1");
}

/* ---- items ---- */

static void
test_items (Fixture      *fixture,
            gconstpointer unused)
{
  g_autoptr(Observer) list = NULL;
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(TruceRecord) same = NULL;
  g_autofree char *text = NULL;

  put_five (fixture);
  list = observe (new_query (fixture, NULL, "n", 0));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (list->query)) == TRUCE_TYPE_RECORD);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list->query), 5));
  g_assert_null (truce_query_get_record_id (list->query, 5));

  record = g_list_model_get_item (G_LIST_MODEL (list->query), 1);
  g_assert_cmpstr (truce_record_get_id (record), ==, "b");
  same = truce_collection_get (fixture->tasks, "b", NULL);
  g_assert_true (same == record);
  put_n (fixture, "b", 9);
  assert_changes (list, "1-1, 4+1");
  g_clear_object (&same);
  same = g_list_model_get_item (G_LIST_MODEL (list->query), 4);
  g_assert_true (same == record);
  text = truce_record_dup_text (record);
  g_assert_cmpstr (text, ==, "{\"n\":9}");
}

/* ---- several at once ---- */

static void
run (Fixture    *fixture,
     TruceBatch *batch)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceBatchResult) result = truce_store_run (fixture->store, batch, &error);

  g_assert_no_error (error);
}

static void
test_batch (Fixture      *fixture,
            gconstpointer unused)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatch) large = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(TruceBatch) failing = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(Observer) list = NULL;

  put_five (fixture);
  list = observe (new_query (fixture, NULL, "n", 0));
  truce_batch_delete (batch, "task", "a");
  truce_batch_put_text (batch, "task", "c", "{\"n\": 6}");
  truce_batch_put_text (batch, "task", "f", "{\"n\": 7}");
  truce_batch_put_text (batch, "task", "f", "{\"n\": 8}");
  truce_batch_put_text (batch, "other", "a", "{\"n\": 8}");
  run (fixture, batch);
  assert_list (list, "b d e c f");
  assert_changes (list, "0-3+1, 3+2");

  truce_batch_put_text (failing, "task", "g", "{\"n\": 6}");
  truce_batch_create_text (failing, "task", "c", "{\"n\": 6}");
  run (fixture, failing);
  assert_list (list, "b d e c f");
  assert_changes (list, "");

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("x%02u", i);

      truce_batch_put_text (large, "task", id, "{\"n\": 5}");
    }
  run (fixture, large);
  assert_changes (list, "3+100");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list->query)), ==, 105);
}

/* Somebody else writes to the same file. */
static void
test_elsewhere (Fixture      *fixture,
                gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStore) other = truce_store_open (fixture->path, &error);
  g_autoptr(TruceCollection) tasks = NULL;
  g_autoptr(Observer) list = NULL;

  g_assert_no_error (error);
  tasks = truce_store_get_collection (other, "task", NULL, &error);
  g_assert_no_error (error);
  put_five (fixture);
  list = observe (new_query (fixture, NULL, "n", 0));

  truce_collection_put_text (tasks, "x", "{\"n\": 2.5}", &error);
  g_assert_no_error (error);
  truce_collection_delete (tasks, "e", &error);
  g_assert_no_error (error);
  assert_changes (list, "");
  g_assert_true (truce_store_refresh (fixture->store, &error));
  assert_list (list, "a b x c d");
  assert_changes (list, "2+1, 5-1");

  /* This store has not heard of it when it writes itself. */
  truce_collection_put_text (tasks, "a", "{\"n\": 7}", &error);
  g_assert_no_error (error);
  put_n (fixture, "y", 6);
  assert_list (list, "b x c d y a");
  g_string_truncate (list->changes, 0);
}

/* ---- handlers ---- */

typedef struct
{
  Fixture *fixture;
  Observer *observer;
  guint n_left;                 /* writes that it will do yet */
  gboolean inside;
} Writer;

static void
write_more (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    data)
{
  Writer *writer = data;
  g_autofree char *id = g_strdup_printf ("w%u", writer->n_left);

  g_assert_false (writer->inside);
  writer->inside = TRUE;
  if (writer->n_left-- > 0)
    put_n (writer->fixture, id, (int) (10 - writer->n_left));
  else
    writer->n_left = 0;
  writer->inside = FALSE;
}

/* Each change is told once, in the order of the commits, and never within another. */
static void
test_handler_writes (Fixture      *fixture,
                     gconstpointer unused)
{
  g_autoptr(Observer) first = NULL;
  g_autoptr(Observer) second = NULL;
  Writer writer = { fixture, NULL, 3, FALSE };

  put_five (fixture);
  first = observe (new_query (fixture, NULL, NULL, 0));
  g_signal_connect (first->query, "items-changed", G_CALLBACK (write_more), &writer);
  second = observe (new_query (fixture, NULL, "-n", 0));
  put_n (fixture, "a", 2);
  assert_list (first, "a b c d e w1 w2 w3");
  assert_changes (first, "0-1+1, 5+1, 5+1, 5+1");
  g_string_truncate (first->changes, 0);
  assert_list (second, "w1 w2 w3 e d c b a");
  g_string_truncate (second->changes, 0);
}

static void
ask_otherwise (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               gpointer    data)
{
  g_autoptr(TruceFilter) filter = truce_filter_parse ("n > 2", NULL);

  g_signal_handlers_disconnect_by_func (model, ask_otherwise, data);
  truce_query_set_filter (TRUCE_QUERY (model), filter);
}

static void
test_handler_asks_otherwise (Fixture      *fixture,
                             gconstpointer unused)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_ATOMIC);
  g_autoptr(Observer) list = NULL;

  put_five (fixture);
  list = observe (new_query (fixture, NULL, "n", 0));
  g_signal_connect (list->query, "items-changed", G_CALLBACK (ask_otherwise), NULL);
  truce_batch_delete (batch, "task", "a");
  truce_batch_delete (batch, "task", "e");
  run (fixture, batch);
  assert_list (list, "c d");
  assert_changes (list, "0-1, 3-1, 0-1");
}

static void
drop (GListModel *model,
      guint       position,
      guint       removed,
      guint       added,
      gpointer    data)
{
  g_object_unref (model);
}

/* The list goes through what it had begun; nobody hears of it any more afterwards. */
static void
test_handler_drops (Fixture      *fixture,
                    gconstpointer unused)
{
  TruceQuery *query = new_query (fixture, NULL, NULL, 0);
  g_autoptr(Observer) other = NULL;

  put_five (fixture);
  g_assert_true (truce_query_open (query, NULL));
  other = observe (new_query (fixture, NULL, NULL, 0));
  g_object_add_weak_pointer (G_OBJECT (query), (gpointer *) &query);
  g_signal_connect (query, "items-changed", G_CALLBACK (drop), NULL);
  put_n (fixture, "f", 1);
  g_assert_null (query);
  put_n (fixture, "g", 1);
  assert_changes (other, "5+1, 6+1");
}

static void
open_another (GListModel *model,
              guint       position,
              guint       removed,
              guint       added,
              gpointer    data)
{
  Writer *writer = data;

  if (writer->observer != NULL)
    return;
  put_n (writer->fixture, "h", 1);
  writer->observer = observe (new_query (writer->fixture, NULL, NULL, 0));
}

/* A list that is opened while news waits has it already. */
static void
test_handler_opens (Fixture      *fixture,
                    gconstpointer unused)
{
  g_autoptr(Observer) list = NULL;
  Writer writer = { fixture, NULL, 0, FALSE };

  put_five (fixture);
  list = observe (new_query (fixture, NULL, NULL, 0));
  g_signal_connect (list->query, "items-changed", G_CALLBACK (open_another), &writer);
  put_n (fixture, "g", 1);
  assert_changes (list, "5+1, 6+1");
  assert_list (writer.observer, "a b c d e g h");
  g_string_truncate (writer.observer->changes, 0);
  observer_free (writer.observer);
}

/* ---- what goes wrong ---- */

static void
test_errors (Fixture      *fixture,
             gconstpointer unused)
{
  g_autoptr(TruceCollection) notes = truce_store_get_collection (fixture->store, "note", NULL, NULL);
  g_autoptr(TruceQuery) query = truce_query_new (notes);
  g_autoptr(GError) error = NULL;

  truce_query_add_order (query, "/~", FALSE);
  g_assert_false (truce_query_open (query, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  truce_query_clear_order (query);
  g_assert_true (truce_query_open (query, &error));
  g_assert_no_error (error);

  truce_query_set_search (query, "word");
  g_assert_false (truce_query_open (query, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  truce_query_set_search (query, NULL);
  g_assert_true (truce_query_open (query, &error));
}

static TruceBatchAnswer
open_within (TruceBatch   *batch,
             guint         operation,
             const GError *error,
             gpointer      data)
{
  g_autoptr(GError) busy = NULL;

  g_assert_false (truce_query_open (data, &busy));
  g_assert_error (busy, TRUCE_ERROR, TRUCE_ERROR_BUSY);
  return TRUCE_BATCH_ANSWER_GO_ON;
}

static void
test_busy (Fixture      *fixture,
           gconstpointer unused)
{
  g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
  g_autoptr(TruceQuery) query = new_query (fixture, NULL, NULL, 0);

  truce_batch_put_text (batch, "task", "a", "{}");
  truce_batch_create_text (batch, "task", "a", "{}");
  truce_batch_set_failure_func (batch, open_within, query, NULL);
  run (fixture, batch);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (query)), ==, 1);
}

static void
test_unopened (Fixture      *fixture,
               gconstpointer unused)
{
  g_autoptr(TruceQuery) query = new_query (fixture, NULL, NULL, 0);
  g_autoptr(TruceQuery) empty = g_object_new (TRUCE_TYPE_QUERY, NULL);

  put_five (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (query)), ==, 5);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (empty)), ==, 0);
}

/* ---- any history ---- */

static char *
random_task (void)
{
  static const char *const values[] = { "1", "2", "3", "\"a\"", "\"b\"", "null", "true", "[1]", "2.5" };

  return g_strdup_printf ("{\"m\":%s,\"n\":%s,\"title\":\"%s\"}", values[g_test_rand_int_range (0, 9)],
                          values[g_test_rand_int_range (0, 9)], g_test_rand_bit () ? "red car" : "Blue b\u00fcs");
}

static void
random_operation (TruceBatch *batch,
                  guint       n_ids)
{
  g_autofree char *id = g_strdup_printf ("id%02d", g_test_rand_int_range (0, (gint32) n_ids));
  g_autofree char *text = random_task ();

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      truce_batch_delete (batch, "task", id);
      break;
    case 1:
      truce_batch_undelete (batch, "task", id);
      break;
    case 2:
      truce_batch_patch_text (batch, "task", id, "{\"other\": 1}");
      break;
    default:
      truce_batch_put_text (batch, "task", id, text);
    }
}

static void
add_orders (TruceQuery *query,
            const char *orders)
{
  g_auto(GStrv) each = g_strsplit (orders, " ", -1);

  for (char **order = each; *order != NULL; order++)
    truce_query_add_order (query, *order + (**order == '-'), **order == '-');
}

static TruceQuery *
random_query (Fixture *fixture)
{
  static const char *const filters[] = { NULL, "n >= 2", "n == \"a\" or m < 3", "title > \"C\"" };
  static const char *const orders[] = { "", "n", "-n", "title", "-missing", "m -n", "-title n", "-n -m", "title -n m" };
  const char *order = orders[g_test_rand_int_range (0, G_N_ELEMENTS (orders))];
  TruceQuery *query = new_query (fixture, filters[g_test_rand_int_range (0, 4)], NULL,
                                 g_test_rand_int_range (0, 3) == 0 ? g_test_rand_int_range (1, 20) : 0);

  add_orders (query, order);
  g_object_set_data (G_OBJECT (query), "orders", (gpointer) order);
  if (g_test_rand_int_range (0, 4) == 0)
    truce_query_set_search (query, g_test_rand_bit () ? "bu" : "car red");
  return query;
}

/* The same question, asked now by another query. */
static void
assert_fresh (Fixture  *fixture,
              Observer *observer)
{
  g_autoptr(TruceQuery) fresh = truce_query_new (fixture->tasks);
  g_autofree char *text = NULL;

  truce_query_set_filter (fresh, truce_query_get_filter (observer->query));
  truce_query_set_search (fresh, truce_query_get_search (observer->query));
  truce_query_set_limit (fresh, truce_query_get_limit (observer->query));
  add_orders (fresh, g_object_get_data (G_OBJECT (observer->query), "orders"));
  text = print_query (fresh);
  assert_list (observer, text);
}

static void
test_random (Fixture      *fixture,
             gconstpointer unused)
{
  for (guint round = random_rounds (12); round > 0; round--)
    {
      GPtrArray *observers = g_ptr_array_new_with_free_func ((GDestroyNotify) observer_free);
      guint n_ids = g_test_rand_int_range (3, 60);

      for (guint i = 0; i < 6; i++)
        g_ptr_array_add (observers, observe (random_query (fixture)));
      for (guint step = 0; step < 15; step++)
        {
          g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);

          for (gint32 n = g_test_rand_bit () ? 1 : g_test_rand_int_range (1, 40); n > 0; n--)
            random_operation (batch, n_ids);
          run (fixture, batch);
          for (guint i = 0; i < observers->len; i++)
            assert_fresh (fixture, g_ptr_array_index (observers, i));
        }
      for (guint i = 0; i < observers->len; i++)
        g_string_truncate (((Observer *) g_ptr_array_index (observers, i))->changes, 0);
      g_ptr_array_unref (observers);
    }
}

typedef struct
{
  const char *name;
  void (*func)(Fixture      *fixture,
               gconstpointer kind);
} Case;

static const Case cases[] = {
  { "by-id", test_by_id },
  { "by-field", test_by_field },
  { "filtered", test_filtered },
  { "limited", test_limited },
  { "search", test_search },
  { "asked-otherwise", test_asked_otherwise },
  { "items", test_items },
  { "batch", test_batch },
  { "handler/writes", test_handler_writes },
  { "handler/asks-otherwise", test_handler_asks_otherwise },
  { "handler/drops", test_handler_drops },
  { "handler/opens", test_handler_opens },
  { "errors", test_errors },
  { "busy", test_busy },
  { "unopened", test_unopened },
  { "random", test_random },
};

int
main (int   argc,
      char *argv[])
{
  static const char *const kinds[] = { "memory", "sqlite" };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *path = g_strdup_printf ("/query/%s/%s", kinds[kind], cases[i].name);

        g_test_add (path, Fixture, kinds[kind], set_up, cases[i].func, tear_down);
      }
  g_test_add ("/query/sqlite/elsewhere", Fixture, "sqlite", set_up, test_elsewhere, tear_down);
  return g_test_run ();
}
