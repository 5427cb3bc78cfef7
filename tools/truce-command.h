/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <truce.h>

G_BEGIN_DECLS

/* What the command returns to the shell. */
enum
{
  EXIT_MERGED = 0,
  EXIT_CONFLICTS = 1,
  EXIT_FAILED = 1,              /* something was found, or did not go through */
  EXIT_BAD_INPUT = 2,           /* and bad usage, and what can't be written */
};

/* ---- verbs: argv[0] is the verb ---- */

int      truce_command_merge (int          argc,
                              char       **argv);
int      truce_command_store (int          argc,
                              char       **argv);
int      truce_command_sync  (int          argc,
                              char       **argv);
int      truce_command_scenario (int       argc,
                              char       **argv);
int      truce_command_simulate (int       argc,
                              char       **argv);

/* ---- input (truce-input.c) ---- */

/* The message begins with the path. */
TruceSchema *truce_read_schema (const char  *path,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- git (truce-git-driver.c) ---- */

/* Shows what it would change in the repository around the working directory, asks (unless yes), and does
 * it. */
int      truce_git_install   (gboolean     yes);

/* ---- output (truce-output.c) ---- */

/* Text of somebody else, safe for a terminal and on one line: what can't be printed is written \u001b,
 * bytes that are not UTF-8 are written \xff. */
char    *truce_dup_shown     (const char  *text) G_GNUC_WARN_UNUSED_RESULT;
/* What went wrong, on one line of standard error. Gives EXIT_BAD_INPUT. */
int      truce_complain      (const char  *format,
                              ...) G_GNUC_PRINTF (1, 2);
/* Whether standard error is a terminal that shows colours (NO_COLOR is honoured). */
gboolean truce_shows_colour  (int          fd);
/* The text as a JSON string. It is UTF-8. */
char    *truce_dup_quoted    (const char  *text) G_GNUC_WARN_UNUSED_RESULT;
/* A line of JSON to standard output: byte for byte, but on a terminal so that it can't disturb it; it is the same
 * JSON then. */
void     truce_print_json    (const char  *text);
/* The whole of it to standard output, or complains. */
gboolean truce_write_stdout  (GBytes      *bytes);
/* Into a file, whole or not at all: beside it, then renamed. A link stays a link, a mode stays what it
 * was. */
gboolean truce_write_file    (const char  *path,
                              GBytes      *bytes,
                              GError     **error);

G_END_DECLS
