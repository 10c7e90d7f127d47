using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every provider of privacy lists does.</summary>
public abstract class PrivacyContract : IAsyncDisposable
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>The provider under test, with nothing in it.</summary>
    protected abstract IPrivacyProvider Privacy { get; }

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task A_privacy_list_never_saved_is_none_and_a_saved_one_comes_back()
    {
        Assert.Null(await Privacy.LoadAsync(Alice, _stop));
        var list = new PrivacyInfo(Deny: false, [new UserItem(Bob), new UserItem(new UserId("dan"), "other", "Dan")]);

        await Privacy.SaveAsync(Alice, list, _stop);
        Assert.Equal(list, await Privacy.LoadAsync(new UserId("Alice"), _stop));
        await Privacy.SaveAsync(Alice, PrivacyInfo.Everybody, _stop);
        Assert.Equal(PrivacyInfo.Everybody, await Privacy.LoadAsync(Alice, _stop));
        Assert.Null(await Privacy.LoadAsync(Bob, _stop));
    }

    [Fact]
    public async Task A_list_that_allows_and_one_that_denies_the_same_people_are_told_apart()
    {
        await Privacy.SaveAsync(Alice, new PrivacyInfo(Deny: true, [new UserItem(Bob)]), _stop);
        await Privacy.SaveAsync(Bob, new PrivacyInfo(Deny: false, [new UserItem(Bob)]), _stop);

        Assert.True((await Privacy.LoadAsync(Alice, _stop))!.Deny);
        Assert.False((await Privacy.LoadAsync(Bob, _stop))!.Deny);
    }

    [Fact]
    public async Task A_privacy_list_holds_names_with_any_character()
    {
        var list = new PrivacyInfo(true, [new UserItem(Bob, "x\\u0000", "a\0b \\ \"\u2028 '; DROP TABLE \U0001F600 \\u0000")]);

        await Privacy.SaveAsync(Alice, list, _stop);

        Assert.Equal(list, await Privacy.LoadAsync(Alice, _stop));
    }
}
