namespace Sametime.Services.Users;

/// <summary>Who may log in, and how long the answer may take. Bound from the section <c>Users</c>.</summary>
internal sealed class UsersOptions
{
    /// <summary>Lets in who types no name and no password; he gets a name of his own and no lasting identity. Default no.</summary>
    public bool GuestsAllowed { get; set; }

    /// <summary>What guests are called by others.</summary>
    public string GuestDisplayName { get; set; } = "Guest";

    /// <summary>Characters of a login name; a longer one belongs to nobody.</summary>
    public int LoginNameCharsMax { get; set; } = 256;

    /// <summary>How long a check may take before the client is told to come back. Not longer than the hub holds a login.</summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(18);
}
