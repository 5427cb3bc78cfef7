/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Drawn once a process, so that nobody outside can choose elements that collide. No result shows them. */
typedef struct
{
  guint64 a;
  guint64 b;
} TruceHashKey;

const TruceHashKey *truce_hash_key (void) G_GNUC_CONST;

/* Both halves of the 128-bit product: each bit of the result hangs on all bits of x and y. */
static inline guint64
truce_hash_fold (guint64 x, guint64 y)
{
#ifdef __SIZEOF_INT128__
  __extension__ unsigned __int128 product = (unsigned __int128) x * y;

  return (guint64) product ^ (guint64) (product >> 64);
#else
  guint64 low = (x & G_MAXUINT32) * (y & G_MAXUINT32);
  guint64 middle = (x >> 32) * (y & G_MAXUINT32) + (low >> 32);
  guint64 cross = (x & G_MAXUINT32) * (y >> 32) + (middle & G_MAXUINT32);

  return (cross << 32 | (low & G_MAXUINT32)) ^ ((x >> 32) * (y >> 32) + (middle >> 32) + (cross >> 32));
#endif
}

static inline guint64
truce_hash_load (const char *bytes, gsize length)
{
  guint64 word = 0;

  memcpy (&word, bytes, length);
  return word;
}

/* Of 16 bytes at a time; the last 16 may overlap those before. */
static inline guint64
truce_hash_text (const TruceHashKey *key, const char *text, gsize length)
{
  guint64 state = key->b ^ length;
  guint64 first = 0;
  guint64 last = 0;

  for (; length > 16; text += 16, length -= 16)
    state = truce_hash_fold (truce_hash_load (text, 8) ^ key->a, truce_hash_load (text + 8, 8) ^ state);
  if (length >= 8)
    {
      first = truce_hash_load (text, 8);
      last = truce_hash_load (text + length - 8, 8);
    }
  else if (length >= 4)
    {
      first = truce_hash_load (text, 4);
      last = truce_hash_load (text + length - 4, 4);
    }
  else
    for (gsize i = 0; i < length; i++)
      first = first << 8 | (guchar) text[i];
  return truce_hash_fold (state ^ last, truce_hash_fold (first ^ key->a, state));
}

G_END_DECLS
