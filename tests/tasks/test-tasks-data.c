/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-data.h"

#include <glib/gstdio.h>

#include "tasks-record.h"

/* Two devices and the hub between them. */
typedef struct
{
  char *folder;
  TasksData *desk;
  TasksData *bag;
} Fixture;

static TasksData *
open_data (Fixture    *fixture,
           const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *store = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *hub = g_build_filename (fixture->folder, "hub.db", NULL);
  TasksData *data = tasks_data_new (store, hub, &error);

  g_assert_no_error (error);
  return data;
}

static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("tasks-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->desk = open_data (fixture, "desk.db");
  fixture->bag = open_data (fixture, "bag.db");
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  g_assert_finalize_object (fixture->desk);
  g_assert_finalize_object (fixture->bag);
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
sync_now (TasksData *data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSyncReport) report = truce_sync_sync_now (tasks_data_get_sync (data), 0, NULL, &error);

  g_assert_no_error (error);
}

static char *
add_project (TasksData  *data,
             const char *title)
{
  g_autoptr(GError) error = NULL;
  char *id = tasks_data_add_project (data, title, &error);

  g_assert_no_error (error);
  return id;
}

static char *
add_task (TasksData  *data,
          const char *project,
          const char *title)
{
  g_autoptr(GError) error = NULL;
  char *id = tasks_data_add_task (data, project, title, &error);

  g_assert_no_error (error);
  return id;
}

static TruceRecord *
get_task (TasksData  *data,
          const char *id)
{
  g_autoptr(GError) error = NULL;
  TruceRecord *task = truce_collection_get (tasks_data_get_tasks (data), id, &error);

  g_assert_no_error (error);
  return task;
}

/* The titles, with a space between. */
static void
assert_titles (TruceQuery *query,
               const char *expected)
{
  g_autoptr(GString) titles = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (query)); i++)
    {
      g_autoptr(TruceRecord) record = g_list_model_get_item (G_LIST_MODEL (query), i);

      g_string_append_printf (titles, "%s%s", i > 0 ? " " : "", tasks_record_get_title (record));
    }
  g_assert_cmpstr (titles->str, ==, expected);
}

static void
assert_tasks (TasksData  *data,
              const char *project,
              const char *words,
              const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceQuery) query = tasks_data_query_tasks (data, project, words, &error);

  g_assert_no_error (error);
  assert_titles (query, expected);
}

/* ---- one device ---- */

static void
test_lists (Fixture      *fixture,
            gconstpointer unused)
{
  g_autofree char *home = add_project (fixture->desk, "Home");
  g_autofree char *work = add_project (fixture->desk, "Work");
  g_autofree char *milk = add_task (fixture->desk, home, "milk");
  g_autofree char *call = add_task (fixture->desk, work, "call");
  g_autofree char *tea = add_task (fixture->desk, home, "tea");
  g_autofree char *sort = add_task (fixture->desk, NULL, "sort");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceQuery) projects = tasks_data_query_projects (fixture->desk, &error);

  g_assert_no_error (error);
  assert_titles (projects, "Home Work");
  assert_tasks (fixture->desk, NULL, NULL, "milk call tea sort");
  assert_tasks (fixture->desk, home, NULL, "milk tea");
  assert_tasks (fixture->desk, work, NULL, "call");

  g_assert_true (tasks_data_set_project (fixture->desk, milk, work, &error));
  g_assert_true (tasks_data_set_project (fixture->desk, call, NULL, &error));
  assert_tasks (fixture->desk, work, NULL, "milk");
  assert_tasks (fixture->desk, NULL, NULL, "milk call tea sort");
}

static void
test_search (Fixture      *fixture,
             gconstpointer unused)
{
  g_autofree char *milk = add_task (fixture->desk, NULL, "milk");
  g_autofree char *tea = add_task (fixture->desk, NULL, "tea");
  g_autofree char *call = add_task (fixture->desk, NULL, "call");
  g_autoptr(GError) error = NULL;

  g_assert_true (tasks_data_add_tag (fixture->desk, tea, "Mittwoch", &error));
  g_assert_true (tasks_data_set_notes (fixture->desk, call, "", "about the milk", &error));
  g_assert_no_error (error);
  assert_tasks (fixture->desk, NULL, "MI", "milk tea call");
  assert_tasks (fixture->desk, NULL, "mil", "milk call");
  assert_tasks (fixture->desk, NULL, "mil about", "call");
  assert_tasks (fixture->desk, NULL, "nothing", "");
}

