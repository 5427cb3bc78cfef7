/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

/* ---- helpers: a record of text, stamped at so many milliseconds; NULL text: deleted; 0: no stamp ---- */

static TruceRecord *
make_record (const char *text,
             guint64     ms,
             guint64     replica)
{
  g_autoptr(GError) error = NULL;
  TruceRecord *record = text != NULL ? truce_record_new_from_text ("task", "1", text, &error)
                                     : truce_record_new_tombstone ("task", "1", &error);

  g_assert_no_error (error);
  if (ms > 0)
    {
      g_autoptr(TruceStamp) stamp = truce_stamp_new (ms, 0, replica, &error);

      g_assert_no_error (error);
      truce_record_set_stamp (record, NULL, stamp);
    }
  return record;
}

static TruceConflict *
make_conflict (const char *base,
               const char *local,
               guint64     local_ms,
               const char *remote,
               guint64     remote_ms,
               const char *schema_text)
{
  g_autoptr(TruceRecord) base_record = make_record (base, 0, 0);
  g_autoptr(TruceRecord) local_record = make_record (local, local_ms, 1);
  g_autoptr(TruceRecord) remote_record = make_record (remote, remote_ms, 2);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = schema_text != NULL ? truce_schema_new_from_text (schema_text, &error) : NULL;
  TruceConflict *conflict;

  g_assert_no_error (error);
  conflict = truce_conflict_new (base_record, local_record, remote_record, schema, &error);
  g_assert_no_error (error);
  return conflict;
}

/* What a resolver made of it, as a word and the merged text. */
static char *
resolve (TruceResolver *resolver,
         TruceConflict *conflict)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceResolution) resolution = truce_resolver_resolve (resolver, conflict, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  switch (truce_resolution_get_resolution_type (resolution))
    {
    case TRUCE_RESOLUTION_LOCAL:
      return g_strdup ("local");
    case TRUCE_RESOLUTION_REMOTE:
      return g_strdup ("remote");
    case TRUCE_RESOLUTION_MERGED:
      text = truce_resolution_dup_text (resolution);
      return g_strdup_printf ("merged %s", text != NULL ? text : "deleted");
    case TRUCE_RESOLUTION_DEFERRED:
      return g_strdup_printf ("deferred %s", truce_resolution_get_reason (resolution));
    }
  g_assert_not_reached ();
}

/* ---- strategies, a row each ---- */

typedef struct
{
  const char *name;
  const char *resolver;         /* last-write, field-merge, local, remote, defer */
  const char *schema;
  const char *base;
  const char *local;
  guint64 local_ms;
  const char *remote;
  guint64 remote_ms;
  const char *expected;
} Row;

