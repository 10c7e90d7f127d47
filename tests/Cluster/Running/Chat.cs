using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;

namespace Sametime.Tests.Cluster.Running;

/// <summary>Two people who talk without waiting for each other. Each line is said once in all, so that it can be found in a log.</summary>
internal sealed class Chat
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    private readonly Voice[] _voices;

    private Chat(params Voice[] voices) => _voices = voices;

    public static async Task<Chat> BeginAsync(string name, Person one, Person other, CancellationToken stop)
    {
        var (mine, theirs) = await one.Client.ConverseAsync(other.Client, stop);
        return new Chat(new Voice(name, "one", one, mine, other, theirs), new Voice(name, "other", other, theirs, one, mine));
    }

    /// <summary>Both say so many lines more, one after the other, unless their conversation ends before.</summary>
    public Task SayAsync(int lines, CancellationToken stop) => Task.WhenAll(_voices.Select(voice => voice.SayAsync(lines, Pace, stop)));

    /// <summary>Waits until each has heard the last that the other has said.</summary>
    public Task IsHeardAsync(CancellationToken stop) => Task.WhenAll(_voices.Select(voice => voice.IsHeardAsync(stop)));

    /// <summary>Whatever either has heard, also if the conversation is over.</summary>
    public async Task<IReadOnlyList<Line>> HeardAsync(CancellationToken stop) =>
        [.. (await Task.WhenAll(_voices.Select(voice => voice.HeardAsync(stop)))).SelectMany(lines => lines)];

    /// <summary>One side and what comes of it at the other.</summary>
    private sealed class Voice(string chat, string side, Person from, ChannelId channel, Person to, ChannelId theirs)
    {
        private readonly Sametime.Tests.Kit.Clients.CommunityClient _from = from.Client;
        private readonly Sametime.Tests.Kit.Clients.CommunityClient _to = to.Client;
        private readonly int _hub = from.Hub;
        private int _said;

        public async Task SayAsync(int lines, TimeSpan pace, CancellationToken stop)
        {
            using var turns = new PeriodicTimer(pace);
            for (var i = 0; i < lines && !IsOver && await turns.WaitForNextTickAsync(stop); i++)
            {
                try
                {
                    await _from.SendPayloadAsync<InstantMessage>(channel, new ImText(TextOf(_said + 1)));
                    _said++;
                }
                catch (Exception end) when (end is System.Net.Sockets.SocketException or ObjectDisposedException)
                {
                    return; // put out; what went before may have been heard
                }
            }
        }

        public async Task IsHeardAsync(CancellationToken stop)
        {
            var last = TextOf(_said);
            await Sametime.Tests.Kit.Servers.Eventually.IsAsync(() => Task.FromResult(TextsThere().Contains(last)), $"{last} is heard", stop);
        }

        public async Task<IEnumerable<Line>> HeardAsync(CancellationToken stop)
        {
            if (_to.IsConnected)
                await _to.AllSoFarAsync(stop);
            return TextsThere().Select(text => new Line(chat, text, _hub));
        }

        private bool IsOver => !_from.IsConnected || _from.Waiting().Any(message => message.Type == MessageType.ChannelDestroy && message.Channel == channel);

        private List<string> TextsThere() =>
        [
            .. _to.Waiting().Where(message => message.Type == MessageType.ChannelSend && message.Channel == theirs).Select(message =>
            {
                var reader = new WireReader(message.Read<ChannelSend>().Data.Span);
                return ((ImText)InstantMessage.Read(ref reader)).Text;
            }),
        ];

        private string TextOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{chat} {side} {number}");
    }
}

/// <summary>A line that was heard.</summary>
/// <param name="Chat">The conversation.</param>
/// <param name="Text">What was said.</param>
/// <param name="Hub">The hub of who said it, which is the one that captures it.</param>
internal readonly record struct Line(string Chat, string Text, int Hub);
