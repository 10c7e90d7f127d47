namespace Sametime.Tests.Interop.Servers;

/// <summary>A user of the community under test. The password has a space and a letter outside ASCII, as real ones do.</summary>
internal sealed record TestUser(int Number)
{
    public string Name => $"user{Number:00}";

    public string Password => $"geheim ö {Number:00}";

    /// <summary>The family name is the same for all, so that a search for it is ambiguous.</summary>
    public string Display => $"Person{Number:00} Tester";
}
