namespace Sametime.Services.Users.Tokens;

/// <summary>The tokens that Users makes and checks, and bounds of checking tokens of any kind. Bound from the section <c>Tokens</c>.</summary>
internal sealed class TokenOptions
{
    /// <summary>The community that our tokens are good for; a token of another one is refused. All processes of a community need the same.</summary>
    public string Audience { get; set; } = "sametime";

    /// <summary>
    /// File with the keys that sign our tokens; processes that share a store share it. None: token.keys in the data folder, made when there
    /// is none yet.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How often a changed key file is looked for. Default 1 s.</summary>
    public TimeSpan KeyFileInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a token is good when nobody says. Default 30 min.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a token may be good at most; whoever asks for more gets this. Default 12 h.</summary>
    public TimeSpan LifetimeMax { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How far clocks may be apart: a token is good so much before and after its time. Default 60 s.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a token of any kind; a longer one is refused unread. Default 6,144: a login frame holds 8 KiB.</summary>
    public int TokenBytesMax { get; set; } = 6_144;

    /// <summary>Refused tokens from one address in <see cref="RefusalWindow"/>; beyond it nothing of that address is checked. Default 100.</summary>
    public int RefusalsPerAddress { get; set; } = 100;

    /// <summary>Default 10 min.</summary>
    public TimeSpan RefusalWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Addresses counted at once; the oldest count gives way. Default 100,000: about 10 MiB.</summary>
    public int AddressesMax { get; set; } = 100_000;

    /// <summary>How long a login beyond <see cref="RefusalsPerAddress"/> waits for its answer. Default 2 s.</summary>
    public TimeSpan ThrottledDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Tokens a second that a client gets on one channel, once the burst is used up; faster ones wait. Default 1.</summary>
    public double IssuesPerSecond { get; set; } = 1;

    /// <summary>Tokens that a client gets on one channel at once. Default 10.</summary>
    public int IssuesBurst { get; set; } = 10;
}
