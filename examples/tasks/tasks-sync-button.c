/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-sync-button.h"

#include <glib/gi18n.h>

#include "tasks-when.h"

/* NOTES
 *
 * A TruceSync notifies of everything that it shows. So whatever it was that changed, all is worked out anew from its
 * properties, and there is no order of events that could leave the button with what was true before. (All but its
 * progress, which changes often and isn't shown.)
 *
 * What needs a person comes first, then what the sync is doing, then what waits to be sent: so read the icon, the
 * number beside it, and the name that a screen reader speaks. */

struct _TasksSyncButton
{
  AdwBin parent_instance;
  TruceSync *sync;              /* owned; NULL: nothing is synced */
  TasksNetwork *network;        /* owned; NULL: nothing to switch */
  GSignalGroup *sync_signals;   /* owned */
  GSignalGroup *network_signals; /* owned */
  GBindingGroup *network_bindings; /* owned */

  GtkMenuButton *button;
  GtkImage *icon;
  GtkLabel *count;
  GtkPopover *popover;
  GtkLabel *title;
  GtkLabel *detail;
  GtkWidget *offline_box;
  GtkSwitch *offline_switch;
  GtkButton *attention_button;
  GtkButton *answer_button;
  GtkWidget *sync_button;
};

enum { PROP_0, PROP_SYNC, PROP_NETWORK, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TasksSyncButton, tasks_sync_button, ADW_TYPE_BIN)

/* What is shown for each status of a sync. */
typedef struct
{
  const char *icon;
  const char *title;
  const char *answer;           /* what a person can say to it, as a button; NULL: nothing */
} Look;

static const Look looks[] = {
  [TRUCE_SYNC_STATUS_STOPPED] = { "media-playback-pause-symbolic", N_("Sync is off"), NULL },
  [TRUCE_SYNC_STATUS_IDLE] = { "emblem-ok-symbolic", N_("Synced"), NULL },
  [TRUCE_SYNC_STATUS_SYNCING] = { "emblem-synchronizing-symbolic", N_("Syncing"), NULL },
  [TRUCE_SYNC_STATUS_WAITING] = { "network-error-symbolic", N_("Sync failed"), NULL },
  [TRUCE_SYNC_STATUS_OFFLINE] = { "network-offline-symbolic", N_("Offline"), NULL },
  [TRUCE_SYNC_STATUS_METERED] = { "network-offline-symbolic", N_("Paused on a metered connection"), NULL },
  [TRUCE_SYNC_STATUS_AUTH] = { "dialog-password-symbolic", N_("Signed out"), N_("Try Again") },
  [TRUCE_SYNC_STATUS_HELD] = { "dialog-question-symbolic", N_("Much would be deleted here"), N_("Delete It Here") },
};

/* ---- in words ---- */

static guint64
get_n_attention (TasksSyncButton *self)
{
  return truce_sync_get_n_failed (self->sync) + truce_sync_get_n_conflicted (self->sync);
}

static char *
dup_attention (guint64 n)
{
  return g_strdup_printf (ngettext ("%u needs attention", "%u need attention", n), (guint) n);
}

static char *
dup_pending (guint64 n)
{
  return g_strdup_printf (ngettext ("%u change to send", "%u changes to send", n), (guint) n);
}

/* part: takes it. */
static void
add_part (GString    *words,
          const char *separator,
          char       *part)
{
  if (words->len > 0)
    g_string_append (words, separator);
  g_string_append (words, part);
  g_free (part);
}

/* All of it in one line: what a screen reader says. */
static char *
dup_summary (TasksSyncButton *self)
{
  TruceSyncStatus status = truce_sync_get_status (self->sync);
  guint64 n_attention = get_n_attention (self);
  guint64 n_pending = truce_sync_get_n_pending (self->sync);
  GString *words = g_string_new (NULL);

  if (n_attention > 0)
    add_part (words, ", ", dup_attention (n_attention));
  if (status != TRUCE_SYNC_STATUS_IDLE || n_attention + n_pending == 0)
    add_part (words, ", ", g_strdup (_(looks[status].title)));
  if (n_pending > 0)
    add_part (words, ", ", dup_pending (n_pending));
  return g_string_free (words, FALSE);
}

