/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce store as a shell sees it: statuses, what is printed where, what bad input does. */
#include "tool.h"

#include <string.h>

/* ---- what comes out: a case a row. s.db has a collection note with the records 1, 2 and ä ---- */

typedef struct
{
  const char *name;
  const char *command;          /* behind “truce store” */
  int status;
  const char *out;              /* what is printed; NULL: not looked at */
  const char *err;              /* what is in the errors; NULL: there are none */
} Row;

static const Row rows[] = {
  { "get", "get s.db note 1", 0, "{\"done\":false,\"title\":\"Milk\"}\n", NULL },
  { "get/json", "get s.db note 1 --json", 0,
    "{\"collection\":\"note\",\"id\":\"1\",\"delivery\":\"pending\",\"value\":{\"done\":false,\"title\":\"Milk\"}}\n", NULL },
  { "get/missing", "get s.db note 3", 1, "", "note/3" },
  { "get/no-collection", "get s.db other 1", 2, "", "it has no collection “other”" },

  { "put", "put s.db note 1 '{\"title\": \"Tea\"}' && $S get s.db note 1", 0, "{\"title\":\"Tea\"}\n", NULL },
  { "put/new-collection", "put s.db other 1 '{}' && $S ls s.db", 0, "note\t3\nother\t1\n", NULL },
  { "put/stdin", "ls s.db >/dev/null; echo '{\"a\":1}' | $S put s.db note 4 && $S get s.db note 4", 0, "{\"a\":1}\n", NULL },
  { "put/not-json", "put s.db note 1 '{'", 1, "", "note/1: 1:2: " },
  { "put/not-an-object", "put s.db note 1 '[]'", 1, "", "note/1" },
  { "put/schema", "put s.db note 1 '{\"title\": 1}' --schema schema.json", 1, "", "/title" },
  { "put/bad-schema", "put s.db note 1 '{}' --schema bad.json", 2, "", "bad.json" },

  { "delete", "delete s.db note 1 2 && $S ls s.db note", 0, "ä\tpending\n", NULL },
  { "delete/missing", "delete s.db note 1 3 2; echo $?; $S ls s.db note", 0, "1\nä\tpending\n", "note/3" },

  { "ls", "ls s.db", 0, "note\t3\n", NULL },
  { "ls/json", "ls s.db --json", 0, "{\"collection\":\"note\",\"records\":3}\n", NULL },
  { "ls/collection", "ls s.db note", 0, "1\tpending\n2\tpending\nä\tpending\n", NULL },
  { "ls/collection-json", "ls s.db note --json | head -n 1", 0, "{\"id\":\"1\",\"delivery\":\"pending\"}\n", NULL },

  { "export", "export s.db note", 0,
    "{\"id\":\"1\",\"done\":false,\"title\":\"Milk\"}\n{\"id\":\"2\",\"done\":true,\"title\":\"Oat milk\"}\n{\"id\":\"ä\"}\n", NULL },
  { "export/round", "export s.db note >x && $S import t.db note x && $S export t.db note | cmp - x", 0, "3 imported\n", NULL },

  { "salvage", "salvage s.db note | tail -n 1", 0, "{\"id\":\"ä\"}\n", NULL },
  { "import/stdin", "import s.db note - <in.ndjson && $S get s.db note 5", 0, "1 imported\n{\"title\":\"Tea\"}\n", NULL },
  { "import/default-is-stdin", "import s.db note <in.ndjson", 0, "1 imported\n", NULL },
  { "import/synced", "import s.db note in.ndjson --synced && $S ls s.db note | head -n 3 | tail -n 1", 0, "1 imported\n5\n", NULL },
  { "import/new-store", "import new.db note in.ndjson --schema schema.json && $S get new.db note 5", 0,
    "1 imported\n{\"title\":\"Tea\"}\n", NULL },
  { "import/bad-lines", "import s.db note bad.ndjson", 1, "1 imported, 2 failed\n", "bad.ndjson:2:" },
  { "import/json", "import s.db note bad.ndjson --json", 1, "{\"imported\":1,\"failed\":2}\n",
    "{\"error\":{\"code\":\"invalid-data\",\"message\":\"bad.ndjson:2:" },
  { "import/no-file", "import new.db note missing; test -e new.db", 1, "", "missing" },

  { "query", "query s.db note 'done == false'", 0, "1\t{\"done\":false,\"title\":\"Milk\"}\n", NULL },
  { "query/json", "query s.db note --json --order -title --limit 2", 0,
    "{\"id\":\"2\",\"done\":true,\"title\":\"Oat milk\"}\n{\"id\":\"1\",\"done\":false,\"title\":\"Milk\"}\n", NULL },
  { "query/none", "query s.db note 'done == 5'", 0, "", NULL },
  { "query/bad-filter", "query s.db note 'done =='", 2, "", "" },

  { "status", "status s.db | tail -n 2", 0, "           3 note\n3 to be sent\n", NULL },
  { "status/json", "status s.db --json | sed 's/\"[0-9a-f]\\{16\\}\"/R/'", 0,
    "{\"replica\":R,\"records\":3,\"pending\":3,\"inFlight\":0,\"failed\":0,\"conflicted\":0,\"collections\":{\"note\":3}}\n", NULL },

  { "verify", "verify s.db", 0, "s.db: all is well\n", NULL },
  { "verify/json", "verify s.db --json", 0, "", NULL },

  { "purge", "delete s.db note 1 && $S purge s.db --days 0", 0, NULL, NULL },
  { "purge/json", "delete s.db note 1 && $S purge s.db --days 0 --json", 0, "{\"purged\":1}\n", NULL },
  { "purge/negative", "purge s.db --days -5", 2, "", "--days" },

  { "merge", "init t.db && $S merge t.db s.db && $S export t.db note | tail -n 1 && $S merge t.db s.db", 0,
    "3 merged\n{\"id\":\"ä\"}\n0 merged\n", NULL },
  { "merge/schema", "init t.db note --schema counter.json && $S merge t.db s.db >a && "
    "for f in s t; do $S put $f.db note 9 '{\"n\":1}' --schema counter.json; done; $S merge t.db s.db && $S get t.db note 9", 0,
    "1 merged\n{\"n\":2}\n", NULL },
  { "merge/json", "init t.db && $S merge t.db s.db --json", 0, "{\"merged\":3,\"failed\":0}\n", NULL },
  { "merge/missing", "merge s.db missing.db", 2, "", "missing.db: there is no such store" },

  { "log/empty", "log s.db note 1", 0, "", NULL },
  { "restore/nothing", "restore s.db note 1 1", 2, "", "note/1 has lost nothing" },
  { "restore/no-number", "restore s.db note 1 x", 2, "", "“x” is no number" },

  { "init", "init new.db && $S status new.db | head -n 1 | cut -d , -f 1", 0, "new.db: 0 records in 0 collections\n", NULL },
  { "init/collection", "init new.db note --schema schema.json && $S put new.db note 1 '{\"title\":1}'", 1, "", "/title" },
  { "init/again", "init s.db && $S ls s.db", 0, "note\t3\n", NULL },
  { "init/schema-of-nothing", "init new.db --schema schema.json", 2, "", "name one" },

  { "sql", "ls s.db >/dev/null && sqlite3 s.db \"SELECT value ->> 'title' FROM record WHERE id = '1'\"", 0, "Milk\n", NULL },
};

