using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Random values of the wire types for FsCheck. Texts are of all planes of Unicode but free of NUL and lone surrogates.</summary>
public static class WireValues
{
    private static Gen<uint> UInt32 => ArbMap.Default.GeneratorFor<uint>();

    private static Gen<ushort> UInt16 => ArbMap.Default.GeneratorFor<ushort>();

    private static Gen<bool> Bool => ArbMap.Default.GeneratorFor<bool>();

    private static Gen<Opaque> Bytes => ArbMap.Default.GeneratorFor<byte[]>().Select(static bytes => new Opaque(bytes));

    private static Gen<string> Text =>
        Gen.Choose(1, 0x10ffff).Where(Rune.IsValid).Select(static c => new Rune(c).ToString())
            .Or(Gen.Choose('a', 'z').Select(static c => ((char)c).ToString()))
            .ListOf().Select(static runes => string.Concat(runes));

    private static Gen<UserId> User => Text.Select(static text => new UserId(text));

    private static Gen<IdBlock> Id => from user in Text from community in Text select new IdBlock(user, community);

    private static Gen<LoginInfo?> MaybeLogin => Gen.OneOf(Gen.Constant<LoginInfo?>(null), LoginInfos().Generator.Select(static info => (LoginInfo?)info));

    private static Gen<CipherItem> Cipher => from id in UInt16 from info in Bytes select new CipherItem((CipherId)id, info);

    private static Gen<Negotiation> Negotiations => Gen.OneOf(
        Gen.Constant(Negotiation.None),
        Offers().Generator.Select(Negotiation.Of),
        Choices().Generator.Select(Negotiation.Of));

    public static Arbitrary<string> Texts() => Text.ToArbitrary();

    public static Arbitrary<LoginInfo> LoginInfos() => (
        from loginId in Text
        from clientType in UInt16
        from user in User
        from name in Text
        from community in Text
        from full in Bool
        from description in Text
        from address in UInt32
        from server in Text
        select new LoginInfo(
            loginId, (ClientType)clientType, user, name, community, full ? new LoginDetails(description, address, server) : null)).ToArbitrary();

    public static Arbitrary<UserStatus> Statuses() => (
        from code in UInt16
        from time in UInt32
        from description in Text
        select new UserStatus((StatusCode)code, time, description)).ToArbitrary();

    public static Arbitrary<PrivacyInfo> Privacies() => (
        from deny in Bool
        from users in (
            from user in User
            from community in Text
            from full in Bool
            from name in Text
            select new UserItem(user, community, full ? name : null)).ListOf()
        select new PrivacyInfo(deny, users.ToItems())).ToArbitrary();

    public static Arbitrary<Handshake> Handshakes() => (
        from minor in Gen.Elements<ushort>(0x18, 0x1d, 0x196f)
        from channel in UInt32
        from atServer in UInt32
        from clientType in UInt16
        from atClient in UInt32
        from unknown in UInt16
        from unknown2 in UInt32
        from host in Text
        let old = new Handshake
        {
            Minor = minor,
            MasterChannel = new ChannelId(channel),
            AddressAtServer = atServer,
            ClientType = (ClientType)clientType,
            AddressAtClient = atClient,
        }
        select minor < 0x1d ? old : old with { Unknown = unknown, Unknown2 = unknown2, ClientHost = host }).ToArbitrary();

    public static Arbitrary<HandshakeAck> HandshakeAcks() => (
        from minor in Gen.Elements<ushort>(0x18, 0x19, 0x1d)
        from address in UInt32
        from magic in UInt32
        from key in Bytes
        select minor == 0x18 ? new HandshakeAck(0x1e, minor, address) : new HandshakeAck(0x1e, minor, address, magic, key)).ToArbitrary();

    public static Arbitrary<Login> Logins() => (
        from clientType in UInt16
        from name in Text
        from data in Bytes
        from authType in UInt16
        from unknown in UInt16
        from present in Bool
        select new Login((ClientType)clientType, name, data, (AuthType)authType, present ? unknown : null)).ToArbitrary();

    public static Arbitrary<LoginAck> LoginAcks() => (
        from login in LoginInfos().Generator
        from privacy in Privacies().Generator
        from status in Statuses().Generator
        from unknown in UInt16
        select new LoginAck(login, privacy, status, unknown)).ToArbitrary();

    public static Arbitrary<LoginRedirect> Redirects() =>
        (from host in Text from server in Text select new LoginRedirect(host, server)).ToArbitrary();

    public static Arbitrary<EncryptOffer> Offers() => (
        from policy in UInt16
        from ciphers in Cipher.ListOf()
        select new EncryptOffer((EncryptionPolicy)policy, ciphers.ToItems())).ToArbitrary();

    public static Arbitrary<EncryptChoice> Choices() => (
        from policy in UInt16
        from cipher in Cipher
        from offered in UInt16
        from present in Bool
        select present
            ? new EncryptChoice((EncryptionPolicy)policy, cipher, (EncryptionPolicy)offered)
            : new EncryptChoice((EncryptionPolicy)policy, null, EncryptionPolicy.None)).ToArbitrary();

    public static Arbitrary<ChannelCreate> Creates() => (
        from reserved in UInt32
        from channel in UInt32
        from target in Id
        from service in UInt32
        from protocol in UInt32
        from version in UInt32
        from options in UInt32
        from data in Bytes
        from creator in MaybeLogin
        from negotiation in Negotiations
        select new ChannelCreate
        {
            Reserved = reserved,
            Channel = new ChannelId(channel),
            Target = target,
            Service = new ServiceType(service),
            Protocol = new ProtocolType(protocol),
            Version = version,
            Options = options,
            AdditionalData = data,
            Creator = creator,
            Negotiation = negotiation,
        }).ToArbitrary();

    public static Arbitrary<ChannelAccept> Accepts() => (
        from service in UInt32
        from protocol in UInt32
        from version in UInt32
        from data in Bytes
        from acceptor in MaybeLogin
        from negotiation in Negotiations
        select new ChannelAccept
        {
            Service = new ServiceType(service),
            Protocol = new ProtocolType(protocol),
            Version = version,
            AdditionalData = data,
            Acceptor = acceptor,
            Negotiation = negotiation,
        }).ToArbitrary();

    public static Arbitrary<ChannelSend> Sends() => (from type in UInt16 from data in Bytes select new ChannelSend(type, data)).ToArbitrary();

    public static Arbitrary<ChannelDestroy> Destroys() =>
        (from reason in UInt32 from detail in Bytes select new ChannelDestroy((Reason)reason, detail)).ToArbitrary();

    public static Arbitrary<Announce> Announces() => (
        from sender in MaybeLogin
        from unknown in UInt16
        from mayReply in Bool
        from text in Text
        from recipients in Text.ListOf()
        select new Announce { Sender = sender, Unknown = unknown, MayReply = mayReply, Text = text, Recipients = recipients.ToItems() }).ToArbitrary();

    public static Arbitrary<OneTime> OneTimes() => (
        from id in UInt32
        from target in Id
        from service in UInt32
        from protocol in UInt32
        from version in UInt32
        from type in UInt16
        from data in Bytes
        from sender in MaybeLogin
        select new OneTime
        {
            Id = id,
            Target = target,
            Service = new ServiceType(service),
            Protocol = new ProtocolType(protocol),
            Version = version,
            PayloadType = type,
            Data = data,
            Sender = sender,
        }).ToArbitrary();
}