static gboolean
is_switched_off (TasksSyncButton *self)
{
  return self->network != NULL && !tasks_network_get_online (self->network);
}

/* What it is doing; between two syncs what is still to be done. */
static char *
dup_title (TasksSyncButton *self)
{
  TruceSyncStatus status = truce_sync_get_status (self->sync);
  guint64 n_pending = truce_sync_get_n_pending (self->sync);

  return status == TRUCE_SYNC_STATUS_IDLE && n_pending > 0 ? dup_pending (n_pending) : g_strdup (_(looks[status].title));
}

/* What else there is to say, a line each. */
static char *
dup_detail (TasksSyncButton *self)
{
  TruceSyncStatus status = truce_sync_get_status (self->sync);
  const GError *error = truce_sync_get_error (self->sync);
  gint64 last_ms = truce_sync_get_last_success (self->sync);
  gint64 next_ms = truce_sync_get_next_try (self->sync);
  g_autofree char *last = last_ms > 0 ? tasks_when_format (last_ms) : NULL;
  g_autofree char *next = next_ms > 0 ? tasks_when_format (next_ms) : NULL;
  guint64 n_pending = truce_sync_get_n_pending (self->sync);
  GString *words = g_string_new (NULL);

  if (n_pending > 0 && status != TRUCE_SYNC_STATUS_IDLE)
    add_part (words, "\n", dup_pending (n_pending));
  if (get_n_attention (self) > 0)
    add_part (words, "\n", dup_attention (get_n_attention (self)));
  if (error != NULL && !is_switched_off (self))
    add_part (words, "\n", g_strdup (error->message));
  /* Translators: a time follows, as 14:03 */
  add_part (words, "\n", last != NULL ? g_strdup_printf (_("Last synced: %s"), last) : g_strdup (_("Not synced yet")));
  if (next != NULL && status == TRUCE_SYNC_STATUS_WAITING)
    /* Translators: a time follows, as 14:03 */
    add_part (words, "\n", g_strdup_printf (_("Next try: %s"), next));
  return g_string_free (words, FALSE);
}

/* ---- shown ---- */

static void
show_button (TasksSyncButton *self)
{
  guint64 n_attention = get_n_attention (self);
  guint64 n = n_attention > 0 ? n_attention : truce_sync_get_n_pending (self->sync);
  g_autofree char *count = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  g_autofree char *summary = dup_summary (self);

  gtk_image_set_from_icon_name (self->icon, n_attention > 0 ? "dialog-warning-symbolic" :
                                looks[truce_sync_get_status (self->sync)].icon);
  gtk_label_set_label (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->count), n > 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), summary);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, summary, -1);
  if (n_attention > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "warning");
}

static void
show_popover (TasksSyncButton *self)
{
  const Look *look = &looks[truce_sync_get_status (self->sync)];
  g_autofree char *title = dup_title (self);
  g_autofree char *detail = dup_detail (self);

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->attention_button), get_n_attention (self) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->answer_button), look->answer != NULL);
  if (look->answer != NULL)
    gtk_button_set_label (self->answer_button, _(look->answer));
  gtk_widget_set_sensitive (self->sync_button, !is_switched_off (self));
}

static void
show (TasksSyncButton *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->button), self->sync != NULL);
  if (self->sync == NULL)
    return;
  show_button (self);
  show_popover (self);
}

/* ---- what a person does ---- */

void
tasks_sync_button_sync_now (TasksSyncButton *self)
{
  /* What it fails with is shown as the sync's own error. */
  if (self->sync != NULL && gtk_widget_get_sensitive (self->sync_button))
    truce_sync_sync_now_async (self->sync, 0, NULL, NULL, NULL);
}

static void
on_attention_clicked (TasksSyncButton *self)
{
  gtk_popover_popdown (self->popover);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-inbox", NULL);
}

/* The button goes when it has been answered: the focus must not go with it. */
static void
on_answer_clicked (TasksSyncButton *self)
{
  gtk_widget_grab_focus (self->sync_button);
  if (truce_sync_get_status (self->sync) == TRUCE_SYNC_STATUS_HELD)
    truce_sync_allow_removal (self->sync);
  else
    truce_sync_resume (self->sync);
}

/* ---- the object ---- */

