/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stamps that nobody has seen, rewritten: to another replica's, or to another time. Random histories in all shapes,
 * and what can be said of counters one by one. */

#include "state-world.h"

#define NEW_ID G_GUINT64_CONSTANT (0x5555555555555555)
#define YEAR_MS (G_GINT64_CONSTANT (365) * 24 * 3600 * 1000)

/* A history up to the moment when one replica was last heard of; what it wrote until then is known to others. */
typedef struct
{
  World *world;
  GArray *kept;                 /* of Message */
  Replica *us;
  Message known;
  guint64 sent;                 /* our latest time at that moment */
} Story;

static void
story_begin (Story *story)
{
  guint n_steps = (guint) g_test_rand_int_range (0, 60);
  World *world = g_new (World, 1);

  *story = (Story) { .world = world, .kept = g_array_new (FALSE, FALSE, sizeof (Message)) };
  world_init (world);
  for (guint i = 0; i < n_steps; i++)
    {
      Replica *replica = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];

      if (g_test_rand_int_range (0, 10) < 7)
        write_anything (world, replica);
      else
        exchange (world, story->kept, replica);
    }
  story->us = &world->replicas[g_test_rand_int_range (0, (gint) world->n_replicas)];
  story->known = *keep (story->kept, send (story->us->state, &story->us->model));
  story->sent = truce_state_latest (story->us->state, story->us->id);
}

static void
story_end (Story *story)
{
  world_clear (story->world, story->kept);
  g_array_unref (story->kept);
  g_free (story->world);
}

/* From another than us; or what anybody said up to the moment, or they since. */
static void
hear (Story   *story,
      Replica *replica)
{
  Replica *other = &story->world->replicas[g_test_rand_int_range (0, (gint) story->world->n_replicas)];
  Message message;

  if (other == story->us || g_test_rand_int_range (0, 3) == 0)
    message = g_array_index (story->kept, Message, g_test_rand_int_range (0, (gint) story->kept->len));
  else
    message = *keep (story->kept, send (other->state, &other->model));
  take (replica, &message);
}

static TruceState *
decode (Story         *story,
        const Message *message)
{
  return receive (story->us->arena, message);
}

/* The same, by way of its bytes: they are believed only if all in them is as it must be. */
static TruceState *
again (Story      *story,
       TruceState *state)
{
  return decode (story, keep (story->kept, send (state, &story->us->model)));
}

/* In the model, too, the events that only the replica knows are another's now. */
static void
rename_in_model (World            *world,
                 Replica          *replica,
                 const ModelState *known,
                 guint64           id)
{
  for (guint i = 0; i < world->model.n_events; i++)
    if (replica->model.has[i] && !known->has[i] && world->model.events[i].stamp.replica == replica->id)
      world->model.events[i].stamp.replica = id;
  for (guint i = 0; i < world->model.n_dots; i++)
    world->model.dots[i].stamp = world->model.events[world->model.dots[i].event].stamp;
  replica->id = id;
}

static const gint64 shifts[] = { 0, 1, -1, 3000, -3000, 10 * YEAR_MS, -10 * YEAR_MS };

static void
assert_shows_same (TruceState   *a,
                   TruceState   *b,
                   TruceLifeRule last)
{
  g_autoptr(GString) json_a = g_string_new (NULL);
  g_autoptr(GString) json_b = g_string_new (NULL);

  truce_state_write_map (&a->fields, json_a);
  truce_state_write_map (&b->fields, json_b);
  g_assert_cmpstr (json_a->str, ==, json_b->str);
  for (TruceLifeRule rule = TRUCE_LIFE_UPDATE_WINS; rule <= last; rule++)
    g_assert_cmpint (truce_state_is_alive (a, rule), ==, truce_state_is_alive (b, rule));
}

/* ---- two copies under one id ---- */

