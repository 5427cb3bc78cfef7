/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sqlite-private.h"

#define BUSY_TIMEOUT 5000               /* ms */

G_DEFINE_ENUM_TYPE (TruceDurability, truce_durability,
                    G_DEFINE_ENUM_VALUE (TRUCE_DURABILITY_FULL, "full"),
                    G_DEFINE_ENUM_VALUE (TRUCE_DURABILITY_NORMAL, "normal"))

G_DEFINE_FLAGS_TYPE (TruceSqliteFlags, truce_sqlite_flags,
                     G_DEFINE_ENUM_VALUE (TRUCE_SQLITE_DEFAULT, "default"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SQLITE_READ_ONLY, "read-only"),
                     G_DEFINE_ENUM_VALUE (TRUCE_SQLITE_EXISTING, "existing"))

/**
 * TruceSqliteAdapter:
 *
 * Keeps a store in a SQLite file.
 *
 * Each record is a row with its JSON as text, so that `sqlite3` and every
 * program that knows SQLite can read it; the page *The file of a store* tells
 * what else is there. To write is for this class alone.
 *
 * ```c
 * g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new ("notes.db", TRUCE_SQLITE_DEFAULT, &error);
 * ```
 *
 * ## Opening
 *
 * The file is made if there is none; one of 0 bytes counts as none. A file that
 * is something else is left as it is, to the byte, and the error tells what it
 * is: %TRUCE_ERROR_INVALID_DATA for one that is no SQLite database, or another
 * program's; %TRUCE_ERROR_TOO_NEW for one of a newer layout; %TRUCE_ERROR_CORRUPT
 * for one that is cut off or damaged; %TRUCE_ERROR_UNSUPPORTED for a folder or a
 * pipe, and for a file system without locks; %TRUCE_ERROR_READ_ONLY where we may
 * not read or write; %TRUCE_ERROR_NOT_FOUND where there is nothing, and the flags
 * say not to make it; %TRUCE_ERROR_TRANSIENT if the system has no more
 * descriptors or memory.
 *
 * Beside the file are others with its name and `-wal`, `-shm` and `-lock` behind
 * it. They belong to it: to move or copy a store, close it first, or move all
 * but the lock, or use SQLite's backup.
 *
 * ## Several at once
 *
 * Threads and processes may each open the file. Readers never wait. A writer waits
 * for the one before, at most [property@SqliteAdapter:busy-timeout], then it gets
 * %TRUCE_ERROR_BUSY. The lock is the kernel's: it goes when its holder dies.
 * After a fork the child has to open the file again.
 *
 * ## What can go wrong later
 *
 * A write that fails takes its transaction with it: every further call gives the same
 * error, until [method@StoreAdapter.rollback]. %TRUCE_ERROR_FULL and
 * %TRUCE_ERROR_TRANSIENT (the disk failed, memory is out) may pass: the next
 * transaction tries again, and reading goes on meanwhile. Where a commit failed, no
 * later one, and no crash, brings back what it held. Every record has a
 * checksum: one that is damaged gives %TRUCE_ERROR_CORRUPT, never something else
 * than was written.
 *
 * Since: 1.0
 */

enum { PROP_0, PROP_PATH, PROP_FLAGS, PROP_DURABILITY, PROP_BUSY_TIMEOUT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void initable_iface_init (GInitableIface *iface);
static void adapter_iface_init (TruceStoreAdapterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceSqliteAdapter, truce_sqlite_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_iface_init)
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_STORE_ADAPTER, adapter_iface_init))

/* ---- transactions ---- */

/* A file that was moved or removed still takes what is written to it, and drops it when it is closed. */
static gboolean
check_place (TruceSqliteAdapter *self,
             GError            **error)
{
  int moved = 0;

  if (sqlite3_file_control (self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_NOT_FOUND,
               "“%s” was moved or removed while it was open", self->path);
  return FALSE;
}

static gint64
read_generation (TruceSqliteAdapter *self)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, TRUCE_SQLITE_GENERATION, NULL);
  gint64 generation = 0;

  if (statement == NULL)
    return 0;
  if (sqlite3_step (statement) == SQLITE_ROW)
    generation = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  return generation | (gint64) self->openings << 32;
}

static gboolean
run (TruceSqliteAdapter  *self,
     TruceSqliteStatement which,
     const char          *doing,
     GError             **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, which, error);

  return statement != NULL && truce_sqlite_run (self, statement, doing, error);
}

