/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A version vector (Parker et al., "Detection of Mutual Inconsistency in Distributed Systems", 1983) over
 * stamps. The classic one counts the events of a replica without a gap; ours holds the time of its latest
 * event, which says the same as long as a replica's events reach everybody in their order. So one kind of
 * number serves clocks, dots and cursors. The price: a gap doesn't show. That is why a delta names the
 * context that it starts from.
 *
 * It is a sorted array that never changes: a copy is a reference, and joining and comparing walk two arrays
 * side by side. */

#include "truce-version-vector-private.h"

/**
 * TruceVersionVector:
 *
 * What has been seen: for each replica, the stamp of its latest event.
 *
 * A version vector covers a stamp if it has seen that event or a later one of
 * the same replica. It holds at most 10,000 replicas. It never changes, copies
 * are references, and several threads may read it.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (TruceVersionVector, truce_version_vector,
                     truce_version_vector_ref, truce_version_vector_unref)

G_DEFINE_ENUM_TYPE (TruceOrdering, truce_ordering,
                    G_DEFINE_ENUM_VALUE (TRUCE_ORDERING_EQUAL, "equal"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ORDERING_BEFORE, "before"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ORDERING_AFTER, "after"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ORDERING_CONCURRENT, "concurrent"))

TruceVersionVector *
truce_version_vector_alloc (guint n_stamps)
{
  TruceVersionVector *self = g_malloc (sizeof (TruceVersionVector) + n_stamps * sizeof (TruceStamp));

  g_atomic_ref_count_init (&self->refs);
  self->n_stamps = n_stamps;
  return self;
}

/* Where the replica is, or would have to go. */
static guint
find (const TruceVersionVector *self,
      guint64                   replica)
{
  guint low = 0;
  guint high = self->n_stamps;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->stamps[middle].replica < replica)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint64
truce_version_vector_time (const TruceVersionVector *self,
                           guint64                   replica)
{
  guint at = find (self, replica);

  return at < self->n_stamps && self->stamps[at].replica == replica ? self->stamps[at].time : 0;
}

static gboolean
check_length (guint    n_stamps,
              GError **error)
{
  if (n_stamps <= TRUCE_VERSION_VECTOR_MAX)
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas", TRUCE_VERSION_VECTOR_MAX);
  return FALSE;
}

/* Writes the join to out, which has room for all of both, and returns its length. */
static guint
merge (const TruceVersionVector *a,
       const TruceVersionVector *b,
       TruceStamp               *out)
{
  guint i = 0;
  guint j = 0;
  guint n = 0;

  while (i < a->n_stamps && j < b->n_stamps)
    {
      const TruceStamp *x = &a->stamps[i];
      const TruceStamp *y = &b->stamps[j];

      i += x->replica <= y->replica;
      j += y->replica <= x->replica;
      if (x->replica == y->replica)
        out[n++] = x->time > y->time ? *x : *y;
      else
        out[n++] = x->replica < y->replica ? *x : *y;
    }
  for (; i < a->n_stamps; i++)
    out[n++] = a->stamps[i];
  for (; j < b->n_stamps; j++)
    out[n++] = b->stamps[j];
  return n;
}

TruceVersionVector *
truce_version_vector_meet (const TruceVersionVector *a,
                           const TruceVersionVector *b)
{
  TruceVersionVector *meet = truce_version_vector_alloc (MIN (a->n_stamps, b->n_stamps));
  guint i = 0;
  guint j = 0;
  guint n = 0;

  while (i < a->n_stamps && j < b->n_stamps)
    {
      const TruceStamp *x = &a->stamps[i];
      const TruceStamp *y = &b->stamps[j];

      i += x->replica <= y->replica;
      j += y->replica <= x->replica;
      if (x->replica == y->replica)
        meet->stamps[n++] = x->time < y->time ? *x : *y;
    }
  meet->n_stamps = n;
  return meet;
}

void
truce_version_vector_write (const TruceVersionVector *self,
                            TruceWriter              *writer)
{
  guint64 ms = 0;

  truce_writer_varint (writer, self->n_stamps);
  for (guint i = 0; i < self->n_stamps; i++)
    {
      guint64 replica = GUINT64_TO_BE (self->stamps[i].replica);
      guint64 next = truce_time_ms (self->stamps[i].time);

      truce_writer_bytes (writer, &replica, sizeof replica);
      truce_writer_varint (writer, truce_zigzag ((gint64) (next - ms)));
      truce_writer_varint (writer, truce_time_counter (self->stamps[i].time));
      ms = next;
    }
}

