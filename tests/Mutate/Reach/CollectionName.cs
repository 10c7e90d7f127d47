namespace Sametime.Tests.Mutate.Reach;

/// <summary>What tests that are run together are called, here and in the test programs of the copy.</summary>
internal static class CollectionName
{
    /// <summary>The name that the runner shows, without what belongs to one place and one build.</summary>
    public static string Of(string display) => display.IndexOf(" (id: ", StringComparison.Ordinal) is >= 0 and var end ? display[..end] : display;
}
