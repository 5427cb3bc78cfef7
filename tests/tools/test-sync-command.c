/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce sync as a shell sees it. s.db has a collection note with the record 1, which was written to in s.db and t.db
 * apart; both have merged. */
#include "tool.h"

#include <string.h>
#include <truce.h>

typedef struct
{
  const char *name;
  const char *command;          /* behind “truce sync” */
  int status;
  const char *out;              /* what is printed; NULL: not looked at */
  const char *err;              /* what is in the errors; NULL: there are none */
} Row;

/* Times and replicas are others each time. */
#define PLAIN " | sed -E 's/[0-9-]{10}T[0-9:.]{12}Z/T/; s/[0-9a-f]{16}/R/g; s/\"(time|stamp)\":[^,]*,//g'"

static const Row rows[] = {
  { "status", "status s.db" PLAIN, 0, "s.db: replica R\n           1 note, 1 to be sent\nnever synced\n", NULL },
  { "status/json", "status s.db --json" PLAIN, 0,
    "{\"replica\":\"R\",\"records\":1,\"pending\":1,\"failed\":0,\"conflicted\":0,"
    "\"collections\":{\"note\":{\"records\":1,\"pending\":1,\"failed\":0,\"conflicted\":0}}}\n", NULL },
  { "status/missing-file", "status new.db; echo $?; test -e new.db", 1, "2\n", "new.db: there is no such store" },

  { "inbox/empty", "inbox s.db", 0, "", NULL },

  { "explain", "explain s.db note/1" PLAIN, 0,
    "note/1: pending\n"
    "{\"title\":\"Tea\"}\n"
    "\n"
    "T  here              created\n"
    "T  here              /title = \"Oat milk\": a later write won\n"
    "T  R  /title = \"Tea\"\n"
    "T  here              /title lost \"Oat milk\": a later write won\n"
    "\n"
    "Next: it is sent with the next sync.\n", NULL },
  { "explain/json", "explain s.db note/1 --json" PLAIN " | cut -d , -f 3-7", 0,
    "\"replica\":\"R\",\"delivery\":\"pending\",\"value\":{\"title\":\"Tea\"},\"events\":[{\"event\":\"create\",\"replica\":\"R\"\n",
    NULL },
  { "explain/deleted", "status s.db >/dev/null; $TRUCE store delete s.db note 1 && $S explain s.db note/1 | sed -n '1,2p;$p'", 0,
    "note/1: synced\ndeleted\nNext: nothing waits.\n", NULL },
  { "explain/slash", "status s.db >/dev/null; $TRUCE store put s.db note a/b '{}' && $S explain s.db note/a/b | head -n 1", 0,
    "note/a/b: pending\n", NULL },
  { "explain/great-number", "status s.db >/dev/null; $TRUCE store put s.db note 2 '{\"n\":9007199254740993}' && "
    "$S explain s.db note/2 | grep -c 9007199254740993", 0, "2\n", NULL },
  { "explain/shown", "status s.db >/dev/null; id=$(printf '\\033[31m\\302\\233'); $TRUCE store put s.db note \"$id\" "
    "\"$(printf '{\"k\\302\\233\":\"\\302\\233\"}')\" && $S explain s.db \"note/$id\" | sed -n '1,2p;5s/.*here *//p'", 0,
    "note/\\u001b[31m\\u009b: pending\n{\"k\\u009b\":\"\\u009b\"}\n/k\\u009b = \"\\u009b\"\n", NULL },
  { "explain/missing", "explain s.db note/2", 1, "", "note/2: there is no such record" },
  { "explain/no-collection", "explain s.db other/1", 1, "", "other/1: there is no such record" },
  { "explain/no-slash", "explain s.db note", 2, "", "“note” is not COLLECTION/ID" },
  { "explain/bad-collection", "explain s.db /1", 1, "", "" },

  { "run", "run s.db --hub hub.db && $S run t.db --hub hub.db && $S run s.db --hub hub.db --json", 0,
    "1 sent, 0 received\n0 sent, 1 received\n"
    "{\"sent\":0,\"received\":0,\"removed\":0,\"putOff\":0,\"rejected\":0,\"conflicted\":0}\n", NULL },
  { "run/arrives", "run s.db --hub hub.db >/dev/null; $TRUCE store init new.db; $S run new.db --hub hub.db && "
    "$TRUCE store get new.db note 1", 0, "0 sent, 1 received\n{\"title\":\"Tea\"}\n", NULL },
  { "run/no-hub", "run s.db", 2, "", "no hub is named: truce sync run s.db --hub HUB.db" },
  { "run/same-file", "run s.db --hub ./s.db", 2, "", "./s.db is the store itself" },
  { "run/missing", "run new.db --hub hub.db; echo $?; test -e hub.db", 1, "2\n", "new.db: there is no such store" },
  { "run/not-a-hub", "run s.db --hub in.txt", 2, "", "in.txt" },
  { "run/account", "run s.db --hub hub.db --account ann && $S run s.db --hub hub.db --account bob", 2, "1 sent, 0 received\n", "ann" },

  { "retry/not-there", "retry s.db note/1", 1, "", "note/1 is not in the inbox; see “truce sync inbox s.db”" },
  { "retry/no-slash", "retry s.db note", 2, "", "“note” is not COLLECTION/ID" },
  { "discard/not-there", "discard s.db note/1 --json", 1, "", "{\"error\":{\"code\":\"not-found\",\"message\":\"note/1 is not" },

  { "refused/no-verb", "", 2, NULL, NULL },
  { "refused/unknown-verb", "frob s.db", 2, "", "sync has no verb “frob”; see “truce sync --help”" },
  { "refused/option-of-another", "status s.db --limit 1", 2, "", "see “truce sync status --help”" },
  { "refused/too-few", "explain s.db", 2, "", "it takes FILE.db COLLECTION/ID" },
  { "refused/not-a-store", "status in.txt", 2, "", "in.txt" },

  { "help", "--help | sed -n 's/^  \\([a-z]*\\)  .*/\\1/p' | xargs", 0, "status inbox explain run retry discard resolve\n", NULL },
  { "help/verb", "explain --help | head -n 2 | tail -n 1", 0,
    "  truce sync explain [OPTION…] FILE.db COLLECTION/ID – tell the story of a record\n", NULL },
  { "changes-nothing", "status s.db >/dev/null; cp s.db before; $S explain s.db note/1 >/dev/null; cmp s.db before", 0, "", NULL },
};

