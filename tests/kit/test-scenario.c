/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a scenario may say, and that it does not hold where it must not. That right ones hold is what tests/scenarios/ is. */
#include <truce.h>

/* STEPS of a scenario with a collection task, which has a set and a counter, and replicas a and b. */
#define STORY(steps) \
  "{\"scenario\":\"s\",\"schema\":{\"task\":{\"fields\":{\"tags\":\"set\",\"votes\":\"counter\"}}}," \
  "\"replicas\":{\"a\":{},\"b\":{}},\"steps\":[" steps "]}"
#define FILE(schema, hub, replicas) \
  "{\"scenario\":\"s\",\"schema\":" schema ",\"hub\":" hub ",\"replicas\":" replicas ",\"steps\":[]}"

typedef struct
{
  const char *name;
  const char *text;
  const char *place;            /* … of what is wrong: in the message */
} Row;

static const Row refused[] = {
  { "json", "{", "1:2: " },
  { "duplicate-key", "{\"scenario\":\"s\",\"scenario\":\"s\"}", "at the top: a second member" },
  { "array-of-numbers", "[1]", "at /0: " },
  { "top-key", "{\"scenario\":\"s\",\"replicas\":{},\"steps\":[],\n\"step\":[]}", "2:8: at /step: unknown key" },
  { "no-name", "{\"replicas\":{},\"steps\":[]}", "“scenario” is missing" },
  { "no-replicas", "{\"scenario\":\"s\",\"steps\":[]}", "“replicas” is missing" },
  { "no-steps", "{\"scenario\":\"s\",\"replicas\":{}}", "“steps” is missing" },
  { "second", "[" STORY ("") ",\n{\"scenario\":1}]", "2:1: at /1" },
  { "name", "{\"scenario\":1,\"replicas\":{},\"steps\":[]}", "at /scenario: " },
  { "schema-key", FILE ("{\"task\":{\"kinds\":{}}}", "{}", "{}"), "at /schema/task: " },
  { "schema-kind", FILE ("{\"task\":{\"fields\":{\"x\":\"bag\"}}}", "{}", "{}"), "/fields/x" },
  { "schema-rule", FILE ("{\"task\":{\"fields\":{\"x\":{\"rule\":\"best\"}}}}", "{}", "{}"), "/fields/x/rule" },
  { "schema-delete", FILE ("{\"task\":{\"delete\":\"never\"}}", "{}", "{}"), "/delete" },
  { "schema-resolver", FILE ("{\"task\":{\"resolver\":\"coin\"}}", "{}", "{}"), "/resolver" },
  { "hub-key", FILE ("{}", "{\"cap\":1}", "{}"), "at /hub/cap: unknown key" },
  { "hub-value", FILE ("{}", "{\"drift_cap_ms\":-1}", "{}"), "at /hub/drift_cap_ms: " },
  { "replica-key", FILE ("{}", "{}", "{\"a\":{\"skew\":1}}"), "at /replicas/a/skew: unknown key" },
  { "replica-skew", FILE ("{}", "{}", "{\"a\":{\"skew_ms\":\"1\"}}"), "at /replicas/a/skew_ms: " },
  { "replica-store", FILE ("{}", "{}", "{\"a\":{\"store\":\"postgres\"}}"), "at /replicas/a/store: " },
  { "replica-hub", FILE ("{}", "{}", "{\"hub\":{}}"), "at /replicas/hub: " },

  { "step/not-object", STORY ("[]"), "at /steps/0: " },
  { "step/empty", STORY ("{}"), "at /steps/0: this step has no verb" },
  { "step/unknown-verb", STORY ("{\"on\":\"a\",\"write\":[]}"), "at /steps/0/write: unknown verb" },
  { "step/two-verbs", STORY ("{\"sync\":\"a\",\"settle\":true}"), "at /steps/0/settle: " },
  { "step/unknown-key", STORY ("{\"sync\":\"a\",\"quietly\":true}"), "at /steps/0/quietly: unknown key" },
  { "step/key-of-another", STORY ("{\"sync\":\"a\",\"unset\":[\"x\"]}"), "at /steps/0/unset: unknown key" },
  { "step/no-on", STORY ("{\"delete\":[\"task\",\"1\"]}"), "“on” is missing" },
  { "step/on", STORY ("{\"on\":\"c\",\"delete\":[\"task\",\"1\"]}"), "at /steps/0/on: there is no replica “c”" },
  { "step/on-hub", STORY ("{\"on\":\"hub\",\"delete\":[\"task\",\"1\"]}"), "at /steps/0/on: " },
  { "step/error", STORY ("{\"sync\":\"a\",\"error\":\"oops\"}"), "at /steps/0/error: “oops”" },
  { "step/error-of-expect", STORY ("{\"expect\":{},\"error\":\"busy\"}"), "at /steps/0/error: unknown key" },

  { "write/collection", STORY ("{\"on\":\"a\",\"put\":[\"note\",\"1\",{}]}"), "at /steps/0/put/0: " },
  { "write/few", STORY ("{\"on\":\"a\",\"put\":[\"task\",\"1\"]}"), "at /steps/0/put: [COLLECTION" },
  { "write/many", STORY ("{\"on\":\"a\",\"delete\":[\"task\",\"1\",1]}"), "at /steps/0/delete: " },
  { "write/id", STORY ("{\"on\":\"a\",\"delete\":[\"task\",1]}"), "at /steps/0/delete/1: " },
  { "write/unset", STORY ("{\"on\":\"a\",\"patch\":[\"task\",\"1\",{}],\"unset\":\"x\"}"), "at /steps/0/unset: " },
  { "write/amount", STORY ("{\"on\":\"a\",\"increment\":[\"task\",\"1\",\"votes\",1.5]}"), "at /steps/0/increment/3: " },
  { "batch/verb", STORY ("{\"on\":\"a\",\"batch\":[[\"create\",\"task\",\"1\",{}]]}"), "at /steps/0/batch/0/0: " },
  { "batch/policy", STORY ("{\"on\":\"a\",\"batch\":[],\"policy\":\"lenient\"}"), "at /steps/0/policy: " },
  { "batch/outcomes", STORY ("{\"on\":\"a\",\"batch\":[],\"outcomes\":[\"applied\"]}"), "at /steps/0/outcomes: " },
  { "batch/outcome", STORY ("{\"on\":\"a\",\"batch\":[[\"delete\",\"task\",\"1\"]],\"outcomes\":[\"done\"]}"), "/outcomes/0" },

  { "sync/replica", STORY ("{\"sync\":\"c\"}"), "at /steps/0/sync: " },
  { "sync/report-key", STORY ("{\"sync\":\"a\",\"report\":{\"sent\":1}}"), "at /steps/0/report/sent: " },
  { "sync/report-value", STORY ("{\"sync\":\"a\",\"report\":{\"pushed\":-1}}"), "at /steps/0/report/pushed: " },
  { "settle/false", STORY ("{\"settle\":false}"), "at /steps/0/settle: " },
  { "merge/hub", STORY ("{\"merge\":[\"a\",\"hub\"]}"), "at /steps/0/merge/1: " },
  { "advance/back", STORY ("{\"advance\":-1}"), "at /steps/0/advance: " },
  { "skew/text", STORY ("{\"on\":\"a\",\"skew_ms\":\"1\"}"), "at /steps/0/skew_ms: " },
  { "backup/no-name", STORY ("{\"backup\":\"a\"}"), "“as” is missing" },
  { "restore/unknown", STORY ("{\"restore\":\"x\",\"to\":\"a\"}"), "at /steps/0/restore: there is no backup “x” yet" },
  { "hub/verb", STORY ("{\"hub\":\"explode\"}"), "at /steps/0/hub: " },
  { "resolve/no-with", STORY ("{\"on\":\"a\",\"resolve\":[\"task\",\"1\"]}"), "“with” is missing" },
  { "resolve/with", STORY ("{\"on\":\"a\",\"resolve\":[\"task\",\"1\"],\"with\":\"theirs\"}"), "at /steps/0/with: " },
  { "retry/edit", STORY ("{\"on\":\"a\",\"retry\":[\"task\",\"1\"],\"edit\":1}"), "at /steps/0/edit: " },
  { "discard/edit", STORY ("{\"on\":\"a\",\"discard\":[\"task\",\"1\"],\"edit\":{}}"), "at /steps/0/edit: unknown key" },

  { "fault/key", STORY ("{\"fault\":{\"on\":\"a\",\"when\":\"push\",\"do\":\"auth\"}}"), "at /steps/0/fault/when: " },
  { "fault/point", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"send\",\"do\":\"auth\"}}"), "at /steps/0/fault/at: “send”" },
  { "fault/do", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\",\"do\":\"melt\"}}"), "at /steps/0/fault/do: “melt”" },
  { "fault/no-do", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\"}}"), "at /steps/0/fault: " },
  { "fault/crash-at-push", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\",\"do\":\"crash\"}}"), "/fault/do" },
  { "fault/auth-at-commit", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"commit\",\"do\":\"auth\"}}"), "/fault/do" },
  { "fault/after-push", STORY ("{\"fault\":{\"on\":\"a\",\"after\":\"push\",\"do\":\"auth\"}}"), "/fault/after" },
  { "fault/times", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\",\"do\":\"auth\"},\"times\":0}"), "at /steps/0/times: " },
  { "fault/record-at-pull", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"pull\",\"collection\":\"task\",\"id\":\"1\",\"do\":\"transient\"}}"), "/fault" },
  { "fault/record-auth", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\",\"collection\":\"task\",\"id\":\"1\",\"do\":\"auth\"}}"), "/fault" },
  { "fault/half-a-record", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"push\",\"id\":\"1\",\"do\":\"transient\"}}"), "/fault" },

  { "expect/replica", STORY ("{\"expect\":{\"c\":{}}}"), "at /steps/0/expect/c: " },
  { "expect/same", STORY ("{\"expect\":{\"a\":\"same as c\"}}"), "at /steps/0/expect/a: " },
  { "expect/text", STORY ("{\"expect\":{\"a\":\"equal to b\"}}"), "at /steps/0/expect/a: " },
  { "expect/collection", STORY ("{\"expect\":{\"a\":{\"note\":{}}}}"), "at /steps/0/expect/a/note: " },
  { "expect/record", STORY ("{\"expect\":{\"a\":{\"task\":{\"1\":[]}}}}"), "at /steps/0/expect/a/task/1: " },
  { "expect/star", STORY ("{\"expect\":{\"a\":{\"task\":{\"*\":\"nothing\"}}}}"), "at /steps/0/expect/a/task/*: " },
  { "expect/note", STORY ("{\"expect\":{\"a\":{\"$weather\":{}}}}"), "at /steps/0/expect/a/$weather: " },
  { "expect/note-of-hub", STORY ("{\"expect\":{\"hub\":{\"$counts\":{}}}}"), "at /steps/0/expect/hub/$counts: " },
  { "expect/state", STORY ("{\"expect\":{\"a\":{\"$state\":{\"task/1\":\"sent\"}}}}"), "/$state/task~11" },
  { "expect/state-record", STORY ("{\"expect\":{\"a\":{\"$state\":{\"1\":\"synced\"}}}}"), "/$state/1" },
  { "expect/counts", STORY ("{\"expect\":{\"a\":{\"$counts\":{\"lost\":0}}}}"), "/$counts/lost" },
  { "expect/inbox", STORY ("{\"expect\":{\"a\":{\"$inbox\":[{\"error\":\"rejected\"}]}}}"), "/$inbox/0" },
  { "expect/inbox-code", STORY ("{\"expect\":{\"a\":{\"$inbox\":[{\"record\":\"task/1\",\"error\":\"x\"}]}}}"), "/$inbox/0/error" },
};

