using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Passwords that a provider of somebody else checks, as one more directory behind our throttle: guessing is as slow there as here. Whose
/// name it is, the community's directory says.
/// </summary>
internal sealed class ProvidedPasswords(IAuthenticationProvider provider, IUserDirectory directory) : IPasswordSource
{
    public async ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) =>
        await directory.FindByLoginNameAsync(loginName, stop) is { } user ? new PasswordAccount(user, Place: loginName) : null;

    public async ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        using var credential = new Credential(CredentialKind.Password, password.ToArray());
        var outcome = await provider.VerifyAsync(account?.Place ?? "", credential, clientAddress: null, stop);
        if (outcome == Authentication.Unavailable)
            throw new StoreUnavailableException("A provider of passwords does not answer.");
        return account is not null && outcome.User?.Id == account.User.Id ? PasswordVerdict.Right : PasswordVerdict.Wrong;
    }
}
