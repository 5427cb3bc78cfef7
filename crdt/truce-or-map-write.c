/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Writing to a map. A write is looked at as a whole before anything changes: the way to its place, its type,
 * its stamp.
 *
 * To a state, what is already so is no event. Here somebody says it, and it stands against a removal elsewhere
 * that has not seen it: so the old value goes, and the same one comes under the new stamp. */

#include "truce-or-map-private.h"

#include "truce-dots.h"

#define VALUE_MAX (16u * 1024 * 1024)   /* bytes */

/* ---- places ---- */

/* One write. */
typedef struct
{
  TruceOrMap *self;
  const char *pointer;
  char **keys;                  /* owned: the pointer's, unescaped */
  guint n_keys;
  TruceStamp stamp;
  TruceStateMap *map;           /* where it goes, once the way is made */
  const char *key;              /* the last one */
} Write;

static void
write_clear (Write *self)
{
  g_clear_pointer (&self->keys, g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Write, write_clear)

static gboolean
check_key (const char *key,
           GError    **error)
{
  if (strlen (key) <= TRUCE_ELEMENT_MAX)
    return TRUE;

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "A key of more than %u bytes", TRUCE_ELEMENT_MAX);
  return FALSE;
}

static gboolean
check_room (const Write         *self,
            const TruceStateMap *map,
            const char          *key,
            GError             **error)
{
  guint32 n_fields = 0;

  if (map->n_fields < self->self->limit || truce_state_field (map, key, strlen (key)) != NULL)
    return check_key (key, error);
  for (guint32 i = 0; i < map->n_fields; i++)
    n_fields += map->fields[i].n_parts > 0;
  if (n_fields < self->self->limit)
    return check_key (key, error);

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "%s: more than %u keys in a map", self->pointer,
               self->self->limit);
  return FALSE;
}

/* What stands in the way, or at the place, must be what the write takes it for. shape 0: it does not mind. */
static gboolean
check_way (const Write *self,
           TruceShape   shape,
           GError     **error)
{
  const TruceStateMap *map = &self->self->map.state->fields;

  for (guint i = 0; i < self->n_keys; i++)
    {
      TruceShape wanted = i + 1 < self->n_keys ? TRUCE_SHAPE_MAP : shape;
      const TruceStatePart *part = NULL;

      if (map == NULL ? !check_key (self->keys[i], error) : !check_room (self, map, self->keys[i], error))
        return FALSE;
      if (map != NULL)
        part = truce_or_map_find_shown (map, self->keys[i]);
      if (part != NULL && wanted != 0 && part->shape != wanted)
        {
          g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s: “%s” is of another type",
                       self->pointer, self->keys[i]);
          return FALSE;
        }
      map = part != NULL && part->shape == TRUCE_SHAPE_MAP ? part->map : NULL;
    }
  return TRUE;
}

static gboolean
write_begin (Write            *self,
             TruceShape        shape,
             const TruceStamp *stamp,
             GError          **error)
{
  self->stamp = *stamp;
  self->keys = truce_json_pointer_split (self->pointer, error);
  if (self->keys == NULL)
    return FALSE;
  self->n_keys = g_strv_length (self->keys);
  if (self->n_keys == 0 || self->n_keys > TRUCE_STATE_DEPTH_MAX)
    {
      g_set_error (error, TRUCE_ERROR, self->n_keys == 0 ? TRUCE_ERROR_INVALID_DATA : TRUCE_ERROR_TOO_LARGE,
                   "“%s” names the map itself, or a place more than %u maps deep", self->pointer,
                   TRUCE_STATE_DEPTH_MAX);
      return FALSE;
    }
  truce_map_state_tidy (&self->self->map);
  return check_way (self, shape, error) && truce_map_state_check_stamp (&self->self->map, stamp, error);
}

/* A key that will be a field's name must stay. */
static const char *
own_key (const Write *self,
         const char  *key)
{
  TruceSlice slice = { key, strlen (key) };

  if (truce_state_field (self->map, slice.text, slice.length) != NULL)
    return key;
  return truce_slice_copy (slice, self->self->map.arena).text;
}

/* Makes the maps on the way. Nothing can fail from here on. */
static void
write_reach (Write *self)
{
  TruceState *state = self->self->map.state;

  self->map = &state->fields;
  for (guint i = 0; i + 1 < self->n_keys; i++)
    {
      self->map = truce_state_map (state, self->map, own_key (self, self->keys[i]), self->stamp);
      g_assert (self->map != NULL);
    }
  self->key = own_key (self, self->keys[self->n_keys - 1]);
}

static void
write_end (Write *self)
{
  self->self->map.open = self->stamp;
  truce_map_state_note (&self->self->map, self->stamp, self->keys[0]);
}

