/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a server would be. It merges by itself; what it adds is a rule that a device cannot know in time: a
 * project that has been closed takes no change of its tasks any more. So whoever was offline when that
 * happened finds the change in the inbox, with the reason, and can reopen the project and send it again. */

#include "tasks-hub.h"

#include <glib/gi18n.h>

#include "tasks-record.h"

/* What the hub has at an id; NULL without an error: nothing. One that can't be read is not one that is not there. */
static TruceRecord *
look_up (TruceHub   *hub,
         const char *collection,
         const char *id,
         GError    **error)
{
  g_autoptr(TruceCollection) records =
    truce_store_get_collection (truce_hub_get_store (hub), collection, NULL, error);
  g_autoptr(GError) missing = NULL;
  TruceRecord *record;

  if (records == NULL)
    return NULL;
  record = truce_collection_get (records, id, &missing);
  if (record == NULL && !g_error_matches (missing, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&missing));
  return record;
}

/* TRUE unless the task's project is closed. */
static gboolean
check_open (TruceHub    *hub,
            TruceRecord *task,
            GError     **error)
{
  const char *id = task != NULL ? tasks_record_get_project (task) : NULL;
  g_autoptr(GError) unread = NULL;
  g_autoptr(TruceRecord) project = id != NULL ? look_up (hub, TASKS_PROJECT, id, &unread) : NULL;

  if (unread != NULL)
    g_propagate_error (error, g_steal_pointer (&unread));
  else if (project != NULL && tasks_record_is_closed (project))
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_REJECTED, _("The project “%s” is closed"),
                 tasks_record_get_title (project));
  else
    return TRUE;
  return FALSE;
}

/* A task may neither leave a closed project nor get into one. */
static gboolean
guard (TruceHub    *hub,
       TruceChange *change,
       const char  *account,
       gpointer     unused,
       GError     **error)
{
  const char *id = truce_change_get_id (change);
  const char *text = truce_change_get_text (change);
  g_autoptr(TruceRecord) before = NULL;
  g_autoptr(TruceRecord) after = NULL;
  GError *unread = NULL;

  if (g_strcmp0 (truce_change_get_collection (change), TASKS_TASK) != 0)
    return TRUE;

  before = look_up (hub, TASKS_TASK, id, &unread);
  if (unread != NULL)
    {
      g_propagate_error (error, unread);
      return FALSE;
    }
  after = text != NULL ? truce_record_new_from_text (TASKS_TASK, id, text, NULL) : NULL;
  return check_open (hub, before, error) && check_open (hub, after, error);
}

TruceHub *
tasks_hub_new (const char *path,
               GError    **error)
{
  g_autoptr(TruceStore) store = truce_store_open (path, error);
  TruceHub *hub = store != NULL ? truce_hub_new (store, error) : NULL;

  if (hub != NULL)
    truce_hub_set_guard (hub, guard, NULL, NULL);
  return hub;
}
