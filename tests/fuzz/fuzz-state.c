/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Up to three stamped states: of each two bytes, big-endian, that give the length of its JSON (65535: none, it
 * is among the bytes) and two for that of its bytes; then both. */

#include "truce-state.h"

#define N_STATES 3u
#define HIDDEN 0xffffu

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

typedef struct
{
  const guint8 *data;
  gsize size;
} Input;

static guint
take_number (Input *input)
{
  guint number = 0;

  if (input->size >= 2)
    number = (guint) input->data[0] << 8 | input->data[1];
  input->data += MIN (input->size, 2);
  input->size -= MIN (input->size, 2);
  return number;
}

/* A copy of its own, so that a read beyond its end is seen. */
static char *
take_bytes (Input *input,
            gsize *length)
{
  char *bytes;

  *length = MIN (*length, input->size);
  bytes = g_memdup2 (input->data, *length);
  input->data += *length;
  input->size -= *length;
  return bytes != NULL ? bytes : g_new0 (char, 1);
}

static void
encode (TruceState *state,
        GString    *json,
        GByteArray *bytes)
{
  if (json != NULL)
    g_string_truncate (json, 0);
  g_byte_array_set_size (bytes, 0);
  truce_state_encode (state, json, bytes);
}

/* What was accepted is written again as the same bytes. */
static void
check_identity (TruceState *state,
                const char *json,
                gsize       json_length,
                const char *bytes,
                gsize       length)
{
  g_autoptr(GString) again_json = json != NULL ? g_string_new (NULL) : NULL;
  g_autoptr(GByteArray) again = g_byte_array_new ();

  encode (state, again_json, again);
  if (json != NULL)
    g_assert_cmpmem (json, json_length, again_json->str, again_json->len);
  g_assert_cmpmem (bytes, length, again->data, again->len);
}

/* What two give together is read again, and neither of them adds anything to it. */
static void
check_join (TruceJsonArena *arena,
            TruceState     *a,
            TruceState     *b)
{
  g_autoptr(GString) json = g_string_new (NULL);
  g_autoptr(GString) other_json = g_string_new (NULL);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GByteArray) other_bytes = g_byte_array_new ();
  g_autoptr(GError) error = NULL;
  TruceState *joined = truce_state_new (arena);
  TruceState *again;

  truce_state_join (joined, a, NULL, NULL);
  truce_state_join (joined, b, NULL, NULL);
  g_assert_false (truce_state_join (joined, joined, NULL, NULL));
  encode (joined, json, bytes);
  again = truce_state_decode (arena, json->str, json->len, bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  g_assert_false (truce_state_join (joined, again, NULL, NULL));
  encode (again, other_json, other_bytes);
  g_assert_cmpstr (json->str, ==, other_json->str);
  g_assert_cmpmem (bytes->data, bytes->len, other_bytes->data, other_bytes->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  TruceState *states[N_STATES];
  Input input = { data, size };
  guint n_states = 0;

  while (input.size > 0 && n_states < N_STATES)
    {
      gsize json_length = take_number (&input);
      gsize length = take_number (&input);
      gboolean hidden = json_length == HIDDEN;
      char *json = hidden ? NULL : take_bytes (&input, &json_length);
      char *bytes = take_bytes (&input, &length);
      g_autoptr(GError) error = NULL;

      g_ptr_array_add (kept, json);
      g_ptr_array_add (kept, bytes);
      states[n_states] = truce_state_decode (arena, json, json_length, (guint8 *) bytes, length, &error);
      g_assert_cmpint (states[n_states] == NULL, ==, error != NULL);
      if (states[n_states] == NULL)
        continue;
      check_identity (states[n_states++], json, json_length, bytes, length);
    }
  for (guint i = 0; i < n_states; i++)
    for (guint k = 0; k < n_states; k++)
      check_join (arena, states[i], states[k]);
  return 0;
}
