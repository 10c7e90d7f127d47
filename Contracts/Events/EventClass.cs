namespace Sametime.Contracts.Events;

/// <summary>Kinds of events that are logged, and kept for a time, together.</summary>
public enum EventClass
{
    /// <summary>What current values are made of, and who had something done: always kept.</summary>
    Lasting,

    /// <summary>Who was there, in which state, and who met whom: logins, statuses, services, hubs, channels.</summary>
    Community,

    /// <summary>Who was kept out, and what was done against it.</summary>
    Security,

    /// <summary>What hubs count.</summary>
    Statistics,

    /// <summary>What people said.</summary>
    Chat,
}

/// <summary>Tells the class of an event by the first part of its name, so also of one that a newer program named.</summary>
public static class EventClasses
{
    /// <summary>The class of an event.</summary>
    /// <param name="name">Its lasting name.</param>
    public static EventClass Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name[..Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))] switch
        {
            "community" or "channel" or "admin" => EventClass.Community,
            "security" => EventClass.Security,
            "statistics" => EventClass.Statistics,
            "chat" => EventClass.Chat,
            _ => EventClass.Lasting,
        };
    }
}
