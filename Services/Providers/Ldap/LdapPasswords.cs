using System.Security.Cryptography;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap.Protocol;

namespace Sametime.Services.Providers.Ldap;

/// <summary>
/// Checks passwords by binding with them, on connections of their own. An empty password is never sent: a directory would take the bind for
/// that of somebody who wants to stay unnamed, and agree. For nobody a bind is made too, with a name and a password that nobody has.
/// </summary>
internal sealed class LdapPasswords(LdapDirectory directory, LdapServerOptions server, LdapOptions options, TimeProvider time) : IPasswordSource, IDisposable
{
    private readonly LdapPool _pool = new(server, options, time, bindsItself: false);

    public async ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) =>
        await directory.FindEntryAsync(loginName, stop).ConfigureAwait(false) is { } found ? new PasswordAccount(found.User, found.EntryName) : null;

    public async ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        var isReal = account is not null && !password.IsEmpty;
        var name = isReal ? account!.Place : $"{server.IdAttribute}={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))},{server.BaseDn}";
        var secret = isReal ? password : RandomNumberGenerator.GetBytes(16);
        var answer = await _pool.UseAsync(
            (connection, given) => _pool.WithinAsync(
                options.RequestTimeout, "checking a password", limited => connection.BindAsync(name, secret, limited), given),
            stop).ConfigureAwait(false);
        return answer.Code switch
        {
            LdapCode.Success when isReal => PasswordVerdict.Right,
            LdapCode.Success or LdapCode.InvalidCredentials or LdapCode.NoSuchObject or LdapCode.InvalidDistinguishedName
                or LdapCode.InappropriateAuthentication => PasswordVerdict.Wrong,
            _ => throw new StoreUnavailableException($"The directory {server.Title} could not check a password: {answer}."),
        };
    }

    public void Dispose() => _pool.Dispose();
}