static void
test_fork_once (void)
{
  Story story;
  Replica copy;
  TruceRestamp how = { .new_replica = NEW_ID };
  guint n_old;
  guint64 latest = 0;

  story_begin (&story);
  copy = (Replica) { truce_json_arena_new (), NULL, story.known.model, story.us->id };
  copy.state = receive (copy.arena, &story.known);
  n_old = story.kept->len;
  for (guint i = 0; i < 40; i++)
    switch (g_test_rand_int_range (0, 4))
      {
      case 0:
        write_anything (story.world, &copy);
        break;
      case 1:
        write_anything (story.world, story.us);
        break;
      case 2:
        exchange (story.world, story.kept, &story.world->replicas[g_test_rand_int_range (0, (gint) story.world->n_replicas)]);
        break;
      default:
        take (&copy, &g_array_index (story.kept, Message, g_test_rand_int_range (0, (gint) n_old)));
        break;
      }

  how.replica = copy.id;
  how.known = receive (copy.arena, &story.known);
  truce_state_restamp (copy.state, &how, &latest);
  rename_in_model (story.world, &copy, &story.known.model, NEW_ID);
  assert_as_model (story.world, &copy);
  g_assert_cmpuint (latest, ==, truce_state_latest (copy.state, NEW_ID));
  for (guint i = 0; i < 5; i++)
    write_anything (story.world, &copy);

  for (guint i = 0; i < story.world->n_replicas; i++)
    take (&copy, keep (story.kept, send (story.world->replicas[i].state, &story.world->replicas[i].model)));
  assert_as_model (story.world, &copy);
  keep (story.kept, send (copy.state, &copy.model));
  for (guint i = 0; i < story.world->n_replicas; i++)
    {
      take (&story.world->replicas[i], &g_array_index (story.kept, Message, story.kept->len - 1));
      assert_same (story.world->replicas[i].state, copy.state);
    }
  truce_json_arena_free (copy.arena);
  story_end (&story);
}

static void
test_fork (void)
{
  for (guint i = 0; i < n_rounds (); i++)
    test_fork_once ();
}

/* Before or after what others have is joined: it makes no difference, but for the stamps of which a deleted state
 * keeps the latest alone. */
static void
test_commutes_once (gint64 shift_ms)
{
  Story story;
  TruceRestamp how = { .new_replica = NEW_ID, .shift_ms = shift_ms };
  Message ours;
  Message theirs;
  TruceState *first;
  TruceState *last;
  guint64 latest = 0;
  guint64 latest_again = 0;

  story_begin (&story);
  for (guint i = 0; i < 40; i++)
    {
      Replica *replica = &story.world->replicas[g_test_rand_int_range (0, (gint) story.world->n_replicas)];

      if (g_test_rand_int_range (0, 10) < 7)
        write_anything (story.world, replica);
      else
        hear (&story, replica);
    }
  ours = *keep (story.kept, send (story.us->state, &story.us->model));
  do
    theirs = g_array_index (story.kept, Message, g_test_rand_int_range (0, (gint) story.kept->len));
  while (theirs.bytes == ours.bytes);

  how.replica = story.us->id;
  how.known = decode (&story, &story.known);
  how.after = g_test_rand_bit () ? story.sent : 0;
  first = decode (&story, &ours);
  truce_state_restamp (first, &how, &latest);
  first = again (&story, first);
  truce_state_join (first, decode (&story, &theirs), NULL, NULL);
  last = decode (&story, &ours);
  truce_state_join (last, decode (&story, &theirs), NULL, NULL);
  truce_state_restamp (last, &how, &latest_again);
  if (shift_ms == 0 || last->deleted.time == 0)
    assert_same (first, last);
  else
    assert_shows_same (first, last, TRUCE_LIFE_DELETE_WINS);
  assert_same (again (&story, last), last);
  /* What the others have removed meanwhile got a stamp only where it was still there: perhaps the latest. */
  g_assert_cmpuint (latest_again, <=, latest);
  g_assert_cmpuint (latest_again, ==, truce_state_latest (last, NEW_ID));
  g_assert_false (truce_state_restamp (last, &how, &latest));   /* nothing is left of it */
  story_end (&story);
}

static void
test_commutes (void)
{
  for (guint i = 0; i < n_rounds (); i++)
    test_commutes_once (i % 2 == 0 ? 0 : PICK (shifts));
}

/* ---- a clock that was wrong ---- */

