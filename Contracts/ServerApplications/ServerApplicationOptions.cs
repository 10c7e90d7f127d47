namespace Sametime.Contracts.ServerApplications;

/// <summary>Limits and times of a server application.</summary>
public sealed class ServerApplicationOptions
{
    /// <summary>Open channels at once; one more is refused with ServerFull. The hub holds the same limit.</summary>
    public int ChannelsMax { get; set; } = 50_000;

    /// <summary>Messages of one channel that may wait for an asynchronous handler of that channel; one more destroys it.</summary>
    public int ChannelQueueMax { get; set; } = 4_096;

    /// <summary>Bytes of those messages: two dozen of the largest stored values. A client cannot be slowed down on one channel alone, so this is the bound.</summary>
    public int ChannelQueueBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Questions of the hub being answered at once; one more is answered with ServerNotResponding. As many as may wait at the hash gate, and room for the rest.</summary>
    public int AnswersMax { get; set; } = 1_000;

    /// <summary>How long a question to the hub waits for its answer.</summary>
    public TimeSpan AskTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long handlers under way may take to finish when the application stops.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
