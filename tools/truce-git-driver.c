/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The driver is set up in two places: the repository's configuration says what to run, an attribute says
 * for which files. git hands the driver three files: %O the base, %A ours, where the result is expected,
 * %B theirs; %P is the file's name. */

#define ATTRIBUTE "*.json merge=truce"

/* Runs a command and gives what it printed, without the line's end; NULL if it failed. */
static char *
run (const char *const *argv,
     GError           **error)
{
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &complaint, &status, error))
    return NULL;
  if (!g_spawn_check_wait_status (status, NULL))
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "git: %s", g_strstrip (complaint));
      return NULL;
    }
  return g_strdup (g_strchomp (output));
}

/* “truce” where a shell finds it; else this program by its path. */
static char *
own_name (void)
{
  g_autofree char *found = g_find_program_in_path ("truce");
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);

  return found != NULL || path == NULL ? g_strdup ("truce") : g_shell_quote (path);
}

static gboolean
has_line (const char *text,
          const char *line)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_equal (g_strstrip (lines[i]), line))
      return TRUE;
  return FALSE;
}

static gboolean
ask (void)
{
  char answer[8];

  if (!isatty (STDIN_FILENO))
    {
      truce_complain (NULL, "nothing was changed; run it with --yes to do it without being asked");
      return FALSE;
    }
  g_print ("Do it? [y/N] ");
  return fgets (answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

static gboolean
set_config (const char *driver,
            GError    **error)
{
  const char *const set_name[] = { "git", "config", "merge.truce.name", "JSON by meaning", NULL };
  const char *const set_driver[] = { "git", "config", "merge.truce.driver", driver, NULL };
  g_autofree char *name = run (set_name, error);
  g_autofree char *value = name != NULL ? run (set_driver, error) : NULL;

  return value != NULL;
}

/* What stands there; nothing where there is no such file yet. One that can't be read must not be written
 * over. */
static char *
read_attributes (const char *path,
                 GError    **error)
{
  g_autoptr(GError) reason = NULL;
  char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, &reason))
    return text;
  if (g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_strdup ("");

  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

static gboolean
set_attribute (const char *path,
               const char *attributes,
               GError    **error)
{
  g_autofree char *text = g_strconcat (attributes,
                                       attributes[0] != '\0' && !g_str_has_suffix (attributes, "\n") ? "\n" : "",
                                       ATTRIBUTE "\n", NULL);
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  return truce_write_file (path, bytes, error);
}

int
truce_git_install (gboolean yes)
{
  const char *const find_top[] = { "git", "rev-parse", "--show-toplevel", NULL };
  const char *const get_driver[] = { "git", "config", "merge.truce.driver", NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *top = run (find_top, &error);
  g_autofree char *program = own_name ();
  g_autofree char *driver = g_strconcat (program, " merge --name %P --output %A %O %A %B", NULL);
  g_autofree char *path = NULL;
  g_autofree char *attributes = NULL;
  g_autofree char *configured = NULL;
  gboolean needs_config;
  gboolean needs_attribute;

  if (top == NULL)
    return truce_complain_of (error);

  path = g_build_filename (top, ".gitattributes", NULL);
  attributes = read_attributes (path, &error);
  if (attributes == NULL)
    return truce_complain_of (error);
  configured = run (get_driver, NULL);
  needs_config = g_strcmp0 (configured, driver) != 0;
  needs_attribute = !has_line (attributes, ATTRIBUTE);
  if (!needs_config && !needs_attribute)
    {
      g_print ("git merges the JSON files of %s with truce already.\n", top);
      return 0;
    }

  if (needs_config)
    g_print ("git config of %s:\n  merge.truce.name = JSON by meaning\n  merge.truce.driver = %s\n", top, driver);
  if (needs_attribute)
    g_print ("%s, one more line:\n  %s\n", path, ATTRIBUTE);
  if (!yes && !ask ())
    return EXIT_BAD_INPUT;
  /* The attribute first: alone, it does nothing. */
  if ((needs_attribute && !set_attribute (path, attributes, &error)) ||
      (needs_config && !set_config (driver, &error)))
    return truce_complain_of (error);

  g_print ("Done. From now on git merges *.json here by meaning; commit .gitattributes to let others do so too.\n");
  return 0;
}
