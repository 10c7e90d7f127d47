/* A headless client on the unmodified libpurple and its Sametime plugin, as Pidgin is one with windows. The line protocol is in
 * lines.h. Arguments: the directory for accounts and buddy lists, and the first delay before a lost connection is tried again.
 *
 *   purpleclient DIRECTORY [RECONNECT_MS]
 */
#include "purpleclient.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib-unix.h>

enum { RECONNECT_MS = 8000, ARGUMENTS_MIN = 2 };

static const char protocol[] = "prpl-meanwhile";

/* --- the event loop that libpurple asks for ----------------------------------------------------------------------- */

struct input {
    PurpleInputFunction function;
    gpointer data;
};

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
    struct input *input = data;
    int what = 0;
    if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
        what |= PURPLE_INPUT_READ;
    if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR))
        what |= PURPLE_INPUT_WRITE;
    input->function(input->data, fd, (PurpleInputCondition)what);
    return G_SOURCE_CONTINUE;
}

static guint add_input(int fd, PurpleInputCondition wanted, PurpleInputFunction function, gpointer data)
{
    GIOCondition condition = G_IO_HUP | G_IO_ERR;
    if (wanted & PURPLE_INPUT_READ)
        condition |= G_IO_IN;
    if (wanted & PURPLE_INPUT_WRITE)
        condition |= G_IO_OUT;
    struct input *input = g_new(struct input, 1);
    *input = (struct input){ function, data };
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, fd, condition, on_input, input, g_free);
}

static PurpleEventLoopUiOps loop_operations = {
    .timeout_add = g_timeout_add,
    .timeout_remove = g_source_remove,
    .input_add = add_input,
    .input_remove = g_source_remove,
    .timeout_add_seconds = g_timeout_add_seconds,
};

/* --- accounts ----------------------------------------------------------------------------------------------------- */

static GHashTable *accounts; /* name in the line protocol -> PurpleAccount */

const char *login_name(PurpleAccount *account)
{
    GHashTableIter all;
    gpointer name, one;
    g_hash_table_iter_init(&all, accounts);
    while (g_hash_table_iter_next(&all, &name, &one))
        if (one == account)
            return name;
    return "-";
}

static PurpleAccount *find_account(const char *name)
{
    PurpleAccount *account = g_hash_table_lookup(accounts, name);
    if (!account)
        lines_error(name, "no such login");
    return account;
}

static PurpleAccount *find_connected(const char *name)
{
    PurpleAccount *account = find_account(name);
    if (account && !purple_account_is_connected(account)) {
        lines_error(name, "this login is not connected");
        return NULL;
    }
    return account;
}

/* connect LOGIN HOST PORT USER PASSWORD [force_login=1] [fake_client_id=1]: an account as its user fills in the form. */
static void run_connect(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = purple_accounts_find(words[4], protocol);
    if (!account) {
        account = purple_account_new(words[4], protocol);
        purple_accounts_add(account);
    }
    g_hash_table_replace(accounts, g_strdup(words[1]), account);

    const char *force = lines_option(words + 6, "force_login");
    const char *fake = lines_option(words + 6, "fake_client_id");
    purple_account_set_password(account, words[5]);
    purple_account_set_string(account, "server", words[2]);
    purple_account_set_int(account, "port", atoi(words[3]));
    purple_account_set_bool(account, "force_login", force && *force == '1');
    purple_account_set_bool(account, "fake_client_id", fake && *fake == '1');
    purple_account_set_enabled(account, PURPLE_UI, TRUE);
}

/* disconnect LOGIN: the user disables the account. */
static void run_disconnect(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_account(words[1]);
    if (account)
        purple_account_set_enabled(account, PURPLE_UI, FALSE);
}

/* status LOGIN STATUS [TEXT]: active, away or dnd */
static void run_status(char **words, guint count)
{
    PurpleAccount *account = find_account(words[1]);
    if (!account)
        return;
    if (!purple_account_get_status(account, words[2]))
        lines_error(words[1], "there is no status %s", words[2]);
    else
        purple_account_set_status(account, words[2], TRUE, "message", count > 3 ? words[3] : "", NULL);
}

/* --- conversations ------------------------------------------------------------------------------------------------ */

/* im LOGIN PEER TEXT */
static void run_im(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_connected(words[1]);
    if (!account)
        return;
    PurpleConversation *conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, words[2], account);
    if (!conversation)
        conversation = purple_conversation_new(PURPLE_CONV_TYPE_IM, account, words[2]);
    char *html = g_markup_escape_text(words[3], -1);
    purple_conv_im_send(PURPLE_CONV_IM(conversation), html);
    g_free(html);
}

/* im-number LOGIN PEER COUNT PREFIX: sends "PREFIX 1" to "PREFIX COUNT". */
static void run_number(char **words, guint count)
{
    unsigned long total = strtoul(words[3], NULL, 10);
    for (unsigned long i = 1; i <= total; i++) {
        char *text = g_strdup_printf("%s %lu", words[4], i);
        run_im((char *[]){ words[0], words[1], words[2], text, NULL }, count);
        g_free(text);
    }
}

/* typing LOGIN PEER 1|0 */
static void run_typing(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_connected(words[1]);
    if (account)
        serv_send_typing(purple_account_get_connection(account), words[2],
            words[3][0] == '1' ? PURPLE_TYPING : PURPLE_NOT_TYPING);
}

