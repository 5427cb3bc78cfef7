/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-clock-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* Text is refused, or is a stamp or a clock that writes the same text. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr(TruceStamp) stamp = truce_stamp_parse (text, NULL);
  g_autoptr(TruceClock) clock = truce_clock_new_from_string (text, NULL);

  if (stamp != NULL)
    {
      g_autofree char *again = truce_stamp_to_string (stamp);

      g_assert_cmpstr (again, ==, text);
    }
  if (clock != NULL)
    {
      g_autofree char *again = truce_clock_to_string (clock);

      g_assert_cmpstr (again, ==, text);
    }
  return 0;
}
