/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "merge-writes.h"

#define FIELDS \
        "\"title\":\"register\",\"labels\":\"multi-register\",\"votes\":\"counter\",\"tags\":\"set\"," \
        "\"info\":\"map\",\"/info/likes\":\"counter\",\"/info/tags\":\"set\",\"done\":\"flag\"," \
        "\"high\":\"max\",\"low\":\"min\",\"made\":\"immutable\",\"body\":\"text\",\"items\":\"list\""

const MergeCollection merge_collections[N_COLLECTIONS] = {
  { "task", "{\"fields\":{" FIELDS "},\"delete\":\"update-wins\"}", TRUCE_DELETE_RULE_UPDATE_WINS },
  { "note", "{\"fields\":{" FIELDS "},\"delete\":\"delete-wins\"}", TRUCE_DELETE_RULE_DELETE_WINS },
  /* Only here is a field that never leaves: with it, equal records may be unequal bytes. */
  { "diary", "{\"fields\":{" FIELDS ",\"here\":\"local\"},\"delete\":\"later-wins\"}",
    TRUCE_DELETE_RULE_LATER_WINS },
};

const char *const merge_ids[N_IDS] = { "1", "2", "3" };

static const char *const fields[] = {
  "title", "labels", "votes", "tags", "info", "done", "high", "low", "made", "body", "items", "here", "other",
};

TruceKind
merge_kind_of (const char  *path,
               const Value *value)
{
  static const struct
  {
    const char *path;
    TruceKind kind;
  } named[] = {
    { "title", TRUCE_KIND_REGISTER }, { "labels", TRUCE_KIND_MULTI_REGISTER }, { "votes", TRUCE_KIND_COUNTER },
    { "tags", TRUCE_KIND_SET }, { "info", TRUCE_KIND_MAP }, { "info/likes", TRUCE_KIND_COUNTER },
    { "info/tags", TRUCE_KIND_SET }, { "done", TRUCE_KIND_FLAG }, { "high", TRUCE_KIND_MAX },
    { "low", TRUCE_KIND_MIN }, { "made", TRUCE_KIND_IMMUTABLE }, { "body", TRUCE_KIND_TEXT },
    { "items", TRUCE_KIND_LIST }, { "here", TRUCE_KIND_LOCAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_equal (path, named[i].path))
      return named[i].kind;
  return strchr (path, '/') != NULL && value->names != NULL ? TRUCE_KIND_MAP : TRUCE_KIND_REGISTER;
}

guint
merge_pick (guint n)
{
  return g_test_rand_int_range (0, n);
}

static Value *
random_scalar (void)
{
  static const char *const texts[] = {
    "1", "2.5", "\"x\"", "\"y\"", "null", "true", "\"\\u0001\"", "-1e400"
  };

  return value_new_plain (texts[merge_pick (G_N_ELEMENTS (texts))]);
}

static Value *
random_number (int from,
               int to)
{
  g_autofree char *text = g_strdup_printf ("%d", g_test_rand_int_range (from, to));

  return value_new_plain (text);
}

static const char *
random_element (void)
{
  static const char *const elements[] = { "\"a\"", "\"b\"", "\"c\"", "\"d\"" };

  return elements[merge_pick (G_N_ELEMENTS (elements))];
}

static Value *
random_set (void)
{
  static const char *const elements[] = { "\"d\"", "\"a\"", "\"c\"", "\"b\"" };
  Value *set = value_new_set ();

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (g_test_rand_bit ())
      g_ptr_array_add (set->elements, g_strdup (elements[i]));
  return set;
}

/* A member is now a scalar, now a map. */
static Value *
random_map (guint depth)
{
  static const char *const names[] = { "b", "a", "ü" };
  Value *map = value_new_map ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_test_rand_bit ())
      value_put (map, names[i], depth < 3 && g_test_rand_bit () ? random_map (depth + 1) : random_scalar ());
  if (depth == 1 && g_test_rand_bit ())
    value_put (map, "likes", random_number (-3, 4));
  if (depth == 1 && g_test_rand_bit ())
    value_put (map, "tags", random_set ());
  return map;
}

static Value *
random_field (const char *field)
{
  static const char *const lists[] = { "[]", "[1,2]", "[2,\"x\",{\"k\":[null]}]" };

  switch (merge_kind_of (field, NULL))
    {
    case TRUCE_KIND_COUNTER:
      return random_number (-5, 6);
    case TRUCE_KIND_SET:
      return random_set ();
    case TRUCE_KIND_MAP:
      return random_map (1);
    case TRUCE_KIND_FLAG:
      return value_new_plain (g_test_rand_bit () ? "true" : "false");
    case TRUCE_KIND_MAX:
    case TRUCE_KIND_MIN:
      return random_number (-20, 20);
    case TRUCE_KIND_LIST:
      return value_new_plain (lists[merge_pick (G_N_ELEMENTS (lists))]);
    case TRUCE_KIND_TEXT:
      return value_new_plain (g_test_rand_bit () ? "\"one two\"" : "\"\"");
    case TRUCE_KIND_REGISTER:
    case TRUCE_KIND_MULTI_REGISTER:
    case TRUCE_KIND_IMMUTABLE:
    case TRUCE_KIND_LOCAL:
      break;
    }
  if (g_str_equal (field, "other") && g_test_rand_bit ())
    return value_new_plain (g_test_rand_bit () ? "{\"k\":1}" : "{}");
  return random_scalar ();
}

static Value *
random_record (guint collection,
               guint chance)
{
  Value *record = value_new_map ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (merge_pick (chance) == 0 && (collection == 2 || !g_str_equal (fields[i], "here")))
      value_put (record, fields[i], random_field (fields[i]));
  return record;
}

Write
merge_random_write (guint collection)
{
  Write write = { .verb = merge_pick (N_VERBS + 3) };

  /* Patches are most of life; what was deleted should come back often enough to be deleted again. */
  if (write.verb >= N_VERBS)
    write.verb = VERB_PATCH;
  if (write.verb == VERB_CREATE || write.verb == VERB_PUT)
    write.value = random_record (collection, 2);
  if (write.verb == VERB_PATCH)
    write.value = random_record (collection, 5);
  write.field = write.verb == VERB_UNSET       ? fields[merge_pick (G_N_ELEMENTS (fields))]
                : write.verb == VERB_INCREMENT ? "votes"
                                               : "tags";
  write.element = random_element ();
  write.amount = g_test_rand_int_range (-3, 4);
  return write;
}

/* With --verbose, to see what led to a failure. */
void
merge_tell_write (const Write *write,
                  guint        store,
                  guint        model)
{
  static const char *const names[N_VERBS] = {
    "create", "put", "patch", "unset", "delete", "undelete", "add", "remove", "increment",
  };
  g_autofree char *value = write->value != NULL ? value_to_json (write->value) : g_strdup ("");

  if (g_test_verbose ())
    g_test_message ("store %u: %s %s/%s %s %s %s %d", store, names[write->verb],
                    merge_collections[model / N_IDS].name, merge_ids[model % N_IDS], value, write->field,
                    write->element, (int) write->amount);
}
