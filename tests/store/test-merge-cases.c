/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What two stores make of edits that met, case by case; and that it is the same in whatever order stores
 * meet. */

#include <truce.h>

enum { FIRST, SECOND, ONE_WAY, OTHER_WAY, N_STORES };

#define FIELDS \
        "\"labels\":\"multi-register\",\"votes\":\"counter\",\"tags\":\"set\",\"info\":\"map\"," \
        "\"done\":\"flag\",\"high\":\"max\",\"low\":\"min\",\"made\":\"immutable\""

static const struct
{
  const char *name;
  const char *schema;
} rules[] = {
  { "update-wins", "{\"fields\":{" FIELDS "},\"delete\":\"update-wins\"}" },
  { "delete-wins", "{\"fields\":{" FIELDS "},\"delete\":\"delete-wins\"}" },
  { "later-wins", "{\"fields\":{" FIELDS "},\"delete\":\"later-wins\"}" },
};

/* Writes are lines of a verb, a field where it needs one, and JSON. What the second store writes comes
 * later. */
typedef struct
{
  const char *name;
  const char *base;             /* what both have; NULL: nothing */
  const char *first;
  const char *second;
  const char *shown[G_N_ELEMENTS (rules)];      /* of each rule; NULL: deleted, or never there */
} Row;

#define ALL(text) { text, text, text }

