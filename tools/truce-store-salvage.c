/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  TruceCall *call;
  gboolean damaged;
} Work;

static void
report_problem (TruceCall  *call,
                const char *problem)
{
  g_autoptr(GError) error = g_error_new_literal (TRUCE_ERROR, TRUCE_ERROR_CORRUPT, problem);

  truce_complain (error, "%s: %s", call->path, problem);
}

/* As “export” writes it. */
static void
print_record (const TruceStoredRecord *record)
{
  g_autoptr(JsonNode) id = json_node_init_string (json_node_alloc (), truce_stored_record_get_id (record));
  g_autofree char *id_text = json_to_string (id, FALSE);
  const char *value = truce_stored_record_get_value (record);

  printf ("{\"id\":%s%s%s\n", id_text, strcmp (value, "{}") == 0 ? "" : ",", value + 1);
}

static void
on_found (TruceStoredRecord *record,
          const char        *problem,
          gpointer           data)
{
  Work *work = data;

  if (record == NULL)
    {
      work->damaged = TRUE;
      report_problem (work->call, problem);
    }
  else if (truce_stored_record_get_value (record) != NULL &&
           strcmp (truce_stored_record_get_collection (record), work->call->collection) == 0)
    {
      print_record (record);
    }
}

int
truce_store_verb_salvage (TruceCall *call)
{
  Work work = { call, FALSE };
  g_autoptr(GError) error = NULL;

  if (truce_sqlite_adapter_salvage (call->path, on_found, &work, &error) < 0)
    return truce_complain_of (error);
  return work.damaged ? EXIT_FAILED : 0;
}
