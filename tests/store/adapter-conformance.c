/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adapter-fixture.h"

void
begin (Fixture *f)
{
  GError *error = NULL;

  truce_store_adapter_begin (f->adapter, TRUE, &error);
  g_assert_no_error (error);
}

void
commit (Fixture *f)
{
  GError *error = NULL;

  truce_store_adapter_commit (f->adapter, &error);
  g_assert_no_error (error);
}

TruceStoredRecord *
get (Fixture    *f,
     const char *collection,
     const char *id)
{
  GError *error = NULL;
  TruceStoredRecord *record = truce_store_adapter_get (f->adapter, collection, id, &error);

  g_assert_no_error (error);
  return record;
}

TruceStoredRecord *
make (Fixture      *f,
      const char   *collection,
      const char   *id,
      TruceDelivery delivery,
      gboolean      deleted)
{
  g_autofree char *value = g_strdup_printf ("{\"v\":%" G_GINT64_FORMAT "}", ++f->version);
  g_autoptr(GBytes) state = g_bytes_new (value, strlen (value));
  g_autoptr(GBytes) base = delivery != TRUCE_DELIVERY_SYNCED ? g_bytes_new_static ("{}", 2) : NULL;

  return truce_stored_record_new (collection, id, f->version, delivery, deleted ? NULL : value, state, base);
}

void
put_record (Fixture           *f,
            TruceStoredRecord *record)
{
  g_autoptr(TruceStoredRecord) replaced = NULL;
  GError *error = NULL;

  replaced = get (f, truce_stored_record_get_collection (record), truce_stored_record_get_id (record));
  truce_store_adapter_put (f->adapter, record, replaced, &error);
  g_assert_no_error (error);
}

void
put (Fixture      *f,
     const char   *collection,
     const char   *id,
     TruceDelivery delivery)
{
  g_autoptr(TruceStoredRecord) record = make (f, collection, id, delivery, FALSE);

  put_record (f, record);
}

void
settle (Fixture      *f,
        const char   *collection,
        const char   *id,
        TruceDelivery delivery)
{
  g_autoptr(TruceStoredRecord) record = get (f, collection, id);
  g_autoptr(GBytes) base = delivery != TRUCE_DELIVERY_SYNCED ? g_bytes_new_static ("settled", 7) : NULL;
  GError *error = NULL;

  g_assert_nonnull (record);
  truce_store_adapter_settle (f->adapter, record, delivery, base, &error);
  g_assert_no_error (error);
}

void
purge (Fixture    *f,
       const char *collection,
       const char *id)
{
  g_autoptr(TruceStoredRecord) record = get (f, collection, id);
  GError *error = NULL;

  g_assert_nonnull (record);
  truce_store_adapter_remove (f->adapter, record, &error);
  g_assert_no_error (error);
}

void
set_meta (Fixture    *f,
          const char *group,
          const char *key,
          const char *value)
{
  g_autoptr(GBytes) bytes = value != NULL ? g_bytes_new (value, strlen (value)) : NULL;
  GError *error = NULL;

  truce_store_adapter_set_meta (f->adapter, group, key, bytes, &error);
  g_assert_no_error (error);
}

void
assert_same_record (TruceStoredRecord *a,
                    TruceStoredRecord *b)
{
  g_autoptr(GBytes) a_state = truce_stored_record_dup_state (a);
  g_autoptr(GBytes) b_state = truce_stored_record_dup_state (b);
  g_autoptr(GBytes) a_base = truce_stored_record_dup_base (a);
  g_autoptr(GBytes) b_base = truce_stored_record_dup_base (b);

  g_assert_cmpstr (truce_stored_record_get_collection (a), ==, truce_stored_record_get_collection (b));
  g_assert_cmpstr (truce_stored_record_get_id (a), ==, truce_stored_record_get_id (b));
  g_assert_cmpint (truce_stored_record_get_version (a), ==, truce_stored_record_get_version (b));
  g_assert_cmpint (truce_stored_record_get_delivery (a), ==, truce_stored_record_get_delivery (b));
  g_assert_cmpstr (truce_stored_record_get_value (a), ==, truce_stored_record_get_value (b));
  g_assert_true (g_bytes_equal (a_state, b_state));
  g_assert_cmpint (a_base == NULL, ==, b_base == NULL);
  g_assert_true (a_base == NULL || g_bytes_equal (a_base, b_base));
}

