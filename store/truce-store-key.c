/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-key.h"

static void
append (GString    *key,
        const char *name)
{
  for (; *name != '\0'; name++)
    if (*name == '%')
      g_string_append (key, "%25");
    else if (*name == '/')
      g_string_append (key, "%2F");
    else
      g_string_append_c (key, *name);
}

char *
truce_store_key (const char *collection,
                 const char *id)
{
  GString *key = g_string_new (NULL);

  append (key, collection);
  g_string_append_c (key, '/');
  append (key, id);
  return g_string_free (key, FALSE);
}
