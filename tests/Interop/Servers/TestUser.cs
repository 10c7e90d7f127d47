namespace Sametime.Tests.Interop.Servers;

/// <summary>A user of the community under test. The password has a space and a letter outside ASCII, as real ones do.</summary>
internal sealed record TestUser(int Number, string Kind = TestUser.Visitor)
{
    public const string Visitor = "Person";
    public const string Newcomer = "Newcomer";

    public string Name => $"user{Number:00}";

    public string Password => $"geheim ö {Number:00}";

    /// <summary>The names of all of a kind begin alike, so that a search for that is ambiguous.</summary>
    public string Display => $"{Kind}{Number:00} Tester";
}