static void
run_sync (Tool       *tool,
          const char *command)
{
  g_autofree char *line = g_strconcat ("S=\"$TRUCE sync\"; $S ", command, NULL);

  tool_shell (tool, line);
}

/* A hub that refuses all, in words that would turn a terminal red. */
static gboolean
refuse (TruceHub    *hub,
        TruceChange *change,
        const char  *account,
        gpointer     data,
        GError     **error)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REJECTED, "\033[31m“no”\n");
  return FALSE;
}

/* s.db, whose record note/1 was rejected. */
static Tool *
make_rejected (void)
{
  Tool *tool = tool_new ();
  g_autofree char *path = tool_path (tool, "s.db");
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceStoreAdapter) memory = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
  g_autoptr(TruceStore) hub_store = truce_store_new (memory, &error);
  g_autoptr(TruceHub) hub = truce_hub_new (hub_store, &error);
  g_autoptr(TruceRemote) remote = TRUCE_REMOTE (truce_hub_remote_new (hub));
  g_autoptr(TruceStore) store = truce_store_open (path, &error);
  g_autoptr(TruceCollection) notes = truce_store_get_collection (store, "note", NULL, &error);
  g_autoptr(TruceSync) sync = truce_sync_new (store, remote);
  g_autoptr(TruceSyncReport) report = NULL;

  truce_hub_set_guard (hub, refuse, NULL, NULL);
  truce_collection_put_text (notes, "1", "{}", &error);
  report = truce_sync_sync_now (sync, 0, NULL, &error);
  g_assert_no_error (error);
  return tool;
}

static void
test_inbox (void)
{
  g_autoptr(Tool) tool = make_rejected ();

  run_sync (tool, "inbox s.db" PLAIN);
  g_assert_cmpstr (tool->out, ==, "note/1\trejected\tT\t\\u001b[31m“no”\\u000a\n");
  run_sync (tool, "inbox s.db --json | sed 's/\"since\":[0-9]*/S/'");
  g_assert_cmpstr (tool->out, ==, "{\"collection\":\"note\",\"id\":\"1\",\"delivery\":\"failed\",\"error\":\"rejected\","
                   "\"message\":\"\\u001b[31m“no”\\n\",S,\"attempts\":1}\n");
  run_sync (tool, "explain s.db note/1" PLAIN " | tail -n 2 | head -n 1");
  g_assert_cmpstr (tool->out, ==, "Rejected (rejected) since T, after 1 attempt: \\u001b[31m“no”\\u000a\n");
  run_sync (tool, "status s.db" PLAIN " | sed -n '2p;/^last synced/p'");
  g_assert_cmpstr (tool->out, ==, "           1 note, 1 rejected\nlast synced T\n");
  g_assert_cmpstr (tool->err, ==, "");
}

