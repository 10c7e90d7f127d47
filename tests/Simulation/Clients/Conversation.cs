using Sametime.Contracts.Wire;

namespace Sametime.Tests.Simulation.Clients;

/// <summary>An IM channel as both its ends see it; the label travels in the channel's request and joins the two.</summary>
internal sealed class Conversation(string label)
{
    public string Label => label;

    public ConversationEnd? Creator { get; set; }

    public ConversationEnd? Acceptor { get; set; }
}

/// <summary>What one end of a conversation has done and seen.</summary>
internal sealed class ConversationEnd(Conversation conversation, Session session, ChannelId channel, TimeSpan since)
{
    public Conversation Conversation => conversation;

    public Session Session => session;

    public ChannelId Channel => channel;

    public TimeSpan Since => since;

    public EndState State { get; set; }

    public bool IsOver => State is EndState.HungUp or EndState.Told or EndState.Gone;

    public int Sent { get; set; }

    public int Received { get; set; }

    public ConversationEnd? FarEnd => this == conversation.Creator ? conversation.Acceptor : conversation.Creator;

    public override string ToString() => $"{conversation.Label} at {session.Client.Name} (channel {channel.Value:X}, sent {Sent}, received {Received})";
}

/// <summary>Where one end of a conversation is in its life.</summary>
internal enum EndState
{
    /// <summary>Asked for, not accepted yet.</summary>
    Asked,

    Open,

    /// <summary>This end has ended it.</summary>
    HungUp,

    /// <summary>This end was told that it is over.</summary>
    Told,

    /// <summary>Its connection is over.</summary>
    Gone,
}
