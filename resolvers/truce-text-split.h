/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Words of a text in any script. Private: nothing here is installed. */

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of the token that text begins with; text is valid UTF-8 and not empty. Where the next one begins
 * hangs on nothing that stands before it, so a text splits the same way from each of its tokens on. */
gsize truce_text_token_length (const char *text);

G_END_DECLS