static void
collect_map (const TruceStateMap *map,
             guint64              replica,
             GArray              *times)
{
  for (guint32 i = 0; i < map->n_fields; i++)
    for (guint32 k = 0; k < map->fields[i].n_parts; k++)
      {
        const TruceStatePart *part = &map->fields[i].parts[k];

        for (guint32 d = 0; d < part->n; d++)
          if (part->shape == TRUCE_SHAPE_COUNTER && part->tallies[d].replica == replica)
            g_array_append_vals (times, (guint64[]) { part->tallies[d].time, part->tallies[d].reset_time }, 2);
          else if (part->shape != TRUCE_SHAPE_COUNTER && part->dots[d].stamp.replica == replica)
            g_array_append_val (times, part->dots[d].stamp.time);
        if (part->shape == TRUCE_SHAPE_MAP)
          collect_map (part->map, replica, times);
      }
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

/* The own times that stand anywhere and are later than after; ascending, each once. */
static GArray *
collect (const TruceState *state,
         guint64           replica,
         guint64           after)
{
  g_autoptr(GArray) all = g_array_new (FALSE, FALSE, sizeof (guint64));
  GArray *times = g_array_new (FALSE, FALSE, sizeof (guint64));

  collect_map (&state->fields, replica, all);
  for (guint32 i = 0; i < state->n_creations; i++)
    if (state->creations[i].replica == replica)
      g_array_append_val (all, state->creations[i].time);
  if (state->deleted.replica == replica)
    g_array_append_val (all, state->deleted.time);
  if (state->touched.replica == replica)
    g_array_append_val (all, state->touched.time);
  for (guint32 i = 0; i < state->n_context; i++)
    if (state->context[i].replica == replica)
      g_array_append_val (all, state->context[i].time);

  for (guint32 i = 0; i < state->n_deleted_context; i++)
    if (state->deleted_context[i].replica == replica)
      g_array_append_val (all, state->deleted_context[i].time);

  g_array_sort (all, compare_times);
  for (guint i = 0; i < all->len; i++)
    {
      guint64 time = g_array_index (all, guint64, i);

      if (time > after && (times->len == 0 || g_array_index (times, guint64, times->len - 1) != time))
        g_array_append_val (times, time);
    }
  return times;
}

static guint64
latest_of_all (const TruceState *state)
{
  guint64 latest = 0;

  for (guint32 i = 0; i < state->n_context; i++)
    latest = MAX (latest, state->context[i].time);
  return latest;
}

/* Each time as near to where it belongs as the bounds and its neighbours let it be. */
static void
assert_times (const TruceRestamp *how,
              const TruceState   *before,
              const TruceState   *after)
{
  guint64 sent = truce_state_latest (how->known, how->replica);
  guint64 least = latest_of_all (how->known);
  g_autoptr(GArray) old = collect (before, how->replica, sent);
  g_autoptr(GArray) new = collect (after, how->new_replica, how->replica == how->new_replica ? sent : 0);
  guint64 most = how->not_after_ms > 0 ? truce_time_pack (how->not_after_ms, 0xffff) : G_MAXUINT64;
  gboolean room = most > least && most - least >= new->len;

  g_assert_cmpuint (old->len, ==, new->len);
  for (guint i = 0; i < new->len; i++)
    {
      guint64 was = g_array_index (old, guint64, i);
      guint64 is = g_array_index (new, guint64, i);
      guint64 wanted = was + ((guint64) how->shift_ms << 16);

      g_assert_cmpuint (is, >, least);
      if (is != wanted && is < wanted)
        g_assert_cmpuint (is + new->len + 1, >, MIN (most, wanted));
      if (is != wanted && is > wanted)
        g_assert_cmpuint (is, <=, least + 1);
      if (is > most)
        {
          g_assert_false (room);
          g_assert_cmpuint (is, <=, least + 1);
        }
      least = is;
    }
}

/* We alone write, with a clock that is off; then all is put where it belongs, and still shows the same. */
static void
test_shift_once (void)
{
  Story story;
  TruceRestamp how = { .shift_ms = PICK (shifts) };
  TruceState *known;
  TruceState *before;
  TruceState *after;
  guint64 latest = 0;
  guint64 nothing = 1;

  story_begin (&story);
  how.replica = story.us->id;
  how.new_replica = g_test_rand_bit () ? NEW_ID : how.replica;
  how.known = known = decode (&story, &story.known);
  if (g_test_rand_bit ())
    story.world->time += (guint64) 20 * YEAR_MS << 16;
  if (g_test_rand_bit ())
    how.not_after_ms = (story.world->time >> 16) + (guint64) (how.shift_ms + g_test_rand_int_range (-10, 100));
  for (guint i = 0; i < 20; i++)
    write_anything (story.world, story.us);

  before = again (&story, story.us->state);
  after = again (&story, story.us->state);
  if (!truce_state_restamp (after, &how, &latest))
    assert_same (after, before);
  else
    g_assert_cmpuint (latest, ==, latest_of_all (after));
  assert_same (again (&story, after), after);
  assert_shows_same (after, before, TRUCE_LIFE_LATER_WINS);
  assert_times (&how, before, after);

  g_assert_false (truce_state_join (after, known, NULL, NULL));
  truce_state_join (known, after, NULL, NULL);
  assert_same (known, after);

  how.replica = how.new_replica;
  how.shift_ms = 0;
  how.known = decode (&story, &story.known);
  g_assert_false (truce_state_restamp (after, &how, &nothing));
  g_assert_cmpuint (nothing, ==, 1);
  story_end (&story);
}

static void
test_shift (void)
{
  for (guint i = 0; i < n_rounds (); i++)
    test_shift_once ();
}

/* ---- one by one ---- */

typedef struct
{
  TruceState *state;
  guint64 id;
} Device;

static TruceJsonArena *arena;   /* of all devices */

#define TIME(minutes) truce_time_pack (1700000000000 + (minutes) * 60000, 0)

static void
set_up (gpointer     *fixture,
        gconstpointer data)
{
  arena = truce_json_arena_new ();
}

static void
tear_down (gpointer     *fixture,
           gconstpointer data)
{
  g_clear_pointer (&arena, truce_json_arena_free);
}

static Device
device_new (void)
{
  return (Device) { truce_state_new (arena), 7 };
}

static Device
device_clone (const Device *device)
{
  return (Device) { truce_state_copy (device->state, arena), device->id };
}

static void
add (Device *device,
     gint64  amount,
     guint   minutes)
{
  truce_state_increment (device->state, &device->state->fields, "n", amount,
                         (TruceStamp) { TIME (minutes), device->id });
}

static void
reset (Device *device,
       guint   minutes)
{
  truce_state_clear (device->state, &device->state->fields, "n", (TruceStamp) { TIME (minutes), device->id });
}

static void
assert_shows (const Device *device,
              const char   *expected)
{
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GError) error = NULL;

  truce_state_encode (device->state, json, bytes);
  g_assert_cmpstr (json->str, ==, expected);
  g_assert_nonnull (truce_state_decode (arena, json->str, json->len, bytes->data, bytes->len, &error));
  g_assert_no_error (error);
}

