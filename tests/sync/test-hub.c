/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a hub does with each exchange, one rule a case, in memory and in a file. */

#include "hub-fixture.h"

#include "truce-log-private.h"

/* ---- pushing ---- */

static void
test_push (HubFixture   *fixture,
           gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = NULL;
  g_autoptr(TrucePush) push = NULL;
  g_autofree char *lines = NULL;

  device_put (a, "1", "{\"tags\":[\"x\"],\"title\":\"one\"}");
  device_put (a, "2", "{\"title\":\"two\"}");
  device_delete (a, "2");
  device_put (a, "3", "{\"title\":\"three\"}");
  push = device_push_new (a, "1", "2", "3", NULL);
  assert_performed (fixture, push);
  for (guint i = 0; i < push->n_items; i++)
    g_assert_cmpint (push->items[i].answer, ==, TRUCE_ANSWER_ACCEPTED);
  g_assert_cmpint (push->first, ==, 0);
  g_assert_cmpint (push->last, ==, 3);
  assert_hub_text (fixture, "1", "{\"tags\":[\"x\"],\"title\":\"one\"}");
  assert_hub_text (fixture, "2", NULL);

  two = device_open (b, NULL);
  g_assert_cmpint (two->head, ==, 3);
  lines = device_pull (b, 0);
  g_assert_cmpstr (lines, ==,
                   "1 {\"tags\":[\"x\"],\"title\":\"one\"}\n2 (null)\n3 {\"title\":\"three\"}\n");
}

/* Number 98: a whole session that comes again, and again, changes nothing. */
static void
test_push_again (HubFixture   *fixture,
                 gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);

  device_put (a, "1", "{\"votes\":5}");
  device_push (a, "1");
  for (int i = 0; i < 10; i++)
    {
      g_autoptr(TruceHello) again = device_open (a, a->session);

      device_push (a, "1");
      g_assert_cmpint (fixture->store->version, ==, 1);
    }
  assert_hub_text (fixture, "1", "{\"votes\":5}");
}

/* Number 95, of two replicas: edits of one record that met at the hub are both there, and no version is missed by
 * who reads along. */
static void
test_push_both (HubFixture   *fixture,
                gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(Device) reader = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = device_open (b, NULL);
  g_autoptr(TruceHello) three = device_open (reader, NULL);
  gint64 cursor = 0;

  device_put (a, "1", "{}");
  device_put (b, "1", "{}");
  for (int i = 1; i <= 50; i++)
    {
      g_autofree char *expected = g_strdup_printf ("{\"a\":%d,\"b\":%d}", i, i);
      g_autofree char *ours = g_strdup_printf ("{\"a\":%d}", i);
      g_autofree char *theirs = g_strdup_printf ("{\"b\":%d}", i);
      g_autofree char *lines = NULL;
      g_autofree char *line = g_strdup_printf ("1 %s\n", expected);

      assert_done (truce_collection_patch_text (a->tasks, "1", ours, NULL));
      assert_done (truce_collection_patch_text (b->tasks, "1", theirs, NULL));
      device_push (a, "1");
      device_push (b, "1");
      assert_hub_text (fixture, "1", expected);
      lines = device_pull (reader, cursor);
      g_assert_cmpstr (lines, ==, line);
      cursor = fixture->store->version;
    }
}

/* What lost is kept at the hub, too. */
static void
test_history (HubFixture   *fixture,
              gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = device_open (b, NULL);
  g_autofree char *key = NULL;

  device_put (a, "1", "{\"title\":\"early\"}");
  device_put (b, "1", "{\"title\":\"late\"}");
  device_push (b, "1");
  device_push (a, "1");
  assert_hub_text (fixture, "1", "{\"title\":\"late\"}");
  key = truce_store_adapter_next_meta (truce_store_get_adapter (fixture->store), TRUCE_LOG_GROUP, NULL, NULL);
  g_assert_true (g_str_has_prefix (key, "task/1/"));
}

