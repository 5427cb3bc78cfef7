/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an adapter keeps, and in which order it gives it back. */

#include "adapter-fixture.h"

static void
test_empty (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(TruceStoredRecord) record = get (f, "task", "a");
  g_autoptr(GBytes) meta = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (record);
  assert_ids (f->adapter, "task", "");
  assert_feed (f->adapter, "");
  assert_outbox (f->adapter, "");
  meta = truce_store_adapter_get_meta (f->adapter, "store", "state", &error);
  g_assert_no_error (error);
  g_assert_null (meta);
  assert_meta (f->adapter, "store", "");
}

static void
check_round_trip (Fixture      *f,
                  TruceDelivery delivery,
                  const char   *value,
                  GBytes       *state,
                  GBytes       *base)
{
  g_autofree char *id = g_strdup_printf ("r%" G_GINT64_FORMAT, ++f->version);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(TruceStoredRecord) inside = NULL;
  g_autoptr(TruceStoredRecord) after = NULL;

  record = truce_stored_record_new ("task", id, f->version, delivery, value, state, base);
  begin (f);
  put_record (f, record);
  inside = get (f, "task", id);
  assert_same_record (inside, record);
  commit (f);
  after = get (f, "task", id);
  assert_same_record (after, record);
}

/* Every part comes back as it was given: deleted or not, a base apart from an empty base, all bytes. */
static void
test_round_trip (Fixture      *f,
                 gconstpointer data)
{
  guint8 all[256];
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) zeros = g_bytes_new_static ("\0\0", 2);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = i;
  bytes = g_bytes_new (all, sizeof all);

  for (int delivery = TRUCE_DELIVERY_SYNCED; delivery <= TRUCE_DELIVERY_CONFLICTED; delivery++)
    {
      check_round_trip (f, delivery, "{}", bytes, NULL);
      check_round_trip (f, delivery, "{\"name\":\"ü € 😀 \\u0000\",\"n\":1e400}", empty, bytes);
      check_round_trip (f, delivery, NULL, zeros, empty);
      check_round_trip (f, delivery, NULL, bytes, zeros);
    }
}

static void
test_large (Fixture      *f,
            gconstpointer data)
{
  gsize length = 1 << 20;
  g_autofree char *value = g_strnfill (length, ' ');
  g_autofree char *id = g_strnfill (255, 'i');
  g_autofree char *collection = g_strnfill (255, 'c');
  g_autoptr(GBytes) state = g_bytes_new (value, length);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(TruceStoredRecord) back = NULL;

  value[0] = '{';
  value[length - 1] = '}';
  record = truce_stored_record_new (collection, id, ++f->version, TRUCE_DELIVERY_PENDING, value, state, state);
  begin (f);
  put_record (f, record);
  commit (f);
  back = get (f, collection, id);
  assert_same_record (back, record);
}

/* A binding that keeps versions as doubles would not tell these apart. */
static void
test_large_versions (Fixture      *f,
                     gconstpointer data)
{
  f->version = G_GINT64_CONSTANT (1) << 53;
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "b", TRUCE_DELIVERY_PENDING);
  f->version = G_MAXINT64 - 1;
  put (f, "task", "c", TRUCE_DELIVERY_SYNCED);
  commit (f);

  assert_feed (f->adapter, "9007199254740993:task/a 9007199254740994:task/b 9223372036854775807:task/c");
  assert_outbox (f->adapter, "9007199254740994:task/b");
}

static void
test_put_exists (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr(TruceStoredRecord) alive = make (f, "task", "a", TRUCE_DELIVERY_PENDING, FALSE);
  g_autoptr(TruceStoredRecord) deleted = make (f, "task", "b", TRUCE_DELIVERY_SYNCED, TRUE);
  const char *ids[] = { "a", "b" };

  begin (f);
  put_record (f, alive);
  put_record (f, deleted);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr(TruceStoredRecord) again = make (f, "task", ids[i], TRUCE_DELIVERY_FAILED, FALSE);
      g_autoptr(TruceStoredRecord) there = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_false (truce_store_adapter_put (f->adapter, again, NULL, &error));
      g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_EXISTS);
      there = get (f, "task", ids[i]);
      assert_same_record (there, i == 0 ? alive : deleted);
    }

  /* The same id in another collection is another record. */
  put (f, "note", "a", TRUCE_DELIVERY_SYNCED);
  commit (f);
  assert_feed (f->adapter, "1:task/a 2:task/b 5:note/a");
  assert_outbox (f->adapter, "1:task/a");
}

