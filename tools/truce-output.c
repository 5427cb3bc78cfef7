/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

/* NOTES
 *
 * What is shown comes from files of somebody else: names and values are shown so that they can't move the
 * cursor, start a new line, or turn the rest of the line around. What is written to a file is whole or not
 * there. */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* As JSON would write it, above the basic plane as two halves. */
static void
append_escaped (GString *shown,
                gunichar c)
{
  if (c > 0xffff)
    g_string_append_printf (shown, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
  else
    g_string_append_printf (shown, "\\u%04x", c);
}

char *
truce_dup_shown (const char *text)
{
  g_autoptr(GString) shown = g_string_new (NULL);

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c >= 0x110000)
        {
          g_string_append_printf (shown, "\\x%02x", (guchar) *text++);
          continue;
        }
      /* Format characters, the bidirectional controls among them, count as not printable; line separators
       * do not. */
      if (g_unichar_isprint (c) && c != 0x2028 && c != 0x2029)
        g_string_append_unichar (shown, c);
      else
        append_escaped (shown, c);
      text = g_utf8_next_char (text);
    }
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

static void
print_json (FILE       *file,
            const char *text)
{
  g_autofree char *shown = isatty (fileno (file)) ? truce_dup_shown (text) : NULL;

  fprintf (file, "%s\n", shown != NULL ? shown : text);
}

void
truce_print_json (const char *text)
{
  print_json (stdout, text);
}

void
truce_printerr_json (const char *text)
{
  print_json (stderr, text);
}

char *
truce_dup_quoted (const char *text)
{
  g_autoptr(JsonNode) node = json_node_init_string (json_node_alloc (), text);

  return json_to_string (node, FALSE);
}

gboolean
truce_write_stdout (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  /* What could not be written shows when all is written out. */
  fwrite (data, 1, length, stdout);
  return truce_end (EXIT_DONE) == EXIT_DONE;
}

static gboolean
write_into (const char *path,
            GBytes     *bytes,
            GError    **error)
{
  FILE *file = g_fopen (path, "wbe");
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  gboolean written = file != NULL && fwrite (data, 1, length, file) == length && fflush (file) == 0;

  if (!written)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
  if (file != NULL)
    fclose (file);
  return written;
}

gboolean
truce_write_file (const char *path,
                  GBytes     *bytes,
                  GError    **error)
{
  g_autofree char *target = realpath (path, NULL);
  const char *name = target != NULL ? target : path;
  GStatBuf info;
  gboolean exists = g_stat (name, &info) == 0;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  mode_t mask;
  gboolean written;

  /* A file in the place of a device or a pipe would be none. */
  if (exists && !S_ISREG (info.st_mode))
    return write_into (name, bytes, error);

  /* The mask is for new files; one that was there has a mode already. */
  mask = umask (0);
  if (!exists)
    umask (mask);
  written = g_file_set_contents_full (name, data, length, G_FILE_SET_CONTENTS_CONSISTENT,
                                      exists ? (int) (info.st_mode & 07777) : 0666, error);
  umask (mask);
  return written;
}