static void
test_gated (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = device_open (b, NULL);
  g_autoptr(TrucePush) push = NULL;
  g_autoptr(TrucePush) again = NULL;
  g_autofree char *lines = NULL;

  device_put (a, "1", "{\"title\":\"a\"}");
  device_push (a, "1");
  device_put (b, "1", "{\"title\":\"b\"}");
  push = device_push_new (b, "1", NULL);
  push->items[0].gated = TRUE;
  assert_performed (fixture, push);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_CONFLICT);
  g_assert_cmpstr (push->items[0].remote->value, ==, "{\"title\":\"a\"}");
  assert_hub_text (fixture, "1", "{\"title\":\"a\"}");

  /* Whoever has seen it may. */
  lines = device_pull (b, 0);
  device_put (b, "1", "{\"title\":\"both\"}");
  again = device_push_new (b, "1", NULL);
  again->items[0].gated = TRUE;
  assert_performed (fixture, again);
  g_assert_cmpint (again->items[0].answer, ==, TRUCE_ANSWER_ACCEPTED);
  assert_hub_text (fixture, "1", "{\"title\":\"both\"}");
}

/* A stamp from far in the future enters nowhere; the others of its push do. */
static void
test_skew (HubFixture   *fixture,
           gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePush) push = NULL;
  gint64 now = truce_test_clock_get_now (fixture->time);

  device_put (a, "1", "{\"title\":\"now\"}");
  truce_test_clock_set_now (fixture->time, now + 3600 * 1000);
  device_put (a, "2", "{\"title\":\"in an hour\"}");
  truce_test_clock_set_now (fixture->time, now);
  push = device_push_new (a, "2", "1", NULL);
  assert_performed (fixture, push);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_RETRY);
  g_assert_cmpint (push->items[0].code, ==, TRUCE_ERROR_CLOCK_SKEW);
  g_assert_cmpint (push->items[1].answer, ==, TRUCE_ANSWER_ACCEPTED);
  assert_hub_text (fixture, "2", NULL);
}

static TruceStoredRecord *
record_with (const char *collection,
             const char *id,
             const char *value,
             const char *state,
             gsize       length)
{
  return truce_stored_record_make (&(TruceStoredParts) {
    .collection = collection, .collection_length = strlen (collection), .id = id, .id_length = strlen (id),
    .version = 1, .value = value, .value_length = value != NULL ? strlen (value) : 0,
    .state = state, .state_length = length,
  });
}

/* What can't be a record is rejected, each for its reason, and holds up nothing. */
static void
test_bad_records (HubFixture   *fixture,
                  gconstpointer data)
{
  static const struct { const char *id; const char *value; TruceError code; } bad[] = {
    { "1", "{\"title\":\"cut", TRUCE_ERROR_CORRUPT },
    { "2", "[]", TRUCE_ERROR_CORRUPT },
    { "3", NULL, TRUCE_ERROR_CORRUPT },
    { "", "{}", TRUCE_ERROR_INVALID_DATA },
    { "\xff", "{}", TRUCE_ERROR_INVALID_DATA },
  };
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePush) push = truce_push_new (a->session, 0);
  g_autoptr(TruceStoredRecord) good = NULL;
  g_autofree char *long_id = g_strnfill (256, 'x');
  g_autofree char *long_text = g_strnfill (2 << 20, ' ');
  g_autoptr(TruceStoredRecord) named = record_with ("task", long_id, "{}", "", 0);
  g_autoptr(TruceStoredRecord) large = record_with ("task", "large", long_text, "", 0);
  g_autoptr(TruceStoredRecord) nowhere = record_with ("", "1", "{}", "", 0);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(TruceStoredRecord) record = record_with ("task", bad[i].id, bad[i].value, "\x01", 1);

      truce_push_append (push, record);
    }
  truce_push_append (push, named);
  truce_push_append (push, large);
  truce_push_append (push, nowhere);
  device_put (a, "9", "{\"title\":\"good\"}");
  good = device_row (a, "9");
  truce_push_append (push, good);

  assert_performed (fixture, push);
  for (guint i = 0; i < push->n_items - 1; i++)
    g_assert_cmpint (push->items[i].answer, ==, TRUCE_ANSWER_REJECTED);
  /* What can't even be sent is refused before it comes to the hub. */
  for (guint i = 0; i < G_N_ELEMENTS (bad) && !fixture->wire; i++)
    g_assert_cmpint (push->items[i].code, ==, bad[i].code);
  g_assert_cmpint (push->items[push->n_items - 1].answer, ==, TRUCE_ANSWER_ACCEPTED);
  g_assert_cmpint (fixture->store->version, ==, 1);
}

