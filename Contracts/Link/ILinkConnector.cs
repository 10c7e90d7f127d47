namespace Sametime.Contracts.Link;

/// <summary>
/// Keeps one link to another part open, wherever that part is: makes it, and makes it again after it was lost, each
/// wait twice as long as the one before. Loop thread only.
/// </summary>
public interface ILinkConnector : IDisposable
{
    /// <summary>The open link; null while there is none.</summary>
    ILink? Link { get; }

    /// <summary>Why the last attempt failed; null since a link was open.</summary>
    LinkFailure? LastFailure { get; }

    /// <summary>Begins. <paramref name="handler"/> hears of each link that opens and closes. Once only.</summary>
    void Start(ILinkHandler handler);
}
