/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-words.h"

#include <glib/gi18n.h>

/* NOTES
 *
 * A widget that shows any record knows neither what its fields mean nor what a user calls them. The app says it here,
 * once, for all such widgets. */

typedef struct
{
  char *field;
  char *label;
} Word;

struct _TasksWords
{
  GObject parent_instance;
  GArray *words;                /* of Word, as they were added */
  TasksValueFunc value_func;    /* NULL: none */
  gpointer value_data;
  GDestroyNotify value_destroy;
};

G_DEFINE_FINAL_TYPE (TasksWords, tasks_words, G_TYPE_OBJECT)

static void
word_clear (gpointer data)
{
  Word *word = data;

  g_free (word->field);
  g_free (word->label);
}

static void
tasks_words_finalize (GObject *object)
{
  TasksWords *self = TASKS_WORDS (object);

  tasks_words_set_value_func (self, NULL, NULL, NULL);
  g_clear_pointer (&self->words, g_array_unref);

  G_OBJECT_CLASS (tasks_words_parent_class)->finalize (object);
}

static void
tasks_words_class_init (TasksWordsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tasks_words_finalize;
}

static void
tasks_words_init (TasksWords *self)
{
  self->words = g_array_new (FALSE, FALSE, sizeof (Word));
  g_array_set_clear_func (self->words, word_clear);
}

TasksWords *
tasks_words_new (void)
{
  return g_object_new (TASKS_TYPE_WORDS, NULL);
}

void
tasks_words_add_field (TasksWords *self,
                       const char *field,
                       const char *label)
{
  Word word = { g_strdup (field), g_strdup (label) };

  g_array_append_val (self->words, word);
}

void
tasks_words_set_value_func (TasksWords    *self,
                            TasksValueFunc func,
                            gpointer       data,
                            GDestroyNotify destroy)
{
  if (self->value_destroy != NULL)
    self->value_destroy (self->value_data);
  self->value_func = func;
  self->value_data = data;
  self->value_destroy = destroy;
}

guint
tasks_words_get_n_fields (TasksWords *self)
{
  return self->words->len;
}

const char *
tasks_words_get_field (TasksWords *self,
                       guint       position)
{
  return g_array_index (self->words, Word, position).field;
}

const char *
tasks_words_get_label (TasksWords *self,
                       const char *field)
{
  for (guint i = 0; i < self->words->len; i++)
    {
      const Word *word = &g_array_index (self->words, Word, i);

      if (g_str_equal (word->field, field))
        return word->label;
    }
  return field;
}

/* ---- values ---- */

static char *
dup_plain (JsonNode *value)
{
  if (value == NULL || JSON_NODE_HOLDS_NULL (value))
    return g_strdup (C_("value", "Nothing"));
  if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING)
    return json_node_dup_string (value);
  if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (value) ? C_("value", "Yes") : C_("value", "No"));
  return json_to_string (value, FALSE);
}

/* The elements of a set, one after the other. */
static char *
dup_elements (JsonArray *array)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *element = dup_plain (json_array_get_element (array, i));

      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", element);
    }
  return g_string_free (out, FALSE);
}

char *
tasks_words_dup_value (TasksWords *self,
                       const char *field,
                       JsonNode   *value)
{
  char *words = NULL;

  if (value != NULL && self->value_func != NULL)
    words = self->value_func (field, value, self->value_data);
  if (words == NULL && value != NULL && JSON_NODE_HOLDS_ARRAY (value))
    words = dup_elements (json_node_get_array (value));
  if (words == NULL)
    words = dup_plain (value);
  if (*words != '\0')
    return words;
  g_free (words);
  return dup_plain (NULL);
}

/* ---- names ---- */

/* text: takes it. NULL where it has no such field, or nothing in it. */
static char *
take_name (TasksWords *self,
           char       *text)
{
  g_autofree char *owned = text;
  g_autoptr(JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = NULL;

  if (object != NULL && self->words->len > 0)
    name = json_object_get_string_member_with_default (object, tasks_words_get_field (self, 0), NULL);
  return name != NULL && *name != '\0' ? g_strdup (name) : NULL;
}

char *
tasks_words_dup_name (TasksWords     *self,
                      TruceInboxItem *item)
{
  char *name = take_name (self, truce_inbox_item_dup_local (item, NULL));

  if (name == NULL)
    name = take_name (self, truce_inbox_item_dup_base (item, NULL));
  if (name == NULL)
    name = take_name (self, truce_inbox_item_dup_remote (item));
  return name != NULL ? name : g_strdup (truce_inbox_item_get_id (item));
}