/* From every delivery to every other, in the transaction and after it. */
static void
test_deliveries (Fixture      *f,
                 gconstpointer data)
{
  for (int from = TRUCE_DELIVERY_SYNCED; from <= TRUCE_DELIVERY_CONFLICTED; from++)
    for (int to = TRUCE_DELIVERY_SYNCED; to <= TRUCE_DELIVERY_CONFLICTED; to++)
      {
        g_autofree char *feed = NULL;
        const char *outbox = NULL;

        begin (f);
        put (f, "task", "a", from);
        commit (f);
        begin (f);
        put (f, "task", "a", to);
        feed = g_strdup_printf ("%" G_GINT64_FORMAT ":task/a", f->version);
        outbox = to != TRUCE_DELIVERY_SYNCED ? feed : "";
        assert_feed (f->adapter, feed);
        assert_outbox (f->adapter, outbox);
        commit (f);
        assert_feed (f->adapter, feed);
        assert_outbox (f->adapter, outbox);
      }
}

static void
assert_settled (Fixture           *f,
                TruceStoredRecord *before,
                TruceDelivery      delivery)
{
  g_autoptr(TruceStoredRecord) after = get (f, "task", "b");
  g_autoptr(TruceStoredRecord) expected = NULL;
  g_autoptr(GBytes) state = truce_stored_record_dup_state (before);
  g_autoptr(GBytes) base = delivery != TRUCE_DELIVERY_SYNCED ? g_bytes_new_static ("settled", 7) : NULL;

  expected = truce_stored_record_new ("task", "b", 2, delivery, truce_stored_record_get_value (before), state, base);
  assert_same_record (after, expected);
  assert_feed (f->adapter, "1:task/a 2:task/b 3:task/c");
  assert_outbox (f->adapter, delivery != TRUCE_DELIVERY_SYNCED ? "1:task/a 2:task/b" : "1:task/a");
}

/* From every delivery to every other: nothing but that and the base changes, also if it is taken back. */
static void
test_settle (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceStoredRecord) before = NULL;
  TruceDelivery delivery = TRUCE_DELIVERY_PENDING;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "c", TRUCE_DELIVERY_SYNCED);
  settle (f, "task", "b", delivery);
  before = get (f, "task", "b");
  commit (f);
  for (int step = 0; step < 25; step++)
    {
      TruceDelivery next = (step + step / 5) % (TRUCE_DELIVERY_CONFLICTED + 1);

      begin (f);
      settle (f, "task", "b", next);
      assert_settled (f, before, next);
      truce_store_adapter_rollback (f->adapter);
      assert_settled (f, before, delivery);
      begin (f);
      settle (f, "task", "b", next);
      commit (f);
      assert_settled (f, before, next);
      delivery = next;
    }
}

/* Settled and changed in any order within one transaction. */
static void
test_settle_and_put (Fixture      *f,
                     gconstpointer data)
{
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  settle (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "b", TRUCE_DELIVERY_PENDING);
  settle (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);
  assert_feed (f->adapter, "2:task/b 3:task/a");
  assert_outbox (f->adapter, "3:task/a");

  begin (f);
  settle (f, "task", "b", TRUCE_DELIVERY_FAILED);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  settle (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  purge (f, "task", "a");
  commit (f);
  assert_feed (f->adapter, "4:task/b");
  assert_outbox (f->adapter, "");
}

static void
assert_not_settled (Fixture           *f,
                    TruceStoredRecord *record)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_store_adapter_settle (f->adapter, record, TRUCE_DELIVERY_SYNCED, NULL, &error));
  g_assert_true (g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT) ||
                 g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND));
}

/* What has been written, settled or removed since is left as it is. */
static void
test_settle_stale (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr(TruceStoredRecord) first = NULL;
  g_autoptr(TruceStoredRecord) second = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  first = get (f, "task", "a");
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  second = get (f, "task", "a");
  assert_not_settled (f, first);
  settle (f, "task", "a", TRUCE_DELIVERY_FAILED);
  assert_not_settled (f, second);
  assert_outbox (f->adapter, "2:task/a");
  purge (f, "task", "a");
  assert_not_settled (f, second);
  commit (f);
  assert_feed (f->adapter, "");
}

