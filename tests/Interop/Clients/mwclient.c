/* A driver on the unmodified libmeanwhile: many logins in one process, one thread. The line protocol is in lines.h, the commands
 * are in the tables of login.c, presence.c, conversations.c and lookups.c.
 */
#include <stdio.h>

#include "lines.h"
#include "login.h"
#include "services.h"

static void on_line(char **words, guint count)
{
    if (!lines_dispatch(login_commands, words, count)
        && !lines_dispatch(presence_commands, words, count)
        && !lines_dispatch(conversation_commands, words, count)
        && !lines_dispatch(lookup_commands, words, count))
        lines_error(count > 1 ? words[1] : "-", "there is no command %s", words[0]);
}

/* The library's own chatter goes to stderr, where the harness keeps it; stdout is for events alone. */
static void on_log(const gchar *domain, GLogLevelFlags level G_GNUC_UNUSED, const gchar *message, gpointer data G_GNUC_UNUSED)
{
    fprintf(stderr, "%s: %s\n", domain ? domain : "-", message);
}

int main(void)
{
    g_log_set_default_handler(on_log, NULL);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    lines_listen(loop, on_line);
    lines_event("ready", "-", "client", "libmeanwhile", NULL);
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    return 0;
}
