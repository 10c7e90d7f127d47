using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;

namespace Sametime.Hub.Capture;

/// <summary>Conversations of which lines were delivered that the log does not have; each is marked there as soon as it takes facts again.</summary>
internal sealed class CaptureGaps(CaptureStream stream, HubLimits limits, HubCounters counters, ILogger log)
{
    private const string Why = "The log of conversations did not take facts fast enough.";
    private const string WhyUnnamed = "The log of conversations did not take facts fast enough, for more conversations than can be named.";

    private readonly Queue<Conversation> _missing = [];
    private long _unnamed;

    /// <summary>Writes the beginning, the gap and, if it is over, the end of a conversation to the stream.</summary>
    public Action<Conversation> Mark { get; set; } = static _ => { };

    /// <summary>Conversations whose mark waits.</summary>
    public int Count => _missing.Count;

    /// <summary>A line was delivered that there is no room for.</summary>
    public void Add(Conversation conversation)
    {
        counters.LinesMissed++;
        if (_missing.Count == 0 && _unnamed == 0)
            HubLog.LinesMissed(log);
        if (!conversation.IsListedAsMissing && _missing.Count >= limits.CaptureGapsMax)
        {
            _unnamed++;
            return;
        }
        conversation.Missed++;
        if (!conversation.IsListedAsMissing)
            _missing.Enqueue(conversation);
        conversation.IsListedAsMissing = true;
    }

    /// <summary>Marks as many as there is room for.</summary>
    public void MarkAll(int heldBytes)
    {
        while (_missing.Count > 0 && stream.HasRoom(heldBytes))
        {
            var conversation = _missing.Dequeue();
            conversation.IsListedAsMissing = false;
            Mark(conversation);
        }
        if (_unnamed == 0 || !stream.HasRoom(heldBytes))
            return;
        stream.Add(new ChatLinesMissed(_unnamed, WhyUnnamed), "");
        _unnamed = 0;
    }

    /// <summary>Writes the gap of a conversation, if it has one.</summary>
    public void MarkGap(Conversation conversation)
    {
        if (conversation.Missed == 0)
            return;
        stream.Add(new ChatLinesMissed(conversation.Missed, Why), conversation.Correlation);
        conversation.Missed = 0;
    }
}
