using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>Whether a password is somebody's.</summary>
internal enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Too many wait to be checked; nobody looked at this one.</summary>
    Busy,
}

/// <summary>A user whose password one directory can check.</summary>
/// <param name="User">Who he is.</param>
/// <param name="Place">Where that directory has him; means something to it alone.</param>
internal sealed record PasswordAccount(UserRecord User, string Place = "");

/// <summary>A directory as far as passwords go. A directory that does not answer throws a <see cref="StoreException"/> and never says "wrong".</summary>
internal interface IPasswordSource
{
    /// <summary>Whose name it is, or null.</summary>
    ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop);

    /// <summary>Whether the password is his. For nobody (null) the same work is done, and it is wrong.</summary>
    ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop);
}
