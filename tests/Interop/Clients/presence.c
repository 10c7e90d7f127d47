#include <stdlib.h>
#include <string.h>

#include "services.h"

static const char *const flags[] = { "0", "1" };

/* --- events ------------------------------------------------------------------------------------------------------- */

static struct login *login_of_list(struct mwAwareList *list)
{
    return mwAwareList_getClientData(list);
}

static void on_aware(struct mwAwareList *list, struct mwAwareSnapshot *seen)
{
    lines_event("aware", login_of_list(list)->name, "user", seen->id.user, "group", seen->group,
        "online", flags[seen->online != 0], "status", lines_hex(seen->online ? seen->status.status : 0),
        "text", seen->online ? seen->status.desc : NULL, "display", seen->online ? seen->name : NULL, NULL);
}

static void on_attribute(struct mwAwareList *list, struct mwAwareIdBlock *id, struct mwAwareAttribute *attribute)
{
    char *text = mwAwareAttribute_asString(attribute);
    lines_event("attribute", login_of_list(list)->name, "user", id->user, "key", lines_hex(mwAwareAttribute_getKey(attribute)),
        "text", text, NULL);
    g_free(text);
}

void presence_on_privacy(struct mwSession *session)
{
    const struct mwPrivacyInfo *privacy = mwSession_getPrivacyInfo(session);
    GString *users = g_string_new(NULL);
    for (guint32 i = 0; i < privacy->count; i++)
        g_string_append_printf(users, "%s%s", i > 0 ? " " : "", privacy->users[i].id);
    lines_event("privacy", login_of(session)->name, "mode", privacy->deny ? "deny" : "allow", "users", users->str, NULL);
    g_string_free(users, TRUE);
}

void presence_on_status(struct mwSession *session)
{
    const struct mwUserStatus *status = mwSession_getUserStatus(session);
    lines_event("my-status", login_of(session)->name, "status", lines_hex(status->status), "text", status->desc, NULL);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static struct mwAwareHandler aware_handler;

static struct mwAwareListHandler list_handler = {
    .on_aware = on_aware,
    .on_attrib = on_attribute,
};

void presence_add(struct login *login)
{
    login->aware = mwServiceAware_new(login->session, &aware_handler);
    mwSession_addService(login->session, MW_SERVICE(login->aware));
    login->watched = mwAwareList_new(login->aware, &list_handler);
    mwAwareList_setClientData(login->watched, login, NULL);
}

void presence_remove(struct login *login)
{
    mwAwareList_free(login->watched);
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

static void watch(char **words, guint count, guint16 kind, int (*change)(struct mwAwareList *, GList *))
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    GList *ids = NULL;
    for (guint i = 2; i < count; i++) {
        struct mwAwareIdBlock *id = g_new0(struct mwAwareIdBlock, 1);
        id->type = kind;
        id->user = words[i];
        ids = g_list_append(ids, id);
    }
    change(login->watched, ids);
    g_list_free_full(ids, g_free);
}

/* watch LOGIN USER... */
static void run_watch(char **words, guint count)
{
    watch(words, count, mwAware_USER, mwAwareList_addAware);
}

/* unwatch LOGIN USER... */
static void run_unwatch(char **words, guint count)
{
    watch(words, count, mwAware_USER, mwAwareList_removeAware);
}

/* watch-group LOGIN GROUP... */
static void run_watch_group(char **words, guint count)
{
    watch(words, count, mwAware_GROUP, mwAwareList_addAware);
}

/* attribute-set LOGIN KEY TEXT */
static void run_attribute_set(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwServiceAware_setAttributeString(login->aware, (guint32)strtoul(words[2], NULL, 0), words[3]);
}

/* attribute-unset LOGIN KEY */
static void run_attribute_unset(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwServiceAware_unsetAttribute(login->aware, (guint32)strtoul(words[2], NULL, 0));
}

/* attribute-watch LOGIN KEY... */
static void run_attribute_watch(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    /* One by one: the library's call for an array of keys never ends. */
    for (guint i = 2; i < count; i++)
        mwAwareList_watchAttributes(login->watched, (guint32)strtoul(words[i], NULL, 0), NULL);
}

static guint16 status_named(const char *name)
{
    return strcmp(name, "active") == 0 ? mwStatus_ACTIVE
        : strcmp(name, "away") == 0 ? mwStatus_AWAY
        : strcmp(name, "idle") == 0 ? mwStatus_IDLE
        : strcmp(name, "dnd") == 0 ? mwStatus_BUSY
        : (guint16)strtoul(name, NULL, 0);
}

/* status LOGIN active|away|idle|dnd|NUMBER [TEXT] */
static void run_status(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    struct mwUserStatus status = { .status = status_named(words[2]), .time = 0, .desc = count > 3 ? words[3] : NULL };
    mwSession_setUserStatus(login->session, &status);
}

/* privacy LOGIN deny|allow [USER...]: who may not, or who alone may, see this user. */
static void run_privacy(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    struct mwPrivacyInfo privacy = { .deny = strcmp(words[2], "deny") == 0, .count = count - 3 };
    privacy.users = g_new0(struct mwUserItem, count);
    for (guint i = 3; i < count; i++)
        privacy.users[i - 3].id = words[i];
    mwSession_setPrivacyInfo(login->session, &privacy);
    g_free(privacy.users);
}

const struct lines_command presence_commands[] = {
    { "watch", 1, run_watch },
    { "unwatch", 1, run_unwatch },
    { "watch-group", 1, run_watch_group },
    { "attribute-set", 2, run_attribute_set },
    { "attribute-unset", 1, run_attribute_unset },
    { "attribute-watch", 1, run_attribute_watch },
    { "status", 1, run_status },
    { "privacy", 1, run_privacy },
    { NULL, 0, NULL },
};
