/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

/* Random triples of records that have a field of every kind: a base, and two sides that each wrote to it
 * what their kinds allow. Their merges are held against laws, and against a dumb model of each kind that
 * knows nothing of documents or drafts.
 *
 * TRUCE_TEST_ROUNDS says how many triples; g_test_rand_int() prints its seed, --seed replays it. */

static const char schema_text[] =
  "{\"fields\":{\"register\":\"register\",\"multi\":\"multi-register\",\"counter\":\"counter\",\"set\":\"set\","
  "\"map\":\"map\",\"list\":\"list\",\"text\":\"text\",\"flag\":\"flag\",\"max\":\"max\",\"min\":\"min\","
  "\"immutable\":\"immutable\",\"local\":\"local\"}}";

enum { BASE, OURS, THEIRS, N_SIDES };

typedef struct
{
  TruceSchema *schema;
  JsonNode *sides[N_SIDES];
  JsonNode *merged;
  GListModel *conflicts;
} Triple;

static guint
n_rounds (void)
{
  const char *rounds = g_getenv ("TRUCE_TEST_ROUNDS");

  return rounds != NULL ? (guint) g_ascii_strtoull (rounds, NULL, 10) : g_test_slow () ? 100000 : 500;
}

static gboolean
chance (int percent)
{
  return g_test_rand_int_range (0, 100) < percent;
}

static char *
random_word (void)
{
  static const char *const words[] = { "milk", "Brot", "été", "茶", "and", "🍎", "x", "\"", "\\" };

  return g_strdup_printf ("%s%d", words[g_test_rand_int_range (0, G_N_ELEMENTS (words))], g_test_rand_int_range (0, 30));
}

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
random_scalar (void)
{
  g_autofree char *word = random_word ();

  switch (g_test_rand_int_range (0, 5))
    {
    case 0:
      return json_node_init_null (json_node_alloc ());
    case 1:
      return json_node_init_boolean (json_node_alloc (), chance (50));
    case 2:
      return json_node_init_int (json_node_alloc (), g_test_rand_int_range (-5, 5));
    case 3:
      return json_node_init_double (json_node_alloc (), g_test_rand_int_range (-50, 50) / 8.0);
    default:
      return string_node (word);
    }
}

/* json_node_copy() copies no object: both nodes would hold the same one. */
static JsonNode *
deep_copy (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  return json_from_string (text, NULL);
}

/* ---- writes, as their kinds allow ---- */

static void
write_set (JsonObject *record)
{
  JsonArray *old = json_object_get_array_member (record, "set");
  JsonArray *array = json_array_new ();
  g_autofree char *word = random_word ();
  gboolean there = FALSE;

  for (guint i = 0; i < json_array_get_length (old); i++)
    {
      there = there || g_str_equal (json_array_get_string_element (old, i), word);
      if (chance (85))
        json_array_add_string_element (array, json_array_get_string_element (old, i));
    }
  if (!there && chance (70))
    json_array_add_string_element (array, word);
  json_object_set_array_member (record, "set", array);
}

/* Elements are distinct over all sides, so that each can be told apart afterwards. */
static void
write_list (JsonObject *record,
            int        *next)
{
  JsonArray *old = json_object_get_array_member (record, "list");
  JsonArray *array = json_array_new ();

  for (guint i = 0; i <= json_array_get_length (old); i++)
    {
      if (chance (15))
        json_array_add_int_element (array, (*next)++);
      if (i < json_array_get_length (old) && chance (85))
        json_array_add_int_element (array, json_array_get_int_element (old, i));
    }
  json_object_set_array_member (record, "list", array);
}

static void
write_map (JsonObject *record)
{
  JsonObject *map = json_object_get_object_member (record, "map");
  g_autofree char *name = g_strdup_printf ("m%d", g_test_rand_int_range (0, 6));

  if (chance (30))
    json_object_remove_member (map, name);
  else
    json_object_set_member (map, name, random_scalar ());
}

static void
write_text (JsonObject *record)
{
  g_auto(GStrv) words = g_strsplit (json_object_get_string_member (record, "text"), " ", -1);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = random_word ();

      if (chance (10))
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
      if (chance (92))
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
    }
  json_object_set_string_member (record, "text", text->str);
}

static void
write_extremes (JsonObject *record)
{
  if (chance (30))
    json_object_set_int_member (record, "max", json_object_get_int_member (record, "max") + g_test_rand_int_range (0, 4));
  if (chance (30))
    json_object_set_int_member (record, "min", json_object_get_int_member (record, "min") - g_test_rand_int_range (0, 4));
}