static void
tasks_sync_button_dispose (GObject *object)
{
  TasksSyncButton *self = TASKS_SYNC_BUTTON (object);

  g_signal_group_set_target (self->sync_signals, NULL);
  g_signal_group_set_target (self->network_signals, NULL);
  g_binding_group_set_source (self->network_bindings, NULL);

  G_OBJECT_CLASS (tasks_sync_button_parent_class)->dispose (object);
}

static void
tasks_sync_button_finalize (GObject *object)
{
  TasksSyncButton *self = TASKS_SYNC_BUTTON (object);

  g_clear_object (&self->sync_signals);
  g_clear_object (&self->network_signals);
  g_clear_object (&self->network_bindings);
  g_clear_object (&self->sync);
  g_clear_object (&self->network);

  G_OBJECT_CLASS (tasks_sync_button_parent_class)->finalize (object);
}

static void
tasks_sync_button_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TasksSyncButton *self = TASKS_SYNC_BUTTON (object);

  switch (id)
    {
    case PROP_SYNC:
      g_value_set_object (value, self->sync);
      break;
    case PROP_NETWORK:
      g_value_set_object (value, self->network);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_sync_button_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  TasksSyncButton *self = TASKS_SYNC_BUTTON (object);

  switch (id)
    {
    case PROP_SYNC:
      tasks_sync_button_set_sync (self, g_value_get_object (value));
      break;
    case PROP_NETWORK:
      tasks_sync_button_set_network (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-sync-button.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, button);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, icon);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, count);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, popover);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, title);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, detail);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, offline_box);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, offline_switch);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, attention_button);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, answer_button);
  gtk_widget_class_bind_template_child (widget_class, TasksSyncButton, sync_button);
  gtk_widget_class_bind_template_callback (widget_class, on_attention_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_answer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, tasks_sync_button_sync_now);
}

static void
tasks_sync_button_class_init (TasksSyncButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = tasks_sync_button_dispose;
  object_class->finalize = tasks_sync_button_finalize;
  object_class->get_property = tasks_sync_button_get_property;
  object_class->set_property = tasks_sync_button_set_property;

  properties[PROP_SYNC] = g_param_spec_object ("sync", NULL, NULL, TRUCE_TYPE_SYNC, flags);
  properties[PROP_NETWORK] = g_param_spec_object ("network", NULL, NULL, TASKS_TYPE_NETWORK, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
tasks_sync_button_init (TasksSyncButton *self)
{
  const char * const shown[] = { "status", "n-pending", "n-failed", "n-conflicted", "last-success", "next-try", "error" };

  gtk_widget_init_template (GTK_WIDGET (self));

  self->sync_signals = g_signal_group_new (TRUCE_TYPE_SYNC);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", shown[i], NULL);

      g_signal_group_connect_swapped (self->sync_signals, signal, G_CALLBACK (show), self);
    }
  self->network_signals = g_signal_group_new (TASKS_TYPE_NETWORK);
  g_signal_group_connect_swapped (self->network_signals, "notify::online", G_CALLBACK (show), self);
  self->network_bindings = g_binding_group_new ();
  g_binding_group_bind (self->network_bindings, "online", self->offline_switch, "active",
                        G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  show (self);
}

GtkWidget *
tasks_sync_button_new (void)
{
  return g_object_new (TASKS_TYPE_SYNC_BUTTON, NULL);
}

TruceSync *
tasks_sync_button_get_sync (TasksSyncButton *self)
{
  return self->sync;
}

void
tasks_sync_button_set_sync (TasksSyncButton *self,
                            TruceSync       *sync)
{
  if (!g_set_object (&self->sync, sync))
    return;
  g_signal_group_set_target (self->sync_signals, sync);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNC]);
}

TasksNetwork *
tasks_sync_button_get_network (TasksSyncButton *self)
{
  return self->network;
}

void
tasks_sync_button_set_network (TasksSyncButton *self,
                               TasksNetwork    *network)
{
  if (!g_set_object (&self->network, network))
    return;
  g_signal_group_set_target (self->network_signals, network);
  g_binding_group_set_source (self->network_bindings, network);
  gtk_widget_set_visible (self->offline_box, network != NULL);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NETWORK]);
}
