/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Tables, and one rule: what nobody knows is transient. It is tried again, its attempts are counted, and the cap on
 * them brings it to a person in the end. The other mistake, to give up what would have gone through, loses work.
 *
 * The codes of HTTP are those of RFC 9110, 6585 (429, 431, 511), 4918 (423, 424, 507) and 8470 (425); SQLSTATEs are
 * those of ISO 9075 and PostgreSQL. Two are not what one expects. A 403 is about this one request of somebody whom the
 * server knows, so it is final for the record, where 401 pauses everything. A 409 or 412 says that the remote has
 * moved on, which is no failure at all. A redirection comes here only if the HTTP library did not follow it: to
 * another host, as the portal of a hotel does; that passes. */

#include <gio/gio.h>

#include "truce-error-class.h"

G_DEFINE_ENUM_TYPE (TruceErrorClass, truce_error_class,
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_TRANSIENT, "transient"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_PERMANENT, "permanent"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_AUTH, "auth"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_CONFLICT, "conflict"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_RESYNC, "resync"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (TRUCE_ERROR_CLASS_CANCELLED, "cancelled"))

static TruceErrorClass
classify_ours (TruceError code)
{
  switch (code)
    {
    case TRUCE_ERROR_NOT_FOUND:
    case TRUCE_ERROR_EXISTS:
    case TRUCE_ERROR_INVALID_DATA:
    case TRUCE_ERROR_INVALID_SCHEMA:
    case TRUCE_ERROR_TOO_LARGE:
    case TRUCE_ERROR_TOO_NEW:
    case TRUCE_ERROR_UNSUPPORTED:
    case TRUCE_ERROR_CORRUPT:
    case TRUCE_ERROR_REJECTED:
    case TRUCE_ERROR_MASS_DELETE:
      return TRUCE_ERROR_CLASS_PERMANENT;
    case TRUCE_ERROR_CONFLICT:
      return TRUCE_ERROR_CLASS_CONFLICT;
    case TRUCE_ERROR_AUTH:
      return TRUCE_ERROR_CLASS_AUTH;
    case TRUCE_ERROR_RESYNC_REQUIRED:
      return TRUCE_ERROR_CLASS_RESYNC;
    /* A full or read-only place is mended by its owner, a missing parent by its arrival, a clock by the next
     * session, and so is a fork. */
    case TRUCE_ERROR_BUSY:
    case TRUCE_ERROR_READ_ONLY:
    case TRUCE_ERROR_FULL:
    case TRUCE_ERROR_CLOCK_SKEW:
    case TRUCE_ERROR_TRANSIENT:
    case TRUCE_ERROR_DEPENDENCY:
    case TRUCE_ERROR_REPLICA_FORKED:
      return TRUCE_ERROR_CLASS_TRANSIENT;
    }

  /* A code of a newer version. */
  return TRUCE_ERROR_CLASS_TRANSIENT;
}

typedef struct
{
  int code;
  TruceErrorClass class;
} ClassRow;

static const ClassRow io_rows[] = {
  { G_IO_ERROR_CANCELLED, TRUCE_ERROR_CLASS_CANCELLED },
  { G_IO_ERROR_HOST_NOT_FOUND, TRUCE_ERROR_CLASS_OFFLINE },
  { G_IO_ERROR_HOST_UNREACHABLE, TRUCE_ERROR_CLASS_OFFLINE },
  { G_IO_ERROR_NETWORK_UNREACHABLE, TRUCE_ERROR_CLASS_OFFLINE },
  { G_IO_ERROR_NOT_MOUNTED, TRUCE_ERROR_CLASS_OFFLINE },
  { G_IO_ERROR_PERMISSION_DENIED, TRUCE_ERROR_CLASS_AUTH },
  { G_IO_ERROR_PROXY_AUTH_FAILED, TRUCE_ERROR_CLASS_AUTH },
  { G_IO_ERROR_PROXY_NEED_AUTH, TRUCE_ERROR_CLASS_AUTH },
  { G_IO_ERROR_EXISTS, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_FILENAME_TOO_LONG, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_INVALID_ARGUMENT, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_INVALID_DATA, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_INVALID_FILENAME, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_MESSAGE_TOO_LARGE, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_NOT_FOUND, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_NOT_SUPPORTED, TRUCE_ERROR_CLASS_PERMANENT },
  { G_IO_ERROR_WRONG_ETAG, TRUCE_ERROR_CLASS_CONFLICT },
};

