/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A hash of texts after wyhash (Wang Yi, 2019, public domain): folded multiplications. Unlike there, both
 * words that the text is mixed with are secret. With fixed ones, a text can be chosen that makes a factor
 * zero; and with multiply-and-shift hashes whose state is merely seeded, pairs of texts collide whatever the
 * seed is. */

#include "truce-hash.h"

#include <sys/random.h>

const TruceHashKey *
truce_hash_key (void)
{
  static TruceHashKey key;
  static gsize drawn;

  if (g_once_init_enter (&drawn))
    {
      /* Without the kernel's random numbers an attacker may slow us down, but nothing is wrong. */
      if (getrandom (&key, sizeof key, 0) != sizeof key)
        key = (TruceHashKey) { (guint64) g_get_monotonic_time (), (guint64) g_get_real_time () }
      ;
      key.a |= 1;
      key.b |= 1;
      g_once_init_leave (&drawn, 1);
    }
  return &key;
}
