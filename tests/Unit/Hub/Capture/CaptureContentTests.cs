using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Hub.Capture;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Capture;

public sealed class CaptureContentTests
{
    private const int BytesMax = 1_000;

    [Fact]
    public void Text_is_a_line() => Assert.Equal(new Said(SaidKind.Line, ChatContent.Text, "für Zoë 🙂"), Read(new ImText("für Zoë 🙂")));

    [Theory]
    [InlineData(ImDataType.Html, ChatContent.Html)]
    [InlineData(ImDataType.Mime, ChatContent.Mime)]
    [InlineData(ImDataType.Subject, ChatContent.Subject)]
    public void So_are_rich_text_and_the_subject(ImDataType type, ChatContent content) =>
        Assert.Equal(new Said(SaidKind.Line, content, "<b>é</b>"), Read(new ImData(type, 0, new Opaque("<b>é</b>"u8))));

    [Theory]
    [InlineData(ImDataType.Typing)]
    [InlineData(ImDataType.TimeStamp)]
    [InlineData(ImDataType.PlaceInvitation)]
    [InlineData(ImDataType.LongMessageStart)]
    [InlineData(ImDataType.LongMessageEnd)]
    [InlineData((ImDataType)0x7777)]
    public void What_has_no_words_is_a_signal(ImDataType type) => Assert.Equal(SaidKind.Signal, Read(new ImData(type, 0, [65, 66])).Kind);

    [Fact]
    public void Kinds_and_payloads_that_no_client_shows_are_signals()
    {
        Assert.Equal(SaidKind.Signal, Read(new ImUnknown(9, [1, 2])).Kind);
        Assert.Equal(SaidKind.Signal, Read(CaptureScene.Text("of another payload"), payloadType: 0x65).Kind);
        Assert.Equal(SaidKind.Signal, Read([]).Kind);
    }

    [Fact]
    public void Text_in_a_wrong_encoding_shows_where_it_is_wrong()
    {
        byte[] latin = [0, 0, 0, 1, 0, 4, (byte)'f', 0xfc, (byte)'r', 0];
        Assert.Equal("f\uFFFDr\u2400", Read(latin).Text);
    }

    [Theory]
    [InlineData(ImDataType.Html)]
    [InlineData(ImDataType.Mime)]
    public void A_long_message_whose_pieces_are_cut_in_the_middle_of_a_character_is_whole_in_the_log(ImDataType type)
    {
        const string Text = "für Zoë 🙂 und 東京";
        using var scene = new CaptureScene(ChatLogMode.Strict);
        foreach (var size in (int[])[1, 2, 3, 5])
        {
            scene.Alice.Say(scene.AtAlice, CaptureScene.Of(new ImData(ImDataType.LongMessageStart, 0, default)));
            foreach (var piece in Encoding.UTF8.GetBytes(Text).Chunk(size))
                scene.Alice.Say(scene.AtAlice, CaptureScene.Of(new ImData(type, 0, new Opaque(piece))));
            scene.Alice.Say(scene.AtAlice, CaptureScene.Of(new ImData(ImDataType.LongMessageEnd, 0, default)));
            scene.Hub.Loop.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(string.Concat(Text, Text, Text, Text), string.Concat(scene.Log.Of<ChatLineCaptured>().Select(line => line.Text)));
    }

    [Fact]
    public void What_a_piece_ends_with_does_not_reach_beyond_its_long_message()
    {
        var author = new LongMessage();
        author.Begin();
        Assert.Equal("a", author.Read([(byte)'a', 0xc3]));
        author.End();
        Assert.Equal("\uFFFDb", author.Read([0xbc, (byte)'b']));
    }

    [Fact]
    public void A_message_that_is_cut_off_anywhere_is_unreadable_and_never_taken_for_a_signal()
    {
        foreach (var content in new InstantMessage[] { new ImText("hello"), new ImData(ImDataType.Html, 0, new Opaque("hello"u8)) })
        {
            var whole = CaptureScene.Of(content);
            for (var length = 1; length < whole.Length; length++)
                Assert.Equal(SaidKind.Unreadable, Read(whole[..length]).Kind);
        }

        var message = Bytes.Message(new ChannelId(1), new ChannelSend(0x64, new Opaque(CaptureScene.Text("hello"))));
        for (var length = MessageHeader.Size; length < message.Length; length++)
            Assert.Equal(SaidKind.Unreadable, Said.Read(message.AsSpan(0, length), BytesMax, new LongMessage()).Kind);
    }

    [Fact]
    public void Encrypted_is_what_the_header_says_is_encrypted() =>
        Assert.Equal(SaidKind.Encrypted, Said.Read(Bytes.Message(new ChannelId(1), new ChannelSend(0x64, [1, 2]), MessageOptions.Encrypted), BytesMax, new LongMessage()).Kind);

    [Fact]
    public void More_than_a_client_may_send_is_not_read() =>
        Assert.Equal(SaidKind.Unreadable, Read(new ImText(new string('x', BytesMax))).Kind);

    [Fact]
    public void Attributes_before_the_body_are_passed_over()
    {
        byte[] message = [.. Bytes.Message(new ChannelId(1), new ChannelSend(0x64, new Opaque(CaptureScene.Text("hello"))))];
        message[2] |= 0x80;
        byte[] withAttributes = [.. message[..MessageHeader.Size], 0, 0, 0, 3, 9, 9, 9, .. message[MessageHeader.Size..]];
        Assert.Equal("hello", Said.Read(withAttributes, BytesMax, new LongMessage()).Text);
    }

    [Fact]
    public void A_line_survives_the_way_into_the_log_whatever_characters_it_has()
    {
        var text = string.Concat(Enumerable.Range(1, 0x2fff).Where(code => code is < 0xd800 or > 0xdfff).Select(code => ((char)code).ToString()));
        using var scene = new CaptureScene(ChatLogMode.Strict);
        foreach (var piece in text.Chunk(1_000))
            scene.AliceSays(new string(piece));

        Assert.Equal(text, string.Concat(scene.Log.Of<ChatLineCaptured>().Select(line => line.Text)));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), CaptureScene.LinesOf(scene.Bob).Sum(Encoding.UTF8.GetByteCount));
    }

    private static Said Read(InstantMessage content) => Read(CaptureScene.Of(content));

    private static Said Read(byte[] data, ushort payloadType = 0x64) =>
        Said.Read(Bytes.Message(new ChannelId(1), new ChannelSend(payloadType, new Opaque(data))), BytesMax, new LongMessage());
}
