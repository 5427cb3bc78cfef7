/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A state keeps to an arena, which only grows: that is right for a record, which is read, changed once and
 * written. These values live on. So when the arena has become some times as large as what is in it, the state
 * is written and read again into a new one; spread over the events that filled it, that costs next to
 * nothing.
 *
 * What comes from another is decoded into an arena of its own and joined from there; the join copies all but
 * texts, and these are copied after it. */

#include "truce-lone.h"

#include "truce-version-vector-private.h"

#define TIDY_MIN (64u * 1024u)          /* bytes; a smaller arena is never made anew */
#define TIDY_FACTOR 4u

static const char no_name[] = "";

void
truce_lone_init (TruceLone      *self,
                 TruceFormatType type,
                 TruceShape      shape)
{
  *self = (TruceLone) { .type = type, .shape = shape, .tidy_at = TIDY_MIN };
  self->arena = truce_json_arena_new ();
  self->state = truce_state_new (self->arena);
}

void
truce_lone_clear (TruceLone *self)
{
  g_clear_pointer (&self->arena, truce_json_arena_free);
  self->state = NULL;
}

static TruceStatePart *
get_part (const TruceState *state)
{
  return state->fields.n_fields > 0 && state->fields.fields->n_parts > 0 ? state->fields.fields->parts : NULL;
}

TruceStatePart *
truce_lone_part (const TruceLone *self)
{
  return get_part (self->state);
}

/* ---- memory ---- */

static TruceSlice
own (TruceJsonArena *arena,
     TruceSlice      text)
{
  char *copy = truce_json_arena_alloc (arena, text.length);

  memcpy (copy, text.text, text.length);
  return (TruceSlice) { copy, text.length };
}

/* Lets go of all texts that are not ours. */
static void
own_texts (TruceLone *self)
{
  TruceStatePart *part = truce_lone_part (self);

  if (part == NULL)
    return;
  self->state->fields.fields->name.text = no_name;
  for (guint32 i = 0; part->shape != TRUCE_SHAPE_COUNTER && i < part->n; i++)
    part->dots[i].value = own (self->arena, part->dots[i].value);
}

static void
tidy (TruceLone *self)
{
  g_autoptr(GString) json = NULL;
  g_autoptr(GByteArray) bytes = NULL;
  TruceJsonArena *arena;
  TruceSlice text;
  guint8 *copy;

  if (truce_json_arena_size (self->arena) < self->tidy_at)
    return;

  json = g_string_new (NULL);
  bytes = g_byte_array_new ();
  truce_state_encode (self->state, json, bytes);

  arena = truce_json_arena_new ();
  text = own (arena, (TruceSlice) { json->str, json->len });
  copy = truce_json_arena_alloc (arena, bytes->len);
  memcpy (copy, bytes->data, bytes->len);
  self->state = truce_state_decode (arena, text.text, text.length, copy, bytes->len, NULL);
  g_assert (self->state != NULL);
  truce_json_arena_free (self->arena);
  self->arena = arena;
  self->tidy_at = MAX (TIDY_MIN, TIDY_FACTOR * truce_json_arena_size (arena));
}

/* ---- local events ---- */

gboolean
truce_lone_check_stamp (TruceLone        *self,
                        const TruceStamp *stamp,
                        GError          **error)
{
  const TruceState *state = self->state;
  guint64 seen = truce_context_time (state->context, state->n_context, stamp->replica);
  char text[TRUCE_STAMP_TEXT_LENGTH + 1];

  if (seen == 0 && state->n_context >= TRUCE_VERSION_VECTOR_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas", TRUCE_VERSION_VECTOR_MAX);
      return FALSE;
    }
  if (stamp->time > seen || (self->open.time != 0 && truce_stamp_order (*stamp, self->open) == 0))
    {
      self->open = *stamp;
      return TRUE;
    }

  truce_stamp_format (*stamp, text);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Stamp %s, or a later one, has been seen", text);
  return FALSE;
}

void
truce_lone_set (TruceLone *self,
                TruceSlice value,
                TruceStamp stamp)
{
  tidy (self);
  /* To the state, the same value again is no event. Here it is one: it says so after what others have said. */
  truce_state_clear (self->state, &self->state->fields, no_name, stamp);
  truce_state_set (self->state, &self->state->fields, no_name, self->shape, own (self->arena, value), stamp);
}

/* ---- TruceCrdt ---- */

TruceVersionVector *
truce_lone_get_context (TruceLone *self)
{
  const TruceState *state = self->state;
  TruceVersionVector *context = truce_version_vector_alloc (state->n_context);

  if (state->n_context > 0)
    memcpy (context->stamps, state->context, state->n_context * sizeof *state->context);
  context->n_stamps = state->n_context;
  self->open.time = 0;
  return context;
}

static gboolean
join (TruceLone        *self,
      const TruceState *other,
      GError          **error)
{
  guint32 n_new = 0;

  for (guint32 i = 0; i < other->n_context; i++)
    n_new += truce_context_time (self->state->context, self->state->n_context, other->context[i].replica) == 0;
  if (self->state->n_context + n_new > TRUCE_VERSION_VECTOR_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas", TRUCE_VERSION_VECTOR_MAX);
      return FALSE;
    }

  tidy (self);
  if (truce_state_join (self->state, other, NULL, NULL))
    own_texts (self);
  return TRUE;
}