static void
remember (const char       *pointer,
          const TruceTally *tally,
          gpointer          sent)
{
  g_hash_table_insert (sent, g_strdup (pointer), g_memdup2 (tally, sizeof *tally));
}

static GHashTable *
remember_sent (const Device *device)
{
  GHashTable *sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  truce_state_visit_tallies (device->state, device->id, remember, sent);
  return sent;
}

/* Under a new id, as after a fork; known NULL: nothing was ever acknowledged. */
static void
rename_device (Device       *device,
               const Device *known,
               GHashTable   *sent)
{
  TruceRestamp how = {
    .replica = device->id, .new_replica = NEW_ID, .known = known != NULL ? known->state : NULL, .sent = sent,
  };
  guint64 latest = 0;

  g_assert_true (truce_state_restamp (device->state, &how, &latest));
  g_assert_cmpuint (latest, ==, truce_state_latest (device->state, NEW_ID));
  device->id = NEW_ID;
}

static void
join (Device       *device,
      const Device *other)
{
  truce_state_join (device->state, other->state, NULL, NULL);
}

/* Five were acknowledged, two were sent and arrived but nobody told us, four were never sent. */
static void
test_lost_reply (gpointer     *fixture,
                 gconstpointer data)
{
  Device us = device_new ();
  Device known;
  Device hub;
  g_autoptr(GHashTable) sent = NULL;

  add (&us, 5, 1);
  known = device_clone (&us);
  add (&us, 3, 2);
  add (&us, -1, 2);
  hub = device_clone (&us);
  sent = remember_sent (&us);
  add (&us, 4, 3);

  rename_device (&us, &known, sent);
  assert_shows (&us, "{\"n\":11}");
  join (&us, &hub);
  assert_shows (&us, "{\"n\":11}");

  /* The other copy, of the moment when that was sent, has gone on under the old id. */
  add (&hub, 100, 4);
  join (&hub, &us);
  assert_shows (&hub, "{\"n\":111}");
  add (&us, 1, 5);
  join (&hub, &us);
  assert_shows (&hub, "{\"n\":112}");
}

