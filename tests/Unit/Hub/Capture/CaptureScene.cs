using System.Buffers;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;

namespace Sametime.Tests.Unit.Hub.Capture;

/// <summary>A hub with Chat Logging, and Alice and Bob who talk.</summary>
internal sealed class CaptureScene : IDisposable
{
    public CaptureScene(ChatLogMode mode, EncryptedChat encrypted = EncryptedChat.Pass, Action<HubOptions>? configure = null)
    {
        Hub = new HubScene(configure);
        Log = new FakeChatLog(Hub.Loop, Hub.Hub);
        Log.SetPolicy(mode, encrypted);
        (Alice, Bob) = (Hub.LogIn("alice"), Hub.LogIn("bob"));
        (AtAlice, AtBob) = Hub.Converse(Alice, Bob);
        Alice.Inbox.Clear();
        Bob.Inbox.Clear();
    }

    public HubScene Hub { get; }

    public FakeChatLog Log { get; }

    public FakeClient Alice { get; }

    public FakeClient Bob { get; }

    /// <summary>What Alice, who asked for it, calls their channel.</summary>
    public ChannelId AtAlice { get; }

    public ChannelId AtBob { get; }

    public string Correlation => $"{Alice.LoginId}-{AtAlice.Value}";

    public void AliceSays(string text) => Alice.Say(AtAlice, Text(text));

    public void BobSays(string text) => Bob.Say(AtBob, Text(text));

    /// <summary>An application opens a channel to each of these, which take them; what it calls them: 1, 2, 3 ...</summary>
    public static ChannelId[] Open(FakeApplication application, FakeClient[] clients)
    {
        ChannelId[] channels = [.. clients.Select(static (_, place) => new ChannelId((uint)place + 1))];
        foreach (var (channel, target) in channels.Zip(clients))
        {
            application.Send(ChannelId.Master, new ChannelCreate
            {
                Channel = channel,
                Target = new(target.LoginId!),
                Service = ServiceTypes.InstantMessage,
                Protocol = ProtocolTypes.InstantMessage,
                Version = ProtocolVersions.InstantMessage,
            });
            target.Accept(target.Inbox.Take<ChannelCreate>());
        }
        return channels;
    }

    /// <summary>The lines that a client has got, taken out.</summary>
    public static IEnumerable<string> LinesOf(FakeClient client) => client.Inbox.TakeAll<ChannelSend>().Select(send => Content(send) is ImText text ? text.Text : "?");

    public static InstantMessage Content(ChannelSend send)
    {
        var reader = new WireReader(send.Data.Span);
        return InstantMessage.Read(ref reader);
    }

    public static byte[] Text(string text) => Of(new ImText(text));

    public static byte[] Of(InstantMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        message.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => Hub.Dispose();
}
