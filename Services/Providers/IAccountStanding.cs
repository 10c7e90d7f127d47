using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers;

/// <summary>How accounts stand.</summary>
/// <param name="Known">Those that exist.</param>
/// <param name="Disabled">Those of them that may not log in.</param>
internal sealed record AccountStandings(IReadOnlySet<UserId> Known, IReadOnlySet<UserId> Disabled);

/// <summary>A directory that does not tell when somebody is disabled or leaves, and has to be asked.</summary>
internal interface IAccountStanding
{
    /// <exception cref="StoreException">The directory does not answer; never mistaken for "gone".</exception>
    ValueTask<AccountStandings> LookAsync(IReadOnlyCollection<UserId> users, CancellationToken stop);
}
