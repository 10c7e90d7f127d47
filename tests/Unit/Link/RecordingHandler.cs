using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Unit.Link;

/// <summary>Remembers what it hears of links.</summary>
internal sealed class RecordingHandler : ILinkHandler
{
    /// <summary>The link opened last.</summary>
    public ILink? Link { get; private set; }

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public Reason LastReason { get; private set; }

    public List<(LinkKind Kind, uint Handle, byte[] Payload)> Frames { get; } = [];

    public void OnLinkOpened(ILink link)
    {
        Link = link;
        Opened++;
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame) => Frames.Add((frame.Kind, frame.Handle, frame.Payload.ToArray()));

    public void OnLinkClosed(ILink link, Reason reason)
    {
        LastReason = reason;
        Closed++;
    }
}