/* The same before anything was acknowledged. */
static void
test_lost_first_reply (gpointer     *fixture,
                       gconstpointer data)
{
  Device us = device_new ();
  Device hub;
  g_autoptr(GHashTable) sent = NULL;

  add (&us, 5, 1);
  hub = device_clone (&us);
  sent = remember_sent (&us);
  add (&us, 4, 3);

  rename_device (&us, NULL, sent);
  assert_shows (&us, "{\"n\":9}");
  join (&us, &hub);
  assert_shows (&us, "{\"n\":9}");
  add (&hub, 100, 4);
  join (&hub, &us);
  assert_shows (&hub, "{\"n\":109}");
}

static void
test_never_sent (gpointer     *fixture,
                 gconstpointer data)
{
  Device us = device_new ();
  Device other = device_new ();

  add (&us, 5, 1);
  add (&other, 3, 2);

  rename_device (&us, NULL, NULL);
  g_assert_cmpuint (truce_state_latest (us.state, 7), ==, 0);
  join (&us, &other);
  assert_shows (&us, "{\"n\":8}");
}

/* A reset takes what it had seen, under both ids, and no more. */
static void
test_reset (gpointer     *fixture,
            gconstpointer data)
{
  Device us = device_new ();
  Device known;
  Device other;
  Device cleared;

  add (&us, 5, 1);
  known = device_clone (&us);
  other = device_clone (&us);
  add (&us, 4, 2);
  reset (&us, 3);
  cleared = device_clone (&us);
  add (&us, 2, 4);
  add (&other, 100, 2);

  rename_device (&us, &known, NULL);
  assert_shows (&us, "{\"n\":2}");
  join (&us, &other);
  assert_shows (&us, "{\"n\":102}");

  rename_device (&cleared, &known, NULL);
  assert_shows (&cleared, "{}");
  join (&cleared, &known);
  assert_shows (&cleared, "{}");
  join (&cleared, &other);
  assert_shows (&cleared, "{\"n\":100}");
}

/* A reset that was sent goes on holding for what was counted before it alone. */
static void
test_reset_sent (gpointer     *fixture,
                 gconstpointer data)
{
  Device us = device_new ();
  Device known;

  add (&us, 5, 1);
  reset (&us, 2);
  add (&us, 1, 3);
  known = device_clone (&us);
  add (&us, 2, 4);

  rename_device (&us, &known, NULL);
  assert_shows (&us, "{\"n\":3}");
  join (&us, &known);
  assert_shows (&us, "{\"n\":3}");
}

/* Counters in maps, and such that do not show. */
static void
test_visit (gpointer     *fixture,
            gconstpointer data)
{
  Device us = device_new ();
  TruceStateMap *map = truce_state_map (us.state, &us.state->fields, "a/b", (TruceStamp) { TIME (1), 7 });
  g_autoptr(GHashTable) sent = NULL;
  const TruceTally *tally;

  truce_state_increment (us.state, map, "m~", -3, (TruceStamp) { TIME (2), 7 });
  truce_state_increment (us.state, &us.state->fields, "theirs", 2, (TruceStamp) { TIME (2), 8 });
  add (&us, 5, 3);
  reset (&us, 4);
  sent = remember_sent (&us);
  g_assert_cmpuint (g_hash_table_size (sent), ==, 2);
  tally = g_hash_table_lookup (sent, "/a~1b/m~0");
  g_assert_cmpuint (tally->minus, ==, 3);
  tally = g_hash_table_lookup (sent, "/n");
  g_assert_cmpuint (tally->plus, ==, 5);
  g_assert_cmpuint (tally->reset_plus, ==, 5);

  truce_state_increment (us.state, map, "m~", -1, (TruceStamp) { TIME (5), 7 });
  rename_device (&us, NULL, sent);
  assert_shows (&us, "{\"a/b\":{\"m~\":-4},\"theirs\":2}");
  map = truce_state_map (us.state, &us.state->fields, "a/b", (TruceStamp) { TIME (6), 7 });
  g_assert_cmpuint (truce_state_part (truce_state_field (map, "m~", 2), TRUCE_SHAPE_COUNTER)->tallies[0].minus, ==, 3);
}

