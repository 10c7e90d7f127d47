using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Providers;

/// <summary>Whose data must be kept, whatever retention and erasure say.</summary>
public interface ILegalHolds
{
    /// <summary>Whether a hold lies on this person now. Failures are <see cref="StoreException"/>: nobody knows then, so nothing is removed.</summary>
    ValueTask<bool> IsHeldAsync(UserId user, CancellationToken stop);
}

/// <summary>A hold that was placed and not released.</summary>
/// <param name="User">Who.</param>
/// <param name="Since">When it was placed.</param>
/// <param name="Why">The reason that was given.</param>
/// <param name="Actor">Who placed it, as the operating system names him.</param>
public sealed record LegalHold(UserId User, DateTimeOffset Since, string Why, string Actor);

/// <summary>Places and releases holds. Each change is a fact that stays. Failures are <see cref="StoreException"/>.</summary>
public interface ILegalHoldAdministration : ILegalHolds
{
    /// <summary>Places a hold; false when there was one already, which then stays as it is.</summary>
    ValueTask<bool> PlaceAsync(UserId user, string why, string actor, CancellationToken stop);

    /// <summary>Releases a hold; false when there was none.</summary>
    ValueTask<bool> ReleaseAsync(UserId user, string actor, CancellationToken stop);

    /// <summary>All holds, the oldest first.</summary>
    ValueTask<Items<LegalHold>> ListAsync(CancellationToken stop);
}
