/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state's arena only grows. So when it has become twice what it was when it was made, all that is still in
 * use moves to a new one; spread over the events that filled it, that costs next to nothing.
 *
 * The journal has an entry for each event and the key at the top that it touched. Whoever has seen all events
 * up to some stamps lacks only what is below the keys of later entries: these keys, as they are now, are the
 * delta. What came in with a whole state has no entries; for its events the journal's floor is raised instead,
 * and a delta from below the floor is the whole state. */

#include "truce-map-state.h"

#include "truce-codec.h"

#define TIDY_MIN (256u * 1024u)         /* bytes; a smaller arena is never made anew */
#define JOURNAL_MIN 1024u               /* entries that are kept at least; twice as many at most */

/* ---- memory ---- */

void
truce_map_state_init (TruceMapState *self)
{
  *self = (TruceMapState) { .tidy_at = TIDY_MIN };
  self->arena = truce_json_arena_new ();
  self->state = truce_state_new (self->arena);
  self->changes = g_array_new (FALSE, FALSE, sizeof (TruceMapChange));
  self->floors = g_array_new (FALSE, FALSE, sizeof (TruceStamp));
}

void
truce_map_state_clear (TruceMapState *self)
{
  g_clear_pointer (&self->arena, truce_json_arena_free);
  g_clear_pointer (&self->changes, g_array_unref);
  g_clear_pointer (&self->floors, g_array_unref);
  self->state = NULL;
}

void
truce_map_state_tidy (TruceMapState *self)
{
  TruceJsonArena *arena;

  if (truce_json_arena_size (self->arena) < self->tidy_at)
    return;

  arena = truce_json_arena_new ();
  self->state = truce_state_copy (self->state, arena);
  for (guint i = 0; i < self->changes->len; i++)
    {
      TruceMapChange *change = &g_array_index (self->changes, TruceMapChange, i);
      const TruceStateField *field = truce_state_field (&self->state->fields, change->key.text,
                                                        change->key.length);

      change->key = field != NULL ? field->name : truce_slice_copy (change->key, arena);
    }
  truce_json_arena_free (self->arena);
  self->arena = arena;
  self->tidy_at = TIDY_MIN + 2 * truce_json_arena_size (arena);
}

/* ---- stamps ---- */

gboolean
truce_map_state_check_stamp (const TruceMapState *self,
                             const TruceStamp    *stamp,
                             GError             **error)
{
  const TruceState *state = self->state;
  guint64 seen = truce_context_time (state->context, state->n_context, stamp->replica);
  char text[TRUCE_STAMP_TEXT_LENGTH + 1];

  if (seen == 0 && state->n_context >= TRUCE_VERSION_VECTOR_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas",
                   TRUCE_VERSION_VECTOR_MAX);
      return FALSE;
    }
  if (stamp->time > seen || (self->open.time != 0 && truce_stamp_order (*stamp, self->open) == 0))
    return TRUE;

  truce_stamp_format (*stamp, text);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Stamp %s, or a later one, has been seen", text);
  return FALSE;
}

static TruceVersionVector *
make_vector (const TruceState *state)
{
  TruceVersionVector *vector = truce_version_vector_alloc (state->n_context);

  if (state->n_context > 0)
    memcpy (vector->stamps, state->context, state->n_context * sizeof (TruceStamp));
  return vector;
}

TruceVersionVector *
truce_map_state_get_context (const TruceMapState *self)
{
  return make_vector (self->state);
}

/* ---- the journal ---- */

/* From now on the journal does not know all that the replica's events up to this one did. */
static void
raise_floor (TruceMapState *self,
             TruceStamp     stamp)
{
  for (guint i = 0; i < self->floors->len; i++)
    {
      TruceStamp *floor = &g_array_index (self->floors, TruceStamp, i);

      if (floor->replica == stamp.replica)
        {
          floor->time = MAX (floor->time, stamp.time);
          return;
        }
    }
  g_array_append_val (self->floors, stamp);
}

