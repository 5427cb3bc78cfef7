/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-simulation-record.h"

#include <stdlib.h>

/* ---- sets of events ---- */

TruceEventSet
truce_event_set_new (guint n_events)
{
  guint n_words = (n_events + 63) / 64;

  return (TruceEventSet) { g_new0 (guint64, n_words), n_words };
}

void
truce_event_set_clear (TruceEventSet *self)
{
  g_clear_pointer (&self->words, g_free);
  self->n_words = 0;
}

void
truce_event_set_copy (TruceEventSet       *self,
                      const TruceEventSet *other)
{
  memcpy (self->words, other->words, self->n_words * sizeof *self->words);
}

void
truce_event_set_join (TruceEventSet       *self,
                      const TruceEventSet *other)
{
  for (guint i = 0; i < self->n_words; i++)
    self->words[i] |= other->words[i];
}

void
truce_event_set_empty (TruceEventSet *self)
{
  memset (self->words, 0, self->n_words * sizeof *self->words);
}

gboolean
truce_event_set_is_empty (const TruceEventSet *self)
{
  for (guint i = 0; i < self->n_words; i++)
    if (self->words[i] != 0)
      return FALSE;
  return TRUE;
}

int
truce_event_set_lacks (const TruceEventSet *self,
                       const TruceEventSet *other)
{
  for (guint i = 0; i < self->n_words; i++)
    {
      guint64 missing = other->words[i] & ~self->words[i];

      if (missing != 0)
        return (int) (i * 64) + __builtin_ctzll (missing);
    }
  return -1;
}

/* ---- events and marks ---- */

static void
mark_free (gpointer data)
{
  TruceMark *mark = data;

  g_free (mark->path);
  g_free (mark->text);
  g_free (mark);
}

static void
event_free (gpointer data)
{
  TruceEvent *event = data;

  truce_event_set_clear (&event->seen);
  g_ptr_array_unref (event->taken);
  g_free (event);
}

TruceSimRecord *
truce_sim_record_new (const char     *collection,
                      const char     *id,
                      TruceDeleteRule rule,
                      guint           n_events)
{
  TruceSimRecord *self = g_new0 (TruceSimRecord, 1);

  self->collection = g_strdup (collection);
  self->id = g_strdup (id);
  self->rule = rule;
  self->n_events = n_events;
  self->events = g_ptr_array_new_with_free_func (event_free);
  self->marks = g_ptr_array_new_with_free_func (mark_free);
  return self;
}

void
truce_sim_record_free (TruceSimRecord *self)
{
  g_free (self->collection);
  g_free (self->id);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->marks);
  g_free (self);
}

TruceKind
truce_sim_kind (const char *field)
{
  static const struct
  {
    const char *field;
    TruceKind kind;
  } kinds[] = {
    { "code", TRUCE_KIND_IMMUTABLE }, { "done", TRUCE_KIND_FLAG }, { "here", TRUCE_KIND_LOCAL },
    { "high", TRUCE_KIND_MAX },       { "low", TRUCE_KIND_MIN },   { "meta", TRUCE_KIND_MAP },
    { "note", TRUCE_KIND_TEXT },      { "pick", TRUCE_KIND_MULTI_REGISTER },
    { "steps", TRUCE_KIND_LIST },     { "tags", TRUCE_KIND_SET },  { "votes", TRUCE_KIND_COUNTER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].field, field))
      return kinds[i].kind;
  return TRUCE_KIND_REGISTER;
}

int
truce_sim_tag_number (const char *name,
                      gsize       length)
{
  int number = 0;

  if (length < 2 || length > 8 || name[0] != 'e')
    return -1;
  for (gsize i = 1; i < length; i++)
    {
      if (!g_ascii_isdigit (name[i]))
        return -1;
      number = number * 10 + (name[i] - '0');
    }
  return number;
}

const TruceEvent *
truce_sim_record_event (const TruceSimRecord *self,
                        guint                 number)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const TruceEvent *event = self->events->pdata[i];

      if (event->number == number)
        return event;
    }
  return NULL;
}

/* A tag that was removed was seen by who removed it. */
void
truce_sim_record_known (const TruceSimRecord *self,
                        const TruceState     *state,
                        TruceEventSet        *known)
{
  truce_event_set_empty (known);
  for (guint32 i = 0; i < state->fields.n_fields; i++)
    {
      const TruceStateField *field = &state->fields.fields[i];
      int number = truce_sim_tag_number (field->name.text, field->name.length);
      const TruceEvent *event;

      if (number < 0 || truce_state_shown (field) == NULL)
        continue;
      event = truce_sim_record_event (self, number);
      if (event == NULL)
        continue;
      truce_event_set_add (known, number);
      truce_event_set_join (known, &event->seen);
    }
}

static gboolean
is_taken (const TruceSimRecord *self,
          const TruceEventSet  *known,
          const TruceMark      *mark)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      const TruceEvent *event = self->events->pdata[i];

      if (truce_event_set_has (known, event->number) && g_ptr_array_find (event->taken, mark, NULL))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
truce_sim_record_standing (const TruceSimRecord *self,
                           const TruceEventSet  *known)
{
  GPtrArray *standing = g_ptr_array_new ();

  for (guint i = 0; i < self->marks->len; i++)
    {
      TruceMark *mark = self->marks->pdata[i];

      if (truce_event_set_has (known, mark->event) && !is_taken (self, known, mark))
        g_ptr_array_add (standing, mark);
    }
  return standing;
}
