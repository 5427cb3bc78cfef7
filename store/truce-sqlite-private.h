/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands behind TruceSqliteAdapter. Private: nothing here is installed. docs/file-format.md tells what
 * is in the file.
 *
 *   truce-sqlite-adapter.c        the class: life, properties, transactions
 *   truce-sqlite-file.c           whether a file may be opened, judged before SQLite touches it
 *   truce-sqlite-open.c           connections: opening, settings, closing, opening again
 *   truce-sqlite-layout.c         the tables, and how to come from an older version to this one
 *   truce-sqlite-lock.c           one writer at a time
 *   truce-sqlite-error.c          SQLite's errors as ours
 *   truce-sqlite-statement.c      SQL, prepared once
 *   truce-sqlite-row.c            records as rows: columns, checksums
 *   truce-sqlite-record.c         get, put, settle, remove, next
 *   truce-sqlite-feed.c           outbox and feed
 *   truce-sqlite-meta.c           small values
 *   truce-sqlite-index.c          indexes that schemas declare
 *   truce-sqlite-search.c         full text search
 *   truce-search-text.c           what of a record is searched
 *   truce-sqlite-verify.c         is all as it should be
 *   truce-sqlite-salvage.c        what can be read of a damaged file
 *   truce-sqlite-query.c          queries as SQL */

#include "truce-sqlite-adapter.h"
#include "truce-stored-record-private.h"

#include <sqlite3.h>

G_BEGIN_DECLS

#define TRUCE_SQLITE_APPLICATION 0x54727563     /* "Truc" */
#define TRUCE_SQLITE_VERSION 1                  /* of the layout */
#define TRUCE_SQLITE_GROUP "sqlite"             /* of meta: the adapter's own */

/* Prepared at first use, and kept as long as the connection. Their SQL is in truce-sqlite-statement.c. */
typedef enum
{
  TRUCE_SQLITE_BEGIN_READ,
  TRUCE_SQLITE_BEGIN_WRITE,
  TRUCE_SQLITE_COMMIT,
  TRUCE_SQLITE_ROLLBACK,
  TRUCE_SQLITE_GENERATION,
  TRUCE_SQLITE_GET,
  TRUCE_SQLITE_GET_SEVERAL,
  TRUCE_SQLITE_INSERT,
  TRUCE_SQLITE_UPDATE,
  TRUCE_SQLITE_SETTLE,
  TRUCE_SQLITE_DELETE,
  TRUCE_SQLITE_NEXT,
  TRUCE_SQLITE_FIND,
  TRUCE_SQLITE_OUTBOX_ADD,
  TRUCE_SQLITE_OUTBOX_REMOVE,
  TRUCE_SQLITE_OUTBOX_NEXT,
  TRUCE_SQLITE_OUTBOX_STALE,
  TRUCE_SQLITE_FEED_ADD,
  TRUCE_SQLITE_FEED_REMOVE,
  TRUCE_SQLITE_FEED_NEXT,
  TRUCE_SQLITE_FEED_STALE,
  TRUCE_SQLITE_META_GET,
  TRUCE_SQLITE_META_SET,
  TRUCE_SQLITE_META_REMOVE,
  TRUCE_SQLITE_META_NEXT,
  TRUCE_SQLITE_SEARCH_ADD,
  TRUCE_SQLITE_SEARCH_REMOVE,
  TRUCE_SQLITE_N_STATEMENTS,
} TruceSqliteStatement;

typedef enum
{
  TRUCE_SQLITE_IDLE,            /* no transaction */
  TRUCE_SQLITE_READING,
  TRUCE_SQLITE_WRITING,
} TruceSqliteTransaction;

/* A record's entry is in one of these, at its version. */
typedef enum
{
  TRUCE_SQLITE_OUTBOX,
  TRUCE_SQLITE_FEED,
  TRUCE_SQLITE_N_LISTS,
} TruceSqliteList;

/* A walk through records in the order of ids: its statement stays open while it is asked for what follows
 * the last answer. */