static void
test_refused (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) scenarios = truce_scenario_parse (row->text, &error);

  g_assert_null (scenarios);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, row->place));
}

#define PUT "{\"on\":\"a\",\"put\":[\"task\",\"1\",{\"n\":1,\"tags\":[\"x\",\"y\"]}]}"

/* Those that are scenarios, and are not true. */
static const Row broken[] = {
  { "record", STORY (PUT ",{\"expect\":{\"a\":{\"task\":{\"1\":{\"n\":2}}}}}"), "at /steps/1: expect: a: task/1 is" },
  { "whole-record", STORY (PUT ",{\"expect\":{\"a\":{\"task\":{\"1\":{\"n\":1}}}}}"), "task/1" },
  { "gone", STORY (PUT ",{\"expect\":{\"a\":{\"task\":{\"1\":null}}}}"), "must not be there" },
  { "missing", STORY (PUT ",{\"expect\":{\"b\":{\"task\":{\"1\":{}}}}}"), "b: task/1 is not there" },
  { "nothing-else", STORY (PUT ",{\"expect\":{\"a\":{\"task\":{\"*\":\"nothing else\"}}}}"), "task/1" },
  { "same", STORY (PUT ",{\"expect\":{\"b\":\"same as a\"}}"), "not the same as a" },
  { "same-hub", STORY (PUT ",{\"expect\":{\"a\":\"same as hub\"}}"), "not the same as hub" },
  { "state", STORY (PUT ",{\"expect\":{\"a\":{\"$state\":{\"task/1\":\"synced\"}}}}"), "task/1 is pending" },
  { "state-missing", STORY ("{\"expect\":{\"a\":{\"$state\":{\"task/1\":\"synced\"}}}}"), "never there" },
  { "counts", STORY (PUT ",{\"expect\":{\"a\":{\"$counts\":{\"pending\":0}}}}"), "1 are pending" },
  { "inbox", STORY (PUT ",{\"expect\":{\"a\":{\"$inbox\":[{\"record\":\"task/1\"}]}}}"), "not in the inbox" },
  { "report", STORY (PUT ",{\"sync\":\"a\",\"report\":{\"pushed\":0}}"), "sync: pushed is 1, not 0" },
  { "outcome", STORY ("{\"on\":\"a\",\"batch\":[[\"delete\",\"task\",\"1\"]],\"outcomes\":[\"applied\"]}"), "is failed" },
  { "fails", STORY ("{\"on\":\"a\",\"delete\":[\"task\",\"1\"]}"), "at /steps/0: delete: " },
  { "must-fail", STORY (PUT ",{\"on\":\"a\",\"delete\":[\"task\",\"1\"],\"error\":\"not-found\"}"), "it went through" },
  { "another-error", STORY ("{\"on\":\"a\",\"delete\":[\"task\",\"1\"],\"error\":\"busy\"}"), "must fail with busy" },
  { "endless", STORY ("{\"fault\":{\"on\":\"a\",\"at\":\"open\",\"do\":\"transient\"},\"times\":100000},{\"settle\":true}"), "still changes" },
};