static TruceStamp
read_stamp (TruceReader *reader,
            guint64     *ms)
{
  const guint8 *replica = truce_reader_bytes (reader, sizeof (guint64));
  TruceStamp stamp = { 0 };
  guint64 counter;

  if (replica != NULL)
    memcpy (&stamp.replica, replica, sizeof stamp.replica);
  stamp.replica = GUINT64_FROM_BE (stamp.replica);
  *ms += (guint64) truce_unzigzag (truce_reader_varint (reader));
  counter = truce_reader_varint (reader);
  if (*ms > TRUCE_STAMP_MS_MAX || counter > TRUCE_STAMP_COUNTER_MAX || (*ms == 0 && counter == 0))
    truce_reader_corrupt (reader, "a version vector with a time that is none");
  stamp.time = truce_time_pack (*ms, counter);
  return stamp;
}

TruceVersionVector *
truce_version_vector_read (TruceReader *reader)
{
  g_autoptr(TruceVersionVector) self = NULL;
  guint64 n_stamps = truce_reader_varint (reader);
  guint64 previous = 0;
  guint64 ms = 0;

  if (n_stamps > TRUCE_VERSION_VECTOR_MAX)
    truce_reader_fail (reader, TRUCE_ERROR_TOO_LARGE, "a version vector of too many replicas");
  else if (n_stamps > truce_reader_left (reader) / (sizeof (guint64) + 2))
    truce_reader_corrupt (reader, "a version vector longer than what is left");
  if (reader->problem != NULL)
    return NULL;

  self = truce_version_vector_alloc (n_stamps);
  for (guint i = 0; i < n_stamps && reader->problem == NULL; i++)
    {
      self->stamps[i] = read_stamp (reader, &ms);
      if (self->stamps[i].replica <= previous)
        truce_reader_corrupt (reader, "a version vector whose replicas do not ascend");
      previous = self->stamps[i].replica;
    }
  return reader->problem == NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_version_vector_new:
 *
 * Makes a version vector that has seen nothing.
 *
 * Returns: (transfer full): the empty version vector
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_version_vector_new (void)
{
  return truce_version_vector_alloc (0);
}

/**
 * truce_version_vector_new_from_bytes:
 * @bytes: what [method@VersionVector.to_bytes] gave
 * @error: return location for an error
 *
 * Reads a version vector.
 *
 * Returns: (transfer full): a version vector, or %NULL with
 *   %TRUCE_ERROR_CORRUPT, %TRUCE_ERROR_TOO_NEW or %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_version_vector_new_from_bytes (GBytes  *bytes,
                                     GError **error)
{
  g_autoptr(TruceVersionVector) self = NULL;
  TruceReader reader;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  truce_reader_init (&reader, bytes);
  truce_reader_header (&reader, TRUCE_FORMAT_VERSION_VECTOR);
  self = truce_version_vector_read (&reader);
  return truce_reader_finish (&reader, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_version_vector_ref:
 * @self: a version vector
 *
 * Takes a reference: a copy, since a version vector never changes.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_version_vector_ref (const TruceVersionVector *self)
{
  TruceVersionVector *shared = (TruceVersionVector *) self;

  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

/**
 * truce_version_vector_unref:
 * @self: (transfer full): a version vector
 *
 * Gives a reference back.
 *
 * Since: 1.0
 */
void
truce_version_vector_unref (TruceVersionVector *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * truce_version_vector_to_bytes:
 * @self: a version vector
 *
 * Writes the version vector, about 16 bytes a replica. Equal ones give equal
 * bytes.
 *
 * Returns: (transfer full): bytes for [ctor@VersionVector.new_from_bytes]
 *
 * Since: 1.0
 */
GBytes *
truce_version_vector_to_bytes (const TruceVersionVector *self)
{
  g_auto(TruceWriter) writer = { 0 };

  g_return_val_if_fail (self != NULL, NULL);

  truce_writer_header (&writer, TRUCE_FORMAT_VERSION_VECTOR);
  truce_version_vector_write (self, &writer);
  return truce_writer_finish (&writer);
}

/**
 * truce_version_vector_with_stamp:
 * @self: a version vector
 * @stamp: the stamp of an event
 * @error: return location for an error
 *
 * Makes a version vector that has seen an event too. Takes time linear in the
 * number of replicas.
 *
 * Returns: (transfer full): a version vector that covers @stamp and all that
 *   @self covers, or %NULL with %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_version_vector_with_stamp (const TruceVersionVector *self,
                                 const TruceStamp         *stamp,
                                 GError                  **error)
{
  g_autoptr(TruceVersionVector) single = truce_version_vector_alloc (1);

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (stamp != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  single->stamps[0] = *stamp;
  return truce_version_vector_join (self, single, error);
}

/**
 * truce_version_vector_join:
 * @a: a version vector
 * @b: another version vector
 * @error: return location for an error
 *
 * Makes the version vector that has seen what either has. Takes time linear in
 * the number of replicas.
 *
 * Returns: (transfer full): the least version vector that covers all that @a
 *   or @b covers, or %NULL with %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceVersionVector *
truce_version_vector_join (const TruceVersionVector *a,
                           const TruceVersionVector *b,
                           GError                  **error)
{
  g_autoptr(TruceVersionVector) joined = NULL;

  g_return_val_if_fail (a != NULL, NULL);
  g_return_val_if_fail (b != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  joined = truce_version_vector_alloc (a->n_stamps + b->n_stamps);
  joined->n_stamps = merge (a, b, joined->stamps);
  return check_length (joined->n_stamps, error) ? g_steal_pointer (&joined) : NULL;
}

/**
 * truce_version_vector_covers:
 * @self: a version vector
 * @stamp: a stamp
 *
 * Tells whether an event has been seen. Takes time logarithmic in the number of
 * replicas.
 *
 * Returns: %TRUE if @self has seen it, or a later one of its replica
 *
 * Since: 1.0
 */
gboolean
truce_version_vector_covers (const TruceVersionVector *self,
                             const TruceStamp         *stamp)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);

  return truce_version_vector_time (self, stamp->replica) >= stamp->time;
}

