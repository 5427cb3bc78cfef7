/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <truce.h>

G_BEGIN_DECLS

/* What the command returns to the shell, the same for all verbs. */
enum
{
  EXIT_DONE = 0,
  EXIT_FAILED = 1,              /* something was found, was left, or did not go through: conflicts, a refused record */
  EXIT_BAD_INPUT = 2,           /* and bad usage, and what can't be read or written */
};

/* ---- input (truce-input.c) ---- */

/* The message begins with the path. */
TruceSchema *truce_read_schema (const char  *path,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- git (truce-git-driver.c) ---- */

/* Shows what it would change in the repository around the working directory, asks (unless yes), and does
 * it. */
int      truce_git_install   (gboolean     yes);

/* ---- how it is told (truce-tell.c) ---- */

typedef enum
{
  TRUCE_COLOUR_AUTO,            /* on a terminal */
  TRUCE_COLOUR_ALWAYS,
  TRUCE_COLOUR_NEVER,
} TruceColourMode;

/* What to write before a text, and plain after it. Nothing at all where there are no colours. */
typedef struct
{
  const char *bold;
  const char *label;
  const char *good;
  const char *bad;
  const char *warn;
  const char *plain;
} TruceColours;

/* From now on. */
void     truce_tell_colours  (TruceColourMode mode);
void     truce_tell_json     (gboolean        json);
gboolean truce_tells_json    (void);

/* For what is written there. */
const TruceColours *truce_colours (int fd);

/* What went wrong, on one line of standard error, or as JSON an object. reason: whose code a program is told; NULL: the
 * command was called wrongly. Gives EXIT_BAD_INPUT. */
int      truce_complain      (const GError *reason,
                              const char   *format,
                              ...) G_GNUC_PRINTF (2, 3);
/* The same, in the words of the reason itself. */
int      truce_complain_of   (const GError *reason);
/* What was printed is not printed before it has left. Gives the status, or complains. */
int      truce_end           (int           status);

/* ---- output (truce-output.c) ---- */

/* Text of somebody else, safe for a terminal and on one line: what can't be printed is written \u001b,
 * bytes that are not UTF-8 are written \xff. */
char    *truce_dup_shown     (const char  *text) G_GNUC_WARN_UNUSED_RESULT;
/* The text as a JSON string. It is UTF-8. */
char    *truce_dup_quoted    (const char  *text) G_GNUC_WARN_UNUSED_RESULT;
/* A line of JSON to standard output: byte for byte, but on a terminal so that it can't disturb it; it is the same
 * JSON then. */
void     truce_print_json    (const char  *text);
/* The same to standard error. */
void     truce_printerr_json (const char  *text);
/* The whole of it to standard output, or complains. */
gboolean truce_write_stdout  (GBytes      *bytes);
/* Into a file, whole or not at all: beside it, then renamed. A link stays a link, a mode stays what it
 * was. */
gboolean truce_write_file    (const char  *path,
                              GBytes      *bytes,
                              GError     **error);

G_END_DECLS
