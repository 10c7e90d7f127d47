/* Pidgin's rule for a lost connection, in short: a fatal reason (wants_to_die) disables the account until its user enables it
 * again; after any other it is tried anew, first after 8 seconds, then after twice as long each time, ten minutes at most.
 * A success starts over. The tests shorten the first delay; the rule is the same.
 */
#include "purpleclient.h"

enum { DELAY_MS_MAX = 10 * 60 * 1000 };

static guint first_delay_ms;
static GHashTable *delays; /* PurpleAccount -> last delay in ms */

static gboolean try_again(gpointer data)
{
    PurpleAccount *account = data;
    if (purple_account_is_disconnected(account) && purple_account_get_enabled(account, PURPLE_UI)) {
        lines_event("reconnecting", login_name(account), NULL);
        purple_account_connect(account);
    }
    return G_SOURCE_REMOVE;
}

static gboolean disable(gpointer data)
{
    purple_account_set_enabled(data, PURPLE_UI, FALSE);
    return G_SOURCE_REMOVE;
}

static void on_disconnect_reason(PurpleConnection *connection, PurpleConnectionError reason, const char *text)
{
    PurpleAccount *account = purple_connection_get_account(connection);
    gboolean fatal = purple_connection_error_is_fatal(reason);
    char *number = g_strdup_printf("%d", (int)reason);
    lines_event("disconnected", login_name(account), "wants_to_die", fatal ? "1" : "0", "reason", number, "text", text, NULL);
    g_free(number);

    if (fatal) {
        g_idle_add(disable, account);
        return;
    }
    guint last = GPOINTER_TO_UINT(g_hash_table_lookup(delays, account));
    guint delay = last == 0 ? first_delay_ms : MIN(2 * last, DELAY_MS_MAX);
    g_hash_table_insert(delays, account, GUINT_TO_POINTER(delay));
    g_timeout_add(delay, try_again, account);
}

static void on_connected(PurpleConnection *connection)
{
    g_hash_table_remove(delays, purple_connection_get_account(connection));
}

static PurpleConnectionUiOps connection_operations = {
    .connected = on_connected,
    .report_disconnect_reason = on_disconnect_reason,
};

void reconnect_start(guint delay_ms)
{
    first_delay_ms = delay_ms;
    delays = g_hash_table_new(g_direct_hash, g_direct_equal);
    purple_connections_set_ui_ops(&connection_operations);
}