static const Row refusals[] = {
  { "no-verb", "", 2, NULL, NULL },
  { "unknown-verb", "frob s.db", 2, "", "store has no verb “frob”" },
  { "unknown-option", "ls s.db --frob", 2, "", "see “truce store ls --help”" },
  { "option-of-another", "ls s.db --limit 1", 2, "", "see “truce store ls --help”" },
  { "mistyped-verb", "qeury s.db note", 2, "", "store has no verb “qeury”; did you mean query?" },
  { "mistyped-option", "query s.db note --ordr=x", 2, "", "Unknown option --ordr=x; did you mean --order?" },
  { "mistyped-collection", "get s.db nots 1", 2, "", "s.db: it has no collection “nots”; did you mean note?" },
  { "too-few", "get s.db note", 2, "", "it takes FILE.db COLLECTION ID" },
  { "too-many", "get s.db note 1 2", 2, "", "it takes FILE.db COLLECTION ID" },
  { "missing-file", "get new.db note 1; echo $?; test -e new.db", 1, "2\n", "new.db: there is no such store" },
  { "not-a-store", "ls in.ndjson", 2, "", "in.ndjson" },
  { "folder", "ls .", 2, "", "" },
  { "escapes", "ls \"$(printf 'a\\033[31m')\"", 2, "", "a\\u001b[31m" },
};

