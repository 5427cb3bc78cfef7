/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <truce.h>

#include "tasks-network.h"

G_BEGIN_DECLS

#define TASKS_TYPE_DATA (tasks_data_get_type ())
G_DECLARE_FINAL_TYPE (TasksData, tasks_data, TASKS, DATA, GObject)

/* hub_path: NULL: these tasks stay here. Nothing is sent before truce_sync_start(). */
TasksData        *tasks_data_new            (const char        *store_path,
                                             const char        *hub_path,
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TruceStore       *tasks_data_get_store      (TasksData         *self);
TruceCollection  *tasks_data_get_projects   (TasksData         *self);
TruceCollection  *tasks_data_get_tasks      (TasksData         *self);
TruceInbox       *tasks_data_get_inbox      (TasksData         *self);
TruceSync        *tasks_data_get_sync       (TasksData         *self);          /* NULL: there is no hub */
TasksNetwork     *tasks_data_get_network    (TasksData         *self);

/* Lists that stay up to date, in the order that people gave them. One that can't be read now (the error
 * says why) is empty, and read at the next occasion. */
TruceQuery       *tasks_data_query_projects (TasksData         *self,
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;
TruceQuery       *tasks_data_query_tasks    (TasksData         *self,
                                             const char        *project,        /* NULL: of all projects */
                                             const char        *words,          /* NULL: any */
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* Projects. What is added comes last; the id is returned. */
char             *tasks_data_add_project    (TasksData         *self,
                                             const char        *title,
                                             GError           **error);
gboolean          tasks_data_rename_project (TasksData         *self,
                                             const char        *project,
                                             const char        *title,
                                             GError           **error);
gboolean          tasks_data_set_closed     (TasksData         *self,
                                             const char        *project,
                                             gboolean           closed,
                                             GError           **error);
TruceBatchResult *tasks_data_delete_project (TasksData         *self,           /* and its tasks */
                                             const char        *project,
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean          tasks_data_undo           (TasksData         *self,
                                             TruceBatchResult  *result,
                                             GError           **error);

/* Tasks. */
char             *tasks_data_add_task       (TasksData         *self,
                                             const char        *project,        /* NULL: none */
                                             const char        *title,
                                             GError           **error);
gboolean          tasks_data_move_task      (TasksData         *self,
                                             const char        *id,
                                             const char        *after_id,       /* NULL: to the top */
                                             GError           **error);
gboolean          tasks_data_delete_task    (TasksData         *self,
                                             const char        *id,
                                             GError           **error);
gboolean          tasks_data_undelete_task  (TasksData         *self,
                                             const char        *id,
                                             GError           **error);
gboolean          tasks_data_set_title      (TasksData         *self,
                                             const char        *id,
                                             const char        *title,
                                             GError           **error);
gboolean          tasks_data_set_done       (TasksData         *self,
                                             const char        *id,
                                             gboolean           done,
                                             GError           **error);
gboolean          tasks_data_set_due        (TasksData         *self,
                                             const char        *id,
                                             const char        *due,            /* YYYY-MM-DD; NULL: none */
                                             GError           **error);
gboolean          tasks_data_set_project    (TasksData         *self,
                                             const char        *id,
                                             const char        *project,        /* NULL: none */
                                             GError           **error);
gboolean          tasks_data_set_notes      (TasksData         *self,
                                             const char        *id,
                                             const char        *before,         /* as it was read */
                                             const char        *notes,
                                             GError           **error);
gboolean          tasks_data_vote           (TasksData         *self,
                                             const char        *id,
                                             gint64             votes,
                                             GError           **error);
gboolean          tasks_data_add_tag        (TasksData         *self,
                                             const char        *id,
                                             const char        *tag,
                                             GError           **error);
gboolean          tasks_data_remove_tag     (TasksData         *self,
                                             const char        *id,
                                             const char        *tag,
                                             GError           **error);

G_END_DECLS