gboolean
truce_lone_merge (TruceLone *self,
                  TruceLone *other,
                  GError   **error)
{
  if (self->type != other->type)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "In one true wins, in the other false");
      return FALSE;
    }
  self->open.time = 0;
  other->open.time = 0;
  return self == other || join (self, other->state, error);
}

static GBytes *
encode (TruceLone *self)
{
  g_autoptr(TruceJsonArena) scratch = truce_json_arena_new ();
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_auto(TruceWriter) writer = { 0 };

  /* What encoding needs for itself must not stay: a value may be looked at for ever and never written. */
  self->state->arena = scratch;
  truce_state_encode (self->state, json, bytes);
  self->state->arena = self->arena;

  truce_writer_header (&writer, self->type);
  truce_writer_varint (&writer, json->len);
  truce_writer_bytes (&writer, json->str, json->len);
  truce_writer_bytes (&writer, bytes->data, bytes->len);
  return truce_writer_finish (&writer);
}

GBytes *
truce_lone_encode (TruceLone *self)
{
  self->open.time = 0;
  return encode (self);
}

/* JSON must be canonical: values are told apart by their texts. */
static gboolean
is_canonical (TruceSlice value)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (value.text, (gssize) value.length, NULL);
  g_autoptr(GString) text = g_string_new (NULL);

  g_assert (doc != NULL);
  truce_json_write_canonical (text, doc, 0);
  return text->len == value.length && memcmp (text->str, value.text, value.length) == 0;
}

static gboolean
has_large_value (const TruceStatePart *part)
{
  for (guint32 i = 0; i < part->n; i++)
    if (part->dots[i].value.length > TRUCE_LONE_VALUE_MAX)
      return TRUE;
  return FALSE;
}

/* What the state can say and these types can't; NULL: nothing. */
static const char *
find_problem (const TruceLone  *self,
              const TruceState *state,
              TruceError       *code)
{
  const TruceStatePart *part = get_part (state);

  if (state->n_creations > 0 || state->deleted.time != 0)
    return "a value that lives and dies";
  if (state->fields.n_fields > 1 || (state->fields.n_fields == 1 && state->fields.fields->name.length > 0))
    return "a value with a name";
  if (part != NULL && (state->fields.fields->n_parts > 1 || part->shape != self->shape))
    return "a value of another shape";
  if (part == NULL || part->shape == TRUCE_SHAPE_COUNTER)
    return NULL;
  if (has_large_value (part))
    {
      *code = TRUCE_ERROR_TOO_LARGE;
      return "a value of more than 16 MiB";
    }
  for (guint32 i = 0; i < part->n; i++)
    if (part->dots[i].value.text == NULL || !is_canonical (part->dots[i].value))
      return "a value that is not canonical JSON";
  return NULL;
}

/* In the arena; its texts are those of bytes. NULL with an error. */
static TruceState *
decode (const TruceLone *self,
        TruceJsonArena  *arena,
        GBytes          *bytes,
        GError         **error)
{
  TruceReader reader;
  const guint8 *json;
  const guint8 *rest;
  TruceState *state;
  const char *problem;
  TruceError code = TRUCE_ERROR_CORRUPT;
  guint64 length;
  gsize start;
  gsize left;

  truce_reader_init (&reader, bytes);
  truce_reader_header (&reader, self->type);
  length = truce_reader_varint (&reader);
  json = truce_reader_bytes (&reader, length);
  start = reader.at;
  left = truce_reader_left (&reader);
  rest = truce_reader_bytes (&reader, left);
  if (!truce_reader_finish (&reader, error))
    return NULL;

  state = truce_state_decode (arena, (const char *) json, length, rest, left, error);
  if (state == NULL)
    {
      g_prefix_error (error, "Byte %" G_GSIZE_FORMAT ", a state: ", start);
      return NULL;
    }
  problem = find_problem (self, state, &code);
  if (problem == NULL)
    return state;

  g_set_error (error, TRUCE_ERROR, (int) code, "Byte %" G_GSIZE_FORMAT ": %s", start, problem);
  return NULL;
}

gboolean
truce_lone_apply (TruceLone *self,
                  GBytes    *bytes,
                  GError   **error)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  TruceState *state = decode (self, arena, bytes, error);

  if (state == NULL || !join (self, state, error))
    return FALSE;
  self->open.time = 0;
  return TRUE;
}

TruceFormatType
truce_lone_peek_type (GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return length > TRUCE_FORMAT_TYPE_AT ? data[TRUCE_FORMAT_TYPE_AT] : 0;
}

gboolean
truce_lone_equal (TruceLone *a,
                  TruceLone *b)
{
  g_autoptr(GBytes) bytes_a = encode (a);
  g_autoptr(GBytes) bytes_b = encode (b);

  return g_bytes_equal (bytes_a, bytes_b);
}
