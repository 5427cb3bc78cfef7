/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <truce.h>

#define TRANSIENT TRUCE_ERROR_CLASS_TRANSIENT
#define PERMANENT TRUCE_ERROR_CLASS_PERMANENT
#define AUTH TRUCE_ERROR_CLASS_AUTH
#define CONFLICT TRUCE_ERROR_CLASS_CONFLICT
#define RESYNC TRUCE_ERROR_CLASS_RESYNC
#define OFFLINE TRUCE_ERROR_CLASS_OFFLINE
#define CANCELLED TRUCE_ERROR_CLASS_CANCELLED

/* ---- errors of a domain ---- */

static const struct
{
  int code;
  TruceErrorClass class;
} our_rows[] = {
  { TRUCE_ERROR_NOT_FOUND, PERMANENT },
  { TRUCE_ERROR_EXISTS, PERMANENT },
  { TRUCE_ERROR_INVALID_DATA, PERMANENT },
  { TRUCE_ERROR_INVALID_SCHEMA, PERMANENT },
  { TRUCE_ERROR_TOO_LARGE, PERMANENT },
  { TRUCE_ERROR_TOO_NEW, PERMANENT },
  { TRUCE_ERROR_UNSUPPORTED, PERMANENT },
  { TRUCE_ERROR_CONFLICT, CONFLICT },
  { TRUCE_ERROR_CORRUPT, PERMANENT },
  { TRUCE_ERROR_BUSY, TRANSIENT },
  { TRUCE_ERROR_READ_ONLY, TRANSIENT },
  { TRUCE_ERROR_FULL, TRANSIENT },
  { TRUCE_ERROR_CLOCK_SKEW, TRANSIENT },
  { TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { TRUCE_ERROR_AUTH, AUTH },
  { TRUCE_ERROR_REJECTED, PERMANENT },
  { TRUCE_ERROR_DEPENDENCY, TRANSIENT },
  { TRUCE_ERROR_RESYNC_REQUIRED, RESYNC },
  { TRUCE_ERROR_MASS_DELETE, PERMANENT },
  { TRUCE_ERROR_REPLICA_FORKED, TRANSIENT },
};

static void
test_ours (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = g_error_new_literal (TRUCE_ERROR, our_rows[row].code, "x");

  g_assert_cmpint (truce_error_classify (error), ==, our_rows[row].class);
}

/* The table above leaves none out. */
static void
test_ours_are_all (void)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);

  g_assert_cmpuint (codes->n_values, ==, G_N_ELEMENTS (our_rows));
  for (guint i = 0; i < codes->n_values; i++)
    g_assert_cmpint (codes->values[i].value, ==, our_rows[i].code);
}

static const struct
{
  const char *name;
  GQuark (*domain) (void);
  int code;
  TruceErrorClass class;
} other_rows[] = {
  { "cancelled", g_io_error_quark, G_IO_ERROR_CANCELLED, CANCELLED },
  { "host-not-found", g_io_error_quark, G_IO_ERROR_HOST_NOT_FOUND, OFFLINE },
  { "host-unreachable", g_io_error_quark, G_IO_ERROR_HOST_UNREACHABLE, OFFLINE },
  { "network-unreachable", g_io_error_quark, G_IO_ERROR_NETWORK_UNREACHABLE, OFFLINE },
  { "connection-refused", g_io_error_quark, G_IO_ERROR_CONNECTION_REFUSED, TRANSIENT },
  { "connection-closed", g_io_error_quark, G_IO_ERROR_CONNECTION_CLOSED, TRANSIENT },
  { "timed-out", g_io_error_quark, G_IO_ERROR_TIMED_OUT, TRANSIENT },
  { "partial-input", g_io_error_quark, G_IO_ERROR_PARTIAL_INPUT, TRANSIENT },
  { "no-space", g_io_error_quark, G_IO_ERROR_NO_SPACE, TRANSIENT },
  { "read-only", g_io_error_quark, G_IO_ERROR_READ_ONLY, TRANSIENT },
  { "failed", g_io_error_quark, G_IO_ERROR_FAILED, TRANSIENT },
  { "permission-denied", g_io_error_quark, G_IO_ERROR_PERMISSION_DENIED, AUTH },
  { "proxy-need-auth", g_io_error_quark, G_IO_ERROR_PROXY_NEED_AUTH, AUTH },
  { "invalid-data", g_io_error_quark, G_IO_ERROR_INVALID_DATA, PERMANENT },
  { "message-too-large", g_io_error_quark, G_IO_ERROR_MESSAGE_TOO_LARGE, PERMANENT },
  { "not-found", g_io_error_quark, G_IO_ERROR_NOT_FOUND, PERMANENT },
  { "wrong-etag", g_io_error_quark, G_IO_ERROR_WRONG_ETAG, CONFLICT },
  { "resolver-not-found", g_resolver_error_quark, G_RESOLVER_ERROR_NOT_FOUND, OFFLINE },
  { "resolver-temporary", g_resolver_error_quark, G_RESOLVER_ERROR_TEMPORARY_FAILURE, OFFLINE },
  { "resolver-internal", g_resolver_error_quark, G_RESOLVER_ERROR_INTERNAL, TRANSIENT },
  { "tls-bad-certificate", g_tls_error_quark, G_TLS_ERROR_BAD_CERTIFICATE, TRANSIENT },
  { "tls-handshake", g_tls_error_quark, G_TLS_ERROR_HANDSHAKE, TRANSIENT },
  { "tls-certificate-required", g_tls_error_quark, G_TLS_ERROR_CERTIFICATE_REQUIRED, AUTH },
  { "json-of-a-portal", json_parser_error_quark, JSON_PARSER_ERROR_PARSE, TRANSIENT },
  { "file", g_file_error_quark, G_FILE_ERROR_FAILED, TRANSIENT },
};

