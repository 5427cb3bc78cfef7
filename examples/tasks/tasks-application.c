/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-application.h"

#include <errno.h>
#include <glib/gi18n.h>

#include "tasks-window.h"

struct _TasksApplication
{
  AdwApplication parent_instance;
  char *store_path;
  char *hub_path;
  char *name;                   /* what this device is called, NULL: nothing */
  gboolean offline;
  TasksData *data;              /* NULL: not open yet */
};

G_DEFINE_FINAL_TYPE (TasksApplication, tasks_application, ADW_TYPE_APPLICATION)

/* ---- actions ---- */

static void
show_about (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  static const char *const developers[] = { "The Truce developers", NULL };

  adw_show_about_window (gtk_application_get_active_window (data),
                         "application-name", _("Tasks"),
                         "application-icon", TASKS_APPLICATION_ID,
                         "version", TRUCE_VERSION,
                         "developers", developers,
                         "license-type", GTK_LICENSE_LGPL_2_1,
                         /* Translators: your name, and address if you like */
                         "translator-credits", _("translator-credits"),
                         "comments", _("Tasks on several devices, also without a network."),
                         NULL);
}

/* Not as the window's help overlay, which is there unseen from the beginning: while another window closes, GTK 4.8
 * crashes over one that never was on the screen, if a screen reader asks for windows just then. */
static void
show_shortcuts (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_resource ("/org/truce/Tasks/help-overlay.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (window, gtk_application_get_active_window (data));
  gtk_window_present (window);
}

/* A window that goes writes what was typed in it; with the last one the application ends. */
static void
quit (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       data)
{
  GtkWindow *window;

  while ((window = gtk_application_get_active_window (data)) != NULL)
    gtk_window_destroy (window);
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = show_about },
  { .name = "quit", .activate = quit },
  { .name = "shortcuts", .activate = show_shortcuts },
};

/* ---- the life of the application ---- */

/* The folder that a file is to lie in. */
static gboolean
make_folder (const char *path,
             GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int code;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", folder, g_strerror (code));
  return FALSE;
}

static gboolean
open_data (TasksApplication *self,
           GError          **error)
{
  if (!make_folder (self->store_path, error) || !make_folder (self->hub_path, error))
    return FALSE;
  self->data = tasks_data_new (self->store_path, self->hub_path, error);
  if (self->data == NULL)
    return FALSE;

  tasks_network_set_online (tasks_data_get_network (self->data), !self->offline);
  truce_sync_start (tasks_data_get_sync (self->data));
  return TRUE;
}

/* In place of the window: why there is none. */
static GtkWindow *
new_failure_window (TasksApplication *self,
                    const GError     *error)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (self));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_status_page_new ();
  g_autofree char *markup = g_markup_escape_text (error->message, -1);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-error-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("The tasks could not be opened"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), markup);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _("Tasks"));
  gtk_window_set_default_size (GTK_WINDOW (window), 480, 360);
  return GTK_WINDOW (window);
}

static void
tasks_application_activate (GApplication *application)
{
  TasksApplication *self = TASKS_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  g_autoptr(GError) error = NULL;

  if (window == NULL && self->data == NULL && !open_data (self, &error))
    window = new_failure_window (self, error);
  if (window == NULL)
    window = tasks_window_new (ADW_APPLICATION (self), self->data, self->name);
  gtk_window_present (window);
}

static void
tasks_application_startup (GApplication *application)
{
  static const struct { const char *action; const char *keys[3]; } keys[] = {
    { "app.quit", { "<Control>q" } },
    { "app.shortcuts", { "<Control>question" } },
    { "win.new-task", { "<Control>n" } },
    { "win.search", { "<Control>f" } },
    { "win.sync", { "<Control>r" } },
    { "win.back", { "<Alt>Left" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (tasks_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), keys[i].action, keys[i].keys);
}

static char *
default_path (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), "truce-tasks", name, NULL);
}

/* Whoever names a store wants a window of its own, whatever runs already. */
static int
tasks_application_handle_local_options (GApplication *application,
                                        GVariantDict *options)
{
  TasksApplication *self = TASKS_APPLICATION (application);

  if (g_variant_dict_lookup (options, "store", "^ay", &self->store_path))
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  else
    self->store_path = default_path ("tasks.db");
  if (!g_variant_dict_lookup (options, "hub", "^ay", &self->hub_path))
    self->hub_path = default_path ("hub.db");
  g_variant_dict_lookup (options, "name", "s", &self->name);
  self->offline = g_variant_dict_contains (options, "offline");
  return -1;
}

static void
tasks_application_finalize (GObject *object)
{
  TasksApplication *self = TASKS_APPLICATION (object);

  g_clear_object (&self->data);
  g_clear_pointer (&self->store_path, g_free);
  g_clear_pointer (&self->hub_path, g_free);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (tasks_application_parent_class)->finalize (object);
}

static void
tasks_application_class_init (TasksApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tasks_application_finalize;
  application_class->activate = tasks_application_activate;
  application_class->startup = tasks_application_startup;
  application_class->handle_local_options = tasks_application_handle_local_options;
}

static void
tasks_application_init (TasksApplication *self)
{
  static const GOptionEntry options[] = {
    { "store", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep the tasks in this file"), N_("FILE") },
    { "hub", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Sync through this file"), N_("FILE") },
    { "name", 0, 0, G_OPTION_ARG_STRING, NULL, N_("What this device is called"), N_("TEXT") },
    { "offline", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Begin offline"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

GApplication *
tasks_application_new (void)
{
  return g_object_new (TASKS_TYPE_APPLICATION, "application-id", TASKS_APPLICATION_ID,
                       "resource-base-path", "/org/truce/Tasks", NULL);
}
