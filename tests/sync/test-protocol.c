/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A hub that is sent valid messages in any order (numbers 98, 115 and 116): it answers only what docs/protocol.md allows,
 * holds the join of what it has accepted and nothing else, and a message that comes again changes nothing. */

#include "hub-fixture.h"

#include "truce-message.h"
#include "truce-store-join.h"

#define N_DEVICES 3
#define N_STEPS 100

typedef struct
{
  HubFixture *fixture;
  Device *devices[N_DEVICES];
  char *pushed_in[N_DEVICES];   /* owned: the session in which each has last pushed; NULL: none */
  TruceStore *model;            /* owned: what was accepted, joined as it came */
  GPtrArray *sent;              /* of GBytes *, owned: every push as it was sent */
} World;

static int
rounds (void)
{
  const char *text = g_getenv ("TRUCE_TEST_ROUNDS");

  return text != NULL ? atoi (text) : g_test_slow () ? 400 : 8;
}

/* ---- one step ---- */

static Device *
any_device (World *world)
{
  return world->devices[g_test_rand_int_range (0, N_DEVICES)];
}

static int
index_of (World  *world,
          Device *device)
{
  int i = 0;

  while (world->devices[i] != device)
    i++;
  return i;
}

/* Mostly its own one, else somebody's, or nobody's. */
static const char *
any_session (World  *world,
             Device *device)
{
  int die = g_test_rand_int_range (0, 10);

  if (die < 8 && device->session != NULL)
    return device->session;
  return die == 8 && world->devices[0]->session != NULL ? world->devices[0]->session : "nobody";
}

static void
write_something (Device *device)
{
  g_autofree char *id = g_strdup_printf ("%d", g_test_rand_int_range (0, 5));
  g_autofree char *text = g_strdup_printf ("{\"tags\":[\"%d\"],\"votes\":%d,\"f%d\":%d}", g_test_rand_int_range (0, 9),
                                           g_test_rand_int_range (-5, 5), g_test_rand_int_range (0, 3),
                                           g_test_rand_int ());

  truce_test_clock_advance (device->fixture->time, 1);
  if (g_test_rand_int_range (0, 5) == 0)
    truce_collection_delete (device->tasks, id, NULL);
  else
    assert_done (truce_collection_put_text (device->tasks, id, text, NULL));
}

/* FALSE: it was refused, by one of these codes. */
static gboolean
answered (World         *world,
          TruceExchange *exchange,
          const int     *codes,
          guint          n_codes)
{
  g_autoptr(GError) error = NULL;
  gboolean known = FALSE;

  if (truce_exchange_perform (world->fixture->remote, exchange, NULL, &error))
    return TRUE;
  for (guint i = 0; i < n_codes; i++)
    known |= g_error_matches (error, TRUCE_ERROR, codes[i]);
  if (!known)
    g_assert_no_error (error);
  return FALSE;
}

static void
greet (World *world)
{
  Device *device = any_device (world);
  int i = index_of (world, device);
  TruceHello *hello = device_hello (device);
  gboolean lies = g_test_rand_int_range (0, 6) == 0;

  hello->last_session = g_strdup (lies ? "nobody" : world->pushed_in[i]);
  hello->epoch = g_test_rand_bit () ? g_strdup (truce_hub_get_epoch (world->fixture->hub)) : NULL;
  hello->cursor = g_test_rand_int_range (0, 1 + truce_store_get_version (world->fixture->store));
  if (hello->last_session != NULL)
    hello->sent = make_stamp (hello->now_ms, hello->replica);
  g_object_unref (device_greet (device, hello));
}

static void
accept (World             *world,
        TruceStoredRecord *record)
{
  gboolean changed;

  assert_done (truce_store_begin (world->model, NULL));
  assert_done (truce_store_join_row (world->model, record, &changed, NULL));
  assert_done (truce_store_commit (world->model, NULL));
}

static void
add_changes (Device    *device,
             TrucePush *push,
             int        n)
{
  gint64 after = 0;

  while (n-- > 0)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (truce_store_get_adapter (device->store), after,
                                                                           NULL);

      if (row == NULL)
        return;
      truce_push_append (push, row)->gated = g_test_rand_int_range (0, 4) == 0;
      after = row->version;
    }
}

static void
push (World *world)
{
  static const int codes[] = { TRUCE_ERROR_BUSY, TRUCE_ERROR_REPLICA_FORKED, TRUCE_ERROR_RESYNC_REQUIRED };
  Device *device = any_device (world);
  const char *session = any_session (world, device);
  g_autoptr(TrucePush) exchange = truce_push_new (session, 0);

  write_something (device);
  add_changes (device, exchange, g_test_rand_int_range (0, 4));
  g_ptr_array_add (world->sent, truce_message_write_request (TRUCE_EXCHANGE (exchange)));
  if (!answered (world, TRUCE_EXCHANGE (exchange), codes, G_N_ELEMENTS (codes)))
    return;

  for (guint i = 0; i < exchange->n_items; i++)
    {
      if (exchange->items[i].answer == TRUCE_ANSWER_ACCEPTED)
        accept (world, exchange->items[i].record);
      else
        g_assert_cmpint (exchange->items[i].answer, ==, TRUCE_ANSWER_CONFLICT);
    }
  /* Somebody may have pushed in another's name: that one remembers what it is told, as it would. */
  for (int i = 0; i < N_DEVICES; i++)
    if (g_strcmp0 (world->devices[i]->session, session) == 0)
      {
        g_free (world->pushed_in[i]);
        world->pushed_in[i] = g_strdup (session);
      }
}

