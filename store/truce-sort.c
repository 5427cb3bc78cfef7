/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sort.h"

#include "truce-error.h"
#include "truce-kind-private.h"

#include <string.h>

struct _TruceField
{
  gatomicrefcount refs;
  char *name;                   /* as it was given */
  char **tokens;                /* the members on the way down */
};

/* ---- fields ---- */

static char **
split_name (const char *name,
            GError    **error)
{
  char **tokens;

  if (!g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a field's name is not UTF-8");
      return NULL;
    }
  if (name[0] == '/')
    return truce_json_pointer_split (name, error);

  tokens = g_new0 (char *, 2);
  tokens[0] = g_strdup (name);
  return tokens;
}

TruceField *
truce_field_new (const char *name,
                 GError    **error)
{
  g_auto(GStrv) tokens = split_name (name, error);
  TruceField *self;

  if (tokens == NULL)
    return NULL;
  if (g_strv_length (tokens) > TRUCE_FIELD_TOKENS_MAX)
    {
      g_autofree char *shown = truce_show_name (name);

      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "field “%s”: more than %d members deep", shown,
                   TRUCE_FIELD_TOKENS_MAX);
      return NULL;
    }

  self = g_new0 (TruceField, 1);
  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  self->tokens = g_steal_pointer (&tokens);
  return self;
}

TruceField *
truce_field_ref (TruceField *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
truce_field_unref (TruceField *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->name);
  g_strfreev (self->tokens);
  g_free (self);
}

const char *
truce_field_get_name (const TruceField *self)
{
  return self->name;
}

char **
truce_field_tokens (const TruceField *self)
{
  return self->tokens;
}

/* The element that a pointer's token names: 0, 1, 2, …, without a leading zero. */
static guint32
find_element (const TruceJsonDoc *doc,
              guint32             array,
              const char         *token)
{
  guint64 wanted;
  guint32 element = array + 1;

  if ((token[0] == '0' && token[1] != '\0') || !g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT32, &wanted, NULL))
    return TRUCE_JSON_NONE;

  for (; wanted > 0 && element < doc->nodes[array].next; wanted--)
    element = doc->nodes[element].next;
  return element < doc->nodes[array].next ? element : TRUCE_JSON_NONE;
}

guint32
truce_field_find (const TruceField   *self,
                  const TruceJsonDoc *doc)
{
  guint32 node = 0;

  for (char **token = self->tokens; *token != NULL && node != TRUCE_JSON_NONE; token++)
    {
      TruceJsonType type = truce_json_type (doc, node);

      if (type == TRUCE_JSON_OBJECT)
        node = truce_json_member (doc, node, *token);
      else if (type == TRUCE_JSON_ARRAY)
        node = find_element (doc, node, *token);
      else
        node = TRUCE_JSON_NONE;
    }

  return node;
}

/* ---- orders ---- */

static void
clear_key (gpointer data)
{
  TruceSortKey *key = data;

  g_clear_pointer (&key->field, truce_field_unref);
}

TruceSort *
truce_sort_new (void)
{
  TruceSort *order = g_array_new (FALSE, FALSE, sizeof (TruceSortKey));

  g_array_set_clear_func (order, clear_key);
  return order;
}

TruceSort *
truce_sort_copy (const TruceSort *order)
{
  TruceSort *copy = truce_sort_new ();

  for (guint i = 0; i < order->len; i++)
    {
      const TruceSortKey *key = &g_array_index (order, TruceSortKey, i);

      truce_sort_add (copy, truce_field_ref (key->field), key->descending);
    }
  return copy;
}

void
truce_sort_add (TruceSort  *order,
                TruceField *field,
                gboolean    descending)
{
  TruceSortKey key = { field, descending };

  g_array_append_val (order, key);
}

gboolean
truce_sort_ids_descend (const TruceSort *order)
{
  return order->len > 0 && g_array_index (order, TruceSortKey, order->len - 1).descending;
}

int
truce_sort_compare (const TruceSort    *order,
                    const TruceJsonDoc *doc_a,
                    const char         *id_a,
                    const TruceJsonDoc *doc_b,
                    const char         *id_b)
{
  int sign;

  for (guint i = 0; i < order->len; i++)
    {
      const TruceSortKey *key = &g_array_index (order, TruceSortKey, i);
      TruceValue a;
      TruceValue b;

      truce_value_read (&a, doc_a, truce_field_find (key->field, doc_a));
      truce_value_read (&b, doc_b, truce_field_find (key->field, doc_b));
      sign = truce_value_compare (&a, &b);
      if (sign != 0)
        return key->descending ? -sign : sign;
    }

  sign = strcmp (id_a, id_b);
  return truce_sort_ids_descend (order) ? -sign : sign;
}
