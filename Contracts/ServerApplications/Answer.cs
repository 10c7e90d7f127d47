using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// What a question ends with: a reply, or the reason why there is none. Converts from either, so that a handler says
/// <c>return Reason.IncorrectLogin;</c> or <c>return new AuthenticateReply(...);</c>.
/// </summary>
public readonly record struct Answer<TReply>
{
    private readonly TReply? _reply;

    internal Answer(Reason reason, TReply? reply)
    {
        Reason = reason;
        _reply = reply;
    }

    /// <summary>Success, or why there is no reply.</summary>
    public Reason Reason { get; }

    public bool IsOk => Reason == Reason.Success;

    /// <summary>The reply; only when <see cref="IsOk"/>.</summary>
    public TReply Reply => IsOk ? _reply! : throw new InvalidOperationException($"There is no reply: {Reason}.");

    public static implicit operator Answer<TReply>(TReply reply) => new(Reason.Success, reply);

    public static implicit operator Answer<TReply>(Reason refusal) => Answer.Refuse<TReply>(refusal);
}

/// <summary>Makes <see cref="Answer{TReply}"/>s where no conversion applies.</summary>
public static class Answer
{
    public static Answer<TReply> Ok<TReply>(TReply reply) => new(Reason.Success, reply);

    /// <summary>No reply, for this reason. Success is no reason to refuse.</summary>
    public static Answer<TReply> Refuse<TReply>(Reason reason) => reason == Reason.Success
        ? throw new ArgumentOutOfRangeException(nameof(reason), "Success is no reason to refuse.")
        : new(reason, default);
}
