/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The join of two observed-remove sets. With D the dots and C the context of each side,
 *
 *     D = (D1 ∩ D2) ∪ {d ∈ D1 : d ∉ C2} ∪ {d ∈ D2 : d ∉ C1}        C = C1 ∪ C2
 *
 * A whole state says by silence what is dead: a dot of ours that its context covers and that it lacks. A
 * delta says it aloud, as kills, so that its cost is its changes. Kills that we had seen are nothing new:
 * their event is in our context, and with it what it did.
 *
 * What a state taught us we cannot pass on as a delta, since we don't know which event took which dot away.
 * So for each replica of which it taught us something, the journal's floor for removals rises to there. */

#include "truce-set-state.h"

/* The other side's replicas in our indices. */
typedef struct
{
  guint32 *ours;                /* by the other's index */
  guint64 *other_seen;          /* by our index: what the other has seen */
  guint64 *our_seen;            /* by the other's index: what we had seen */
  gboolean news;                /* the other has seen something that we have not */
} Mapping;

static void
mapping_clear (Mapping *self)
{
  g_free (self->ours);
  g_free (self->other_seen);
  g_free (self->our_seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mapping, mapping_clear)

/* Whether the tables can hold all of both. */
static gboolean
check_room (const TruceDots *self,
            const TruceDots *other,
            GError         **error)
{
  g_autoptr(TruceVersionVector) ours = NULL;
  g_autoptr(TruceVersionVector) others = NULL;
  g_autoptr(TruceVersionVector) both = NULL;

  if (self->n_entries + other->n_entries > TRUCE_DOTS_MAX || self->n_texts + other->n_texts >= G_MAXUINT32)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "Too many elements");
      return FALSE;
    }
  if (self->n_replicas + other->n_replicas <= TRUCE_VERSION_VECTOR_MAX)
    return TRUE;
  ours = truce_dots_get_context (self);
  others = truce_dots_get_context (other);
  both = truce_version_vector_join (ours, others, error);
  return both != NULL;
}

static void
mapping_init (Mapping         *self,
              TruceDots       *dots,
              const TruceDots *other)
{
  *self = (Mapping) { 0 };
  self->ours = g_new (guint32, other->n_replicas);
  self->our_seen = g_new (guint64, other->n_replicas);
  for (guint i = 0; i < other->n_replicas; i++)
    {
      self->ours[i] = truce_dots_replica (dots, other->replicas[i].id);
      self->our_seen[i] = dots->replicas[self->ours[i]].seen;
      self->news |= self->our_seen[i] < other->replicas[i].seen;
    }
  self->other_seen = g_new0 (guint64, dots->n_replicas);
  for (guint i = 0; i < other->n_replicas; i++)
    self->other_seen[self->ours[i]] = other->replicas[i].seen;
}

/* The context takes in the other's. */
static void
join_context (TruceDots       *dots,
              const TruceDots *other,
              const Mapping   *mapping)
{
  for (guint i = 0; i < other->n_replicas; i++)
    {
      TruceReplica *replica = &dots->replicas[mapping->ours[i]];

      replica->seen = MAX (replica->seen, other->replicas[i].seen);
    }
}

/* Takes away our dots of an entry that the other has seen and, in its entry (or none), lacks. */
static void
kill_missing (TruceDots       *dots,
              guint32          entry,
              const TruceDots *other,
              guint32          other_entry,
              const Mapping   *mapping,
              const guint32   *theirs)
{
  TruceDot dot = truce_dots_first (dots, entry);

  for (;;)
    {
      TruceDot next = dot.next != 0 ? truce_dots_next (dots, dot) : dot;

      if (dot.time <= mapping->other_seen[dot.replica] &&
          (other_entry == TRUCE_DOTS_NONE ||
           !truce_dots_has (other, other_entry, dot.time, theirs[dot.replica])))
        truce_dots_kill (dots, entry, dot.time, dot.replica);
      if (dot.next == 0)
        break;
      dot = next;
    }
}

/* Puts the other's dots of an element in that we had not seen. entry is ours, or TRUCE_DOTS_NONE if we don't
 * know it; the same is returned. */
