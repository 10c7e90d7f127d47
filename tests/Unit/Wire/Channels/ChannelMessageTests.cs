using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Channels;

/// <summary>What the fields of the golden messages mean; that the bytes come back is checked by the laws.</summary>
public sealed class ChannelMessageTests
{
    [Fact]
    public void CreateToAServiceIsWhatWeWouldCompose() =>
        Assert.Equal(
            new ChannelCreate
            {
                Channel = new ChannelId(3),
                Service = ServiceTypes.Awareness,
                Protocol = ProtocolTypes.Awareness,
                Version = ProtocolVersions.Awareness,
            },
            Golden.Read<ChannelCreate>(0));

    [Fact]
    public void CreateRewrittenForTheCalleeIsWhatTheCalleeGets()
    {
        var fromCaller = Golden.Read<ChannelCreate>(1);
        var toCallee = Golden.Read<ChannelCreate>(2);
        Assert.Equal(new IdBlock("bob"), fromCaller.Target);
        Assert.Equal("alice", toCallee.Creator?.UserId.Value);
        Assert.Equal(toCallee, fromCaller with { Channel = new ChannelId(0x8000_0001), Target = IdBlock.Nobody, Creator = toCallee.Creator });
    }

    [Fact]
    public void OfferHoldsTheCallersCipher()
    {
        Assert.True(Golden.Read<ChannelCreate>(1).Negotiation.TryReadOffer(out var offer));
        Assert.Equal(EncryptionPolicy.IfPossible, offer.Policy);
        Assert.Equal((CipherId.Rc2With128, 64), (offer.Ciphers[0].Cipher, offer.Ciphers[0].Info.Length));
        Assert.Equal(Golden.Read<ChannelCreate>(1).Negotiation, Negotiation.Of(offer));
    }

    [Fact]
    public void ChoiceHoldsTheCalleesCipher()
    {
        Assert.True(Golden.Read<ChannelAccept>(1).Negotiation.TryReadChoice(out var choice));
        Assert.Equal((EncryptionPolicy.Rc2With128, EncryptionPolicy.IfPossible), (choice.Policy, choice.Offered));
        Assert.Equal((CipherId.Rc2With128, 64), (choice.Cipher?.Cipher, choice.Cipher?.Info.Length));
        Assert.Equal(Golden.Read<ChannelAccept>(1).Negotiation, Negotiation.Of(choice));
    }

    [Fact]
    public void NoEncryptionReadsAsAnEmptyOfferAndAnEmptyChoice()
    {
        Assert.Equal("000000000000000000000007", Convert.ToHexStringLower(Negotiation.None.Bytes.Span));
        Assert.True(Negotiation.None.TryReadOffer(out var offer));
        Assert.True(Negotiation.None.TryReadChoice(out var choice));
        Assert.Equal(new EncryptOffer(EncryptionPolicy.None, []), offer);
        Assert.Equal(new EncryptChoice(EncryptionPolicy.None, null, EncryptionPolicy.None), choice);
        Assert.Equal(Negotiation.None, Negotiation.Of(offer));
        Assert.Equal(Negotiation.None, Negotiation.Of(choice));
    }

    [Theory]
    [InlineData("0001" + "00000004" + "00ffffff", "a count of ciphers that the block cannot hold")]
    [InlineData("0001" + "00000009" + "00000001" + "0001" + "000000", "a cipher cut off by the end of the block")]
    public void ABlockThatDoesNotParseIsKeptForTheOtherEndButTellsUsNothing(string hex, string why)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        var negotiation = Negotiation.Read(ref reader);
        Assert.Null(reader.Error);
        Assert.Equal(hex, Convert.ToHexStringLower(negotiation.Bytes.Span));
        Assert.False(negotiation.TryReadOffer(out _), why);
    }

    [Fact]
    public void AChoiceWithoutTheLastTwoFieldsIsUnderstood()
    {
        var reader = new WireReader(Convert.FromHexString("1000" + "00000006" + "0000" + "00000000" + "0007"));
        Assert.True(Negotiation.Read(ref reader).TryReadChoice(out var choice));
        Assert.Equal(new CipherItem(CipherId.Rc2With40, []), choice.Cipher);
    }

    [Fact]
    public void AcceptRewrittenForTheCallerIsWhatTheCallerGets()
    {
        var toCaller = Golden.Read<ChannelAccept>(2);
        Assert.Equal("bob", toCaller.Acceptor?.UserId.Value);
        Assert.Equal(toCaller, Golden.Read<ChannelAccept>(1) with { Acceptor = toCaller.Acceptor });
    }

    [Fact]
    public void SendHasAPayloadTypeAndData()
    {
        Assert.Equal((0x64, 16), (Golden.Read<ChannelSend>(0).PayloadType, Golden.Read<ChannelSend>(0).Data.Length));
        Assert.Equal(new ChannelSend(2, []), Golden.Read<ChannelSend>(1));
    }

    [Fact]
    public void DestroyKeepsAReasonThatNobodyKnows()
    {
        Assert.Equal(new ChannelDestroy(Reason.NoSuchUser), Golden.Read<ChannelDestroy>(1));
        Assert.Equal(new ChannelDestroy((Reason)0x8000_4711, [1, 2, 3]), Golden.Read<ChannelDestroy>(3));
    }
}
