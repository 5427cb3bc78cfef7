/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the set share, in words short enough to read a history. */

#include "truce-or-set-private.h"

#define A 0xa
#define B 0xb
#define C 0xc

/* Stamps of the tests: the time is a small number. */
static inline const TruceStamp *
at (guint64 time,
    guint64 replica)
{
  static TruceStamp stamps[4];
  static guint next;
  TruceStamp *stamp = &stamps[next++ % G_N_ELEMENTS (stamps)];

  *stamp = (TruceStamp) { time, replica };
  return stamp;
}

static inline void
add (TruceOrSet *set,
     const char *element,
     guint64     time,
     guint64     replica)
{
  g_autoptr(GError) error = NULL;

  truce_or_set_add (set, element, at (time, replica), &error);
  g_assert_no_error (error);
}

static inline void
take (TruceOrSet *set,
      const char *element,
      guint64     time,
      guint64     replica)
{
  g_autoptr(GError) error = NULL;

  truce_or_set_remove (set, element, at (time, replica), &error);
  g_assert_no_error (error);
}

static inline void
merge (TruceOrSet *set,
       TruceOrSet *other)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_merge (TRUCE_CRDT (set), TRUCE_CRDT (other), &error);
  g_assert_no_error (error);
}

static inline GBytes *
delta (TruceOrSet *set,
       TruceOrSet *since)
{
  g_autoptr(TruceVersionVector) context = NULL;

  if (since != NULL)
    context = truce_crdt_get_context (TRUCE_CRDT (since), NULL);
  return truce_crdt_delta (TRUCE_CRDT (set), context, NULL);
}

static inline void
apply (TruceOrSet *set,
       GBytes     *bytes)
{
  g_autoptr(GError) error = NULL;

  truce_crdt_apply (TRUCE_CRDT (set), bytes, &error);
  g_assert_no_error (error);
}

static inline void
send (TruceOrSet *from,
      TruceOrSet *to)
{
  g_autoptr(GBytes) bytes = delta (from, to);

  apply (to, bytes);
}

/* A set prints as its elements, so that a claim reads like one. */
static inline void
assert_set (TruceOrSet *set,
            const char *expected)
{
  g_auto(GStrv) elements = truce_or_set_get_elements (set);
  g_autofree char *text = g_strjoinv (" ", elements);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (truce_or_set_get_n_elements (set), ==, g_strv_length (elements));
}

/* By reference, since the call that sets error is an argument as well. */
static inline void
assert_refused (gboolean   result,
                GError   **error,
                TruceError code)
{
  g_assert_false (result);
  g_assert_error (*error, TRUCE_ERROR, (int) code);
  g_clear_error (error);
}