void
assert_ids (TruceStoreAdapter *adapter,
            const char        *collection,
            const char        *expected)
{
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GString) ids = g_string_new (NULL);
  const char *last = NULL;
  GError *error = NULL;

  while ((record = truce_store_adapter_next (adapter, collection, last, &error)) != NULL)
    {
      g_string_append_printf (ids, " %s", truce_stored_record_get_id (record));
      last = strrchr (ids->str, ' ') + 1;
      g_clear_pointer (&record, truce_stored_record_unref);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (ids->len > 0 ? ids->str + 1 : "", ==, expected);
}

typedef TruceStoredRecord *(*NextFunc) (TruceStoreAdapter *, gint64, GError **);

static void
assert_changes (TruceStoreAdapter *adapter,
                NextFunc           next,
                const char        *expected)
{
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GString) changes = g_string_new (NULL);
  gint64 version = 0;
  GError *error = NULL;

  while ((record = next (adapter, version, &error)) != NULL)
    {
      version = truce_stored_record_get_version (record);
      g_string_append_printf (changes, "%s%" G_GINT64_FORMAT ":%s/%s", changes->len > 0 ? " " : "", version,
                              truce_stored_record_get_collection (record), truce_stored_record_get_id (record));
      g_clear_pointer (&record, truce_stored_record_unref);
    }
  g_assert_no_error (error);
  g_assert_cmpstr (changes->str, ==, expected);
}

void
assert_feed (TruceStoreAdapter *adapter,
             const char        *expected)
{
  assert_changes (adapter, truce_store_adapter_next_change, expected);
}

void
assert_outbox (TruceStoreAdapter *adapter,
               const char        *expected)
{
  assert_changes (adapter, truce_store_adapter_next_pending, expected);
}

void
assert_meta (TruceStoreAdapter *adapter,
             const char        *group,
             const char        *expected)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *key = NULL;
  GError *error = NULL;
  char *next;

  while ((next = truce_store_adapter_next_meta (adapter, group, key, &error)) != NULL)
    {
      g_autoptr(GBytes) value = truce_store_adapter_get_meta (adapter, group, next, &error);

      g_assert_no_error (error);
      g_string_append_printf (text, "%s%s=%.*s", text->len > 0 ? " " : "", next, (int) g_bytes_get_size (value),
                              (const char *) g_bytes_get_data (value, NULL));
      g_free (key);
      key = next;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, expected);
}

/* ---- the suite ---- */

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->maker = data;
  f->place = f->maker->create_place != NULL ? f->maker->create_place () : NULL;
  f->adapter = f->maker->open (f->place);
  f->version = 0;
}

/* Whatever a case did, the adapter finds nothing wrong with itself. */
static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_auto(GStrv) problems = NULL;
  g_autofree char *list = NULL;
  GError *error = NULL;

  problems = truce_store_adapter_verify (f->adapter, NULL, &error);
  g_assert_no_error (error);
  list = g_strjoinv ("\n", problems);
  g_assert_cmpstr (list, ==, "");

  g_clear_object (&f->adapter);
  if (f->maker->destroy_place != NULL)
    f->maker->destroy_place (f->place);
}

static void
add_cases (const AdapterMaker *maker,
           const AdapterCase  *cases)
{
  for (; cases->path != NULL; cases++)
    {
      g_autofree char *path = g_strdup_printf ("/%s%s", maker->name, cases->path);

      g_test_add (path, Fixture, maker, set_up, cases->run, tear_down);
    }
}

void
adapter_conformance_add (const AdapterMaker *maker)
{
  add_cases (maker, adapter_record_cases);
  add_cases (maker, adapter_transaction_cases);
  add_cases (maker, adapter_random_cases);
  if (maker->lasting)
    add_cases (maker, adapter_lasting_cases);
}

int
adapter_conformance_main (const char *name,
                          TruceStoreAdapter *(*open)(gpointer place))
{
  char *arguments[] = {
    (char *) name, (char *) "--tap", (char *) "-k", NULL
  };
  char **argv = arguments;
  int argc = G_N_ELEMENTS (arguments) - 1;
  AdapterMaker maker = {
    .name = name, .open = open
  };

  g_test_init (&argc, &argv, NULL);
  adapter_conformance_add (&maker);
  return g_test_run ();
}