/* Number 99: more than a batch may hold is refused as a whole. */
static void
test_large_push (HubFixture   *fixture,
                 gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePush) push = truce_push_new (a->session, 0);
  g_autoptr(TruceStoredRecord) row = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  row = device_row (a, "1");
  for (guint i = 0; i <= TRUCE_HUB_BATCH_MAX; i++)
    truce_push_append (push, row);
  assert_refused (fixture, push, TRUCE_ERROR_TOO_LARGE);
  assert_hub_text (fixture, "1", NULL);
}

/* What fails in the store takes everything back, answers too. */
static void
test_store_busy (HubFixture   *fixture,
                 gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePush) push = NULL;

  device_put (a, "1", "{\"title\":\"one\"}");
  push = device_push_new (a, "1", NULL);
  assert_done (truce_store_begin (fixture->store, NULL));
  assert_refused (fixture, push, TRUCE_ERROR_BUSY);
  truce_store_rollback (fixture->store);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_NONE);
  assert_performed (fixture, push);
}

/* ---- the guard ---- */

static gboolean
guard (TruceHub    *hub,
       TruceChange *change,
       const char  *account,
       gpointer     data,
       GError     **error)
{
  const char *id = truce_change_get_id (change);
  g_autoptr(TruceExchange) bye = truce_exchange_new_bye (data);

  g_assert_cmpstr (account, ==, "jane");
  /* Whoever guards can't pull the session away from under the push. */
  g_assert_false (truce_hub_close (hub, bye, NULL));
  if (g_str_equal (id, "secret"))
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REJECTED, "not for you");
  else if (g_str_equal (id, "slow"))
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "not now");
  return g_str_equal (id, "fine");
}

static void
test_guard (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) hello = device_hello (a);
  g_autoptr(TrucePush) push = NULL;

  hello->account = g_strdup ("jane");
  device_greet (a, hello);
  truce_hub_set_guard (fixture->hub, guard, g_strdup (a->session), g_free);
  device_put (a, "secret", "{}");
  device_put (a, "slow", "{}");
  device_put (a, "mute", "{}");
  device_put (a, "fine", "{}");
  push = device_push_new (a, "secret", "slow", "mute", "fine", NULL);
  assert_performed (fixture, push);
  g_assert_cmpint (push->items[0].answer, ==, TRUCE_ANSWER_REJECTED);
  g_assert_cmpstr (push->items[0].message, ==, "not for you");
  g_assert_cmpint (push->items[1].answer, ==, TRUCE_ANSWER_RETRY);
  g_assert_cmpint (push->items[2].answer, ==, TRUCE_ANSWER_REJECTED);
  g_assert_cmpint (push->items[3].answer, ==, TRUCE_ANSWER_ACCEPTED);
  assert_hub_text (fixture, "secret", NULL);
  assert_hub_text (fixture, "fine", "{}");
}

/* ---- pulling and listing ---- */

static void
test_pull (HubFixture   *fixture,
           gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePull) page = NULL;
  g_autoptr(TrucePull) rest = NULL;
  g_autoptr(TrucePull) beyond = NULL;

  for (int i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      device_put (a, id, "{}");
      device_push (a, id);
    }
  device_put (a, "0", "{\"a\":1}");
  device_push (a, "0");

  page = truce_pull_new (a->session, NULL, 0, 3);
  assert_performed (fixture, page);
  g_assert_cmpuint (page->n_items, ==, 3);
  g_assert_true (page->more);
  g_assert_cmpint (page->next_cursor, ==, 4);
  rest = truce_pull_new (a->session, NULL, 4, 1000000);
  assert_performed (fixture, rest);
  g_assert_cmpuint (rest->n_items, ==, 2);
  g_assert_false (rest->more);
  g_assert_cmpint (rest->next_cursor, ==, 6);
  g_assert_cmpstr (rest->items[1].record->value, ==, "{\"a\":1}");

  /* The hub was put back from a backup, and nobody told it. */
  beyond = truce_pull_new (a->session, NULL, 7, 10);
  assert_refused (fixture, beyond, TRUCE_ERROR_RESYNC_REQUIRED);
}

