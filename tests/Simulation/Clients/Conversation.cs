using System.Globalization;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Simulation.Clients;

/// <summary>An IM channel as both its ends see it; the label travels in the channel's request and joins the two.</summary>
internal sealed class Conversation(string label)
{
    public string Label => label;

    public ConversationEnd? Creator { get; set; }

    /// <summary>What hubs call it: by its creator, and by what he calls it.</summary>
    public string Correlation => $"{Creator!.LoginId}-{Creator.Channel.Value}";

    public ConversationEnd? Acceptor { get; set; }
}

/// <summary>What one end of a conversation has done and seen.</summary>
internal sealed class ConversationEnd(Conversation conversation, Session session, ChannelId channel, TimeSpan since)
{
    public Conversation Conversation => conversation;

    public Session Session => session;

    public ChannelId Channel => channel;

    public string LoginId => session.Login!.LoginId;

    public TimeSpan Since => since;

    public EndState State { get; set; }

    /// <summary>It has ended it; what comes all the same, the other end's goodbye too, has crossed its own.</summary>
    public bool HasHungUp { get; set; }

    /// <summary>What it was told when it was told that it is over.</summary>
    public Reason? ToldBecause { get; set; }

    public bool IsOver => State is EndState.HungUp or EndState.Told or EndState.Gone;

    public int Sent { get; set; }

    public int Received { get; set; }

    public ConversationEnd? FarEnd => this == conversation.Creator ? conversation.Acceptor : conversation.Creator;

    /// <summary>What this end says as its n-th line: also who talks to himself can tell by it which end has said it.</summary>
    public string LineOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{(this == conversation.Creator ? "caller" : "callee")} {number}");

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
