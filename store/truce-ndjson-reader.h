/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records, one a line, from a stream of any length in bounded memory. Private. */

#include <gio/gio.h>

#include "truce-error.h"

G_BEGIN_DECLS

/* Bytes of a line, without its end: a record of 1 MiB, and as much again for its spaces and its id. */
#define TRUCE_NDJSON_LINE_MAX (2u * 1024 * 1024)

typedef struct _TruceNdjsonReader TruceNdjsonReader;

typedef enum
{
  TRUCE_NDJSON_RECORD,
  TRUCE_NDJSON_BAD,             /* this line is none; the next may be */
  TRUCE_NDJSON_END,
  TRUCE_NDJSON_FAILED,          /* the stream can't be read */
} TruceNdjsonResult;

typedef struct
{
  gint64 number;                /* the line, from 1; set for a bad one too */
  const char *id;               /* decoded; it and text are the reader's until the next call */
  const char *text;             /* the object without its member "id"; undefined for a bad line */
} TruceNdjsonLine;

/* Keeps the stream, but does not close it. */
TruceNdjsonReader *truce_ndjson_reader_new        (GInputStream             *stream) G_GNUC_WARN_UNUSED_RESULT;
void               truce_ndjson_reader_free       (TruceNdjsonReader        *self);
/* The next line that is not blank. An error is set for BAD and FAILED; that of a bad line begins with its
 * number. TRUCE_ERROR_TOO_LARGE: the line is longer than TRUCE_NDJSON_LINE_MAX or nests too deep. */
TruceNdjsonResult  truce_ndjson_reader_next       (TruceNdjsonReader        *self,
                                                   TruceNdjsonLine          *line,
                                                   GError                  **error);
/* Bytes of the lines that were given, and of those between. */
gint64             truce_ndjson_reader_get_offset (const TruceNdjsonReader  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceNdjsonReader, truce_ndjson_reader_free)

G_END_DECLS