static void
append_change (TruceMapState *self,
               TruceStamp     stamp,
               TruceSlice     key)
{
  TruceMapChange change = { stamp, key };
  guint n_kept = MAX (JOURNAL_MIN, self->state->fields.n_fields / 4);

  g_array_append_val (self->changes, change);
  if (self->changes->len <= 2 * n_kept)
    return;

  for (guint i = 0; i < self->changes->len - n_kept; i++)
    raise_floor (self, g_array_index (self->changes, TruceMapChange, i).stamp);
  g_array_remove_range (self->changes, 0, self->changes->len - n_kept);
}

void
truce_map_state_note (TruceMapState *self,
                      TruceStamp     stamp,
                      const char    *key)
{
  const TruceStateField *field = truce_state_field (&self->state->fields, key, strlen (key));

  g_assert (field != NULL);
  append_change (self, stamp, field->name);
}

/* Whether there is an entry for each change by events that since has not seen. */
static gboolean
reaches (const TruceMapState      *self,
         const TruceVersionVector *since)
{
  for (guint i = 0; i < self->floors->len; i++)
    {
      TruceStamp floor = g_array_index (self->floors, TruceStamp, i);

      if (truce_version_vector_time (since, floor.replica) < floor.time)
        return FALSE;
    }
  return TRUE;
}

/* The latest events of the replicas of which came has seen more than self. */
static GArray *
find_news (const TruceMapState *self,
           const TruceState    *came)
{
  const TruceState *state = self->state;
  GArray *news = g_array_new (FALSE, FALSE, sizeof (TruceStamp));

  for (guint32 i = 0; i < came->n_context; i++)
    if (came->context[i].time > truce_context_time (state->context, state->n_context, came->context[i].replica))
      g_array_append_val (news, came->context[i]);
  return news;
}

static void
raise_floors (TruceMapState *self,
              const GArray  *news)
{
  for (guint i = 0; i < news->len; i++)
    raise_floor (self, g_array_index (news, TruceStamp, i));
}

/* ---- joining ---- */

/* What is to be joined: a whole state, or (missing is given) some keys of one. */
static void
join (TruceState       *state,
      const TruceState *came,
      const GArray     *missing)
{
  if (missing != NULL)
    truce_state_join_fields (state, came, (const TruceSlice *) missing->data, missing->len);
  else
    truce_state_join (state, came, NULL, NULL);
}

/* Whether no map of the two together has more fields, even if none of them is removed. */
static gboolean
surely_fits (const TruceStateMap *ours,
             const TruceStateMap *theirs,
             guint                limit)
{
  guint32 n_fields = ours->n_fields;

  for (guint32 i = 0; i < theirs->n_fields; i++)
    {
      const TruceStateMap none = { 0 };
      const TruceStateField *field = &theirs->fields[i];
      const TruceStateField *found = truce_state_field (ours, field->name.text, field->name.length);
      const TruceStatePart *map = truce_state_part (field, TRUCE_SHAPE_MAP);
      const TruceStatePart *our_map = found != NULL ? truce_state_part (found, TRUCE_SHAPE_MAP) : NULL;

      n_fields += found == NULL;
      if (map != NULL && !surely_fits (our_map != NULL ? our_map->map : &none, map->map, limit))
        return FALSE;
    }
  return n_fields <= limit;
}

/* The most fields that any map has. */
static guint32
find_widest (const TruceStateMap *map)
{
  guint32 widest = 0;
  guint32 n_fields = 0;

  for (guint32 i = 0; i < map->n_fields; i++)
    {
      const TruceStatePart *part = truce_state_part (&map->fields[i], TRUCE_SHAPE_MAP);

      n_fields += map->fields[i].n_parts > 0;
      if (part != NULL)
        widest = MAX (widest, find_widest (part->map));
    }
  return MAX (widest, n_fields);
}

