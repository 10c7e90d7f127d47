using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Logins;

/// <summary>
/// A client behind an Edge, from its wish to log in until the Edge has released its handle. Its master channel is the handle.
/// </summary>
internal sealed class Login(EdgeNode edge, Attach attach) : Participant
{
    // One record a login, so the rates cost no memory of their own.
    private TokenBucket _instantMessages;
    private TokenBucket _creates;
    private TokenBucket _statusChanges;

    public EdgeNode Edge => edge;

    public LoginState State { get; private set; } = LoginState.Undecided;

    public override ParticipantKind Kind => IsGuest ? ParticipantKind.Guest : ParticipantKind.User;

    public override string Name => Info?.DisplayName ?? attach.LoginName;

    public bool IsGuest { get; private set; }

    /// <summary>The machine it comes from, as the outermost Edge saw it.</summary>
    public Opaque Address => attach.Address;

    /// <summary>Edges on the way, outermost first.</summary>
    public Items<string> Edges => attach.Edges;

    /// <summary>Whose login this is; set once it is in.</summary>
    public User User { get; private set; } = null!;

    public UserStatus Status { get; set; }

    /// <summary>A status change that waits for its turn.</summary>
    public PendingStatus? PendingStatus { get; set; }

    /// <summary>Messages that wait for their turn, and everything that came after them; null while nothing waits.</summary>
    public HeldMessages? Held { get; set; }

    /// <summary>The first of the messages that wait was a reason to ask the other hubs; it is handled when it comes again.</summary>
    public bool HasInquired { get; set; }

    /// <summary>Messages of it that wait until the log has what it said.</summary>
    public int UnloggedMessages { get; set; }

    /// <summary>Too many do, so that its next message waits.</summary>
    public bool WaitsForLog { get; set; }

    /// <summary>Grows with everything any login does, so the greatest is the latest to have done something.</summary>
    public long Activity { get; set; }

    /// <summary>Unknown messages since <see cref="OdditiesSince"/>.</summary>
    public int Oddities { get; set; }

    public long OdditiesSince { get; set; }

    /// <summary>The wait for the decision, then nothing.</summary>
    public IDisposable? Deadline { get; set; }

    public void LogIn(User user, LoginInfo info, LoginId loginId, bool isGuest, UserStatus status, DateTimeOffset now)
    {
        (User, Info, LoginId, IsGuest, Status, Since) = (user, info, loginId, isGuest, status, now);
        (State, IsLoggedIn) = (LoginState.In, true);
    }

    /// <summary>Nothing is sent to it from here on; its handle stays taken until the Edge releases it.</summary>
    public void End()
    {
        (State, IsLoggedIn) = (LoginState.Ended, false);
        Deadline?.Dispose();
        PendingStatus?.Timer.Dispose();
        Held?.Timer?.Dispose();
        (Deadline, PendingStatus, Held) = (null, null, null);
    }

    public bool MaySendInstantMessage(Rate rate, TimeProvider time, out TimeSpan wait) => _instantMessages.TryTake(rate, time, out wait);

    public bool MayCreateChannel(Rate rate, TimeProvider time, out TimeSpan wait) => _creates.TryTake(rate, time, out wait);

    public bool MayChangeStatus(Rate rate, TimeProvider time, out TimeSpan wait) => _statusChanges.TryTake(rate, time, out wait);
}

/// <summary>Where a login is in its life.</summary>
internal enum LoginState
{
    /// <summary>Wants to log in.</summary>
    Undecided,

    In,

    /// <summary>Over; the handle is not free yet.</summary>
    Ended,
}

/// <summary>The last of several status changes that came too fast, and the timer that will tell it.</summary>
internal sealed record PendingStatus(UserStatus Status, IDisposable Timer);