static void
write_side (JsonObject *record,
            gboolean    is_remote,
            int        *next)
{
  if (chance (40))
    json_object_set_member (record, "register", random_scalar ());
  if (chance (30))
    json_object_set_member (record, "multi", random_scalar ());
  if (chance (20))
    json_object_remove_member (record, "register");
  if (chance (40))
    json_object_set_int_member (record, "counter",
                                json_object_get_int_member (record, "counter") + g_test_rand_int_range (-3, 4));
  if (chance (50))
    write_set (record);
  if (chance (50))
    write_list (record, next);
  if (chance (60))
    write_map (record);
  if (chance (50))
    write_text (record);
  if (chance (40))
    json_object_set_boolean_member (record, "flag", chance (50));
  write_extremes (record);
  if (chance (30) && !is_remote)
    json_object_set_int_member (record, "local", g_test_rand_int_range (0, 5));
}

static JsonNode *
make_base (int *next)
{
  JsonObject *record = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), record);

  json_object_unref (record);
  json_object_set_member (record, "register", random_scalar ());
  json_object_set_member (record, "multi", random_scalar ());
  json_object_set_int_member (record, "counter", g_test_rand_int_range (-10, 10));
  json_object_set_array_member (record, "set", json_array_new ());
  json_object_set_array_member (record, "list", json_array_new ());
  json_object_set_object_member (record, "map", json_object_new ());
  json_object_set_string_member (record, "text", "one two three four five six seven");
  json_object_set_boolean_member (record, "flag", chance (50));
  json_object_set_int_member (record, "max", 0);
  json_object_set_int_member (record, "min", 0);
  json_object_set_member (record, "immutable", random_scalar ());
  json_object_set_int_member (record, "local", 1);
  for (int i = 0; i < 4; i++)
    {
      write_set (record);
      write_list (record, next);
      write_map (record);
    }
  return node;
}

static JsonNode *
merge (Triple *triple,
       int     base,
       int     ours,
       int     theirs)
{
  g_autoptr(GError) error = NULL;
  JsonNode *merged;

  g_clear_object (&triple->conflicts);
  merged = truce_merge_three_way (triple->sides[base], triple->sides[ours], triple->sides[theirs], triple->schema,
                                  &triple->conflicts, &error);
  g_assert_no_error (error);
  g_assert_nonnull (merged);
  return merged;
}

static void
triple_init (Triple *triple)
{
  int next = 0;

  triple->schema = truce_schema_new_from_text (schema_text, NULL);
  triple->sides[BASE] = make_base (&next);
  for (int side = OURS; side <= THEIRS; side++)
    {
      triple->sides[side] = deep_copy (triple->sides[BASE]);
      write_side (json_node_get_object (triple->sides[side]), side == THEIRS, &next);
    }
  triple->conflicts = NULL;
  triple->merged = merge (triple, BASE, OURS, THEIRS);
}

static void
triple_clear (Triple *triple)
{
  g_clear_object (&triple->schema);
  g_clear_object (&triple->conflicts);
  for (int side = 0; side < N_SIDES; side++)
    g_clear_pointer (&triple->sides[side], json_node_unref);
  g_clear_pointer (&triple->merged, json_node_unref);
}

static JsonObject *
record_of (const Triple *triple,
           int           side)
{
  return json_node_get_object (triple->sides[side]);
}

static JsonObject *
merged_record (const Triple *triple)
{
  return json_node_get_object (triple->merged);
}

static void
assert_same (JsonNode *a,
             JsonNode *b)
{
  g_autofree char *x = json_to_string (a, FALSE);
  g_autofree char *y = json_to_string (b, FALSE);

  if (!json_node_equal (a, b))
    g_assert_cmpstr (x, ==, y);
}

/* The pointers in conflict, cut to the field. */
static gboolean
is_in_conflict (const Triple *triple,
                const char   *field)
{
  for (guint i = 0; i < g_list_model_get_n_items (triple->conflicts); i++)
    {
      g_autoptr(TruceFieldConflict) conflict = g_list_model_get_item (triple->conflicts, i);
      const char *pointer = truce_field_conflict_get_pointer (conflict);
      gsize length = strlen (field);

      if (strncmp (pointer + 1, field, length) == 0 && (pointer[1 + length] == '\0' || pointer[1 + length] == '/'))
        return TRUE;
    }
  return FALSE;
}

/* ---- laws ---- */

static void
check_unchanged_side (Triple *triple)
{
  g_autoptr(JsonNode) theirs = merge (triple, BASE, BASE, THEIRS);
  g_autoptr(JsonNode) ours = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (triple->conflicts), ==, 0);
  assert_same (theirs, triple->sides[THEIRS]);
  ours = merge (triple, BASE, OURS, BASE);
  g_assert_cmpuint (g_list_model_get_n_items (triple->conflicts), ==, 0);
  assert_same (ours, triple->sides[OURS]);
}