/* By trying it on a copy. */
static gboolean
fits (const TruceState *state,
      const TruceState *came,
      const GArray     *missing,
      guint             limit)
{
  g_autoptr(TruceJsonArena) scratch = truce_json_arena_new ();
  TruceState *copy = truce_state_copy (state, scratch);

  join (copy, came, missing);
  return find_widest (&copy->fields) <= MAX (limit, find_widest (&state->fields));
}

static gboolean
check_size (const TruceMapState *self,
            const TruceState    *came,
            const GArray        *missing,
            const GArray        *news,
            guint                limit,
            GError             **error)
{
  const TruceState *state = self->state;
  guint32 n_replicas = state->n_context;

  for (guint i = 0; i < news->len; i++)
    n_replicas += truce_context_time (state->context, state->n_context,
                                      g_array_index (news, TruceStamp, i).replica) == 0;
  if (n_replicas > TRUCE_VERSION_VECTOR_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas",
                   TRUCE_VERSION_VECTOR_MAX);
      return FALSE;
    }
  if (surely_fits (&state->fields, &came->fields, limit) || fits (state, came, missing, limit))
    return TRUE;

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u keys in a map", limit);
  return FALSE;
}

gboolean
truce_map_state_merge (TruceMapState       *self,
                       const TruceMapState *other,
                       guint                limit,
                       GError             **error)
{
  g_autoptr(GArray) news = find_news (self, other->state);

  truce_map_state_tidy (self);
  if (!check_size (self, other->state, NULL, news, limit, error))
    return FALSE;

  /* The join shares texts, so they must be ours. */
  join (self->state, truce_state_copy (other->state, self->arena), NULL);
  raise_floors (self, news);
  return TRUE;
}

/* ---- bytes out ---- */

static int
compare_slices (gconstpointer a,
                gconstpointer b)
{
  return truce_slice_compare (*(const TruceSlice *) a, *(const TruceSlice *) b);
}

/* The keys that events touched which since has not seen; ascending, each once. */
static GArray *
find_touched (const TruceMapState      *self,
              const TruceVersionVector *since)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (TruceSlice));
  guint n_keys = 0;

  for (guint i = 0; i < self->changes->len; i++)
    {
      const TruceMapChange *change = &g_array_index (self->changes, TruceMapChange, i);

      if (change->stamp.time > truce_version_vector_time (since, change->stamp.replica))
        g_array_append_val (keys, change->key);
    }
  g_array_sort (keys, compare_slices);
  for (guint i = 0; i < keys->len; i++)
    {
      TruceSlice key = g_array_index (keys, TruceSlice, i);

      if (n_keys == 0 || !truce_slice_equal (g_array_index (keys, TruceSlice, n_keys - 1), key))
        g_array_index (keys, TruceSlice, n_keys++) = key;
    }
  g_array_set_size (keys, n_keys);
  return keys;
}

/* The state of some keys alone. missing gets those of which nothing is left. */
static TruceState *
select_fields (TruceMapState  *self,
               const GArray   *keys,
               TruceJsonArena *arena,
               GArray         *missing)
{
  TruceState *some = truce_state_new (arena);

  some->context = self->state->context;
  some->n_context = self->state->n_context;
  some->touched = self->state->touched;
  for (guint i = 0; i < keys->len; i++)
    {
      TruceSlice key = g_array_index (keys, TruceSlice, i);
      TruceStateField *field = truce_state_field (&self->state->fields, key.text, key.length);

      if (field != NULL)
        truce_state_field_trim (field);
      if (field == NULL || field->n_parts == 0)
        g_array_append_val (missing, key);
      else
        {
          TruceStateField *chosen = truce_state_field_append (some, &some->fields, key);

          chosen->parts = field->parts;
          chosen->n_parts = field->n_parts;
        }
    }
  return some;
}