static void
test_bad_pages (HubFixture   *fixture,
                gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TrucePull) nothing = truce_pull_new (a->session, NULL, 0, 0);
  g_autoptr(TrucePull) before = truce_pull_new (a->session, NULL, -1, 10);
  g_autoptr(TruceListing) list_nothing = truce_listing_new (a->session, NULL, NULL, NULL, 0);
  g_autoptr(TrucePull) unknown = truce_pull_new ("what?", NULL, 0, 10);
  g_autoptr(TrucePull) none = truce_pull_new (NULL, NULL, 0, 10);
  int no_session = fixture->wire ? TRUCE_ERROR_INVALID_DATA : TRUCE_ERROR_BUSY;

  assert_refused (fixture, nothing, TRUCE_ERROR_INVALID_DATA);
  assert_refused (fixture, before, TRUCE_ERROR_INVALID_DATA);
  assert_refused (fixture, list_nothing, TRUCE_ERROR_INVALID_DATA);
  assert_refused (fixture, unknown, TRUCE_ERROR_BUSY);
  assert_refused (fixture, none, no_session);
}

/* Numbers 99: a page is no larger than 8 MiB, whatever was asked for. */
static void
test_large_page (HubFixture   *fixture,
                 gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autofree char *filler = g_strnfill (1000 * 1000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"a\":\"%s\"}", filler);
  g_autoptr(TrucePull) page = NULL;

  for (int i = 0; i < 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("%d", i);

      device_put (a, id, text);
      device_push (a, id);
    }
  page = truce_pull_new (a->session, NULL, 0, 1000);
  assert_performed (fixture, page);
  g_assert_cmpuint (page->n_items, ==, 8);
  g_assert_true (page->more);
}

static void
test_filter (HubFixture   *fixture,
             gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(GHashTable) filters = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(TruceHello) hello = NULL;
  g_autoptr(TruceListing) listing = NULL;
  g_autofree char *lines = NULL;

  device_put (a, "1", "{\"open\":true}");
  device_put (a, "2", "{\"open\":false}");
  device_put (a, "3", "{\"open\":false}");
  device_delete (a, "3");
  device_push (a, "1");
  device_push (a, "2");
  device_push (a, "3");
  g_hash_table_insert (filters, (gpointer) "task", (gpointer) "open == true");
  hello = truce_hello_new (device_replica (b), filters);
  device_greet (b, hello);
  lines = device_pull (b, 0);
  g_assert_cmpstr (lines, ==, "1 {\"open\":true}\n2 left\n3 (null)\n");
  listing = truce_listing_new (b->session, NULL, NULL, NULL, 10);
  assert_performed (fixture, listing);
  g_assert_cmpuint (listing->n_items, ==, 1);
  g_assert_cmpstr (listing->items[0].id, ==, "1");
}

/* What is local at the hub stays there, in pages and in conflicts. */
static void
test_local (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text ("{\"fields\":{\"here\":\"local\"}}", NULL);
  g_autoptr(TruceCollection) tasks = truce_store_get_collection (fixture->store, "task", schema, NULL);
  g_autoptr(TrucePull) page = truce_pull_new (a->session, NULL, 0, 10);
  g_autoptr(TrucePush) push = NULL;

  assert_done (truce_collection_put_text (tasks, "1", "{\"here\":7,\"title\":\"a\"}", NULL));
  assert_performed (fixture, page);
  g_assert_cmpstr (page->items[0].record->value, ==, "{\"title\":\"a\"}");
  device_put (a, "1", "{\"title\":\"b\"}");
  push = device_push_new (a, "1", NULL);
  push->items[0].gated = TRUE;
  assert_performed (fixture, push);
  g_assert_cmpstr (push->items[0].remote->value, ==, "{\"title\":\"a\"}");
  assert_hub_text (fixture, "1", "{\"here\":7,\"title\":\"a\"}");
}

static void
test_list (HubFixture   *fixture,
           gconstpointer data)
{
  static const struct { const char *collection; const char *id; } expected[] = {
    { "note", "1" }, { "task", "1" }, { "task", "10" }, { "task", "2" }, { "zone", "1" }
  };
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autofree char *collection = NULL;
  g_autofree char *id = NULL;
  gboolean more = TRUE;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr(TruceCollection) there = truce_store_get_collection (fixture->store, expected[i].collection, NULL,
                                                                     NULL);

      assert_done (truce_collection_put_text (there, expected[i].id, "{}", NULL));
    }
  device_put (a, "11", "{}");
  device_delete (a, "11");
  device_push (a, "11");
  while (more)
    {
      g_autoptr(TruceListing) page = truce_listing_new (a->session, NULL, collection, id, 2);

      assert_performed (fixture, page);
      g_assert_cmpuint (page->n_items, <=, 2);
      for (guint i = 0; i < page->n_items; i++, n++)
        {
          g_assert_cmpstr (page->items[i].collection, ==, expected[n].collection);
          g_assert_cmpstr (page->items[i].id, ==, expected[n].id);
          g_free (collection);
          g_free (id);
          collection = g_strdup (expected[n].collection);
          id = g_strdup (expected[n].id);
        }
      more = page->more;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
}