static const Row rows[] = {
  { "last-write/local", "last-write", NULL, "{}", "{\"a\":1}", 5, "{\"a\":2}", 4, "local" },
  { "last-write/remote", "last-write", NULL, "{}", "{\"a\":1}", 4, "{\"a\":2}", 5, "remote" },
  { "last-write/tie-by-replica", "last-write", NULL, "{}", "{\"a\":1}", 5, "{\"a\":2}", 5, "remote" },
  { "last-write/no-stamp", "last-write", NULL, "{}", "{\"a\":1}", 0, "{\"a\":2}", 5, "deferred a side has no stamp" },
  { "last-write/deleted-later", "last-write", NULL, "{}", NULL, 6, "{\"a\":2}", 5, "local" },

  { "field-merge/different-fields", "field-merge", NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", 0, "{\"a\":1,\"b\":2}", 0,
    "merged {\"a\":2,\"b\":2}" },
  { "field-merge/comes-out-as-local", "field-merge", NULL, "{\"a\":1}", "{\"a\":2}", 0, "{\"a\":1}", 0, "local" },
  { "field-merge/comes-out-as-remote", "field-merge", NULL, "{\"a\":1}", "{\"a\":1}", 0, "{\"a\":2}", 0, "remote" },
  { "field-merge/no-stamps", "field-merge", NULL, "{\"a\":1}", "{\"a\":2}", 0, "{\"a\":3}", 0, "deferred both sides changed /a" },
  { "field-merge/later", "field-merge", NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", 5, "{\"a\":3,\"b\":2}", 6, "remote" },
  { "field-merge/later-of-both", "field-merge", NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", 7, "{\"a\":3,\"b\":2}", 6,
    "merged {\"a\":2,\"b\":2}" },
  { "field-merge/ask", "field-merge", "{\"fields\":{\"a\":{\"rule\":\"ask\"}}}", "{\"a\":1}", "{\"a\":2}", 5, "{\"a\":3}", 6,
    "deferred both sides changed /a" },
  { "field-merge/many", "field-merge", NULL, "{}", "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}", 0,
    "{\"a\":2,\"b\":2,\"c\":2,\"d\":2,\"e\":2}", 0, "deferred both sides changed /a, /b, /c and 2 more" },
  { "field-merge/earliest-immutable", "field-merge", "{\"fields\":{\"a\":\"immutable\"}}", "{}", "{\"a\":1}", 6, "{\"a\":2}", 5,
    "remote" },
  { "field-merge/digits", "field-merge", NULL, "{\"a\":1,\"b\":1}", "{\"a\":18446744073709551615,\"b\":1}", 0,
    "{\"a\":1,\"b\":1e400}", 0, "merged {\"a\":18446744073709551615,\"b\":1e400}" },

  { "prefer/local", "local", NULL, "{}", "{\"a\":1}", 0, "{\"a\":2}", 0, "local" },
  { "prefer/remote", "remote", NULL, "{}", "{\"a\":1}", 0, "{\"a\":2}", 0, "remote" },
  { "defer", "defer", NULL, "{}", "{\"a\":1}", 0, "{\"a\":2}", 0, "deferred why not" },

  /* one side deleted the record, the other changed it, or not; both; or both made it: under each delete
   * rule */
  { "deletion/unchanged", "field-merge", NULL, "{\"a\":1}", NULL, 0, "{\"a\":1}", 0, "local" },
  { "deletion/unchanged-there", "field-merge", NULL, "{\"a\":1}", "{\"a\":1}", 0, NULL, 0, "remote" },
  { "deletion/changed", "field-merge", NULL, "{\"a\":1}", NULL, 5, "{\"a\":2}", 6, "deferred both sides changed the record" },
  { "deletion/update-wins", "field-merge", "{\"delete\":\"update-wins\"}", "{\"a\":1}", NULL, 9, "{\"a\":2}", 6, "remote" },
  { "deletion/update-wins-here", "field-merge", "{\"delete\":\"update-wins\"}", "{\"a\":1}", "{\"a\":2}", 6, NULL, 9, "local" },
  { "deletion/delete-wins", "field-merge", "{\"delete\":\"delete-wins\"}", "{\"a\":1}", NULL, 5, "{\"a\":2}", 6, "local" },
  { "deletion/delete-wins-there", "field-merge", "{\"delete\":\"delete-wins\"}", "{\"a\":1}", "{\"a\":2}", 6, NULL, 5, "remote" },
  { "deletion/later-wins-deletion", "field-merge", "{\"delete\":\"later-wins\"}", "{\"a\":1}", NULL, 7, "{\"a\":2}", 6, "local" },
  { "deletion/later-wins-change", "field-merge", "{\"delete\":\"later-wins\"}", "{\"a\":1}", NULL, 5, "{\"a\":2}", 6, "remote" },
  { "deletion/later-wins-no-stamp", "field-merge", "{\"delete\":\"later-wins\"}", "{\"a\":1}", NULL, 0, "{\"a\":2}", 6,
    "deferred both sides changed the record" },
  { "deletion/both", "field-merge", NULL, "{\"a\":1}", NULL, 5, NULL, 6, "local" },
  { "deletion/both-created", "field-merge", NULL, NULL, "{\"a\":1}", 5, "{\"b\":1}", 6, "merged {\"a\":1,\"b\":1}" },
  { "deletion/both-created-apart", "field-merge", NULL, NULL, "{\"a\":1}", 0, "{\"a\":2}", 0, "deferred both sides changed /a" },
};

static TruceResolver *
make_resolver (const char *name)
{
  if (g_str_equal (name, "last-write"))
    return truce_last_write_resolver_new ();
  if (g_str_equal (name, "field-merge"))
    return truce_field_merge_resolver_new (NULL);
  if (g_str_equal (name, "defer"))
    return truce_defer_resolver_new ("why not");
  return truce_prefer_resolver_new (g_str_equal (name, "local") ? TRUCE_SIDE_LOCAL : TRUCE_SIDE_REMOTE);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(TruceResolver) resolver = make_resolver (row->resolver);
  g_autoptr(TruceConflict) conflict = make_conflict (row->base, row->local, row->local_ms, row->remote, row->remote_ms,
                                                     row->schema);
  g_autofree char *resolution = resolve (resolver, conflict);
  g_autofree char *again = resolve (resolver, conflict);

  g_assert_cmpstr (resolution, ==, row->expected);
  g_assert_cmpstr (again, ==, resolution);
}

/* Number 85: with the sides exchanged, the same value is written. */
static void
test_symmetry (void)
{
  static const char *const names[] = { "last-write", "field-merge" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(TruceResolver) resolver = make_resolver (names[i]);
      g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1}", "{\"a\":2}", 5, "{\"a\":3}", 6, NULL);
      g_autoptr(TruceConflict) exchanged = make_conflict ("{\"a\":1}", "{\"a\":3}", 6, "{\"a\":2}", 5, NULL);
      g_autofree char *x = resolve (resolver, conflict);
      g_autofree char *y = resolve (resolver, exchanged);

      g_assert_cmpstr (x, ==, "remote");
      g_assert_cmpstr (y, ==, "local");
    }
}

/* A field's own stamp goes before the record's. */
static void
test_field_stamps (void)
{
  g_autoptr(TruceResolver) resolver = make_resolver ("field-merge");
  g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1,\"b/c\":1}", "{\"a\":2,\"b/c\":2}", 5,
                                                     "{\"a\":3,\"b/c\":3}", 6, NULL);
  g_autoptr(TruceStamp) late = truce_stamp_new (9, 0, 1, NULL);
  g_autofree char *resolution = NULL;

  truce_record_set_stamp (truce_conflict_get_local (conflict), "b/c", late);
  resolution = resolve (resolver, conflict);
  g_assert_cmpstr (resolution, ==, "merged {\"a\":3,\"b/c\":2}");
}

static void
test_fallback (void)
{
  g_autoptr(TruceResolver) resolver = make_resolver ("field-merge");
  g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1}", "{\"a\":2}", 9, "{\"a\":3}", 6, NULL);
  g_autofree char *resolution = NULL;

  truce_field_merge_resolver_set_fallback (TRUCE_FIELD_MERGE_RESOLVER (resolver), TRUCE_RULE_MAX);
  resolution = resolve (resolver, conflict);
  g_assert_cmpstr (resolution, ==, "remote");
}