typedef struct
{
  gboolean open;
  char *collection;             /* owned */
  char *id;                     /* the last one given, or ""; owned */
} TruceSqliteWalk;

/* A walk through a list. The feed is asked for in order of two lists at once, so a row may wait for its turn. */
typedef struct
{
  gboolean open;
  gint64 after;                 /* versions up to this have been given */
  gboolean ended;               /* there are no more */
  gboolean waiting;             /* the statement stands on a row that has not been given yet, … */
  gint64 version;               /* … with this version */
} TruceSqliteListWalk;

typedef struct
{
  gint64 entries;               /* that the list has, stale ones too */
  gint64 stale;                 /* entries whose record has another version by now, or is gone */
} TruceSqliteTally;

struct _TruceSqliteAdapter
{
  GObject parent_instance;
  char *path;                   /* absolute */
  TruceSqliteFlags flags;
  TruceDurability durability;   /* as asked for */
  guint busy_timeout;           /* ms */

  sqlite3 *db;                  /* NULL: closed after a failure, to be opened again */
  sqlite3_stmt *statements[TRUCE_SQLITE_N_STATEMENTS];
  guint forks;                  /* of the process, when the file was opened: see truce-sqlite-lock.c */
  guint openings;               /* how often the file has been opened */
  TruceDurability synchronous;  /* as the connection has it */
  char *lock_path;
  int lock;                     /* file descriptor; -1: none */

  TruceSqliteTransaction transaction;
  GError *broken;               /* why the transaction can only be rolled back; owned */
  gboolean unsure;              /* something was committed that a loss of power may take back */
  gint64 sure_generation;       /* what others had committed by then is sure */
  gboolean in_doubt;            /* a commit failed, and what it left in the log is not yet covered */

  TruceSqliteWalk records;
  TruceSqliteListWalk lists[TRUCE_SQLITE_N_LISTS];
  TruceSqliteTally tally[TRUCE_SQLITE_N_LISTS];      /* what this transaction changes */
  TruceSqliteTally unwritten[TRUCE_SQLITE_N_LISTS];  /* committed, but not yet added to the numbers in the file */
  gboolean tallied;             /* this transaction adds both to them */
  gint64 warm[TRUCE_SQLITE_N_LISTS];    /* where an entry was last removed: that page is at hand */
  gint64 swept[TRUCE_SQLITE_N_LISTS];   /* how far the sweep has come; -1: none is needed */

  GHashTable *searched;         /* collection (char *) → fields (GStrv), as the file has it */
  gint64 searched_generation;   /* when it was read */
};

/* ---- truce-sqlite-error.c ----
 *
 * doing says what was tried ("write a record"). Always FALSE. */
gboolean       truce_sqlite_fail            (TruceSqliteAdapter    *self,
                                             int                    rc,
                                             const char            *doing,
                                             GError               **error);
gboolean       truce_sqlite_fail_at         (sqlite3               *db,
                                             int                    rc,
                                             const char            *path,
                                             const char            *doing,
                                             GError               **error);

/* Of errno. */
TruceError     truce_sqlite_code_of_system  (int                    number);

/* ---- truce-sqlite-file.c ---- */
typedef enum
{
  TRUCE_SQLITE_FILE_NEW,        /* missing, or empty */
  TRUCE_SQLITE_FILE_OURS,
} TruceSqliteFile;
gboolean       truce_sqlite_file_look       (const char            *path,
                                             TruceSqliteFile       *found,
                                             GError               **error);

/* ---- truce-sqlite-lock.c ---- */
guint          truce_sqlite_count_forks     (void);
gboolean       truce_sqlite_lock_take       (TruceSqliteAdapter    *self,
                                             guint                  timeout,
                                             GError               **error);
void           truce_sqlite_lock_give       (TruceSqliteAdapter    *self);
void           truce_sqlite_lock_close      (TruceSqliteAdapter    *self);

/* ---- truce-sqlite-open.c ---- */
gboolean       truce_sqlite_open            (TruceSqliteAdapter    *self,
                                             GError               **error);
