/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce scenario as a shell sees it. */
#include "tool.h"

#include <string.h>

#define STORY(name, id) "{\"scenario\":\"" name "\",\"schema\":{\"task\":{}},\"replicas\":{\"a\":{}},\"steps\":[\n" \
  "{\"on\":\"a\",\"put\":[\"task\",\"1\",{}]},\n{\"expect\":{\"a\":{\"task\":{\"" id "\":{}}}}}]}"

typedef struct
{
  const char *name;
  const char *arguments;
  int status;
  const char *out;              /* all of it */
  const char *err;              /* in the errors; NULL: there are none */
} Row;

static const Row rows[] = {
  { "holds", "good.json", 0, "TAP version 13\n1..1\nok 1 - good\n", NULL },
  { "sqlite", "--store sqlite good.json", 0, "TAP version 13\n1..1\nok 1 - good\n", NULL },
  { "broken", "good.json broken.json", 1,
    "TAP version 13\n1..2\nok 1 - good\nnot ok 2 - br\\#oken\n"
    "# broken.json:3:1: at /steps/1: expect: a: task/2 is not there, and must be {}\n", NULL },
  { "hostile", "hostile.json", 0, "TAP version 13\n1..1\nok 1 - \\u001b[31m\\u000aok 2 - x\n", NULL },
  { "bad", "good.json bad.json", 2, "", "bad.json:2:8: at /steps/0/putt: unknown verb" },
  { "all-bad-are-told", "bad.json empty.json", 2, "", "empty.json:1:1: " },
  { "missing", "missing.json", 2, "", "missing.json" },
  { "no-file", "", 2, "", "it takes FILE…" },
  { "store", "--store postgres good.json", 2, "", "postgres" },
  { "json", "--json good.json broken.json", 1,
    "{\"file\":\"good.json\",\"scenario\":\"good\",\"holds\":true}\n"
    "{\"file\":\"broken.json\",\"scenario\":\"br#oken\",\"holds\":false,"
    "\"broken\":\"3:1: at /steps/1: expect: a: task/2 is not there, and must be {}\"}\n", NULL },
  { "option", "--quietly good.json", 2, "", "--quietly" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(Tool) tool = tool_new ();
  g_autofree char *command = g_strconcat ("$TRUCE scenario ", row->arguments, NULL);

  tool_write (tool, "good.json", STORY ("good", "1"));
  tool_write (tool, "broken.json", STORY ("br#oken", "2"));
  tool_write (tool, "hostile.json", STORY ("\\u001b[31m\\nok 2 - x", "1"));
  tool_write (tool, "bad.json", "{\"scenario\":\"s\",\"replicas\":{\"a\":{}},\"steps\":[{\n\"putt\":1}]}");
  tool_write (tool, "empty.json", "");
  tool_shell (tool, command);

  g_assert_cmpstr (tool->out, ==, row->out);
  if (row->err == NULL)
    g_assert_cmpstr (tool->err, ==, "");
  else
    g_assert_nonnull (strstr (tool->err, row->err));
  g_assert_cmpint (tool->status, ==, row->status);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strconcat ("/scenario-command/", rows[i].name, NULL);

      g_test_add_data_func (name, &rows[i], test_row);
    }
  return g_test_run ();
}
