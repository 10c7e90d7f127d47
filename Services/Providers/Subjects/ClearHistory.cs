using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Events that a version before 0.3.0 wrote with all that is personal in the clear. They read as they are.</summary>
internal static class ClearHistory
{
    /// <summary>Refuses to show events without names while names lie in them.</summary>
    /// <param name="until">Position up to which there may be such events; 0 for none.</param>
    /// <exception cref="StoreUnavailableException">There may be some.</exception>
    public static void Refuse(long until)
    {
        if (until > 0)
            throw new StoreUnavailableException("An earlier version has written persons into the log in the clear; sametime store migrate seals them, and then it can be read without names.");
    }
}