/* Of use in this process, and open: to be asked first by all that reads or writes. */
gboolean       truce_sqlite_ready           (TruceSqliteAdapter    *self,
                                             GError               **error);
gboolean       truce_sqlite_writable        (TruceSqliteAdapter    *self,
                                             GError               **error);
gboolean       truce_sqlite_settle          (TruceSqliteAdapter    *self,
                                             GError               **error);
void           truce_sqlite_close           (TruceSqliteAdapter    *self);
gboolean       truce_sqlite_exec            (TruceSqliteAdapter    *self,
                                             const char            *sql,
                                             const char            *doing,
                                             GError               **error);

/* ---- truce-sqlite-layout.c ---- */
gboolean       truce_sqlite_layout_check    (TruceSqliteAdapter    *self,
                                             gboolean              *current,
                                             GError               **error);
gboolean       truce_sqlite_layout_make     (TruceSqliteAdapter    *self,
                                             GError               **error);

/* ---- truce-sqlite-statement.c ---- */
sqlite3_stmt  *truce_sqlite_statement       (TruceSqliteAdapter    *self,
                                             TruceSqliteStatement   which,
                                             GError               **error);
/* Runs a statement that gives no rows, and resets it. */
gboolean       truce_sqlite_run             (TruceSqliteAdapter    *self,
                                             sqlite3_stmt          *statement,
                                             const char            *doing,
                                             GError               **error);
void           truce_sqlite_reset           (TruceSqliteAdapter    *self,
                                             TruceSqliteStatement   which);
void           truce_sqlite_finalize_all    (TruceSqliteAdapter    *self);

/* ---- truce-sqlite-row.c ----
 *
 * The columns of a record, as every statement that gives records has them, in this order: */
#define TRUCE_SQLITE_COLUMNS "r.key, r.collection, r.id, r.version, r.delivery, r.value, r.state, r.base, r.checksum"
#define TRUCE_SQLITE_N_COLUMNS 9
/* From the row on which a statement stands; NULL with TRUCE_ERROR_CORRUPT if its checksum is wrong. */
TruceStoredRecord *truce_sqlite_row_get     (TruceSqliteAdapter    *self,
                                             sqlite3_stmt          *statement,
                                             GError               **error);
guint32        truce_sqlite_row_checksum    (const TruceStoredParts *parts);
/* Without a copy: of use until the statement moves. FALSE if the checksum is wrong. */
gboolean       truce_sqlite_row_read        (sqlite3_stmt           *statement,
                                             TruceStoredParts       *parts);
/* INSERT, UPDATE and SETTLE have their parameters in the same places. */
void           truce_sqlite_row_bind        (sqlite3_stmt           *statement,
                                             const TruceStoredRecord *record,
                                             gint64                  key);

/* ---- truce-sqlite-feed.c ---- */
gboolean       truce_sqlite_list_add        (TruceSqliteAdapter    *self,
                                             gint64                 version,
                                             gint64                 key,
                                             TruceDelivery          delivery,
                                             GError               **error);
/* A record goes to the other list, at the version that it has. */
gboolean       truce_sqlite_list_move       (TruceSqliteAdapter    *self,
                                             const TruceStoredRecord *record,
                                             gint64                 key,
                                             TruceDelivery          delivery,
                                             GError               **error);
/* An entry is of no use any more: removed, or counted as stale. latest: the version of today. */
gboolean       truce_sqlite_list_drop       (TruceSqliteAdapter    *self,
                                             gint64                 version,
                                             TruceDelivery          delivery,
                                             gint64                 latest,
                                             GError               **error);
gboolean       truce_sqlite_list_remove     (TruceSqliteAdapter    *self,
                                             gint64                 version,
                                             TruceDelivery          delivery,
                                             GError               **error);
void           truce_sqlite_lists_end       (TruceSqliteAdapter    *self);
/* After a commit, or a rollback. */
void           truce_sqlite_lists_settle    (TruceSqliteAdapter    *self,
                                             gboolean               committed);