static void
write_state (TruceState  *state,
             TruceWriter *writer)
{
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  truce_state_encode (state, json, bytes);
  truce_writer_varint (writer, json->len);
  truce_writer_bytes (writer, json->str, json->len);
  truce_writer_bytes (writer, bytes->data, bytes->len);
}

static GBytes *
encode (TruceMapState            *self,
        const TruceVersionVector *from,
        const GArray             *missing,
        TruceState               *state)
{
  g_autoptr(TruceVersionVector) to = truce_map_state_get_context (self);
  g_auto(TruceWriter) writer = { 0 };

  truce_writer_header (&writer, TRUCE_FORMAT_OR_MAP);
  truce_version_vector_write (from, &writer);
  truce_version_vector_write (to, &writer);
  truce_writer_varint (&writer, missing->len);
  for (guint i = 0; i < missing->len; i++)
    {
      TruceSlice key = g_array_index (missing, TruceSlice, i);

      truce_writer_varint (&writer, key.length);
      truce_writer_bytes (&writer, key.text, key.length);
    }
  write_state (state, &writer);
  return truce_writer_finish (&writer);
}

GBytes *
truce_map_state_encode (TruceMapState            *self,
                        const TruceVersionVector *since)
{
  g_autoptr(TruceJsonArena) scratch = truce_json_arena_new ();
  g_autoptr(TruceVersionVector) context = truce_map_state_get_context (self);
  g_autoptr(TruceVersionVector) nothing = truce_version_vector_new ();
  g_autoptr(TruceVersionVector) from = truce_version_vector_meet (since != NULL ? since : nothing, context);
  g_autoptr(GArray) missing = g_array_new (FALSE, FALSE, sizeof (TruceSlice));
  g_autoptr(GArray) keys = NULL;
  GBytes *bytes;

  if (from->n_stamps > 0 && reaches (self, from))
    {
      keys = find_touched (self, from);
      return encode (self, from, missing, select_fields (self, keys, scratch, missing));
    }

  /* What encoding needs for itself must not stay: a map may be read for ever and never written. */
  self->state->arena = scratch;
  bytes = encode (self, nothing, missing, self->state);
  self->state->arena = self->arena;
  return bytes;
}

/* ---- bytes in ---- */

typedef struct
{
  TruceVersionVector *from;
  TruceVersionVector *to;
  GArray *missing;              /* TruceSlice, in the arena */
  TruceState *state;            /* in the arena */
} Decoded;

