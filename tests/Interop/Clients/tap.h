/* A tap between the socket and the unmodified libmeanwhile.
 *
 * It watches whole frames go by, to tell the tests what the library does not: the auth type that was sent, the cipher of an
 * accepted channel, whether a message came encrypted, one-time messages. And it bends two frames, since the library itself
 * only ever chooses auth type 4 or, with a server that offers no key, 2:
 *   rc2_40         HandshakeAck reaches the library without its key, so that the library's own RC2-40 login runs
 *   plain, token   Login leaves with other auth data; the library's own are thrown away
 */
#ifndef TAP_H
#define TAP_H

#include "login.h"

/* Both take one frame with its length and may replace its bytes. */
void tap_incoming(struct login *login, GByteArray *frame);
void tap_outgoing(struct login *login, GByteArray *frame);

#endif