static guint32
put_unseen (TruceDots       *dots,
            guint32          entry,
            const TruceDots *other,
            guint32          other_entry,
            const Mapping   *mapping)
{
  TruceDot dot;

  for (dot = truce_dots_first (other, other_entry);; dot = truce_dots_next (other, dot))
    {
      if (dot.time > mapping->our_seen[dot.replica])
        {
          if (entry == TRUCE_DOTS_NONE)
            {
              gsize length;
              const char *text = truce_dots_text (other, other_entry, &length);

              entry = truce_dots_append (dots, text, length);
            }
          truce_dots_put (dots, entry, dot.time, mapping->ours[dot.replica]);
        }
      if (dot.next == 0)
        return entry;
    }
}

static void
join_dots (TruceDots       *dots,
           const TruceDots *other,
           const Mapping   *mapping)
{
  guint n_before = dots->n_entries;
  g_autofree guint8 *met = g_new0 (guint8, n_before);
  g_autofree guint32 *theirs = g_new0 (guint32, dots->n_replicas);

  for (guint i = 0; i < other->n_replicas; i++)
    theirs[mapping->ours[i]] = i;
  for (guint32 i = 0; i < other->n_entries; i++)
    {
      gsize length;
      const char *text = truce_dots_text (other, i, &length);
      guint32 entry;

      if (!truce_dots_live (other, i))
        continue;
      entry = truce_dots_find (dots, text, length);
      if (entry != TRUCE_DOTS_NONE)
        {
          met[entry] = TRUE;
          if (truce_dots_live (dots, entry))
            kill_missing (dots, entry, other, i, mapping, theirs);
        }
      put_unseen (dots, entry, other, i, mapping);
    }
  for (guint32 i = 0; i < n_before; i++)
    if (!met[i] && truce_dots_live (dots, i))
      kill_missing (dots, i, other, TRUCE_DOTS_NONE, mapping, theirs);
}

static void
join_unchecked (TruceSetState       *self,
                const TruceSetDelta *state)
{
  const TruceDots *other = &state->dots;
  g_auto(Mapping) mapping = { 0 };

  mapping_init (&mapping, &self->dots, other);
  if (!mapping.news)
    return;
  join_dots (&self->dots, other, &mapping);
  for (guint i = 0; i < other->n_replicas; i++)
    if (other->replicas[i].seen > mapping.our_seen[i])
      truce_journal_raise (&self->journal, mapping.ours[i], TRUCE_CHANGE_KILL, other->replicas[i].seen);
  join_context (&self->dots, other, &mapping);
  truce_set_state_tidy (self);
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  const TruceChange *x = a;
  const TruceChange *y = b;

  if (x->replica != y->replica)
    return x->replica < y->replica ? -1 : 1;
  return x->time == y->time ? 0 : x->time < y->time ? -1 : 1;
}

static void
apply_kills (TruceSetState       *self,
             const TruceSetDelta *delta,
             const Mapping       *mapping)
{
  for (guint i = 0; i < delta->n_kills; i++)
    {
      TruceChange kill = delta->kills[i];
      gsize length;
      const char *text = truce_dots_text (&delta->dots, kill.entry, &length);

      if (kill.time <= mapping->our_seen[kill.replica])
        continue;
      kill.entry = truce_dots_intern (&self->dots, text, length);
      kill.replica = mapping->ours[kill.replica];
      kill.dot_replica = mapping->ours[kill.dot_replica];
      truce_dots_kill (&self->dots, kill.entry, kill.dot_time, kill.dot_replica);
      truce_set_state_note (self, kill);
    }
}

static void
apply_adds (TruceSetState   *self,
            const TruceDots *news,
            const Mapping   *mapping)
{
  g_autoptr(GArray) adds = g_array_new (FALSE, FALSE, sizeof (TruceChange));

  for (guint32 i = 0; i < news->n_entries; i++)
    {
      gsize length;
      const char *text = truce_dots_text (news, i, &length);
      TruceDot dot;
      guint32 entry;

      if (!truce_dots_live (news, i))
        continue;
      entry = put_unseen (&self->dots, truce_dots_find (&self->dots, text, length), news, i, mapping);
      for (dot = truce_dots_first (news, i);; dot = truce_dots_next (news, dot))
        {
          TruceChange add = { dot.time, 0, mapping->ours[dot.replica], 0, entry, 0 };

          if (dot.time > mapping->our_seen[dot.replica])
            g_array_append_val (adds, add);
          if (dot.next == 0)
            break;
        }
    }

  /* The journal wants each replica's events in their order. Elements with several dots can break it. */
  if (news->n_dots > 0)
    g_array_sort (adds, compare_events);
  for (guint i = 0; i < adds->len; i++)
    truce_set_state_note (self, g_array_index (adds, TruceChange, i));
}

