#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>

enum { HEX_TEXTS = 8, HEX_LENGTH = 11, READ_BYTES = 65536 };

struct listener {
    GMainLoop *loop;
    lines_handler handler;
    GString *unread; /* the start of a line whose end has not come */
};

static char *unescape(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length);
    for (gsize i = 0; i < length; i++) {
        if (text[i] != '\\' || i + 1 == length) {
            g_string_append_c(out, text[i]);
            continue;
        }
        char code = text[++i];
        g_string_append_c(out, code == 't' ? '\t' : code == 'n' ? '\n' : code == 'r' ? '\r' : code);
    }
    return g_string_free(out, FALSE);
}

static void append_escaped(GString *line, const char *text)
{
    for (; text && *text; text++) {
        switch (*text) {
        case '\t': g_string_append(line, "\\t"); break;
        case '\n': g_string_append(line, "\\n"); break;
        case '\r': g_string_append(line, "\\r"); break;
        case '\\': g_string_append(line, "\\\\"); break;
        default: g_string_append_c(line, *text);
        }
    }
}

static void handle(struct listener *listener, const char *line, gsize length)
{
    if (length == 0)
        return;

    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const char *end = line + length;
    for (const char *word = line; word <= end;) {
        const char *tab = memchr(word, '\t', (gsize)(end - word));
        const char *stop = tab ? tab : end;
        g_ptr_array_add(words, unescape(word, (gsize)(stop - word)));
        word = stop + 1;
    }
    guint count = words->len;
    g_ptr_array_add(words, NULL);
    listener->handler((char **)words->pdata, count);
    g_ptr_array_free(words, TRUE);
}

static gboolean on_stdin(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    struct listener *listener = data;
    char bytes[READ_BYTES];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (got <= 0) {
        g_main_loop_quit(listener->loop);
        return G_SOURCE_REMOVE;
    }

    g_string_append_len(listener->unread, bytes, got);
    char *newline;
    while ((newline = memchr(listener->unread->str, '\n', listener->unread->len)) != NULL) {
        gsize length = (gsize)(newline - listener->unread->str);
        /* A copy, for the handler may run a nested loop that reads more. */
        char *line = g_strndup(listener->unread->str, length);
        g_string_erase(listener->unread, 0, (gssize)length + 1);
        handle(listener, line, length);
        g_free(line);
    }
    return G_SOURCE_CONTINUE;
}

void lines_listen(GMainLoop *loop, lines_handler handler)
{
    static struct listener listener;
    listener = (struct listener){ loop, handler, g_string_new(NULL) };
    g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, &listener);
}

gboolean lines_dispatch(const struct lines_command *table, char **words, guint count)
{
    while (table->verb && strcmp(table->verb, words[0]) != 0)
        table++;
    if (!table->verb)
        return FALSE;

    if (count < 2 + table->words_min)
        lines_error(count > 1 ? words[1] : "-", "%s needs a login and %u more words", words[0], table->words_min);
    else
        table->run(words, count);
    return TRUE;
}

void lines_event(const char *name, const char *login, ...)
{
    GString *line = g_string_new(name);
    g_string_append_c(line, '\t');
    append_escaped(line, login);

    va_list pairs;
    va_start(pairs, login);
    for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
        g_string_append_printf(line, "\t%s=", key);
        append_escaped(line, va_arg(pairs, const char *));
    }
    va_end(pairs);

    g_string_append_c(line, '\n');
    fwrite(line->str, 1, line->len, stdout);
    fflush(stdout);
    g_string_free(line, TRUE);
}

void lines_error(const char *login, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    lines_event("error", login, "text", text, NULL);
    g_free(text);
}

const char *lines_hex(guint32 number)
{
    static char texts[HEX_TEXTS][HEX_LENGTH];
    static guint next;
    char *text = texts[next++ % HEX_TEXTS];
    g_snprintf(text, HEX_LENGTH, "0x%08x", number);
    return text;
}

const char *lines_option(char **words, const char *key)
{
    gsize length = strlen(key);
    for (; *words; words++)
        if (strncmp(*words, key, length) == 0 && (*words)[length] == '=')
            return *words + length + 1;
    return NULL;
}