/* ---- purging ---- */

static void
purge_after (HubFixture *fixture,
             gint64      ms,
             gint64      expected)
{
  g_autoptr(GError) error = NULL;
  gint64 n;

  truce_test_clock_advance (fixture->time, ms);
  n = truce_hub_purge (fixture->hub, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, expected);
}

static void
test_purge (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);

  truce_hub_set_tombstone_ttl (fixture->hub, 10000);
  device_put (a, "1", "{}");
  device_delete (a, "1");
  device_push (a, "1");
  device_put (a, "2", "{}");
  device_push (a, "2");
  purge_after (fixture, 5000, 0);
  g_assert_cmpint (truce_hub_get_horizon (fixture->hub), ==, 0);
  purge_after (fixture, 5000, 1);
  g_assert_cmpint (truce_hub_get_horizon (fixture->hub), ==, 1);
  purge_after (fixture, 5000, 0);
  hub_restart (fixture);
  g_assert_cmpint (truce_hub_get_horizon (fixture->hub), ==, 1);
}

/* Number 103: a replica that was away while a deletion was forgotten is told to read everything, and may push only
 * when it has; what it has not heard of does not come back, its own edits do. */
static void
test_stale (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = device_open (b, NULL);
  g_autoptr(TruceHello) back = NULL;
  g_autoptr(TrucePush) push = NULL;
  g_autoptr(TruceListing) listing = NULL;
  g_autofree char *lines = NULL;

  truce_hub_set_tombstone_ttl (fixture->hub, 10000);
  device_put (a, "1", "{\"title\":\"old\"}");
  device_push (a, "1");
  lines = device_pull (b, 0);
  device_delete (a, "1");
  device_push (a, "1");
  purge_after (fixture, 20000, 1);

  device_put (b, "2", "{\"title\":\"new\"}");
  back = device_hello (b);
  back->epoch = g_strdup (truce_hub_get_epoch (fixture->hub));
  back->cursor = 1;
  device_greet (b, back);
  g_assert_cmpint (back->horizon, ==, 2);
  push = device_push_new (b, "1", "2", NULL);
  assert_refused (fixture, push, TRUCE_ERROR_RESYNC_REQUIRED);
  assert_hub_text (fixture, "1", NULL);

  listing = truce_listing_new (b->session, NULL, NULL, NULL, 100);
  assert_performed (fixture, listing);
  g_assert_cmpuint (listing->n_items, ==, 0);
  device_push (b, "2");
  assert_hub_text (fixture, "2", "{\"title\":\"new\"}");
}

/* The horizon rises while somebody is reading. */
static void
test_purge_meanwhile (HubFixture   *fixture,
                      gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = NULL;
  g_autoptr(TrucePull) page = NULL;
  g_autoptr(TrucePull) next = NULL;
  g_autoptr(TrucePull) behind = NULL;

  truce_hub_set_tombstone_ttl (fixture->hub, 10000);
  device_put (a, "1", "{}");
  device_push (a, "1");
  two = device_open (b, NULL);
  page = truce_pull_new (b->session, NULL, 0, 1);
  assert_performed (fixture, page);
  device_delete (a, "1");
  device_push (a, "1");
  device_put (a, "2", "{}");
  device_push (a, "2");
  purge_after (fixture, 20000, 1);
  next = truce_pull_new (b->session, NULL, page->next_cursor, 1);
  assert_refused (fixture, next, TRUCE_ERROR_RESYNC_REQUIRED);
  behind = truce_pull_new (b->session, NULL, 2, 1);
  assert_performed (fixture, behind);
}

/* Number 104: an old deletion from a backup, met after it was forgotten, does not take what was made since. */
static void
test_doomstone (HubFixture   *fixture,
                gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(Device) b = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceHello) two = device_open (b, NULL);
  g_autoptr(TrucePush) old = NULL;

  truce_hub_set_tombstone_ttl (fixture->hub, 10000);
  device_put (a, "1", "{\"title\":\"old\"}");
  device_delete (a, "1");
  device_push (a, "1");
  old = device_push_new (a, "1", NULL);
  purge_after (fixture, 20000, 1);
  device_put (b, "1", "{\"title\":\"new\"}");
  device_push (b, "1");
  assert_performed (fixture, old);
  assert_hub_text (fixture, "1", "{\"title\":\"new\"}");
}

