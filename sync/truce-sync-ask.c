/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A resolver that asks a person or a service takes its time. Nothing waits for it: the session goes on, the record keeps
 * its local value, and when the answer comes it is written as any other change, which a later session sends. Where the
 * record or the remote's has changed meanwhile the answer no longer fits, and the question is put again as it is now.
 *
 * A question is known by its record; one that is put again replaces the one before, whose answer is ignored. */

#include "truce-outbox.h"
#include "truce-store-key.h"
#include "truce-sync-private.h"

typedef struct
{
  int refs;                     /* the engine's, and the resolver's until it answers */
  TruceSync *sync;              /* NULL: nobody wants the answer any more */
  TruceQuestion *question;      /* owned */
  GCancellable *cancellable;    /* owned */
} Asked;

static void
asked_unref (Asked *asked)
{
  if (--asked->refs > 0)
    return;
  truce_question_free (asked->question);
  g_object_unref (asked->cancellable);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_unref)

static void
asked_drop (gpointer data)
{
  g_autoptr(Asked) asked = data;

  asked->sync = NULL;
  g_cancellable_cancel (asked->cancellable);
}

GHashTable *
truce_sync_asked_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, asked_drop);
}

static void put_question (TruceSync     *self,
                          TruceQuestion *question);

/* Takes resolution and error. */
static void
take_answer (TruceSync           *self,
             const TruceQuestion *question,
             TruceResolution     *resolution,
             GError              *error)
{
  g_autoptr(TruceResolution) answer = resolution;
  g_autoptr(GError) wrong = error;
  TruceQuestion *again = NULL;

  if (answer != NULL && !truce_outbox_answer (self->store, question, answer, &again, &wrong) && again != NULL)
    put_question (self, again);
  if (wrong != NULL)
    g_debug ("%s/%s waits in the inbox: its resolver gave no answer that could be used: %s", question->collection,
             question->id, wrong->message);
}

static void
on_resolved (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(Asked) asked = data;
  g_autoptr(TruceSync) self = asked->sync != NULL ? g_object_ref (asked->sync) : NULL;
  GError *error = NULL;
  TruceResolution *resolution = truce_resolver_resolve_finish (asked->question->resolver, result, &error);
  g_autofree char *key = truce_store_key (asked->question->collection, asked->question->id);

  if (self == NULL)
    {
      g_clear_object (&resolution);
      g_clear_error (&error);
      return;
    }
  asked->refs++;
  g_hash_table_remove (self->asked, key);
  take_answer (self, asked->question, resolution, error);
  asked_unref (asked);
  /* It may still be conflicted: then who waits for it is told now. */
  truce_sync_wait_check (self);
}

/* Takes the question. */
static void
put_question (TruceSync     *self,
              TruceQuestion *question)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->refs = 2;
  asked->sync = self;
  asked->question = question;
  asked->cancellable = g_cancellable_new ();
  g_hash_table_replace (self->asked, truce_store_key (question->collection, question->id), asked);
  truce_resolver_resolve_async (question->resolver, question->conflict, asked->cancellable, on_resolved, asked);
}

void
truce_sync_ask (TruceSync *self,
                GPtrArray *questions)
{
  if (questions == NULL)
    return;

  g_ptr_array_set_free_func (questions, NULL);
  for (guint i = 0; i < questions->len; i++)
    put_question (self, g_ptr_array_index (questions, i));
  g_ptr_array_unref (questions);
}

void
truce_sync_ask_again (TruceSync *self)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *questions = truce_store_list_questions (self->store, &error);

  if (error != NULL)
    g_debug ("What resolvers were asked before can't be read: %s", error->message);
  truce_sync_ask (self, questions);
}

gboolean
truce_sync_is_asked (TruceSync  *self,
                     const char *collection,
                     const char *id)
{
  g_autofree char *key = truce_store_key (collection, id);

  return g_hash_table_contains (self->asked, key);
}

void
truce_sync_ask_abandon (TruceSync *self)
{
  g_hash_table_remove_all (self->asked);
}
