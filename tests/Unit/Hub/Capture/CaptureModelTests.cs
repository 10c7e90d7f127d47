using System.Globalization;
using FsCheck.Xunit;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Unit.Hub.Leftovers;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

/// <summary>
/// Random talk of two users while the log answers, fails, is silent, is lost and comes back, and the policy changes. Whatever happens:
/// what was said strictly is delivered only when it is logged; each logged line was delivered or is marked; what was delivered without the
/// log is counted in a gap; every channel keeps its order and ends once.
/// </summary>
public sealed class CaptureModelTests
{
    [Property(MaxTest = 500)]
    public void What_is_delivered_and_what_is_logged_agree_whatever_happens((byte Step, byte Which)[] script)
    {
        ArgumentNullException.ThrowIfNull(script);
        using var run = new Run();
        foreach (var (step, which) in script)
            run.Do(step, which);
        run.EndAll();
    }

    private sealed class Talk
    {
        public required FakeClient[] Clients { get; init; }

        public required ChannelId[] Ids { get; init; }

        public required string Correlation { get; init; }

        /// <summary>The last message that each got.</summary>
        public int[] Last { get; } = [0, 0];

        /// <summary>Who has closed it; his goodbye may wait behind what he said, so that something may still cross it.</summary>
        public bool[] HasClosed { get; } = [false, false];

        /// <summary>Who was told that it is over.</summary>
        public bool[] WasTold { get; } = [false, false];

        public bool IsOverFor(int who) => HasClosed[who] || WasTold[who];
    }

    private sealed record SaidLine(ChatLogMode Mode, Talk Talk)
    {
        public bool IsDelivered { get; set; }
    }

    private sealed class Run : IDisposable
    {
        private const int HeldPerLogin = 4;

        private static readonly string[] Names = ["alice", "bob"];

        private readonly HubScene _scene = new(options =>
        {
            var unlimited = new Rate(PerSecond: 1_000, Burst: 1_000_000);
            (options.Limits.InstantMessages, options.Limits.ChannelCreates) = (unlimited, unlimited);
            (options.Limits.CaptureFactsMax, options.Limits.CaptureHeldPerLogin, options.Limits.CaptureBatchFacts) = (8, HeldPerLogin, 3);
        });

        private readonly SortedDictionary<string, long> _idle;
        private readonly FakeClient[] _clients;
        private readonly List<Talk> _talks = [];
        private readonly Dictionary<int, SaidLine> _lines = [];
        private FakeChatLog _log;
        private bool _isLinked = true;
        private ChatLogMode _mode = ChatLogMode.Strict;
        private int _number;

        public Run()
        {
            _log = new FakeChatLog(_scene.Loop, _scene.Hub);
            _log.SetPolicy(_mode);
            _log.IsSlow = true;
            _idle = HubCensus.Of(_scene.Hub);
            _clients = [.. Names.Select(name => _scene.LogIn(name))];
        }

        // Of a login that is, the hub has not looked at everything yet that it has said.
        private bool IsSomebodyTooFarAhead => _scene.Hub.Status.Capture.HeldMessages >= HeldPerLogin;

        public void Do(byte step, byte which)
        {
            var who = which % 2;
            switch (step % 20)
            {
                case < 7:
                    Say(who);
                    break;
                case 7:
                    Signal(who);
                    break;
                case < 11:
                    if (_isLinked && _log.HasQuestion)
                        _log.Answer();
                    break;
                case 11:
                    if (_isLinked && _log.HasQuestion)
                        _log.Answer(Reason.ServerNotResponding);
                    break;
                case 12:
                    LoseLog(hasStored: which % 4 < 2);
                    break;
                case 13:
                    FindLog();
                    break;
                case 14:
                    _scene.Loop.Advance(TimeSpan.FromSeconds(which % 3));
                    break;
                case 15:
                    _scene.Loop.Advance(TimeSpan.FromSeconds(11));
                    break;
                case 16:
                    Close(who);
                    break;
                case 17:
                    Leave(who, says: which % 4 < 2);
                    break;
                default:
                    SetPolicy((ChatLogMode)(which % 3));
                    break;
            }
            Look();
        }

        public void EndAll()
        {
            FindLog();
            _log.IsSlow = false;
            while (_log.HasQuestion)
                _log.Answer();
            _scene.Loop.Advance(TimeSpan.FromSeconds(30));
            Look();
            Leave(0, says: true);
            Look();
            Leave(1, says: false);
            Look();

            var state = _scene.Hub.Status.Capture;
            Assert.Equal((0, 0, 0, 0), (state.HeldMessages, state.Waiting, state.Gaps, state.Conversations));
            Assert.Empty(_scene.Hub.Status.Channels());
            CheckLog();

            foreach (var client in _clients)
                client.Vanish();
            _scene.Loop.Advance(TimeSpan.FromSeconds(30));
            HubCensus.AssertSame(_idle, HubCensus.Of(_scene.Hub), "Everybody has gone");
            Assert.Equal(0, _scene.Loop.TimerCount);
        }

        public void Dispose() => _scene.Dispose();

        private void Say(int who)
        {
            if (Open() is not { } talk)
                return;
            _lines.Add(++_number, new SaidLine(_mode, talk));
            _clients[who].Say(talk.Ids[who], CaptureScene.Text($"{_number}"));
        }

        private void Signal(int who)
        {
            if (Open() is { } talk)
                _clients[who].Say(talk.Ids[who], CaptureScene.Of(new ImData(ImDataType.Typing, (uint)++_number, default)));
        }