static const Row rows[] = {
  /* what becomes of the record */
  { "update-update", "put {\"a\":1,\"b\":1}", "patch {\"a\":2}", "patch {\"a\":3}",
    ALL ("{\"a\":3,\"b\":1}") },
  { "rename-edit", "put {\"a\":1,\"b\":1}", "patch {\"a\":2}", "patch {\"b\":2}", ALL ("{\"a\":2,\"b\":2}") },
  { "update-nothing", "put {\"a\":1}", "patch {\"a\":2}", "", ALL ("{\"a\":2}") },
  { "delete-nothing", "put {\"a\":1}", "delete", "", ALL (NULL) },
  { "update-delete", "put {\"a\":1,\"b\":1}", "patch {\"a\":2}", "delete",
    { "{\"a\":2,\"b\":1}", NULL, NULL } },
  { "delete-update", "put {\"a\":1,\"b\":1}", "delete", "patch {\"a\":2}",
    { "{\"a\":2,\"b\":1}", NULL, "{\"a\":2,\"b\":1}" } },
  { "delete-delete", "put {\"a\":1}", "delete", "delete", ALL (NULL) },
  { "unchanged-delete", "put {\"a\":1}", "put {\"a\":1.0}", "delete", ALL (NULL) },
  { "create-create", NULL, "create {\"a\":1,\"b\":1}", "create {\"a\":2,\"c\":2}",
    ALL ("{\"a\":2,\"b\":1,\"c\":2}") },
  { "create-nothing", NULL, "create {\"a\":1}", "", ALL ("{\"a\":1}") },
  { "create-delete", NULL, "create {\"a\":1}", "create {\"b\":2}\ndelete",
    { "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}", NULL } },
  { "recreate-update", "put {\"a\":1,\"b\":1}", "delete\ncreate {\"a\":2}", "patch {\"b\":3}",
    ALL ("{\"a\":2,\"b\":3}") },
  { "recreate-delete", "put {\"a\":1,\"b\":1}", "delete\ncreate {\"a\":2}", "delete",
    { "{\"a\":2}", "{\"a\":2}", NULL } },
  { "recreate-recreate", "put {\"a\":1}", "delete\nput {\"b\":2}", "delete\nput {\"c\":3}",
    ALL ("{\"b\":2,\"c\":3}") },
  { "undelete-delete", "put {\"a\":1}", "delete\nundelete", "delete", { "{\"a\":1}", "{\"a\":1}", NULL } },
  { "undelete-update", "put {\"a\":1}\ndelete", "undelete", "undelete\npatch {\"a\":2}", ALL ("{\"a\":2}") },

  /* what becomes of a field: a register's later value wins, also where it is none */
  { "register/unset-update", "put {\"a\":1,\"b\":1}", "unset a", "patch {\"a\":2}",
    ALL ("{\"a\":2,\"b\":1}") },
  { "register/update-unset", "put {\"a\":1,\"b\":1}", "patch {\"a\":2}", "unset a", ALL ("{\"b\":1}") },
  { "register/null", "put {\"a\":1}", "unset a", "patch {\"a\":null}", ALL ("{\"a\":null}") },
  { "multi", "put {\"labels\":1}", "patch {\"labels\":2}", "patch {\"labels\":3}", ALL ("{\"labels\":3}") },
  { "multi/unset-update", "put {\"labels\":1}", "patch {\"labels\":2}", "unset labels",
    ALL ("{\"labels\":2}") },
  { "counter", "put {\"votes\":5}", "increment votes 2", "put {\"votes\":10}", ALL ("{\"votes\":12}") },
  { "counter/new", "put {}", "put {\"votes\":5}", "put {\"votes\":5}", ALL ("{\"votes\":10}") },
  { "counter/unset", "put {\"votes\":5}", "unset votes", "increment votes 3", ALL ("{\"votes\":3}") },
  { "counter/zero", "put {\"votes\":0}", "increment votes 1", "increment votes -1", ALL ("{\"votes\":0}") },
  { "set", "put {\"tags\":[\"a\",\"b\"]}", "put {\"tags\":[\"b\",\"c\"]}", "put {\"tags\":[\"a\"]}",
    ALL ("{\"tags\":[\"c\"]}") },
  { "set/add-wins", "put {\"tags\":[\"a\"]}", "remove tags \"a\"", "remove tags \"a\"\nadd tags \"a\"",
    ALL ("{\"tags\":[\"a\"]}") },
  { "set/remove-of-the-unseen", "put {\"tags\":[]}", "add tags \"a\"", "remove tags \"a\"",
    ALL ("{\"tags\":[\"a\"]}") },
  { "set/unset-add", "put {\"tags\":[\"a\"]}", "unset tags", "add tags \"b\"", ALL ("{\"tags\":[\"b\"]}") },
  { "map", "put {\"info\":{\"x\":1}}", "put {\"info\":{\"x\":2}}", "put {\"info\":{\"x\":1,\"y\":2}}",
    ALL ("{\"info\":{\"x\":2,\"y\":2}}") },
  { "map/remove-update", "put {\"info\":{\"k\":{\"p\":1,\"q\":2}}}", "put {\"info\":{}}",
    "put {\"info\":{\"k\":{\"p\":1,\"q\":3}}}", ALL ("{\"info\":{\"k\":{\"q\":3}}}") },
  { "map/remove-remove", "put {\"info\":{\"k\":{\"p\":1}}}", "put {\"info\":{}}", "unset info", ALL ("{}") },
  { "flag", "put {\"done\":true}", "patch {\"done\":false}", "patch {\"done\":false}\npatch {\"done\":true}",
    ALL ("{\"done\":true}") },
  { "flag/enable-wins", "put {\"done\":false}", "patch {\"done\":true}",
    "patch {\"done\":true}\npatch {\"done\":false}", ALL ("{\"done\":true}") },
  { "max", "put {\"high\":1}", "patch {\"high\":9}", "patch {\"high\":5}", ALL ("{\"high\":9}") },
  { "max/lesser", "put {\"high\":9}", "patch {\"high\":5}", "", ALL ("{\"high\":9}") },
  { "min", "put {\"low\":9}", "patch {\"low\":-1}", "patch {\"low\":5}", ALL ("{\"low\":-1}") },
  { "immutable", NULL, "put {\"made\":1}", "put {\"made\":2}", ALL ("{\"made\":1}") },

  /* a field that was written as two kinds */
  { "kinds/map-register", "put {\"info\":{}}", "put {\"info\":{\"x\":{\"y\":1}}}", "put {\"info\":{\"x\":2}}",
    ALL ("{\"info\":{\"x\":2}}") },
  { "kinds/register-map", "put {\"info\":{}}", "put {\"info\":{\"x\":2}}", "put {\"info\":{\"x\":{\"y\":1}}}",
    ALL ("{\"info\":{\"x\":{\"y\":1}}}") },
  { "kinds/register-below-map", "put {\"info\":{\"x\":{\"y\":1}}}", "put {\"info\":{\"x\":2}}",
    "put {\"info\":{\"x\":{\"y\":1,\"z\":3}}}", ALL ("{\"info\":{\"x\":{\"z\":3}}}") },
};

typedef struct
{
  const Row *row;
  guint rule;
} Case;

typedef struct
{
  gint64 now;                   /* ms, of all stores */
  TruceStore *stores[N_STORES];
} World;

static gint64
tell_time (gpointer data)
{
  return ((World *) data)->now;
}

static TruceCollection *
collection_of (TruceStore *store)
{
  GError *error = NULL;
  TruceCollection *collection = truce_store_get_collection (store, "task", NULL, &error);

  g_assert_no_error (error);
  return collection;
}

