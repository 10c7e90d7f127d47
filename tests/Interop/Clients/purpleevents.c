#include <string.h>

#include "purpleclient.h"

static int handle; /* its address identifies us to libpurple's signals */

/* --- signals ------------------------------------------------------------------------------------------------------ */

static void on_signed_on(PurpleConnection *connection)
{
    lines_event("signed-on", login_name(purple_connection_get_account(connection)),
        "display", purple_connection_get_display_name(connection), NULL);
}

static void on_signed_off(PurpleConnection *connection)
{
    lines_event("signed-off", login_name(purple_connection_get_account(connection)), NULL);
}

static void on_message(PurpleAccount *account, char *sender, char *html, PurpleConversation *conversation G_GNUC_UNUSED,
    PurpleMessageFlags flags G_GNUC_UNUSED)
{
    char *text = purple_markup_strip_html(html);
    lines_event("im-text", login_name(account), "peer", sender, "text", text, NULL);
    g_free(text);
}

static void on_typing(PurpleAccount *account, const char *who)
{
    lines_event("im-typing", login_name(account), "peer", who, "typing", "1", NULL);
}

static void on_typing_stopped(PurpleAccount *account, const char *who)
{
    lines_event("im-typing", login_name(account), "peer", who, "typing", "0", NULL);
}

/* The line that Pidgin shows below a buddy's name; it comes from the plugin, not from the status. */
static char *text_below(PurpleBuddy *buddy)
{
    PurplePlugin *plugin = purple_find_prpl(purple_account_get_protocol_id(purple_buddy_get_account(buddy)));
    PurplePluginProtocolInfo *info = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);
    return info->status_text ? info->status_text(buddy) : NULL;
}

static void tell_presence(PurpleBuddy *buddy)
{
    PurplePresence *presence = purple_buddy_get_presence(buddy);
    PurpleStatus *status = purple_presence_get_active_status(presence);
    char *text = text_below(buddy);
    lines_event("presence", login_name(purple_buddy_get_account(buddy)), "user", purple_buddy_get_name(buddy),
        "online", purple_presence_is_online(presence) ? "1" : "0", "status", purple_status_get_id(status),
        "idle", purple_presence_is_idle(presence) ? "1" : "0", "text", text, NULL);
    g_free(text);
}

static void on_status_changed(PurpleBuddy *buddy, PurpleStatus *before G_GNUC_UNUSED, PurpleStatus *after G_GNUC_UNUSED)
{
    tell_presence(buddy);
}

static void on_idle_changed(PurpleBuddy *buddy, gint before G_GNUC_UNUSED, gint after G_GNUC_UNUSED)
{
    tell_presence(buddy);
}

static void on_buddy(PurpleBuddy *buddy, const char *event)
{
    PurpleGroup *group = purple_buddy_get_group(buddy);
    lines_event(event, login_name(purple_buddy_get_account(buddy)), "user", purple_buddy_get_name(buddy),
        "group", group ? purple_group_get_name(group) : NULL, NULL);
}

static void on_buddy_added(PurpleBuddy *buddy)
{
    on_buddy(buddy, "buddy-added");
}

static void on_buddy_removed(PurpleBuddy *buddy)
{
    on_buddy(buddy, "buddy-removed");
}

static void listen_to(void *instance, const char *signal, PurpleCallback function)
{
    purple_signal_connect(instance, signal, &handle, function, NULL);
}

/* --- what libpurple tells its user -------------------------------------------------------------------------------- */

/* Lines in a conversation window that nobody wrote: errors and remarks of the system. */
static void on_window_line(PurpleConversation *conversation, const char *name G_GNUC_UNUSED, const char *alias G_GNUC_UNUSED,
    const char *html, PurpleMessageFlags flags, time_t when G_GNUC_UNUSED)
{
    if (!(flags & (PURPLE_MESSAGE_ERROR | PURPLE_MESSAGE_SYSTEM)))
        return;
    char *text = purple_markup_strip_html(html);
    lines_event(flags & PURPLE_MESSAGE_ERROR ? "im-error" : "im-remark", login_name(purple_conversation_get_account(conversation)),
        "peer", purple_conversation_get_name(conversation), "text", text, NULL);
    g_free(text);
}

static void *on_notice(PurpleNotifyMsgType type G_GNUC_UNUSED, const char *title, const char *primary, const char *secondary)
{
    lines_event("notice", "-", "title", title, "text", primary, "detail", secondary, NULL);
    return NULL;
}

static void *on_question(const char *title, const char *primary, const char *secondary, int default_action G_GNUC_UNUSED,
    PurpleAccount *account, const char *who, PurpleConversation *conversation G_GNUC_UNUSED, void *data G_GNUC_UNUSED,
    size_t count G_GNUC_UNUSED, va_list actions G_GNUC_UNUSED)
{
    lines_event("question", account ? login_name(account) : "-", "title", title, "text", primary, "detail", secondary,
        "user", who, NULL);
    return NULL;
}

static void *on_form(const char *title, const char *primary, const char *secondary, PurpleRequestFields *fields G_GNUC_UNUSED,
    const char *ok_text G_GNUC_UNUSED, GCallback ok G_GNUC_UNUSED, const char *cancel_text G_GNUC_UNUSED,
    GCallback cancel G_GNUC_UNUSED, PurpleAccount *account, const char *who, PurpleConversation *conversation G_GNUC_UNUSED,
    void *data G_GNUC_UNUSED)
{
    lines_event("question", account ? login_name(account) : "-", "title", title, "text", primary, "detail", secondary,
        "user", who, NULL);
    return NULL;
}

static PurpleConversationUiOps conversation_operations = { .write_conv = on_window_line };
static PurpleNotifyUiOps notify_operations = { .notify_message = on_notice };
static PurpleRequestUiOps request_operations = { .request_action = on_question, .request_fields = on_form };

void events_before_core(void)
{
    purple_conversations_set_ui_ops(&conversation_operations);
    purple_notify_set_ui_ops(&notify_operations);
    purple_request_set_ui_ops(&request_operations);
}

void events_after_core(void)
{
    listen_to(purple_connections_get_handle(), "signed-on", PURPLE_CALLBACK(on_signed_on));
    listen_to(purple_connections_get_handle(), "signed-off", PURPLE_CALLBACK(on_signed_off));
    listen_to(purple_conversations_get_handle(), "received-im-msg", PURPLE_CALLBACK(on_message));
    listen_to(purple_conversations_get_handle(), "buddy-typing", PURPLE_CALLBACK(on_typing));
    listen_to(purple_conversations_get_handle(), "buddy-typing-stopped", PURPLE_CALLBACK(on_typing_stopped));
    listen_to(purple_blist_get_handle(), "buddy-signed-on", PURPLE_CALLBACK(tell_presence));
    listen_to(purple_blist_get_handle(), "buddy-signed-off", PURPLE_CALLBACK(tell_presence));
    listen_to(purple_blist_get_handle(), "buddy-status-changed", PURPLE_CALLBACK(on_status_changed));
    listen_to(purple_blist_get_handle(), "buddy-idle-changed", PURPLE_CALLBACK(on_idle_changed));
    listen_to(purple_blist_get_handle(), "buddy-added", PURPLE_CALLBACK(on_buddy_added));
    listen_to(purple_blist_get_handle(), "buddy-removed", PURPLE_CALLBACK(on_buddy_removed));
}
