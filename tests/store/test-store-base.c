/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

#include "truce-base.h"
#include "truce-store-private.h"

/* The base of a record that waits: with it the record can be made again as both sides last had it, to the byte. */

static TruceStoredRecord *
get_row (TruceStore *store)
{
  g_autoptr(GError) error = NULL;
  TruceStoredRecord *row = truce_store_adapter_get (truce_store_get_adapter (store), "task", "1", &error);

  g_assert_no_error (error);
  return row;
}

static void
settle (TruceStore   *store,
        TruceDelivery delivery,
        GBytes       *base)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;

  truce_store_begin (store, &error);
  g_assert_no_error (error);
  row = get_row (store);
  truce_store_settle_row (store, truce_store_info (store, "task", NULL), row, delivery, base, &error);
  g_assert_no_error (error);
  truce_store_commit (store, &error);
  g_assert_no_error (error);
}

static void
assert_same (const TruceStoredRecord *a,
             const TruceStoredRecord *b)
{
  g_assert_cmpstr (a->value, ==, b->value);
  g_assert_cmpmem (a->state, a->state_length, b->state, b->state_length);
}

/* The row that waits, taken back, is that one. */
static void
assert_base (TruceStore              *store,
             const TruceStoredRecord *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = get_row (store);
  g_autoptr(TruceStoredRecord) base = truce_base_row (row, &error);

  g_assert_no_error (error);
  g_assert_cmpint (base != NULL, ==, expected != NULL);
  if (expected == NULL)
    return;
  assert_same (base, expected);
  g_assert_cmpint (base->delivery, ==, TRUCE_DELIVERY_SYNCED);
  g_assert_cmpint (base->version, ==, row->version);
  g_assert_null (base->base);
}

/* ---- any edits ---- */

static void
edit (TruceCollection *tasks)
{
  g_autofree char *title = g_strdup_printf ("{\"title\":\"%d\"}", g_test_rand_int_range (0, 5));
  g_autofree char *other = g_strdup_printf ("{\"f%d\":[%d],\"view\":{\"a\":1}}", g_test_rand_int_range (0, 4),
                                            g_test_rand_int_range (0, 9));
  g_autofree char *local = g_strdup_printf ("{\"here\":%d,\"mark\":1}", g_test_rand_int_range (0, 9));
  g_autofree char *field = g_strdup_printf ("f%d", g_test_rand_int_range (0, 4));

  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
      truce_collection_put_text (tasks, "1", title, NULL);
      break;
    case 1:
      truce_collection_patch_text (tasks, "1", title, NULL);
      break;
    case 2:
      truce_collection_patch_text (tasks, "1", other, NULL);
      break;
    case 3:
      truce_collection_patch_text (tasks, "1", local, NULL);
      break;
    case 4:
      truce_collection_unset (tasks, "1", field, NULL);
      break;
    case 5:
      truce_collection_increment (tasks, "1", "votes", g_test_rand_int_range (-3, 4), NULL);
      break;
    case 6:
      truce_collection_patch_text (tasks, "1", "{\"seen\":true,\"tags\":[\"b\",\"a\"]}", NULL);
      break;
    case 7:
      truce_collection_delete (tasks, "1", NULL);
      break;
    default:
      truce_collection_undelete (tasks, "1", NULL);
    }
}

/* Edits, deletions, what another store wrote meanwhile: until it is delivered, the base stays what it was. */
static void
test_any_edits (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceStoreAdapter) adapter = truce_memory_adapter_new ();
  g_autoptr(TruceStore) other = truce_store_new (adapter, NULL);
  g_autoptr(TruceCollection) others = NULL;
  g_autoptr(GError) error = NULL;

  others = truce_store_get_collection (other, "task", truce_collection_get_schema (f->tasks), &error);
  g_assert_no_error (error);
  for (int round = g_test_slow () ? 3000 : 150; round > 0; round--)
    {
      g_autoptr(TruceStoredRecord) base = NULL;

      truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\",\"f1\":0,\"votes\":2}", NULL);
      for (int i = g_test_rand_int_range (0, 4); i > 0; i--)
        edit (f->tasks);
      settle (f->store, TRUCE_DELIVERY_SYNCED, NULL);
      base = get_row (f->store);
      truce_store_merge (other, f->store, NULL, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      for (int i = g_test_rand_int_range (1, 8); i > 0; i--)
        {
          g_autoptr(TruceStoredRecord) row = NULL;

          edit (g_test_rand_int_range (0, 3) > 0 ? f->tasks : others);
          if (g_test_rand_int_range (0, 3) == 0)
            truce_store_merge (f->store, other, NULL, NULL, NULL, NULL, NULL, &error);
          g_assert_no_error (error);
          row = get_row (f->store);
          if (row->delivery != TRUCE_DELIVERY_SYNCED)
            assert_base (f->store, base);
        }
    }
}

