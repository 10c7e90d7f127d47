using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Resolve;

/// <summary>What the fields of the golden payloads mean; that the bytes, lengths included, come back is checked by the laws.</summary>
public sealed class ResolvePayloadTests
{
    [Fact]
    public void RequestNamesWhatWasTyped() => Assert.Equal(
        new ResolveRequest(1, ["bob", "nobody"], ResolveFlags.Users),
        GoldenPayload.Read<ResolveRequest>("Two names, users wanted"));

    [Fact]
    public void ResponseHasAResultForEachNameAlsoForAMiss() => Assert.Equal(
        new ResolveResponse(1, Reason.ResolvePartial,
        [
            new ResolveResult(Reason.Success, "bob", [new ResolveMatch("bob", "Bob Example", Description: "", ResolveKind.User)]),
            new ResolveResult(Reason.NoSuchUser, "nobody", Matches: []),
        ]),
        GoldenPayload.Read<ResolveResponse>("bob is found, nobody is not"));
}
