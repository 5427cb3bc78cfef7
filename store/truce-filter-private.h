/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-filter.h"
#include "truce-sort.h"

G_BEGIN_DECLS

/* `and` within `or` within `and` …: so many levels at most, so that walking down one takes little stack. */
#define TRUCE_FILTER_DEPTH_MAX 100u

typedef enum
{
  TRUCE_FILTER_COMPARE,
  TRUCE_FILTER_AND,
  TRUCE_FILTER_OR,
} TruceFilterType;

struct _TruceFilter
{
  gatomicrefcount refs;
  TruceFilterType type;
  guint depth;                  /* levels of AND and OR; 0 for a comparison */
  guint n_comparisons;          /* in all */

  /* COMPARE */
  TruceField *field;
  TruceComparison comparison;
  TruceJsonDoc *literal;        /* what it is compared with */
  TruceValue value;             /* of literal */

  /* AND, OR */
  GPtrArray *children;          /* of TruceFilter *, owned; two or more, none of this type */
};

/* Takes the field and the literal. */
TruceFilter *truce_filter_new_literal (TruceField         *field,
                                       TruceComparison     comparison,
                                       TruceJsonDoc       *literal) G_GNUC_WARN_UNUSED_RESULT;
/* type is AND or OR; there is a branch at least, and one alone is itself. NULL where it would be more than
 * TRUCE_FILTER_DEPTH_MAX deep. */
TruceFilter *truce_filter_join        (TruceFilterType     type,
                                       TruceFilter *const *branches,
                                       guint               n_branches) G_GNUC_WARN_UNUSED_RESULT;
/* doc's root is an object. Allocates nothing. */
gboolean     truce_filter_test        (const TruceFilter  *self,
                                       const TruceJsonDoc *doc);
const char  *truce_comparison_symbol  (TruceComparison     comparison);
/* Whether the language takes it as a field's name without quotes. */
gboolean     truce_filter_is_bare     (const char         *name);
/* What a bare name begins with, and goes on with. */
gboolean     truce_filter_is_bare_char (gunichar           c,
                                        gboolean           first);

G_END_DECLS