static void
test_other (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = g_error_new_literal (other_rows[row].domain (), other_rows[row].code, "x");

  g_assert_cmpint (truce_error_classify (error), ==, other_rows[row].class);
}

/* A code that only a newer version knows. */
static void
test_unknown_code (void)
{
  g_autoptr(GError) ours = g_error_new_literal (TRUCE_ERROR, 9999, "x");
  g_autoptr(GError) io = g_error_new_literal (G_IO_ERROR, 9999, "x");

  g_assert_cmpint (truce_error_classify (ours), ==, TRANSIENT);
  g_assert_cmpint (truce_error_classify (io), ==, TRANSIENT);
}

/* ---- HTTP ---- */

static const struct
{
  guint status;
  int code;
  TruceErrorClass class;
} http_rows[] = {
  { 0, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 200, TRUCE_ERROR_TRANSIENT, TRANSIENT },       /* the page of a portal */
  { 204, TRUCE_ERROR_TRANSIENT, TRANSIENT },       /* with a body, or where one was due */
  { 301, TRUCE_ERROR_TRANSIENT, TRANSIENT },       /* to another host */
  { 302, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 400, TRUCE_ERROR_INVALID_DATA, PERMANENT },
  { 401, TRUCE_ERROR_AUTH, AUTH },
  { 402, TRUCE_ERROR_REJECTED, PERMANENT },
  { 403, TRUCE_ERROR_REJECTED, PERMANENT },
  { 404, TRUCE_ERROR_NOT_FOUND, PERMANENT },
  { 405, TRUCE_ERROR_UNSUPPORTED, PERMANENT },
  { 407, TRUCE_ERROR_AUTH, AUTH },
  { 408, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 409, TRUCE_ERROR_CONFLICT, CONFLICT },
  { 410, TRUCE_ERROR_NOT_FOUND, PERMANENT },
  { 412, TRUCE_ERROR_CONFLICT, CONFLICT },
  { 413, TRUCE_ERROR_TOO_LARGE, PERMANENT },
  { 415, TRUCE_ERROR_UNSUPPORTED, PERMANENT },
  { 418, TRUCE_ERROR_REJECTED, PERMANENT },
  { 422, TRUCE_ERROR_REJECTED, PERMANENT },
  { 423, TRUCE_ERROR_BUSY, TRANSIENT },
  { 424, TRUCE_ERROR_DEPENDENCY, TRANSIENT },
  { 425, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 426, TRUCE_ERROR_TOO_NEW, PERMANENT },
  { 429, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 431, TRUCE_ERROR_TOO_LARGE, PERMANENT },
  { 451, TRUCE_ERROR_REJECTED, PERMANENT },
  { 500, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 501, TRUCE_ERROR_UNSUPPORTED, PERMANENT },
  { 502, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 503, TRUCE_ERROR_BUSY, TRANSIENT },
  { 504, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 507, TRUCE_ERROR_FULL, TRANSIENT },
  { 511, TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { 599, TRUCE_ERROR_TRANSIENT, TRANSIENT },
};

static void
test_http (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = truce_error_new_for_http_status (http_rows[row].status, "no such luck");

  g_assert_error (error, TRUCE_ERROR, http_rows[row].code);
  g_assert_cmpint (truce_error_classify (error), ==, http_rows[row].class);
  g_assert_true (g_str_has_suffix (error->message, ": no such luck"));
}

/* ---- SQL ---- */

static const struct
{
  const char *state;
  int code;
  TruceErrorClass class;
} sql_rows[] = {
  { "02000", TRUCE_ERROR_NOT_FOUND, PERMANENT },
  { "08006", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "0A000", TRUCE_ERROR_UNSUPPORTED, PERMANENT },
  { "22001", TRUCE_ERROR_INVALID_DATA, PERMANENT },
  { "22P02", TRUCE_ERROR_INVALID_DATA, PERMANENT },
  { "23502", TRUCE_ERROR_REJECTED, PERMANENT },
  { "23503", TRUCE_ERROR_DEPENDENCY, TRANSIENT },
  { "23505", TRUCE_ERROR_EXISTS, PERMANENT },
  { "23514", TRUCE_ERROR_REJECTED, PERMANENT },
  { "25006", TRUCE_ERROR_READ_ONLY, TRANSIENT },
  { "25P03", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "28000", TRUCE_ERROR_AUTH, AUTH },
  { "28P01", TRUCE_ERROR_AUTH, AUTH },
  { "40001", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "40P01", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "42501", TRUCE_ERROR_REJECTED, PERMANENT },
  { "42P01", TRUCE_ERROR_INVALID_SCHEMA, PERMANENT },
  { "44000", TRUCE_ERROR_REJECTED, PERMANENT },
  { "53100", TRUCE_ERROR_FULL, TRANSIENT },
  { "53300", TRUCE_ERROR_BUSY, TRANSIENT },
  { "54000", TRUCE_ERROR_TOO_LARGE, PERMANENT },
  { "55P03", TRUCE_ERROR_BUSY, TRANSIENT },
  { "57014", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "57P01", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "57P03", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "P0001", TRUCE_ERROR_REJECTED, PERMANENT },
  { "XX000", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "HY000", TRUCE_ERROR_TRANSIENT, TRANSIENT },
  { "", TRUCE_ERROR_TRANSIENT, TRANSIENT },
};

static void
test_sql (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = truce_error_new_for_sqlstate (sql_rows[row].state, "no such luck");

  g_assert_error (error, TRUCE_ERROR, sql_rows[row].code);
  g_assert_cmpint (truce_error_classify (error), ==, sql_rows[row].class);
  g_assert_true (g_str_has_suffix (error->message, ": no such luck"));
}

static void
test_no_message (void)
{
  g_autoptr(GError) http = truce_error_new_for_http_status (503, NULL);
  g_autoptr(GError) sql = truce_error_new_for_sqlstate ("40001", NULL);

  g_assert_cmpstr (http->message, ==, "HTTP 503");
  g_assert_cmpstr (sql->message, ==, "SQLSTATE 40001");
}

#define add_row(path, row, test) G_STMT_START { \
    g_autofree char *path_ = path; \
    g_test_add_data_func (path_, GUINT_TO_POINTER (row), test); \
} G_STMT_END

static void
add_domains (void)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);

  for (guint i = 0; i < G_N_ELEMENTS (our_rows); i++)
    add_row (g_strconcat ("/error-class/truce/", g_enum_get_value (codes, our_rows[i].code)->value_nick, NULL), i,
             test_ours);
  for (guint i = 0; i < G_N_ELEMENTS (other_rows); i++)
    add_row (g_strconcat ("/error-class/other/", other_rows[i].name, NULL), i, test_other);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_domains ();
  for (guint i = 0; i < G_N_ELEMENTS (http_rows); i++)
    add_row (g_strdup_printf ("/error-class/http/%u", http_rows[i].status), i, test_http);
  for (guint i = 0; i < G_N_ELEMENTS (sql_rows); i++)
    add_row (g_strdup_printf ("/error-class/sql/%s", sql_rows[i].state[0] != '\0' ? sql_rows[i].state : "none"), i,
             test_sql);
  g_test_add_func ("/error-class/truce-is-complete", test_ours_are_all);
  g_test_add_func ("/error-class/unknown-code", test_unknown_code);
  g_test_add_func ("/error-class/no-message", test_no_message);

  return g_test_run ();
}
