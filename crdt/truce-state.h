/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The stamped state of a JSON object: a tree of small values that merge by themselves, under one context.
 * A store's record and TruceOrMap are both made of it. Private: nothing here is installed.
 *
 *   truce-state.c         the tree: life, fields, parts
 *   truce-state-show.c    what shows
 *   truce-state-write.c   local events
 *   truce-state-copy.c    into another arena
 *   truce-state-join.c    two states become one
 *   truce-state-tally.c   counters
 *   truce-state-restamp.c stamps that nobody has seen, rewritten
 *   truce-state-leave.c   what leaves the replica
 *   truce-state-decode.c, truce-state-encode.c   bytes (docs/format.md)
 *
 * Every event has a stamp, and the context covers all events that the state has seen; the stamps of one
 * replica only grow. A *dot* is the stamp of an event whose value still stands. Joining is one rule for all
 * shapes: a dot stays that both sides have, or that the other side's context does not cover. A dot that is
 * gone and covered has been seen and replaced or removed. So several dots stand beside each other only
 * where replicas wrote apart, at most one of each replica (of each element in a SET), and the next write
 * replaces them all. Which one shows is the shape's affair, and no part of the join:
 *
 *   REGISTER  the latest dot. A value may be absent (an unset that must beat earlier writes)
 *   FIRST     the earliest dot                                                  (kind immutable)
 *   MAX, MIN  the greatest, least value, then the earliest dot. Numbers before strings, by value
 *   MULTI     the latest one, as REGISTER; the others count too
 *   FLAG      true if any dot is, else the latest one; FLAG_OFF false if any dot is
 *   SET       its elements, ascending by bytes; each may have several dots
 *   COUNTER   a tally for each replica, see below; no dots
 *   MAP       fields by name, recursively
 *   LOCAL     a value without a stamp that never leaves: ours stays, theirs is dropped (kind local)
 *
 * Losing dots are kept, and not dropped by the join, since a clear takes what it has seen: where that was
 * the winner alone, the loser must show again, whichever states met first.
 *
 * A field that was written with several shapes (a schema that changed; a scalar where another wrote an
 * object) keeps a part of each. LOCAL shows if there is one; else the part with the latest event, then the
 * lesser shape. A write clears the parts of other shapes.
 *
 * A SET and a MAP are there (as [], {}) as long as they have a dot of their own: presence, which the first
 * write to them makes and a clear takes. Without it they show while something is in them.
 *
 * Ties of equal stamps with unequal values (a cloned disk) end in the greater text, bytewise.
 *
 * All memory is the arena's; a state refers to the JSON text and the bytes that it was decoded from, and to
 * the texts given to it: they must outlive it. */

#include <string.h>

#include "truce-json.h"
#include "truce-stamp-private.h"
#include "truce-version-vector-private.h"

G_BEGIN_DECLS

#define TRUCE_STATE_DEPTH_MAX 64u       /* maps within maps: input can't make anything here recurse deeper */

typedef enum
{
  TRUCE_SHAPE_REGISTER = 1,
  TRUCE_SHAPE_FIRST,
  TRUCE_SHAPE_MAX,
  TRUCE_SHAPE_MIN,
  TRUCE_SHAPE_MULTI,
  TRUCE_SHAPE_FLAG,
  TRUCE_SHAPE_FLAG_OFF,
  TRUCE_SHAPE_SET,
  TRUCE_SHAPE_COUNTER,
  TRUCE_SHAPE_MAP,
  TRUCE_SHAPE_LOCAL,
} TruceShape;

/* A JSON text, not terminated; text NULL: absent. */
typedef struct
{
  const char *text;
  gsize length;
} TruceSlice;

typedef struct
{
  TruceStamp stamp;
  TruceSlice value;             /* of a SET: the element, canonical JSON of a scalar */
} TruceStateDot;

/* What one replica counted, and how much of that has been reset by who had seen it: so a reset takes only
 * what it saw. Each number only grows; a join takes the greater of each. There is a value where some
 * replica's latest event is later than its reset. */