/* Which fields are searched for may have changed since. */
static gboolean
begin_locked (TruceSqliteAdapter *self,
              GError            **error)
{
  gint64 generation;

  if (!check_place (self, error) || !truce_sqlite_settle (self, error) ||
      !run (self, TRUCE_SQLITE_BEGIN_WRITE, "begin to write", error))
    return FALSE;
  generation = read_generation (self);
  if (generation == self->searched_generation)
    return TRUE;
  self->searched_generation = generation;
  if (truce_sqlite_search_load (self, error))
    return TRUE;
  run (self, TRUCE_SQLITE_ROLLBACK, "roll back", NULL);
  return FALSE;
}

static gboolean
begin_write (TruceSqliteAdapter *self,
             GError            **error)
{
  if ((self->flags & TRUCE_SQLITE_READ_ONLY) != 0)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_READ_ONLY, "“%s” was opened for reading only", self->path);
      return FALSE;
    }
  if (!truce_sqlite_lock_take (self, self->busy_timeout, error))
    return FALSE;
  if (begin_locked (self, error))
    return TRUE;
  truce_sqlite_lock_give (self);
  return FALSE;
}

/* SQLite takes its snapshot at the first read. */
static gboolean
begin_read (TruceSqliteAdapter *self,
            GError            **error)
{
  if (!run (self, TRUCE_SQLITE_BEGIN_READ, "begin to read", error))
    return FALSE;
  read_generation (self);
  return TRUE;
}

static gboolean
truce_sqlite_begin (TruceStoreAdapter *adapter,
                    gboolean           write,
                    GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);

  if (!truce_sqlite_ready (self, error))
    return FALSE;
  if (self->transaction != TRUCE_SQLITE_IDLE)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_BUSY, "“%s”: a transaction is open already", self->path);
      return FALSE;
    }
  if (!(write ? begin_write (self, error) : begin_read (self, error)))
    return FALSE;
  self->transaction = write ? TRUCE_SQLITE_WRITING : TRUCE_SQLITE_READING;
  return TRUE;
}

static void
end (TruceSqliteAdapter *self,
     gboolean            committed)
{
  if (self->transaction == TRUCE_SQLITE_WRITING)
    truce_sqlite_lock_give (self);
  self->transaction = TRUCE_SQLITE_IDLE;
  truce_sqlite_lists_settle (self, committed);
  g_clear_error (&self->broken);
}

/* Some failures have rolled back already. */
static void
truce_sqlite_rollback (TruceStoreAdapter *adapter)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);

  if (self->transaction == TRUCE_SQLITE_IDLE || self->forks != truce_sqlite_count_forks ())
    return;
  truce_sqlite_walks_end (self);
  if (sqlite3_get_autocommit (self->db) == 0)
    run (self, TRUCE_SQLITE_ROLLBACK, "roll back", NULL);
  self->searched_generation = -1;
  end (self, FALSE);
}

/* It is settled at once if that can be, while nobody else has seen it; otherwise before the next write. */
static gboolean
commit_failed (TruceSqliteAdapter *self)
{
  self->in_doubt = TRUE;
  truce_sqlite_walks_end (self);
  if (sqlite3_get_autocommit (self->db) == 0)
    run (self, TRUCE_SQLITE_ROLLBACK, "roll back", NULL);
  truce_sqlite_settle (self, NULL);
  self->searched_generation = -1;
  end (self, FALSE);
  return FALSE;
}

static gboolean
commit_write (TruceSqliteAdapter *self,
              GError            **error)
{
  if (!truce_sqlite_list_sweep (self, error))
    {
      truce_sqlite_rollback (TRUCE_STORE_ADAPTER (self));
      return FALSE;
    }
  truce_sqlite_walks_end (self);
  if (!run (self, TRUCE_SQLITE_COMMIT, "commit", error))
    return commit_failed (self);
  self->unsure = self->synchronous != TRUCE_DURABILITY_FULL;
  if (!self->unsure)
    self->sure_generation = self->searched_generation;  /* nobody else has committed since this one began */
  end (self, TRUE);
  return TRUE;
}

static gboolean
truce_sqlite_commit (TruceStoreAdapter *adapter,
                     GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);

  if (!truce_sqlite_ready (self, error))
    {
      truce_sqlite_rollback (adapter);
      return FALSE;
    }
  if (self->transaction == TRUCE_SQLITE_WRITING)
    return commit_write (self, error);
  truce_sqlite_rollback (adapter);
  return TRUE;
}

/* The first commit under FULL makes sure of all those before it, whoever made them: it waits until the whole log is on
 * the disk. So nothing but the number that the header has anyway is written. */
