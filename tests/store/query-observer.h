/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A query as a test sees it: the list as a string, its changes as a string, and a second list made of the
 * changes alone. */

#include "truce.h"

typedef struct
{
  TruceQuery *query;
  GPtrArray *replayed;          /* of char *: the list, as the changes tell */
  GString *changes;
} Observer;

/* Opens the query, which it takes. */
Observer *observe        (TruceQuery *query) G_GNUC_WARN_UNUSED_RESULT;
/* Fails for a change that nobody has asked about, or a query that somebody still holds. */
void      observer_free  (Observer   *observer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Observer, observer_free)

/* The ids, with a space between. */
char     *print_query    (TruceQuery *query) G_GNUC_WARN_UNUSED_RESULT;
/* Both lists. */
void      assert_list    (Observer   *observer,
                          const char *expected);
/* "2-1+1, 4+3": at 2 one gone and one come, then at 4 three come. Forgets them. */
void      assert_changes (Observer   *observer,
                          const char *expected);