typedef struct
{
  guint64 replica;
  guint64 time;                 /* of its latest event */
  guint64 plus;                 /* saturates */
  guint64 minus;
  guint64 reset_time;           /* the greatest time that a reset had seen; 0: never */
  guint64 reset_plus;
  guint64 reset_minus;
} TruceTally;

typedef struct _TruceStatePart TruceStatePart;
typedef struct _TruceStateField TruceStateField;
typedef struct _TruceStateMap TruceStateMap;
typedef struct _TruceState TruceState;

struct _TruceStatePart
{
  TruceShape shape;
  guint32 n;                    /* of dots or tallies */
  guint32 room;
  union
  {
    TruceStateDot *dots;        /* ascending by stamp; of a SET by element, then stamp. Presence: no value */
    TruceTally *tallies;        /* ascending by replica */
  };
  union
  {
    TruceStateMap *map;
    TruceSlice local;
  };
};

struct _TruceStateField
{
  TruceSlice name;              /* plain UTF-8, unescaped */
  TruceStatePart *parts;        /* ascending by shape; mostly one */
  guint32 n_parts;
};

/* Fields by name. A field may be left without parts: it is as if it were not there. */
struct _TruceStateMap
{
  TruceStateField *fields;
  guint32 n_fields;
  guint32 room;
  guint32 *index;               /* field + 1 or 0; open addressing by keyed hash. NULL: few, or sorted */
  guint32 n_slots;              /* a power of two */
  guint32 depth;                /* 0: the state's own */
  gboolean sorted;              /* by the bytes of the names */
};

/* The life of the whole. A deletion drops the creations that it saw and keeps what it had seen; the delete
 * rule of whoever looks decides what shows. */
struct _TruceState
{
  TruceJsonArena *arena;
  TruceStateMap fields;
  TruceStamp *context;          /* the latest of each replica, by ascending replica: all events */
  guint32 n_context;
  TruceStamp *creations;        /* dots, ascending */
  guint32 n_creations;
  TruceStamp touched;           /* the latest event that is no deletion; time 0: none */
  TruceStamp deleted;           /* the latest deletion; time 0: never deleted */
  TruceStamp *deleted_context;  /* what deletions had seen, themselves included; by ascending replica */
  guint32 n_deleted_context;
};

/* A value of a REGISTER or FIRST that a join has put behind another one which had not seen it. pointer: an
 * RFC 6901 pointer to its place. */
typedef void (*TruceLostFunc) (const char          *pointer,
                               const TruceStateDot *dot,
                               gpointer             data);

/* ---- bytes ---- */

TruceState *truce_state_new      (TruceJsonArena    *arena) G_GNUC_WARN_UNUSED_RESULT;
/* All of it, texts too, in another arena. */
TruceState *truce_state_copy     (const TruceState  *self,
                                  TruceJsonArena    *arena) G_GNUC_WARN_UNUSED_RESULT;
/* json: the object as it shows, as encode wrote it (checked all the same); NULL: it is among the bytes.
 * bytes: the rest. Nothing of it is trusted: NULL with TRUCE_ERROR_CORRUPT, TOO_NEW or TOO_LARGE. */
TruceState *truce_state_decode   (TruceJsonArena    *arena,
                                  const char        *json,
                                  gsize              json_length,
                                  const guint8      *bytes,
                                  gsize              length,
                                  GError           **error) G_GNUC_WARN_UNUSED_RESULT;
/* Appends the object as it shows (members ascending by the bytes of their names, no space between tokens,
 * each value spelled as it was written but for that space) and the rest, which is canonical: equal states
 * give equal bytes. json NULL: the object goes among the bytes, for a record that does not show. A state in
 * which each field is a REGISTER with one and the same stamp, which is also its one creation and all of its
 * context, takes some 20 bytes: that is what most records are. Sorts the fields in place. */
