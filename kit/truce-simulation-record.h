/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What one record must look like in a store, told from the blueprint alone, with no thought of speed.
 * Private.
 *
 * Each write of a simulation is an *event*, and carries a field of its own: a *tag*, named e and a number
 * ("e17"). So what a store knows of a record can be read from the record itself: the events whose tags show,
 * and all that those had seen. Nothing needs to be known of how anything got there: lost replies, crashes and
 * restored backups included.
 *
 * An event leaves *marks* (a value in a register, an element in a set, an amount in a counter, the presence
 * of an empty set) and takes away marks that its writer saw. A mark stands where no known event took it away.
 * What shows is a function of the marks that stand. */

#include <json-glib/json-glib.h>

#include "truce-schema.h"
#include "truce-state.h"

G_BEGIN_DECLS

/* A set of events: a bit for each number. */
typedef struct
{
  guint64 *words;
  guint n_words;
} TruceEventSet;

TruceEventSet truce_event_set_new    (guint                n_events);
void          truce_event_set_clear  (TruceEventSet       *self);
void          truce_event_set_copy   (TruceEventSet       *self,
                                      const TruceEventSet *other);
void          truce_event_set_join   (TruceEventSet       *self,
                                      const TruceEventSet *other);
void          truce_event_set_empty  (TruceEventSet       *self);
gboolean      truce_event_set_is_empty (const TruceEventSet *self);
/* An event of other that self has not; -1: none. */
int           truce_event_set_lacks  (const TruceEventSet *self,
                                      const TruceEventSet *other);

static inline gboolean
truce_event_set_has (const TruceEventSet *self, guint event)
{
  return event / 64 < self->n_words && (self->words[event / 64] >> (event % 64) & 1);
}

static inline void
truce_event_set_add (TruceEventSet *self, guint event)
{
  self->words[event / 64] |= G_GUINT64_CONSTANT (1) << (event % 64);
}

/* A value that was written somewhere. */
typedef struct
{
  guint event;                  /* that left it */
  TruceKind kind;
  char *path;                   /* a field, or MAP/MEMBER */
  char *text;                   /* JSON; NULL: absent (a register), or presence (a set, a map) */
  gint64 amount;                /* of a counter */
} TruceMark;

typedef struct
{
  guint number;
  gboolean creates;
  gboolean deletes;
  TruceEventSet seen;
  GPtrArray *taken;             /* of TruceMark *, not owned */
} TruceEvent;

/* All that was ever written to one record, by anyone. */
typedef struct
{
  char *collection;
  char *id;
  TruceDeleteRule rule;
  guint n_events;               /* in the whole story */
  GPtrArray *events;            /* of TruceEvent *, owned */
  GPtrArray *marks;             /* of TruceMark *, owned */
} TruceSimRecord;

/* One operation as a scenario writes it: [collection, id, …] under its verb. */
typedef struct
{
  const char *verb;
  JsonArray *arguments;         /* not owned */
  guint first;                  /* where in them the collection stands */
  JsonArray *unset;             /* not owned; or NULL */
} TruceSimWrite;

TruceSimRecord *truce_sim_record_new     (const char           *collection,
                                          const char           *id,
                                          TruceDeleteRule       rule,
                                          guint                 n_events) G_GNUC_WARN_UNUSED_RESULT;
void            truce_sim_record_free    (TruceSimRecord       *self);

/* The kind of a field in all schemas of simulations. */
TruceKind       truce_sim_kind           (const char           *field);
/* Of a tag, or -1. */
int             truce_sim_tag_number     (const char           *name,
                                          gsize                 length);
const TruceEvent *truce_sim_record_event (const TruceSimRecord *self,
                                          guint                 number);

/* The events that a state of this record shows. */
void            truce_sim_record_known   (const TruceSimRecord *self,
                                          const TruceState     *state,
                                          TruceEventSet        *known);
/* The marks that stand, in the order in which they were left. */
GPtrArray      *truce_sim_record_standing (const TruceSimRecord *self,
                                           const TruceEventSet  *known) G_GNUC_WARN_UNUSED_RESULT;
/* One event of all the operations that stand in one transaction, by a writer who knows those. Gives whether
 * each of them must succeed; one that must not changes nothing. */
gboolean        truce_sim_record_write   (TruceSimRecord       *self,
                                          const TruceEventSet  *known,
                                          gboolean              exists,
                                          gboolean              alive,
                                          const TruceSimWrite  *writes,
                                          guint                 n_writes);
/* What the state shows but should not, or the other way; NULL: nothing. gated: a resolver may have written,
 * too. */
char           *truce_sim_record_compare (const TruceSimRecord *self,
                                          const TruceEventSet  *known,
                                          TruceState           *state,
                                          gboolean              alive,
                                          gboolean              gated) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
