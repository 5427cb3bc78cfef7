/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
truce_complain (const char *format,
                ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("truce: %s\n", message);
  return EXIT_BAD_INPUT;
}

gboolean
truce_shows_colour (int fd)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return g_log_writer_supports_color (fd) && (no_colour == NULL || no_colour[0] == '\0');
}

gboolean
truce_write_stdout (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (fwrite (data, 1, length, stdout) == length && fflush (stdout) == 0)
    return TRUE;

  truce_complain ("standard output: %s", g_strerror (errno));
  return FALSE;
}

gboolean
truce_write_file (const char *path,
                  GBytes     *bytes,
                  GError    **error)
{
  g_autofree char *target = realpath (path, NULL);
  const char *name = target != NULL ? target : path;
  GStatBuf info;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  int mode = g_stat (name, &info) == 0 ? (int) (info.st_mode & 07777) : 0666;

  return g_file_set_contents_full (name, data, length, G_FILE_SET_CONTENTS_CONSISTENT, mode, error);
}
