/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-scenario-expect.h"

#include "truce-inbox.h"

static const TruceDelivery counted[] = {
  TRUCE_DELIVERY_PENDING, TRUCE_DELIVERY_FAILED, TRUCE_DELIVERY_CONFLICTED,
};

typedef struct
{
  TruceScenario *scenario;
  const TruceJsonDoc *doc;      /* the scenario's */
  TruceWorld *world;
  const char *replica;
  TruceStore *store;
} View;

/* The record as it shows; NULL without an error: none does. */
static char *
show_record (const View *view,
             const char *collection,
             const char *id,
             GError    **error)
{
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_get (view->store->adapter, collection, id, error);
  g_autoptr(TruceJsonDoc) doc = NULL;
  GString *out;

  if (row == NULL || row->value == NULL)
    return NULL;
  doc = truce_json_doc_parse_text (row->value, (gssize) row->value_length, error);
  if (doc == NULL)
    return NULL;
  out = g_string_new (NULL);
  truce_world_write_value (out, truce_world_get_schema (view->world, collection), doc, 0, TRUE);
  return g_string_free (out, FALSE);
}

static gboolean
check_record (const View *view,
              const char *collection,
              guint32     name,
              GError    **error)
{
  g_autofree char *id = truce_json_dup_string (view->doc, name);
  g_autoptr(GError) local = NULL;
  g_autofree char *shown = show_record (view, collection, id, &local);
  g_autoptr(GString) expected = g_string_new (NULL);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (truce_json_type (view->doc, name + 1) == TRUCE_JSON_NULL)
    return shown == NULL || truce_step_differ (error, view->replica, "%s/%s is %s, and must not be there", collection, id, shown);
  truce_world_write_value (expected, truce_world_get_schema (view->world, collection), view->doc, name + 1, TRUE);
  if (shown == NULL)
    return truce_step_differ (error, view->replica, "%s/%s is not there, and must be %s", collection, id, expected->str);
  return strcmp (shown, expected->str) == 0 ||
         truce_step_differ (error, view->replica, "%s/%s is %s, and must be %s", collection, id, shown, expected->str);
}

/* Every record that shows is named. */
static gboolean
check_nothing_else (const View *view,
                    const char *collection,
                    guint32     records,
                    GError    **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next (view->store->adapter, collection, NULL, &local);

  while (row != NULL)
    {
      TruceStoredRecord *next;

      if (row->value != NULL && truce_json_member (view->doc, records, row->id) == TRUCE_JSON_NONE)
        return truce_step_differ (error, view->replica, "%s/%s is %s, and must not be there", collection, row->id, row->value);
      next = truce_store_adapter_next (view->store->adapter, collection, row->id, &local);
      truce_stored_record_unref (row);
      row = next;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL;
}

static gboolean
check_records (const View *view,
               const char *collection,
               guint32     node,
               GError    **error)
{
  FOR_MEMBERS (view->doc, i, node)
  {
    gboolean same = truce_json_string_is (view->doc, i, "*") ? check_nothing_else (view, collection, node, error)
                                                            : check_record (view, collection, i, error);

    if (!same)
      return FALSE;
  }
  return TRUE;
}

static const char *
delivery_nick (TruceDelivery delivery)
{
  g_autoptr(GEnumClass) values = g_type_class_ref (TRUCE_TYPE_DELIVERY);

  return g_enum_get_value (values, delivery)->value_nick;
}

static gboolean
check_states (const View *view,
              guint32     node,
              GError    **error)
{
  FOR_MEMBERS (view->doc, i, node)
  {
    g_autofree char *record = truce_json_dup_string (view->doc, i);
    gsize length = truce_expect_find_collection (view->scenario, record);
    g_autofree char *collection = g_strndup (record, length);
    g_autoptr(GError) local = NULL;
    g_autoptr(TruceStoredRecord) row =
      truce_store_adapter_get (view->store->adapter, collection, record + length + 1, &local);

    if (local != NULL)
      {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
      }
    if (row == NULL)
      return truce_step_differ (error, view->replica, "%s was never there", record);
    if (!truce_json_string_is (view->doc, i + 1, delivery_nick (row->delivery)))
      return truce_step_differ (error, view->replica, "%s is %s", record, delivery_nick (row->delivery));
  }
  return TRUE;
}

static gboolean
check_counts (const View *view,
              guint32     node,
              GError    **error)
{
  for (guint i = 0; truce_expect_counts[i] != NULL; i++)
    {
      guint32 member = truce_json_member (view->doc, node, truce_expect_counts[i]);
      guint64 count = truce_store_count (view->store, counted[i]);
      gint64 expected = 0;

      if (member != TRUCE_JSON_NONE && truce_json_get_int64 (view->doc, member, &expected) &&
          (guint64) expected != count)
        return truce_step_differ (error, view->replica, "%" G_GUINT64_FORMAT " are %s, not %" G_GINT64_FORMAT, count, truce_expect_counts[i],
                                  expected);
    }
  return TRUE;
}

/* Notes the entry of a record that waits in the inbox: COLLECTION/ID → the nick of its error. */
static gboolean
note_entry (const View              *view,
            const TruceStoredRecord *row,
            GHashTable              *entries,
            GError                 **error)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceInboxEntry) entry = NULL;

  if (row->delivery != TRUCE_DELIVERY_FAILED && row->delivery != TRUCE_DELIVERY_CONFLICTED)
    return TRUE;
  entry = truce_inbox_get (view->store, row->collection, row->id, &local);
  if (entry == NULL)
    return truce_step_differ (error, view->replica, "%s/%s is %s, and not in the inbox: %s", row->collection, row->id,
                              delivery_nick (row->delivery), local != NULL ? local->message : "it has no entry");
  g_hash_table_insert (entries, g_strconcat (row->collection, "/", row->id, NULL),
                       g_strdup (g_enum_get_value (codes, entry->code)->value_nick));
  return TRUE;
}

