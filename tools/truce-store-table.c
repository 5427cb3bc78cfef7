/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

const TruceVerb truce_store_table[] = {
  { "init", truce_store_verb_init, "FILE.db [COLLECTION]", 1, 2, "schema", "make a store",
    "Makes FILE.db, and a collection in it if one is named. A store that is there\n"
    "already stays as it is. A schema tells what the fields mean when edits meet, which\n"
    "are required, and which are indexed; see truce-store(1).\n"
    "\n"
    "  truce store init notes.db note --schema note.json\n", NULL, NULL },
  { "import", truce_store_verb_import, "FILE.db COLLECTION [IN.ndjson]", 2, 3, "schema synced", "put records from a file",
    "Puts the records of IN.ndjson, a JSON object a line; without it, or with -, those of\n"
    "standard input. The member “id” of a line is the record’s id. A line that can’t be\n"
    "imported is told of and left out. What was imported waits to be sent, but with\n"
    "--synced. FILE.db is made if it is not there.\n"
    "\n"
    "  truce store import notes.db note notes.ndjson\n"
    "  sqlite3 -json old.db 'SELECT * FROM note' | jq -c '.[]' | truce store import notes.db note\n", NULL, NULL },
  { "export", truce_store_verb_export, "FILE.db COLLECTION", 2, 2, "", "write all records to standard output",
    "Writes the records, a JSON object a line, in order of their ids.\n"
    "\n"
    "  truce store export notes.db note >notes.ndjson\n", NULL, NULL },
  { "merge", truce_store_verb_merge, "FILE.db OTHER.db", 2, 2, "", "take in what another store holds",
    "Joins the records of OTHER.db, which stays as it is, with those of FILE.db: each field\n"
    "by its kind, as the collection’s schema says. What loses is kept: see “truce store\n"
    "log”. It may be run again, in either direction; what is there already changes nothing.\n"
    "\n"
    "  truce store merge desk.db laptop.db\n", NULL, NULL },
  { "get", truce_store_verb_get, "FILE.db COLLECTION ID", 3, 3, "", "print a record",
    "Prints the record as JSON; with --json in an object that tells whether it waits to\n"
    "be sent. The status is 1 if there is none.\n"
    "\n"
    "  truce store get notes.db note 17\n", NULL, NULL },
  { "put", truce_store_verb_put, "FILE.db COLLECTION ID [JSON]", 3, 4, "schema", "write a record",
    "Writes the record, new or in place of the one that is there; without JSON, or with\n"
    "-, what standard input holds.\n"
    "\n"
    "  truce store put notes.db note 17 '{\"title\": \"Milk\", \"done\": false}'\n", NULL, NULL },
  { "delete", truce_store_verb_delete, "FILE.db COLLECTION ID…", 3, G_MAXUINT, "", "delete records",
    "Deletes the records. One that is not there is told of, and the others are deleted.\n", NULL, NULL },
  { "ls", truce_store_verb_ls, "FILE.db [COLLECTION]", 1, 2, "", "list collections, or a collection’s records",
    "Lists the collections with the number of their records; of a collection, the ids in\n"
    "order, with what is still to be sent. With --json, a JSON object a line.\n", NULL, NULL },
  { "query", truce_store_verb_query, "FILE.db COLLECTION [FILTER]", 2, 3, "order search limit", "print the records that a filter finds",
    "Prints the records that FILTER finds; without it, all. A filter compares fields with\n"
    "JSON values, by == != < <= > >=, joined by and, or, and parentheses. A field is a\n"
    "name, or a JSON pointer in double quotes.\n"
    "\n"
    "  truce store query notes.db note 'done == false and due < \"2026-12-01\"' --order due\n"
    "  truce store query notes.db note --search 'oat milk' --limit 10 --json\n", NULL, NULL },
  { "status", truce_store_verb_status, "FILE.db", 1, 1, "", "tell what is in a store and what waits",
    "Tells the number of records, and how many wait to be sent, were rejected, or are in\n"
    "conflict.\n", NULL, NULL },
  { "verify", truce_store_verb_verify, "FILE.db", 1, 1, "", "check everything in a store",
    "Reads and checks everything: pages, checksums, records, their stamps, and what is to\n"
    "be sent. Prints each problem. The status is 1 if there is one.\n", NULL, NULL },
  { "salvage", truce_store_verb_salvage, "FILE.db COLLECTION", 2, 2, "", "write what can be read of a damaged store",
    "Writes the records that can still be read, as “export” does, and tells what can’t be.\n"
    "The file stays as it is. The status is 1 if something was lost.\n"
    "\n"
    "  truce store salvage broken.db note | truce store import new.db note\n", NULL, NULL },
  { "purge", truce_store_verb_purge, "FILE.db", 1, 1, "days", "forget what was deleted long ago",
    "Removes for good what is left of records deleted more than --days ago (30 if it is\n"
    "not given), and values kept since merges that old. Replicas that have not heard of a\n"
    "deletion by then may bring the record back.\n", NULL, NULL },
  { "log", truce_store_verb_log, "FILE.db COLLECTION ID", 3, 3, "", "list the values that a record lost in merges",
    "Lists the values that lost in merges, the newest first, each with a number for\n"
    "“truce store restore”.\n", NULL, NULL },
  { "restore", truce_store_verb_restore, "FILE.db COLLECTION ID NUMBER", 4, 4, "", "put back a value that was lost",
    "Writes the value with this number in “truce store log” to its field again.\n", NULL, NULL },
  { NULL }
};
