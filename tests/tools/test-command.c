/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce merge as a shell sees it: statuses, what is written where, what bad input does. */
#include "tool.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* ---- what comes out: a case a row ---- */

typedef struct
{
  const char *name;
  const char *options;
  const char *base;
  const char *ours;
  const char *theirs;
  int status;
  const char *out;
} Row;

static const Row rows[] = {
  { "result/one-side", "", "{\"a\":1,\"b\":2}", "{\"a\":3,\"b\":2}", "{\"a\":1,\"b\":4}", 0, "{\"a\":3,\"b\":4}" },
  { "result/conflict", "", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 1, "{\"a\":2}" },
  { "result/no-base", "", "", "{\"a\":1}", "{\"b\":2}", 0, "{\"a\":1,\"b\":2}" },
  { "result/scalar", "", "1", "1", "2", 0, "2" },
  { "result/list", "", "[1,2,3]", "[0,1,2,3]", "[1,2,4]", 0, "[0,1,2,4]" },

  { "rule/ours", "--rule a=ours", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 0, "{\"a\":2}" },
  { "rule/theirs", "--rule a=theirs", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 0, "{\"a\":3}" },
  { "rule/max", "--rule a=max", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 0, "{\"a\":3}" },
  { "rule/min", "--rule a=min", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 0, "{\"a\":2}" },
  { "rule/longest", "--rule a=longest", "{\"a\":\"x\"}", "{\"a\":\"yyy\"}", "{\"a\":\"zz\"}", 0, "{\"a\":\"yyy\"}" },
  { "rule/highest-version", "--rule a=highest-version", "{\"a\":\"^1.2.0\"}", "{\"a\":\"^1.9.0\"}",
    "{\"a\":\"^1.10.0\"}", 0, "{\"a\":\"^1.10.0\"}" },
  { "rule/highest-version-of-none", "--rule a=highest-version", "{\"a\":\"x\"}", "{\"a\":\"y\"}", "{\"a\":\"z\"}", 1,
    "{\"a\":\"y\"}" },
  { "rule/union", "--rule a=union", "{\"a\":[1]}", "{\"a\":[2]}", "{\"a\":[3]}", 0, "{\"a\":[2,3]}" },
  { "rule/union-anywhere", "--rule '/**=union'", "{\"a\":[1],\"b\":1}", "{\"a\":[2],\"b\":1}", "{\"a\":[3],\"b\":2}", 0,
    "{\"a\":[2,3],\"b\":2}" },
  { "rule/ask", "--rule a=ask", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", 1, "{\"a\":2}" },
  { "rule/last-match-holds", "--rule '/**=ours' --rule /a=theirs", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":2}",
    "{\"a\":3,\"b\":3}", 0, "{\"a\":3,\"b\":2}" },
  { "rule/last-match-holds-still", "--rule /a=theirs --rule '/**=ours'", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":2}",
    "{\"a\":3,\"b\":3}", 0, "{\"a\":2,\"b\":2}" },
  { "rule/star", "--rule '/*/v=max'", "{\"x\":{\"v\":1},\"v\":1}", "{\"x\":{\"v\":2},\"v\":2}",
    "{\"x\":{\"v\":3},\"v\":3}", 1, "{\"x\":{\"v\":3},\"v\":2}" },
  { "rule/equals-in-name", "--rule '/a=b=theirs'", "{\"a=b\":1}", "{\"a=b\":2}", "{\"a=b\":3}", 0, "{\"a=b\":3}" },

  { "format/tabs", "", "{\n\t\"a\": 1,\n\t\"b\": 1\n}\n", "{\n\t\"a\": 2,\n\t\"b\": 1\n}\n",
    "{\n\t\"a\": 1,\n\t\"b\": 3,\n\t\"c\": [\n\t\t4\n\t]\n}\n", 0,
    "{\n\t\"a\": 2,\n\t\"b\": 3,\n\t\"c\": [\n\t\t4\n\t]\n}\n" },
  { "format/four-spaces-stay", "", "{\n  \"a\": 1,\n  \"b\": 1\n}\n", "{\n    \"a\": 2,\n    \"b\": 1\n}\n",
    "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 1\n  }\n}\n", 0,
    "{\n    \"a\": 2,\n    \"b\": {\n        \"c\": 1\n    }\n}\n" },
  { "format/crlf", "", "{\r\n  \"a\": 1,\r\n  \"b\": 1\r\n}\r\n", "{\r\n  \"a\": 2,\r\n  \"b\": 1\r\n}\r\n",
    "{\n  \"a\": 1,\n  \"b\": 1,\n  \"c\": 1\n}\n", 0, "{\r\n  \"a\": 2,\r\n  \"b\": 1,\r\n  \"c\": 1\r\n}\r\n" },
  { "format/no-final-newline", "", "{\n  \"a\": 1,\n  \"b\": 1\n}", "{\n  \"a\": 2,\n  \"b\": 1\n}",
    "{\n  \"a\": 1,\n  \"b\": 2\n}\n", 0, "{\n  \"a\": 2,\n  \"b\": 2\n}" },
  { "format/one-line", "", "{\n  \"a\": 1,\n  \"b\": 1\n}\n", "{\"a\":2, \"b\":1}",
    "{\n  \"a\": 1,\n  \"b\": 1,\n  \"c\": 1\n}\n", 0, "{\"a\":2, \"b\":1, \"c\":1}" },
  { "format/spellings", "", "[1.50, \"\\u0041\", 1e2, 1]", "[1.50, \"\\u0041\", 1e2, 1]", "[1.5, \"A\", 100, 2]", 0,
    "[1.5, \"A\", 100, 2]" },
  { "format/our-spellings", "", "{\"n\":1.5,\"s\":\"A\",\"x\":1,\"y\":1}", "{\"n\":1.50,\"s\":\"\\u0041\",\"x\":2,\"y\":1}",
    "{\"n\":1.5,\"s\":\"A\",\"x\":1,\"y\":2}", 0, "{\"n\":1.50,\"s\":\"\\u0041\",\"x\":2,\"y\":2}" },
  { "format/large-number", "", "{\"n\":18446744073709551617,\"x\":1}", "{\"n\":18446744073709551617,\"x\":2}",
    "{\"n\":18446744073709551619,\"x\":1}", 0, "{\"n\":18446744073709551619,\"x\":2}" },
  { "format/member-order", "", "{\"z\":1,\"a\":1}", "{\"z\":2,\"a\":1}", "{\"a\":2,\"z\":1}", 0, "{\"z\":2,\"a\":2}" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, row->options, row->base, row->ours, row->theirs);
  g_assert_cmpstr (tool->out, ==, row->out);
  g_assert_cmpint (tool->status, ==, row->status);
  if (row->status == 0)
    g_assert_cmpstr (tool->err, ==, "");
}

/* ---- what is refused: a case a row ---- */

typedef struct
{
  const char *name;
  const char *command;          /* beside good files base, ours, theirs, and an empty one */
  const char *text;             /* of the file “bad” */
  const char *said;             /* begins so */
} Refusal;

#define IN_BASE "\"$TRUCE\" merge bad ours theirs"
#define IN_OURS "\"$TRUCE\" merge base bad theirs"
#define IN_THEIRS "\"$TRUCE\" merge base ours bad"

static const Refusal refusals[] = {
  { "base", IN_BASE, "{\n  \"a\": [1,\n    2,,]}", "truce: bad:3:7: at /a/2: " },
  { "ours", IN_OURS, "{\n  \"a\": [1,\n    2,,]}", "truce: bad:3:7: at /a/2: " },
  { "theirs", IN_THEIRS, "{\n  \"a\": [1,\n    2,,]}", "truce: bad:3:7: at /a/2: " },
  { "name-of-ours", "\"$TRUCE\" merge --name 'src/p.json' base bad theirs", "{", "truce: src/p.json:1:2: " },
  { "empty-ours", "\"$TRUCE\" merge base empty theirs", "", "truce: empty:1:1: " },
  { "empty-theirs", "\"$TRUCE\" merge base ours empty", "", "truce: empty:1:1: " },
  { "space-is-no-base", IN_BASE, " \n", "truce: bad:2:1: " },
  { "byte-order-mark", IN_OURS, "\357\273\277{}", "truce: bad:1:1: " },
  { "not-utf-8", IN_THEIRS, "{\"a\":\"\377\"}", "truce: bad:1:7: at /a: " },
  { "duplicate", IN_OURS, "{\"a\":1,\n\"a\":2}", "truce: bad:2:1: " },
  { "comment", IN_OURS, "{} // no", "truce: bad:1:4: " },
  { "missing", "\"$TRUCE\" merge base nowhere theirs", "", "truce: " },
  { "directory", "\"$TRUCE\" merge base . theirs", "", "truce: " },
  { "two-files", "\"$TRUCE\" merge base ours", "", "truce: three files are needed" },
  { "four-files", "\"$TRUCE\" merge base ours theirs bad", "", "truce: three files are needed" },
  { "unknown-option", "\"$TRUCE\" merge --bogus", "", "truce: Unknown option --bogus" },
  { "unknown-verb", "\"$TRUCE\" mirge", "", "truce: there is no verb “mirge”" },
  { "rule-without-equals", "\"$TRUCE\" merge --rule a base ours theirs", "", "truce: --rule “a”: " },
  { "rule-unknown", "\"$TRUCE\" merge --rule a=newest base ours theirs", "", "truce: --rule “a=newest”: unknown rule" },
  { "rule-bad-pattern", "\"$TRUCE\" merge --rule '/~2=ours' base ours theirs", "", "truce: --rule “/~2=ours”: " },
  { "schema-not-json", "\"$TRUCE\" merge --schema bad base ours theirs", "{\n\"a\"}", "truce: bad:2:4: " },
  { "schema-unknown-kind", "\"$TRUCE\" merge --schema bad base ours theirs", "{\"fields\":{\"a\":\"bag\"}}",
    "truce: bad: at /fields/a: unknown kind “bag”" },
  { "schema-with-nul", "printf '{}\\0{' >nul; \"$TRUCE\" merge --schema nul base ours theirs", "", "truce: nul: a NUL byte is in it" },
  { "schema-missing", "\"$TRUCE\" merge --schema nowhere base ours theirs", "", "truce: " },
  { "install-with-files", "\"$TRUCE\" merge --install-git-driver base", "", "truce: --install-git-driver takes no files" },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr(Tool) tool = tool_new ();

  tool_write (tool, "base", "{\"a\":1}");
  tool_write (tool, "ours", "{\"a\":2}");
  tool_write (tool, "theirs", "{\"a\":1}");
  tool_write (tool, "empty", "");
  tool_write (tool, "bad", refusal->text);
  tool_shell (tool, refusal->command);

  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpstr (tool->out, ==, "");
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
  g_assert_cmpuint (strlen (tool->err), >=, strlen (refusal->said));
  tool->err[strlen (refusal->said)] = '\0';
  g_assert_cmpstr (tool->err, ==, refusal->said);
}

static void
test_deep (void)
{
  g_autoptr(Tool) tool = tool_new ();
  g_autofree char *deep = g_strnfill (100000, '[');

  tool_merge (tool, "", "[]", "[]", deep);
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_true (g_str_has_prefix (tool->err, "truce: theirs:1:513: "));
}

/* ---- conflicts are listed ---- */

static void
test_conflicts_listed (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, "--name p.json", "{\"a\":{\"b\":1},\"c\":1}", "{\"a\":{\"b\":2}}", "{\"a\":{\"b\":3},\"c\":2}");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->err, ==,
                   "p.json: 2 conflicts, ours kept\n"
                   "/a/b\n  base    1\n  ours    2\n  theirs  3\n"
                   "/c\n  base    1\n  ours    (absent)\n  theirs  2\n");

  tool_shell (tool, "\"$TRUCE\" merge --quiet base ours theirs");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->err, ==, "");
}

