namespace Sametime.Services.Resolve;

/// <summary>Limits of Resolve. Bound from the section <c>Resolve</c>.</summary>
internal sealed class ResolveOptions
{
    /// <summary>Matches of one name; what is beyond is cut and the answer flagged as partial.</summary>
    public int MatchesMax { get; set; } = 100;

    /// <summary>Matches of one answer, so that it stays below the size of a frame; what is beyond is cut likewise.</summary>
    public int AnswerMatchesMax { get; set; } = 1_000;

    /// <summary>Names in one request; more destroys the channel with NotEnoughResources.</summary>
    public int NamesMax { get; set; } = 100;

    /// <summary>Characters of a name; a longer one cannot be resolved.</summary>
    public int NameCharsMax { get; set; } = 256;

    /// <summary>Requests a second of one channel, once the burst is used up; faster ones wait.</summary>
    public double RequestsPerSecond { get; set; } = 5;

    /// <summary>Requests of one channel at once.</summary>
    public int RequestsBurst { get; set; } = 20;
}
