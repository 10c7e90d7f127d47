namespace Sametime.Compose;

/// <summary>What the program tells the shell when it ends; listed in README.</summary>
internal static class ExitCode
{
    /// <summary>Done, or stopped in order.</summary>
    public const int Success = 0;

    /// <summary>Something failed that no other code names; the log has the trace.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server of this data directory answers.</summary>
    public const int NotRunning = 3;

    /// <summary>The port, the data directory or another thing that only one may have is taken.</summary>
    public const int InUse = 4;

    /// <summary>What was named does not exist (a user, a group), or exists already.</summary>
    public const int NoSuchThing = 5;
}

/// <summary>Ends the program with one clear sentence on standard error and an exit code; never a stack trace.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
