#include "login.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>
#include <mw_error.h>

#include "lines.h"
#include "services.h"
#include "tap.h"

enum { READ_BYTES = 65536, LENGTH_BYTES = 4, FRAME_BYTES_MAX = 16 * 1024 * 1024, CLIENT_TYPE = mwLogin_MEANWHILE };

static GHashTable *logins; /* by name; a login that has ended is no longer here */

static void write_unsent(struct login *login);

struct login *login_find(const char *name)
{
    struct login *login = logins ? g_hash_table_lookup(logins, name) : NULL;
    if (!login)
        lines_error(name, "no such login");
    return login;
}

struct login *login_of(struct mwSession *session)
{
    return mwSession_getClientData(session);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void free_service(struct login *login, guint32 type)
{
    struct mwService *service = mwSession_removeService(login->session, type);
    if (service)
        mwService_free(service);
}

/* In an idle call, for the end is noticed inside call-backs of the library. */
static gboolean free_login(gpointer data)
{
    struct login *login = data;

    presence_remove(login);
    free_service(login, mwService_AWARE);
    free_service(login, mwService_IM);
    free_service(login, mwService_RESOLVE);
    free_service(login, mwService_STORAGE);
    mwSession_removeCipher(login->session, mwCipher_RC2_40);
    mwSession_removeCipher(login->session, mwCipher_RC2_128);
    mwSession_free(login->session);
    if (login->rc2_40)
        mwCipher_free(login->rc2_40);
    if (login->rc2_128)
        mwCipher_free(login->rc2_128);

    g_byte_array_free(login->received, TRUE);
    g_byte_array_free(login->unsent, TRUE);
    g_free(login->password);
    g_free(login->name);
    g_free(login);
    return G_SOURCE_REMOVE;
}

/* Closes the socket and tells the tests, once. "by" says who ended it: client, server (with a reason) or network. */
static void end_login(struct login *login, const char *by, const char *detail)
{
    if (login->ended)
        return;
    login->ended = TRUE;

    if (login->reading)
        g_source_remove(login->reading);
    if (login->writing)
        g_source_remove(login->writing);
    close(login->socket);
    g_hash_table_remove(logins, login->name);
    lines_event("ended", login->name, "by", by, "reason", lines_hex(login->reason), "detail", detail, NULL);
    g_idle_add(free_login, login);
}

static void end_by_request(struct login *login)
{
    end_login(login, login->leaving ? "client" : "server", NULL);
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

static void tell_started_services(struct login *login)
{
    struct { struct mwService *service; const char *name; } all[] = {
        { MW_SERVICE(login->aware), "aware" },
        { MW_SERVICE(login->resolve), "resolve" },
        { MW_SERVICE(login->storage), "storage" },
        { MW_SERVICE(login->im), "im" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        guint bit = 1u << i;
        gboolean started = MW_SERVICE_IS_STARTED(all[i].service);
        if (started == ((login->services_started & bit) != 0))
            continue;
        login->services_started ^= bit;
        lines_event("service", login->name, "name", all[i].name, "state", started ? "started" : "stopped", NULL);
    }
}

/* Hands each whole frame to the library. Bytes with the top bit set between frames are keep-alives. */
static void take_frames(struct login *login)
{
    guint at = 0;
    while (!login->ended && at < login->received->len) {
        guint8 *start = login->received->data + at;
        if (*start & 0x80) {
            at++;
            continue;
        }
        if (login->received->len - at < LENGTH_BYTES)
            break;
        guint32 length = (guint32)start[0] << 24 | (guint32)start[1] << 16 | (guint32)start[2] << 8 | start[3];
        if (length > FRAME_BYTES_MAX) {
            end_login(login, "network", "a frame is too long to be true");
            return;
        }
        if (login->received->len - at < LENGTH_BYTES + length)
            break;
        at += LENGTH_BYTES + length;
        if (length == 0)
            continue;

        GByteArray *frame = g_byte_array_new();
        g_byte_array_append(frame, start, LENGTH_BYTES + length);
        tap_incoming(login, frame);
        mwSession_recv(login->session, frame->data, frame->len);
        g_byte_array_free(frame, TRUE);
        if (!login->ended)
            tell_started_services(login);
    }
    if (at > 0)
        g_byte_array_remove_range(login->received, 0, MIN(at, login->received->len));
}

static gboolean on_readable(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    struct login *login = data;
    guint8 bytes[READ_BYTES];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (got <= 0) {
        login->reading = 0;
        end_login(login, login->leaving ? "client" : "network", got == 0 ? "end of stream" : g_strerror(errno));
        return G_SOURCE_REMOVE;
    }
    g_byte_array_append(login->received, bytes, (guint)got);
    take_frames(login);
    return login->ended ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void watch_reading(struct login *login)
{
    if (!login->reading)
        login->reading = g_unix_fd_add(login->socket, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, login);
}

static gboolean on_writable(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    struct login *login = data;
    login->writing = 0;
    if (login->connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            end_login(login, "network", g_strerror(error));
            return G_SOURCE_REMOVE;
        }
        login->connecting = FALSE;
        lines_event("connected", login->name, NULL);
        watch_reading(login);
        mwSession_start(login->session);
    }
    write_unsent(login);
    return G_SOURCE_REMOVE;
}

static void write_unsent(struct login *login)
{
    while (!login->ended && !login->connecting && login->unsent->len > 0) {
        ssize_t put = send(login->socket, login->unsent->data, login->unsent->len, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno != EAGAIN) {
            /* What the server said before it closed is still to be read: the reason may be there. Reading finds the end. */
            g_byte_array_set_size(login->unsent, 0);
            break;
        }
        if (put < 0)
            break;
        g_byte_array_remove_range(login->unsent, 0, (guint)put);
    }
    if (login->ended)
        return;
    if (login->unsent->len > 0 && !login->writing)
        login->writing = g_unix_fd_add(login->socket, G_IO_OUT, on_writable, login);
    else if (login->unsent->len == 0 && login->closing)
        end_by_request(login);
}

/* --- what the session asks of us ---------------------------------------------------------------------------------- */

static int io_write(struct mwSession *session, const guchar *bytes, gsize length)
{
    struct login *login = login_of(session);
    if (login->ended)
        return 0;
    GByteArray *frame = g_byte_array_new();
    g_byte_array_append(frame, bytes, (guint)length);
    if (length > LENGTH_BYTES + 8)
        tap_outgoing(login, frame);
    g_byte_array_append(login->unsent, frame->data, frame->len);
    g_byte_array_free(frame, TRUE);
    write_unsent(login);
    return 0;
}

static void io_close(struct mwSession *session)
{
    struct login *login = login_of(session);
    login->closing = TRUE;
    if (!login->ended && (login->unsent->len == 0 || login->connecting))
        end_by_request(login);
}

static void on_state_change(struct mwSession *session, enum mwSessionState state, gpointer info)
{
    struct login *login = login_of(session);
    if (login->ended)
        return;

    switch (state) {
    case mwSession_STARTED: {
        const struct mwLoginInfo *me = mwSession_getLoginInfo(session);
        lines_event("login", login->name, "login", me->login_id, "user", me->user_id, "display", me->user_name,
            "community", me->community, NULL);
        tell_started_services(login);
        break;
    }
    case mwSession_LOGIN_REDIR:
        lines_event("redirect", login->name, "host", (const char *)info, NULL);
        break;
    case mwSession_STOPPING:
        login->reason = GPOINTER_TO_UINT(info);
        break;
    default:
        break;
    }
}

static void on_admin(struct mwSession *session, const char *text)
{
    lines_event("admin", login_of(session)->name, "text", text, NULL);
}

static void on_announce(struct mwSession *session, struct mwLoginInfo *from, gboolean may_reply, const char *text)
{
    lines_event("announce", login_of(session)->name, "from", from ? from->user_id : NULL, "reply", may_reply ? "1" : "0",
        "text", text, NULL);
}

static struct mwSessionHandler session_handler = {
    .io_write = io_write,
    .io_close = io_close,
    .on_stateChange = on_state_change,
    .on_setPrivacyInfo = presence_on_privacy,
    .on_setUserStatus = presence_on_status,
    .on_admin = on_admin,
    .on_announce = on_announce,
};

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* Starts connecting; -1 when that failed at once, which has then been told as the end of the login. */
static int connect_socket(const char *name, const char *host, const char *port)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct addrinfo *addresses = NULL;
    int failure = getaddrinfo(host, port, &hints, &addresses);
    if (failure != 0) {
        lines_event("ended", name, "by", "network", "reason", lines_hex(0), "detail", gai_strerror(failure), NULL);
        return -1;
    }

    int fd = socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    failure = connect(fd, addresses->ai_addr, addresses->ai_addrlen) == 0 || errno == EINPROGRESS ? 0 : errno;
    freeaddrinfo(addresses);
    if (failure != 0) {
        lines_event("ended", name, "by", "network", "reason", lines_hex(0), "detail", g_strerror(failure), NULL);
        close(fd);
        return -1;
    }
    return fd;
}

static void add_ciphers(struct login *login, const char *wanted)
{
    gboolean both = !wanted || strcmp(wanted, "both") == 0;
    if (both || strcmp(wanted, "rc2_40") == 0) {
        login->rc2_40 = mwCipher_new_RC2_40(login->session);
        mwSession_addCipher(login->session, login->rc2_40);
    }
    if (both || strcmp(wanted, "rc2_128") == 0) {
        login->rc2_128 = mwCipher_new_RC2_128(login->session);
        mwSession_addCipher(login->session, login->rc2_128);
    }
}

static enum login_auth auth_named(const char *name)
{
    return !name ? AUTH_AUTO
        : strcmp(name, "plain") == 0 ? AUTH_PLAIN
        : strcmp(name, "token") == 0 ? AUTH_TOKEN
        : strcmp(name, "rc2_40") == 0 ? AUTH_RC2_40
        : AUTH_AUTO;
}

/* connect LOGIN HOST PORT USER PASSWORD [auth=rc2_128|rc2_40|plain|token] [ciphers=both|rc2_40|rc2_128|none] [features=plain|rich] */
static void run_connect(char **words, guint count G_GNUC_UNUSED)
{
    if (!logins)
        logins = g_hash_table_new(g_str_hash, g_str_equal);
    if (g_hash_table_contains(logins, words[1])) {
        lines_error(words[1], "this login is in use");
        return;
    }

    int fd = connect_socket(words[1], words[2], words[3]);
    if (fd < 0)
        return;

    struct login *login = g_new0(struct login, 1);
    login->name = g_strdup(words[1]);
    login->password = g_strdup(words[5]);
    login->auth = auth_named(lines_option(words + 6, "auth"));
    login->socket = fd;
    login->connecting = TRUE;
    login->received = g_byte_array_new();
    login->unsent = g_byte_array_new();
    login->cipher = "none";
    g_hash_table_insert(logins, login->name, login);

    login->session = mwSession_new(&session_handler);
    mwSession_setClientData(login->session, login, NULL);
    mwSession_setProperty(login->session, mwSession_AUTH_USER_ID, g_strdup(words[4]), g_free);
    mwSession_setProperty(login->session, mwSession_AUTH_PASSWORD, g_strdup(words[5]), g_free);
    mwSession_setProperty(login->session, mwSession_CLIENT_TYPE_ID, GUINT_TO_POINTER(CLIENT_TYPE), NULL);
    add_ciphers(login, lines_option(words + 6, "ciphers"));

    presence_add(login);
    const char *features = lines_option(words + 6, "features");
    conversations_add(login, features && strcmp(features, "rich") == 0);
    lookups_add(login);

    login->writing = g_unix_fd_add(fd, G_IO_OUT | G_IO_HUP | G_IO_ERR, on_writable, login);
}

/* logout LOGIN */
static void run_logout(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    login->leaving = TRUE;
    mwSession_stop(login->session, ERR_SUCCESS);
}

/* kill LOGIN [reset]: the socket goes without a word, with FIN or with RST. */
static void run_kill(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    if (count > 2 && strcmp(words[2], "reset") == 0) {
        struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
        setsockopt(login->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    login->leaving = TRUE;
    end_login(login, "client", "killed");
}

/* pause LOGIN, resume LOGIN: stops and starts reading from the socket. */
static void run_pause(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login && login->reading) {
        g_source_remove(login->reading);
        login->reading = 0;
    }
}

static void run_resume(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login && !login->connecting)
        watch_reading(login);
}

/* force LOGIN: stay on a server that redirected us. */
static void run_force(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwSession_forceLogin(login->session);
}

/* keep-alive LOGIN */
static void run_keep_alive(char **words, guint count G_GNUC_UNUSED)
{
    struct login *login = login_find(words[1]);
    if (login)
        mwSession_sendKeepalive(login->session);
}

/* announce LOGIN TEXT RECIPIENT...: "@U user" or "@G group" */
static void run_announce(char **words, guint count)
{
    struct login *login = login_find(words[1]);
    if (!login)
        return;
    GList *recipients = NULL;
    for (guint i = 3; i < count; i++)
        recipients = g_list_append(recipients, words[i]);
    mwSession_sendAnnounce(login->session, FALSE, words[2], recipients);
    g_list_free(recipients);
}

const struct lines_command login_commands[] = {
    { "connect", 4, run_connect },
    { "logout", 0, run_logout },
    { "kill", 0, run_kill },
    { "pause", 0, run_pause },
    { "resume", 0, run_resume },
    { "force", 0, run_force },
    { "keep-alive", 0, run_keep_alive },
    { "announce", 2, run_announce },
    { NULL, 0, NULL },
};