/* Before a commit: removes some stale entries where they are many, and notes how many there are. */
gboolean       truce_sqlite_list_sweep      (TruceSqliteAdapter    *self,
                                             GError               **error);
TruceStoredRecord *truce_sqlite_next_change  (TruceStoreAdapter    *adapter,
                                              gint64                after,
                                              GError              **error);
TruceStoredRecord *truce_sqlite_next_pending (TruceStoreAdapter    *adapter,
                                              gint64                after,
                                              GError              **error);

/* ---- truce-sqlite-record.c ---- */
TruceStoredRecord *truce_sqlite_get         (TruceStoreAdapter     *adapter,
                                             const char            *collection,
                                             const char            *id,
                                             GError               **error);
gboolean       truce_sqlite_put             (TruceStoreAdapter     *adapter,
                                             TruceStoredRecord     *record,
                                             TruceStoredRecord     *replaced,
                                             GError               **error);
gboolean       truce_sqlite_remove          (TruceStoreAdapter     *adapter,
                                             TruceStoredRecord     *record,
                                             GError               **error);
gboolean       truce_sqlite_settle_record   (TruceStoreAdapter     *adapter,
                                             TruceStoredRecord     *record,
                                             TruceDelivery          delivery,
                                             GBytes                *base,
                                             GError               **error);
TruceStoredRecord *truce_sqlite_next        (TruceStoreAdapter     *adapter,
                                             const char            *collection,
                                             const char            *after_id,
                                             GError               **error);
/* Something was written: walks find their places again. */
void           truce_sqlite_walks_end       (TruceSqliteAdapter    *self);

/* ---- truce-sqlite-meta.c ---- */
GBytes        *truce_sqlite_get_meta        (TruceStoreAdapter     *adapter,
                                             const char            *group,
                                             const char            *key,
                                             GError               **error);
gboolean       truce_sqlite_set_meta        (TruceStoreAdapter     *adapter,
                                             const char            *group,
                                             const char            *key,
                                             GBytes                *value,
                                             GError               **error);
char          *truce_sqlite_next_meta       (TruceStoreAdapter     *adapter,
                                             const char            *group,
                                             const char            *after_key,
                                             GError               **error);
guint32        truce_sqlite_meta_checksum   (const char            *group,
                                             gsize                  group_length,
                                             const char            *key,
                                             gsize                  key_length,
                                             const void            *value,
                                             gsize                  value_length);

/* ---- truce-sqlite-index.c ---- */
gboolean       truce_sqlite_prepare         (TruceStoreAdapter     *adapter,
                                             const char            *collection,
                                             TruceSchema           *schema,
                                             GError               **error);
/* A field of record as SQL, exactly as the indexes have it: json_extract (value, '$."due"'). field: a name, or
 * a JSON pointer. NULL where SQLite can't express it: that field has no index. */
char          *truce_sqlite_field           (const char            *field) G_GNUC_WARN_UNUSED_RESULT;

/* ---- truce-sqlite-search.c ----
 *
 * The table search (rowid = record.key, text) has the words of those collections whose schema names search
 * fields; what they are is in the file itself (meta), so every writer keeps the table right. */
gboolean       truce_sqlite_search_prepare  (TruceSqliteAdapter    *self,
                                             const char            *collection,
                                             const char * const    *fields,
                                             GError               **error);
gboolean       truce_sqlite_search_load     (TruceSqliteAdapter    *self,
                                             GError               **error);
/* before or after NULL: there was, or there is, no such record. */
gboolean       truce_sqlite_search_update   (TruceSqliteAdapter    *self,
                                             gint64                 key,
                                             const TruceStoredRecord *before,
                                             const TruceStoredRecord *after,
                                             GError               **error);

/* ---- truce-sqlite-verify.c ---- */
char         **truce_sqlite_verify          (TruceStoreAdapter     *adapter,
                                             GCancellable          *cancellable,
                                             GError               **error);

G_END_DECLS
