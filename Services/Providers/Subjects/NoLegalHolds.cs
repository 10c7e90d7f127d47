using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Nobody keeps holds here, so nobody is held.</summary>
internal sealed class NoLegalHolds : ILegalHolds
{
    public ValueTask<bool> IsHeldAsync(UserId user, CancellationToken stop) => ValueTask.FromResult(false);
}