static void
test_fields (Fixture      *fixture,
             gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autoptr(TruceRecord) task = get_task (fixture->desk, id);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) tags = NULL;

  g_assert_true (tasks_data_set_title (fixture->desk, id, "oat milk", &error));
  g_assert_true (tasks_data_set_done (fixture->desk, id, TRUE, &error));
  g_assert_true (tasks_data_set_due (fixture->desk, id, "2026-12-24", &error));
  g_assert_true (tasks_data_set_notes (fixture->desk, id, "", "one litre", &error));
  g_assert_true (tasks_data_vote (fixture->desk, id, 2, &error));
  g_assert_true (tasks_data_vote (fixture->desk, id, -1, &error));
  g_assert_true (tasks_data_add_tag (fixture->desk, id, "shop", &error));
  g_assert_true (tasks_data_add_tag (fixture->desk, id, "home", &error));
  g_assert_true (tasks_data_remove_tag (fixture->desk, id, "shop", &error));
  g_assert_no_error (error);

  /* The record that is held is the one that changed. */
  g_assert_cmpstr (tasks_record_get_title (task), ==, "oat milk");
  g_assert_true (tasks_record_is_done (task));
  g_assert_cmpstr (tasks_record_get_due (task), ==, "2026-12-24");
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "one litre");
  g_assert_cmpint (tasks_record_get_votes (task), ==, 1);
  tags = tasks_record_dup_tags (task);
  g_assert_cmpstr (tags[0], ==, "home");
  g_assert_null (tags[1]);

  g_assert_true (tasks_data_set_due (fixture->desk, id, NULL, &error));
  g_assert_null (tasks_record_get_due (task));
  g_assert_false (tasks_data_set_due (fixture->desk, id, "soon", &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
}

static void
test_delete_task (Fixture      *fixture,
                  gconstpointer unused)
{
  g_autofree char *milk = add_task (fixture->desk, NULL, "milk");
  g_autofree char *tea = add_task (fixture->desk, NULL, "tea");
  g_autoptr(GError) error = NULL;

  g_assert_true (tasks_data_delete_task (fixture->desk, milk, &error));
  assert_tasks (fixture->desk, NULL, NULL, "tea");
  g_assert_true (tasks_data_undelete_task (fixture->desk, milk, &error));
  assert_tasks (fixture->desk, NULL, NULL, "milk tea");
}

static void
test_delete_project (Fixture      *fixture,
                     gconstpointer unused)
{
  g_autofree char *home = add_project (fixture->desk, "Home");
  g_autofree char *work = add_project (fixture->desk, "Work");
  g_autofree char *milk = add_task (fixture->desk, home, "milk");
  g_autofree char *call = add_task (fixture->desk, work, "call");
  g_autofree char *tea = add_task (fixture->desk, home, "tea");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceQuery) projects = tasks_data_query_projects (fixture->desk, &error);
  g_autoptr(TruceBatchResult) deleted = tasks_data_delete_project (fixture->desk, home, &error);

  g_assert_no_error (error);
  assert_titles (projects, "Work");
  assert_tasks (fixture->desk, NULL, NULL, "call");
  g_assert_true (tasks_data_undo (fixture->desk, deleted, &error));
  g_assert_no_error (error);
  assert_titles (projects, "Home Work");
  assert_tasks (fixture->desk, NULL, NULL, "milk call tea");
}

/* ---- the order ---- */

static void
move (TasksData  *data,
      const char *id,
      const char *after_id)
{
  g_autoptr(GError) error = NULL;

  tasks_data_move_task (data, id, after_id, &error);
  g_assert_no_error (error);
}

