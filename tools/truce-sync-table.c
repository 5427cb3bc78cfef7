/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

const TruceVerb truce_sync_table[] = {
  { "status", truce_sync_verb_status, "FILE.db", 1, 1, "", "tell how far the sync has come, and what waits",
    "Tells when the store last synced, with what account and up to where, and how many\n"
    "records of each collection wait to be sent, were rejected, or are in conflict.\n"
    "\n"
    "  truce sync status notes.db\n", NULL, NULL },
  { "inbox", truce_sync_verb_inbox, "FILE.db", 1, 1, "", "list what was rejected or is in conflict",
    "Lists the records that wait for a person: why, since when, how often they were\n"
    "tried, and what the server says.\n"
    "\n"
    "  truce sync inbox notes.db\n", NULL, NULL },
  { "explain", truce_sync_verb_explain, "FILE.db COLLECTION/ID", 2, 2, "", "tell the story of a record",
    "Tells what happened to a record, when, and on which replica; what lost and why; what\n"
    "waits to be sent, and what comes next.\n"
    "\n"
    "  truce sync explain notes.db note/17\n", NULL, NULL },
  { "run", truce_sync_verb_run, "FILE.db", 1, 1, "hub account", "sync a store with a hub in a file",
    "Sends to the hub what was written, and takes in what others have sent there. The hub\n"
    "is a store of its own, in a file that all who sync can reach, one after the other or\n"
    "at once. It takes everything: the rules that an app has for its hub don’t hold here.\n"
    "\n"
    "  truce sync run desk.db --hub hub.db\n"
    "  truce sync run laptop.db --hub hub.db\n", "0 done, 1 records wait in the inbox", NULL },
  { "retry", truce_sync_verb_retry, "FILE.db COLLECTION/ID", 2, 2, "edit", "send a rejected record again",
    "Lets the next sync send a record that was rejected again, and what waits for it;\n"
    "with --edit these fields are changed first.\n"
    "\n"
    "  truce sync retry notes.db note/17\n"
    "  truce sync retry notes.db note/17 --edit '{\"title\": \"Shorter\"}'\n", NULL, NULL },
  { "discard", truce_sync_verb_discard, "FILE.db COLLECTION/ID", 2, 2, "", "drop a change that was rejected",
    "Drops what was changed here: the record is again what the server has. What goes is\n"
    "kept for a while: see “truce store log”.\n"
    "\n"
    "  truce sync discard notes.db note/17\n", NULL, NULL },
  { "resolve", truce_sync_verb_resolve, "FILE.db COLLECTION/ID ours|theirs|JSON", 3, 3, "", "settle a conflict",
    "Settles a conflict: with this store’s record, with the server’s, or with another one,\n"
    "as JSON; null deletes it. The result is sent with the next sync.\n"
    "\n"
    "  truce sync resolve notes.db note/17 theirs\n"
    "  truce sync resolve notes.db note/17 '{\"title\": \"Oat milk\"}'\n", NULL, NULL },
  { NULL }
};