static void
decoded_clear (Decoded *self)
{
  g_clear_pointer (&self->from, truce_version_vector_unref);
  g_clear_pointer (&self->to, truce_version_vector_unref);
  g_clear_pointer (&self->missing, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoded, decoded_clear)

static void
read_missing (Decoded     *self,
              TruceReader *reader)
{
  guint64 n_missing = truce_reader_varint (reader);
  TruceSlice last = { 0 };

  self->missing = g_array_new (FALSE, FALSE, sizeof (TruceSlice));
  if (n_missing > 0 && self->from != NULL && self->from->n_stamps == 0)
    truce_reader_corrupt (reader, "a whole state that names what it lacks");
  for (guint64 i = 0; i < n_missing && reader->problem == NULL; i++)
    {
      TruceSlice key = { .length = truce_reader_varint (reader) };

      key.text = (const char *) truce_reader_bytes (reader, key.length);
      if (reader->problem != NULL)
        return;
      if (!g_utf8_validate_len (key.text, key.length, NULL))
        truce_reader_corrupt (reader, "a key that is not UTF-8");
      if (i > 0 && truce_slice_compare (last, key) >= 0)
        truce_reader_corrupt (reader, "keys that do not ascend");
      g_array_append_val (self->missing, key);
      last = key;
    }
}

static const char *
find_problem (const Decoded *self)
{
  const TruceState *state = self->state;
  g_autoptr(TruceVersionVector) context = make_vector (state);

  if (!truce_version_vector_equal (context, self->to))
    return "a state of another context";
  if (!truce_version_vector_covers_all (self->to, self->from))
    return "a delta that goes back";
  if (state->n_creations > 0 || state->deleted.time != 0 || truce_state_has_local (state))
    return "a state that is no map's";
  for (guint i = 0; i < self->missing->len; i++)
    {
      TruceSlice key = g_array_index (self->missing, TruceSlice, i);

      if (truce_state_field (&state->fields, key.text, key.length) != NULL)
        return "a key that is there and missing";
    }
  return NULL;
}

/* From a copy of bytes in the arena, which the state refers to. */
static gboolean
decode (Decoded        *self,
        TruceJsonArena *arena,
        GBytes         *bytes,
        GError        **error)
{
  TruceReader reader;
  const guint8 *json;
  const guint8 *rest;
  const char *problem;
  guint64 json_length;
  gsize start;
  gsize length;
  guint8 *copy;

  truce_reader_init (&reader, bytes);
  copy = truce_json_arena_alloc (arena, reader.length);
  if (reader.length > 0)
    reader.data = memcpy (copy, reader.data, reader.length);

  truce_reader_header (&reader, TRUCE_FORMAT_OR_MAP);
  self->from = truce_version_vector_read (&reader);
  self->to = truce_version_vector_read (&reader);
  read_missing (self, &reader);
  json_length = truce_reader_varint (&reader);
  json = truce_reader_bytes (&reader, json_length);
  start = reader.at;
  length = truce_reader_left (&reader);
  rest = truce_reader_bytes (&reader, length);
  if (!truce_reader_finish (&reader, error))
    return FALSE;

  self->state = truce_state_decode (arena, (const char *) json, json_length, rest, length, error);
  if (self->state == NULL)
    {
      g_prefix_error (error, "Byte %" G_GSIZE_FORMAT ", a state: ", start);
      return FALSE;
    }
  problem = find_problem (self);
  if (problem != NULL)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "Byte %" G_GSIZE_FORMAT ": %s", start, problem);
  return problem == NULL;
}

static void
note_all (TruceMapState *self,
          const Decoded *came,
          const GArray  *news)
{
  const TruceStateMap *fields = &came->state->fields;

  if ((guint64) news->len * (fields->n_fields + came->missing->len) > JOURNAL_MIN)
    {
      raise_floors (self, news);
      return;
    }
  for (guint i = 0; i < news->len; i++)
    {
      TruceStamp stamp = g_array_index (news, TruceStamp, i);

      for (guint32 k = 0; k < fields->n_fields; k++)
        append_change (self, stamp, fields->fields[k].name);
      for (guint k = 0; k < came->missing->len; k++)
        append_change (self, stamp, g_array_index (came->missing, TruceSlice, k));
    }
}

gboolean
truce_map_state_apply (TruceMapState *self,
                       GBytes        *bytes,
                       guint          limit,
                       GError       **error)
{
  g_auto(Decoded) came = { 0 };
  g_autoptr(TruceVersionVector) context = truce_map_state_get_context (self);
  g_autoptr(GArray) news = NULL;
  const GArray *missing;

  truce_map_state_tidy (self);
  if (!decode (&came, self->arena, bytes, error))
    return FALSE;
  if (!truce_version_vector_covers_all (context, came.from))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_DEPENDENCY,
                           "The delta starts from events that this map has not seen");
      return FALSE;
    }
  news = find_news (self, came.state);
  missing = came.from->n_stamps > 0 ? came.missing : NULL;
  if (!check_size (self, came.state, missing, news, limit, error))
    return FALSE;

  if (missing == NULL && self->state->n_context == 0)
    self->state = came.state;
  else
    join (self->state, came.state, missing);
  if (missing != NULL)
    note_all (self, &came, news);
  else
    raise_floors (self, news);
  return TRUE;
}
