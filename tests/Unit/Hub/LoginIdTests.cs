using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class LoginIdTests
{
    [Fact]
    public void TenMillionLoginIdsOverHubsAndRestartsNeverRepeat()
    {
        const int hubs = 10, starts = 10, logins = 100_000;
        var seen = new UInt128[hubs * starts * logins];
        var count = 0;
        for (ushort hub = 1; hub <= hubs; hub++)
        {
            for (uint incarnation = 1; incarnation <= starts; incarnation++)
            {
                var ids = new LoginIds(hub, incarnation);
                for (var i = 0; i < logins; i++)
                    seen[count++] = Number(ids.Next());
            }
        }

        Array.Sort(seen);
        for (var i = 1; i < seen.Length; i++)
        {
            if (seen[i] == seen[i - 1])
                Assert.Fail($"Login id {seen[i]:X20} came twice.");
        }
    }

    [Fact]
    public void TheTextOfALoginIdSaysAllOfIt()
    {
        var id = new LoginIds(3, 9).Next();

        Assert.True(LoginId.TryParse(id.ToString(), out var same));
        Assert.Equal(id, same);
    }

    private static UInt128 Number(LoginId id) => ((UInt128)id.Hub << 64) | ((UInt128)id.Incarnation << 32) | id.Sequence;
}
