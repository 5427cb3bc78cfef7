/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the same for all verbs: help, statuses, what is told of a mistake, to people and to programs, and colors. s.db has
 * a collection note with the record 1; base, ours and theirs are in conflict. */
#include "tool.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *command;          /* as a shell runs it */
  int status;
  const char *out;              /* what is printed; NULL: something */
  const char *err;              /* the errors */
} Row;

#define USAGE_JSON(message) "{\"error\":{\"code\":\"usage\",\"message\":\"" message "\"}}\n"

/* A store whose list of ids is longer than a pipe holds. */
#define ID "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-"
#define MAKE_BIG "seq 2000 | sed 's/.*/{\"id\":\"" ID "&\"}/' | truce store import big.db note - && "

static const Row rows[] = {
  { "help/option", "truce --help", 0, NULL, "" },
  { "help/letter", "truce -h", 0, NULL, "" },
  { "help/verb", "truce help", 0, NULL, "" },
  { "help/nothing", "truce", 2, NULL, "" },
  { "help/group", "truce store", 2, NULL, "" },
  { "help/of-a-verb", "truce help store get | sed -n 2p", 0, "  truce store get [OPTION…] FILE.db COLLECTION ID – print a record\n", "" },
  { "help/of-a-group", "truce help sync | head -n 1", 0, "Usage: truce sync VERB FILE.db [ARGUMENT…] [OPTION…]\n", "" },
  { "help/of-nothing", "truce help frobnicate", 2, "", "truce: there is no verb “frobnicate”; see “truce --help”\n" },
  { "help/disk-full", "truce --help >/dev/full", 2, "", "truce: standard output: No space left on device\n" },
  { "version", "truce --version | cut -d ' ' -f 1", 0, "truce\n", "" },

  { "mistyped/verb", "truce stroe", 2, "", "truce: there is no verb “stroe”; did you mean store?\n" },
  { "mistyped/verb-of-a-group", "truce store exprot s.db note", 2, "", "truce: store has no verb “exprot”; did you mean export?\n" },
  { "mistyped/option", "truce store query s.db note --limti 1", 2, "", "truce: Unknown option --limti; did you mean --limit?\n" },
  { "mistyped/option-with-value", "truce merge --rul=a=b", 2, "", "truce: Unknown option --rul=a=b; did you mean --rule?\n" },
  { "mistyped/collection", "truce store ls s.db notes", 2, "", "truce: s.db: it has no collection “notes”; did you mean note?\n" },
  { "mistyped/another-word", "truce frobnicate", 2, "", "truce: there is no verb “frobnicate”; see “truce --help”\n" },
  { "mistyped/nothing-like-it", "truce sync x", 2, "", "truce: sync has no verb “x”; see “truce sync --help”\n" },
  { "mistyped/dashes-end-options", "truce store ls -- --limti", 2, "", "truce: --limti: there is no such store; “truce store init” makes one\n" },

  { "json/usage", "truce --json stroe", 2, "", USAGE_JSON ("there is no verb “--json”; see “truce --help”") },
  { "json/verb", "truce store frobnicate --json", 2, "", USAGE_JSON ("store has no verb “frobnicate”; see “truce store --help”") },
  { "json/option", "truce sync run s.db --json --hbu", 2, "", USAGE_JSON ("Unknown option --hbu; did you mean --hub?") },
  { "json/arguments", "truce store get s.db --json", 2, "",
    USAGE_JSON ("it takes FILE.db COLLECTION ID; see “truce store get --help”") },
  { "json/not-found", "truce store get s.db note 2 --json", 1, "",
    "{\"error\":{\"code\":\"not-found\",\"message\":\"note/2: there is no such record\"}}\n" },
  { "json/no-store", "truce sync inbox t.db --json", 2, "",
    "{\"error\":{\"code\":\"not-found\",\"message\":\"t.db: there is no such store; “truce store init” makes one\"}}\n" },
  { "json/each", "truce store delete s.db note 2 1 3 --json", 1, "",
    "{\"error\":{\"code\":\"not-found\",\"message\":\"note/2: there is no such record\"}}\n"
    "{\"error\":{\"code\":\"not-found\",\"message\":\"note/3: there is no such record\"}}\n" },
  { "json/io", "truce merge --json base ours theirs --quiet >/dev/full", 2, "",
    "{\"error\":{\"code\":\"io\",\"message\":\"standard output: No space left on device\"}}\n" },
  { "json/not-utf-8", "truce store ls \"$(printf 'a\\377')\" --json", 2, "",
    "{\"error\":{\"code\":\"not-found\",\"message\":\"a�: there is no such store; “truce store init” makes one\"}}\n" },
  { "json/no-colors", "truce store ls t.db --json --color=always", 2, "",
    "{\"error\":{\"code\":\"not-found\",\"message\":\"t.db: there is no such store; “truce store init” makes one\"}}\n" },

  { "color/error", "truce store ls t.db --color=always", 2, "",
    "\033[1;31mtruce:\033[0m t.db: there is no such store; “truce store init” makes one\n" },
  { "color/conflict", "truce merge --color=always base ours theirs", 1, "{\"a\":2}",
    "ours: 1 conflict, ours kept\n\033[1m/a\033[0m\n  \033[36mbase  \033[0m  1\n  \033[36mours  \033[0m  2\n  \033[36mtheirs\033[0m  3\n" },
  { "color/status", "truce sync status s.db --color=always | sed -n 2p", 0, "           1 note, \033[33m1 to be sent\033[0m\n", "" },
  { "color/verify", "truce store verify s.db --color=always", 0, "s.db: \033[32mall is well\033[0m\n", "" },
  { "color/no-color-loses", "NO_COLOR=1 truce store verify s.db --color=always", 0, "s.db: \033[32mall is well\033[0m\n", "" },
  { "color/not-in-a-pipe", "TERM=xterm truce store verify s.db", 0, "s.db: all is well\n", "" },
  { "color/unknown", "truce store verify s.db --color=yes", 2, "",
    "truce: --color “yes”: it is auto, always or never; see “truce store verify --help”\n" },

  /* Who stops reading gets no complaint; the store is larger than a pipe. */
  { "pipe/export", MAKE_BIG "{ truce store export big.db note; echo $? >&2; } | head -n 1", 0, "2000 imported\n{\"id\":\"" ID "1\"}\n", "141\n" },
  { "pipe/query", MAKE_BIG "{ truce store query big.db note; echo $? >&2; } | head -n 1", 0, "2000 imported\n" ID "1\t{}\n", "141\n" },
  { "pipe/ignored-before", MAKE_BIG "(trap '' PIPE; { truce store ls big.db note; echo $? >&2; }) | head -n 1", 0, "2000 imported\n" ID "1\tpending\n", "141\n" },
  { "pipe/sync", "mkfifo closed; { read line <closed; truce sync run s.db --hub hub.db; echo $? >&2; } | "
    "{ exec </dev/null; echo yes >closed; }", 0, "", "141\n" },
};

