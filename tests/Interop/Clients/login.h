/* One login on libmeanwhile: its socket, its session and its services. */
#ifndef LOGIN_H
#define LOGIN_H

#include <glib.h>
#include <mw_cipher.h>
#include <mw_service.h>
#include <mw_session.h>
#include <mw_srvc_aware.h>
#include <mw_srvc_im.h>
#include <mw_srvc_resolve.h>
#include <mw_srvc_store.h>

#include "lines.h"

/* How the password travels. AUTO is what libmeanwhile chooses; how the others are brought about: tap.h. */
enum login_auth { AUTH_AUTO, AUTH_PLAIN, AUTH_TOKEN, AUTH_RC2_40 };

struct login {
    char *name; /* in the line protocol */
    char *password;
    enum login_auth auth;

    int socket;
    guint reading; /* event sources; 0 = not watched */
    guint writing;
    GByteArray *received;
    GByteArray *unsent;
    gboolean connecting;
    gboolean closing; /* close as soon as all is sent */
    gboolean ended;
    gboolean leaving; /* we asked for the end */
    guint32 reason;

    struct mwSession *session;
    struct mwCipher *rc2_40;
    struct mwCipher *rc2_128;
    struct mwServiceAware *aware;
    struct mwAwareList *watched;
    struct mwServiceIm *im;
    struct mwServiceResolve *resolve;
    struct mwServiceStorage *storage;
    guint services_started; /* bits in the order of login_services */

    const char *cipher;        /* of the channel accepted last: none, rc2_40, rc2_128 */
    gboolean message_encrypted; /* of the channel message received last */
};

/* The commands of the login itself: connect, logout, kill, ... */
extern const struct lines_command login_commands[];

/* The login of that name, or NULL and an error event. */
struct login *login_find(const char *name);

struct login *login_of(struct mwSession *session);

#endif
