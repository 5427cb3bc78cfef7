/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-kind-private.h"
#include "truce-pattern.h"

/* NOTES
 *
 * A pattern is a list of tokens; matching it against a path is running a small automaton whose state is
 * "so many tokens are behind us". "**" may take no member (go on to the next token for free) or one and
 * stay. A walk runs all patterns at once and keeps each level's live states on one stack, so that going
 * down a level of a document costs the live states, not the patterns, and coming back costs nothing.
 * Nobody can make it exponential: a frame holds each state once. */

typedef enum
{
  TOKEN_NAME,
  TOKEN_ONE,                    /* "*" */
  TOKEN_ANY,                    /* "**" */
} TokenType;

typedef struct
{
  TokenType type;
  char *name;                   /* owned; unescaped */
} Token;

struct _TrucePattern
{
  char *text;
  Token *tokens;
  guint n_tokens;
};

typedef struct
{
  guint pattern;
  guint position;               /* tokens behind us */
} State;

struct _TrucePatternWalk
{
  GPtrArray *patterns;
  GArray *states;               /* of State: all frames, the deepest last */
  GArray *frames;               /* of guint: where each begins */
};

/* Longer patterns help nobody, and a schema comes from outside. */
#define MAX_TOKENS 512

static void
token_init (Token *token,
            char  *text)
{
  if (g_str_equal (text, "*"))
    token->type = TOKEN_ONE;
  else if (g_str_equal (text, "**"))
    token->type = TOKEN_ANY;
  else
    token->type = TOKEN_NAME;
  token->name = text;
}

TrucePattern *
truce_pattern_new (const char *text,
                   GError    **error)
{
  g_autoptr(TrucePattern) pattern = g_new0 (TrucePattern, 1);
  g_autoptr(GError) reason = NULL;
  g_autofree char **parts = NULL;

  g_assert (text != NULL);

  pattern->text = g_strdup (text);
  if (text[0] == '/' || text[0] == '\0')
    {
      parts = truce_json_pointer_split (text, &reason);
    }
  else
    {
      parts = g_new0 (char *, 2);
      parts[0] = g_strdup (text);
    }

  if (parts == NULL || g_strv_length (parts) > MAX_TOKENS)
    {
      g_autofree char *shown = truce_show_name (text);

      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "not a pattern: “%s”: %s", shown,
                   reason != NULL ? reason->message : "too many members");
      if (parts != NULL)
        g_strfreev (g_steal_pointer (&parts));
      return NULL;
    }

  pattern->n_tokens = g_strv_length (parts);
  pattern->tokens = g_new0 (Token, MAX (pattern->n_tokens, 1));
  for (guint i = 0; i < pattern->n_tokens; i++)
    {
      token_init (&pattern->tokens[i], parts[i]);
      if (text[0] != '/')
        pattern->tokens[i].type = TOKEN_NAME; /* a field's own name, whatever it looks like */
    }

  return g_steal_pointer (&pattern);
}

void
truce_pattern_free (TrucePattern *pattern)
{
  if (pattern == NULL)
    return;
  for (guint i = 0; i < pattern->n_tokens; i++)
    g_free (pattern->tokens[i].name);
  g_free (pattern->tokens);
  g_free (pattern->text);
  g_free (pattern);
}

const char *
truce_pattern_text (const TrucePattern *pattern)
{
  return pattern->text;
}

const char *
truce_pattern_head (const TrucePattern *pattern)
{
  guint i = 0;

  while (i < pattern->n_tokens && pattern->tokens[i].type == TOKEN_ANY)
    i++;
  return i < pattern->n_tokens && pattern->tokens[i].type == TOKEN_NAME ? pattern->tokens[i].name : NULL;
}

gboolean
truce_pattern_is_field (const TrucePattern *pattern)
{
  return pattern->n_tokens == 1 && pattern->tokens[0].type == TOKEN_NAME;
}

