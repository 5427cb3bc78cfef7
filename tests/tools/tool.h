/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A folder of its own for a test, in which it runs the command and looks at what is left. */
typedef struct
{
  char *folder;                 /* owned */
  int status;                   /* what the last command returned, */
  char *out;                    /* wrote to standard output, owned, */
  char *err;                    /* and to standard error, owned */
} Tool;

Tool    *tool_new      (void);
void     tool_free     (Tool        *tool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tool, tool_free)

char    *tool_path     (Tool        *tool,
                        const char  *name);
void     tool_write    (Tool        *tool,
                        const char  *name,
                        const char  *text);
/* The bytes of a file, which exists. */
char    *tool_read     (Tool        *tool,
                        const char  *name);
/* Runs what a shell would run. $TRUCE is the command; standard input is empty. */
void     tool_shell    (Tool        *tool,
                        const char  *command);
/* Writes base, ours and theirs, and runs “truce merge OPTIONS base ours theirs”. */
void     tool_merge    (Tool        *tool,
                        const char  *options,
                        const char  *base,
                        const char  *ours,
                        const char  *theirs);
/* How many lines the last command wrote to standard error. */
guint    tool_n_errors (Tool        *tool);
