using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Wire;

namespace Sametime.Tests.Unit.Wire;

/// <summary>Any value of any message survives the wire.</summary>
[Properties(Arbitrary = [typeof(WireValues)], MaxTest = 200)]
public sealed class PropertyTests
{
    [Property]
    public void HandshakeRoundTrips(Handshake message) => RoundTrips(message);

    [Property]
    public void HandshakeAckRoundTrips(HandshakeAck message) => RoundTrips(message);

    [Property]
    public void LoginRoundTrips(Login message) => RoundTrips(message);

    [Property]
    public void LoginAckRoundTrips(LoginAck message) => RoundTrips(message);

    [Property]
    public void LoginRedirectRoundTrips(LoginRedirect message) => RoundTrips(message);

    [Property]
    public void ChannelCreateRoundTrips(ChannelCreate message) => RoundTrips(message);

    [Property]
    public void ChannelAcceptRoundTrips(ChannelAccept message) => RoundTrips(message);

    [Property]
    public void ChannelSendRoundTrips(ChannelSend message) => RoundTrips(message);

    [Property]
    public void ChannelDestroyRoundTrips(ChannelDestroy message) => RoundTrips(message);

    [Property]
    public void SetUserStatusRoundTrips(UserStatus status) => RoundTrips(new SetUserStatus(status));

    [Property]
    public void SetPrivacyListRoundTrips(PrivacyInfo privacy) => RoundTrips(new SetPrivacyList(privacy));

    [Property]
    public void SenseServiceRoundTrips(uint service) => RoundTrips(new SenseService(new ServiceType(service)));

    [Property]
    public void AdminNoticeRoundTrips(string text) => RoundTrips(new AdminNotice(text));

    [Property]
    public void AnnounceRoundTrips(Announce message) => RoundTrips(message);

    [Property]
    public void OneTimeRoundTrips(OneTime message) => RoundTrips(message);

    [Property]
    public void OfferSurvivesInsideACreate(EncryptOffer offer) =>
        Xunit.Assert.True(Negotiation.Of(offer).TryReadOffer(out var back) && back == offer);

    [Property]
    public void ChoiceSurvivesInsideAnAccept(EncryptChoice choice) =>
        Xunit.Assert.True(Negotiation.Of(choice).TryReadChoice(out var back) && back == choice);

    [Property]
    public void LoginIdSurvivesAsText(ushort hub, uint incarnation, uint sequence) =>
        Xunit.Assert.True(
            LoginId.TryParse(new LoginId(hub, incarnation, sequence).ToString(), out var back)
            && back == new LoginId(hub, incarnation, sequence));

    [Property]
    public void AnyBytesParseToAValueOrAnError(byte[] bytes)
    {
        foreach (var form in WireForm.All)
            MessageLaws.WhateverReadsIsBoundedAndComesBack(form, bytes);
    }

    private static void RoundTrips<T>(T message)
        where T : IWireMessage<T> =>
        MessageLaws.RoundTrips(WireForm.Named(typeof(T).Name), message);
}