void        truce_state_encode   (TruceState        *self,
                                  GString           *json,
                                  GByteArray        *bytes);
/* The bytes of such a fresh state, without building it. Gives their number; buffer has room for
 * TRUCE_STATE_FRESH_MAX. */
#define TRUCE_STATE_FRESH_MAX 32u
gsize       truce_state_fresh    (TruceStamp         stamp,
                                  guint8            *buffer);
/* The other way: whether these are the bytes of a fresh state, and whose. */
gboolean    truce_state_get_fresh (const guint8      *bytes,
                                   gsize              length,
                                   TruceStamp        *stamp);

/* ---- what shows ---- */

TruceStateField      *truce_state_field     (const TruceStateMap   *map,
                                             const char            *name,
                                             gsize                  length);
/* The part that shows, or NULL where none does. */
const TruceStatePart *truce_state_shown     (const TruceStateField *field);
/* Of a part that has a value and is no MAP, SET: its JSON text. Of a counter it is written into the arena. */
TruceSlice            truce_state_value     (TruceState            *self,
                                             const TruceStatePart  *part);
/* Of a part that shows, of any shape. */
void                  truce_state_write_part (const TruceStatePart *part,
                                              GString              *json);
/* Sorts the fields in place. */
void                  truce_state_write_map (TruceStateMap         *map,
                                             GString               *json);
/* Under the rules of a delete rule (see the blueprint of a record's life): */
typedef enum { TRUCE_LIFE_UPDATE_WINS, TRUCE_LIFE_DELETE_WINS, TRUCE_LIFE_LATER_WINS } TruceLifeRule;
gboolean              truce_state_is_alive  (const TruceState      *self,
                                             TruceLifeRule          rule);

/* ---- local events ----
 *
 * Each has a stamp later than all of this replica that the state has seen, or the same as the last one (one
 * write may be many events), and enters the context. map is the state's own or that of a MAP part in it; a
 * field that is not there is made. The other shapes of the field are cleared. What is already so changes
 * nothing and gives FALSE: then the stamp does not enter either. */

gboolean    truce_state_create    (TruceState       *self,
                                   TruceStamp        stamp);    /* also undeletes */
gboolean    truce_state_delete    (TruceState       *self,
                                   TruceStamp        stamp);
/* value is JSON; spaces between its tokens are left out. Values are the same if their texts are.
 * REGISTER, FIRST, MAX, MIN, MULTI, FLAG, FLAG_OFF: value.text NULL unsets a REGISTER, MULTI or FLAG by an
 * absent value, and gives FALSE for FIRST, MAX, MIN. FIRST with another value, MAX with a lesser: FALSE.
 * LOCAL: sets the value; the stamp is not used. */
gboolean    truce_state_set       (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceShape        shape,
                                   TruceSlice        value,
                                   TruceStamp        stamp);
gboolean    truce_state_add       (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceSlice        element,
                                   TruceStamp        stamp);
gboolean    truce_state_remove    (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceSlice        element,
                                   TruceStamp        stamp);
/* An amount of 0 makes a counter that is not there yet. */
gboolean    truce_state_increment (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   gint64            amount,
                                   TruceStamp        stamp);
/* The map at name, made if it does not show. NULL: maps would nest deeper than TRUCE_STATE_DEPTH_MAX. */
TruceStateMap *truce_state_map    (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceStamp        stamp);
/* Makes an empty SET or MAP show as [] or {}. FALSE if one already shows. */
gboolean    truce_state_touch     (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceShape        shape,
                                   TruceStamp        stamp);
/* Takes away all that the field holds and this state has seen, in all shapes and depths, by dropping dots:
 * what another wrote there meanwhile survives. (For a REGISTER that must beat earlier writes unset it
 * instead.) */
gboolean    truce_state_clear     (TruceState       *self,
                                   TruceStateMap    *map,
                                   const char       *name,
                                   TruceStamp        stamp);
