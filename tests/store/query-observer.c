/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "query-observer.h"

static void
items_changed (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               gpointer    data)
{
  Observer *observer = data;

  g_assert_cmpuint (removed + added, >, 0);
  g_string_append_printf (observer->changes, "%s%u", observer->changes->len > 0 ? ", " : "", position);
  if (removed > 0)
    g_string_append_printf (observer->changes, "-%u", removed);
  if (added > 0)
    g_string_append_printf (observer->changes, "+%u", added);

  g_assert_cmpuint (position + removed, <=, observer->replayed->len);
  if (removed > 0)
    g_ptr_array_remove_range (observer->replayed, position, removed);
  for (guint i = 0; i < added; i++)
    {
      const char *id = truce_query_get_record_id (observer->query, position + i);

      g_assert_nonnull (id);
      g_ptr_array_insert (observer->replayed, position + i, g_strdup (id));
    }
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, observer->replayed->len);
}

Observer *
observe (TruceQuery *query)
{
  Observer *observer = g_new0 (Observer, 1);
  g_autoptr(GError) error = NULL;

  observer->query = query;
  observer->changes = g_string_new (NULL);
  observer->replayed = g_ptr_array_new_with_free_func (g_free);
  truce_query_open (query, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (query)); i++)
    g_ptr_array_add (observer->replayed, g_strdup (truce_query_get_record_id (query, i)));
  g_signal_connect (query, "items-changed", G_CALLBACK (items_changed), observer);
  return observer;
}

void
observer_free (Observer *observer)
{
  g_assert_cmpstr (observer->changes->str, ==, "");
  g_signal_handlers_disconnect_by_data (observer->query, observer);
  g_assert_finalize_object (observer->query);
  g_ptr_array_unref (observer->replayed);
  g_string_free (observer->changes, TRUE);
  g_free (observer);
}

char *
print_query (TruceQuery *query)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (query)); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", truce_query_get_record_id (query, i));
  return g_string_free (text, FALSE);
}

void
assert_list (Observer   *observer,
             const char *expected)
{
  g_autofree char *text = print_query (observer->query);
  g_autofree char *replayed = NULL;

  g_assert_cmpstr (text, ==, expected);
  g_ptr_array_add (observer->replayed, NULL);
  replayed = g_strjoinv (" ", (char **) observer->replayed->pdata);
  g_ptr_array_set_size (observer->replayed, (gint) observer->replayed->len - 1);
  g_assert_cmpstr (replayed, ==, expected);
}

void
assert_changes (Observer   *observer,
                const char *expected)
{
  g_assert_cmpstr (observer->changes->str, ==, expected);
  g_string_truncate (observer->changes, 0);
}
