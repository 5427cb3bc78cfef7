/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-store-verbs.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  TruceStoreCall *call;
  gboolean damaged;
} Work;

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
      truce_complain ("%s: %s", work->call->path, problem);
    }
  else if (truce_stored_record_get_value (record) != NULL &&
           strcmp (truce_stored_record_get_collection (record), work->call->collection) == 0)
    {
      print_record (record);
    }
}

int
truce_store_verb_salvage (TruceStoreCall *call)
{
  Work work = { call, FALSE };
  g_autoptr(GError) error = NULL;

  if (truce_sqlite_adapter_salvage (call->path, on_found, &work, &error) < 0)
    return truce_complain ("%s", error->message);
  if (fflush (stdout) != 0)
    return truce_complain ("standard output: %s", g_strerror (errno));
  return work.damaged ? EXIT_FAILED : 0;
}