static void
test_move (Fixture      *fixture,
           gconstpointer unused)
{
  g_autofree char *a = add_task (fixture->desk, NULL, "a");
  g_autofree char *b = add_task (fixture->desk, NULL, "b");
  g_autofree char *c = add_task (fixture->desk, NULL, "c");
  g_autofree char *d = add_task (fixture->desk, NULL, "d");
  g_autoptr(GError) error = NULL;

  move (fixture->desk, d, a);
  assert_tasks (fixture->desk, NULL, NULL, "a d b c");
  move (fixture->desk, c, NULL);
  assert_tasks (fixture->desk, NULL, NULL, "c a d b");
  move (fixture->desk, c, b);
  assert_tasks (fixture->desk, NULL, NULL, "a d b c");
  move (fixture->desk, a, d);
  assert_tasks (fixture->desk, NULL, NULL, "d a b c");
  move (fixture->desk, a, d);
  assert_tasks (fixture->desk, NULL, NULL, "d a b c");

  g_assert_true (tasks_data_delete_task (fixture->desk, a, &error));
  g_assert_false (tasks_data_move_task (fixture->desk, b, a, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND);
}

/* Two devices give one rank to different tasks; then there is no place between the two, and one must be
 * found. */
static void
test_move_between_equals (Fixture      *fixture,
                          gconstpointer unused)
{
  g_autofree char *x = add_task (fixture->desk, NULL, "x");
  g_autoptr(GError) error = NULL;

  for (const char *id = "pqr"; *id != '\0'; id++)
    {
      const char name[] = { *id, '\0' };
      g_autofree char *text = g_strdup_printf ("{\"title\": \"%s\", \"rank\": \"a5\"}", name);

      truce_collection_create_text (tasks_data_get_tasks (fixture->desk), name, text, &error);
      g_assert_no_error (error);
    }
  assert_tasks (fixture->desk, NULL, NULL, "x p q r");
  move (fixture->desk, x, "p");
  assert_tasks (fixture->desk, NULL, NULL, "p x q r");
  move (fixture->desk, "r", "p");
  assert_tasks (fixture->desk, NULL, NULL, "p r x q");
  move (fixture->desk, "q", NULL);
  assert_tasks (fixture->desk, NULL, NULL, "q p r x");
}

/* Another version of the app may know no ranks: its tasks come first. */
static void
test_move_behind_unranked (Fixture      *fixture,
                           gconstpointer unused)
{
  g_autofree char *a = add_task (fixture->desk, NULL, "a");
  g_autofree char *b = add_task (fixture->desk, NULL, "b");
  g_autoptr(GError) error = NULL;

  truce_collection_create_text (tasks_data_get_tasks (fixture->desk), "u", "{\"title\": \"u\"}", &error);
  g_assert_no_error (error);
  assert_tasks (fixture->desk, NULL, NULL, "u a b");
  move (fixture->desk, b, "u");
  assert_tasks (fixture->desk, NULL, NULL, "u b a");
}

/* ---- two devices ---- */

static void
test_merge (Fixture      *fixture,
            gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autofree char *tea = add_task (fixture->desk, NULL, "tea");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceRecord) on_desk = get_task (fixture->desk, id);
  g_autoptr(TruceRecord) in_bag = NULL;
  g_auto(GStrv) tags = NULL;

  tasks_data_set_notes (fixture->desk, id, "", "one litre of milk", &error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);
  in_bag = get_task (fixture->bag, id);

  tasks_data_set_notes (fixture->desk, id, "one litre of milk", "one litre of fresh milk", &error);
  tasks_data_set_notes (fixture->bag, id, "one litre of milk", "two litre of milk", &error);
  tasks_data_vote (fixture->desk, id, 1, &error);
  tasks_data_vote (fixture->bag, id, 1, &error);
  tasks_data_add_tag (fixture->desk, id, "desk", &error);
  tasks_data_add_tag (fixture->bag, id, "bag", &error);
  tasks_data_set_done (fixture->bag, id, TRUE, &error);
  tasks_data_move_task (fixture->desk, id, tea, &error);
  g_assert_no_error (error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);
  sync_now (fixture->desk);

  g_assert_cmpstr (tasks_record_get_notes (on_desk), ==, "two litre of fresh milk");
  g_assert_cmpint (tasks_record_get_votes (on_desk), ==, 2);
  g_assert_true (tasks_record_is_done (on_desk));
  tags = tasks_record_dup_tags (on_desk);
  g_assert_cmpuint (g_strv_length (tags), ==, 2);
  g_assert_true (json_node_equal (truce_record_get_value (on_desk), truce_record_get_value (in_bag)));
  assert_tasks (fixture->bag, NULL, NULL, "tea milk");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag))), ==, 0);
}