/* ---- values ---- */

/* Canonical, so that equal values have equal texts; deep enough for the place, and no deeper. */
static GString *
canonical (TruceJsonDoc *doc,
           const char   *pointer,
           guint         depth,
           GError      **error)
{
  g_autoptr(GString) text = g_string_new (NULL);

  truce_json_write_canonical (text, doc, 0);
  if (text->len > VALUE_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "%s: a value of %" G_GSIZE_FORMAT " bytes",
                   pointer, text->len);
      return NULL;
    }
  if (*text->str == '{' || *text->str == '[')
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (text->str, text->len);
      g_autoptr(TruceJsonDoc) again = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT - depth, error);

      if (again == NULL)
        return NULL;
    }
  return g_steal_pointer (&text);
}

static TruceSlice
own_text (TruceOrMap    *self,
          const GString *text)
{
  return truce_slice_copy ((TruceSlice) { text->str, text->len }, self->map.arena);
}

static gboolean
set_doc (TruceOrMap       *self,
         const char       *pointer,
         TruceShape        shape,
         TruceJsonDoc     *doc,
         const TruceStamp *stamp,
         GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };
  g_autoptr(GString) text = NULL;

  if (!write_begin (&write, shape == TRUCE_SHAPE_FLAG ? shape : 0, stamp, error))
    return FALSE;
  text = canonical (doc, pointer, write.n_keys, error);
  if (text == NULL)
    return FALSE;

  write_reach (&write);
  truce_state_clear (self->map.state, write.map, write.key, write.stamp);
  truce_state_set (self->map.state, write.map, write.key, shape, own_text (self, text), write.stamp);
  write_end (&write);
  return TRUE;
}

static gboolean
set_node (TruceOrMap       *self,
          const char       *pointer,
          TruceShape        shape,
          JsonNode         *value,
          const TruceStamp *stamp,
          GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_from_node (value, error);

  return doc != NULL && set_doc (self, pointer, shape, doc, stamp, error);
}

/**
 * truce_or_map_set:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @value: any JSON value
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Sets a value of which the latest write wins. It replaces whatever is there. An
 * object is a value like any other here: it is not merged by members.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @pointer or @value
 *   is none, something on the way is no map, or @stamp is not later than what the
 *   map has seen, or with %TRUCE_ERROR_TOO_LARGE; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_set (TruceOrMap       *self,
                  const char       *pointer,
                  JsonNode         *value,
                  const TruceStamp *stamp,
                  GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return set_node (self, pointer, TRUCE_SHAPE_REGISTER, value, stamp, error);
}

/**
 * truce_or_map_set_text:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @value: JSON text
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Does what [method@OrMap.set] does, for who has the value as text.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set]; the map is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_set_text (TruceOrMap       *self,
                       const char       *pointer,
                       const char       *value,
                       const TruceStamp *stamp,
                       GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_parse_text (value, -1, error);
  return doc != NULL && set_doc (self, pointer, TRUCE_SHAPE_REGISTER, doc, stamp, error);
}

/**
 * truce_or_map_set_multi:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @value: any JSON value
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Sets a value that stands beside those which others set meanwhile. It replaces
 * whatever this map has seen there; [method@OrMap.get_values] gives all.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set]; the map is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_set_multi (TruceOrMap       *self,
                        const char       *pointer,
                        JsonNode         *value,
                        const TruceStamp *stamp,
                        GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return set_node (self, pointer, TRUCE_SHAPE_MULTI, value, stamp, error);
}

/**
 * truce_or_map_set_flag:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @value: what to set
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Sets a flag: where edits meet, true wins.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a flag is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_set_flag (TruceOrMap       *self,
                       const char       *pointer,
                       gboolean          value,
                       const TruceStamp *stamp,
                       GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_parse_text (value ? "true" : "false", -1, NULL);
  return set_doc (self, pointer, TRUCE_SHAPE_FLAG, doc, stamp, error);
}

/**
 * truce_or_map_increment:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @amount: how much to add; may be negative
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Adds to a counter, which is made if nothing is there. The counter shows the
 * sum of all increments, or the end of a 64-bit integer's range that the sum lies
 * beyond.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a counter is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_increment (TruceOrMap       *self,
                        const char       *pointer,
                        gint64            amount,
                        const TruceStamp *stamp,
                        GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!write_begin (&write, TRUCE_SHAPE_COUNTER, stamp, error))
    return FALSE;

  write_reach (&write);
  if (truce_state_increment (self->map.state, write.map, write.key, amount, write.stamp))
    write_end (&write);
  return TRUE;
}

/* The canonical text of a scalar. */
static GString *
read_element (JsonNode   *element,
              const char *pointer,
              GError    **error)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_from_node (element, error);
  GString *text;

  if (doc == NULL)
    return NULL;
  if (truce_json_type (doc, 0) == TRUCE_JSON_ARRAY || truce_json_type (doc, 0) == TRUCE_JSON_OBJECT)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s: an element that is no scalar", pointer);
      return NULL;
    }
  text = canonical (doc, pointer, 0, error);
  if (text != NULL && text->len > TRUCE_ELEMENT_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "%s: an element of %" G_GSIZE_FORMAT " bytes",
                   pointer, text->len);
      g_string_free (g_steal_pointer (&text), TRUE);
    }
  return text;
}