/* ---- its parts ---- */

static void
test_never_sent (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(GBytes) absent = g_bytes_new_static (TRUCE_BASE_ABSENT, strlen (TRUCE_BASE_ABSENT));

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  assert_base (f->store, NULL);
  settle (f->store, TRUCE_DELIVERY_PENDING, absent);
  assert_base (f->store, NULL);
}

/* Deleted at the base: the tombstone comes back, with all that it held. */
static void
test_tombstone (Fixture      *f,
                gconstpointer data)
{
  g_autoptr(TruceStoredRecord) tombstone = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  settle (f->store, TRUCE_DELIVERY_SYNCED, NULL);
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  settle (f->store, TRUCE_DELIVERY_SYNCED, NULL);
  tombstone = get_row (f->store);
  g_assert_null (tombstone->value);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"y\"}", &error));
  assert_base (f->store, tombstone);
}

/* A base that is made for a row and for what the remote has: taken back, the row is the remote's. */
static void
test_between (Fixture      *f,
              gconstpointer data)
{
  static const char *const edits[] = { "{\"title\":\"y\",\"z\":1}", "{}", "{\"a\":0,\"tags\":[\"b\"]}" };
  g_autoptr(TruceStoredRecord) remote = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"c\":1,\"tags\":[\"a\"],\"title\":\"x\"}", &error));
  remote = get_row (f->store);
  settle (f->store, TRUCE_DELIVERY_SYNCED, NULL);
  for (guint i = 0; i <= G_N_ELEMENTS (edits); i++)
    {
      g_autoptr(TruceStoredRecord) row = NULL;
      g_autoptr(GBytes) base = NULL;

      if (i < G_N_ELEMENTS (edits))
        assert_done (truce_collection_put_text (f->tasks, "1", edits[i], &error));
      else
        assert_done (truce_collection_delete (f->tasks, "1", &error));
      row = get_row (f->store);
      base = truce_base_between (remote, row->value, row->value_length);
      settle (f->store, TRUCE_DELIVERY_PENDING, base);
      assert_base (f->store, remote);
    }

  /* It goes on over further edits. */
  assert_done (truce_collection_undelete (f->tasks, "1", &error));
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"late\":1,\"title\":\"z\"}", &error));
  assert_base (f->store, remote);
}

static void
test_between_tombstone (Fixture      *f,
                        gconstpointer data)
{
  g_autoptr(GBytes) none = truce_base_between (NULL, "{}", 2);
  g_autoptr(TruceStoredRecord) remote = NULL;
  g_autoptr(GBytes) base = NULL;

  g_assert_cmpmem (g_bytes_get_data (none, NULL), g_bytes_get_size (none), TRUCE_BASE_ABSENT,
                   strlen (TRUCE_BASE_ABSENT));
  assert_done (truce_collection_put_text (f->tasks, "1", "{}", &error));
  settle (f->store, TRUCE_DELIVERY_SYNCED, NULL);
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  remote = get_row (f->store);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  base = truce_base_between (remote, "{\"title\":\"x\"}", 13);
  settle (f->store, TRUCE_DELIVERY_PENDING, base);
  assert_base (f->store, remote);
}

static void
assert_sent (TruceStore *store,
             const char *pointer,
             guint64     plus,
             guint64     minus)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoredRecord) row = get_row (store);
  guint64 found_plus;
  guint64 found_minus;
  TruceBase base;

  truce_base_read (&base, row->base, row->base_length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truce_base_get_sent (&base, pointer, &found_plus, &found_minus), ==, plus + minus > 0);
  g_assert_cmpuint (found_plus, ==, plus);
  g_assert_cmpuint (found_minus, ==, minus);
  truce_base_clear (&base);
}

/* What was sent of a counter is known over further edits. */
static void
test_sent (Fixture      *f,
           gconstpointer data)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GBytes) bytes = NULL;
  TruceBase base = { .tracked = TRUE, .absent = TRUE };

  truce_base_set_sent (&base, "/votes", 1, 0);
  truce_base_set_sent (&base, "/a~1b/\"c\"", 7, G_MAXUINT64 - 7);
  truce_base_set_sent (&base, "/votes", 3, 1);
  truce_base_write (&base, text);
  truce_base_clear (&base);
  g_assert_cmpstr (text->str, ==,
                   "{\"absent\":true,\"sent\":{\"/votes\":[3,1],\"/a~1b/\\\"c\\\"\":[7,18446744073709551608]}}");

  bytes = g_bytes_new (text->str, text->len);
  assert_done (truce_collection_put_text (f->tasks, "1", "{\"votes\":2}", &error));
  settle (f->store, TRUCE_DELIVERY_PENDING, bytes);
  assert_done (truce_collection_increment (f->tasks, "1", "votes", 5, &error));
  assert_done (truce_collection_delete (f->tasks, "1", &error));
  assert_sent (f->store, "/votes", 3, 1);
  assert_sent (f->store, "/a~1b/\"c\"", 7, G_MAXUINT64 - 7);
  assert_sent (f->store, "/a", 0, 0);
}

