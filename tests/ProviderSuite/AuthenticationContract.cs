using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every provider that checks passwords does.</summary>
public abstract class AuthenticationContract : IAsyncDisposable
{
    /// <summary>A user that the provider knows by his id and by <see cref="LoginName"/>.</summary>
    protected static UserRecord Alice { get; } = new(new UserId("alice"), "Alice Example", [LoginName]);

    /// <summary>Another name of <see cref="Alice"/>.</summary>
    protected const string LoginName = "a.example@x";

    /// <summary>The password of <see cref="Alice"/>.</summary>
    protected const string Password = "open \u00e4 sesame";

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public abstract ValueTask DisposeAsync();

    /// <summary>A provider that knows <see cref="Alice"/> by her password, and nobody else.</summary>
    protected abstract Task<IAuthenticationProvider> OpenAsync();

    /// <summary>The same, and its directory does not answer.</summary>
    protected abstract Task<IAuthenticationProvider> OpenBrokenAsync();

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData(LoginName)]
    public async Task The_right_password_tells_who_it_is_by_each_of_his_names(string typed)
    {
        var found = await VerifyAsync(await OpenAsync(), typed, Password);

        Assert.Equal(Reason.Success, found.Reason);
        Assert.Equal(Alice.Id, found.User!.Id);
        Assert.Equal(Alice.DisplayName, found.User.DisplayName);
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("alice", "")]
    [InlineData("alice", Password + " ")]
    [InlineData("alice", Password + "\0")]
    [InlineData("nobody", Password)]
    [InlineData("", Password)]
    [InlineData("*", Password)]
    [InlineData("alice)(uid=*", Password)]
    [InlineData("al\0ice", Password)]
    public async Task A_wrong_password_and_an_unknown_name_are_one_answer(string typed, string password) =>
        Assert.Equal(Authentication.WrongCredentials, await VerifyAsync(await OpenAsync(), typed, password));

    [Fact]
    public async Task A_password_is_what_it_takes() => Assert.True((await OpenAsync()).Takes(CredentialKind.Password));

    [Theory]
    [InlineData("alice", Password)]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "wrong")]
    public async Task A_directory_that_does_not_answer_has_clients_try_again_and_blames_no_password(string typed, string password) =>
        Assert.Equal(Authentication.Unavailable, await VerifyAsync(await OpenBrokenAsync(), typed, password));

    private async Task<Authentication> VerifyAsync(IAuthenticationProvider provider, string typed, string password)
    {
        using var credential = Credential.Password(password);
        return await provider.VerifyAsync(typed, credential, clientAddress: null, _stop);
    }
}
