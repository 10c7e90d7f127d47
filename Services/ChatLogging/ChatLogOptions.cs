namespace Sametime.Services.ChatLogging;

/// <summary>How the Chat Logging application works. Bound from the section <c>ChatLog</c>.</summary>
internal sealed class ChatLogOptions
{
    /// <summary>Facts of one capture; a hub that sends more has lost its way and is refused. Default 10,000.</summary>
    public int CaptureFactsMax { get; set; } = 10_000;

    /// <summary>How long a capture may take before the hub is told that it failed; it sends the same again. Default 5 s.</summary>
    public TimeSpan RecordTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait before the policy is asked for again when the store could not tell it. Default 1 s.</summary>
    public TimeSpan PolicyRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
