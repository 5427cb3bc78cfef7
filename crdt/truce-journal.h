/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What changed lately, so that a delta costs its changes and not the elements. Private. */

#include "truce-version-vector-private.h"

G_BEGIN_DECLS

typedef enum
{
  TRUCE_CHANGE_ADD,
  TRUCE_CHANGE_KILL,
} TruceChangeType;
#define TRUCE_CHANGE_TYPES 2

/* An event added a dot, or took one away. Replicas and entries are indices into a TruceDots. */
typedef struct
{
  guint64 time;                 /* of the event */
  guint64 dot_time;             /* of the dot that it took away; 0: it added one, of its own stamp */
  guint32 replica;              /* of the event */
  guint32 dot_replica;
  guint32 entry;
  guint32 back;                 /* how many changes ago its replica had one of this type; 0: never */
} TruceChange;

static inline TruceChangeType
truce_change_type (const TruceChange *self)
{
  return self->dot_time == 0 ? TRUCE_CHANGE_ADD : TRUCE_CHANGE_KILL;
}

typedef struct
{
  guint64 floor[TRUCE_CHANGE_TYPES];    /* the journal has all changes by its events later than this */
  guint32 last[TRUCE_CHANGE_TYPES];     /* index + 1 of its latest change; 0: none */
} TruceJournalReplica;

typedef struct
{
  TruceChange *changes;         /* in the order in which they came here */
  guint n_changes;
  guint capacity;
  TruceJournalReplica *replicas;
  guint n_replicas;
} TruceJournal;

void     truce_journal_clear  (TruceJournal             *self);
void     truce_journal_copy   (TruceJournal             *self,
                               const TruceJournal       *other);
/* Keeps at least the latest `keep` changes, and at most twice as many. */
void     truce_journal_append (TruceJournal             *self,
                               TruceChange               change,
                               guint                     keep);
/* From now on the journal does not know all that the replica's events up to time did. */
void     truce_journal_raise  (TruceJournal             *self,
                               guint32                   replica,
                               TruceChangeType           type,
                               guint64                   time);

static inline guint64
truce_journal_floor (const TruceJournal *self, guint32 replica, TruceChangeType type)
{
  return replica < self->n_replicas ? self->replicas[replica].floor[type] : 0;
}

/* The changes of one type by one replica, the latest first:
 * for (i = truce_journal_last (…); i != 0; i = truce_journal_back (…))  changes[i - 1] */
static inline guint
truce_journal_last (const TruceJournal *self, guint32 replica, TruceChangeType type)
{
  return replica < self->n_replicas ? self->replicas[replica].last[type] : 0;
}

static inline guint
truce_journal_back (const TruceJournal *self, guint i)
{
  guint32 back = self->changes[i - 1].back;

  return back != 0 && back < i ? i - back : 0;
}

G_END_DECLS