static void
open_world (World      *world,
            const char *schema_text)
{
  world->now = G_GINT64_CONSTANT (1700000000000);
  for (guint i = 0; i < N_STORES; i++)
    {
      g_autoptr(TruceStoreAdapter) adapter = truce_memory_adapter_new ();
      g_autoptr(TruceClock) clock = truce_clock_new (N_STORES - i);
      g_autoptr(TruceSchema) schema = NULL;
      g_autoptr(TruceCollection) collection = NULL;
      GError *error = NULL;

      truce_clock_set_time_func (clock, tell_time, world, NULL);
      schema = truce_schema_new_from_text (schema_text, &error);
      g_assert_no_error (error);
      world->stores[i] = truce_store_new_with_clock (adapter, clock, &error);
      g_assert_no_error (error);
      collection = truce_store_get_collection (world->stores[i], "task", schema, &error);
      g_assert_no_error (error);
    }
}

static void
close_world (World *world)
{
  for (guint i = 0; i < N_STORES; i++)
    g_assert_finalize_object (world->stores[i]);
}

static gboolean
write_line (TruceCollection *task,
            const char      *line,
            GError         **error)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 3);
  const char *json = words[1] != NULL ? strchr (line, ' ') + 1 : NULL;
  g_autoptr(JsonNode) element = NULL;

  if (words[1] != NULL && words[2] != NULL)
    element = json_from_string (words[2], NULL);
  if (g_str_equal (words[0], "create"))
    return truce_collection_create_text (task, "1", json, error);
  if (g_str_equal (words[0], "put"))
    return truce_collection_put_text (task, "1", json, error);
  if (g_str_equal (words[0], "patch"))
    return truce_collection_patch_text (task, "1", json, error);
  if (g_str_equal (words[0], "unset"))
    return truce_collection_unset (task, "1", words[1], error);
  if (g_str_equal (words[0], "delete"))
    return truce_collection_delete (task, "1", error);
  if (g_str_equal (words[0], "undelete"))
    return truce_collection_undelete (task, "1", error);
  if (g_str_equal (words[0], "add"))
    return truce_collection_add (task, "1", words[1], element, error);
  if (g_str_equal (words[0], "remove"))
    return truce_collection_remove (task, "1", words[1], element, error);
  g_assert_cmpstr (words[0], ==, "increment");
  return truce_collection_increment (task, "1", words[1], g_ascii_strtoll (words[2], NULL, 10), error);
}

static void
write_lines (World      *world,
             guint       store,
             const char *lines)
{
  g_autoptr(TruceCollection) task = collection_of (world->stores[store]);
  g_auto(GStrv) split = g_strsplit (lines, "\n", -1);

  for (guint i = 0; split[i] != NULL; i++)
    {
      GError *error = NULL;

      world->now += 1000;
      write_line (task, split[i], &error);
      g_assert_no_error (error);
    }
}

static void
fail_record (const char   *collection,
             const char   *id,
             const GError *error,
             gpointer      data)
{
  g_error ("%s/%s: %s", collection, id, error->message);
}

static gint64
merge (World *world,
       guint  to,
       guint  from)
{
  GError *error = NULL;
  gint64 n = truce_store_merge (world->stores[to], world->stores[from], fail_record, NULL, NULL, NULL, NULL,
                                &error);

  g_assert_no_error (error);
  return n;
}

static TruceStoredRecord *
row_of (World *world,
        guint  store)
{
  GError *error = NULL;
  TruceStoreAdapter *adapter = truce_store_get_adapter (world->stores[store]);
  TruceStoredRecord *row = truce_store_adapter_get (adapter, "task", "1", &error);

  g_assert_no_error (error);
  return row;
}

static void
assert_shows (World      *world,
              guint       store,
              const char *expected)
{
  g_autoptr(TruceStoredRecord) row = row_of (world, store);

  g_assert_cmpstr (row != NULL ? truce_stored_record_get_value (row) : NULL, ==, expected);
}

static void
assert_same_state (World *world,
                   guint  a,
                   guint  b)
{
  g_autoptr(TruceStoredRecord) x = row_of (world, a);
  g_autoptr(TruceStoredRecord) y = row_of (world, b);
  g_autoptr(GBytes) x_state = truce_stored_record_dup_state (x);
  g_autoptr(GBytes) y_state = truce_stored_record_dup_state (y);

  g_assert_true (g_bytes_equal (x_state, y_state));
}

/* Two that had not met take each other in; two that wrote nothing take in both, in both orders, before and
 * after. */
