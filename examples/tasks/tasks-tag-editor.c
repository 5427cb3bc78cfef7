/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-tag-editor.h"

#include <glib/gi18n.h>

#include "tasks-flow-layout.h"

/* NOTES
 *
 * A tag that appears or goes, here or on another device, must not move the focus of who works on another one. So chips
 * that stay are left alone, and only those that came or went are made or removed. */

#define CHIP_SPACING 6

struct _TasksTagEditor
{
  AdwPreferencesRow parent_instance;
  GStrv tags;                   /* owned; never NULL */
  GtkWidget *chips;             /* its children: one for each of tags, in their order */
  GtkEntry *entry;
};

enum { PROP_0, PROP_TAGS, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { TAG_ADDED, TAG_REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TasksTagEditor, tasks_tag_editor, ADW_TYPE_PREFERENCES_ROW)

static const char style[] =
  ".tag-chip { border-radius: 999px; padding-left: 12px; background: alpha(currentColor, 0.1); }"
  ".tag-chip button { min-width: 24px; min-height: 24px; margin: 3px; padding: 0; }";

static void
add_style (void)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, style, -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
}

/* ---- chips ---- */

static void
on_remove_clicked (GtkButton *button,
                   gpointer   data)
{
  TasksTagEditor *self = data;
  g_autofree char *tag = g_strdup (gtk_widget_get_name (gtk_widget_get_parent (GTK_WIDGET (button))));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  g_signal_emit (self, signals[TAG_REMOVED], 0, tag);
}

/* A chip is named after its tag. */
static GtkWidget *
make_chip (TasksTagEditor *self,
           const char     *tag)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (tag);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *words = g_strdup_printf (_("Remove tag %s"), tag);

  gtk_widget_set_name (chip, tag);
  gtk_widget_add_css_class (chip, "tag-chip");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove_clicked), self, 0);
  gtk_box_append (GTK_BOX (chip), label);
  gtk_box_append (GTK_BOX (chip), button);
  return chip;
}

static void
remove_others (TasksTagEditor *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->chips);

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (!g_strv_contains ((const char * const *) self->tags, gtk_widget_get_name (child)))
        gtk_box_remove (GTK_BOX (self->chips), child);
      child = next;
    }
}

static GtkWidget *
find_chip (TasksTagEditor *self,
           const char     *tag)
{
  GtkWidget *child = gtk_widget_get_first_child (self->chips);

  while (child != NULL && !g_str_equal (gtk_widget_get_name (child), tag))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
show_chips (TasksTagEditor *self)
{
  GtkWidget *last = NULL;

  remove_others (self);
  for (char **tag = self->tags; *tag != NULL; tag++)
    {
      GtkWidget *chip = find_chip (self, *tag);

      if (chip == NULL)
        {
          chip = make_chip (self, *tag);
          gtk_box_append (GTK_BOX (self->chips), chip);
        }
      gtk_box_reorder_child_after (GTK_BOX (self->chips), chip, last);
      last = chip;
    }
  gtk_widget_set_visible (self->chips, last != NULL);
}

/* Nothing, and what is there already, is not added. */
static void
on_activate (TasksTagEditor *self)
{
  g_autofree char *tag = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  if (*tag != '\0' && !g_strv_contains ((const char * const *) self->tags, tag))
    g_signal_emit (self, signals[TAG_ADDED], 0, tag);
}

/* ---- the object ---- */

static void
tasks_tag_editor_finalize (GObject *object)
{
  g_strfreev (TASKS_TAG_EDITOR (object)->tags);

  G_OBJECT_CLASS (tasks_tag_editor_parent_class)->finalize (object);
}

static void
tasks_tag_editor_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_TAGS:
      g_value_set_boxed (value, TASKS_TAG_EDITOR (object)->tags);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_tag_editor_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_TAGS:
      tasks_tag_editor_set_tags (TASKS_TAG_EDITOR (object), g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_tag_editor_class_init (TasksTagEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = tasks_tag_editor_finalize;
  object_class->get_property = tasks_tag_editor_get_property;
  object_class->set_property = tasks_tag_editor_set_property;

  properties[PROP_TAGS] = g_param_spec_boxed ("tags", NULL, NULL, G_TYPE_STRV,
                                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TAG_ADDED] = g_signal_new ("tag-added", TASKS_TYPE_TAG_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TAG_REMOVED] = g_signal_new ("tag-removed", TASKS_TYPE_TAG_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/truce/Tasks/tasks-tag-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, TasksTagEditor, chips);
  gtk_widget_class_bind_template_child (widget_class, TasksTagEditor, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  add_style ();
}

static void
tasks_tag_editor_init (TasksTagEditor *self)
{
  self->tags = g_new0 (char *, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->chips, tasks_flow_layout_new (CHIP_SPACING));
}

GtkWidget *
tasks_tag_editor_new (void)
{
  return g_object_new (TASKS_TYPE_TAG_EDITOR, NULL);
}

const char * const *
tasks_tag_editor_get_tags (TasksTagEditor *self)
{
  return (const char * const *) self->tags;
}

void
tasks_tag_editor_set_tags (TasksTagEditor     *self,
                           const char * const *tags)
{
  GStrv owned = tags != NULL ? g_strdupv ((GStrv) tags) : g_new0 (char *, 1);

  if (g_strv_equal ((const char * const *) owned, (const char * const *) self->tags))
    {
      g_strfreev (owned);
      return;
    }
  g_strfreev (self->tags);
  self->tags = owned;
  show_chips (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAGS]);
}