/* What came while a person was typing is merged with what was typed. */
static void
test_typing (Fixture      *fixture,
             gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autoptr(TruceRecord) task = get_task (fixture->desk, id);
  g_autoptr(GError) error = NULL;

  tasks_data_set_notes (fixture->desk, id, "", "one litre of milk", &error);
  tasks_data_set_notes (fixture->desk, id, "one litre of milk", "one litre of fresh milk", &error);
  tasks_data_set_notes (fixture->desk, id, "one litre of milk", "two litre of milk", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "two litre of fresh milk");

  /* Both changed the same word: what was typed last stands, and the rest of the other is there. */
  tasks_data_set_notes (fixture->desk, id, "two litre of fresh milk", "three litre of fresh milk", &error);
  tasks_data_set_notes (fixture->desk, id, "two litre of fresh milk", "four litre of fresh milk", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tasks_record_get_notes (task), ==, "four litre of fresh milk");
}

static void
test_conflict (Fixture      *fixture,
               gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceInboxItem) item = NULL;

  sync_now (fixture->desk);
  sync_now (fixture->bag);
  tasks_data_set_title (fixture->desk, id, "oat milk", &error);
  tasks_data_set_title (fixture->bag, id, "soy milk", &error);
  g_assert_no_error (error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);

  item = g_list_model_get_item (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag)), 0);
  g_assert_nonnull (item);
  g_assert_cmpint (truce_inbox_item_get_delivery (item), ==, TRUCE_DELIVERY_CONFLICTED);
}

/* The same words, changed apart. */
static void
test_notes_conflict (Fixture      *fixture,
                     gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autoptr(GError) error = NULL;

  tasks_data_set_notes (fixture->desk, id, "", "one litre of milk", &error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);
  tasks_data_set_notes (fixture->desk, id, "one litre of milk", "two litre of milk", &error);
  tasks_data_set_notes (fixture->bag, id, "one litre of milk", "three litre of milk", &error);
  g_assert_no_error (error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag))), ==, 1);
}

static void
test_edit_wins (Fixture      *fixture,
                gconstpointer unused)
{
  g_autofree char *id = add_task (fixture->desk, NULL, "milk");
  g_autoptr(GError) error = NULL;

  sync_now (fixture->desk);
  sync_now (fixture->bag);
  tasks_data_delete_task (fixture->desk, id, &error);
  tasks_data_vote (fixture->bag, id, 1, &error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);
  sync_now (fixture->desk);
  assert_tasks (fixture->desk, NULL, NULL, "milk");
  assert_tasks (fixture->bag, NULL, NULL, "milk");
}

/* Offline, one edits what another one has closed: it is rejected, and goes through when the project is
 * open again. */
static void
test_closed (Fixture      *fixture,
             gconstpointer unused)
{
  g_autofree char *home = add_project (fixture->desk, "Home");
  g_autofree char *id = add_task (fixture->desk, home, "milk");
  g_autofree char *other = add_task (fixture->desk, NULL, "tea");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(TruceRecord) task = NULL;

  sync_now (fixture->desk);
  sync_now (fixture->bag);
  tasks_data_set_closed (fixture->desk, home, TRUE, &error);
  tasks_data_vote (fixture->bag, id, 1, &error);
  tasks_data_vote (fixture->bag, other, 1, &error);
  sync_now (fixture->desk);
  sync_now (fixture->bag);

  item = truce_inbox_find (tasks_data_get_inbox (fixture->bag), "task", id);
  g_assert_nonnull (item);
  g_assert_cmpstr (truce_inbox_item_get_message (item), ==, "The project “Home” is closed");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag))), ==, 1);

  tasks_data_set_closed (fixture->bag, home, FALSE, &error);
  truce_inbox_item_retry (item, NULL, &error);
  g_assert_no_error (error);
  sync_now (fixture->bag);
  sync_now (fixture->desk);
  task = get_task (fixture->desk, id);
  g_assert_cmpint (tasks_record_get_votes (task), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag))), ==, 0);
}