static TruceScenario *
parse_one (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) scenarios = truce_scenario_parse (text, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (scenarios), ==, 1);
  return g_list_model_get_item (scenarios, 0);
}

static void
test_broken (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(TruceScenario) scenario = parse_one (row->text);
  g_autoptr(GError) error = NULL;

  g_assert_false (truce_scenario_run (scenario, TRUCE_SCENARIO_STORE_MEMORY, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, row->place));
}

static void
test_holds (void)
{
  g_autoptr(TruceScenario) scenario =
    parse_one (STORY (PUT ",{\"settle\":true},{\"expect\":{\"b\":{\"task\":{\"1\":{\"tags\":[\"y\",\"x\"],\"n\":1.0}}},"
                      "\"hub\":\"same as b\"}}"));
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (truce_scenario_get_name (scenario), ==, "s");
  g_assert_null (truce_scenario_get_why (scenario));
  g_assert_cmpuint (truce_scenario_get_n_steps (scenario), ==, 3);
  for (guint store = TRUCE_SCENARIO_STORE_AS_WRITTEN; store <= TRUCE_SCENARIO_STORE_SQLITE; store++)
    for (guint i = 0; i < 2; i++)
      {
        g_assert_true (truce_scenario_run (scenario, store, &error));
        g_assert_no_error (error);
      }
}