static void
test_of_schema (void)
{
  static const struct { const char *text; const char *expected; } schemas[] = {
    { "{}", "remote" }, { "{\"resolver\":\"field-merge\"}", "remote" }, { "{\"resolver\":\"last-write\"}", "remote" },
    { "{\"resolver\":\"prefer-local\"}", "local" }, { "{\"resolver\":\"prefer-remote\"}", "remote" },
    { "{\"resolver\":\"defer\"}", "deferred (null)" },
  };
  g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1}", "{\"a\":2}", 5, "{\"a\":3}", 6, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schemas[i].text, NULL);
      g_autoptr(TruceResolver) resolver = truce_schema_create_resolver (schema);
      g_autofree char *resolution = resolve (resolver, conflict);

      g_assert_cmpstr (resolution, ==, schemas[i].expected);
    }
}

/* ---- conflicts ---- */

static void
test_conflict_fields (void)
{
  g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", 5, "{\"a\":3,\"b\":2}", 6, NULL);
  GListModel *fields = truce_conflict_get_fields (conflict);
  g_autoptr(TruceFieldConflict) field = g_list_model_get_item (fields, 0);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceRecord) proposed = truce_conflict_dup_proposed (conflict, &error);
  g_autofree char *text = truce_record_dup_text (proposed);
  g_autofree char *value = truce_field_conflict_dup_text (field, TRUCE_SIDE_PROPOSED);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (fields), ==, 1);
  g_assert_cmpuint (g_list_model_get_item_type (fields), ==, TRUCE_TYPE_FIELD_CONFLICT);
  g_assert_null (g_list_model_get_item (fields, 1));
  g_assert_cmpstr (truce_field_conflict_get_pointer (field), ==, "/a");
  g_assert_cmpstr (value, ==, "2");
  g_assert_cmpstr (text, ==, "{\"a\":2,\"b\":2}");
}

