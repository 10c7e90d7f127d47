using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>Where the carrier knows which hub is at the other end, the hub there must be that one.</summary>
public sealed class LinkAuthenticationTests
{
    private const ushort Known = 2;

    private static readonly byte[] Key = [.. "a shared key of this community"u8];
    private static readonly byte[] Nonce = new byte[LinkLimits.NonceBytes];

    private readonly ArrayBufferWriter<byte> _output = new();

    [Theory]
    [InlineData(LinkRole.Hub, Known, true)]
    [InlineData(LinkRole.Hub, Known + 1, false)]
    [InlineData(LinkRole.Hub, 0, false)]
    [InlineData(LinkRole.Edge, 0, true)]
    public void Who_connects_as_another_hub_is_refused_before_it_is_answered(LinkRole role, ushort number, bool isAccepted)
    {
        var authentication = LinkAuthentication.Accepting(Me(1), LinkTrust.OfLoopback(Key, role), null, Known);

        Take(authentication, new LinkHello(LinkLimits.Version, role, "other", number, Nonce));

        AssertRefused(authentication, !isAccepted);
    }

    [Theory]
    [InlineData(Known, true)]
    [InlineData(Known + 1, false)]
    [InlineData(0, false)]
    public void Another_hub_than_the_one_dialled_gets_no_proof(ushort number, bool isAccepted)
    {
        var authentication = LinkAuthentication.Connecting(Me(1), Key, null, Known, _output);
        _output.ResetWrittenCount();

        Take(authentication, new LinkChallenge(Nonce, LinkRole.Hub, "other", number));

        AssertRefused(authentication, !isAccepted);
    }

    private static LinkIdentity Me(ushort number) => new(LinkRole.Hub, "me", number);

    private void Take<TPayload>(LinkAuthentication authentication, TPayload payload)
        where TPayload : ILinkPayload<TPayload>
    {
        var frame = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(frame, 0, payload);
        authentication.Take(new LinkFrame(TPayload.Kind, 0, frame.WrittenSpan[LinkFrame.HeaderBytes..]), _output);
    }

    private void AssertRefused(LinkAuthentication authentication, bool isRefused)
    {
        Assert.Equal(isRefused ? Reason.NotAuthorized : null, authentication.Failure?.Reason);
        Assert.Equal((isRefused, isRefused), (authentication.IsRefusedHere, _output.WrittenCount == 0));
    }
}
