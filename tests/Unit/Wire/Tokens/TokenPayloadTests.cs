using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Tokens;

/// <summary>What the fields of the golden payloads mean; that the bytes come back is checked by the laws.</summary>
public sealed class TokenPayloadTests
{
    [Fact]
    public void Requests()
    {
        Assert.Equal(
            new TokenRequest(7, TokenRequestOptions.OneTime, 3600, [192, 0, 2, 7]),
            GoldenPayload.Read<TokenRequest>("Good once, for an hour, from one address (composed)"));
        Assert.Equal(new TokenRequest(8, TokenRequestOptions.None, 0, default), GoldenPayload.Read<TokenRequest>("The usual (composed)"));
    }

    [Fact]
    public void Replies()
    {
        Assert.Equal(new TokenReply(7, Reason.Success, 0x69fb4e10, new Opaque("st1.AA"u8)), GoldenPayload.Read<TokenReply>("A token (composed)"));
        Assert.Equal(TokenReply.Refused(8, Reason.ServerNotResponding), GoldenPayload.Read<TokenReply>("None (composed)"));
    }
}