static gboolean
commit_surely (TruceSqliteAdapter *self,
               GError            **error)
{
  TruceStoreAdapter *adapter = TRUCE_STORE_ADAPTER (self);
  g_autofree char *nothing = g_strdup_printf ("PRAGMA user_version = %d", TRUCE_SQLITE_VERSION);

  if (!truce_sqlite_begin (adapter, TRUE, error))
    return FALSE;
  if (truce_sqlite_exec (self, nothing, "flush", error))
    return truce_sqlite_commit (adapter, error);

  truce_sqlite_rollback (adapter);
  return FALSE;
}

static gboolean
truce_sqlite_flush (TruceStoreAdapter *adapter,
                    GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  TruceDurability asked = self->durability;
  gboolean done;

  if (!truce_sqlite_ready (self, error))
    return FALSE;
  if ((self->flags & TRUCE_SQLITE_READ_ONLY) != 0 ||
      (!self->unsure && self->sure_generation == read_generation (self)))
    return TRUE;

  self->durability = TRUCE_DURABILITY_FULL;
  done = commit_surely (self, error);
  self->durability = asked;
  return done;
}

static gint64
truce_sqlite_get_generation (TruceStoreAdapter *adapter)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);

  return truce_sqlite_ready (self, NULL) ? read_generation (self) : 0;
}

static void
adapter_iface_init (TruceStoreAdapterInterface *iface)
{
  iface->begin = truce_sqlite_begin;
  iface->commit = truce_sqlite_commit;
  iface->rollback = truce_sqlite_rollback;
  iface->get = truce_sqlite_get;
  iface->put = truce_sqlite_put;
  iface->remove = truce_sqlite_remove;
  iface->settle = truce_sqlite_settle_record;
  iface->next = truce_sqlite_next;
  iface->next_change = truce_sqlite_next_change;
  iface->next_pending = truce_sqlite_next_pending;
  iface->get_meta = truce_sqlite_get_meta;
  iface->set_meta = truce_sqlite_set_meta;
  iface->next_meta = truce_sqlite_next_meta;
  iface->prepare = truce_sqlite_prepare;
  iface->flush = truce_sqlite_flush;
  iface->get_generation = truce_sqlite_get_generation;
  iface->verify = truce_sqlite_verify;
}

/* ---- life ---- */

static gboolean
truce_sqlite_adapter_init_sync (GInitable    *initable,
                                GCancellable *cancellable,
                                GError      **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (initable);

  return self->db != NULL || truce_sqlite_open (self, error);
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = truce_sqlite_adapter_init_sync;
}

static void
truce_sqlite_adapter_finalize (GObject *object)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (object);

  truce_sqlite_rollback (TRUCE_STORE_ADAPTER (self));
  truce_sqlite_close (self);
  g_clear_error (&self->broken);
  g_free (self->records.collection);
  g_free (self->records.id);
  g_free (self->lock_path);
  g_free (self->path);

  G_OBJECT_CLASS (truce_sqlite_adapter_parent_class)->finalize (object);
}

