/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The promises of TruceStoreAdapter, a case each, for any adapter: whoever writes one links these files,
 * says how an adapter is opened, and runs them. */

#include <truce.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;                     /* the first part of each case's path */
  gpointer (*create_place) (void);      /* where an adapter keeps its bytes, still empty; NULL: in itself */
  void (*destroy_place) (gpointer place);
  TruceStoreAdapter *(*open) (gpointer place);  /* transfer full; waits but a moment for another writer */
  gboolean lasting;                     /* adapters opened on one place see the same records */
} AdapterMaker;

/* Adds the cases; to be called between g_test_init () and g_test_run (). */
void adapter_conformance_add (const AdapterMaker *maker);
/* A whole program: a maker that is only a function, for languages that find that easier. */
int  adapter_conformance_main (const char          *name,
                               TruceStoreAdapter *(*open) (gpointer place));

G_END_DECLS
