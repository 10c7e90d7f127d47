#include <stdlib.h>

#include "services.h"

void lookups_add(struct login *login)
{
    login->resolve = mwServiceResolve_new(login->session);
    mwSession_addService(login->session, MW_SERVICE(login->resolve));
    login->storage = mwServiceStorage_new(login->session);
    mwSession_addService(login->session, MW_SERVICE(login->storage));
}

/* --- storage ------------------------------------------------------------------------------------------------------ */

static void tell_item(struct mwServiceStorage *storage, const char *event, guint32 result, struct mwStorageUnit *item)
{
    struct login *login = login_of(mwService_getSession(MW_SERVICE(storage)));
    char *text = mwStorageUnit_asString(item);
    char *length = g_strdup_printf("%" G_GSIZE_FORMAT, mwStorageUnit_asOpaque(item)->len);
    lines_event(event, login->name, "key", lines_hex(mwStorageUnit_getKey(item)), "result", lines_hex(result),
        "length", length, "text", text, NULL);
    g_free(length);
    g_free(text);
}

static void on_stored(struct mwServiceStorage *storage, guint32 result, struct mwStorageUnit *item, gpointer data G_GNUC_UNUSED)
{
    tell_item(storage, "stored", result, item);
}

static void on_loaded(struct mwServiceStorage *storage, guint32 result, struct mwStorageUnit *item, gpointer data G_GNUC_UNUSED)
{
    tell_item(storage, "loaded", result, item);
}

/* store LOGIN KEY TEXT: the value is a String inside the Opaque, as official clients store text. */
static void run_store(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    struct mwStorageUnit *item = mwStorageUnit_newString((guint32)strtoul(words[2], NULL, 0), words[3]);
    mwServiceStorage_save(login->storage, item, on_stored, NULL, NULL);
}

/* load LOGIN KEY */
static void run_load(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    struct mwStorageUnit *item = mwStorageUnit_new((guint32)strtoul(words[2], NULL, 0));
    mwServiceStorage_load(login->storage, item, on_loaded, NULL, NULL);
}

/* --- resolve ------------------------------------------------------------------------------------------------------ */

static void on_resolved(struct mwServiceResolve *resolve, guint32 id G_GNUC_UNUSED, guint32 code, GList *results,
    gpointer data G_GNUC_UNUSED)
{
    struct login *login = login_of(mwService_getSession(MW_SERVICE(resolve)));
    for (GList *r = results; r; r = r->next) {
        const struct mwResolveResult *result = r->data;
        GString *ids = g_string_new(NULL);
        for (GList *m = result->matches; m; m = m->next) {
            const struct mwResolveMatch *match = m->data;
            g_string_append_printf(ids, "%s%s|%s|%u", ids->len > 0 ? "\n" : "", match->id, match->name, match->type);
        }
        lines_event("resolved", login->name, "name", result->name, "code", lines_hex(result->code), "overall", lines_hex(code),
            "matches", ids->str, NULL);
        g_string_free(ids, TRUE);
    }
    lines_event("resolve-done", login->name, "code", lines_hex(code), NULL);
}

/* resolve LOGIN FLAGS NAME... */
static void run_resolve(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    GList *names = NULL;
    for (guint i = 3; i < count; i++)
        names = g_list_append(names, words[i]);
    if (mwServiceResolve_resolve(login->resolve, names, (enum mwResolveFlag)strtoul(words[2], NULL, 0), on_resolved, NULL, NULL)
            == SEARCH_ERROR)
        lines_error(login->name, "the request could not be sent");
    g_list_free(names);
}

const struct lines_command lookup_commands[] = {
    { "store", 2, run_store },
    { "load", 1, run_load },
    { "resolve", 2, run_resolve },
    { NULL, 0, NULL },
};