/**
 * truce_or_map_add:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @element: a string, number, boolean or null
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Adds an element to a set, which is made if nothing is there. If the element is
 * there already, this addition takes the place of those before: a removal
 * elsewhere that has not seen it will not win.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a set is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_add (TruceOrMap       *self,
                  const char       *pointer,
                  JsonNode         *element,
                  const TruceStamp *stamp,
                  GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };
  g_autoptr(GString) text = NULL;
  TruceSlice element_text;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  text = read_element (element, pointer, error);
  if (text == NULL || !write_begin (&write, TRUCE_SHAPE_SET, stamp, error))
    return FALSE;

  write_reach (&write);
  element_text = own_text (self, text);
  truce_state_remove (self->map.state, write.map, write.key, element_text, write.stamp);
  truce_state_add (self->map.state, write.map, write.key, element_text, write.stamp);
  write_end (&write);
  return TRUE;
}

/**
 * truce_or_map_take:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @element: a string, number, boolean or null
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Takes an element out of a set: all additions of it that the map has seen. If
 * it is not there, nothing happens. A set from which all was taken is empty, and
 * still there.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a set is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_take (TruceOrMap       *self,
                   const char       *pointer,
                   JsonNode         *element,
                   const TruceStamp *stamp,
                   GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };
  g_autoptr(GString) text = NULL;

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  text = read_element (element, pointer, error);
  if (text == NULL || !write_begin (&write, TRUCE_SHAPE_SET, stamp, error))
    return FALSE;
  if (!truce_or_map_contains (self, pointer))
    return TRUE;

  write_reach (&write);
  if (truce_state_remove (self->map.state, write.map, write.key, (TruceSlice) { text->str, text->len },
                          write.stamp))
    write_end (&write);
  return TRUE;
}

static gboolean
put (TruceOrMap       *self,
     const char       *pointer,
     TruceShape        shape,
     const TruceStamp *stamp,
     GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };

  if (!write_begin (&write, shape, stamp, error))
    return FALSE;

  write_reach (&write);
  if (truce_state_touch (self->map.state, write.map, write.key, shape, write.stamp))
    write_end (&write);
  return TRUE;
}

/**
 * truce_or_map_put_set:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Puts an empty set there. If there is one already, nothing happens.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a set is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_put_set (TruceOrMap       *self,
                      const char       *pointer,
                      const TruceStamp *stamp,
                      GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return put (self, pointer, TRUCE_SHAPE_SET, stamp, error);
}

/**
 * truce_or_map_put_map:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Puts an empty map there. If there is one already, nothing happens.
 *
 * Returns: %TRUE, or %FALSE with the errors of [method@OrMap.set], or if
 *   something else than a map is there; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_put_map (TruceOrMap       *self,
                      const char       *pointer,
                      const TruceStamp *stamp,
                      GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return put (self, pointer, TRUCE_SHAPE_MAP, stamp, error);
}

/**
 * truce_or_map_remove:
 * @self: a map
 * @pointer: a JSON pointer to the place
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Removes what is there, with all below: all that the map has seen of it. What
 * another replica writes there without having seen the removal stays. To remove
 * what is not there is no error and has no effect.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @pointer is none or
 *   @stamp is not later than what the map has seen, or with
 *   %TRUCE_ERROR_TOO_LARGE; the map is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_map_remove (TruceOrMap       *self,
                     const char       *pointer,
                     const TruceStamp *stamp,
                     GError          **error)
{
  g_auto(Write) write = { .self = self, .pointer = pointer };

  g_return_val_if_fail (TRUCE_IS_OR_MAP (self), FALSE);
  g_return_val_if_fail (pointer != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!write_begin (&write, 0, stamp, error))
    return FALSE;
  if (!truce_or_map_contains (self, pointer))
    return TRUE;

  write_reach (&write);
  if (truce_state_clear (self->map.state, write.map, write.key, write.stamp))
    write_end (&write);
  return TRUE;
}