/* It is sent again as it was edited; or it is again what the hub has, which is nothing. */
static void
test_retry (void)
{
  g_autoptr(Tool) tool = make_rejected ();

  run_sync (tool, "retry s.db note/1 --edit '{\"title\":\"Tea\"}' && $S inbox s.db && $S run s.db --hub hub.db && "
            "$TRUCE store get hub.db note 1");
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpstr (tool->out, ==, "1 sent, 0 received\n{\"title\":\"Tea\"}\n");
}

static void
test_discard (void)
{
  g_autoptr(Tool) tool = make_rejected ();

  run_sync (tool, "discard s.db note/1 && $S inbox s.db && $TRUCE store get s.db note 1");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_cmpstr (tool->out, ==, "");
  g_assert_nonnull (strstr (tool->err, "note/1: there is no such record"));
}

/* ---- conflicts: with what, and what the record is then, in both stores and at the hub ---- */

static const char *const resolutions[][3] = {
  { "ours", "ours", "{\"title\":\"Tea\"}\n" },
  { "theirs", "theirs", "{\"title\":\"Oat milk\"}\n" },
  { "merged", "'{\"title\":\"Oat tea\"}'", "{\"title\":\"Oat tea\"}\n" },
  { "deleted", "null", "" },
};

static void
test_resolve (gconstpointer data)
{
  const char *const *resolution = data;
  g_autoptr(Tool) tool = tool_new ();
  g_autofree char *expected = g_strconcat (resolution[2], resolution[2], resolution[2], NULL);
  g_autofree char *command = g_strdup_printf ("resolve s.db note/1 %s && for f in s t s; do $S run $f.db --hub hub.db >/dev/null; done;"
                                              "for f in s t hub; do $TRUCE store get $f.db note 1 2>/dev/null; done; $S inbox s.db",
                                              resolution[1]);

  tool_write (tool, "ask.json", "{\"fields\":{\"title\":{\"kind\":\"register\",\"rule\":\"ask\"}}}");
  tool_shell (tool, "S=\"$TRUCE store\"; $S init s.db note --schema ask.json && $S init t.db note --schema ask.json && "
              "$S put s.db note 1 '{\"title\":\"Milk\"}' && $TRUCE sync run s.db --hub hub.db && $TRUCE sync run t.db --hub hub.db && "
              "$S put s.db note 1 '{\"title\":\"Tea\"}' && $S put t.db note 1 '{\"title\":\"Oat milk\"}' && "
              "$TRUCE sync run t.db --hub hub.db && $TRUCE sync run s.db --hub hub.db");
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_true (g_str_has_suffix (tool->out, "1 in conflict\n"));
  run_sync (tool, command);
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpstr (tool->out, ==, expected);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(Tool) tool = tool_new ();

  tool_write (tool, "in.txt", "no store\n");
  tool_shell (tool, "S=\"$TRUCE store\"; $S init s.db && $S put s.db note 1 '{\"title\":\"Milk\"}' && $S init t.db && "
              "$S merge t.db s.db && $S put s.db note 1 '{\"title\":\"Oat milk\"}' && $S put t.db note 1 '{\"title\":\"Tea\"}' && "
              "$S merge s.db t.db");
  g_assert_cmpstr (tool->err, ==, "");
  g_assert_cmpint (tool->status, ==, 0);

  run_sync (tool, row->command);
  if (row->err == NULL)
    g_assert_cmpstr (tool->err, ==, "");
  else if (strstr (tool->err, row->err) == NULL)
    g_assert_cmpstr (tool->err, ==, row->err);
  g_assert_cmpint (tool->status, ==, row->status);
  if (row->out != NULL)
    g_assert_cmpstr (tool->out, ==, row->out);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/tools/sync/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (resolutions); i++)
    {
      g_autofree char *path = g_strconcat ("/tools/sync/resolve/", resolutions[i][0], NULL);

      g_test_add_data_func (path, resolutions[i], test_resolve);
    }
  g_test_add_func ("/tools/sync/inbox", test_inbox);
  g_test_add_func ("/tools/sync/retry", test_retry);
  g_test_add_func ("/tools/sync/discard", test_discard);
  return g_test_run ();
}
