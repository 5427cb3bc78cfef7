/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <truce.h>

G_BEGIN_DECLS

/* What a project or a task says. A record may come from another version of the app, or be deleted: what is
 * not there, or is of another type, is NULL, FALSE or 0. Strings are valid until the record changes. */

const char *tasks_record_get_title   (TruceRecord *record);
const char *tasks_record_get_rank    (TruceRecord *record);

/* A project. */
gboolean    tasks_record_is_closed   (TruceRecord *record);

/* A task. */
gboolean    tasks_record_is_done     (TruceRecord *record);
const char *tasks_record_get_due     (TruceRecord *record);     /* YYYY-MM-DD */
const char *tasks_record_get_notes   (TruceRecord *record);
const char *tasks_record_get_project (TruceRecord *record);     /* its id */
gint64      tasks_record_get_votes   (TruceRecord *record);
char      **tasks_record_dup_tags    (TruceRecord *record) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
