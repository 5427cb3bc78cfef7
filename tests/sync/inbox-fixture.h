/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An inbox, shown as a text. */

#include "engine-fixture.h"

static const char schema_text[] =
  "{\"fields\": {\"title\": {\"type\": \"string\"}}, \"references\": {\"parent\": \"task\", \"others\": \"task\"}}";

static inline void
set_up_inbox (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (schema_text, &error);

  g_assert_no_error (error);
  set_up (fixture, data);
  g_clear_object (&fixture->tasks);
  fixture->tasks = truce_store_get_collection (fixture->store, "task", schema, &error);
  g_assert_no_error (error);
}

static inline TruceInbox *
new_inbox (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  TruceInbox *inbox = truce_inbox_new (fixture->store, &error);

  g_assert_no_error (error);
  return inbox;
}

/* The ids in the list, each with F(ailed) or C(onflicted). */
static inline char *
show (GListModel *model)
{
  GString *shown = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(TruceInboxItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (shown, "%s%s%s", i > 0 ? " " : "",
                              truce_inbox_item_get_delivery (item) == TRUCE_DELIVERY_CONFLICTED ? "C" : "F",
                              truce_inbox_item_get_id (item));
    }
  return g_string_free (shown, FALSE);
}

static inline void
assert_shown (TruceInbox *inbox,
              const char *expected)
{
  g_autofree char *shown = show (G_LIST_MODEL (inbox));

  g_assert_cmpstr (shown, ==, expected);
}

static inline void
reject (Fixture    *fixture,
        const char *id)
{
  plain_remote_reject (fixture->remote, id, "the server's own words");
}

/* A record that was rejected. */
static inline void
fail_one (Fixture    *fixture,
          const char *id,
          const char *text)
{
  reject (fixture, id);
  put (fixture, id, text);
  sync_once (fixture);
}

static inline TruceInboxItem *
get_item (TruceInbox *inbox,
          const char *id)
{
  TruceInboxItem *item = truce_inbox_find (inbox, "task", id);

  g_assert_nonnull (item);
  return item;
}

static inline void
assert_text (Fixture    *fixture,
             const char *id,
             const char *expected)
{
  g_autofree char *text = truce_collection_dup_text (fixture->tasks, id, NULL);

  g_assert_cmpstr (text, ==, expected);
}

#define add(path, test) g_test_add (path, Fixture, NULL, set_up_inbox, test, tear_down)
