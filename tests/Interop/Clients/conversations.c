#include <stdlib.h>
#include <string.h>

#include "services.h"

/* --- events ------------------------------------------------------------------------------------------------------- */

static struct login *login_of_conversation(struct mwConversation *conversation)
{
    struct mwServiceIm *im = mwConversation_getService(conversation);
    return login_of(mwService_getSession(MW_SERVICE(im)));
}

static const char *peer_of(struct mwConversation *conversation)
{
    return mwConversation_getTarget(conversation)->user;
}

static void on_opened(struct mwConversation *conversation)
{
    struct login *login = login_of_conversation(conversation);
    struct mwLoginInfo *peer = mwConversation_getTargetInfo(conversation);
    lines_event("im-open", login->name, "peer", peer_of(conversation), "login", peer ? peer->login_id : NULL,
        "display", peer ? peer->user_name : NULL, "cipher", login->cipher,
        "features", lines_hex((guint32)mwConversation_getClientType(conversation)), NULL);
}

static void on_closed(struct mwConversation *conversation, guint32 reason)
{
    lines_event("im-closed", login_of_conversation(conversation)->name, "peer", peer_of(conversation),
        "reason", lines_hex(reason), NULL);
}

static void on_received(struct mwConversation *conversation, enum mwImSendType type, gconstpointer message)
{
    struct login *login = login_of_conversation(conversation);
    const char *kind = type == mwImSend_PLAIN ? "plain"
        : type == mwImSend_HTML ? "html"
        : type == mwImSend_MIME ? "mime"
        : type == mwImSend_SUBJECT ? "subject"
        : "other";

    if (type == mwImSend_TYPING)
        lines_event("im-typing", login->name, "peer", peer_of(conversation), "typing", GPOINTER_TO_INT(message) ? "1" : "0", NULL);
    else
        lines_event("im-text", login->name, "peer", peer_of(conversation), "kind", kind,
            "encrypted", login->message_encrypted ? "1" : "0", "text", (const char *)message, NULL);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static struct mwImHandler im_handler = {
    .conversation_opened = on_opened,
    .conversation_closed = on_closed,
    .conversation_recv = on_received,
};

void conversations_add(struct login *login, gboolean rich)
{
    login->im = mwServiceIm_new(login->session, &im_handler);
    mwServiceIm_setClientType(login->im, rich ? mwImClient_NOTESBUDDY : mwImClient_PLAIN);
    mwSession_addService(login->session, MW_SERVICE(login->im));
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

static struct mwConversation *conversation_with(struct login *login, char *peer)
{
    struct mwIdBlock target = { .user = peer, .community = NULL };
    return mwServiceIm_getConversation(login->im, &target);
}

/* im-open LOGIN PEER: what the channel is offered to be encrypted with was said at connect. */
static void run_open(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwConversation_open(conversation_with(login, words[2]));
}

/* im-close LOGIN PEER */
static void run_close(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwConversation_close(conversation_with(login, words[2]), 0);
}

static void send_message(char **words, enum mwImSendType type, gconstpointer message)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    struct mwConversation *conversation = conversation_with(login, words[2]);
    if (!mwConversation_isOpen(conversation))
        lines_error(login->name, "the conversation with %s is not open", words[2]);
    else if (mwConversation_send(conversation, type, message) != 0)
        lines_error(login->name, "the message to %s was not sent", words[2]);
}

/* im-send LOGIN PEER TEXT [plain|html] */
static void run_send(char **words, guint count)
{
    gboolean html = count > 4 && strcmp(words[4], "html") == 0;
    send_message(words, html ? mwImSend_HTML : mwImSend_PLAIN, words[3]);
}

/* im-number LOGIN PEER COUNT PREFIX: sends "PREFIX 1" to "PREFIX COUNT" as fast as the socket takes them. */
static void run_number(char **words, guint count G_GNUC_UNUSED)
{
    unsigned long total = strtoul(words[3], NULL, 10);
    for (unsigned long i = 1; i <= total; i++) {
        char *text = g_strdup_printf("%s %lu", words[4], i);
        send_message(words, mwImSend_PLAIN, text);
        g_free(text);
    }
}

/* im-typing LOGIN PEER 1|0 */
static void run_typing(char **words, guint count G_GNUC_UNUSED)
{
    send_message(words, mwImSend_TYPING, GINT_TO_POINTER(words[3][0] == '1'));
}

const struct lines_command conversation_commands[] = {
    { "im-open", 1, run_open },
    { "im-close", 1, run_close },
    { "im-send", 2, run_send },
    { "im-number", 3, run_number },
    { "im-typing", 2, run_typing },
    { NULL, 0, NULL },
};
