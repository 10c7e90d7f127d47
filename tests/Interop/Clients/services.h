/* The services of a login as the driver uses them: presence, conversations, look-ups. Each has its commands and its events. */
#ifndef SERVICES_H
#define SERVICES_H

#include "login.h"

/* Makes the services and adds them to the session, which starts them after the login. */
void presence_add(struct login *login);
void conversations_add(struct login *login, gboolean rich);
void lookups_add(struct login *login);

/* Frees what presence_add made beyond the service itself. */
void presence_remove(struct login *login);

/* Handlers of the session that belong to presence. */
void presence_on_privacy(struct mwSession *session);
void presence_on_status(struct mwSession *session);

extern const struct lines_command presence_commands[];
extern const struct lines_command conversation_commands[];
extern const struct lines_command lookup_commands[];

#endif
