/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What replicas of one record must show, told from the blueprint's section 3 alone, with no thought of
 * speed.
 *
 * Every write is an event, and a replica is the set of events that it has. An event leaves *marks* (a
 * value in a register, an element in a set, an amount in a counter, the presence of an empty map), and
 * takes away marks that its writer saw. A mark stands where no event that is there took it away. Two
 * replicas join by having the events of both; what shows is a function of the marks that stand, and
 * nothing else is remembered anywhere. */

#include <truce.h>

G_BEGIN_DECLS

#define MODEL_STORES 8u
#define MODEL_EVENTS 512u       /* of one record */

/* ---- what is written ---- */

typedef struct _Value Value;

/* Of a map: members by name. Of a set: elements, JSON strings of one length. Else the JSON text, compact. */
struct _Value
{
  char *text;
  GPtrArray *elements;          /* char * */
  GPtrArray *names;             /* char *, beside values */
  GPtrArray *values;            /* Value * */
};

Value *value_new_plain (const char *text);
Value *value_new_set   (void);
Value *value_new_map   (void);
void   value_free      (Value      *value);
void   value_put       (Value      *map,
                        const char *name,
                        Value      *member);
char  *value_to_json   (const Value *value);

typedef enum
{
  VERB_CREATE,
  VERB_PUT,
  VERB_PATCH,
  VERB_UNSET,
  VERB_DELETE,
  VERB_UNDELETE,
  VERB_ADD,
  VERB_REMOVE,
  VERB_INCREMENT,
  N_VERBS
} Verb;

typedef struct
{
  Verb verb;
  Value *value;                 /* of CREATE, PUT, PATCH; owned */
  const char *field;            /* of the others but DELETE and UNDELETE */
  const char *element;          /* of ADD, REMOVE */
  gint64 amount;
} Write;

/* ---- replicas of one record ---- */

typedef struct
{
  guint64 bits[MODEL_EVENTS / 64];
} EventSet;

typedef struct
{
  TruceDeleteRule rule;
  TruceKind (*kind_of) (const char *path, const Value *value);  /* path: names joined by "/" */
  GPtrArray *events;            /* all that ever were */
  GPtrArray *marks;
  EventSet known[MODEL_STORES];
  GHashTable *local[MODEL_STORES];      /* field → text: what never leaves */
} Model;

typedef struct
{
  EventSet known;
  GHashTable *local;
} ModelReplica;

Model       *model_new   (TruceDeleteRule rule,
                          TruceKind     (*kind_of) (const char *, const Value *));
void         model_free  (Model          *self);
/* Does one write, in the replica of that store. What must become of it: -1: nothing, as it was so already;
 * 0: done; otherwise 1 + the error's code. */
int          model_write (Model          *self,
                          guint           store,
                          const Write    *write,
                          guint64         time,
                          guint64         replica);
/* Gives whether from has what to has not. */
gboolean     model_brings (const Model   *self,
                          guint           to,
                          guint           from);
void         model_join  (Model          *self,
                          guint           to,
                          guint           from);
/* To take writes back. */
ModelReplica model_save    (const Model    *self,
                            guint           store);
void         model_restore (Model          *self,
                            guint           store,
                            ModelReplica   *replica);
void         model_replica_clear (ModelReplica *replica);
/* NULL: not there, or deleted. */
char        *model_show  (const Model    *self,
                          guint           store);

G_END_DECLS
