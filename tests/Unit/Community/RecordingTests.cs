using System.Text;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>What somebody sees who records a client's connection.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task S186_S187_A_recorded_login_shows_no_password_and_no_two_are_alike()
    {
        await using var community = await TestCommunity.StartAsync();
        var wires = new[] { community.AddRelay(community.Edge.EndPoint), community.AddRelay(community.Edge.EndPoint) };
        foreach (var wire in wires)
            await community.LogInAsync("alice", via: wire.EndPoint);

        foreach (var recorded in wires.Select(static wire => wire.Recorded()))
        {
            // What is searched is the login indeed: the name is in it, the password in no shape.
            Assert.True(recorded.AsSpan().IndexOf("alice"u8) > 0);
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
                Assert.Equal(-1, recorded.AsSpan().IndexOf(encoding.GetBytes(TestCommunity.Password)));
            Assert.Equal(-1, recorded.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(TestCommunity.Password)))));
        }

        Assert.NotEqual(wires[0].Recorded(), wires[1].Recorded());
    }
}
