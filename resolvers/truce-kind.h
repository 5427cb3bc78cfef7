/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-error.h"

G_BEGIN_DECLS

/**
 * TruceKind:
 * @TRUCE_KIND_REGISTER: one value, replaced as a whole; what both sides changed is decided by a [enum@Rule]
 * @TRUCE_KIND_MULTI_REGISTER: as a register, but all concurrent values are kept
 * @TRUCE_KIND_COUNTER: an integer that both sides add to
 * @TRUCE_KIND_SET: an array of distinct values, in any order
 * @TRUCE_KIND_MAP: an object, merged member by member
 * @TRUCE_KIND_LIST: an array whose order matters
 * @TRUCE_KIND_TEXT: a string, merged by words
 * @TRUCE_KIND_FLAG: a boolean; true wins where both sides changed it
 * @TRUCE_KIND_MAX: a number or string that only grows
 * @TRUCE_KIND_MIN: a number or string that only shrinks
 * @TRUCE_KIND_IMMUTABLE: never changes once it is set
 * @TRUCE_KIND_LOCAL: never leaves the replica
 *
 * What a field means when edits meet.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_KIND_REGISTER,
  TRUCE_KIND_MULTI_REGISTER,
  TRUCE_KIND_COUNTER,
  TRUCE_KIND_SET,
  TRUCE_KIND_MAP,
  TRUCE_KIND_LIST,
  TRUCE_KIND_TEXT,
  TRUCE_KIND_FLAG,
  TRUCE_KIND_MAX,
  TRUCE_KIND_MIN,
  TRUCE_KIND_IMMUTABLE,
  TRUCE_KIND_LOCAL,
} TruceKind;

/**
 * TruceRule:
 * @TRUCE_RULE_NONE: nothing decides: a conflict
 * @TRUCE_RULE_LATER: the value with the later stamp; a conflict where there are no stamps
 * @TRUCE_RULE_OURS: the local value
 * @TRUCE_RULE_THEIRS: the remote value
 * @TRUCE_RULE_MAX: the greater of two numbers or two strings
 * @TRUCE_RULE_MIN: the lesser of two numbers or two strings
 * @TRUCE_RULE_LONGEST: the longer of two strings (in characters) or two arrays (in elements)
 * @TRUCE_RULE_HIGHEST_VERSION: the higher of two semantic versions, which may have a range prefix; of a value that one
 *   side removed and the other only moved to a compatible version, the removal
 * @TRUCE_RULE_UNION: of two arrays, the elements of both, each once
 * @TRUCE_RULE_ASK: a conflict, for a person to decide
 *
 * What decides a register that both sides changed apart.
 *
 * A rule that does not apply to the two values (two objects under
 * %TRUCE_RULE_MAX, two equally long strings under %TRUCE_RULE_LONGEST) leaves
 * the conflict as it is.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_RULE_NONE,
  TRUCE_RULE_LATER,
  TRUCE_RULE_OURS,
  TRUCE_RULE_THEIRS,
  TRUCE_RULE_MAX,
  TRUCE_RULE_MIN,
  TRUCE_RULE_LONGEST,
  TRUCE_RULE_HIGHEST_VERSION,
  TRUCE_RULE_UNION,
  TRUCE_RULE_ASK,
} TruceRule;

/**
 * TruceDeleteRule:
 * @TRUCE_DELETE_RULE_NONE: nothing decides: a conflict. In a store, as %TRUCE_DELETE_RULE_UPDATE_WINS
 * @TRUCE_DELETE_RULE_UPDATE_WINS: the change, and the whole with it, stays
 * @TRUCE_DELETE_RULE_DELETE_WINS: the deletion stands
 * @TRUCE_DELETE_RULE_LATER_WINS: whichever has the later stamp; a conflict where there are no stamps
 *
 * What decides where one side deleted what the other changed.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_DELETE_RULE_NONE,
  TRUCE_DELETE_RULE_UPDATE_WINS,
  TRUCE_DELETE_RULE_DELETE_WINS,
  TRUCE_DELETE_RULE_LATER_WINS,
} TruceDeleteRule;

/**
 * TruceStrategy:
 * @TRUCE_STRATEGY_FIELD_MERGE: [class@FieldMergeResolver]
 * @TRUCE_STRATEGY_LAST_WRITE: [class@LastWriteResolver]
 * @TRUCE_STRATEGY_PREFER_LOCAL: [class@PreferResolver], the local side
 * @TRUCE_STRATEGY_PREFER_REMOTE: [class@PreferResolver], the remote side
 * @TRUCE_STRATEGY_DEFER: [class@DeferResolver]
 *
 * The resolvers that a schema can name.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_STRATEGY_FIELD_MERGE,
  TRUCE_STRATEGY_LAST_WRITE,
  TRUCE_STRATEGY_PREFER_LOCAL,
  TRUCE_STRATEGY_PREFER_REMOTE,
  TRUCE_STRATEGY_DEFER,
} TruceStrategy;

/**
 * TruceFieldType:
 * @TRUCE_FIELD_TYPE_ANY: any JSON, null included
 * @TRUCE_FIELD_TYPE_STRING: a string
 * @TRUCE_FIELD_TYPE_NUMBER: a number
 * @TRUCE_FIELD_TYPE_INTEGER: a number that is an integer of 64 bits, however it is spelled: 10 and 1e1
 * @TRUCE_FIELD_TYPE_BOOLEAN: true or false
 * @TRUCE_FIELD_TYPE_ARRAY: an array
 * @TRUCE_FIELD_TYPE_OBJECT: an object
 *
 * What JSON a field may hold.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_FIELD_TYPE_ANY,
  TRUCE_FIELD_TYPE_STRING,
  TRUCE_FIELD_TYPE_NUMBER,
  TRUCE_FIELD_TYPE_INTEGER,
  TRUCE_FIELD_TYPE_BOOLEAN,
  TRUCE_FIELD_TYPE_ARRAY,
  TRUCE_FIELD_TYPE_OBJECT,
} TruceFieldType;

#define TRUCE_TYPE_KIND (truce_kind_get_type ())
#define TRUCE_TYPE_RULE (truce_rule_get_type ())
#define TRUCE_TYPE_DELETE_RULE (truce_delete_rule_get_type ())
#define TRUCE_TYPE_STRATEGY (truce_strategy_get_type ())
#define TRUCE_TYPE_FIELD_TYPE (truce_field_type_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType       truce_kind_get_type        (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType       truce_rule_get_type        (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType       truce_delete_rule_get_type (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType       truce_strategy_get_type    (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType       truce_field_type_get_type  (void) G_GNUC_CONST;

TRUCE_AVAILABLE_IN_1_0
const char *truce_kind_to_string       (TruceKind    kind);
TRUCE_AVAILABLE_IN_1_0
gboolean    truce_rule_from_string     (const char  *name,
                                        TruceRule   *rule,
                                        GError     **error);
TRUCE_AVAILABLE_IN_1_0
const char *truce_rule_to_string       (TruceRule    rule);

G_END_DECLS