static void
test_corrupt (gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  TruceBase base;

  g_assert_false (truce_base_read (&base, data, strlen (data), &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
}

/* A base that can be read, but goes with no state. */
static void
test_no_match (Fixture      *f,
               gconstpointer data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new_static (data, strlen (data));
  g_autoptr(TruceStoredRecord) row = NULL;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  settle (f->store, TRUCE_DELIVERY_PENDING, bytes);
  row = get_row (f->store);
  g_assert_null (truce_base_row (row, &problem));
  g_assert_error (problem, TRUCE_ERROR, TRUCE_ERROR_CORRUPT);
}

/* ---- settling ---- */

/* Counts follow, the version does not move, and what leaves the inbox leaves it for good. */
static void
test_settle (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(GBytes) base = truce_base_between (NULL, "{}", 2);
  g_autoptr(GBytes) entry = g_bytes_new_static ("{}", 2);
  g_autoptr(GBytes) left = NULL;
  g_autoptr(GError) problem = NULL;
  gint64 version;

  assert_done (truce_collection_put_text (f->tasks, "1", "{\"title\":\"x\"}", &error));
  version = f->store->version;
  for (int delivery = TRUCE_DELIVERY_SYNCED; delivery <= TRUCE_DELIVERY_CONFLICTED; delivery++)
    {
      settle (f->store, delivery, delivery != TRUCE_DELIVERY_SYNCED ? base : NULL);
      g_assert_cmpint (f->store->version, ==, version);
      g_assert_cmpuint (truce_collection_count (f->tasks, delivery), ==, 1);
      g_assert_cmpuint (truce_store_count (f->store, delivery), ==, 1);
      g_assert_cmpuint (truce_store_count (f->store, TRUCE_DELIVERY_PENDING), ==, delivery == TRUCE_DELIVERY_PENDING);
    }

  truce_store_begin (f->store, &problem);
  truce_store_adapter_set_meta (truce_store_get_adapter (f->store), "inbox", "task/1", entry, &problem);
  truce_store_commit (f->store, &problem);
  settle (f->store, TRUCE_DELIVERY_FAILED, base);
  left = truce_store_adapter_get_meta (truce_store_get_adapter (f->store), "inbox", "task/1", &problem);
  g_assert_nonnull (left);
  g_clear_pointer (&left, g_bytes_unref);
  settle (f->store, TRUCE_DELIVERY_PENDING, base);
  left = truce_store_adapter_get_meta (truce_store_get_adapter (f->store), "inbox", "task/1", &problem);
  g_assert_no_error (problem);
  g_assert_null (left);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(path, func, data) g_test_add ("/store/base/" path, Fixture, data, set_up, func, tear_down)
  ADD ("any-edits", test_any_edits, NULL);
  ADD ("never-sent", test_never_sent, NULL);
  ADD ("tombstone", test_tombstone, NULL);
  ADD ("between", test_between, NULL);
  ADD ("between/tombstone", test_between_tombstone, NULL);
  ADD ("sent", test_sent, NULL);
  ADD ("no-match/no-state", test_no_match, "{}");
  ADD ("no-match/no-base64", test_no_match, "{\"state\":\"~~~\"}");
  ADD ("no-match/another", test_no_match, "{\"old\":{\"b\":1},\"state\":\"AAAA\"}");
  ADD ("settle", test_settle, NULL);
  g_test_add_data_func ("/store/base/corrupt/empty", "", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/no-object", "[]", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/old", "{\"old\":[]}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/new", "{\"new\":{}}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/new-names", "{\"new\":[1]}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/state", "{\"state\":1}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/sent", "{\"sent\":[]}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/sent-one", "{\"sent\":{\"/a\":[1]}}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/sent-more", "{\"sent\":{\"/a\":[1,2,3]}}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/sent-negative", "{\"sent\":{\"/a\":[1,-2]}}", test_corrupt);
  g_test_add_data_func ("/store/base/corrupt/sent-text", "{\"sent\":{\"/a\":[\"1\",2]}}", test_corrupt);
  return g_test_run ();
}
