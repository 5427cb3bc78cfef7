/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An app's own server that knows no stamps, in memory, which does as a test tells it: it may be told from any thread. */

#include <truce.h>

#define PLAIN_TYPE_REMOTE (plain_remote_get_type ())
G_DECLARE_FINAL_TYPE (PlainRemote, plain_remote, PLAIN, REMOTE, GObject)

PlainRemote *plain_remote_new        (gboolean      threaded);
/* What somebody else wrote there; text NULL: deleted. */
void         plain_remote_put        (PlainRemote  *self,
                                      const char   *id,
                                      const char   *text);
char        *plain_remote_dup        (PlainRemote  *self,
                                      const char   *id);
guint        plain_remote_count      (PlainRemote  *self);
/* Loses all that it has, without a trace in its feed. */
void         plain_remote_forget     (PlainRemote  *self);
/* The next greetings fail, one after another. retry_after: ms, or -1. */
void         plain_remote_fail       (PlainRemote  *self,
                                      GQuark        domain,
                                      int           code,
                                      gint64        retry_after);
void         plain_remote_reject     (PlainRemote  *self,
                                      const char   *id,
                                      const char   *message);
/* Calls wait inside until they are released, or cancelled. */
void         plain_remote_hold       (PlainRemote  *self);
void         plain_remote_release    (PlainRemote  *self);
gboolean     plain_remote_is_held    (PlainRemote  *self);
/* Each push takes so long. */
void         plain_remote_set_nap    (PlainRemote  *self,
                                      guint         milliseconds);
/* Called within each call, in its thread. */
void         plain_remote_set_inside (PlainRemote  *self,
                                      void        (*func) (gpointer data),
                                      gpointer      data);
guint        plain_remote_get_opened (PlainRemote  *self);
guint        plain_remote_get_closed (PlainRemote  *self);
guint        plain_remote_get_cancelled (PlainRemote *self);
guint        plain_remote_get_most   (PlainRemote  *self);
gboolean     plain_remote_get_watching (PlainRemote *self);
GThread     *plain_remote_get_thread (PlainRemote  *self);