static void
check_same_sides (Triple *triple)
{
  g_autoptr(JsonNode) merged = merge (triple, BASE, OURS, OURS);

  g_assert_cmpuint (g_list_model_get_n_items (triple->conflicts), ==, 0);
  assert_same (merged, triple->sides[OURS]);
}

static int
compare_ints (gconstpointer a,
              gconstpointer b)
{
  return (*(const int *) a > *(const int *) b) - (*(const int *) a < *(const int *) b);
}

static GArray *
sorted_list (JsonObject *record)
{
  JsonArray *list = json_object_get_array_member (record, "list");
  GArray *sorted = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      int value = (int) json_array_get_int_element (list, i);

      g_array_append_val (sorted, value);
    }
  g_array_sort (sorted, compare_ints);
  return sorted;
}

/* Swapping the sides swaps what stands where they conflict, and which comes first in a list and a set;
 * nothing else. */
static void
check_swap (Triple *triple)
{
  static const char *const symmetric[] = { "counter", "flag", "max", "min", "immutable" };
  g_autoptr(GListModel) conflicts = g_object_ref (triple->conflicts);
  g_autoptr(JsonNode) swapped = merge (triple, BASE, THEIRS, OURS);
  JsonObject *record = json_node_get_object (swapped);
  g_autoptr(GArray) list = sorted_list (merged_record (triple));
  g_autoptr(GArray) swapped_list = sorted_list (record);

  for (gsize i = 0; i < G_N_ELEMENTS (symmetric); i++)
    assert_same (json_object_get_member (merged_record (triple), symmetric[i]),
                 json_object_get_member (record, symmetric[i]));
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, g_list_model_get_n_items (triple->conflicts));
  if (!is_in_conflict (triple, "list"))
    g_assert_cmpmem (list->data, list->len * sizeof (int), swapped_list->data, swapped_list->len * sizeof (int));
}

/* ---- a dumb model of each kind ---- */

static gboolean
has_string (JsonArray  *array,
            const char *string)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_str_equal (json_array_get_string_element (array, i), string))
      return TRUE;
  return FALSE;
}

static void
check_set (const Triple *triple)
{
  JsonArray *sets[N_SIDES];
  JsonArray *merged = json_object_get_array_member (merged_record (triple), "set");
  guint expected = 0;

  for (int side = 0; side < N_SIDES; side++)
    sets[side] = json_object_get_array_member (record_of (triple, side), "set");
  for (int side = 0; side < N_SIDES; side++)
    for (guint i = 0; i < json_array_get_length (sets[side]); i++)
      {
        const char *word = json_array_get_string_element (sets[side], i);
        gboolean in_base = has_string (sets[BASE], word);
        gboolean ours = has_string (sets[OURS], word);
        gboolean theirs = has_string (sets[THEIRS], word);

        g_assert_cmpint (has_string (merged, word), ==, in_base ? ours && theirs : ours || theirs);
      }
  for (guint i = 0; i < json_array_get_length (merged); i++)
    expected += has_string (sets[OURS], json_array_get_string_element (merged, i)) ||
                has_string (sets[THEIRS], json_array_get_string_element (merged, i));
  g_assert_cmpuint (expected, ==, json_array_get_length (merged));
}

static int
index_of (JsonArray *array,
          gint64     value)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (json_array_get_int_element (array, i) == value)
      return (int) i;
  return -1;
}

/* Each side's order holds among what the result has of it. */
static void
assert_order (JsonArray *merged,
              JsonArray *side)
{
  int last = -1;

  for (guint i = 0; i < json_array_get_length (side); i++)
    {
      int at = index_of (merged, json_array_get_int_element (side, i));

      if (at >= 0)
        {
          g_assert_cmpint (at, >, last);
          last = at;
        }
    }
}

static void
check_list (const Triple *triple)
{
  JsonArray *lists[N_SIDES];
  JsonArray *merged = json_object_get_array_member (merged_record (triple), "list");

  if (is_in_conflict (triple, "list"))
    return;
  for (int side = 0; side < N_SIDES; side++)
    lists[side] = json_object_get_array_member (record_of (triple, side), "list");
  for (int side = 0; side < N_SIDES; side++)
    for (guint i = 0; i < json_array_get_length (lists[side]); i++)
      {
        gint64 value = json_array_get_int_element (lists[side], i);
        gboolean ours = index_of (lists[OURS], value) >= 0;
        gboolean theirs = index_of (lists[THEIRS], value) >= 0;
        gboolean expected = index_of (lists[BASE], value) >= 0 ? ours && theirs : ours || theirs;

        g_assert_cmpint (index_of (merged, value) >= 0, ==, expected);
      }
  assert_order (merged, lists[OURS]);
  assert_order (merged, lists[THEIRS]);
}