static void
test_reset (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autofree char *epoch = g_strdup (truce_hub_get_epoch (fixture->hub));
  g_autoptr(TrucePull) pull = truce_pull_new (a->session, NULL, 0, 10);

  hub_restart (fixture);
  g_assert_cmpstr (truce_hub_get_epoch (fixture->hub), ==, epoch);
  assert_done (truce_hub_reset (fixture->hub, NULL));
  g_assert_cmpstr (truce_hub_get_epoch (fixture->hub), !=, epoch);
  assert_refused (fixture, pull, TRUCE_ERROR_BUSY);
}

/* ---- watching ---- */

static void
count (TruceRemote *remote,
       gpointer     data)
{
  ++*(guint *) data;
}

static void
test_watch (HubFixture   *fixture,
            gconstpointer data)
{
  g_autoptr(Device) a = device_new (fixture);
  g_autoptr(TruceHello) one = device_open (a, NULL);
  g_autoptr(TruceRemote) other = TRUCE_REMOTE (truce_hub_remote_new (fixture->hub));
  guint n = 0;
  guint n_own = 0;

  if (fixture->wire)
    {
      g_test_skip ("nobody watches by messages");
      return;
    }
  g_signal_connect (other, "changed", G_CALLBACK (count), &n);
  g_signal_connect (fixture->remote, "changed", G_CALLBACK (count), &n_own);
  device_put (a, "1", "{}");
  device_push (a, "1");
  g_assert_cmpuint (n, ==, 0);
  assert_done (truce_remote_watch (other, TRUE, NULL));
  assert_done (truce_remote_watch (other, TRUE, NULL));
  assert_done (truce_remote_watch (fixture->remote, TRUE, NULL));
  device_push (a, "1");
  g_assert_cmpuint (n, ==, 0);
  device_put (a, "1", "{\"a\":1}");
  device_push (a, "1");
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (n_own, ==, 0);
  assert_done (truce_remote_watch (other, FALSE, NULL));
  device_put (a, "1", "{\"a\":2}");
  device_push (a, "1");
  g_assert_cmpuint (n, ==, 1);
}

/* As a binding may make them: half empty. */
static void
test_empty (void)
{
  g_autoptr(TruceHub) hub = g_object_new (TRUCE_TYPE_HUB, NULL);
  g_autoptr(TruceHubRemote) remote = g_object_new (TRUCE_TYPE_HUB_REMOTE, NULL);
  g_autoptr(TruceHello) hello = truce_hello_new (7, NULL);
  HubFixture fixture = { .remote = TRUCE_REMOTE (remote) };

  g_assert_null (truce_hub_get_store (hub));
  g_assert_null (truce_hub_get_epoch (hub));
  assert_refused (&fixture, hello, TRUCE_ERROR_UNSUPPORTED);
  assert_fails (truce_remote_watch (TRUCE_REMOTE (remote), TRUE, &error), TRUCE_ERROR_UNSUPPORTED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  hub_add_test ("push", test_push);
  hub_add_test ("push-again", test_push_again);
  hub_add_test ("push-both", test_push_both);
  hub_add_test ("history", test_history);
  hub_add_test ("gated", test_gated);
  hub_add_test ("skew", test_skew);
  hub_add_test ("bad-records", test_bad_records);
  hub_add_test ("large-push", test_large_push);
  hub_add_test ("store-busy", test_store_busy);
  hub_add_test ("guard", test_guard);
  hub_add_test ("pull", test_pull);
  hub_add_test ("bad-pages", test_bad_pages);
  hub_add_test ("large-page", test_large_page);
  hub_add_test ("filter", test_filter);
  hub_add_test ("local", test_local);
  hub_add_test ("list", test_list);
  hub_add_test ("purge", test_purge);
  hub_add_test ("stale", test_stale);
  hub_add_test ("purge-meanwhile", test_purge_meanwhile);
  hub_add_test ("doomstone", test_doomstone);
  hub_add_test ("reset", test_reset);
  hub_add_test ("watch", test_watch);
  g_test_add_func ("/hub/empty", test_empty);
  return g_test_run ();
}