/* An absolute path also keeps SQLite from reading a name such as ":memory:" or "file:…" in its own way. */
static void
set_path (TruceSqliteAdapter *self,
          const char         *path)
{
  self->path = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

static void
truce_sqlite_adapter_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, self->flags);
      break;
    case PROP_DURABILITY:
      g_value_set_enum (value, self->durability);
      break;
    case PROP_BUSY_TIMEOUT:
      g_value_set_uint (value, self->busy_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_sqlite_adapter_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (object);

  switch (prop_id)
    {
    case PROP_PATH:
      set_path (self, g_value_get_string (value));
      break;
    case PROP_FLAGS:
      self->flags = g_value_get_flags (value);
      break;
    case PROP_DURABILITY:
      truce_sqlite_adapter_set_durability (self, g_value_get_enum (value));
      break;
    case PROP_BUSY_TIMEOUT:
      truce_sqlite_adapter_set_busy_timeout (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_sqlite_adapter_class_init (TruceSqliteAdapterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_sqlite_adapter_finalize;
  object_class->get_property = truce_sqlite_adapter_get_property;
  object_class->set_property = truce_sqlite_adapter_set_property;

  /**
   * TruceSqliteAdapter:path:
   *
   * The absolute path of the file.
   *
   * Since: 1.0
   */
  properties[PROP_PATH] =
    g_param_spec_string ("path", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSqliteAdapter:flags:
   *
   * How the file was opened.
   *
   * Since: 1.0
   */
  properties[PROP_FLAGS] =
    g_param_spec_flags ("flags", NULL, NULL, TRUCE_TYPE_SQLITE_FLAGS, TRUCE_SQLITE_DEFAULT,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSqliteAdapter:durability:
   *
   * How sure a commit is. A change holds from the next transaction on; the first
   * commit with %TRUCE_DURABILITY_FULL makes sure of all commits before it.
   *
   * Since: 1.0
   */
  properties[PROP_DURABILITY] =
    g_param_spec_enum ("durability", NULL, NULL, TRUCE_TYPE_DURABILITY, TRUCE_DURABILITY_FULL,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceSqliteAdapter:busy-timeout:
   *
   * How many milliseconds to wait for another writer.
   *
   * Since: 1.0
   */
  properties[PROP_BUSY_TIMEOUT] =
    g_param_spec_uint ("busy-timeout", NULL, NULL, 0, G_MAXINT, BUSY_TIMEOUT,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_sqlite_adapter_init (TruceSqliteAdapter *self)
{
  guint i;

  self->lock = -1;
  self->forks = truce_sqlite_count_forks ();
  for (i = 0; i < TRUCE_SQLITE_N_LISTS; i++)
    self->swept[i] = -1;
}

/**
 * truce_sqlite_adapter_new:
 * @path: (type filename): where the file is, or shall be
 * @flags: how to open it
 * @error: return location for an error
 *
 * Opens a file, and makes it where there is none.
 *
 * This reads and writes the disk: a fraction of a millisecond for a file that is
 * there already. It waits for another writer if the file has to be made.
 *
 * Returns: (transfer full): an adapter, or %NULL with an error: see
 *   [class@SqliteAdapter]
 *
 * Since: 1.0
 */
TruceSqliteAdapter *
truce_sqlite_adapter_new (const char      *path,
                          TruceSqliteFlags flags,
                          GError         **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_initable_new (TRUCE_TYPE_SQLITE_ADAPTER, NULL, error, "path", path, "flags", flags, NULL);
}

/**
 * truce_sqlite_adapter_get_path:
 * @self: an adapter
 *
 * Gets the absolute path of the file.
 *
 * Returns: (transfer none) (nullable) (type filename): the path
 *
 * Since: 1.0
 */
const char *
truce_sqlite_adapter_get_path (TruceSqliteAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_SQLITE_ADAPTER (self), NULL);

  return self->path;
}

/**
 * truce_sqlite_adapter_get_flags:
 * @self: an adapter
 *
 * Gets how the file was opened.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */
TruceSqliteFlags
truce_sqlite_adapter_get_flags (TruceSqliteAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_SQLITE_ADAPTER (self), TRUCE_SQLITE_DEFAULT);

  return self->flags;
}

/**
 * truce_sqlite_adapter_get_durability:
 * @self: an adapter
 *
 * Gets how sure a commit is.
 *
 * Returns: the durability
 *
 * Since: 1.0
 */
TruceDurability
truce_sqlite_adapter_get_durability (TruceSqliteAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_SQLITE_ADAPTER (self), TRUCE_DURABILITY_FULL);

  return self->durability;
}

/**
 * truce_sqlite_adapter_set_durability:
 * @self: an adapter
 * @durability: how sure a commit is to be
 *
 * Sets how sure a commit is, from the next transaction on.
 *
 * Since: 1.0
 */
void
truce_sqlite_adapter_set_durability (TruceSqliteAdapter *self,
                                     TruceDurability     durability)
{
  g_return_if_fail (TRUCE_IS_SQLITE_ADAPTER (self));
  g_return_if_fail (durability == TRUCE_DURABILITY_FULL || durability == TRUCE_DURABILITY_NORMAL);

  if (self->durability == durability)
    return;
  self->durability = durability;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DURABILITY]);
}

/**
 * truce_sqlite_adapter_get_busy_timeout:
 * @self: an adapter
 *
 * Gets how long to wait for another writer.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
truce_sqlite_adapter_get_busy_timeout (TruceSqliteAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_SQLITE_ADAPTER (self), 0);

  return self->busy_timeout;
}

/**
 * truce_sqlite_adapter_set_busy_timeout:
 * @self: an adapter
 * @milliseconds: how long to wait, at most
 *
 * Sets how long to wait for another writer.
 *
 * Since: 1.0
 */
void
truce_sqlite_adapter_set_busy_timeout (TruceSqliteAdapter *self,
                                       guint               milliseconds)
{
  g_return_if_fail (TRUCE_IS_SQLITE_ADAPTER (self));
  g_return_if_fail (milliseconds <= G_MAXINT);

  if (self->busy_timeout == milliseconds)
    return;
  self->busy_timeout = milliseconds;
  if (self->db != NULL)
    sqlite3_busy_timeout (self->db, (int) milliseconds);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY_TIMEOUT]);
}
