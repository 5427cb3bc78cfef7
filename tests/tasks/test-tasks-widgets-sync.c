/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What TasksSyncButton shows for each state of a sync, and what can be done with it. */

#include "../sync/fake-monitor.h"
#include "tasks-sync-button.h"
#include "widgets-fixture.h"

/* A button in a window, and its parts. */
typedef struct
{
  GtkWidget *window;
  TasksSyncButton *button;
  GtkMenuButton *menu_button;
  const char *syncing;          /* what its name is to be at the first sign of a sync; NULL: it was */
} Shown;

#define HOUR (60 * 60 * 1000)   /* ms */

static Shown
show_button (Fixture      *fixture,
             TasksNetwork *network)
{
  Shown shown = { .button = TASKS_SYNC_BUTTON (tasks_sync_button_new ()) };

  g_object_set (shown.button, "sync", fixture->sync, "network", network, NULL);
  shown.window = present (GTK_WIDGET (shown.button));
  shown.menu_button = GTK_MENU_BUTTON (adw_bin_get_child (ADW_BIN (shown.button)));
  return shown;
}

static void
hide_button (Shown *shown)
{
  close_window (shown->window, GTK_WIDGET (shown->button));
}

#define assert_name(shown, text) assert_accessible ((shown)->menu_button, GTK_ACCESSIBLE_PROPERTY_LABEL, text)

static GtkWidget *
get_popover (Shown *shown)
{
  return GTK_WIDGET (gtk_menu_button_get_popover (shown->menu_button));
}

static void
open_popover (Shown *shown)
{
  gtk_menu_button_popup (shown->menu_button);
  wait_until (gtk_widget_get_mapped (get_popover (shown)));
}

/* Starts the sync, and waits for a status that it stays in. */
static void
start (Fixture        *fixture,
       TruceSyncStatus status)
{
  truce_sync_start (fixture->sync);
  wait_until (truce_sync_get_status (fixture->sync) == status);
  settle ();
}

/* ---- the states ---- */

static void
test_stopped (Fixture      *fixture,
              gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  assert_name (&shown, "Sync is off");
  open_popover (&shown);
  g_assert_true (shows (get_popover (&shown), "Not synced yet"));
  hide_button (&shown);
}

static void
test_idle (Fixture      *fixture,
           gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  assert_name (&shown, "Synced");
  g_assert_false (shows (GTK_WIDGET (shown.menu_button), "0"));
  hide_button (&shown);
}

static void
test_failures (Fixture      *fixture,
               gconstpointer data)
{
  const struct
  {
    GQuark domain;
    int code;
    TruceSyncStatus status;
    const char *name;
  } rows[] = {
    { TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, TRUCE_SYNC_STATUS_WAITING, "Sync failed" },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, TRUCE_SYNC_STATUS_OFFLINE, "Offline" },
    { TRUCE_ERROR, TRUCE_ERROR_AUTH, TRUCE_SYNC_STATUS_AUTH, "Signed out" },
  };
  Shown shown = show_button (fixture, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      plain_remote_fail (fixture->remote, rows[i].domain, rows[i].code, HOUR);
      start (fixture, rows[i].status);
      assert_name (&shown, rows[i].name);
      open_popover (&shown);
      g_assert_true (shows (get_popover (&shown), rows[i].name));
      g_assert_true (says (get_popover (&shown), "no such luck\nNot synced yet"));
      g_assert_cmpint (says (get_popover (&shown), "Next try: "), ==, rows[i].status == TRUCE_SYNC_STATUS_WAITING);
      gtk_menu_button_popdown (shown.menu_button);
      truce_sync_stop (fixture->sync);
    }
  hide_button (&shown);
}

static void
test_metered (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(FakeMonitor) monitor = fake_monitor_new (TRUE);
  Shown shown = show_button (fixture, NULL);

  fake_monitor_set (monitor, TRUE, TRUE);
  truce_sync_set_network_monitor (fixture->sync, G_NETWORK_MONITOR (monitor));
  truce_sync_set_sync_on_metered (fixture->sync, FALSE);
  start (fixture, TRUCE_SYNC_STATUS_METERED);
  assert_name (&shown, "Paused on a metered connection");
  hide_button (&shown);
}

