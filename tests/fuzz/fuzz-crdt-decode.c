/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-counter.h"
#include "truce-flag.h"
#include "truce-lww-register.h"
#include "truce-mv-register.h"
#include "truce-or-map.h"
#include "truce-or-set-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* A set that has something of everything: common history, removals, an element added twice. */
static TruceOrSet *
make_set (void)
{
  static const struct { const char *element; guint64 time; guint64 replica; gboolean remove; } writes[] = {
    { "a", 1 << 16, 1, FALSE }, { "ab", 2 << 16, 1, FALSE }, { "", (2 << 16) + 1, 1, FALSE },
    { "abc", 3 << 16, 2, FALSE }, { "a", 4 << 16, 2, TRUE }, { "\xc3\xa9", 5 << 16, 3, FALSE },
  };
  TruceOrSet *set = truce_or_set_new ();

  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    {
      TruceStamp stamp = { writes[i].time, writes[i].replica };

      if (writes[i].remove)
        g_assert_true (truce_or_set_remove (set, writes[i].element, &stamp, NULL));
      else
        g_assert_true (truce_or_set_add (set, writes[i].element, &stamp, NULL));
    }
  return set;
}

static GBytes *
encode (gpointer crdt)
{
  GBytes *bytes = truce_crdt_encode (crdt, NULL);

  g_assert_nonnull (bytes);
  return bytes;
}

/* One of each type that is a single value, with something in it that may meet what comes. */
static void
make_values (TruceCrdt *values[])
{
  TruceStamp stamps[] = { { 1 << 16, 1 }, { 2 << 16, 2 }, { 3 << 16, 3 } };

  for (guint i = 0; i < 4; i++)
    {
      if (i < 2)
        values[i] = TRUCE_CRDT (truce_flag_new (i == 1));
      else if (i == 2)
        values[i] = TRUCE_CRDT (truce_counter_new ());
      else
        values[i] = TRUCE_CRDT (truce_mv_register_new ());
    }
  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++)
    {
      truce_flag_enable (TRUCE_FLAG (values[0]), &stamps[i], NULL);
      truce_flag_disable (TRUCE_FLAG (values[1]), &stamps[i], NULL);
      truce_counter_increment (TRUCE_COUNTER (values[2]), i + 1, &stamps[i], NULL);
      truce_mv_register_set_text (TRUCE_MV_REGISTER (values[3]), "[1]", &stamps[i], NULL);
    }
}

/* What an empty value accepts is a state, and is written again as the same bytes. */
static void
check_fresh (TruceCrdt *crdt,
             GBytes    *bytes)
{
  g_autoptr(GBytes) again = NULL;

  if (!truce_crdt_apply (crdt, bytes, NULL))
    return;
  again = encode (crdt);
  g_assert_true (g_bytes_equal (bytes, again));
}

/* What a value with content accepts changes nothing the second time, and what it refuses changes nothing at
 * all. */
static void
check_full (TruceCrdt *crdt,
            TruceCrdt *empty,
            GBytes    *bytes)
{
  g_autoptr(GBytes) before = encode (crdt);
  g_autoptr(GError) error = NULL;
  gboolean applied = truce_crdt_apply (crdt, bytes, &error);
  g_autoptr(GBytes) once = encode (crdt);
  g_autoptr(GBytes) twice = NULL;

  g_assert_true (truce_crdt_apply (empty, once, NULL));
  g_assert_true (truce_crdt_equal (empty, crdt, NULL));
  if (!applied)
    {
      g_assert_nonnull (error);
      g_assert_true (g_bytes_equal (before, once));
      return;
    }
  g_assert_true (truce_crdt_apply (crdt, bytes, NULL));
  twice = encode (crdt);
  g_assert_true (g_bytes_equal (once, twice));
}

static void
check_values (GBytes *bytes)
{
  TruceCrdt *empty[] = {
    TRUCE_CRDT (truce_flag_new (FALSE)), TRUCE_CRDT (truce_flag_new (TRUE)), TRUCE_CRDT (truce_counter_new ()),
    TRUCE_CRDT (truce_mv_register_new ()),
  };
  TruceCrdt *full[G_N_ELEMENTS (empty)];

  make_values (full);
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      check_fresh (empty[i], bytes);
      check_full (full[i], empty[i], bytes);
      g_object_unref (empty[i]);
      g_object_unref (full[i]);
    }
}

static void
check_map (GBytes *bytes)
{
  g_autoptr(TruceOrMap) empty = truce_or_map_new ();
  g_autoptr(TruceOrMap) other = truce_or_map_new ();
  g_autoptr(TruceOrMap) full = truce_or_map_new ();
  TruceStamp stamps[] = { { 1 << 16, 1 }, { 2 << 16, 2 }, { 3 << 16, 3 } };

  truce_or_map_set_text (full, "/a", "1", &stamps[0], NULL);
  truce_or_map_set_text (full, "/b/c", "[1]", &stamps[1], NULL);
  truce_or_map_increment (full, "/b/d", 7, &stamps[2], NULL);
  check_fresh (TRUCE_CRDT (empty), bytes);
  check_full (TRUCE_CRDT (full), TRUCE_CRDT (other), bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, size);
  g_autoptr(TruceOrSet) set = truce_or_set_new ();
  g_autoptr(TruceOrSet) other_set = truce_or_set_new ();
  g_autoptr(TruceOrSet) full = make_set ();
  g_autoptr(TruceLwwRegister) reg = truce_lww_register_new ();
  g_autoptr(TruceVersionVector) vector = truce_version_vector_new_from_bytes (bytes, NULL);

  check_fresh (TRUCE_CRDT (set), bytes);
  check_fresh (TRUCE_CRDT (reg), bytes);
  check_full (TRUCE_CRDT (full), TRUCE_CRDT (other_set), bytes);
  check_values (bytes);
  check_map (bytes);
  if (vector != NULL)
    {
      g_autoptr(GBytes) again = truce_version_vector_to_bytes (vector);
      g_autoptr(GBytes) delta = truce_crdt_delta (TRUCE_CRDT (full), vector, NULL);

      g_assert_true (g_bytes_equal (bytes, again));
      g_assert_nonnull (delta);
    }
  return 0;
}
