using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Services.Resolve;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Resolve;

public sealed class ResolveServiceTests
{
    [Fact]
    public void S031_Each_name_gets_one_result_in_the_order_asked()
    {
        var (it, channel) = Open(new People());

        it.Hub.Send(channel, new ResolveRequest(7, ["smith", "nobody", "bob", ""], ResolveFlags.Users));

        var response = Assert.Single(it.Hub.Payloads<ResolveResponse>(channel));
        Assert.Equal((7u, Reason.ResolvePartial), (response.RequestId, response.Code));
        Assert.Equal(["smith", "nobody", "bob", ""], response.Results.Select(static result => result.Name));
        Assert.Equal([2, 0, 1, 0], response.Results.Select(static result => result.Matches.Count));
    }

    [Fact]
    public void The_directory_is_asked_for_the_kinds_and_as_many_as_are_still_wanted()
    {
        var people = new People();
        var (it, channel) = Open(people, new ResolveOptions { MatchesMax = 3, AnswerMatchesMax = 4 });

        it.Hub.Send(channel, new ResolveRequest(1, ["smith", "example", "bob", "ann"], ResolveFlags.Users | ResolveFlags.Groups));

        // Two of four are gone with the first name, one each with the next two; then there is no room.
        Assert.Equal(
            [("smith", DirectoryKinds.Users | DirectoryKinds.Groups, 3), ("example", DirectoryKinds.Users | DirectoryKinds.Groups, 2), ("bob", DirectoryKinds.Users | DirectoryKinds.Groups, 1)],
            people.Asked);
        Assert.Equal(Reason.ResolvePartial, Assert.Single(it.Hub.Payloads<ResolveResponse>(channel)).Code);
    }

    [Theory]
    [InlineData("smith bob", Reason.ResolvePartial)]
    [InlineData("bob smith", Reason.ResolvePartial)]
    [InlineData("bob ann", Reason.Success)]
    public void A_list_that_is_cut_is_told_so_wherever_it_was(string names, Reason code)
    {
        var (it, channel) = Open(new People(), new ResolveOptions { MatchesMax = 1 });

        it.Hub.Send(channel, new ResolveRequest(1, [.. names.Split(' ')], ResolveFlags.Users));

        var response = Assert.Single(it.Hub.Payloads<ResolveResponse>(channel));
        Assert.Equal(code, response.Code);
        Assert.All(response.Results, static result => Assert.Equal((Reason.Success, 1), (result.Code, result.Matches.Count)));
    }

    [Fact]
    public void A_directory_that_does_not_answer_is_never_told_as_nobody_found()
    {
        var (it, channel) = Open(new People { IsDown = true });

        it.Hub.Send(channel, new ResolveRequest(1, ["bob"], ResolveFlags.Users));

        var response = Assert.Single(it.Hub.Payloads<ResolveResponse>(channel));
        Assert.Equal(Reason.ServerNotResponding, response.Code);
        Assert.Equal(Reason.ServerNotResponding, Assert.Single(response.Results).Code);
    }

    [Fact]
    public void A_fast_channel_waits_for_its_answers()
    {
        var (it, channel) = Open(new People());

        for (uint i = 0; i < 25; i++)
            it.Hub.Send(channel, new ResolveRequest(i, ["bob"], ResolveFlags.Users));
        Assert.Equal(20, it.Hub.Payloads<ResolveResponse>(channel).Count);
        it.Loop.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Enumerable.Range(0, 25), it.Hub.Payloads<ResolveResponse>(channel).Select(static response => (int)response.RequestId));
    }

    private static (ApplicationFixture It, ChannelId Channel) Open(People people, ResolveOptions? options = null)
    {
        var it = ApplicationFixture.Of(new ResolveService(people, options ?? new ResolveOptions(), NullLogger<ResolveService>.Instance));
        return (it, it.Hub.Open(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Logins.Of("alice")));
    }

    private sealed class People : IResolveProvider
    {
        private static readonly string[] Names = ["Bob Example", "Ann Smith", "Zoe Smith"];

        public bool IsDown { get; init; }

        public List<(string Name, DirectoryKinds Kinds, int Max)> Asked { get; } = [];

        public ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop)
        {
            Asked.Add((name, kinds, matchesMax));
            var found = Names.Where(known => known.Contains(name, StringComparison.OrdinalIgnoreCase)).ToArray();
            return IsDown
                ? throw new StoreUnavailableException("The directory is away.")
                : ValueTask.FromResult(new DirectoryMatches(
                    [.. found.Take(matchesMax).Select(static known => new DirectoryMatch(known.Split(' ')[0], known, "", DirectoryKinds.Users))],
                    IsPartial: found.Length > matchesMax));
        }
    }
}
