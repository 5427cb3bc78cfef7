/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-text-diff.h"
#include "truce-text-merge.h"
#include "truce-text-split.h"

#include <string.h>

/* NOTES
 *
 * The texts are split into tokens (words, spaces, punctuation), equal tokens get equal numbers, and the
 * numbers are compared (truce-text-diff.c) and merged (truce-sequence-merge.c) as sequences. What a side
 * inserted is in the result and what a side deleted is not, unless both changed the same tokens:
 *
 *   - both inserted at one place: ours, then theirs; the same insertion once;
 *   - both deleted, in part the same: all that one of them deleted goes;
 *   - one deleted and the other changed, or both changed apart: a conflict, and ours stands.
 *
 * Pieces that never stood side by side meet at seams. Where the two tokens there would run into one (two
 * words, the halves of a flag) a space goes between them, and also between an inserted sentence and an
 * inserted word. */

typedef struct
{
  const char *start;            /* in the text */
  gsize length;                 /* bytes */
} Token;

typedef struct
{
  Token *tokens;                /* owned */
  guint32 *symbols;             /* owned: the number of each token */
  gsize n;
} Tokens;

typedef struct
{
  GString *text;
  const Token *last;            /* the last token in text, or NULL */
} Output;

static void
tokens_clear (Tokens *self)
{
  g_free (self->tokens);
  g_free (self->symbols);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tokens, tokens_clear)

/* FNV-1a */
static guint
hash_token (gconstpointer key)
{
  const Token *token = key;
  guint32 hash = 2166136261u;

  for (gsize i = 0; i < token->length; i++)
    hash = (hash ^ (guchar) token->start[i]) * 16777619u;
  return hash;
}

static gboolean
equal_tokens (gconstpointer key_a,
              gconstpointer key_b)
{
  const Token *a = key_a;
  const Token *b = key_b;

  return a->length == b->length && memcmp (a->start, b->start, a->length) == 0;
}

static void
split (const char *text,
       Tokens     *self)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (Token));

  while (*text != '\0')
    {
      Token token = { text, truce_text_token_length (text) };

      g_array_append_val (tokens, token);
      text += token.length;
    }

  self->n = tokens->len;
  self->tokens = (Token *) (void *) g_array_free (tokens, FALSE);
}

/* numbers: token → number; each new token gets the next. */
static void
number (Tokens     *self,
        GHashTable *numbers)
{
  self->symbols = g_new (guint32, self->n);
  for (gsize i = 0; i < self->n; i++)
    {
      gpointer known;

      if (!g_hash_table_lookup_extended (numbers, &self->tokens[i], NULL, &known))
        {
          guint32 symbol = g_hash_table_size (numbers);

          if (g_unichar_isspace (g_utf8_get_char (self->tokens[i].start)))
            symbol |= TRUCE_TEXT_SPACE;
          known = GUINT_TO_POINTER (symbol);
          g_hash_table_insert (numbers, &self->tokens[i], known);
        }
      self->symbols[i] = GPOINTER_TO_UINT (known);
    }
}

/* Whether two tokens side by side would be read as other tokens. Where they stood so in one text they never
 * are. */
static gboolean
run_together (const Token *left,
              const Token *right)
{
  g_autoptr(GString) both = g_string_sized_new (left->length + right->length);

  g_string_append_len (both, left->start, left->length);
  g_string_append_len (both, right->start, right->length);
  return truce_text_token_length (both->str) != left->length;
}

static gboolean
ends_sentence (const Token *token)
{
  return token->length == 1 && strchr (".!?,;:", *token->start) != NULL;
}

static gboolean
is_word (const Token *token)
{
  return g_unichar_isalnum (g_utf8_get_char (token->start));
}

/* Appends tokens that stand side by side in one text. after_insertion: so does the other's, just before. */
static void
append (Output      *output,
        const Token *tokens,
        gsize        n,
        gboolean     after_insertion)
{
  const Token *last = output->last;

  if (n == 0)
    return;

  if (last != NULL && (run_together (last, tokens) ||
                       (after_insertion && ends_sentence (last) && is_word (tokens))))
    g_string_append_c (output->text, ' ');
  output->last = &tokens[n - 1];
  g_string_append_len (output->text, tokens->start,
                       output->last->start + output->last->length - tokens->start);
}