/* Without a schema collections are what steps name. */
static void
test_no_schema (void)
{
  g_autoptr(TruceScenario) scenario =
    parse_one ("{\"scenario\":\"s\",\"why\":\"w\",\"replicas\":{\"a\":{}},\"steps\":[{\"on\":\"a\",\"put\":[\"x\",\"1\",{}]},"
               "{\"expect\":{\"a\":{\"x\":{\"1\":{}},\"y\":{\"*\":\"nothing else\"}}}}]}");
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (truce_scenario_get_why (scenario), ==, "w");
  g_assert_true (truce_scenario_run (scenario, TRUCE_SCENARIO_STORE_AS_WRITTEN, &error));
  g_assert_no_error (error);
}

static void
test_no_file (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) scenarios = truce_scenario_load ("missing.json", &error);

  g_assert_null (scenarios);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
add_rows (const char   *path,
          const Row    *rows,
          guint         n_rows,
          GTestDataFunc func)
{
  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *name = g_strconcat (path, rows[i].name, NULL);

      g_test_add_data_func (name, &rows[i], func);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  add_rows ("/scenario/refused/", refused, G_N_ELEMENTS (refused), test_refused);
  add_rows ("/scenario/broken/", broken, G_N_ELEMENTS (broken), test_broken);
  g_test_add_func ("/scenario/holds", test_holds);
  g_test_add_func ("/scenario/no-schema", test_no_schema);
  g_test_add_func ("/scenario/no-file", test_no_file);
  return g_test_run ();
}
