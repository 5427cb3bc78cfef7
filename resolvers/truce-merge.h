/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The three-way merge of JSON documents. Private: nothing here is installed.
 *
 *   truce-merge.c          the walk, and what one side's change means
 *   truce-merge-map.c      objects, member by member
 *   truce-merge-list.c     arrays whose order matters
 *   truce-merge-overlay.c  the other side's value in our formatting
 *   truce-merge-kinds.c    the kinds of a single value
 *   truce-merge-rules.c    what decides a conflict
 *   truce-merge-symbols.c  numbers for values, so that arrays are compared by number
 *   truce-merge-children.c members by name, and their order
 */

#include "truce-json.h"
#include "truce-schema-private.h"

G_BEGIN_DECLS

/* The documents by number. */
enum { TRUCE_BASE, TRUCE_OURS, TRUCE_THEIRS, TRUCE_N_SIDES };

/* The nodes of one value on the three sides; TRUCE_JSON_NONE where it is absent. */
typedef struct
{
  guint32 node[TRUCE_N_SIDES];
} TruceTriple;

/* Which side's field was written later: less than 0 ours, more than 0 theirs; 0 nobody knows. pointer: the
 * place. */
typedef int (*TruceLaterFunc) (const char *pointer,
                               gpointer    data);

typedef struct
{
  TruceSchema *schema;          /* or NULL */
  TruceRule fallback;           /* for what both sides changed and the schema has no rule for */
  TruceLaterFunc later;         /* or NULL: no stamps */
  gpointer later_data;
} TruceMergeOptions;

typedef struct
{
  char *pointer;                /* owned */
  TruceTriple values;
  TruceJsonDraft *proposed;     /* what the merge wrote there; NULL: nothing. Lives in the merge's arena */
} TruceMergeConflict;

typedef struct
{
  TruceJsonDoc *docs[TRUCE_N_SIDES]; /* owned; each may be NULL: absent as a whole */
  TruceSchema *schema;          /* owned, or NULL */
  TruceRule fallback;
  TruceLaterFunc later;
  gpointer later_data;

  TruceJsonArena *arena;        /* owned: all drafts */
  TruceJsonDraft *result;       /* NULL: absent as a whole */
  GArray *conflicts;            /* of TruceMergeConflict, in the order of the walk */

  /* While it runs */
  GString *pointer;             /* owned: where the walk is */
  TrucePatternWalk *walk;       /* owned, or NULL: no schema holds here */
  GPtrArray *made;              /* owned: documents of values that functions gave, of TruceJsonDoc * */
  GError *error;                /* a function's; ends the merge */
} TruceMerge;