/* A tally's sum, saturated. FALSE where there is no value. */
gboolean    truce_state_count     (const TruceStatePart *counter,
                                   gint64               *value);
/* Whether that is all that was counted: 64 bits hold the sum, and no replica has come to the end of its own. */
gboolean    truce_state_count_is_exact (const TruceStatePart *counter);

/* ---- joining ---- */

/* Takes other in, which stays as it is; self refers to its texts afterwards, so both arenas must live as
 * long as self. lost may be NULL. Commutative, associative, idempotent up to encoding and LOCAL. Gives
 * whether self changed. Linear, but for looking up names. Never fails: what could was checked by decode. */
gboolean    truce_state_join      (TruceState       *self,
                                   const TruceState *other,
                                   TruceLostFunc     lost,
                                   gpointer          lost_data);
/* The same with a part of a state: other has all that its side knows of some top fields, missing names those
 * of which nothing is left there, and of the others they say nothing. */
gboolean    truce_state_join_fields (TruceState       *self,
                                     const TruceState *other,
                                     const TruceSlice *missing,
                                     guint32           n_missing);
gboolean    truce_state_covers    (const TruceState *self,
                                   TruceStamp        stamp);
/* Whether self has seen all that other has: joining self into other then gives self, but for what is LOCAL. */
gboolean    truce_state_covers_all (const TruceState *self,
                                    const TruceState *other);
gboolean    truce_state_has_local  (const TruceState *self);

/* ---- leaving the replica ---- */

/* Takes all LOCAL parts away. Gives whether there were any. */
gboolean    truce_state_strip_local (TruceState      *self);
/* The latest time of a replica that the state has seen; 0: none. */
guint64     truce_state_latest      (const TruceState *self,
                                     guint64           replica);

typedef void (*TruceTallyFunc) (const char       *pointer,
                                const TruceTally *tally,
                                gpointer          data);

/* Each counter that the replica has counted in, whether or not it shows. */
void        truce_state_visit_tallies (const TruceState *self,
                                       guint64           replica,
                                       TruceTallyFunc    func,
                                       gpointer          data);

/* ---- rewriting what nobody has seen ---- */

/* Own times are unsent that are later than after and than what known has seen of us. Who changes the replica's id
 * because another copy uses it too, and doesn't know whether the last push arrived, does best to say after = 0: what
 * is there under both ids is there once, but for counters, which sent tells about; what is under the old id alone,
 * and never arrived, may be taken for what the other copy did at that time, and be lost. */
typedef struct
{
  guint64 replica;
  guint64 after;
  guint64 new_replica;          /* may be the same */
  gint64 shift_ms;              /* added to unsent times; their order among each other stays */
  guint64 not_after_ms;         /* no new time is later, but to be later than what it must follow; 0: no bound */
  const TruceState *known;      /* at the base, or NULL: nothing was acknowledged. New times are later than all of it */
  GHashTable *sent;             /* pointer → const TruceTally *: plus, minus of ours as they were last sent, acknowledged
                                 * or not; or NULL. It matters for another id only */
} TruceRestamp;

/* Gives whether anything changed; then *latest is lifted to the latest new time. LOCAL parts stay as they are. Of
 * stamps that met before, touched and deleted keep only the later; so where a time goes back behind a deletion by
 * others that this state has already joined, LATER_WINS may say otherwise than if they met afterwards. */
gboolean    truce_state_restamp     (TruceState         *self,
                                     const TruceRestamp *how,
                                     guint64            *latest);

/* ---- among the files of the state ---- */

#define TRUCE_STATE_VERSION 1u

/* The first bytes of a part, and of the whole: see docs/format.md. */
#define TRUCE_STATE_GENERAL 1u
#define TRUCE_STATE_HIDDEN 2u
#define TRUCE_STATE_DELETED 4u
#define TRUCE_PART_MORE 0x40u
#define TRUCE_PART_WHERE(byte) ((byte) >> 4 & 3u)

