/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-key.h"

#include <string.h>

/* Copies a name to where a key ends so far; gives its new end. */
static char *
append (char       *end,
        const char *name)
{
  for (; *name != '\0'; name++)
    if (*name == '%' || *name == '/')
      {
        memcpy (end, *name == '%' ? "%25" : "%2F", 3);
        end += 3;
      }
    else
      {
        *end++ = *name;
      }
  return end;
}

/* Each record that is sent or received has its key made, so this is one allocation, of the most that it can take. */
char *
truce_store_key (const char *collection,
                 const char *id)
{
  char *key = g_malloc (3 * (strlen (collection) + strlen (id)) + 2);
  char *end = append (key, collection);

  *end++ = '/';
  end = append (end, id);
  *end = '\0';
  return key;
}
