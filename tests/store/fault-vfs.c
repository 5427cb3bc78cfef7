/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * SQLite's own test suite has such a VFS (https://sqlite.org/testing.html, 3.2 and 3.3). For a loss of power
 * each file has an image of what is on the disk for sure, and the writes since its last sync. Nothing is
 * passed on but to the real file, which is only the view of the running process; what a cut leaves is the
 * image and any of the writes, in their order, each whole, torn, or not at all. Names are on the disk at
 * once, and -shm is gone, as after a reboot. */

#include "fault-vfs.h"

#include <sqlite3.h>
#include <string.h>

#define SECTOR 512

typedef struct
{
  sqlite3_int64 offset;
  gsize length;
  guint8 *bytes;                /* owned; NULL: cut off at offset */
} Write;

typedef struct
{
  char *path;                   /* owned */
  gboolean exists;
  GByteArray *image;
  GArray *writes;               /* of Write */
} Disk;

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real;           /* owned */
  Disk *disk;                   /* or NULL: not watched */
} File;

static sqlite3_vfs *real_vfs;
static GHashTable *disks;       /* path → Disk; NULL: nobody watches */
static gboolean watching;       /* the watcher is at work: what it does itself is not watched */
static FaultFunc watch_func;
static gpointer watch_data;
static int watch_count;
static struct
{
  gboolean armed;
  FaultKind kind;
  int at;
  gboolean lasting;
  int count;
  int hits;
} fault;

/* ---- which operation fails ---- */

typedef enum { READ = 1, WRITE = 2, SYNC = 4, OTHER = 8 } Operation;

static gboolean
is_meant (Operation operation)
{
  switch (fault.kind)
    {
    case FAULT_ERROR:
      return TRUE;
    case FAULT_READ:
      return operation == READ;
    case FAULT_WRITE:
      return operation != READ;
    case FAULT_SYNC:
      return operation == SYNC;
    case FAULT_SHORT:
    case FAULT_FULL:
      return operation == WRITE;
    }
  return FALSE;
}

static gboolean
is_watched (void)
{
  return disks != NULL && !watching;
}

/* An error for this operation, or SQLITE_OK. */
static int
judge (Operation operation,
       int       error)
{
  if (is_watched () && operation != READ)
    {
      watching = TRUE;
      watch_func (++watch_count, watch_data);
      watching = FALSE;
    }
  if (!fault.armed || !is_meant (operation))
    return SQLITE_OK;
  fault.count++;
  if (fault.count < fault.at || (fault.count > fault.at && !fault.lasting))
    return SQLITE_OK;
  fault.hits++;
  return fault.kind == FAULT_FULL ? SQLITE_FULL : error;
}

void
fault_vfs_fail (FaultKind kind,
                int       at,
                gboolean  lasting)
{
  fault.armed = TRUE;
  fault.kind = kind;
  fault.at = at;
  fault.lasting = lasting;
  fault.count = 0;
  fault.hits = 0;
}

int
fault_vfs_heal (void)
{
  fault.armed = FALSE;
  return fault.hits;
}

/* ---- what is on the disk ---- */

static void
write_clear (gpointer data)
{
  g_free (((Write *) data)->bytes);
}

static void
disk_free (gpointer data)
{
  Disk *disk = data;

  g_byte_array_unref (disk->image);
  g_array_unref (disk->writes);
  g_free (disk->path);
  g_free (disk);
}

/* What was there before anybody watched is on the disk. */
static void
disk_load (Disk *disk)
{
  g_autofree char *content = NULL;
  gsize length;

  disk->exists = g_file_get_contents (disk->path, &content, &length, NULL);
  if (disk->exists)
    g_byte_array_append (disk->image, (const guint8 *) content, (guint) length);
}

static Disk *
disk_get (const char *path)
{
  Disk *disk = g_hash_table_lookup (disks, path);

  if (disk == NULL)
    {
      disk = g_new0 (Disk, 1);
      disk->path = g_strdup (path);
      disk->image = g_byte_array_new ();
      disk->writes = g_array_new (FALSE, FALSE, sizeof (Write));
      g_array_set_clear_func (disk->writes, write_clear);
      disk_load (disk);
      g_hash_table_insert (disks, disk->path, disk);
    }
  return disk;
}

static void
disk_note (Disk         *disk,
           sqlite3_int64 offset,
           gconstpointer bytes,
           gsize         length)
{
  Write write = { offset, length, NULL };

  if (disk == NULL || disks == NULL)
    return;
  write.bytes = bytes != NULL ? g_memdup2 (bytes, length) : NULL;
  g_array_append_val (disk->writes, write);
}

static void
apply (GByteArray  *image,
       const Write *write,
       gsize        length)
{
  gsize end = (gsize) write->offset + length;
  gsize before = image->len;

  if (write->bytes == NULL)
    {
      if (write->offset < image->len)
        g_byte_array_set_size (image, (guint) write->offset);
      return;
    }
  if (end > before)
    {
      g_byte_array_set_size (image, (guint) end);
      memset (image->data + before, 0, end - before);
    }
  memcpy (image->data + write->offset, write->bytes, length);
}

static void
disk_sync (Disk *disk)
{
  guint i;

  for (i = 0; i < disk->writes->len; i++)
    {
      const Write *write = &g_array_index (disk->writes, Write, i);

      apply (disk->image, write, write->length);
    }
  g_array_set_size (disk->writes, 0);
}

static void
disk_remove (Disk *disk)
{
  g_array_set_size (disk->writes, 0);
  g_byte_array_set_size (disk->image, 0);
  disk->exists = FALSE;
}

