#include "tap.h"

#include <string.h>

#include <mw_message.h>

#include "lines.h"

enum {
    LENGTH_BYTES = 4,
    OPTIONS_AT = LENGTH_BYTES + 2,
    BODY_AT = LENGTH_BYTES + 8,
    ACK_KEY_AT = BODY_AT + 12,  /* after the two versions, the address and the magic number */
    LOGIN_NAME_AT = BODY_AT + 2, /* after the client type */
    ONE_TIME = 0x0007,           /* unknown to libmeanwhile */
};

static guint32 number_at(const GByteArray *frame, guint at, guint width)
{
    guint32 number = 0;
    for (guint i = 0; i < width; i++)
        number = number << 8 | (at + i < frame->len ? frame->data[at + i] : 0);
    return number;
}

static void append_number(GByteArray *frame, guint32 number, guint width)
{
    while (width-- > 0) {
        guint8 byte = (guint8)(number >> (8 * width));
        g_byte_array_append(frame, &byte, 1);
    }
}

static void set_length(GByteArray *frame)
{
    guint32 length = GUINT32_TO_BE(frame->len - LENGTH_BYTES);
    memcpy(frame->data, &length, LENGTH_BYTES);
}

static void note_cipher(struct login *login, const GByteArray *frame)
{
    struct mwOpaque body = { frame->len - LENGTH_BYTES, frame->data + LENGTH_BYTES };
    struct mwGetBuffer *buffer = mwGetBuffer_wrap(&body);
    struct mwMessage *message = mwMessage_get(buffer);
    if (message) {
        const struct mwEncryptItem *item = ((struct mwMsgChannelAccept *)message)->encrypt.item;
        login->cipher = !item ? "none" : item->id == mwCipher_RC2_128 ? "rc2_128" : "rc2_40";
        mwMessage_free(message);
    }
    mwGetBuffer_free(buffer);
}

static void tell_one_time(struct login *login, const GByteArray *frame)
{
    struct mwOpaque rest = { frame->len - BODY_AT, frame->data + BODY_AT };
    struct mwGetBuffer *buffer = mwGetBuffer_wrap(&rest);
    struct mwIdBlock target = { NULL, NULL };
    struct mwOpaque data = { 0, NULL };
    guint32 id, service, protocol_type, protocol_version;
    guint16 type = 0;

    guint32_get(buffer, &id);
    mwIdBlock_get(buffer, &target);
    guint32_get(buffer, &service);
    guint32_get(buffer, &protocol_type);
    guint32_get(buffer, &protocol_version);
    guint16_get(buffer, &type);
    mwOpaque_get(buffer, &data);
    if (!mwGetBuffer_error(buffer))
        lines_event("one-time", login->name, "service", lines_hex(service), "type", lines_hex(type), NULL);
    else
        lines_error(login->name, "a one-time message of %u bytes could not be read", frame->len);

    mwIdBlock_clear(&target);
    mwOpaque_clear(&data);
    mwGetBuffer_free(buffer);
}

void tap_incoming(struct login *login, GByteArray *frame)
{
    switch (number_at(frame, LENGTH_BYTES, 2)) {
    case mwMessage_HANDSHAKE_ACK:
        if (login->auth == AUTH_RC2_40 && frame->len > ACK_KEY_AT) {
            g_byte_array_set_size(frame, ACK_KEY_AT);
            append_number(frame, 0, 4);
            set_length(frame);
        }
        break;
    case mwMessage_CHANNEL_ACCEPT:
        note_cipher(login, frame);
        break;
    case mwMessage_CHANNEL_SEND:
        login->message_encrypted = (number_at(frame, OPTIONS_AT, 2) & mwMessageOption_ENCRYPT) != 0;
        break;
    case ONE_TIME:
        if (frame->len >= BODY_AT)
            tell_one_time(login, frame);
        break;
    default:
        break;
    }
}

static void replace_auth(struct login *login, GByteArray *frame)
{
    guint secret_at = LOGIN_NAME_AT + 2 + number_at(frame, LOGIN_NAME_AT, 2);
    gsize secret_length = strlen(login->password);
    gboolean plain = login->auth == AUTH_PLAIN;

    g_byte_array_set_size(frame, secret_at);
    append_number(frame, (guint32)(secret_length + (plain ? 2 : 0)), 4);
    if (plain)
        append_number(frame, (guint32)secret_length, 2);
    g_byte_array_append(frame, (const guint8 *)login->password, (guint)secret_length);
    append_number(frame, plain ? mwAuthType_PLAIN : mwAuthType_TOKEN, 2);
    append_number(frame, 0, 2);
    set_length(frame);
}

static void tell_auth(struct login *login, const GByteArray *frame)
{
    guint secret_at = LOGIN_NAME_AT + 2 + number_at(frame, LOGIN_NAME_AT, 2);
    guint type_at = secret_at + 4 + number_at(frame, secret_at, 4);
    lines_event("auth", login->name, "type", lines_hex(number_at(frame, type_at, 2)), NULL);
}

void tap_outgoing(struct login *login, GByteArray *frame)
{
    switch (number_at(frame, LENGTH_BYTES, 2)) {
    case mwMessage_LOGIN:
        if (login->auth == AUTH_PLAIN || login->auth == AUTH_TOKEN)
            replace_auth(login, frame);
        tell_auth(login, frame);
        break;
    case mwMessage_CHANNEL_ACCEPT:
        note_cipher(login, frame);
        break;
    default:
        break;
    }
}
