/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge-model.h"

Value *
value_new_plain (const char *text)
{
  Value *value = g_new0 (Value, 1);

  value->text = g_strdup (text);
  return value;
}

Value *
value_new_set (void)
{
  Value *value = g_new0 (Value, 1);

  value->elements = g_ptr_array_new_with_free_func (g_free);
  return value;
}

Value *
value_new_map (void)
{
  Value *value = g_new0 (Value, 1);

  value->names = g_ptr_array_new_with_free_func (g_free);
  value->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_free);
  return value;
}

void
value_free (Value *value)
{
  g_free (value->text);
  g_clear_pointer (&value->elements, g_ptr_array_unref);
  g_clear_pointer (&value->names, g_ptr_array_unref);
  g_clear_pointer (&value->values, g_ptr_array_unref);
  g_free (value);
}

void
value_put (Value      *map,
           const char *name,
           Value      *member)
{
  g_ptr_array_add (map->names, g_strdup (name));
  g_ptr_array_add (map->values, member);
}

char *
value_to_json (const Value *value)
{
  g_autoptr(GString) json = g_string_new (NULL);

  if (value->text != NULL)
    return g_strdup (value->text);

  g_string_append_c (json, value->names != NULL ? '{' : '[');
  for (guint i = 0; value->elements != NULL && i < value->elements->len; i++)
    g_string_append_printf (json, "%s%s", i > 0 ? "," : "", (char *) value->elements->pdata[i]);
  for (guint i = 0; value->names != NULL && i < value->names->len; i++)
    {
      g_autofree char *member = value_to_json (value->values->pdata[i]);

      g_string_append_printf (json, "%s\"%s\":%s", i > 0 ? "," : "", (char *) value->names->pdata[i], member);
    }
  g_string_append_c (json, value->names != NULL ? '}' : ']');
  return g_string_free (g_steal_pointer (&json), FALSE);
}