static const ClassRow resolver_rows[] = {
  { G_RESOLVER_ERROR_NOT_FOUND, TRUCE_ERROR_CLASS_OFFLINE },
  { G_RESOLVER_ERROR_TEMPORARY_FAILURE, TRUCE_ERROR_CLASS_OFFLINE },
};

/* A bad certificate is most often that of a portal or a proxy: nothing is sent to it, and it passes. */
static const ClassRow tls_rows[] = {
  { G_TLS_ERROR_CERTIFICATE_REQUIRED, TRUCE_ERROR_CLASS_AUTH },
};

static TruceErrorClass
find_class (const ClassRow *rows,
            gsize           n_rows,
            int             code)
{
  for (gsize i = 0; i < n_rows; i++)
    if (rows[i].code == code)
      return rows[i].class;
  return TRUCE_ERROR_CLASS_TRANSIENT;
}

/**
 * truce_error_classify:
 * @error: what a remote, or the way to it, said
 *
 * Says what an error means for what was to be done.
 *
 * Errors of Truce, GIO, its resolver of names and TLS are known. Any other is
 * %TRUCE_ERROR_CLASS_TRANSIENT: it is tried again, and the caps of a
 * [class@RetryPolicy] bring it to a person in the end.
 *
 * Returns: the class
 *
 * Since: 1.0
 */
TruceErrorClass
truce_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, TRUCE_ERROR_CLASS_TRANSIENT);

  if (error->domain == TRUCE_ERROR)
    return classify_ours (error->code);
  if (error->domain == G_IO_ERROR)
    return find_class (io_rows, G_N_ELEMENTS (io_rows), error->code);
  if (error->domain == G_RESOLVER_ERROR)
    return find_class (resolver_rows, G_N_ELEMENTS (resolver_rows), error->code);
  if (error->domain == G_TLS_ERROR)
    return find_class (tls_rows, G_N_ELEMENTS (tls_rows), error->code);
  return TRUCE_ERROR_CLASS_TRANSIENT;
}

/* ---- HTTP ---- */

static const struct
{
  guint status;
  TruceError code;
} http_rows[] = {
  { 400, TRUCE_ERROR_INVALID_DATA },
  { 401, TRUCE_ERROR_AUTH },
  { 404, TRUCE_ERROR_NOT_FOUND },
  { 405, TRUCE_ERROR_UNSUPPORTED },
  { 406, TRUCE_ERROR_UNSUPPORTED },
  { 407, TRUCE_ERROR_AUTH },
  { 408, TRUCE_ERROR_TRANSIENT },
  { 409, TRUCE_ERROR_CONFLICT },
  { 410, TRUCE_ERROR_NOT_FOUND },
  { 412, TRUCE_ERROR_CONFLICT },
  { 413, TRUCE_ERROR_TOO_LARGE },
  { 414, TRUCE_ERROR_TOO_LARGE },
  { 415, TRUCE_ERROR_UNSUPPORTED },
  { 421, TRUCE_ERROR_TRANSIENT },
  { 423, TRUCE_ERROR_BUSY },
  { 424, TRUCE_ERROR_DEPENDENCY },
  { 425, TRUCE_ERROR_TRANSIENT },
  { 426, TRUCE_ERROR_TOO_NEW },
  { 429, TRUCE_ERROR_TRANSIENT },
  { 431, TRUCE_ERROR_TOO_LARGE },
  { 501, TRUCE_ERROR_UNSUPPORTED },
  { 503, TRUCE_ERROR_BUSY },
  { 505, TRUCE_ERROR_UNSUPPORTED },
  { 507, TRUCE_ERROR_FULL },
};