static void
assert_syncing (Shown *shown)
{
  if (truce_sync_get_status (tasks_sync_button_get_sync (shown->button)) != TRUCE_SYNC_STATUS_SYNCING)
    return;
  if (shown->syncing != NULL)
    assert_name (shown, shown->syncing);
  shown->syncing = NULL;
}

/* It may be over before the next frame: so it is looked at in the moment in which it is told. */
static void
test_syncing (Fixture      *fixture,
              gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  put (fixture, "1", "{\"title\":\"milk\"}");
  assert_name (&shown, "Sync is off, 1 change to send");
  shown.syncing = "Syncing, 1 change to send";
  g_signal_connect_swapped (fixture->sync, "notify::status", G_CALLBACK (assert_syncing), &shown);
  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  g_assert_null (shown.syncing);
  assert_name (&shown, "Synced");
  hide_button (&shown);
}

static void
test_held (Fixture      *fixture,
           gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *id = g_strdup_printf ("%02u", i);

      put (fixture, id, "{\"title\":\"milk\"}");
    }
  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  plain_remote_forget (fixture->remote);
  truce_sync_set_resync_interval (fixture->sync, 1);
  while (truce_sync_get_status (fixture->sync) != TRUCE_SYNC_STATUS_HELD)
    {
      g_autoptr(TruceSyncReport) report = truce_sync_sync_now (fixture->sync, 0, NULL, NULL);
    }
  assert_name (&shown, "Much would be deleted here");

  open_popover (&shown);
  press (get_popover (&shown), "Delete It Here");
  wait_until (truce_collection_get_n_records (fixture->tasks) == 0);
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
  assert_name (&shown, "Synced");
  hide_button (&shown);
}

/* Between a change and the sync that it calls for it is neither synced nor syncing. */
static void
test_changed (Fixture      *fixture,
              gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  open_popover (&shown);
  put (fixture, "1", "{\"title\":\"milk\"}");
  g_assert_cmpint (truce_sync_get_status (fixture->sync), ==, TRUCE_SYNC_STATUS_IDLE);
  assert_name (&shown, "1 change to send");
  g_assert_true (shows (get_popover (&shown), "1 change to send"));
  g_assert_false (shows (get_popover (&shown), "Synced"));
  hide_button (&shown);
}

/* ---- the numbers ---- */

static void
test_pending (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(TasksNetwork) network = tasks_network_new ();
  Shown shown = show_button (fixture, network);

  tasks_network_set_online (network, FALSE);
  truce_sync_set_network_monitor (fixture->sync, G_NETWORK_MONITOR (network));
  start (fixture, TRUCE_SYNC_STATUS_OFFLINE);
  assert_name (&shown, "Offline");
  put (fixture, "1", "{\"title\":\"milk\"}");
  assert_name (&shown, "Offline, 1 change to send");
  put (fixture, "2", "{\"title\":\"tea\"}");
  put (fixture, "3", "{\"title\":\"rice\"}");
  assert_name (&shown, "Offline, 3 changes to send");
  g_assert_true (shows (GTK_WIDGET (shown.menu_button), "3"));
  open_popover (&shown);
  g_assert_true (shows (get_popover (&shown), "Offline"));
  g_assert_true (says (get_popover (&shown), "3 changes to send\nNot synced yet"));

  tasks_network_set_online (network, TRUE);
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  settle ();
  assert_name (&shown, "Synced");
  hide_button (&shown);
}

static void
test_attention (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr(TruceInboxItem) item = NULL;
  Shown shown = show_button (fixture, NULL);

  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  reject (fixture, "2", "{\"title\":\"tea\"}");
  assert_name (&shown, "1 needs attention");
  item = make_conflict (fixture, "{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"c\"}");
  assert_name (&shown, "2 need attention");
  g_assert_true (shows (GTK_WIDGET (shown.menu_button), "2"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (shown.menu_button), "warning"));

  g_assert_true (truce_inbox_item_discard (item, NULL));
  g_clear_object (&item);
  assert_name (&shown, "1 needs attention");
  hide_button (&shown);
}

/* ---- what a person does ---- */

static void
on_show_inbox (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  (*(guint *) data)++;
}

