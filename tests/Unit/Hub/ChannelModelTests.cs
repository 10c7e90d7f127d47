using System.Buffers.Binary;
using FsCheck.Xunit;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Hub.Channels;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Leftovers;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>
/// Random conversations of four logins against a plain list of who talks with whom: after each step both ends, the hub's listing and
/// the model agree, and nobody has heard anything he should not have.
/// </summary>
public sealed class ChannelModelTests
{
    private const int ClientCount = 4;

    [Property(MaxTest = 200)]
    public void BothEndsAndTheHubAgreeAfterAnySteps((byte Step, byte Who, byte Which)[] script)
    {
        ArgumentNullException.ThrowIfNull(script);
        using var run = new Run();
        foreach (var (step, who, which) in script)
            run.Do(step, who % ClientCount, which);
        run.EndAll();
    }

    [Property]
    public void ATableHoldsWhatADictionaryHolds((bool Add, byte Id)[] script)
    {
        ArgumentNullException.ThrowIfNull(script);
        var (table, model) = (new ChannelTable(), new Dictionary<ChannelId, Channel>());
        foreach (var (add, number) in script)
        {
            var id = new ChannelId(number);
            if (add && !model.ContainsKey(id))
            {
                var channel = new Channel(null!, new ChannelRequest(new ChannelCreate { Channel = id, Service = new(1), Protocol = new(1), Version = 1 }, default, default));
                table.Add(id, channel);
                model.Add(id, channel);
            }
            else if (!add)
            {
                table.Remove(id);
                model.Remove(id);
            }

            Assert.Equal(model.Count, table.Count);
            Assert.Equal(model.ContainsKey(id), table.Contains(id));
        }
        Assert.Equal(model.Values.ToHashSet(), [.. table.All]);
        Assert.All(model, entry => Assert.True(table.TryGet(entry.Key, out var found) && found == entry.Value));
    }

    private sealed class Conversation
    {
        public required FakeClient Creator { get; init; }

        public required ChannelId CreatorId { get; init; }

        public required FakeClient Acceptor { get; init; }

        public required ChannelId AcceptorId { get; init; }

        public bool IsOpen { get; set; }

        public bool Has(FakeClient client) => Creator == client || Acceptor == client;
    }

    private sealed class Run : IDisposable
    {
        private readonly HubScene _scene = new(options =>
        {
            var unlimited = new Rate(PerSecond: 1_000, Burst: 1_000_000);
            (options.Limits.InstantMessages, options.Limits.ChannelCreates) = (unlimited, unlimited);
            options.Limits.UnacceptedPerLogin = 10_000;
        });

        private readonly SortedDictionary<string, long> _idle;
        private readonly FakeClient[] _clients;
        private readonly List<Conversation> _model = [];
        private int _sent;

        public Run() => (_idle, _clients) = (HubCensus.Of(_scene.Hub), [.. Enumerable.Range(0, ClientCount).Select(LogIn)]);

        public void Do(byte step, int who, byte which)
        {
            switch (step % 6)
            {
                case 0 or 1:
                    Create(_clients[who], _clients[which % ClientCount]);
                    break;
                case 2:
                    Accept(_clients[who], which);
                    break;
                case 3:
                    Send(_clients[who], which);
                    break;
                case 4:
                    Destroy(_clients[who], which);
                    break;
                default:
                    Vanish(who);
                    break;
            }
            Check();
        }

        public void EndAll()
        {
            for (var who = 0; who < ClientCount; who++)
                Vanish(who);
            Assert.Empty(_model);
            Check();
            foreach (var client in _clients)
                client.Vanish();
            HubCensus.AssertSame(_idle, HubCensus.Of(_scene.Hub), "Everybody has gone");
            Assert.Equal(0, _scene.Loop.TimerCount);
        }

        public void Dispose() => _scene.Dispose();

        private void Create(FakeClient creator, FakeClient target)
        {
            var id = creator.CreateIm(target.LoginId!);
            var offer = target.Inbox.Take<ChannelCreate>();
            Assert.True(offer.Channel.IsServerHalf);
            Assert.DoesNotContain(_model, other => other.Acceptor == target && other.AcceptorId == offer.Channel);
            _model.Add(new Conversation { Creator = creator, CreatorId = id, Acceptor = target, AcceptorId = offer.Channel });
        }

        private void Accept(FakeClient acceptor, byte which)
        {
            if (Pick(_model.FindAll(one => one.Acceptor == acceptor && !one.IsOpen), which) is not { } picked)
                return;
            acceptor.Accept(new ChannelCreate { Channel = picked.AcceptorId, Service = ServiceTypes.InstantMessage, Protocol = ProtocolTypes.InstantMessage, Version = 3 });
            picked.Creator.Inbox.Take<ChannelAccept>(out var channel);
            Assert.Equal(picked.CreatorId, channel);
            picked.IsOpen = true;
        }

        private void Send(FakeClient from, byte which)
        {
            if (Pick(_model.FindAll(one => one.Has(from)), which) is not { } picked)
                return;
            var (own, far, farId) = Ends(picked, from);
            var numbers = new byte[3][];
            for (var i = 0; i < numbers.Length; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(numbers[i] = new byte[4], ++_sent);
                from.Say(own, numbers[i]);
            }
            foreach (var number in numbers)
            {
                Assert.Equal(number, far.Inbox.Take<ChannelSend>(out var channel).Data.Span);
                Assert.Equal(farId, channel);
            }
        }

        private void Destroy(FakeClient from, byte which)
        {
            if (Pick(_model.FindAll(one => one.Has(from)), which) is not { } picked)
                return;
            var (own, far, farId) = Ends(picked, from);
            from.Destroy(own);
            far.Inbox.Take<ChannelDestroy>(out var channel);
            Assert.Equal(farId, channel);
            _model.Remove(picked);
        }

        private void Vanish(int who)
        {
            var gone = _clients[who];
            gone.Vanish();
            foreach (var one in _model.FindAll(one => one.Has(gone)))
            {
                _model.Remove(one);
                if (one.Creator == one.Acceptor)
                    continue;
                Assert.Equal(Reason.ConnectionBroken, (one.Creator == gone ? one.Acceptor : one.Creator).Inbox.Take<ChannelDestroy>().Reason);
            }
            _clients[who] = LogIn(who);
        }

        private FakeClient LogIn(int who)
        {
            var client = _scene.LogIn($"user{who}");
            client.Inbox.Clear();
            return client;
        }

        private void Check()
        {
            Assert.All(_clients, client => Assert.Equal(0, client.Inbox.Count));
            var expected = _model.Select(one => (one.Creator.LoginId!, one.CreatorId.Value, one.AcceptorId.Value, one.Acceptor.LoginId!, one.IsOpen)).ToHashSet();
            var actual = _scene.Hub.Status.Channels().Select(one => (one.Hops[0].Name, one.Hops[0].Channel, one.Hops[^1].Channel, one.Hops[^1].Name, one.IsOpen)).ToArray();
            Assert.Equal(actual.Length, actual.Distinct().Count());
            Assert.Equal(expected, [.. actual]);
            Assert.Equal(_model.Count(one => !one.IsOpen), _scene.Hub.Status.UnacceptedChannels);
        }

        private static (ChannelId Own, FakeClient Far, ChannelId FarId) Ends(Conversation one, FakeClient from) => one.Creator == from
            ? (one.CreatorId, one.Acceptor, one.AcceptorId)
            : (one.AcceptorId, one.Creator, one.CreatorId);

        private static Conversation? Pick(List<Conversation> from, byte which) => from.Count == 0 ? null : from[which % from.Count];
    }
}