/* Many stamps, and no time for them: they stay apart, in order, and behind what was known. */
static void
test_no_room (gpointer     *fixture,
              gconstpointer data)
{
  Device us = device_new ();
  Device known = device_new ();
  TruceRestamp how = { .replica = 7, .new_replica = 7, .known = known.state, .not_after_ms = 1000, .shift_ms = -YEAR_MS };
  char names[100][4];
  guint64 latest = 0;

  add (&known, 1, 0);
  add (&us, 1, 0);
  for (guint i = 1; i < 100; i++)
    {
      g_snprintf (names[i], sizeof names[i], "%u", i);
      truce_state_set (us.state, &us.state->fields, names[i], TRUCE_SHAPE_REGISTER, (TruceSlice) { "1", 1 },
                       (TruceStamp) { TIME (i), 7 });
    }
  g_assert_true (truce_state_restamp (us.state, &how, &latest));
  g_assert_cmpuint (latest, ==, TIME (0) + 99);
  for (guint i = 1; i < 100; i++)
    {
      const TruceStateField *field = truce_state_field (&us.state->fields, names[i], strlen (names[i]));

      g_assert_cmpuint (field->parts->dots[0].stamp.time, ==, TIME (0) + i);
    }
}

/* An id that has been taken already goes on from where it is. */
static void
test_taken_id (gpointer     *fixture,
               gconstpointer data)
{
  Device us = device_new ();
  Device new = device_new ();

  new.id = NEW_ID;
  add (&new, 5, 9);
  add (&us, 2, 3);
  reset (&us, 4);
  add (&us, 3, 5);
  join (&us, &new);
  rename_device (&us, NULL, NULL);
  assert_shows (&us, "{\"n\":8}");
  g_assert_cmpuint (truce_state_latest (us.state, NEW_ID), >, TIME (9));
  join (&us, &new);
  assert_shows (&us, "{\"n\":8}");
}

static void
test_strip_local (gpointer     *fixture,
                  gconstpointer data)
{
  Device us = device_new ();
  TruceSlice value = { "1", 1 };
  TruceStamp stamp = { TIME (1), 7 };
  TruceStateMap *map;

  map = truce_state_map (us.state, &us.state->fields, "m", stamp);
  truce_state_set (us.state, map, "in", TRUCE_SHAPE_LOCAL, value, stamp);
  truce_state_set (us.state, map, "out", TRUCE_SHAPE_REGISTER, value, stamp);
  truce_state_set (us.state, &us.state->fields, "here", TRUCE_SHAPE_LOCAL, value, stamp);
  assert_shows (&us, "{\"here\":1,\"m\":{\"in\":1,\"out\":1}}");
  g_assert_true (truce_state_strip_local (us.state));
  assert_shows (&us, "{\"m\":{\"out\":1}}");
  g_assert_false (truce_state_has_local (us.state));
  g_assert_false (truce_state_strip_local (us.state));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/state/restamp/fork", test_fork);
  g_test_add_func ("/state/restamp/commutes", test_commutes);
  g_test_add_func ("/state/restamp/shift", test_shift);
#define ADD(path, func) g_test_add ("/state/" path, gpointer, NULL, set_up, func, tear_down)
  ADD ("restamp/no-room", test_no_room);
  ADD ("restamp/counter/lost-reply", test_lost_reply);
  ADD ("restamp/counter/lost-first-reply", test_lost_first_reply);
  ADD ("restamp/counter/never-sent", test_never_sent);
  ADD ("restamp/counter/reset", test_reset);
  ADD ("restamp/counter/reset-sent", test_reset_sent);
  ADD ("restamp/counter/visit", test_visit);
  ADD ("restamp/counter/taken-id", test_taken_id);
  ADD ("strip-local", test_strip_local);

  return g_test_run ();
}
