namespace Sametime.Services.Users.Tokens.LegacyLtpa;

/// <summary>LTPA tokens of other servers, which users bring along as a cookie. Bound from the section <c>Ltpa</c>.</summary>
internal sealed class LtpaOptions
{
    /// <summary>The file of LTPA keys that the issuing server has exported. None: no LTPA token is taken.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>File whose first line is the password that the key file was exported with.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The realm whose users are meant. None: that of the key file, and when it names none, any.</summary>
    public string Realm { get; set; } = "";

    /// <summary>How long the issuing server lets its tokens live, to tell when one was issued: revoking counts for those before. Default 2 h.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Takes tokens of version 1 too, whose time to end is not signed but only encrypted, block by block. Default no: version 2 is what
    /// servers have issued for long.
    /// </summary>
    public bool AllowVersion1 { get; set; }
}
