/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "truce-remote.h"

G_BEGIN_DECLS

/**
 * TruceTestPoint:
 * @TRUCE_TEST_POINT_OPEN: the greeting
 * @TRUCE_TEST_POINT_PUSH: changes that are sent
 * @TRUCE_TEST_POINT_PULL: a page of changes that is fetched
 * @TRUCE_TEST_POINT_LIST: a page of the list of all records
 * @TRUCE_TEST_POINT_CLOSE: the farewell
 *
 * Where an exchange can fail.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_TEST_POINT_OPEN,
  TRUCE_TEST_POINT_PUSH,
  TRUCE_TEST_POINT_PULL,
  TRUCE_TEST_POINT_LIST,
  TRUCE_TEST_POINT_CLOSE,
} TruceTestPoint;

/**
 * TruceTestFault:
 * @TRUCE_TEST_FAULT_DROP_REQUEST: it never reaches the remote
 * @TRUCE_TEST_FAULT_DROP_REPLY: the remote does its part, and nobody learns it
 * @TRUCE_TEST_FAULT_TRANSIENT: the remote fails for now
 * @TRUCE_TEST_FAULT_PERMANENT: the remote refuses it for good
 * @TRUCE_TEST_FAULT_AUTH: the remote does not let us in
 * @TRUCE_TEST_FAULT_TRUNCATE: half of the answer arrives
 * @TRUCE_TEST_FAULT_DUPLICATE: it reaches the remote twice
 * @TRUCE_TEST_FAULT_LATE: it is given up, and reaches the remote later, behind the next one at the same point
 *
 * How an exchange can fail.
 *
 * Since: 1.0
 */
typedef enum
{
  TRUCE_TEST_FAULT_DROP_REQUEST,
  TRUCE_TEST_FAULT_DROP_REPLY,
  TRUCE_TEST_FAULT_TRANSIENT,
  TRUCE_TEST_FAULT_PERMANENT,
  TRUCE_TEST_FAULT_AUTH,
  TRUCE_TEST_FAULT_TRUNCATE,
  TRUCE_TEST_FAULT_DUPLICATE,
  TRUCE_TEST_FAULT_LATE,
} TruceTestFault;

#define TRUCE_TYPE_TEST_POINT (truce_test_point_get_type ())
#define TRUCE_TYPE_TEST_FAULT (truce_test_fault_get_type ())
#define TRUCE_TYPE_TEST_REMOTE (truce_test_remote_get_type ())

TRUCE_AVAILABLE_IN_1_0
GType            truce_test_point_get_type           (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
GType            truce_test_fault_get_type           (void) G_GNUC_CONST;
TRUCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TruceTestRemote, truce_test_remote, TRUCE, TEST_REMOTE, GObject)

TRUCE_AVAILABLE_IN_1_0
TruceTestRemote *truce_test_remote_new               (TruceRemote      *inner) G_GNUC_WARN_UNUSED_RESULT;
TRUCE_AVAILABLE_IN_1_0
TruceRemote     *truce_test_remote_get_inner         (TruceTestRemote  *self);
TRUCE_AVAILABLE_IN_1_0
void             truce_test_remote_set_inner         (TruceTestRemote  *self,
                                                      TruceRemote      *inner);
TRUCE_AVAILABLE_IN_1_0
void             truce_test_remote_fail              (TruceTestRemote  *self,
                                                      TruceTestPoint    point,
                                                      TruceTestFault    fault,
                                                      guint             times);
TRUCE_AVAILABLE_IN_1_0
void             truce_test_remote_fail_record       (TruceTestRemote  *self,
                                                      const char       *collection,
                                                      const char       *id,
                                                      TruceTestFault    fault,
                                                      guint             times);
TRUCE_AVAILABLE_IN_1_0
void             truce_test_remote_clear             (TruceTestRemote  *self);
TRUCE_AVAILABLE_IN_1_0
guint            truce_test_remote_get_n_armed       (TruceTestRemote  *self);
TRUCE_AVAILABLE_IN_1_0
guint            truce_test_remote_get_n_exchanges   (TruceTestRemote  *self,
                                                      TruceTestPoint    point);

G_END_DECLS