typedef enum
{
  TRUCE_WHERE_NOWHERE,          /* the part has no value */
  TRUCE_WHERE_JSON,             /* it shows, in the JSON */
  TRUCE_WHERE_HERE,             /* its text follows */
} TruceWhere;

typedef enum
{
  TRUCE_DOT_SHOWN,
  TRUCE_DOT_ABSENT,
  TRUCE_DOT_TEXT,               /* its text follows */
  TRUCE_DOT_SAME,               /* the same text as the one that shows */
} TruceDotTag;

static inline int
truce_slice_compare (TruceSlice a, TruceSlice b)
{
  gsize length = MIN (a.length, b.length);
  int order = length > 0 ? memcmp (a.text, b.text, length) : 0;

  if (order != 0)
    return order;
  if (a.length != b.length)
    return a.length < b.length ? -1 : 1;
  return (a.text != NULL) - (b.text != NULL);
}

static inline gboolean
truce_slice_equal (TruceSlice a, TruceSlice b)
{
  return a.length == b.length && truce_slice_compare (a, b) == 0;
}

/* With a NUL that is not counted. */
TruceSlice       truce_slice_copy         (TruceSlice             slice,
                                           TruceJsonArena        *arena);
/* An array in the arena with room for one more than n, elements of that size. */
gpointer         truce_state_grow         (TruceJsonArena        *arena,
                                           gpointer               array,
                                           guint32                n,
                                           guint32               *room,
                                           gsize                  size);
/* The latest time of a replica in a context; 0: none. */
guint64          truce_context_time       (const TruceStamp      *context,
                                           guint32                n_context,
                                           guint64                replica);
/* The union of two contexts, made in the arena; *n is the length of a, then of the union. */
TruceStamp      *truce_context_join       (TruceJsonArena        *arena,
                                           const TruceStamp      *a,
                                           guint32               *n,
                                           const TruceStamp      *b,
                                           guint32                n_b);
TruceStateMap   *truce_state_map_new      (TruceState            *self,
                                           guint32                depth);
/* Behind all others; the caller knows that there is none of this name. */
TruceStateField *truce_state_field_append (TruceState            *self,
                                           TruceStateMap         *map,
                                           TruceSlice             name);
/* Makes room, so that many fields can be appended without growing. */
void             truce_state_map_reserve  (TruceState            *self,
                                           TruceStateMap         *map,
                                           guint32                n_fields);
void             truce_state_map_sort     (TruceStateMap         *map);
TruceStatePart  *truce_state_part         (const TruceStateField *field,
                                           TruceShape             shape);
/* The part of that shape, made if it is not there. */
TruceStatePart  *truce_state_part_make    (TruceState            *self,
                                           TruceStateField       *field,
                                           TruceShape             shape);
/* A part that holds nothing at all, not even what does not show. */
gboolean         truce_state_part_is_empty (const TruceStatePart *part);
/* Takes away empty parts. */
void             truce_state_field_trim   (TruceStateField       *field);
/* Of a shape with one value: the dot that shows, or NULL. Its value may be absent. */
const TruceStateDot *truce_state_shown_dot (const TruceStatePart *part);
gboolean         truce_state_part_shows   (const TruceStatePart  *part);
TruceTally      *truce_state_tally_make   (TruceState            *self,
                                           TruceStatePart        *part,
                                           guint64                replica);
void             truce_state_tally_reset  (TruceStatePart        *part);
/* The latest stamp of what is not reset. */
TruceStamp       truce_state_tally_latest (const TruceStatePart  *part);
gboolean         truce_state_tally_join   (TruceState            *self,
                                           TruceStatePart        *part,
                                           const TruceStatePart  *other);

/* MAX and MIN: how JSON scalars are ordered. */
int              truce_state_value_order  (TruceSlice             a,
                                           TruceSlice             b);

static inline gboolean
truce_shape_has_one_value (TruceShape shape)
{
  return shape <= TRUCE_SHAPE_FLAG_OFF;
}

G_END_DECLS
