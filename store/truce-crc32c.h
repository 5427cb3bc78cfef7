/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CRC-32C (Castagnoli) as iSCSI has it: RFC 3720, appendix B.4. Goes on from what another piece gave; begin with 0:
 *   crc = truce_crc32c (truce_crc32c (0, a, n), b, m)  is that of a and b together. */
guint32 truce_crc32c       (guint32     crc,
                            const void *data,
                            gsize       length);
/* The same, without the processor's help: for tests, and for processors without. */
guint32 truce_crc32c_table (guint32     crc,
                            const void *data,
                            gsize       length);

G_END_DECLS
