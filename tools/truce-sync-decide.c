/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <string.h>

/* What a person decides about a record in the inbox, of an app or from here: it is written to the store, and goes out with
 * the next sync. */

/* NULL: it has complained. */
static TruceInboxItem *
find_item (TruceCall  *call,
           TruceInbox *inbox)
{
  g_autofree char *collection = NULL;
  g_autoptr(GError) error = NULL;
  TruceInboxItem *item;
  const char *id;

  if (!truce_call_split (call, &collection, &id))
    return NULL;
  item = truce_inbox_find (inbox, collection, id);
  if (item != NULL)
    return item;

  g_set_error (&error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND, "%s is not in the inbox; see “truce sync inbox %s”", call->collection,
               call->path);
  truce_complain_of (error);
  return NULL;
}

typedef gboolean (*Decide) (TruceInboxItem *item,
                            TruceCall      *call,
                            GError        **error);

static int
decide (TruceCall *call,
        Decide     func)
{
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceInbox) inbox = NULL;
  g_autoptr(TruceInboxItem) item = NULL;
  g_autoptr(GError) error = NULL;

  if (store == NULL)
    return EXIT_BAD_INPUT;
  inbox = truce_inbox_new (store, &error);
  if (inbox == NULL)
    return truce_call_fail (call, error);
  item = find_item (call, inbox);
  if (item == NULL)
    return strchr (call->collection, '/') != NULL ? EXIT_FAILED : EXIT_BAD_INPUT;
  return func (item, call, &error) ? EXIT_DONE : truce_call_fail (call, error);
}

static gboolean
retry (TruceInboxItem *item,
       TruceCall      *call,
       GError        **error)
{
  return truce_inbox_item_retry (item, call->edit, error);
}

int
truce_sync_verb_retry (TruceCall *call)
{
  return decide (call, retry);
}

static gboolean
discard (TruceInboxItem *item,
         TruceCall      *call,
         GError        **error)
{
  return truce_inbox_item_discard (item, error);
}

int
truce_sync_verb_discard (TruceCall *call)
{
  return decide (call, discard);
}

static gboolean
resolve (TruceInboxItem *item,
         TruceCall      *call,
         GError        **error)
{
  const char *with = call->rest[0];

  if (strcmp (with, "ours") == 0)
    return truce_inbox_item_resolve (item, TRUCE_RESOLUTION_LOCAL, NULL, error);
  if (strcmp (with, "theirs") == 0)
    return truce_inbox_item_resolve (item, TRUCE_RESOLUTION_REMOTE, NULL, error);
  return truce_inbox_item_resolve (item, TRUCE_RESOLUTION_MERGED, strcmp (with, "null") != 0 ? with : NULL, error);
}

int
truce_sync_verb_resolve (TruceCall *call)
{
  return decide (call, resolve);
}