static void
prepare (Tool *tool)
{
  tool_write (tool, "base", "{\"a\":1}");
  tool_write (tool, "ours", "{\"a\":2}");
  tool_write (tool, "theirs", "{\"a\":3}");
  tool_shell (tool, "mkdir bin && ln -s \"$TRUCE\" bin/truce && bin/truce store init s.db && bin/truce store put s.db note 1 '{}'");
  g_assert_cmpint (tool->status, ==, 0);
}

static void
run (Tool       *tool,
     const char *command)
{
  g_autofree char *line = g_strconcat ("PATH=$PWD/bin:$PATH; ", command, NULL);

  tool_shell (tool, line);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(Tool) tool = tool_new ();

  prepare (tool);
  run (tool, row->command);
  g_assert_cmpstr (tool->err, ==, row->err);
  if (row->out != NULL)
    g_assert_cmpstr (tool->out, ==, row->out);
  else
    g_assert_true (g_str_has_prefix (tool->out, "Usage: truce "));
  g_assert_cmpint (tool->status, ==, row->status);
}

/* script(1) gives the command a terminal, where it is there and the system has one to give. */
static void
test_terminal (void)
{
  static const char *const plain[] = { "TERM=dumb", "NO_COLOR=1 TERM=xterm", "-u TERM" };
  g_autoptr(Tool) tool = tool_new ();

  prepare (tool);
  tool_shell (tool, "script -qec true /dev/null </dev/null");
  if (tool->status != 0)
    {
      g_test_skip ("script(1) makes no terminal here");
      return;
    }

  run (tool, "env -u NO_COLOR TERM=xterm script -qec 'truce merge base ours theirs' /dev/null </dev/null");
  g_assert_nonnull (strstr (tool->out, "\033[1m/a\033[0m"));
  run (tool, "env -u NO_COLOR TERM=xterm script -qec 'truce merge --color=never base ours theirs' /dev/null </dev/null");
  g_assert_null (strchr (tool->out, '\033'));
  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      g_autofree char *command = g_strdup_printf ("env -u NO_COLOR %s script -qec 'truce merge base ours theirs' /dev/null </dev/null",
                                                  plain[i]);

      run (tool, command);
      g_assert_nonnull (strstr (tool->out, "/a"));
      g_assert_null (strchr (tool->out, '\033'));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/tools/usage/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/tools/usage/color/terminal", test_terminal);
  return g_test_run ();
}
