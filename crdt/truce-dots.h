/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A dot store: elements, each with its live dots, and the context of all that has been seen. Private.
 *
 * A dot is one addition of an element: the stamp of the event that added it. */

#include "truce-hash.h"
#include "truce-version-vector-private.h"

G_BEGIN_DECLS

#define TRUCE_DOTS_NONE G_MAXUINT32
#define TRUCE_DOTS_CHAIN 0x80000000u
#define TRUCE_DOTS_TAG_SHIFT 24         /* a slot: 8 bits of the hash, 24 bits of index + 1 */
#define TRUCE_DOTS_MAX ((1u << TRUCE_DOTS_TAG_SHIFT) - 2)       /* entries, with or without dots */
#define TRUCE_ELEMENT_MAX (1024u * 1024u)       /* bytes */

typedef struct
{
  guint64 id;
  guint64 seen;                 /* the time of its latest event that we have seen */
} TruceReplica;

typedef struct
{
  guint64 time;
  guint32 replica;              /* its index */
  guint32 next;                 /* index + 1 of the next dot of the same element in `dots`, or 0 */
} TruceDot;

/* 16 bytes an element, beside its text and its slot. */
typedef struct
{
  guint64 time;                 /* of its only dot; 0: it has none, or several */
  guint32 replica;              /* of its only dot; or TRUCE_DOTS_CHAIN | the index in `dots` of its first */
  guint32 text;                 /* where its text begins */
} TruceEntry;

typedef struct
{
  TruceReplica *replicas;       /* by index, which never changes */
  guint32 *replica_order;       /* their indices by ascending id */
  guint n_replicas;
  guint replica_found;          /* the index found last */

  TruceEntry *entries;          /* in the order in which they came */
  guint n_entries;
  guint entries_capacity;
  guint n_live;                 /* entries with a dot */

  guint32 *slots;               /* open addressing, linear probing, at most 3/4 full; 0: free */
  guint slot_mask;

  char *texts;                  /* of the entries in their order, each ended by NUL */
  gsize n_texts;                /* bytes, below 4 GiB */
  gsize texts_capacity;
  gsize dead_texts;             /* bytes of entries without a dot */

  TruceDot *dots;               /* of entries with several, by ascending replica id */
  guint n_dots;
  guint dots_capacity;
  guint free_dot;               /* index + 1 of the first unused one */

  const TruceHashKey *key;
} TruceDots;

void     truce_dots_init      (TruceDots       *self);
void     truce_dots_clear     (TruceDots       *self);
/* A deep copy. */
void     truce_dots_copy      (TruceDots       *self,
                               const TruceDots *other);
/* Makes room for n_entries more with n_texts bytes, but for their slots. */
void     truce_dots_reserve   (TruceDots       *self,
                               guint            n_entries,
                               gsize            n_texts);
/* The index of a replica, made if need be; TRUCE_DOTS_NONE if there are too many. */
guint32  truce_dots_replica   (TruceDots       *self,
                               guint64          id);
guint32  truce_dots_find      (const TruceDots *self,
                               const char      *text,
                               gsize            length);
/* Finds an entry or makes one without a dot; text[length] is NUL. The caller has checked the limits. */
guint32  truce_dots_intern    (TruceDots       *self,
                               const char      *text,
                               gsize            length);
/* The same for a text that is known not to be there. */
guint32  truce_dots_append    (TruceDots       *self,
                               const char      *text,
                               gsize            length);
/* Makes an entry that can't be found before truce_dots_place_pushed(), which is faster for many at a time,
 * and FALSE if a text was there twice. */
guint32  truce_dots_push      (TruceDots       *self,
                               const char      *text,
                               gsize            length);
gboolean truce_dots_place_pushed (TruceDots    *self) G_GNUC_WARN_UNUSED_RESULT;
/* Of one replica only the later dot stays. */
void     truce_dots_put       (TruceDots       *self,
                               guint32          entry,
                               guint64          time,
                               guint32          replica);
/* Takes a dot away if it is there. */
gboolean truce_dots_kill      (TruceDots       *self,
                               guint32          entry,
                               guint64          time,
                               guint32          replica);
/* Takes all dots of an entry away. */
void     truce_dots_kill_all  (TruceDots       *self,
                               guint32          entry);
/* Drops the entries that have no dot and are not in keep (a byte each). Gives where each went. */
guint32 *truce_dots_compact   (TruceDots       *self,
                               const guint8    *keep) G_GNUC_WARN_UNUSED_RESULT;
TruceVersionVector *truce_dots_get_context (const TruceDots *self) G_GNUC_WARN_UNUSED_RESULT;

static inline gboolean
truce_dots_live (const TruceDots *self, guint32 entry)
{
  return self->entries[entry].time != 0 || (self->entries[entry].replica & TRUCE_DOTS_CHAIN) != 0;
}

static inline const char *
truce_dots_text (const TruceDots *self, guint32 entry, gsize *length)
{
  gsize end = entry + 1 < self->n_entries ? self->entries[entry + 1].text : self->n_texts;

  *length = end - self->entries[entry].text - 1;
  return self->texts + self->entries[entry].text;
}

/* The dots of a live entry:  for (dot = first; ; dot = next) { …; if (dot.next == 0) break; } */
static inline TruceDot
truce_dots_first (const TruceDots *self, guint32 entry)
{
  const TruceEntry *e = &self->entries[entry];

  if (e->replica & TRUCE_DOTS_CHAIN)
    return self->dots[e->replica & ~TRUCE_DOTS_CHAIN];
  return (TruceDot) { e->time, e->replica, 0 };
}

static inline TruceDot
truce_dots_next (const TruceDots *self, TruceDot dot)
{
  return self->dots[dot.next - 1];
}

static inline gboolean
truce_dots_has (const TruceDots *self, guint32 entry, guint64 time, guint32 replica)
{
  TruceDot dot;

  if (!truce_dots_live (self, entry))
    return FALSE;
  for (dot = truce_dots_first (self, entry); dot.next != 0; dot = truce_dots_next (self, dot))
    if (dot.replica == replica)
      return dot.time == time;
  return dot.replica == replica && dot.time == time;
}

G_END_DECLS