        private Talk? Open()
        {
            if (_talks.Find(talk => !talk.IsOverFor(0) && !talk.IsOverFor(1)) is { } open)
                return open;
            if (IsSomebodyTooFarAhead)
                return null;

            var atAlice = _clients[0].CreateIm(_clients[1].LoginId!);
            Look();
            var offer = _clients[1].Inbox.Take<ChannelCreate>();
            _clients[1].Accept(offer);
            var talk = new Talk { Clients = [.. _clients], Ids = [atAlice, offer.Channel], Correlation = $"{_clients[0].LoginId}-{atAlice.Value}" };
            _talks.Add(talk);
            return talk;
        }

        private void Close(int who)
        {
            if (_talks.Find(talk => talk.Clients[who] == _clients[who] && !talk.IsOverFor(who)) is not { } talk)
                return;
            talk.HasClosed[who] = true;
            _clients[who].Destroy(talk.Ids[who]);
        }

        private void Leave(int who, bool says)
        {
            foreach (var talk in _talks.Where(talk => talk.Clients[who] == _clients[who]))
                talk.HasClosed[who] = true;
            if (says)
                _clients[who].LogOut();
            else
                _clients[who].Vanish();
            _clients[who] = _scene.LogIn(Names[who]);
        }

        private void LoseLog(bool hasStored)
        {
            if (!_isLinked)
                return;
            if (hasStored && _log.HasQuestion)
                _log.Store(_log.Questions[^1]);
            _log.Application.Break();
            _isLinked = false;
        }

        private void FindLog()
        {
            if (_isLinked)
                return;
            _log = new FakeChatLog(_scene.Loop, _scene.Hub, sharing: _log);
            _isLinked = true;
        }

        private void SetPolicy(ChatLogMode mode)
        {
            if (!_isLinked || IsSomebodyTooFarAhead)
                return;
            _mode = mode;
            _log.SetPolicy(mode);
        }

        // What both have got since the last look, in order.
        private void Look()
        {
            foreach (var talk in _talks)
            {
                for (var who = 0; who < 2; who++)
                    Look(talk, who);
            }
            foreach (var talk in _talks)
                Array.ForEach(talk.Clients, client => client.Inbox.TakeAll<ChannelSend>());
            foreach (var talk in _talks)
                Array.ForEach(talk.Clients, client => client.Inbox.TakeAll<ChannelDestroy>());
        }

        private void Look(Talk talk, int who)
        {
            foreach (var message in talk.Clients[who].Inbox.Messages)
            {
                var reader = new WireReader(message);
                var header = MessageHeader.Read(ref reader);
                if (header.Channel != talk.Ids[who] || header.Channel.IsMaster)
                    continue;
                if (header.Type == MessageType.ChannelDestroy)
                {
                    Assert.False(talk.WasTold[who], "An end was told twice.");
                    talk.WasTold[who] = true;
                }
                else if (header.Type == MessageType.ChannelSend)
                {
                    Assert.False(talk.WasTold[who], "Something came behind the end.");
                    Receive(talk, who, CaptureScene.Content(ChannelSend.Read(ref reader)));
                }
            }
        }

        private void Receive(Talk talk, int who, InstantMessage content)
        {
            var number = content is ImText text ? int.Parse(text.Text, CultureInfo.InvariantCulture) : (int)((ImData)content).Subtype;
            Assert.True(number > talk.Last[who], $"{number} came behind {talk.Last[who]}.");
            talk.Last[who] = number;
            if (content is not ImText)
                return;
            var line = _lines[number];
            line.IsDelivered = true;
            if (line.Mode == ChatLogMode.Strict)
                Assert.Contains(_log.Of<ChatLineCaptured>(), logged => logged.Text == $"{number}");
        }

        private void CheckLog()
        {
            var logged = _log.Facts.Select(fact => (fact.Sequence, fact.Correlation, Fact: FakeChatLog.Read(fact))).ToArray();
            var lines = logged.Where(one => one.Fact is ChatLineCaptured).ToDictionary(one => int.Parse(((ChatLineCaptured)one.Fact).Text, CultureInfo.InvariantCulture));
            var undelivered = _log.Of<ChatLineUndelivered>().Select(mark => mark.Line).ToArray();
            Assert.Distinct(undelivered);
            foreach (var (number, (sequence, correlation, _)) in lines)
            {
                Assert.NotEqual(ChatLogMode.Off, _lines[number].Mode);
                Assert.Equal(_lines[number].Talk.Correlation, correlation);
                Assert.True(_lines[number].IsDelivered != undelivered.Contains(sequence), $"Line {number} is delivered or marked, and not both.");
            }

            var gaps = logged.Where(one => one.Fact is ChatLinesMissed).ToLookup(one => one.Correlation, one => ((ChatLinesMissed)one.Fact).Lines);
            foreach (var talk in _talks)
            {
                var missing = _lines.Count(line => line.Value is { IsDelivered: true, Mode: not ChatLogMode.Off } && line.Value.Talk == talk && !lines.ContainsKey(line.Key));
                Assert.True(missing <= gaps[talk.Correlation].Sum(), $"{missing} lines are missing of {talk.Correlation}, and the log knows of {gaps[talk.Correlation].Sum()}.");
            }

            // Each conversation begins and ends in turn, and everything of it lies between.
            foreach (var conversation in logged.GroupBy(one => one.Correlation))
            {
                var isOpen = false;
                foreach (var (_, _, fact) in conversation)
                {
                    Assert.NotEqual(fact is ChatStarted, isOpen);
                    isOpen = fact is not ChatEnded;
                }
                Assert.False(isOpen, "A conversation has no end.");
            }
        }
    }
}
