/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <locale.h>
#include <signal.h>

static const TruceVerb verbs[] = {
  { "merge", truce_merge_verb, "BASE OURS THEIRS", 0, G_MAXUINT, "schema rule output name quiet install-git-driver yes",
    "merge two JSON files that were made apart from a third",
    "What only one side changed is taken. Objects merge by member and arrays by\n"
    "element. What both sides changed apart is decided by a rule, or is a conflict:\n"
    "OURS stays there, and the conflict is listed on standard error; with --json as\n"
    "an object a line. The result keeps the formatting of OURS. An empty BASE means\n"
    "that there was none.\n"
    "\n"
    "A PATTERN is a field’s name, or a JSON pointer in which * stands for one member\n"
    "or element and ** for any number. Where several match, the last one holds.\n"
    "Rules: ours, theirs, max, min, longest, highest-version, union, ask.\n"
    "\n"
    "A schema is a JSON file: {\"fields\": {\"tags\": \"set\", \"votes\": \"counter\",\n"
    "\"notes\": {\"kind\": \"text\"}}, \"delete\": \"update-wins\"}. Kinds: register,\n"
    "multi-register, counter, set, map, list, text, flag, max, min, immutable, local.\n"
    "\n"
    "Try it:\n"
    "  echo '{\"tags\": [\"a\"], \"n\": 1}' >base.json\n"
    "  echo '{\"tags\": [\"a\", \"b\"], \"n\": 2}' >ours.json\n"
    "  echo '{\"tags\": [\"a\", \"c\"], \"n\": 3}' >theirs.json\n"
    "  truce merge base.json ours.json theirs.json --rule n=max\n"
    "And for the JSON files of a git repository:\n"
    "  truce merge --install-git-driver\n",
    "0 merged, 1 conflicts are left", NULL },
  { "store", NULL, "FILE.db [ARGUMENT…] [OPTION…]", 0, 0, "", "keep records that merge, in an SQLite file",
    "A store keeps records, JSON objects with an id, in collections, in one SQLite file.\n"
    "It remembers what each field was changed by and when, so that stores merge, and what is\n"
    "still to be sent. Several programs may use it at once.\n"
    "\n"
    "Try it:\n"
    "  truce store init notes.db\n"
    "  truce store put notes.db note 1 '{\"title\": \"Milk\", \"done\": false}'\n"
    "  truce store query notes.db note 'done == false'\n",
    NULL, truce_store_table },
  { "sync", NULL, "FILE.db [ARGUMENT…] [OPTION…]", 0, 0, "", "sync a store; tell what it has sent, what waits, and why",
    "An app syncs its store with a server, or with a hub in a file. What the store keeps of\n"
    "that tells what has been sent, what waits, and what became of a record. What was rejected\n"
    "or is in conflict waits in the inbox for somebody who decides.\n"
    "\n"
    "Try it:\n"
    "  truce store init desk.db && truce store init bag.db\n"
    "  truce store put desk.db note 1 '{\"title\": \"Milk\"}'\n"
    "  truce sync run desk.db --hub hub.db\n"
    "  truce sync run bag.db --hub hub.db\n"
    "  truce store get bag.db note 1\n"
    "  truce sync explain bag.db note/1\n",
    NULL, truce_sync_table },
  { "scenario", truce_scenario_verb, "FILE…", 1, G_MAXUINT, "store", "run stories about replicas, and check how they end",
    "A scenario is a short story about replicas, as JSON: who did what, when, what failed on\n"
    "the way, and what everyone must see at the end. It runs the same way every time, without\n"
    "real time or a network. truce-scenario(1) tells the language.\n"
    "\n"
    "Prints TAP, a test a scenario; with --json an object a line. --store puts every store\n"
    "there, whatever the scenario says.\n"
    "\n"
    "Try it:\n"
    "  echo '{\"scenario\": \"a note arrives\", \"replicas\": {\"a\": {}, \"b\": {}}, \"steps\": [\n"
    "    {\"on\": \"a\", \"put\": [\"note\", \"1\", {\"title\": \"Milk\"}]}, {\"settle\": true},\n"
    "    {\"expect\": {\"b\": {\"note\": {\"1\": {\"title\": \"Milk\"}}}}}]}' >story.json\n"
    "  truce scenario story.json\n",
    "0 all hold, 1 one does not", NULL },
  { "simulate", truce_simulate_verb, "", 0, 0, "seed seeds replicas steps faults store jobs",
    "make up such stories from a number, and check what is promised",
    "Tells stories of replicas that write, meet and fail, and checks after each step that\n"
    "nothing is lost, and in the end that all have the same.\n"
    "\n"
    "Without --store every twentieth seed is told in SQLite files, the others in memory;\n"
    "the digest is the same. Faults: lost, doubled, late, cut, crash, clock, restore, purge,\n"
    "epoch, reject, transient, auth, merge.\n"
    "\n"
    "Each seed that breaks a promise is told of on standard error, and the shortest story\n"
    "found that breaks as the first one did is written to standard output, as a scenario;\n"
    "with --json there is an object for each seed instead.\n"
    "\n"
    "Try it:\n"
    "  truce simulate --seeds 100 >story.json || truce scenario story.json\n",
    "0 all promises held, 1 one was broken", NULL },
  { NULL }
};

const TruceVerb truce_root = {
  .verb = "truce",
  .arguments = "[ARGUMENT…] [OPTION…]",
  .description =
    "Truce merges data that was edited in several places, by what each field means: two\n"
    "edits of one record both stay, a counter counts both, a set keeps what either added,\n"
    "and what nothing can decide is listed as a conflict instead of being lost.\n"
    "\n"
    "Try it, here with two stores that are edited apart:\n"
    "  echo '{\"fields\": {\"votes\": \"counter\", \"tags\": \"set\"}}' >schema.json\n"
    "  truce store init desk.db note --schema schema.json\n"
    "  truce store put desk.db note 1 '{\"title\": \"Milk\", \"votes\": 1, \"tags\": [\"shop\"]}'\n"
    "  truce store init bag.db note --schema schema.json\n"
    "  truce store merge bag.db desk.db\n"
    "  truce store put bag.db note 1 '{\"title\": \"Oat milk\", \"votes\": 2, \"tags\": [\"shop\"]}'\n"
    "  truce store put desk.db note 1 '{\"title\": \"Milk\", \"votes\": 3, \"tags\": [\"shop\", \"soon\"]}'\n"
    "  truce store merge desk.db bag.db\n"
    "  truce store get desk.db note 1\n",
  .verbs = verbs,
};

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  /* Whoever started us may have chosen otherwise: where nobody reads on, we end quietly. */
  signal (SIGPIPE, SIG_DFL);

  return truce_run (argc, argv);
}