/* --- the buddy list ----------------------------------------------------------------------------------------------- */

/* buddy-add LOGIN USER GROUP */
static void run_buddy_add(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_connected(words[1]);
    if (!account)
        return;
    PurpleGroup *group = purple_find_group(words[3]);
    if (!group) {
        group = purple_group_new(words[3]);
        purple_blist_add_group(group, NULL);
    }
    PurpleBuddy *buddy = purple_buddy_new(account, words[2], NULL);
    purple_blist_add_buddy(buddy, NULL, group, NULL);
    purple_account_add_buddy(account, buddy);
}

/* buddy-remove LOGIN USER */
static void run_buddy_remove(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_connected(words[1]);
    PurpleBuddy *buddy = account ? purple_find_buddy(account, words[2]) : NULL;
    if (!buddy)
        return;
    purple_account_remove_buddy(account, buddy, purple_buddy_get_group(buddy));
    purple_blist_remove_buddy(buddy);
}

/* buddies LOGIN: one event with "GROUP/USER" of each, separated by line ends. */
static void run_buddies(char **words, guint count G_GNUC_UNUSED)
{
    PurpleAccount *account = find_account(words[1]);
    if (!account)
        return;
    GString *all = g_string_new(NULL);
    GSList *buddies = purple_find_buddies(account, NULL);
    for (GSList *b = buddies; b; b = b->next)
        g_string_append_printf(all, "%s%s/%s", all->len > 0 ? "\n" : "",
            purple_group_get_name(purple_buddy_get_group(b->data)), purple_buddy_get_name(b->data));
    lines_event("buddies", words[1], "all", all->str, NULL);
    g_slist_free(buddies);
    g_string_free(all, TRUE);
}

/* privacy LOGIN deny|permit [USER...]: everybody but these, or nobody but these, may see and write to the user. */
static void run_privacy(char **words, guint count)
{
    PurpleAccount *account = find_connected(words[1]);
    if (!account)
        return;
    gboolean deny = strcmp(words[2], "deny") == 0;
    while (account->deny)
        purple_privacy_deny_remove(account, account->deny->data, TRUE);
    while (account->permit)
        purple_privacy_permit_remove(account, account->permit->data, TRUE);
    account->perm_deny = deny ? PURPLE_PRIVACY_DENY_USERS : PURPLE_PRIVACY_ALLOW_USERS;
    for (guint i = 3; i < count; i++) {
        if (deny)
            purple_privacy_deny_add(account, words[i], TRUE);
        else
            purple_privacy_permit_add(account, words[i], TRUE);
    }
    serv_set_permit_deny(purple_account_get_connection(account));
}

static const struct lines_command commands[] = {
    { "connect", 4, run_connect },
    { "disconnect", 0, run_disconnect },
    { "status", 1, run_status },
    { "im", 2, run_im },
    { "im-number", 3, run_number },
    { "typing", 2, run_typing },
    { "buddy-add", 2, run_buddy_add },
    { "buddy-remove", 1, run_buddy_remove },
    { "buddies", 0, run_buddies },
    { "privacy", 1, run_privacy },
    { NULL, 0, NULL },
};

static void on_line(char **words, guint count)
{
    if (!lines_dispatch(commands, words, count))
        lines_error(count > 1 ? words[1] : "-", "there is no command %s", words[0]);
}

/* --- start -------------------------------------------------------------------------------------------------------- */

static PurpleCoreUiOps core_operations = { .ui_init = events_before_core };

static void on_log(const gchar *domain, GLogLevelFlags level G_GNUC_UNUSED, const gchar *message, gpointer data G_GNUC_UNUSED)
{
    fprintf(stderr, "%s: %s\n", domain ? domain : "-", message);
}

static gboolean start_core(const char *directory)
{
    purple_util_set_user_dir(directory);
    purple_debug_set_enabled(FALSE);
    purple_core_set_ui_ops(&core_operations);
    purple_eventloop_set_ui_ops(&loop_operations);
    if (!purple_core_init(PURPLE_UI))
        return FALSE;

    purple_set_blist(purple_blist_new());
    purple_blist_load();
    purple_prefs_load();
    purple_savedstatus_activate(purple_savedstatus_new(NULL, PURPLE_STATUS_AVAILABLE));
    return purple_find_prpl(protocol) != NULL;
}

int main(int count, char **arguments)
{
    if (count < ARGUMENTS_MIN) {
        fprintf(stderr, "usage: purpleclient DIRECTORY [RECONNECT_MS]\n");
        return 2;
    }

    signal(SIGPIPE, SIG_IGN);
    g_log_set_default_handler(on_log, NULL);
    accounts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!start_core(arguments[1])) {
        lines_error("-", "libpurple did not start, or its plugin %s is not installed", protocol);
        return 1;
    }
    events_after_core();
    reconnect_start(count > 2 ? (guint)atoi(arguments[2]) : RECONNECT_MS);

    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    lines_listen(loop, on_line);
    lines_event("ready", "-", "client", "libpurple", "version", purple_core_get_version(), NULL);
    g_main_loop_run(loop);
    purple_core_quit(); /* logs out, which saves the buddy lists */
    return 0;
}
