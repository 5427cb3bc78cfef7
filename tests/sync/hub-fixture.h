/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A hub in memory or in a file, and replicas that speak to it exchange by exchange, without a session of their own
 * that would do the right thing. */

#include "truce-clock-private.h"
#include "truce-exchange-private.h"
#include "truce-hub-private.h"
#include "truce-hub-remote.h"
#include "truce-memory-adapter.h"
#include "truce-store.h"
#include "truce-collection.h"
#include "truce-test-clock.h"

G_BEGIN_DECLS

#define HUB_START_MS G_GINT64_CONSTANT (1767225600000)

typedef struct
{
  char *folder;                 /* owned; NULL: in memory */
  gboolean wire;                /* each exchange goes through its messages */
  TruceTestClock *time;
  TruceStore *store;
  TruceHub *hub;
  TruceRemote *remote;
} HubFixture;

typedef struct
{
  HubFixture *fixture;
  TruceStore *store;
  TruceCollection *tasks;
  char *session;                /* owned: of the last greeting */
} Device;

typedef void (*HubTest) (HubFixture    *fixture,
                         gconstpointer  data);

/* The test, in memory, in a file, and by messages. */
void           hub_add_test     (const char    *name,
                                 HubTest        test);
/* The same file, or memory, under a new hub: all sessions are gone. */
void           hub_restart      (HubFixture    *fixture);

Device        *device_new       (HubFixture    *fixture);
void           device_free      (Device        *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Device, device_free)
guint64        device_replica   (Device        *device);
void           device_put       (Device        *device,
                                 const char    *id,
                                 const char    *text);
void           device_delete    (Device        *device,
                                 const char    *id);
TruceStoredRecord *device_row   (Device        *device,
                                 const char    *id);
/* A greeting as if this were its first one; to be changed before it is sent. */
TruceHello    *device_hello     (Device        *device);
/* Sends it, and keeps the session. */
TruceHello    *device_greet     (Device        *device,
                                 TruceHello    *hello);
/* Greets as somebody who remembers the session in which it last pushed, and NULL: none. */
TruceHello    *device_open      (Device        *device,
                                 const char    *last_session);
/* A push of the records with these ids, ended by NULL, in the session of the last greeting. */
TrucePush     *device_push_new  (Device        *device,
                                 ...) G_GNUC_NULL_TERMINATED;
/* Pushes one record, which must be accepted. */
void           device_push      (Device        *device,
                                 const char    *id);
/* What comes after cursor, as lines "ID TEXT"; takes the records in. */
char          *device_pull      (Device        *device,
                                 gint64         cursor);

TruceStamp     make_stamp       (gint64         ms,
                                 guint64        replica);
char          *hub_text         (HubFixture    *fixture,
                                 const char    *id);

/* The exchange goes through; or fails with this code, and leaves nothing answered. */
#define assert_performed(fixture, exchange) G_STMT_START { \
    g_autoptr(GError) error_ = NULL; \
    gboolean done_ = truce_exchange_perform ((fixture)->remote, TRUCE_EXCHANGE (exchange), NULL, &error_); \
    g_assert_no_error (error_); \
    g_assert_true (done_); \
} G_STMT_END

#define assert_refused(fixture, exchange, code) G_STMT_START { \
    g_autoptr(GError) error_ = NULL; \
    gboolean done_ = truce_exchange_perform ((fixture)->remote, TRUCE_EXCHANGE (exchange), NULL, &error_); \
    g_assert_error (error_, TRUCE_ERROR, code); \
    g_assert_false (done_); \
} G_STMT_END

#define assert_done(call) G_STMT_START { \
    gboolean done_ = call; \
    g_assert_true (done_); \
} G_STMT_END

#define assert_fails(call, code) G_STMT_START { \
    g_autoptr(GError) error = NULL; \
    gboolean done_ = call; \
    g_assert_error (error, TRUCE_ERROR, code); \
    g_assert_false (done_); \
} G_STMT_END

#define assert_hub_text(fixture, id, expected) G_STMT_START { \
    g_autofree char *text_ = hub_text (fixture, id); \
    g_assert_cmpstr (text_, ==, expected); \
} G_STMT_END

G_END_DECLS
