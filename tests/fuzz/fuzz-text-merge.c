/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Three texts with a record separator (U+001E) between merge; so do the first two as versions. */
#include "truce-text-merge.h"
#include "truce-version.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check_merge (const char *base,
             const char *ours,
             const char *theirs)
{
  gboolean conflict;
  g_autofree char *merged = truce_text_merge (base, ours, theirs, &conflict);
  g_autofree char *only_ours = truce_text_merge (base, ours, base, &conflict);
  g_autofree char *only_theirs = truce_text_merge (base, base, theirs, &conflict);

  g_assert_true (g_utf8_validate (merged, -1, NULL));
  g_assert_cmpstr (only_ours, ==, ours);
  g_assert_cmpstr (only_theirs, ==, theirs);
}

static void
check_versions (const char *a,
                const char *b)
{
  int which = -1;
  int swapped = -1;
  gboolean decided = truce_version_pick_highest (a, b, &which);

  g_assert_true (decided == truce_version_pick_highest (b, a, &swapped));
  if (decided && !g_str_equal (a, b))
    g_assert_cmpint (which, ==, 1 - swapped);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto(GStrv) texts = g_strsplit (text, "\x1e", 3);

  if (!g_utf8_validate (text, -1, NULL) || g_strv_length (texts) < 3)
    return 0;

  check_merge (texts[0], texts[1], texts[2]);
  check_versions (texts[0], texts[1]);
  return 0;
}
