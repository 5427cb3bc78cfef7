/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * How the command speaks, which is one choice for the whole process: in colours or not, to people or to programs. Colours are
 * for people at a terminal: not for a pipe, a file, or a terminal that calls itself dumb, and not for who has set NO_COLOR
 * (no-color.org). What was asked for on the command line holds in any case. */

#include "truce-command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static TruceColourMode colour_mode = TRUCE_COLOUR_AUTO;
static gboolean tells_json = FALSE;

void
truce_tell_colours (TruceColourMode mode)
{
  colour_mode = mode;
}

void
truce_tell_json (gboolean json)
{
  tells_json = json;
}

gboolean
truce_tells_json (void)
{
  return tells_json;
}

static gboolean
shows_colours (int fd)
{
  const char *no_colour = g_getenv ("NO_COLOR");
  const char *terminal = g_getenv ("TERM");

  switch (colour_mode)
    {
    case TRUCE_COLOUR_ALWAYS:
      return TRUE;

    case TRUCE_COLOUR_NEVER:
      return FALSE;

    case TRUCE_COLOUR_AUTO:
      return isatty (fd) && (no_colour == NULL || *no_colour == '\0') && terminal != NULL && strcmp (terminal, "dumb") != 0;
    }
  g_return_val_if_reached (FALSE);
}

const TruceColours *
truce_colours (int fd)
{
  static const TruceColours colours = {
    .bold = "\033[1m", .label = "\033[36m", .good = "\033[32m", .bad = "\033[1;31m", .warn = "\033[33m", .plain = "\033[0m",
  };
  static const TruceColours none = { "", "", "", "", "", "" };

  return shows_colours (fd) ? &colours : &none;
}

/* What a program can act on: the nick of a TruceError; "usage"; or "io", of all that files and streams fail with. */
static const char *
get_code (const GError *reason)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);

  if (reason == NULL)
    return "usage";
  if (reason->domain != TRUCE_ERROR)
    return "io";
  return g_enum_get_value (codes, reason->code)->value_nick;
}

static void
print_complaint (const char *code,
                 const char *message)
{
  const TruceColours *colours = truce_colours (STDERR_FILENO);
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  g_autofree char *said = tells_json ? truce_dup_quoted (valid) : truce_dup_shown (message);
  g_autofree char *line = NULL;

  if (tells_json)
    {
      line = g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":%s}}", code, said);
      truce_printerr_json (line);
    }
  else
    {
      g_printerr ("%struce:%s %s\n", colours->bad, colours->plain, said);
    }
}

int
truce_complain (const GError *reason,
                const char   *format,
                ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  print_complaint (get_code (reason), message);
  return EXIT_BAD_INPUT;
}

int
truce_complain_of (const GError *reason)
{
  return truce_complain (reason, "%s", reason->message);
}

int
truce_end (int status)
{
  g_autoptr(GError) error = NULL;
  int code;

  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  /* If it was an earlier write that failed, we may have asked what is a terminal since. */
  code = errno != ENOTTY ? errno : EIO;
  clearerr (stdout);            /* told once */
  g_set_error (&error, G_FILE_ERROR, g_file_error_from_errno (code), "standard output: %s", g_strerror (code));
  return truce_complain_of (error);
}