static void
test_show_inbox (Fixture      *fixture,
                 gconstpointer data)
{
  const GActionEntry entries[] = { { "show-inbox", on_show_inbox } };
  g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new ();
  Shown shown = show_button (fixture, NULL);
  guint n = 0;

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, 1, &n);
  gtk_widget_insert_action_group (shown.window, "win", G_ACTION_GROUP (actions));
  open_popover (&shown);
  g_assert_null (find (get_popover (&shown), is_button, "Needs Attention"));
  reject (fixture, "1", "{\"title\":\"milk\"}");
  press (get_popover (&shown), "Needs Attention");
  g_assert_cmpuint (n, ==, 1);
  wait_until (!gtk_widget_get_mapped (get_popover (&shown)));
  hide_button (&shown);
}

static void
test_sync_now (Fixture      *fixture,
               gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  put (fixture, "1", "{\"title\":\"milk\"}");
  open_popover (&shown);
  press (get_popover (&shown), "Sync Now");
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  assert_there (fixture, "1", "{\"title\":\"milk\"}");
  settle ();
  g_assert_true (says (get_popover (&shown), "Last synced: "));
  hide_button (&shown);
}

static void
test_sign_in (Fixture      *fixture,
              gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  plain_remote_fail (fixture->remote, TRUCE_ERROR, TRUCE_ERROR_AUTH, -1);
  start (fixture, TRUCE_SYNC_STATUS_AUTH);
  open_popover (&shown);
  press (get_popover (&shown), "Try Again");
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_IDLE);
  assert_name (&shown, "Synced");
  g_assert_null (find (get_popover (&shown), is_button, "Try Again"));
  hide_button (&shown);
}

/* The switch and the network are one; and “Sync Now” means nothing where there is none. */
static void
test_work_offline (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr(TasksNetwork) network = tasks_network_new ();
  Shown shown = show_button (fixture, network);
  GtkWidget *offline;

  truce_sync_set_network_monitor (fixture->sync, G_NETWORK_MONITOR (network));
  start (fixture, TRUCE_SYNC_STATUS_IDLE);
  open_popover (&shown);
  offline = find (get_popover (&shown), is_switch, NULL);
  g_assert_nonnull (offline);
  gtk_switch_set_active (GTK_SWITCH (offline), TRUE);
  g_assert_false (tasks_network_get_online (network));
  wait_until (truce_sync_get_status (fixture->sync) == TRUCE_SYNC_STATUS_OFFLINE);
  assert_name (&shown, "Offline");
  g_assert_false (gtk_widget_is_sensitive (find (get_popover (&shown), is_button, "Sync Now")));
  put (fixture, "1", "{\"title\":\"milk\"}");
  tasks_sync_button_sync_now (shown.button);
  settle ();
  assert_there (fixture, "1", NULL);

  tasks_network_set_online (network, TRUE);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (offline)));
  wait_until (truce_sync_get_n_pending (fixture->sync) == 0);
  settle ();
  g_assert_true (gtk_widget_is_sensitive (find (get_popover (&shown), is_button, "Sync Now")));
  hide_button (&shown);
}

/* Without a sync there is nothing to show; and another one may come. */
static void
test_no_sync (Fixture      *fixture,
              gconstpointer data)
{
  Shown shown = show_button (fixture, NULL);

  tasks_sync_button_set_sync (shown.button, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (shown.menu_button)));
  tasks_sync_button_sync_now (shown.button);
  put (fixture, "1", "{\"title\":\"milk\"}");
  tasks_sync_button_set_sync (shown.button, fixture->sync);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (shown.menu_button)));
  assert_name (&shown, "Sync is off, 1 change to send");
  hide_button (&shown);
}

#define add(path, test) g_test_add ("/tasks/sync-button/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  add ("stopped", test_stopped);
  add ("idle", test_idle);
  add ("failures", test_failures);
  add ("metered", test_metered);
  add ("syncing", test_syncing);
  add ("changed", test_changed);
  add ("held", test_held);
  add ("pending", test_pending);
  add ("attention", test_attention);
  add ("show-inbox", test_show_inbox);
  add ("sync-now", test_sync_now);
  add ("sign-in", test_sign_in);
  add ("work-offline", test_work_offline);
  add ("no-sync", test_no_sync);
  return g_test_run ();
}