static void
test_conflict_refuses (void)
{
  g_autoptr(TruceRecord) one = make_record ("{}", 0, 0);
  g_autoptr(TruceRecord) other = truce_record_new_from_text ("task", "2", "{}", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_conflict_new (one, NULL, NULL, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (truce_conflict_new (NULL, one, other, NULL, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

static void
test_record_refuses (void)
{
  static const struct { const char *collection; const char *id; const char *text; int code; } records[] = {
    { "", "1", "{}", TRUCE_ERROR_INVALID_DATA }, { "task", "", "{}", TRUCE_ERROR_INVALID_DATA },
    { "task", "\xff", "{}", TRUCE_ERROR_INVALID_DATA }, { "task", "1", "[]", TRUCE_ERROR_INVALID_DATA },
    { "task", "1", "{\"a\":1,\"a\":2}", TRUCE_ERROR_INVALID_DATA }, { "task", NULL, "{}", TRUCE_ERROR_TOO_LARGE },
  };
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *too_long = g_strnfill (256, 'x');
  g_autoptr(TruceRecord) record = truce_record_new_from_text (longest, longest, "{}", NULL);

  g_assert_nonnull (record);
  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      const char *id = records[i].id != NULL ? records[i].id : too_long;
      g_autoptr(GError) error = NULL;

      g_assert_null (truce_record_new_from_text (records[i].collection, id, records[i].text, &error));
      g_assert_error (error, TRUCE_ERROR, records[i].code);
    }
}

static void
test_record_fields (void)
{
  g_autoptr(TruceRecord) record = make_record ("{\"a\":{\"b\":1},\"c\":null}", 0, 0);
  g_autoptr(TruceRecord) deleted = make_record (NULL, 0, 0);

  g_assert_true (JSON_NODE_HOLDS_OBJECT (truce_record_get_field (record, "a")));
  g_assert_true (JSON_NODE_HOLDS_NULL (truce_record_get_field (record, "c")));
  g_assert_null (truce_record_get_field (record, "d"));
  g_assert_false (truce_record_is_deleted (record));
  g_assert_true (truce_record_is_deleted (deleted));
  g_assert_null (truce_record_get_value (deleted));
  g_assert_null (truce_record_get_field (deleted, "a"));
  g_assert_null (truce_record_get_stamp (record, "a"));
}

/* ---- functions ---- */

static TruceResolution *
by_function (TruceConflict *conflict,
             gpointer       data,
             GError       **error)
{
  const char *what = data;
  g_autoptr(JsonNode) node = NULL;

  if (g_str_equal (what, "nothing"))
    return NULL;
  if (g_str_equal (what, "deleted"))
    return truce_resolution_new_merged (NULL);
  if (g_str_equal (what, "error"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "not now");
      return NULL;
    }
  if (g_str_equal (what, "nan"))
    node = json_node_init_double (json_node_alloc (), 0.0 / 0.0);
  else
    node = json_from_string (what, NULL);
  return truce_resolution_new_merged (node);
}

static void
test_function (void)
{
  g_autoptr(TruceResolver) good = truce_callback_resolver_new (by_function, (gpointer) "{\"a\":[1,{}]}", NULL);
  g_autoptr(TruceResolver) deletes = truce_callback_resolver_new (by_function, (gpointer) "deleted", NULL);
  g_autoptr(TruceConflict) conflict = make_conflict ("{}", "{\"a\":1}", 0, "{\"a\":2}", 0, NULL);
  g_autofree char *merged = resolve (good, conflict);
  g_autofree char *deleted = resolve (deletes, conflict);

  g_assert_cmpstr (merged, ==, "merged {\"a\":[1,{}]}");
  g_assert_cmpstr (deleted, ==, "merged deleted");
}

/* Number 87: whatever a resolver does wrong is an error, and the conflict is as it was. */
static void
test_misbehaviour (void)
{
  static const struct { const char *what; GQuark (*domain) (void); int code; } cases[] = {
    { "nothing", truce_error_quark, TRUCE_ERROR_INVALID_DATA }, { "error", g_io_error_quark, G_IO_ERROR_BUSY },
    { "[1]", truce_error_quark, TRUCE_ERROR_INVALID_DATA }, { "5", truce_error_quark, TRUCE_ERROR_INVALID_DATA },
    { "nan", truce_error_quark, TRUCE_ERROR_INVALID_DATA },
  };
  g_autoptr(TruceConflict) conflict = make_conflict ("{}", "{\"a\":1}", 0, "{\"a\":2}", 0, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TruceResolver) resolver = truce_callback_resolver_new (by_function, (gpointer) cases[i].what, NULL);
      g_autoptr(GError) error = NULL;

      g_assert_null (truce_resolver_resolve (resolver, conflict, &error));
      g_assert_error (error, cases[i].domain (), cases[i].code);
    }
}

static void
test_function_is_freed (void)
{
  int *freed = g_new0 (int, 1);
  TruceResolver *resolver = truce_callback_resolver_new (by_function, freed, g_free);

  g_assert_finalize_object (resolver);
}

/* A class that implements nothing. */
typedef struct { GObject parent_instance; } Idle;
typedef GObjectClass IdleClass;

static void
idle_resolver_init (TruceResolverInterface *iface)
{
}

static GType idle_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Idle, idle, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (TRUCE_TYPE_RESOLVER, idle_resolver_init))

static void
idle_class_init (IdleClass *klass)
{
}

static void
idle_init (Idle *self)
{
}

static void
test_implements_nothing (void)
{
  g_autoptr(TruceResolver) resolver = g_object_new (idle_get_type (), NULL);
  g_autoptr(TruceConflict) conflict = make_conflict ("{}", "{\"a\":1}", 0, "{\"a\":2}", 0, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_resolver_resolve (resolver, conflict, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED);
}

/* ---- chains, and resolving later ---- */

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_assert_null (*(GAsyncResult **) data); /* called once */
  g_set_object ((GAsyncResult **) data, result);
}

static TruceResolution *
resolve_later (TruceResolver *resolver,
               TruceConflict *conflict,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  truce_resolver_resolve_async (resolver, conflict, cancellable, take_result, &result);
  g_assert_null (result);       /* never before it returns */
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return truce_resolver_resolve_finish (resolver, result, error);
}

static TruceResolver *
make_chain (const char *first,
            const char *second,
            const char *third)
{
  const char *names[] = { first, second, third };
  TruceResolver *chain = truce_chain_resolver_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names) && names[i] != NULL; i++)
    {
      g_autoptr(TruceResolver) resolver = make_resolver (names[i]);

      truce_chain_resolver_append (TRUCE_CHAIN_RESOLVER (chain), resolver);
    }
  return chain;
}