/* An object a line, whatever the layout of the files. */
static void
test_conflicts_json (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, "--json", "{\"a\":{\"b\":1},\"c\":1}", "{\"a\":{\"b\":[\n  2]}}", "{\"a\":{\"b\":\"\\n\"},\"c\":2}");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->err, ==,
                   "{\"pointer\":\"/a/b\",\"base\":1,\"ours\":[2],\"theirs\":\"\\n\"}\n"
                   "{\"pointer\":\"/c\",\"base\":1,\"theirs\":2}\n");
  tool_shell (tool, "\"$TRUCE\" merge --json --quiet base ours theirs");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->err, ==, "");
  tool_shell (tool, "\"$TRUCE\" merge --json base nowhere theirs");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_true (g_str_has_prefix (tool->err, "{\"error\":{\"code\":\"io\",\"message\":"));
}

/* Names and values can't move the cursor, begin a line, or turn one around. */
static void
test_conflicts_escaped (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, "--name \"$(printf 'x\\033[2J\\ny')\"", "{\"a\\n\\u001b[31m\\u202e\":\"\"}",
              "{\"a\\n\\u001b[31m\\u202e\":\"\xc2\x9b\x31m\"}", "{\"a\\n\\u001b[31m\\u202e\":\"\\u0007\"}");
  g_assert_cmpstr (tool->err, ==,
                   "x\\u001b[2J\\u000ay: 1 conflict, ours kept\n/a\\u000a\\u001b[31m\\u202e\n"
                   "  base    \"\"\n  ours    \"\\u009b1m\"\n  theirs  \"\\u0007\"\n");

  tool_shell (tool, "\"$TRUCE\" merge \"$(printf 'no\\033[2J\\nwhere')\" ours theirs");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
  g_assert_null (strchr (tool->err, '\033'));
}