/* Neither does a task leave a closed project, nor get into one, nor is it deleted there. */
static void
test_closed_moves (Fixture      *fixture,
                   gconstpointer unused)
{
  g_autofree char *home = add_project (fixture->desk, "Home");
  g_autofree char *leaves = add_task (fixture->desk, home, "leaves");
  g_autofree char *comes = add_task (fixture->desk, NULL, "comes");
  g_autofree char *goes = add_task (fixture->desk, home, "goes");
  g_autoptr(GError) error = NULL;

  sync_now (fixture->desk);
  sync_now (fixture->bag);
  tasks_data_set_closed (fixture->desk, home, TRUE, &error);
  sync_now (fixture->desk);
  tasks_data_set_project (fixture->bag, leaves, NULL, &error);
  tasks_data_set_project (fixture->bag, comes, home, &error);
  tasks_data_delete_task (fixture->bag, goes, &error);
  g_assert_no_error (error);
  sync_now (fixture->bag);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks_data_get_inbox (fixture->bag))), ==, 3);
}

static void
test_offline (Fixture      *fixture,
              gconstpointer unused)
{
  TasksNetwork *network = tasks_data_get_network (fixture->desk);
  TruceSync *sync = tasks_data_get_sync (fixture->desk);

  g_assert_true (truce_sync_get_network_monitor (sync) == G_NETWORK_MONITOR (network));
  tasks_network_set_online (network, FALSE);
  truce_sync_start (sync);
  while (truce_sync_get_status (sync) != TRUCE_SYNC_STATUS_OFFLINE)
    g_main_context_iteration (NULL, TRUE);
}

/* Without a hub everything but the sync works. */
static void
test_no_hub (Fixture      *fixture,
             gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->folder, "alone.db", NULL);
  g_autoptr(GError) error = NULL;
  TasksData *data = tasks_data_new (path, NULL, &error);
  g_autofree char *id = NULL;

  g_assert_no_error (error);
  g_assert_null (tasks_data_get_sync (data));
  id = add_task (data, NULL, "milk");
  assert_tasks (data, NULL, NULL, "milk");
  g_assert_finalize_object (data);
}

static void
test_no_file (Fixture      *fixture,
              gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", "tasks.db", NULL);
  g_autofree char *fine = g_build_filename (fixture->folder, "fine.db", NULL);
  g_autoptr(GError) no_store = NULL;
  g_autoptr(GError) no_hub = NULL;

  g_assert_null (tasks_data_new (path, NULL, &no_store));
  g_assert_nonnull (no_store);
  g_assert_null (tasks_data_new (fine, path, &no_hub));
  g_assert_nonnull (no_hub);
}

static const struct
{
  const char *path;
  void (*test) (Fixture *, gconstpointer);
} cases[] = {
  { "/tasks/data/lists", test_lists },
  { "/tasks/data/search", test_search },
  { "/tasks/data/fields", test_fields },
  { "/tasks/data/delete-task", test_delete_task },
  { "/tasks/data/delete-project", test_delete_project },
  { "/tasks/data/move", test_move },
  { "/tasks/data/move-between-equals", test_move_between_equals },
  { "/tasks/data/move-behind-unranked", test_move_behind_unranked },
  { "/tasks/data/merge", test_merge },
  { "/tasks/data/typing", test_typing },
  { "/tasks/data/conflict", test_conflict },
  { "/tasks/data/notes-conflict", test_notes_conflict },
  { "/tasks/data/edit-wins", test_edit_wins },
  { "/tasks/data/closed", test_closed },
  { "/tasks/data/closed-moves", test_closed_moves },
  { "/tasks/data/offline", test_offline },
  { "/tasks/data/no-hub", test_no_hub },
  { "/tasks/data/no-file", test_no_file },
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