/* The base is bytes of any content, and none is another one than an empty one. */
static void
test_settle_base (Fixture      *f,
                  gconstpointer data)
{
  g_autoptr(GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) zeros = g_bytes_new_static ("\0\xff", 2);
  GBytes *bases[] = { zeros, NULL, empty, NULL };

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_SYNCED);
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autoptr(TruceStoredRecord) before = get (f, "task", "a");
      g_autoptr(TruceStoredRecord) after = NULL;
      g_autoptr(GBytes) base = NULL;
      g_autoptr(GError) error = NULL;

      truce_store_adapter_settle (f->adapter, before, TRUCE_DELIVERY_PENDING, bases[i], &error);
      g_assert_no_error (error);
      after = get (f, "task", "a");
      base = truce_stored_record_dup_base (after);
      g_assert_cmpint (base == NULL, ==, bases[i] == NULL);
      g_assert_true (base == NULL || g_bytes_equal (base, bases[i]));
    }
  commit (f);
}

/* All that was committed stays; there is nothing else to be seen of it here. */
static void
test_flush (Fixture      *f,
            gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  truce_store_adapter_flush (f->adapter, &error);
  g_assert_no_error (error);
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);
  for (int i = 0; i < 2; i++)
    {
      truce_store_adapter_flush (f->adapter, &error);
      g_assert_no_error (error);
    }
  assert_feed (f->adapter, "1:task/a");
  assert_outbox (f->adapter, "1:task/a");
}

static void
test_feed (Fixture      *f,
           gconstpointer data)
{
  g_autoptr(TruceStoredRecord) deleted = NULL;
  g_autoptr(TruceStoredRecord) next = NULL;
  g_autoptr(GError) error = NULL;

  begin (f);
  put (f, "task", "c", TRUCE_DELIVERY_SYNCED);
  put (f, "note", "x", TRUCE_DELIVERY_PENDING);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);
  begin (f);
  put (f, "task", "c", TRUCE_DELIVERY_PENDING);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "c", TRUCE_DELIVERY_IN_FLIGHT);
  deleted = make (f, "task", "a", TRUCE_DELIVERY_PENDING, TRUE);
  put_record (f, deleted);
  commit (f);

  assert_feed (f->adapter, "2:note/x 5:task/b 6:task/c 7:task/a");
  assert_outbox (f->adapter, "2:note/x 6:task/c 7:task/a");
  next = truce_store_adapter_next_change (f->adapter, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truce_stored_record_get_version (next), ==, 5);
}

/* By bytes: "Z" before "a", "a" before "aa", U+FFFD (EF BF BD) before U+10000 (F0 …), which UTF-16 orders
 * otherwise. */
static void
test_order (Fixture      *f,
            gconstpointer data)
{
  static const char *const ids[] = {
    "b", "a", "Z", "\xf0\x90\x80\x80", "aa", "10", "\xef\xbf\xbd", "9", "\xc3\xa9", "e\xcc\x81", "A", "a\x01",
  };

  begin (f);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    put (f, "task", ids[i], TRUCE_DELIVERY_SYNCED);
  assert_ids (f->adapter, "task", "10 9 A Z a a\x01 aa b e\xcc\x81 \xc3\xa9 \xef\xbf\xbd \xf0\x90\x80\x80");
  commit (f);
  assert_ids (f->adapter, "task", "10 9 A Z a a\x01 aa b e\xcc\x81 \xc3\xa9 \xef\xbf\xbd \xf0\x90\x80\x80");
}

/* Names are values: whatever they hold, they mean nothing. */
static void
test_hostile_names (Fixture      *f,
                    gconstpointer data)
{
  static const char *const names[] = {
    "'; DROP TABLE record; --", "\"", "%", "_", "a/b", "a", "..", "NULL", "\\", "0", "\n", "*", "?1", "$",
  };

  begin (f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      put (f, names[i], names[i], TRUCE_DELIVERY_PENDING);
      set_meta (f, names[i], names[i], names[i]);
    }
  commit (f);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(TruceStoredRecord) record = get (f, names[i], names[i]);
      g_autofree char *meta = g_strdup_printf ("%s=%s", names[i], names[i]);

      g_assert_nonnull (record);
      g_assert_cmpint (truce_stored_record_get_version (record), ==, i + 1);
      assert_meta (f->adapter, names[i], meta);
    }
}

