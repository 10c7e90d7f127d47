using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Services;

namespace Sametime.Tests.Unit.Services.Held;

/// <summary>A service in use, and the ways in which that use ends. After each of them the application is connected and everybody has left.</summary>
/// <param name="it">The application.</param>
/// <param name="roots">The services, and what belongs to them but does not hang on them.</param>
internal sealed class HeldScene(ApplicationFixture it, params object[] roots) : IDisposable
{
    public ApplicationFixture It => it;

    public IReadOnlyList<object> Roots => roots;

    /// <summary>Uses the service as is meant, from the first to the last.</summary>
    public required Action Use { get; init; }

    public List<(string Way, Action End)> Ways { get; } = [];

    public HeldScene EndedBy(string way, Action end)
    {
        Ways.Add((way, end));
        return this;
    }

    /// <summary>Each way ends with this as well.</summary>
    public HeldScene EachFollowedBy(Action last)
    {
        for (var i = 0; i < Ways.Count; i++)
        {
            var (way, end) = Ways[i];
            Ways[i] = (way, () =>
            {
                end();
                last();
            });
        }

        return this;
    }

    /// <summary>What is held when everything that is still to come of itself has come. Asked again it gives that some more time.</summary>
    public SortedDictionary<string, string> Held()
    {
        It.Loop.Advance(TimeSpan.FromMinutes(1));
        var held = HeldState.Of([.. roots, It.Application]);
        held["timers of the loop"] = $"{It.Loop.TimerCount}";
        return held;
    }

    /// <summary>The ways in which a channel ends on which something is asked that a provider has to answer.</summary>
    public HeldScene EndedAsAChannel(Gate gate, Func<string, ChannelId> open, Action<ChannelId> ask)
    {
        void Leave(ChannelId channel) => It.Hub.Message(channel, new Contracts.Wire.Channels.ChannelDestroy(Reason.Success));
        void AskThrice(ChannelId channel)
        {
            for (var i = 0; i < 3; i++)
                ask(channel);
        }

        return EndedBy("what it does not know", () =>
            {
                var channel = open("alice");
                It.Hub.SendRaw(channel, 0x7777, []);
                Leave(channel);
            })
            .EndedBy("the link", Relink)
            .EndedBy("its end behind the answers", () =>
            {
                var channel = open("alice");
                AskThrice(channel);
                Leave(channel);
            })
            .EndedBy("a provider that is away", () =>
            {
                var channel = open("alice");
                gate.Failure = new StoreUnavailableException("away");
                AskThrice(channel);
                gate.Failure = null;
                Leave(channel);
            })
            .EndedBy("a provider that is broken", () =>
            {
                var channel = open("alice");
                gate.Failure = new InvalidOperationException("a bug");
                AskThrice(channel);
                gate.Failure = null;
                Leave(channel);
            })
            .EndedBy("its end before the answers", () =>
            {
                var channel = open("alice");
                gate.Hold();
                AskThrice(channel);
                Leave(channel);
                It.Loop.Run(gate.Release);
            })
            .EndedBy("its end before a provider fails", () =>
            {
                var channel = open("alice");
                gate.Hold();
                AskThrice(channel);
                Leave(channel);
                It.Loop.Run(() => gate.Break(new StoreUnavailableException("away")));
            })
            .EndedBy("the link before the answers", () =>
            {
                var channel = open("alice");
                gate.Hold();
                AskThrice(channel);
                Relink();
                It.Loop.Run(gate.Release);
            })
            .EndedBy("more waiting than may", () =>
            {
                var channel = open("alice");
                gate.Hold();
                for (var i = 0; i < 20; i++)
                    ask(channel);
                It.Loop.Run(gate.Release);
                Leave(channel);
            });

        void Relink()
        {
            AskThrice(open("alice"));
            It.Hub.LoseLink();
            It.Hub.Connect();
        }
    }

    /// <summary>The ways in which questions of a hub end that a provider has to answer.</summary>
    public HeldScene EndedAsQuestions(Gate gate, Action ask) =>
        EndedBy("a provider that is away", () =>
        {
            gate.Failure = new StoreUnavailableException("away");
            ask();
            It.Loop.Advance(TimeSpan.FromMinutes(1));
            gate.Failure = null;
        })
        .EndedBy("a provider that is broken", () =>
        {
            gate.Failure = new InvalidOperationException("a bug");
            ask();
            gate.Failure = null;
        })
        .EndedBy("a provider that is slow", () =>
        {
            gate.Hold();
            ask();
            It.Loop.Advance(TimeSpan.FromMinutes(1));
            It.Loop.Run(gate.Release);
        })
        .EndedBy("a provider that is slow and then away", () =>
        {
            gate.Hold();
            ask();
            It.Loop.Run(() => gate.Break(new StoreUnavailableException("away")));
        })
        .EndedBy("more questions than are answered at once", () =>
        {
            gate.Hold();
            for (var i = 0; i < 20; i++)
                ask();
            It.Loop.Run(gate.Release);
        })
        .EndedBy("the link before the answers", () =>
        {
            gate.Hold();
            ask();
            It.Hub.LoseLink();
            It.Hub.Connect();
            It.Loop.Run(gate.Release);
        });

    public void Dispose() => It.Loop.Dispose();
}

/// <summary>What a provider passes before it answers: it may be held there, and it may fail.</summary>
internal sealed class Gate
{
    private TaskCompletionSource? _held;

    public Exception? Failure { get; set; }

    public void Hold() => _held = new TaskCompletionSource();

    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    public void Break(Exception failure)
    {
        var held = _held;
        _held = null;
        held?.SetException(failure);
    }

    public async Task PassAsync(CancellationToken stop)
    {
        if (Failure is { } failure)
            throw failure;
        if (_held is { } held)
            await held.Task.WaitAsync(stop);
    }
}
