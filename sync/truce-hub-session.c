/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A replica that was put back from a backup, or copied with its disk, would give stamps a second time, with other
 * contents. The hub sees it by a chain: each session has a random name, the hub writes down in which one a replica
 * last pushed, and the replica, which wrote that down too before it pushed, says it in its next greeting. It names
 * the one before as well where it does not know whether its last push arrived. Whoever names neither has forgotten,
 * or is a copy. (After Parker et al., "Detection of mutual inconsistency", and what Dotted DB and CouchDB do by
 * history; a random name needs no history.)
 *
 * The stamps show it too: a replica that has sent less than what came from it has forgotten. That is all that can
 * be asked after a hub has begun a new epoch, for then it may have forgotten itself.
 *
 * A new session ends the earlier one of the same replica: a push that was held up on its way comes too late, and is
 * told so, and what the hub remembers does not change behind the greeting's back. */

#include "truce-hub-private.h"

#include "truce-clock-private.h"
#include "truce-random-private.h"

#define META_GROUP "replica"
#define SESSIONS_MAX 10000u     /* going on at once: beyond, the oldest is forgotten, and has to be opened again */

void
truce_hub_session_free (TruceHubSession *session)
{
  g_free (session->id);
  g_free (session->known);
  g_free (session->account);
  g_clear_pointer (&session->filters, g_hash_table_unref);
  g_free (session);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TruceHubSession, truce_hub_session_free)

static void
forget (TruceHub        *self,
        TruceHubSession *session)
{
  if (g_hash_table_lookup (self->current, &session->replica) == session)
    g_hash_table_remove (self->current, &session->replica);
  g_queue_remove (&self->order, session);
  g_hash_table_remove (self->sessions, session->id);
}

void
truce_hub_forget_sessions (TruceHub *self)
{
  while (self->order.head != NULL)
    forget (self, self->order.head->data);
}

static void
remember (TruceHub        *self,
          TruceHubSession *session)
{
  TruceHubSession *earlier = g_hash_table_lookup (self->current, &session->replica);
  TruceHubSession *namesake;

  if (earlier != NULL)
    forget (self, earlier);
  /* Two random names are the same where the randomness is a test's. */
  namesake = g_hash_table_lookup (self->sessions, session->id);
  if (namesake != NULL)
    forget (self, namesake);
  if (self->order.length >= SESSIONS_MAX)
    forget (self, self->order.head->data);
  g_hash_table_insert (self->sessions, session->id, session);
  g_hash_table_insert (self->current, &session->replica, session);
  g_queue_push_tail (&self->order, session);
}

TruceHubSession *
truce_hub_find_session (TruceHub      *self,
                        TruceExchange *exchange,
                        GError       **error)
{
  TruceHubSession *session = NULL;

  if (exchange->session != NULL)
    session = g_hash_table_lookup (self->sessions, exchange->session);
  if (session == NULL)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "this session has ended, or another one began: open it again");
  return session;
}

/* ---- what is remembered of a replica ---- */

void
truce_hub_replica_clear (TruceHubReplica *replica)
{
  g_clear_pointer (&replica->session, g_free);
}

static char *
replica_key (guint64 id)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", id);
}

gboolean
truce_hub_read_replica (TruceHub        *self,
                        guint64          id,
                        TruceHubReplica *replica,
                        GError         **error)
{
  g_autofree char *key = replica_key (id);
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (self->store->adapter, META_GROUP, key, &local);
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autofree char *sent = NULL;

  *replica = (TruceHubReplica) { NULL };
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (bytes == NULL)
    return TRUE;

  doc = truce_json_doc_parse (bytes, 2, NULL);
  if (doc != NULL)
    {
      replica->session = truce_json_dup_text (doc, 0, "session");
      sent = truce_json_dup_text (doc, 0, "sent");
    }
  if (replica->session != NULL && (sent == NULL || truce_stamp_scan (sent, &replica->sent, NULL)))
    return TRUE;
  truce_hub_replica_clear (replica);
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "what the hub knows of replica %s can't be read", key);
  return FALSE;
}

gboolean
truce_hub_write_replica (TruceHub              *self,
                         guint64                id,
                         const TruceHubReplica *replica,
                         GError               **error)
{
  g_autofree char *key = replica_key (id);
  GString *text = g_string_new ("{\"session\":");
  char sent[TRUCE_STAMP_TEXT_LENGTH + 1];
  g_autoptr(GBytes) bytes = NULL;

  truce_json_write_string (text, replica->session, -1);
  if (replica->sent.time != 0)
    {
      truce_stamp_format (replica->sent, sent);
      g_string_append_printf (text, ",\"sent\":\"%s\"", sent);
    }
  g_string_append_c (text, '}');
  bytes = g_string_free_to_bytes (text);
  return truce_store_adapter_set_meta (self->store->adapter, META_GROUP, key, bytes, error);
}

