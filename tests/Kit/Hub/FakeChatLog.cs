using System.Buffers.Binary;
using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Hub;

/// <summary>Chat Logging as the hub sees it. It stores what it is asked to at once, or when the test says so, or never.</summary>
public sealed class FakeChatLog
{
    // A test that answers until nothing waits ends also with a hub that asks for ever.
    private const int QuestionsMax = 5_000;

    private readonly List<CapturedFact> _facts;
    private readonly Queue<CaptureRequest> _unanswered = [];

    /// <param name="loop">The test's loop.</param>
    /// <param name="hub">The hub it is linked to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="sharing">Another one with the same store.</param>
    public FakeChatLog(ManualLoop loop, ILinkHandler hub, string name = "chat-log", FakeChatLog? sharing = null)
    {
        (_facts, IsSlow) = (sharing?._facts ?? [], sharing?.IsSlow ?? false);
        Application = new FakeApplication(loop, hub, name);
        Application.Answer<CaptureRequest, Done>(OnAsked);
        Application.Provide(CommunityServices.ChatLogging);
    }

    public FakeApplication Application { get; }

    /// <summary>Each question, with its facts.</summary>
    public List<CaptureRequest> Questions { get; } = [];

    /// <summary>On: questions are stored and answered by <see cref="Answer"/> only.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Set: every question is answered with this and nothing is stored.</summary>
    public Reason? Refuses { get; set; }

    /// <summary>A question waits for <see cref="Answer"/>.</summary>
    public bool HasQuestion => _unanswered.Count > 0;

    /// <summary>What is stored, in the order of the stream, each fact once.</summary>
    public IReadOnlyList<CapturedFact> Facts => _facts;

    /// <summary>All stored facts, each as its type or the text of its line.</summary>
    public IEnumerable<string> Story => _facts.Select(fact => Read(fact) is ChatLineCaptured line ? line.Text : Read(fact).GetType().Name);

    /// <summary>The stored facts of one kind.</summary>
    public IEnumerable<T> Of<T>()
        where T : IEvent => _facts.Select(Read).OfType<T>();

    public static IEvent Read(CapturedFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return EventCatalogue.Current.Read(new WrittenEvent(fact.Name, fact.Version, Encoding.UTF8.GetString(fact.Fields.Span)));
    }

    public void SetPolicy(ChatLogMode mode, EncryptedChat encrypted = EncryptedChat.Pass) =>
        Application.Deliver(LinkKind.CapturePolicy, 0, Bytes.Of(new CapturePolicy(mode, encrypted)));

    /// <summary>Stores and answers the oldest question that waits, or answers it with a failure.</summary>
    public void Answer(Reason reason = Reason.Success)
    {
        if (Questions.Count > QuestionsMax)
            throw new InvalidOperationException($"The hub has asked {Questions.Count} times and goes on.");
        var question = _unanswered.Dequeue();
        if (reason == Reason.Success)
            Store(question);
        var handle = Application.Frames.Where(frame => frame.Kind == LinkKind.Request).ElementAt(Questions.FindIndex(asked => ReferenceEquals(asked, question))).Handle;
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)reason);
        Application.Deliver(LinkKind.Reply, handle, payload);
    }

    /// <summary>
    /// Stores without a word to the hub. The same fact twice is stored once; another fact of the same number, or a hole, is a mistake of the hub.
    /// </summary>
    public void Store(CaptureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var fact in request.Facts)
        {
            if (fact.Sequence == _facts.Count + 1)
                _facts.Add(fact);
            else if (fact.Sequence > _facts.Count || _facts[(int)fact.Sequence - 1] != fact)
                throw new InvalidOperationException($"The fact {fact.Sequence} comes behind {_facts.Count}, or is another one than before.");
        }
    }

    private (Reason, Done)? OnAsked(CaptureRequest request)
    {
        Questions.Add(request);
        if (Refuses is { } reason)
            return (reason, default);
        if (!IsSlow)
        {
            Store(request);
            return (Reason.Success, default);
        }
        _unanswered.Enqueue(request);
        return null;
    }
}