/**
 * truce_version_vector_compare:
 * @a: a version vector
 * @b: another version vector
 *
 * Compares what the two have seen. Takes time linear in the number of replicas.
 *
 * Returns: whether @a is equal to, before, after, or concurrent with @b
 *
 * Since: 1.0
 */
TruceOrdering
truce_version_vector_compare (const TruceVersionVector *a,
                              const TruceVersionVector *b)
{
  gboolean less = FALSE;
  gboolean more = FALSE;
  guint i = 0;
  guint j = 0;

  g_return_val_if_fail (a != NULL, TRUCE_ORDERING_CONCURRENT);
  g_return_val_if_fail (b != NULL, TRUCE_ORDERING_CONCURRENT);

  while (i < a->n_stamps || j < b->n_stamps)
    {
      guint64 x = i < a->n_stamps ? a->stamps[i].replica : G_MAXUINT64;
      guint64 y = j < b->n_stamps ? b->stamps[j].replica : G_MAXUINT64;
      gboolean in_a = i < a->n_stamps && x <= y;
      gboolean in_b = j < b->n_stamps && y <= x;
      guint64 time_a = in_a ? a->stamps[i].time : 0;
      guint64 time_b = in_b ? b->stamps[j].time : 0;

      less |= time_a < time_b;
      more |= time_a > time_b;
      i += in_a;
      j += in_b;
    }
  if (less && more)
    return TRUCE_ORDERING_CONCURRENT;
  return less ? TRUCE_ORDERING_BEFORE : more ? TRUCE_ORDERING_AFTER : TRUCE_ORDERING_EQUAL;
}

/**
 * truce_version_vector_equal:
 * @a: a version vector
 * @b: another version vector
 *
 * Tells whether two version vectors have seen the same.
 *
 * Returns: %TRUE if they have
 *
 * Since: 1.0
 */
gboolean
truce_version_vector_equal (const TruceVersionVector *a,
                            const TruceVersionVector *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return truce_version_vector_compare (a, b) == TRUCE_ORDERING_EQUAL;
}

/**
 * truce_version_vector_get_length:
 * @self: a version vector
 *
 * Gets of how many replicas something has been seen.
 *
 * Returns: the number of replicas, at most 10,000
 *
 * Since: 1.0
 */
guint
truce_version_vector_get_length (const TruceVersionVector *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_stamps;
}

/**
 * truce_version_vector_get_stamp:
 * @self: a version vector
 * @index: less than the length
 *
 * Gets the latest stamp of one of the replicas, which are in ascending order of
 * their ids.
 *
 * Returns: (transfer full): a stamp
 *
 * Since: 1.0
 */
TruceStamp *
truce_version_vector_get_stamp (const TruceVersionVector *self,
                                guint                     index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_stamps, NULL);

  return truce_stamp_copy (&self->stamps[index]);
}

/**
 * truce_version_vector_lookup:
 * @self: a version vector
 * @replica: a replica's id
 *
 * Gets the latest stamp of a replica.
 *
 * Returns: (transfer full) (nullable): a stamp, or %NULL if nothing of
 *   @replica has been seen
 *
 * Since: 1.0
 */
TruceStamp *
truce_version_vector_lookup (const TruceVersionVector *self,
                             guint64                   replica)
{
  guint at;

  g_return_val_if_fail (self != NULL, NULL);

  at = find (self, replica);
  if (at == self->n_stamps || self->stamps[at].replica != replica)
    return NULL;
  return truce_stamp_copy (&self->stamps[at]);
}
