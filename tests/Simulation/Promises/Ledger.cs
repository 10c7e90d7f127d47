using System.Globalization;
using Sametime.Tests.Simulation.Clients;

namespace Sametime.Tests.Simulation.Promises;

/// <summary>What happened in a run as the clients saw it, and which promises were broken.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, Conversation> _conversations = [];
    private readonly List<string> _broken = [];

    public IReadOnlyCollection<Conversation> Conversations => _conversations.Values;

    /// <summary>Broken promises, one sentence each; a run without any is good.</summary>
    public IReadOnlyList<string> Broken => _broken;

    public Func<TimeSpan>? Now { get; set; }

    public Conversation Begin()
    {
        var conversation = new Conversation(string.Create(CultureInfo.InvariantCulture, $"c{_conversations.Count + 1}"));
        _conversations.Add(conversation.Label, conversation);
        return conversation;
    }

    public Conversation Find(string label) => _conversations[label];

    public void Break(string promise) => _broken.Add(string.Create(CultureInfo.InvariantCulture, $"{Now?.Invoke().TotalSeconds:F3} s: {promise}"));
}