/* Merges at once. Documents are hashed if they are not. NULL with an error only where a function set one. */
TruceMerge           *truce_merge_new          (TruceJsonDoc         *base,
                                                TruceJsonDoc         *ours,
                                                TruceJsonDoc         *theirs,
                                                const TruceMergeOptions  *options,
                                                GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void                  truce_merge_free         (TruceMerge           *merge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceMerge, truce_merge_free)

/* The result's text: of a whole side to the byte, else laid out like ours. There is a result. */
GBytes               *truce_merge_to_bytes     (const TruceMerge     *merge) G_GNUC_WARN_UNUSED_RESULT;
/* The same, read. doc NULL: absent as a whole. FALSE: it can't be read (it has grown too large), which is never to be
 * taken for absent. */
gboolean              truce_merge_to_doc       (const TruceMerge     *merge,
                                                TruceJsonDoc        **doc,
                                                GError              **error);

/* ---- between the files of the merge ---- */

static inline TruceTriple
truce_triple (guint32 base, guint32 ours, guint32 theirs)
{
  return (TruceTriple) { { base, ours, theirs } };
}

static inline TruceJsonType
truce_merge_type (const TruceMerge *merge, int side, guint32 node)
{
  return truce_json_type (merge->docs[side], node);
}

static inline gboolean
truce_merge_is (const TruceMerge *merge, TruceTriple values, int side, TruceJsonType type)
{
  return values.node[side] != TRUCE_JSON_NONE && truce_merge_type (merge, side, values.node[side]) == type;
}

/* Equal, or both absent. */
gboolean              truce_merge_equal        (const TruceMerge     *merge,
                                                TruceTriple           values,
                                                int                   a,
                                                int                   b);
/* The value of one place, NULL for absent. */
TruceJsonDraft       *truce_merge_value        (TruceMerge           *merge,
                                                TruceTriple           values);
/* The same one level down, at a member's name (the name's node on a side) or an index. */
TruceJsonDraft       *truce_merge_member       (TruceMerge           *merge,
                                                int                   side,
                                                guint32               name,
                                                TruceTriple           values);
TruceJsonDraft       *truce_merge_element      (TruceMerge           *merge,
                                                guint                 index,
                                                TruceTriple           values);
/* A side's value as it stands; theirs in our formatting where ours has something to format like. */
TruceJsonDraft       *truce_merge_take         (TruceMerge           *merge,
                                                TruceTriple           values,
                                                int                   side);
TruceJsonDraft       *truce_merge_map          (TruceMerge           *merge,
                                                TruceTriple           values);
TruceJsonDraft       *truce_merge_list         (TruceMerge           *merge,
                                                TruceTriple           values);
TruceJsonDraft       *truce_merge_overlay      (TruceMerge           *merge,
                                                guint32               ours,
                                                guint32               theirs);
/* Of a kind of a single value. FALSE: the values are not of that kind, and merge as a register. */
gboolean              truce_merge_kind         (TruceMerge           *merge,
                                                TruceKind             kind,
                                                TruceTriple           values,
                                                TruceJsonDraft      **result);
/* Two sides' numbers or strings in order; FALSE if they have none. */
gboolean              truce_merge_compare      (const TruceMerge     *merge,
                                                TruceTriple           values,
                                                int                   a,
                                                int                   b,
                                                int                  *order);
/* What both sides changed apart, or one deleted and the other changed: decided, or noted as a conflict.
 * proposed: what is written then, if not ours. */
TruceJsonDraft       *truce_merge_decide       (TruceMerge           *merge,
                                                TruceTriple           values,
                                                TruceJsonDraft       *proposed);

/* ---- symbols (truce-merge-symbols.c): numbers for values, equal for equal ones ---- */

typedef struct _TruceSymbols TruceSymbols;

/* The elements of an array; of none where node is no array. */
typedef struct
{
  guint32 *nodes;               /* owned */
  guint32 *symbols;             /* owned */
  gsize n;
} TruceElements;

/* One table for the three arrays at values. */
TruceSymbols         *truce_symbols_new        (const TruceMerge     *merge,
                                                TruceTriple           values);
void                  truce_symbols_free       (TruceSymbols         *symbols);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceSymbols, truce_symbols_free)
const TruceElements  *truce_symbols_get        (const TruceSymbols   *symbols,
                                                int                   side);
/* Symbols are less than this. */
guint32               truce_symbols_count      (const TruceSymbols   *symbols);

/* ---- children of containers (truce-merge-children.c) ---- */

/* The members of an object by name. A small one is searched as it is, a large one through a sorted index
 * that no choice of names can make slow. */
typedef struct
{
  const TruceJsonDoc *doc;
  guint32 object;               /* or TRUCE_JSON_NONE: it has no members */
  guint32 hint;                 /* the name that is likely next: sides mostly keep their order */
  GArray *sorted;               /* of guint32: names by hash, then spelling; NULL until it pays */
} TruceMembers;

void                  truce_members_init       (TruceMembers         *members,
                                                const TruceJsonDoc   *doc,
                                                guint32               object);
void                  truce_members_clear      (TruceMembers         *members);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceMembers, truce_members_clear)
/* The name's node, or TRUCE_JSON_NONE. */
guint32               truce_members_find       (TruceMembers         *members,
                                                const TruceJsonDoc   *doc,
                                                guint32               name);

/* Members in their final order: ours in their order, new ones behind the sibling that they follow on the
 * other side. */
typedef struct
{
  GArray *items;                /* of private items, linked by index */
  gboolean sorted;              /* by name: new ones keep it so */
} TruceOrder;

TruceOrder           *truce_order_new          (gboolean              sorted);
void                  truce_order_free         (TruceOrder           *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceOrder, truce_order_free)
/* Behind all that are there. only_ours: theirs knows nothing of it. Gives its number. */
guint                 truce_order_append       (TruceOrder           *order,
                                                TruceJsonChild        child,
                                                gboolean              only_ours);
/* Behind the item numbered after (G_MAXUINT: at the front) and what only ours has there. */
guint                 truce_order_insert       (TruceOrder           *order,
                                                guint                 after,
                                                TruceJsonChild        child);
/* The children, in order, without those whose value is NULL. Of TruceJsonChild. */
GArray               *truce_order_finish       (TruceOrder           *order) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
