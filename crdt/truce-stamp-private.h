/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-stamp.h"

G_BEGIN_DECLS

#define TRUCE_STAMP_COUNTER_BITS 16
#define TRUCE_STAMP_COUNTER_MAX ((1u << TRUCE_STAMP_COUNTER_BITS) - 1)
#define TRUCE_STAMP_MS_MAX ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define TRUCE_STAMP_TEXT_LENGTH 34u     /* MMMMMMMMMMMM-CCCC-RRRRRRRRRRRRRRRR */

/* Inside the library stamps go by value. A time of zero is before every event: no stamp has it. */
struct _TruceStamp
{
  guint64 time;                 /* milliseconds since 1970 << 16 | counter */
  guint64 replica;              /* never 0 */
};

static inline guint64
truce_time_pack (guint64 ms, guint counter)
{
  return ms << TRUCE_STAMP_COUNTER_BITS | counter;
}

static inline guint64
truce_time_ms (guint64 time)
{
  return time >> TRUCE_STAMP_COUNTER_BITS;
}

static inline guint
truce_time_counter (guint64 time)
{
  return time & TRUCE_STAMP_COUNTER_MAX;
}

static inline int
truce_stamp_order (TruceStamp a, TruceStamp b)
{
  if (a.time != b.time)
    return a.time < b.time ? -1 : 1;
  return a.replica == b.replica ? 0 : a.replica < b.replica ? -1 : 1;
}

/* buffer has room for TRUCE_STAMP_TEXT_LENGTH bytes and a NUL. */
void     truce_stamp_format (TruceStamp   stamp,
                             char        *buffer);
/* Reads the text form; also a time or a replica of zero, which no stamp has. */
gboolean truce_stamp_scan   (const char  *text,
                             TruceStamp  *stamp,
                             GError     **error);

G_END_DECLS