static void
test_row (gconstpointer data)
{
  const Case *this = data;
  const char *expected = this->row->shown[this->rule];
  World world;

  open_world (&world, rules[this->rule].schema);
  if (this->row->base != NULL)
    {
      write_lines (&world, FIRST, this->row->base);
      merge (&world, SECOND, FIRST);
    }
  write_lines (&world, FIRST, this->row->first);
  write_lines (&world, SECOND, this->row->second);

  merge (&world, ONE_WAY, FIRST);
  merge (&world, ONE_WAY, SECOND);
  merge (&world, OTHER_WAY, SECOND);
  merge (&world, OTHER_WAY, FIRST);
  merge (&world, FIRST, SECOND);
  merge (&world, SECOND, FIRST);
  for (guint i = 0; i < N_STORES; i++)
    {
      assert_shows (&world, i, expected);
      assert_same_state (&world, i, FIRST);
      /* Nobody has news for anybody, by whatever way it comes. */
      for (guint k = 0; k < N_STORES; k++)
        if (k != i)
          g_assert_cmpint (merge (&world, i, k), ==, 0);
    }
  close_world (&world);
}

/* ---- what needs more than a row ---- */

static void
test_multi_values (void)
{
  World world;
  g_autoptr(TruceCollection) task = NULL;
  g_auto(GStrv) both = NULL;
  g_auto(GStrv) one = NULL;
  GError *error = NULL;

  open_world (&world, rules[0].schema);
  write_lines (&world, FIRST, "put {\"labels\":1}");
  write_lines (&world, SECOND, "put {\"labels\":2}");
  merge (&world, FIRST, SECOND);
  task = collection_of (world.stores[FIRST]);
  both = truce_collection_dup_values (task, "1", "labels", &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (both, ((const char *[]) { "2", "1", NULL }));

  /* Who writes has seen them all. */
  write_lines (&world, FIRST, "patch {\"labels\":2}");
  one = truce_collection_dup_values (task, "1", "labels", &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (one, ((const char *[]) { "2", NULL }));
  g_clear_object (&task);
  close_world (&world);
}

/* A client that knows less takes in what it does not know, writes beside it, and hands it on whole. */
static void
test_unknown_fields (void)
{
  g_autoptr(TruceSchema) less = truce_schema_new ();
  g_autoptr(TruceCollection) old = NULL;
  World world;
  GError *error = NULL;

  open_world (&world, rules[0].schema);
  old = truce_store_get_collection (world.stores[SECOND], "task", less, &error);
  g_assert_no_error (error);
  write_lines (&world, FIRST, "put {\"votes\":5,\"tags\":[\"a\"],\"info\":{\"x\":{\"y\":1}},\"high\":3,\"a\":1}");
  merge (&world, SECOND, FIRST);

  /* It reads the whole record, changes what it knows, and writes it back. */
  write_lines (&world, SECOND, "put {\"votes\":5,\"tags\":[\"a\"],\"info\":{\"x\":{\"y\":1}},\"high\":3,\"a\":2}");
  write_lines (&world, FIRST, "increment votes 2\nadd tags \"b\"");
  merge (&world, FIRST, SECOND);
  assert_shows (&world, FIRST, "{\"a\":2,\"high\":3,\"info\":{\"x\":{\"y\":1}},\"tags\":[\"a\",\"b\"],\"votes\":7}");
  write_lines (&world, FIRST, "increment votes 1\npatch {\"high\":2}\nremove tags \"a\"");
  assert_shows (&world, FIRST, "{\"a\":2,\"high\":3,\"info\":{\"x\":{\"y\":1}},\"tags\":[\"b\"],\"votes\":8}");
  g_clear_object (&old);
  close_world (&world);
}

/* A counter for one, a register for the other: one result for all, and what lost is in the history. */
static void
test_changed_kind (void)
{
  g_autoptr(TruceSchema) less = truce_schema_new ();
  g_autoptr(TruceCollection) old = NULL;
  World world;
  GError *error = NULL;

  open_world (&world, rules[0].schema);
  old = truce_store_get_collection (world.stores[SECOND], "task", less, &error);
  g_assert_no_error (error);
  write_lines (&world, FIRST, "put {\"votes\":5}");
  merge (&world, SECOND, FIRST);
  write_lines (&world, FIRST, "increment votes 1");
  write_lines (&world, SECOND, "put {\"votes\":\"many\"}");
  merge (&world, ONE_WAY, FIRST);
  merge (&world, ONE_WAY, SECOND);
  merge (&world, FIRST, SECOND);
  merge (&world, SECOND, FIRST);
  for (guint i = FIRST; i <= ONE_WAY; i++)
    {
      assert_shows (&world, i, "{\"votes\":\"many\"}");
      assert_same_state (&world, i, FIRST);
    }

  /* And the next write makes it one kind again. */
  write_lines (&world, FIRST, "put {\"votes\":9}");
  write_lines (&world, FIRST, "increment votes 1");
  merge (&world, SECOND, FIRST);
  assert_shows (&world, SECOND, "{\"votes\":10}");
  g_clear_object (&old);
  close_world (&world);
}

/* A schema that learns of a kind: what is there is taken over, or refused, and never lost. */
static void
test_learned_kind (void)
{
  g_autoptr(TruceSchema) less = truce_schema_new ();
  g_autoptr(TruceSchema) more = NULL;
  g_autoptr(TruceCollection) task = NULL;
  g_autoptr(GError) refused = NULL;
  World world;
  GError *error = NULL;

  open_world (&world, rules[0].schema);
  task = truce_store_get_collection (world.stores[FIRST], "task", less, &error);
  g_assert_no_error (error);
  write_lines (&world, FIRST, "put {\"votes\":5,\"tags\":[\"a\"]}");
  g_clear_object (&task);

  more = truce_schema_new_from_text (rules[0].schema, &error);
  g_assert_no_error (error);
  task = truce_store_get_collection (world.stores[FIRST], "task", more, &error);
  g_assert_no_error (error);
  write_lines (&world, FIRST, "increment votes 1\nadd tags \"b\"");
  assert_shows (&world, FIRST, "{\"tags\":[\"a\",\"b\"],\"votes\":6}");
  g_clear_object (&task);

  task = truce_store_get_collection (world.stores[SECOND], "task", less, &error);
  g_assert_no_error (error);
  write_lines (&world, SECOND, "put {\"votes\":\"many\"}");
  g_clear_object (&task);
  task = truce_store_get_collection (world.stores[SECOND], "task", more, &error);
  g_assert_no_error (error);
  g_assert_false (truce_collection_increment (task, "1", "votes", 1, &refused));
  g_assert_error (refused, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  assert_shows (&world, SECOND, "{\"votes\":\"many\"}");
  g_clear_object (&task);
  close_world (&world);
}

/* What an update that nobody had seen loses is not gone. */
static void
test_loser_in_history (void)
{
  g_autoptr(TruceCollection) task = NULL;
  g_autoptr(GListModel) log = NULL;
  g_autoptr(TruceLogEntry) entry = NULL;
  World world;
  GError *error = NULL;

  open_world (&world, rules[0].schema);
  write_lines (&world, FIRST, "put {\"a\":1}");
  merge (&world, SECOND, FIRST);
  write_lines (&world, FIRST, "patch {\"a\":\"lost\"}");
  write_lines (&world, SECOND, "patch {\"a\":\"kept\"}");
  merge (&world, FIRST, SECOND);
  assert_shows (&world, FIRST, "{\"a\":\"kept\"}");

  task = collection_of (world.stores[FIRST]);
  log = truce_collection_get_log (task, "1", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 1);
  entry = g_list_model_get_item (log, 0);
  g_assert_cmpstr (truce_log_entry_get_pointer (entry), ==, "/a");
  g_assert_cmpstr (truce_log_entry_get_text (entry), ==, "\"lost\"");

  truce_collection_restore (task, entry, &error);
  g_assert_no_error (error);
  assert_shows (&world, FIRST, "{\"a\":\"lost\"}");
  merge (&world, SECOND, FIRST);
  assert_shows (&world, SECOND, "{\"a\":\"lost\"}");
  g_clear_object (&entry);
  g_clear_object (&log);
  g_clear_object (&task);
  close_world (&world);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < G_N_ELEMENTS (rules); k++)
      {
        g_autofree char *path = g_strdup_printf ("/merge-cases/%s/%s", rows[i].name, rules[k].name);
        Case *this = g_new (Case, 1);

        *this = (Case) { &rows[i], k };
        g_test_add_data_func_full (path, this, test_row, g_free);
      }
  g_test_add_func ("/merge-cases/multi-values", test_multi_values);
  g_test_add_func ("/merge-cases/unknown-fields", test_unknown_fields);
  g_test_add_func ("/merge-cases/changed-kind", test_changed_kind);
  g_test_add_func ("/merge-cases/learned-kind", test_learned_kind);
  g_test_add_func ("/merge-cases/loser-in-history", test_loser_in_history);
  return g_test_run ();
}
