/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A disk that fails: a VFS of SQLite over the real one, which counts operations, makes chosen ones fail, and
 * knows what a loss of power would leave. It is the default VFS once it is installed; while it is off it
 * does nothing. */

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  FAULT_ERROR,                  /* any operation: an I/O error */
  FAULT_READ,                   /* reads: an I/O error */
  FAULT_WRITE,                  /* writes, syncs and the like: an I/O error */
  FAULT_SYNC,                   /* syncs: an I/O error */
  FAULT_SHORT,                  /* writes: half of it is written, then an error */
  FAULT_FULL,                   /* writes: no room */
} FaultKind;

/* Before each operation that changes something, with its number. */
typedef void (*FaultFunc) (int      operation,
                           gpointer data);

void fault_vfs_install  (void);
/* The operations of that kind are counted from 1 on; number `at` fails, and with `lasting` all after it. */
void fault_vfs_fail     (FaultKind  kind,
                         int        at,
                         gboolean   lasting);
/* No more failures: how many there were. */
int  fault_vfs_heal     (void);

/* From now on it is known what has reached the disk: what was synced, for each file the order in which it
 * was written. */
void fault_vfs_watch    (FaultFunc  func,
                         gpointer   data);
void fault_vfs_unwatch  (void);
/* Writes to `folder` what a loss of power at this moment would leave: of all that was not synced a random
 * part, pieces torn at sectors of 512 bytes. */
void fault_vfs_cut      (const char *folder);

G_END_DECLS
