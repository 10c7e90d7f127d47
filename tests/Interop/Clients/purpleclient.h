/* The parts of the headless client on libpurple, the engine of Pidgin and Finch. */
#ifndef PURPLECLIENT_H
#define PURPLECLIENT_H

#include <purple.h>

#include "lines.h"

#define PURPLE_UI "sametime-tests"

/* The name of the account in the line protocol. */
const char *login_name(PurpleAccount *account);

/* Turns libpurple's signals and questions to its user into events. Once, before and after the core has started. */
void events_before_core(void);
void events_after_core(void);

/* Comes back after a loss as Pidgin does. The first delay is given, each further one is twice as long. */
void reconnect_start(guint delay_ms);

#endif