static void
test_chain (void)
{
  g_autoptr(TruceConflict) conflict = make_conflict ("{\"a\":1}", "{\"a\":2}", 0, "{\"a\":3}", 0, NULL);
  static const struct { const char *names[3]; const char *expected; } chains[] = {
    { { NULL }, "deferred (null)" }, { { "defer" }, "deferred why not" },
    { { "last-write", "field-merge", "remote" }, "remote" }, { { "defer", "local", "remote" }, "local" },
    { { "defer", "last-write" }, "deferred a side has no stamp" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr(TruceResolver) chain = make_chain (chains[i].names[0], chains[i].names[1], chains[i].names[2]);
      g_autofree char *resolution = resolve (chain, conflict);
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceResolution) later = resolve_later (chain, conflict, NULL, &error);
      g_autoptr(TruceResolution) at_once = truce_resolver_resolve (chain, conflict, NULL);

      g_assert_no_error (error);
      g_assert_cmpstr (resolution, ==, chains[i].expected);
      g_assert_cmpint (truce_resolution_get_resolution_type (later), ==, truce_resolution_get_resolution_type (at_once));
      g_assert_cmpstr (truce_resolution_get_reason (later), ==, truce_resolution_get_reason (at_once));
    }
}

static void
test_chain_ends_at_an_error (void)
{
  g_autoptr(TruceResolver) chain = make_chain ("defer", NULL, NULL);
  g_autoptr(TruceResolver) fails = truce_callback_resolver_new (by_function, (gpointer) "error", NULL);
  g_autoptr(TruceResolver) local = make_resolver ("local");
  g_autoptr(TruceConflict) conflict = make_conflict ("{}", "{\"a\":1}", 0, "{\"a\":2}", 0, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) later_error = NULL;

  truce_chain_resolver_append (TRUCE_CHAIN_RESOLVER (chain), fails);
  truce_chain_resolver_append (TRUCE_CHAIN_RESOLVER (chain), local);
  g_assert_null (truce_resolver_resolve (chain, conflict, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_null (resolve_later (chain, conflict, NULL, &later_error));
  g_assert_error (later_error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
test_cancelled (void)
{
  static const char *const names[] = { "local", "field-merge", "defer" };
  g_autoptr(TruceConflict) conflict = make_conflict ("{}", "{\"a\":1}", 0, "{\"a\":2}", 0, NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(TruceResolver) chain = make_chain ("defer", "local", NULL);

  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i <= G_N_ELEMENTS (names); i++)
    {
      g_autoptr(TruceResolver) resolver = i < G_N_ELEMENTS (names) ? make_resolver (names[i]) : g_object_ref (chain);
      g_autoptr(GError) error = NULL;

      g_assert_null (resolve_later (resolver, conflict, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* Number 121: a programmer's mistake is a critical, never a crash. */
static void
test_misuse (void)
{
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_RESOLVER*");
  g_assert_null (truce_resolver_resolve (NULL, NULL, NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_CONFLICT*");
  g_assert_null (truce_conflict_get_fields (NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_RECORD*");
  g_assert_null (truce_record_get_value (NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*TRUCE_IS_SCHEMA*");
  g_assert_null (truce_schema_to_json (NULL));
  g_test_expect_message ("Truce", G_LOG_LEVEL_CRITICAL, "*resolver != TRUCE_RESOLVER (self)*");
  {
    g_autoptr(TruceResolver) chain = truce_chain_resolver_new ();

    truce_chain_resolver_append (TRUCE_CHAIN_RESOLVER (chain), chain);
  }
  g_test_assert_expected_messages ();
}

/* What a binding can make half empty must still answer. */
static void
test_empty_objects (void)
{
  GType types[] = { TRUCE_TYPE_RECORD, TRUCE_TYPE_CONFLICT, TRUCE_TYPE_FIELD_CONFLICT, TRUCE_TYPE_RESOLUTION,
                    TRUCE_TYPE_SCHEMA, TRUCE_TYPE_CALLBACK_RESOLVER };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr(GObject) object = g_object_new (types[i], NULL);
      guint n_properties;
      g_autofree GParamSpec **properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_properties);

      for (guint k = 0; k < n_properties; k++)
        {
          g_auto(GValue) value = G_VALUE_INIT;

          g_object_get_property (object, properties[k]->name, &value);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/resolver/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/resolver/symmetry", test_symmetry);
  g_test_add_func ("/resolver/field-merge/field-stamps", test_field_stamps);
  g_test_add_func ("/resolver/field-merge/fallback", test_fallback);
  g_test_add_func ("/resolver/of-schema", test_of_schema);
  g_test_add_func ("/resolver/conflict/fields", test_conflict_fields);
  g_test_add_func ("/resolver/conflict/refuses", test_conflict_refuses);
  g_test_add_func ("/resolver/record/refuses", test_record_refuses);
  g_test_add_func ("/resolver/record/fields", test_record_fields);
  g_test_add_func ("/resolver/function/decides", test_function);
  g_test_add_func ("/resolver/function/misbehaviour", test_misbehaviour);
  g_test_add_func ("/resolver/function/is-freed", test_function_is_freed);
  g_test_add_func ("/resolver/implements-nothing", test_implements_nothing);
  g_test_add_func ("/resolver/chain/order", test_chain);
  g_test_add_func ("/resolver/chain/ends-at-an-error", test_chain_ends_at_an_error);
  g_test_add_func ("/resolver/cancelled", test_cancelled);
  g_test_add_func ("/resolver/misuse", test_misuse);
  g_test_add_func ("/resolver/empty-objects", test_empty_objects);
  return g_test_run ();
}
