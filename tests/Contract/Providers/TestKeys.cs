using Sametime.Services.Providers.Subjects;

namespace Sametime.Tests.Contract.Providers;

/// <summary>Store keys that are no secret.</summary>
internal static class TestKeys
{
    public static StoreKey Store { get; } = Make(1);

    /// <summary>Another one for each number.</summary>
    public static StoreKey Make(byte first) => StoreKey.From([.. Enumerable.Range(first, StoreKey.BytesMin).Select(i => (byte)i)]);
}