static const TrucePattern *
walk_pattern (const TrucePatternWalk *walk,
              guint                   index)
{
  return g_ptr_array_index (walk->patterns, index);
}

static guint
frame_start (const TrucePatternWalk *walk)
{
  return g_array_index (walk->frames, guint, walk->frames->len - 1);
}

/* Adds a state to the deepest frame, and those that "**" reaches from it for free, each once. */
static void
add_state (TrucePatternWalk *walk,
           guint             pattern,
           guint             position)
{
  const TrucePattern *p = walk_pattern (walk, pattern);

  for (;; position++)
    {
      State state = { pattern, position };

      for (guint i = frame_start (walk); i < walk->states->len; i++)
        {
          const State *have = &g_array_index (walk->states, State, i);

          if (have->pattern == pattern && have->position == position)
            return;
        }
      g_array_append_val (walk->states, state);
      if (position == p->n_tokens || p->tokens[position].type != TOKEN_ANY)
        return;
    }
}

TrucePatternWalk *
truce_pattern_walk_new (GPtrArray *patterns)
{
  TrucePatternWalk *walk = g_new0 (TrucePatternWalk, 1);
  guint start = 0;

  walk->patterns = patterns;
  walk->states = g_array_new (FALSE, FALSE, sizeof (State));
  walk->frames = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (walk->frames, start);
  for (guint i = 0; i < patterns->len; i++)
    add_state (walk, i, 0);

  return walk;
}

void
truce_pattern_walk_free (TrucePatternWalk *walk)
{
  if (walk == NULL)
    return;
  g_array_unref (walk->states);
  g_array_unref (walk->frames);
  g_free (walk);
}

void
truce_pattern_walk_push (TrucePatternWalk *walk,
                         const char       *token)
{
  guint from = frame_start (walk);
  guint to = walk->states->len;

  g_array_append_val (walk->frames, to);
  for (guint i = from; i < to; i++)
    {
      State state = g_array_index (walk->states, State, i);
      const TrucePattern *p = walk_pattern (walk, state.pattern);
      const Token *expected = state.position < p->n_tokens ? &p->tokens[state.position] : NULL;

      if (expected == NULL)
        continue;
      if (expected->type == TOKEN_ANY)
        add_state (walk, state.pattern, state.position);
      else if (expected->type == TOKEN_ONE || g_strcmp0 (expected->name, token) == 0)
        add_state (walk, state.pattern, state.position + 1);
    }
}

void
truce_pattern_walk_pop (TrucePatternWalk *walk)
{
  g_assert (walk->frames->len > 1);

  g_array_set_size (walk->states, frame_start (walk));
  g_array_set_size (walk->frames, walk->frames->len - 1);
}

gboolean
truce_pattern_walk_matches (const TrucePatternWalk *walk,
                            guint                   index)
{
  for (guint i = frame_start (walk); i < walk->states->len; i++)
    {
      const State *state = &g_array_index (walk->states, State, i);

      if (state->pattern == index && state->position == walk_pattern (walk, index)->n_tokens)
        return TRUE;
    }
  return FALSE;
}

gboolean
truce_pattern_walk_is_live (const TrucePatternWalk *walk,
                            guint                   index)
{
  for (guint i = frame_start (walk); i < walk->states->len; i++)
    if (g_array_index (walk->states, State, i).pattern == index)
      return TRUE;
  return FALSE;
}

gboolean
truce_pattern_walk_goes_on (const TrucePatternWalk *walk,
                            guint                   index)
{
  for (guint i = frame_start (walk); i < walk->states->len; i++)
    {
      const State *state = &g_array_index (walk->states, State, i);

      if (state->pattern == index && state->position < walk_pattern (walk, index)->n_tokens)
        return TRUE;
    }
  return FALSE;
}

gboolean
truce_pattern_walk_is_over (const TrucePatternWalk *walk)
{
  return frame_start (walk) == walk->states->len;
}
