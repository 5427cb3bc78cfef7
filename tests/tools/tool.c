/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool.h"

#include <string.h>

Tool *
tool_new (void)
{
  Tool *tool = g_new0 (Tool, 1);
  g_autoptr(GError) error = NULL;

  tool->folder = g_dir_make_tmp ("truce-XXXXXX", &error);
  g_assert_no_error (error);
  return tool;
}

void
tool_free (Tool *tool)
{
  const char *const argv[] = { "rm", "-rf", tool->folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free (tool->folder);
  g_free (tool->out);
  g_free (tool->err);
  g_free (tool);
}

char *
tool_path (Tool       *tool,
           const char *name)
{
  return g_build_filename (tool->folder, name, NULL);
}

void
tool_write (Tool       *tool,
            const char *name,
            const char *text)
{
  g_autofree char *path = tool_path (tool, name);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

char *
tool_read (Tool       *tool,
           const char *name)
{
  g_autofree char *path = tool_path (tool, name);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

void
tool_shell (Tool       *tool,
            const char *command)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                       G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, tool->folder);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_setenv (launcher, "TRUCE", TRUCE_COMMAND, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "sh", "-c", command, NULL);
  g_assert_no_error (error);

  g_clear_pointer (&tool->out, g_free);
  g_clear_pointer (&tool->err, g_free);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &tool->out, &tool->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  tool->status = g_subprocess_get_exit_status (process);
}

void
tool_merge (Tool       *tool,
            const char *options,
            const char *base,
            const char *ours,
            const char *theirs)
{
  g_autofree char *command = g_strconcat ("\"$TRUCE\" merge ", options, " base ours theirs", NULL);

  tool_write (tool, "base", base);
  tool_write (tool, "ours", ours);
  tool_write (tool, "theirs", theirs);
  tool_shell (tool, command);
}

guint
tool_n_errors (Tool *tool)
{
  guint n = 0;

  for (const char *at = tool->err; (at = strchr (at, '\n')) != NULL; at++)
    n++;
  return n;
}