static void
pull (World *world)
{
  static const int codes[] = { TRUCE_ERROR_BUSY, TRUCE_ERROR_RESYNC_REQUIRED };
  Device *device = any_device (world);
  gint64 head = truce_store_get_version (world->fixture->store);
  g_autoptr(TrucePull) exchange = truce_pull_new (any_session (world, device), NULL,
                                                  g_test_rand_int_range (0, head + 3),
                                                  g_test_rand_int_range (1, 4));

  if (!answered (world, TRUCE_EXCHANGE (exchange), codes, G_N_ELEMENTS (codes)))
    return;
  g_assert_cmpint (exchange->next_cursor, <=, head);
  g_assert_cmpuint (exchange->n_items, <=, exchange->limit);
}

static void
list (World *world)
{
  static const int codes[] = { TRUCE_ERROR_BUSY };
  g_autoptr(TruceListing) exchange = truce_listing_new (any_session (world, any_device (world)), NULL, NULL, NULL, 3);

  answered (world, TRUCE_EXCHANGE (exchange), codes, G_N_ELEMENTS (codes));
}

static void
say_goodbye (World *world)
{
  g_autoptr(TruceExchange) exchange = truce_exchange_new_bye (any_session (world, any_device (world)));

  assert_performed (world->fixture, exchange);
}

static void
reset (World *world)
{
  if (g_test_rand_bit ())
    hub_restart (world->fixture);
  else
    assert_done (truce_hub_reset (world->fixture->hub, NULL));
}

static void
step (World *world)
{
  int die = g_test_rand_int_range (0, 100);

  if (die < 25)
    greet (world);
  else if (die < 65)
    push (world);
  else if (die < 80)
    pull (world);
  else if (die < 90)
    list (world);
  else if (die < 97)
    say_goodbye (world);
  else
    reset (world);
}

/* ---- what must hold ---- */

static char *
dump (TruceStore *store)
{
  TruceStoreAdapter *adapter = truce_store_get_adapter (store);
  GString *lines = g_string_new (NULL);
  g_autofree char *after = NULL;

  for (;;)
    {
      g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (adapter, "task", after, NULL);
      g_autofree char *state = NULL;

      if (row == NULL)
        return g_string_free (lines, FALSE);
      g_free (after);
      after = g_strdup (row->id);
      state = g_base64_encode (row->state, row->state_length);
      g_string_append_printf (lines, "%s %s %s\n", row->id, row->value, state);
    }
}

static void
check (World *world)
{
  g_autofree char *ours = dump (world->fixture->store);
  g_autofree char *expected = dump (world->model);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = truce_store_verify (world->fixture->store, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (problems), ==, 0);
  g_assert_cmpstr (ours, ==, expected);
}

/* All that was ever sent comes again. */
static void
replay (World *world)
{
  gint64 version = truce_store_get_version (world->fixture->store);

  for (guint i = 0; i < world->sent->len; i++)
    g_bytes_unref (truce_hub_answer (world->fixture->hub, g_ptr_array_index (world->sent, i)));
  g_assert_cmpint (truce_store_get_version (world->fixture->store), ==, version);
}

static void
test_any_order (HubFixture   *fixture,
                gconstpointer data)
{
  for (int round = 0; round < rounds (); round++)
    {
      g_autoptr(TruceStoreAdapter) adapter = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
      World world = { fixture };

      world.model = truce_store_new (adapter, NULL);
      truce_test_clock_drive (fixture->time, truce_store_get_clock (world.model), 0);
      truce_store_set_outbox (world.model, FALSE);
      world.sent = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      for (int i = 0; i < N_DEVICES; i++)
        world.devices[i] = device_new (fixture);

      /* What earlier rounds have left here is there, too. */
      truce_store_merge (world.model, fixture->store, NULL, NULL, NULL, NULL, NULL, NULL);
      for (int i = 0; i < N_STEPS; i++)
        step (&world);
      check (&world);
      replay (&world);

      for (int i = 0; i < N_DEVICES; i++)
        {
          device_free (world.devices[i]);
          g_free (world.pushed_in[i]);
        }
      g_ptr_array_unref (world.sent);
      g_object_unref (world.model);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  hub_add_test ("any-order", test_any_order);
  return g_test_run ();
}
