/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What is drawn here must be random beyond doubt: two replicas with one id would overwrite each other without a
 * trace. The kernel is the only source; GLib's generators fall back to the time of day when they cannot read it.
 * With 64 bits, 10,000 replicas meet by chance once in 3.7e11 draws of the lot.
 *
 * A zero is refused and not drawn again: it comes once in 2^64 draws, and from a broken source each time. */

#include "truce-random-private.h"

#include <errno.h>
#include <sys/random.h>

typedef struct
{
  TruceRandomFunc func;
  gpointer data;
} Source;

static GPrivate replaced = G_PRIVATE_INIT (g_free);     /* Source *, or NULL: the kernel */

void
truce_random_set_source (TruceRandomFunc func,
                         gpointer        data)
{
  Source source = { func, data };

  g_private_replace (&replaced, func != NULL ? g_memdup2 (&source, sizeof source) : NULL);
}

static ssize_t
draw (guint64 *number)
{
  const Source *source = g_private_get (&replaced);
  ssize_t got;

  do
    got = source != NULL ? source->func (number, sizeof *number, source->data)
                         : getrandom (number, sizeof *number, 0);
  while (got < 0 && errno == EINTR);
  return got;
}

gboolean
truce_random_u64 (guint64 *number,
                  GError **error)
{
  guint64 drawn = 0;
  ssize_t got = draw (&drawn);

  if (got == sizeof drawn && drawn != 0)
    {
      *number = drawn;
      return TRUE;
    }
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED, "No random numbers: %s",
               got < 0 ? g_strerror (errno) : got < (ssize_t) sizeof drawn ? "too few bytes" : "only zeros");
  return FALSE;
}
