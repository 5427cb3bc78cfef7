/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What writer and reader of a set's bytes share: see docs/format.md. Private. */

/* The first number of a run of stamps has the milliseconds above these. */
#define TRUCE_RUN_LONG 1u       /* more than one element: a length follows */
#define TRUCE_RUN_COUNTER 2u    /* the counter is not 0, and follows */

/* Bytes that a text may take from the one before. It bounds how much larger than its bytes a set can be. */
#define TRUCE_TEXT_SHARED_MAX 127u