static GHashTable *
list_inbox (const View *view,
            GError    **error)
{
  g_autoptr(GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GError) local = NULL;
  g_autoptr(TruceStoredRecord) row = truce_store_adapter_next_pending (view->store->adapter, 0, &local);

  while (row != NULL)
    {
      gint64 version = row->version;

      if (!note_entry (view, row, entries, error))
        return NULL;
      truce_stored_record_unref (row);
      row = truce_store_adapter_next_pending (view->store->adapter, version, &local);
    }
  if (local == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
check_inbox (const View *view,
             guint32     node,
             GError    **error)
{
  g_autoptr(GHashTable) entries = list_inbox (view, error);

  if (entries == NULL)
    return FALSE;
  FOR_ELEMENTS (view->doc, i, node)
  {
    g_autofree char *record = truce_json_dup_string (view->doc, truce_json_member (view->doc, i, "record"));
    guint32 code = truce_json_member (view->doc, i, "error");
    const char *found = g_hash_table_lookup (entries, record);

    if (found == NULL)
      return truce_step_differ (error, view->replica, "%s is not in the inbox", record);
    if (code != TRUCE_JSON_NONE && !truce_json_string_is (view->doc, code, found))
      return truce_step_differ (error, view->replica, "%s is in the inbox with %s", record, found);
  }
  return g_hash_table_size (entries) == truce_json_n_children (view->doc, node) ||
         truce_step_differ (error, view->replica, "%u are in the inbox, not %u", g_hash_table_size (entries),
                            truce_json_n_children (view->doc, node));
}

static gboolean
check_view_member (const View *view,
                   guint32     name,
                   GError    **error)
{
  g_autofree char *collection = truce_json_dup_string (view->doc, name);

  if (strcmp (collection, "$state") == 0)
    return check_states (view, name + 1, error);
  if (strcmp (collection, "$counts") == 0)
    return check_counts (view, name + 1, error);
  if (strcmp (collection, "$inbox") == 0)
    return check_inbox (view, name + 1, error);
  return check_records (view, collection, name + 1, error);
}

/* The first line in which two texts differ. */
static void
find_difference (char **a,
                 char **b)
{
  while (**a != '\0' && **b != '\0')
    {
      gsize a_length = strcspn (*a, "\n");
      gsize b_length = strcspn (*b, "\n");

      if (a_length != b_length || strncmp (*a, *b, a_length) != 0)
        break;
      *a += a_length + 1;
      *b += b_length + 1;
    }
  (*a)[strcspn (*a, "\n")] = '\0';
  (*b)[strcspn (*b, "\n")] = '\0';
}

static gboolean
check_same (const View *view,
            const char *other,
            GError    **error)
{
  g_autofree char *ours = truce_world_show (view->world, view->replica, error);
  g_autofree char *theirs = ours != NULL ? truce_world_show (view->world, other, error) : NULL;
  char *at = ours;
  char *their = theirs;

  if (theirs == NULL)
    return FALSE;
  if (strcmp (ours, theirs) == 0)
    return TRUE;
  find_difference (&at, &their);
  return truce_step_differ (error, view->replica, "it is not the same as %s: here %s, there %s", other, *at != '\0' ? at : "nothing",
                            *their != '\0' ? their : "nothing");
}

static gboolean
check_view (TruceScenario *self,
            TruceWorld    *world,
            guint32        name,
            GError       **error)
{
  g_autofree char *replica = truce_json_dup_string (self->doc, name);
  TruceStore *store = truce_world_get_store (world, replica, error);
  const View view = { self, self->doc, world, replica, store };

  if (store == NULL)
    return FALSE;
  if (truce_json_type (self->doc, name + 1) == TRUCE_JSON_STRING)
    {
      g_autofree char *same = truce_json_dup_string (self->doc, name + 1);

      return check_same (&view, same + strlen (SAME_AS), error);
    }
  FOR_MEMBERS (self->doc, i, name + 1)
  if (!check_view_member (&view, i, error))
    return FALSE;
  return TRUE;
}

gboolean
truce_expect_check (TruceScenario *self,
                    guint32        node,
                    TruceWorld    *world,
                    GError       **error)
{
  FOR_MEMBERS (self->doc, i, node)
  if (!check_view (self, world, i, error))
    return FALSE;
  return TRUE;
}