static void
run_store (Tool       *tool,
           const char *command)
{
  g_autofree char *line = g_strconcat ("S=\"$TRUCE store\"; $S ", command, NULL);

  tool_shell (tool, line);
}

static Tool *
make_tool (void)
{
  Tool *tool = tool_new ();

  tool_write (tool, "first.ndjson", "{\"id\":1,\"title\":\"Milk\",\"done\":false}\n"
              "{\"id\":2,\"title\":\"Oat milk\",\"done\":true}\n{\"id\":\"ä\"}\n");
  tool_write (tool, "in.ndjson", "{\"title\":\"Tea\",\"id\":\"5\"}\n");
  tool_write (tool, "bad.ndjson", "{\"id\":\"5\"}\nnothing\n{\"title\":\"Tea\"}\n");
  tool_write (tool, "schema.json", "{\"fields\": {\"title\": {\"type\": \"string\"}}}");
  tool_write (tool, "counter.json", "{\"fields\": {\"n\": \"counter\"}}");
  tool_write (tool, "bad.json", "{\"fields\": {\"title\": 1}}");
  run_store (tool, "import s.db note first.ndjson");
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpint (tool->status, ==, 0);
  return tool;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(Tool) tool = make_tool ();
  g_autofree char *sqlite = g_find_program_in_path ("sqlite3");

  if (strstr (row->command, "sqlite3") != NULL && sqlite == NULL)
    {
      g_test_skip ("sqlite3 is not installed");
      return;
    }
  run_store (tool, row->command);
  if (row->err == NULL)
    g_assert_cmpstr (tool->err, ==, "");
  else if (strstr (tool->err, row->err) == NULL)
    g_assert_cmpstr (tool->err, ==, row->err);
  g_assert_cmpint (tool->status, ==, row->status);
  if (row->out != NULL)
    g_assert_cmpstr (tool->out, ==, row->out);
}

/* ---- output ---- */

/* Names and values of others can't disturb a terminal. */
static void
test_shown (void)
{
  g_autoptr(Tool) tool = make_tool ();

  tool_write (tool, "odd.ndjson", "{\"id\":\"\\u001b[31m\\n\",\"a\":\"\xc2\x9b\"}\n");
  run_store (tool, "import odd.db \"$(printf 'n\\302\\233')\" odd.ndjson; $S ls odd.db; $S ls odd.db \"$(printf 'n\\302\\233')\"");
  g_assert_cmpstr (tool->out, ==, "1 imported\nn\\u009b\t1\n\\u001b[31m\\u000a\tpending\n");
}

/* On a terminal what is printed is the same JSON, but harmless; elsewhere the bytes are as they are. */
static void
test_terminal (void)
{
  g_autofree char *script = g_find_program_in_path ("script");
  g_autoptr(Tool) tool = NULL;

  if (script == NULL)
    {
      g_test_skip ("script is not installed");
      return;
    }
  tool = make_tool ();
  run_store (tool, "put s.db note 9 \"$(printf '{\"a\":\"\\302\\233\"}')\"; $S get s.db note 9");
  g_assert_cmpstr (tool->out, ==, "{\"a\":\"\xc2\x9b\"}\n");
  run_store (tool, "--help >/dev/null; script -qec \"$S get s.db note 9\" /dev/null </dev/null");
  g_assert_cmpstr (tool->out, ==, "{\"a\":\"\\u009b\"}\r\n");
}