/* Marks what side deleted of base. Returns FALSE if it inserted anything. */
static gboolean
mark_deleted (const guint32 *base,
              gsize          n_base,
              const guint32 *side,
              gsize          n_side,
              gboolean      *deleted)
{
  gsize n_hunks;
  g_autofree TruceHunk *hunks = truce_text_diff (base, n_base, side, n_side, &n_hunks);

  for (gsize i = 0; i < n_hunks; i++)
    {
      if (hunks[i].b_length > 0)
        return FALSE;
      for (guint32 j = 0; j < hunks[i].a_length; j++)
        deleted[hunks[i].a_start + j] = TRUE;
    }
  return TRUE;
}

/* Returns FALSE if the sides did more than delete. */
static gboolean
append_what_both_kept (Output           *output,
                       const Tokens     *base,
                       const Tokens     *ours,
                       const Tokens     *theirs,
                       const TruceChunk *chunk)
{
  const guint32 *symbols = base->symbols + chunk->base_start;
  const guint32 *our_symbols = ours->symbols + chunk->ours_start;
  const guint32 *their_symbols = theirs->symbols + chunk->theirs_start;
  g_autofree gboolean *deleted = g_new0 (gboolean, chunk->base_length);

  if (!mark_deleted (symbols, chunk->base_length, our_symbols, chunk->ours_length, deleted) ||
      !mark_deleted (symbols, chunk->base_length, their_symbols, chunk->theirs_length, deleted))
    return FALSE;

  for (guint32 i = 0; i < chunk->base_length; i++)
    if (!deleted[i])
      append (output, &base->tokens[chunk->base_start + i], 1, FALSE);
  return TRUE;
}

/* Returns FALSE for a conflict. */
static gboolean
append_chunk (Output           *output,
              const Tokens     *base,
              const Tokens     *ours,
              const Tokens     *theirs,
              const TruceChunk *chunk)
{
  const Token *our_tokens = ours->tokens + chunk->ours_start;
  const Token *their_tokens = theirs->tokens + chunk->theirs_start;
  gboolean both = chunk->type == TRUCE_CHUNK_CONFLICT;
  gboolean both_inserted = both && chunk->base_length == 0;

  if (both && !both_inserted && append_what_both_kept (output, base, ours, theirs, chunk))
    return TRUE;

  if (chunk->type != TRUCE_CHUNK_THEIRS)
    append (output, our_tokens, chunk->ours_length, FALSE);
  if (chunk->type == TRUCE_CHUNK_THEIRS || both_inserted)
    append (output, their_tokens, chunk->theirs_length, both_inserted);
  return !both || both_inserted;
}

char *
truce_text_merge (const char *base,
                  const char *ours,
                  const char *theirs,
                  gboolean   *conflict)
{
  const char *texts[] = { base, ours, theirs };
  g_auto(Tokens) base_tokens = { NULL };
  g_auto(Tokens) our_tokens = { NULL };
  g_auto(Tokens) their_tokens = { NULL };
  Tokens *sides[] = { &base_tokens, &our_tokens, &their_tokens };
  g_autoptr(GHashTable) numbers = g_hash_table_new (hash_token, equal_tokens);
  g_autofree TruceHunk *our_hunks = NULL;
  g_autofree TruceHunk *their_hunks = NULL;
  g_autofree TruceChunk *chunks = NULL;
  Output output = { g_string_sized_new (strlen (ours)), NULL };
  gsize n_our_hunks;
  gsize n_their_hunks;
  gsize n_chunks;

  g_assert (conflict != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      split (texts[i], sides[i]);
      number (sides[i], numbers);
    }

  *conflict = FALSE;
  our_hunks = truce_text_diff (base_tokens.symbols, base_tokens.n, our_tokens.symbols, our_tokens.n,
                               &n_our_hunks);
  their_hunks = truce_text_diff (base_tokens.symbols, base_tokens.n, their_tokens.symbols, their_tokens.n,
                                 &n_their_hunks);
  chunks = truce_sequence_merge_hunks (base_tokens.n, our_tokens.symbols, our_hunks, n_our_hunks,
                                       their_tokens.symbols, their_hunks, n_their_hunks, &n_chunks);
  for (gsize i = 0; i < n_chunks; i++)
    if (!append_chunk (&output, &base_tokens, &our_tokens, &their_tokens, &chunks[i]))
      *conflict = TRUE;

  return g_string_free (output.text, FALSE);
}