/* json_node_equal() for values that may be absent. */
static gboolean
same_or_absent (JsonNode *a,
                JsonNode *b)
{
  return a == NULL || b == NULL ? a == b : json_node_equal (a, b);
}

/* A register of an object: what one side changed; a conflict, and ours, where both did apart. */
static void
check_register (const Triple *triple,
                JsonObject  **objects,
                JsonObject   *merged,
                const char   *field,
                gboolean      conflicts)
{
  JsonNode *values[N_SIDES];
  JsonNode *result = json_object_get_member (merged, field);

  for (int side = 0; side < N_SIDES; side++)
    values[side] = json_object_get_member (objects[side], field);
  if (same_or_absent (values[BASE], values[OURS]))
    g_assert_true (same_or_absent (result, values[THEIRS]));
  else
    g_assert_true (same_or_absent (result, values[OURS]));
  if (!same_or_absent (values[BASE], values[OURS]) && !same_or_absent (values[BASE], values[THEIRS]) &&
      !same_or_absent (values[OURS], values[THEIRS]))
    g_assert_true (conflicts);
}

static void
check_map (const Triple *triple)
{
  JsonObject *maps[N_SIDES];

  for (int side = 0; side < N_SIDES; side++)
    maps[side] = json_object_get_object_member (record_of (triple, side), "map");
  for (int i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%d", i);
      g_autofree char *path = g_strdup_printf ("map/%s", name);

      check_register (triple, maps, json_object_get_object_member (merged_record (triple), "map"), name,
                      is_in_conflict (triple, path));
    }
}

static void
check_numbers (const Triple *triple)
{
  gint64 counters[N_SIDES];
  gint64 most[N_SIDES];
  gint64 least[N_SIDES];

  for (int side = 0; side < N_SIDES; side++)
    {
      counters[side] = json_object_get_int_member (record_of (triple, side), "counter");
      most[side] = json_object_get_int_member (record_of (triple, side), "max");
      least[side] = json_object_get_int_member (record_of (triple, side), "min");
    }
  g_assert_cmpint (json_object_get_int_member (merged_record (triple), "counter"), ==,
                   counters[OURS] + counters[THEIRS] - counters[BASE]);
  g_assert_cmpint (json_object_get_int_member (merged_record (triple), "max"), ==, MAX (most[OURS], most[THEIRS]));
  g_assert_cmpint (json_object_get_int_member (merged_record (triple), "min"), ==, MIN (least[OURS], least[THEIRS]));
}

static void
check_rest (const Triple *triple)
{
  gboolean flags[N_SIDES];
  JsonObject *records[N_SIDES];
  gboolean expected;

  for (int side = 0; side < N_SIDES; side++)
    {
      records[side] = record_of (triple, side);
      flags[side] = json_object_get_boolean_member (records[side], "flag");
    }
  expected = flags[OURS] == flags[BASE] ? flags[THEIRS] : flags[OURS];
  g_assert_cmpint (json_object_get_boolean_member (merged_record (triple), "flag"), ==, expected);
  assert_same (json_object_get_member (merged_record (triple), "immutable"),
               json_object_get_member (records[BASE], "immutable"));
  assert_same (json_object_get_member (merged_record (triple), "local"),
               json_object_get_member (records[OURS], "local"));
  check_register (triple, records, merged_record (triple), "register", is_in_conflict (triple, "register"));
  check_register (triple, records, merged_record (triple), "multi", is_in_conflict (triple, "multi"));
}

static void
test_random (void)
{
  guint rounds = n_rounds ();

  for (guint i = 0; i < rounds; i++)
    {
      Triple triple;

      triple_init (&triple);
      /* Equal records are not merged at all: two who both added 2 can't be told from one whose reply was
       * lost. */
      if (!json_node_equal (triple.sides[OURS], triple.sides[THEIRS]))
        {
          check_set (&triple);
          check_list (&triple);
          check_map (&triple);
          check_numbers (&triple);
          check_rest (&triple);
          check_swap (&triple);
        }
      check_unchanged_side (&triple);
      check_same_sides (&triple);
      triple_clear (&triple);
    }
  g_test_message ("%u triples", rounds);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merge/random", test_random);
  return g_test_run ();
}