static void
test_disk_full (void)
{
  g_autoptr(Tool) tool = make_tool ();

  run_store (tool, "export s.db note >/dev/full");
  g_assert_cmpint (tool->status, ==, 2);
  run_store (tool, "ls s.db note >/dev/full");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpstr (tool->err, ==, "truce: standard output: No space left on device\n");
}

static void
test_damaged (void)
{
  g_autoptr(Tool) tool = make_tool ();

  /* The value of the record 1, not its checksum. */
  run_store (tool, "--help >/dev/null; sqlite3 s.db \"UPDATE record SET value = '{}' WHERE id = '1'\" && $S verify s.db");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_nonnull (strstr (tool->out, "1"));
  run_store (tool, "verify s.db --json");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_true (g_str_has_prefix (tool->out, "{\"problem\":\""));

  run_store (tool, "salvage s.db note");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->out, ==, "{\"id\":\"2\",\"done\":true,\"title\":\"Oat milk\"}\n{\"id\":\"ä\"}\n");
  g_assert_nonnull (strstr (tool->err, "truce: s.db: "));
}

/* What lost in a merge is listed, and can be put back. */
static void
test_history (void)
{
  g_autoptr(Tool) tool = make_tool ();

  run_store (tool, "init t.db && $S merge t.db s.db && $S put s.db note 1 '{\"title\":\"Ours\"}' && "
             "$S put t.db note 1 '{\"title\":\"Theirs\"}' && $S merge s.db t.db");
  g_assert_cmpint (tool->status, ==, 0);
  run_store (tool, "get s.db note 1; $S log s.db note 1 | cut -f 1,3,4; $S log s.db note 1 --json | sed 's/\"lost\":\"[^\"]*\"/T/'");
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpstr (tool->out, ==, "{\"title\":\"Theirs\"}\n1\t/title\t\"Ours\"\n"
                   "{\"number\":1,T,\"pointer\":\"/title\",\"value\":\"Ours\"}\n");
  run_store (tool, "restore s.db note 1 2");
  g_assert_cmpint (tool->status, ==, 2);
  run_store (tool, "restore s.db note 1 1 && $S get s.db note 1");
  g_assert_cmpstr (tool->out, ==, "{\"title\":\"Ours\"}\n");
}

static void
test_help (void)
{
  static const char *const verbs[] = { "init", "import", "export", "merge", "get", "put", "delete", "ls", "query", "status", "verify",
                                       "salvage", "purge", "log", "restore" };
  g_autoptr(Tool) tool = tool_new ();

  run_store (tool, "--help");
  g_assert_cmpint (tool->status, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *command = g_strconcat (verbs[i], " --help", NULL);

      run_store (tool, command);
      g_assert_cmpint (tool->status, ==, 0);
      g_assert_cmpstr (tool->err, ==, "");
      g_assert_nonnull (strstr (tool->out, verbs[i]));
    }
}

static void
add_rows (const Row  *table,
          gsize       n,
          const char *folder)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat ("/tools/store/", folder, table[i].name, NULL);

      g_test_add_data_func (path, &table[i], test_row);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_rows (rows, G_N_ELEMENTS (rows), "");
  add_rows (refusals, G_N_ELEMENTS (refusals), "refused/");
  g_test_add_func ("/tools/store/shown", test_shown);
  g_test_add_func ("/tools/store/terminal", test_terminal);
  g_test_add_func ("/tools/store/disk-full", test_disk_full);
  g_test_add_func ("/tools/store/damaged", test_damaged);
  g_test_add_func ("/tools/store/history", test_history);
  g_test_add_func ("/tools/store/help", test_help);
  return g_test_run ();
}