static void
disk_cut (const Disk *disk,
          const char *folder)
{
  g_autofree char *name = g_path_get_basename (disk->path);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GByteArray) image = g_byte_array_new ();
  guint i;

  if (!disk->exists)
    return;
  g_byte_array_append (image, disk->image->data, disk->image->len);
  for (i = 0; i < disk->writes->len; i++)
    {
      const Write *write = &g_array_index (disk->writes, Write, i);
      gsize length = write->length;

      if (g_test_rand_bit ())
        continue;
      if (length > SECTOR && g_test_rand_int_range (0, 4) == 0)
        length = (gsize) g_test_rand_int_range (0, (gint32) (length / SECTOR)) * SECTOR;
      apply (image, write, length);
    }
  g_assert_true (g_file_set_contents_full (path, (const char *) image->data, image->len, G_FILE_SET_CONTENTS_NONE, 0666,
                                           NULL));
}

void
fault_vfs_watch (FaultFunc func,
                 gpointer  data)
{
  disks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, disk_free);
  watch_func = func;
  watch_data = data;
  watch_count = 0;
}

void
fault_vfs_unwatch (void)
{
  g_clear_pointer (&disks, g_hash_table_unref);
  watch_func = NULL;
}

void
fault_vfs_cut (const char *folder)
{
  GHashTableIter iter;
  gpointer disk;

  g_hash_table_iter_init (&iter, disks);
  while (g_hash_table_iter_next (&iter, NULL, &disk))
    disk_cut (disk, folder);
}

/* ---- files ---- */

#define FILE_OF(file) ((File *) (file))
#define REAL(file) (FILE_OF (file)->real)

static int
file_close (sqlite3_file *file)
{
  int rc = REAL (file)->pMethods->xClose (REAL (file));

  g_free (REAL (file));
  return rc;
}

static int
file_read (sqlite3_file *file,
           void         *bytes,
           int           length,
           sqlite3_int64 offset)
{
  int rc = judge (READ, SQLITE_IOERR_READ);

  return rc != SQLITE_OK ? rc : REAL (file)->pMethods->xRead (REAL (file), bytes, length, offset);
}

static int
file_write (sqlite3_file *file,
            const void   *bytes,
            int           length,
            sqlite3_int64 offset)
{
  int rc = judge (WRITE, SQLITE_IOERR_WRITE);
  int written = rc == SQLITE_OK ? length : fault.kind == FAULT_SHORT ? length / 2 : 0;

  if (written == 0)
    return rc;
  disk_note (FILE_OF (file)->disk, offset, bytes, (gsize) written);
  return MAX (rc, REAL (file)->pMethods->xWrite (REAL (file), bytes, written, offset));
}

static int
file_truncate (sqlite3_file *file,
               sqlite3_int64 size)
{
  int rc = judge (OTHER, SQLITE_IOERR_TRUNCATE);

  if (rc != SQLITE_OK)
    return rc;
  disk_note (FILE_OF (file)->disk, size, NULL, 0);
  return REAL (file)->pMethods->xTruncate (REAL (file), size);
}

/* Never passed on: the process lives, and what a cut leaves is known here. */
static int
file_sync (sqlite3_file *file,
           int           flags)
{
  int rc = judge (SYNC, SQLITE_IOERR_FSYNC);

  if (rc == SQLITE_OK && disks != NULL && FILE_OF (file)->disk != NULL)
    disk_sync (FILE_OF (file)->disk);
  return rc;
}

static int
file_size (sqlite3_file  *file,
           sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
file_lock (sqlite3_file *file,
           int           level)
{
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
file_unlock (sqlite3_file *file,
             int           level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
file_check_lock (sqlite3_file *file,
                 int          *locked)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), locked);
}

static int
file_control (sqlite3_file *file,
              int           what,
              void         *data)
{
  return REAL (file)->pMethods->xFileControl (REAL (file), what, data);
}

static int
file_sector (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

/* No promise that a real disk need not keep. */
static int
file_promises (sqlite3_file *file)
{
  return 0;
}

static int
file_shm_map (sqlite3_file   *file,
              int             region,
              int             size,
              int             extend,
              void volatile **memory)
{
  return REAL (file)->pMethods->xShmMap (REAL (file), region, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file,
               int           offset,
               int           n,
               int           flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
file_shm_unmap (sqlite3_file *file,
                int           remove)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), remove);
}

static const sqlite3_io_methods methods = {
  2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock, file_check_lock,
  file_control, file_sector, file_promises, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL, NULL
};

/* ---- the file system ---- */

static int
vfs_open (sqlite3_vfs     *vfs,
          sqlite3_filename name,
          sqlite3_file    *file,
          int              flags,
          int             *out_flags)
{
  int kept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
  int rc = judge (OTHER, SQLITE_CANTOPEN);

  file->pMethods = NULL;
  if (rc != SQLITE_OK)
    return rc;
  REAL (file) = g_malloc0 ((gsize) real_vfs->szOsFile);
  rc = real_vfs->xOpen (real_vfs, name, REAL (file), flags, out_flags);
  if (rc != SQLITE_OK)
    {
      g_free (REAL (file));
      return rc;
    }
  FILE_OF (file)->disk = is_watched () && name != NULL && (flags & kept) != 0 ? disk_get (name) : NULL;
  if (FILE_OF (file)->disk != NULL && (flags & SQLITE_OPEN_READWRITE) != 0)
    FILE_OF (file)->disk->exists = TRUE;
  file->pMethods = &methods;
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *vfs,
            const char  *name,
            int          sync)
{
  int rc = judge (OTHER, SQLITE_IOERR_DELETE);

  if (rc != SQLITE_OK)
    return rc;
  if (is_watched ())
    disk_remove (disk_get (name));
  return real_vfs->xDelete (real_vfs, name, 0);
}

void
fault_vfs_install (void)
{
  static sqlite3_vfs vfs;

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "fault";
  vfs.szOsFile = sizeof (File);
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}
