/* The line protocol that both drivers speak with the tests.
 *
 * One command or event a line, words separated by a tab. In a word \t, \n, \r and \\ stand for the bytes that would break the line.
 *
 *   command   verb <tab> login <tab> word ...
 *   event     name <tab> login <tab> key=value <tab> key=value ...
 *
 * The login is a name which the tests invent. Every line is flushed at once. When stdin ends, so does the driver:
 * no driver outlives the test run that started it.
 */
#ifndef LINES_H
#define LINES_H

#include <glib.h>

/* What a driver does with one command. Words are unescaped and followed by a NULL. */
typedef void (*lines_handler)(char **words, guint count);

/* A command: how many words it needs after verb and login, and what it does. */
struct lines_command {
    const char *verb;
    guint words_min;
    void (*run)(char **words, guint count);
};

/* Calls the handler for each line of stdin; leaves the loop at its end. */
void lines_listen(GMainLoop *loop, lines_handler handler);

/* Runs the command if the table, which ends with a verb of NULL, has it. */
gboolean lines_dispatch(const struct lines_command *table, char **words, guint count);

/* Writes one event: pairs of key and value, ended by a NULL key. A NULL value is written as an empty one. */
void lines_event(const char *name, const char *login, ...) G_GNUC_NULL_TERMINATED;

/* Answers a command that cannot be done. */
void lines_error(const char *login, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A number as 0x0000002a; the text stays valid for the next seven calls. */
const char *lines_hex(guint32 number);

/* Looks for key=value among the words; NULL if it is not there. */
const char *lines_option(char **words, const char *key);

#endif