static void
test_collections_apart (Fixture      *f,
                        gconstpointer data)
{
  g_autoptr(TruceStoredRecord) none = NULL;
  g_autoptr(TruceStoredRecord) found = NULL;
  g_autoptr(GError) error = NULL;

  begin (f);
  put (f, "tas", "z", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "d", TRUCE_DELIVERY_SYNCED);
  put (f, "task2", "a", TRUCE_DELIVERY_SYNCED);
  put (f, "Task", "c", TRUCE_DELIVERY_SYNCED);
  commit (f);

  assert_ids (f->adapter, "tas", "z");
  assert_ids (f->adapter, "task", "b d");
  assert_ids (f->adapter, "Task", "c");
  assert_ids (f->adapter, "tasks", "");
  /* A place where there is nothing is a place all the same. */
  found = truce_store_adapter_next (f->adapter, "task", "c", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (truce_stored_record_get_id (found), ==, "d");
  none = truce_store_adapter_next (f->adapter, "task", "d", &error);
  g_assert_no_error (error);
  g_assert_null (none);
}

static void
test_remove (Fixture      *f,
             gconstpointer data)
{
  g_autoptr(TruceStoredRecord) gone = NULL;

  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  put (f, "task", "b", TRUCE_DELIVERY_SYNCED);
  put (f, "task", "c", TRUCE_DELIVERY_FAILED);
  commit (f);
  begin (f);
  purge (f, "task", "a");
  purge (f, "task", "b");
  gone = get (f, "task", "a");
  g_assert_null (gone);
  commit (f);
  assert_ids (f->adapter, "task", "c");
  assert_feed (f->adapter, "3:task/c");
  assert_outbox (f->adapter, "3:task/c");

  /* No trace: it is new again. */
  begin (f);
  put (f, "task", "b", TRUCE_DELIVERY_PENDING);
  commit (f);
  assert_feed (f->adapter, "3:task/c 4:task/b");
}

static void
test_meta (Fixture      *f,
           gconstpointer data)
{
  g_autofree char *long_key = g_strnfill (2000, 'k');
  g_autofree char *long_meta = g_strdup_printf ("%s=long", long_key);

  begin (f);
  set_meta (f, "log", "b", "2");
  set_meta (f, "log", "a/1", "1");
  set_meta (f, "log", "B", "");
  set_meta (f, "logs", "c", "other");
  set_meta (f, "long", long_key, "long");
  assert_meta (f->adapter, "log", "B= a/1=1 b=2");
  commit (f);
  begin (f);
  set_meta (f, "log", "b", "three");
  set_meta (f, "log", "B", NULL);
  set_meta (f, "log", "nothing", NULL);
  commit (f);

  assert_meta (f->adapter, "log", "a/1=1 b=three");
  assert_meta (f->adapter, "logs", "c=other");
  assert_meta (f->adapter, "long", long_meta);
  assert_meta (f->adapter, "lo", "");
}

/* An indexed field may hold anything, and schemas change. */
static void
test_prepare (Fixture      *f,
              gconstpointer data)
{
  g_autoptr(TruceSchema) before = truce_schema_new ();
  g_autoptr(TruceSchema) after = NULL;
  g_autoptr(GError) error = NULL;

  after = truce_schema_new_from_text ("{\"fields\":{\"v\":\"counter\"}}", &error);
  g_assert_no_error (error);
  truce_store_adapter_prepare (f->adapter, "task", before, &error);
  g_assert_no_error (error);
  begin (f);
  put (f, "task", "a", TRUCE_DELIVERY_PENDING);
  commit (f);
  truce_store_adapter_prepare (f->adapter, "task", after, &error);
  g_assert_no_error (error);
  truce_store_adapter_prepare (f->adapter, "task", after, &error);
  g_assert_no_error (error);
  assert_outbox (f->adapter, "1:task/a");
}

const AdapterCase adapter_record_cases[] = {
  { "/empty", test_empty },
  { "/round-trip", test_round_trip },
  { "/large", test_large },
  { "/large-versions", test_large_versions },
  { "/put/exists", test_put_exists },
  { "/put/deliveries", test_deliveries },
  { "/settle", test_settle },
  { "/settle/put", test_settle_and_put },
  { "/settle/stale", test_settle_stale },
  { "/settle/base", test_settle_base },
  { "/flush", test_flush },
  { "/feed", test_feed },
  { "/order", test_order },
  { "/hostile-names", test_hostile_names },
  { "/collections-apart", test_collections_apart },
  { "/remove", test_remove },
  { "/meta", test_meta },
  { "/prepare", test_prepare },
  { NULL, NULL },
};