/* ---- greeting ---- */

static gboolean
check_hello (const TruceHello *hello,
             GError          **error)
{
  if (hello->protocol > TRUCE_PROTOCOL)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW, "protocol %u is newer than this hub's, which is %u",
                 hello->protocol, TRUCE_PROTOCOL);
  else if (hello->protocol == 0 || hello->replica == 0 || hello->cursor < 0)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a greeting without a protocol, a replica or a cursor");
  else if (hello->sent.time != 0 && hello->sent.replica != hello->replica)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a greeting with a stamp of another replica");
  else
    return TRUE;
  return FALSE;
}

/* FALSE with INVALID_DATA: one is no filter. */
static gboolean
read_filters (TruceHubSession *session,
              GHashTable      *texts,
              GError         **error)
{
  GHashTableIter iter;
  gpointer name;
  gpointer text;

  if (texts == NULL || g_hash_table_size (texts) == 0)
    return TRUE;

  session->filters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) truce_filter_unref);
  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &name, &text))
    {
      TruceFilter *filter = truce_filter_parse (text, error);

      if (filter == NULL)
        {
          g_prefix_error (error, "the filter of %s: ", (const char *) name);
          return FALSE;
        }
      g_hash_table_insert (session->filters, g_strdup (name), filter);
    }
  return TRUE;
}

/* Whether the replica has forgotten what it pushed, or was copied. */
static gboolean
has_forked (TruceHub              *self,
            const TruceHello      *hello,
            const TruceHubReplica *replica)
{
  gboolean same_epoch = hello->epoch == NULL || g_str_equal (hello->epoch, self->epoch);

  if (replica->session == NULL)
    return FALSE;
  if (hello->last_session == NULL || truce_stamp_order (replica->sent, hello->sent) > 0)
    return TRUE;
  return same_epoch && g_strcmp0 (replica->session, hello->last_session) != 0 &&
         g_strcmp0 (replica->session, hello->previous_session) != 0;
}

static TruceHubSession *
make_session (TruceHub         *self,
              const TruceHello *hello,
              GError          **error)
{
  g_autoptr(TruceHubSession) session = g_new0 (TruceHubSession, 1);
  g_auto(TruceHubReplica) replica = { NULL };
  guint64 number;

  if (!truce_random_u64 (&number, error) || !read_filters (session, hello->parent_instance.filters, error) ||
      !truce_hub_read_replica (self, hello->replica, &replica, error))
    return NULL;

  session->id = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", number);
  session->replica = hello->replica;
  session->account = g_strdup (hello->account);
  session->forked = has_forked (self, hello, &replica);
  session->known = g_steal_pointer (&replica.session);
  session->horizon = self->horizon;
  /* Who has never been here can't hold what was deleted here. */
  if (hello->epoch != NULL)
    session->stale = g_str_equal (hello->epoch, self->epoch) ? hello->cursor < self->horizon : self->horizon > 0;
  return g_steal_pointer (&session);
}

static void
welcome (TruceHub              *self,
         TruceHello            *hello,
         const TruceHubSession *session,
         TruceStamp             seen)
{
  truce_hello_welcome (hello, session->id);
  truce_hello_set_stamped (hello, TRUE);
  truce_hello_set_remote_epoch (hello, self->epoch);
  truce_hello_set_head (hello, self->store->version);
  truce_hello_set_horizon (hello, self->horizon);
  truce_hello_set_remote_now (hello, truce_clock_now_ms (self->store->clock));
  truce_hello_set_forked (hello, session->forked);
  if (seen.time != 0)
    truce_hello_set_seen (hello, &seen);
  /* A copy is not told how to look like the one that it was copied from. */
  if (session->known != NULL && !session->forked)
    truce_hello_set_remote_last_session (hello, session->known);
}

gboolean
truce_hub_open (TruceHub   *self,
                TruceHello *hello,
                GError    **error)
{
  g_autoptr(TruceHubSession) session = NULL;
  g_auto(TruceHubReplica) replica = { NULL };
  gboolean read;

  if (!check_hello (hello, error) || !truce_hub_begin_read (self, error))
    return FALSE;
  session = make_session (self, hello, error);
  read = session != NULL && truce_hub_read_replica (self, hello->replica, &replica, error);
  truce_hub_end_read (self);
  if (!read)
    return FALSE;

  welcome (self, hello, session, replica.sent);
  remember (self, g_steal_pointer (&session));
  return TRUE;
}

gboolean
truce_hub_close (TruceHub      *self,
                 TruceExchange *bye,
                 GError       **error)
{
  TruceHubSession *session = bye->session != NULL ? g_hash_table_lookup (self->sessions, bye->session) : NULL;

  if (self->store->writing)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "a session can't end within its push");
      return FALSE;
    }
  if (session != NULL)
    forget (self, session);
  return TRUE;
}