static TruceError
code_for_http (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (http_rows); i++)
    if (http_rows[i].status == status)
      return http_rows[i].code;
  return status >= 400 && status < 500 ? TRUCE_ERROR_REJECTED : TRUCE_ERROR_TRANSIENT;
}

/**
 * truce_error_new_for_http_status:
 * @status: the status of an HTTP answer that is of no use
 * @message: (nullable): the server's own words
 *
 * Makes the error that an HTTP status means.
 *
 * 401 and 407 are %TRUCE_ERROR_AUTH, 409 and 412 %TRUCE_ERROR_CONFLICT; the other
 * client errors are final, but for 408, 421, 423, 424, 425 and 429. What the server
 * did wrong, and what is no error at all (a redirection, the page of a portal
 * under a 200), may go through later. The time that a header `Retry-After` asks
 * for is not in the error: the remote tells it beside.
 *
 * Returns: (transfer full): an error in %TRUCE_ERROR
 *
 * Since: 1.0
 */
GError *
truce_error_new_for_http_status (guint       status,
                                 const char *message)
{
  return g_error_new (TRUCE_ERROR, code_for_http (status), "HTTP %u%s%s", status, message != NULL ? ": " : "",
                      message != NULL ? message : "");
}

/* ---- SQL ---- */

/* The first row that fits counts: states before their classes. */
static const struct
{
  const char *prefix;
  TruceError code;
} sql_rows[] = {
  { "02", TRUCE_ERROR_NOT_FOUND },
  { "0A", TRUCE_ERROR_UNSUPPORTED },
  { "22", TRUCE_ERROR_INVALID_DATA },
  { "23503", TRUCE_ERROR_DEPENDENCY },    /* foreign key: the parent may still come, or the children go */
  { "23505", TRUCE_ERROR_EXISTS },        /* unique */
  { "23", TRUCE_ERROR_REJECTED },
  { "25006", TRUCE_ERROR_READ_ONLY },     /* while another server takes over */
  { "28", TRUCE_ERROR_AUTH },
  { "42501", TRUCE_ERROR_REJECTED },      /* no right to this table or row */
  { "42", TRUCE_ERROR_INVALID_SCHEMA },
  { "44", TRUCE_ERROR_REJECTED },
  { "53100", TRUCE_ERROR_FULL },
  { "53", TRUCE_ERROR_BUSY },
  { "54", TRUCE_ERROR_TOO_LARGE },
  { "55", TRUCE_ERROR_BUSY },
  { "P0", TRUCE_ERROR_REJECTED },         /* raised by a trigger or a function of the app */
};

static TruceError
code_for_sql (const char *state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sql_rows); i++)
    if (g_str_has_prefix (state, sql_rows[i].prefix))
      return sql_rows[i].code;
  return TRUCE_ERROR_TRANSIENT;
}

/**
 * truce_error_new_for_sqlstate:
 * @state: a SQLSTATE, of five characters
 * @message: (nullable): the server's own words
 *
 * Makes the error that a SQLSTATE means.
 *
 * What the data did wrong (22, 23, 42, 44, P0) is final, but for a foreign key
 * that is not met yet, which is %TRUCE_ERROR_DEPENDENCY; 28 is %TRUCE_ERROR_AUTH.
 * Connections, transactions, resources and shutdowns (08, 40, 53, 55, 57), and
 * any state that is not known, may go through later.
 *
 * Returns: (transfer full): an error in %TRUCE_ERROR
 *
 * Since: 1.0
 */
GError *
truce_error_new_for_sqlstate (const char *state,
                              const char *message)
{
  g_return_val_if_fail (state != NULL, NULL);

  return g_error_new (TRUCE_ERROR, code_for_sql (state), "SQLSTATE %s%s%s", state, message != NULL ? ": " : "",
                      message != NULL ? message : "");
}
