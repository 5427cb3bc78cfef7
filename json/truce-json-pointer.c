/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * JSON pointers, RFC 6901: "/" before each token; within one, "~" is "~0" and "/" is "~1". */

#include "truce-json-private.h"

#include <string.h>

void
truce_json_pointer_append (GString    *pointer,
                           const char *token)
{
  g_assert (pointer != NULL);
  g_assert (token != NULL);

  g_string_append_c (pointer, '/');
  for (; *token != '\0'; token++)
    {
      if (*token == '~')
        g_string_append (pointer, "~0");
      else if (*token == '/')
        g_string_append (pointer, "~1");
      else
        g_string_append_c (pointer, *token);
    }
}

void
truce_json_pointer_append_index (GString *pointer,
                                 guint    index)
{
  g_assert (pointer != NULL);

  g_string_append_printf (pointer, "/%u", index);
}

/* In place. FALSE at a "~" that neither "0" nor "1" follows. */
static gboolean
unescape_token (char *token)
{
  char *to = token;

  for (const char *from = token; *from != '\0'; from++)
    {
      if (*from == '~' && from[1] != '0' && from[1] != '1')
        return FALSE;
      *to++ = *from != '~' ? *from : *++from == '0' ? '~' : '/';
    }
  *to = '\0';

  return TRUE;
}

static gboolean
fail (const char *pointer,
      const char *wrong,
      GError    **error)
{
  g_autoptr(GString) shown = g_string_new (NULL);

  truce_json_append_shown (shown, pointer, strlen (pointer));
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "“%s” is not a JSON pointer: %s",
               shown->str, wrong);
  return FALSE;
}

static gboolean
unescape_tokens (char      **tokens,
                 const char *pointer,
                 GError    **error)
{
  for (guint i = 0; tokens[i] != NULL; i++)
    if (!unescape_token (tokens[i]))
      return fail (pointer, "“~” must be followed by “0” or “1”", error);

  return TRUE;
}

char **
truce_json_pointer_split (const char *pointer,
                          GError    **error)
{
  g_auto(GStrv) tokens = NULL;

  g_assert (pointer != NULL);

  if (!g_utf8_validate (pointer, -1, NULL))
    {
      fail (pointer, "it is not UTF-8", error);
      return NULL;
    }
  if (*pointer != '\0' && *pointer != '/')
    {
      fail (pointer, "it must be empty or begin with “/”", error);
      return NULL;
    }

  if (*pointer == '\0')
    return g_new0 (char *, 1);

  tokens = g_strsplit (pointer + 1, "/", -1);
  if (tokens[0] == NULL)
    {
      /* "/" names the member "", but g_strsplit() makes no token of "". */
      g_strfreev (tokens);
      tokens = g_new0 (char *, 2);
      tokens[0] = g_strdup ("");
    }
  if (!unescape_tokens (tokens, pointer, error))
    return NULL;

  return g_steal_pointer (&tokens);
}