/* ---- where it is written ---- */

static void
assert_file (Tool       *tool,
             const char *name,
             const char *text)
{
  g_autofree char *found = tool_read (tool, name);

  g_assert_cmpstr (found, ==, text);
}

static void
test_output (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, "--output new", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}");
  g_assert_cmpint (tool->status, ==, 0);
  g_assert_cmpstr (tool->out, ==, "");
  assert_file (tool, "new", "{\"a\":2}");

  /* As a merge driver: over ours, also where conflicts are left. */
  tool_merge (tool, "--quiet --output ours", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":3,\"b\":2}");
  g_assert_cmpint (tool->status, ==, 1);
  assert_file (tool, "ours", "{\"a\":2,\"b\":2}");
}

static void
test_output_refused (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_write (tool, "old", "as it was");
  tool_merge (tool, "--output old", "{\"a\":1}", "{\"a\":}", "{\"a\":2}");
  g_assert_cmpint (tool->status, ==, 2);
  assert_file (tool, "old", "as it was");

  tool_merge (tool, "--output no/such/folder", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
  tool_shell (tool, "ls");
  g_assert_cmpstr (tool->out, ==, "base\nold\nours\ntheirs\n");
}

static void
test_output_unwritable_folder (void)
{
  g_autoptr(Tool) tool = tool_new ();

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  tool_shell (tool, "mkdir folder && printf 'as it was' >folder/old && chmod 555 folder");
  tool_merge (tool, "--output folder/old", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}");
  g_assert_cmpint (tool->status, ==, 2);
  assert_file (tool, "folder/old", "as it was");
  tool_shell (tool, "chmod 755 folder");
}

static void
test_disk_full (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_merge (tool, "--output /dev/full", "{\"a\":1}", "{\"a\":1}", "{\"a\":2}");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
  tool_shell (tool, "\"$TRUCE\" merge base ours theirs >/dev/full");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpstr (tool->err, ==, "truce: standard output: No space left on device\n");
}

/* A link stays a link, a mode a mode whatever the mask, and a pipe a pipe. */
static void
test_output_keeps (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_shell (tool, "printf old >file && chmod 666 file && ln -s file link && mkfifo pipe");
  tool_write (tool, "base", "{\"a\":1}");
  tool_write (tool, "ours", "{\"a\":1}");
  tool_write (tool, "theirs", "{\"a\":2}");
  tool_shell (tool, "umask 077; \"$TRUCE\" merge --output link base ours theirs; stat -c %a file; readlink link");
  g_assert_cmpstr (tool->out, ==, "666\nfile\n");
  assert_file (tool, "file", "{\"a\":2}");
  tool_shell (tool, "chmod 640 file; \"$TRUCE\" merge --output file base ours theirs; stat -c %a file");
  g_assert_cmpstr (tool->out, ==, "640\n");
  tool_shell (tool, "cat pipe & \"$TRUCE\" merge --output pipe base ours theirs; wait; test -p pipe");
  g_assert_cmpint (tool->status, ==, 0);
  g_assert_cmpstr (tool->out, ==, "{\"a\":2}");
}

static void
add_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/tools/merge/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/tools/merge/refused/", refusals[i].name, NULL);

      g_test_add_data_func (path, &refusals[i], test_refusal);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_rows ();
  g_test_add_func ("/tools/merge/refused/deep", test_deep);
  g_test_add_func ("/tools/merge/conflicts/listed", test_conflicts_listed);
  g_test_add_func ("/tools/merge/conflicts/json", test_conflicts_json);
  g_test_add_func ("/tools/merge/conflicts/escaped", test_conflicts_escaped);
  g_test_add_func ("/tools/merge/output/written", test_output);
  g_test_add_func ("/tools/merge/output/refused", test_output_refused);
  g_test_add_func ("/tools/merge/output/unwritable-folder", test_output_unwritable_folder);
  g_test_add_func ("/tools/merge/output/disk-full", test_disk_full);
  g_test_add_func ("/tools/merge/output/keeps", test_output_keeps);
  return g_test_run ();
}