static void
apply_unchecked (TruceSetState       *self,
                 const TruceSetDelta *delta)
{
  g_auto(Mapping) mapping = { 0 };

  mapping_init (&mapping, &self->dots, &delta->dots);
  if (!mapping.news)
    return;
  apply_kills (self, delta, &mapping);
  apply_adds (self, &delta->dots, &mapping);
  join_context (&self->dots, &delta->dots, &mapping);
  truce_set_state_tidy (self);
}

/* The first state that an empty set gets becomes its own. */
static void
take (TruceSetState *self,
      TruceSetDelta *delta)
{
  TruceDots empty = self->dots;

  self->dots = delta->dots;
  delta->dots = empty;
  for (guint i = 0; i < self->dots.n_replicas; i++)
    truce_journal_raise (&self->journal, i, TRUCE_CHANGE_KILL, self->dots.replicas[i].seen);
}

/* What fits whatever the two have in common is joined in place, anything else on a copy first. */
static gboolean
join (TruceSetState       *self,
      const TruceSetDelta *delta,
      guint                limit,
      GError             **error)
{
  void (*apply) (TruceSetState *, const TruceSetDelta *) =
    delta->from->n_stamps > 0 ? apply_unchecked : join_unchecked;
  TruceSetState copy;

  if (!check_room (&self->dots, &delta->dots, error))
    return FALSE;
  if (self->dots.n_live + delta->dots.n_live <= limit)
    {
      apply (self, delta);
      return TRUE;
    }

  truce_set_state_copy (&copy, self);
  apply (&copy, delta);
  if (copy.dots.n_live > limit)
    {
      truce_set_state_clear (&copy);
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u elements", limit);
      return FALSE;
    }
  truce_set_state_clear (self);
  *self = copy;
  return TRUE;
}

gboolean
truce_set_state_join (TruceSetState   *self,
                      const TruceDots *other,
                      guint            limit,
                      GError         **error)
{
  g_autoptr(TruceVersionVector) nothing = truce_version_vector_new ();
  TruceSetDelta state = { nothing, *other, NULL, 0 };

  return join (self, &state, limit, error);
}

gboolean
truce_set_state_apply (TruceSetState *self,
                       TruceSetDelta *delta,
                       guint          limit,
                       GError       **error)
{
  g_autoptr(TruceVersionVector) context = truce_dots_get_context (&self->dots);

  if (!truce_version_vector_covers_all (context, delta->from))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_DEPENDENCY,
                           "The delta starts from what has not been seen here");
      return FALSE;
    }
  if (self->dots.n_replicas > 0)
    return join (self, delta, limit, error);
  take (self, delta);
  return TRUE;
}

static gboolean
entries_equal (const TruceDots *a,
               guint32          entry_a,
               const TruceDots *b,
               guint32          entry_b)
{
  TruceDot x = truce_dots_first (a, entry_a);
  TruceDot y = truce_dots_first (b, entry_b);

  while (x.time == y.time && a->replicas[x.replica].id == b->replicas[y.replica].id)
    {
      if (x.next == 0 || y.next == 0)
        return x.next == y.next;
      x = truce_dots_next (a, x);
      y = truce_dots_next (b, y);
    }
  return FALSE;
}

gboolean
truce_set_state_equal (const TruceSetState *a,
                       const TruceSetState *b)
{
  g_autoptr(TruceVersionVector) context_a = truce_dots_get_context (&a->dots);
  g_autoptr(TruceVersionVector) context_b = truce_dots_get_context (&b->dots);

  if (a->dots.n_live != b->dots.n_live || !truce_version_vector_equal (context_a, context_b))
    return FALSE;
  for (guint32 i = 0; i < a->dots.n_entries; i++)
    {
      gsize length;
      const char *text = truce_dots_text (&a->dots, i, &length);
      guint32 entry;

      if (!truce_dots_live (&a->dots, i))
        continue;
      entry = truce_dots_find (&b->dots, text, length);
      if (entry == TRUCE_DOTS_NONE || !truce_dots_live (&b->dots, entry) ||
          !entries_equal (&a->dots, i, &b->dots, entry))
        return FALSE;
    }
  return TRUE;
}
