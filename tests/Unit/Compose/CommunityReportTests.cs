using System.Text.Json.Nodes;
using Sametime.Compose.Extracts;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>A recorded day at a quarter to ten, as a report shows it.</summary>
public sealed class CommunityReportTests : IDisposable
{
    private readonly Sandbox _sandbox = new();
    private readonly StringWriter _output = new();

    public CommunityReportTests()
    {
        foreach (var envelope in RecordedDay.Events().Where(static envelope => envelope.Occurred <= RecordedDay.At(9, 45)))
            _sandbox.Apply(envelope);
    }

    private string[] Lines => _output.ToString().TrimEnd().Split(_output.NewLine);

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_report_names_who_is_there_and_what_there_is()
    {
        CommunityReport.WriteAll(_sandbox, asJson: false, _output);

        var lines = Lines;
        Assert.Equal("online: 3", lines[0]);
        Assert.Equal(["  alice", "  bob", "  dave"], lines[1..4].Select(static line => line.Split('\t')[0]));
        Assert.All(_sandbox.Online().Zip(lines[1..4]), static pair => Assert.Equal(
            [$"login {pair.First.Id}", $"hub {pair.First.Id.Hub}", $"{pair.First.Status}", $"since {LogTime.Format(pair.First.Since)}"], pair.Second.Split('\t')[1..]));
        var channel = Assert.Single(_sandbox.Channels.All);
        Assert.Equal("channels: 1", lines[4]);
        Assert.Equal($"  {channel.Key}\tto login {channel.Value.Acceptor}\tservice 0x{channel.Value.Service:x}\tsince {LogTime.Format(channel.Value.Since)}", lines[5]);
        Assert.Equal(
            ["places: 0", $"services: 0x{RecordedDay.ResolveService:x}", "hubs: 1 2", $"state: {_sandbox.Hash()}"], lines[6..]);
    }

    [Fact]
    public void A_program_reads_the_same()
    {
        CommunityReport.WriteAll(_sandbox, asJson: true, _output);

        var all = JsonNode.Parse(_output.ToString())!.AsObject();
        Assert.Equal(["online", "channels", "places", "services", "hubs", "counts", "state"], all.Select(static field => field.Key));
        var (first, login) = (_sandbox.Online().First(), all["online"]![0]!.AsObject());
        Assert.Equal(
            (first.User.Value, first.Id.ToString(), (int)first.Id.Hub, first.Status.ToString(), LogTime.Format(first.Since)),
            ((string?)login["user"], (string?)login["login"], (int)login["hub"]!, (string?)login["status"], (string?)login["since"]));
        var (known, channel) = (_sandbox.Channels.All.Single(), all["channels"]![0]!.AsObject());
        Assert.Equal(
            (known.Key.ToString(), known.Key.Creator.ToString(), known.Value.Acceptor?.ToString(), known.Value.Target.Value, known.Value.Service),
            ((string?)channel["channel"], (string?)channel["creator"], (string?)channel["acceptor"], (string?)channel["target"], (uint)channel["service"]!));
        Assert.Equal("[1,2]", all["hubs"]!.ToJsonString());
        Assert.Equal(_sandbox.Hash().ToString(), (string?)all["state"]);
        Assert.Equal((3, 1), ((int)all["counts"]!["online"]!, (int)all["counts"]!["channels"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_summary_counts_everything(bool asJson)
    {
        _sandbox.Apply(Stated(new UserAdded(new UserId("alice"), "Alice", default, "", "hash")));
        _sandbox.Apply(Stated(new UserAdded(new UserId("bob"), "Bob", default, "", "hash")));
        _sandbox.Apply(Stated(new GroupSaved("all", "", default)));
        CommunityReport.WriteSummary(_sandbox, asJson, _output);

        var counts = new (string What, long Count)[]
        {
            ("events", _sandbox.Events), ("online", 3), ("channels", 1), ("places", 0), ("services", 1), ("hubs", 2),
            ("conversations", _sandbox.Conversations.All.Count), ("users", 2), ("groups", 1),
        };
        if (asJson)
        {
            var json = JsonNode.Parse(_output.ToString())!.AsObject();
            Assert.Equal(counts, json.Where(static field => field.Key != "state").Select(static field => (field.Key, (long)field.Value!)));
            Assert.Equal(_sandbox.Hash().ToString(), (string?)json["state"]);
        }
        else
        {
            Assert.Equal([.. counts.Select(static one => $"{one.What}: {one.Count}"), $"state: {_sandbox.Hash()}"], Lines);
        }
    }

    [Fact]
    public void A_guest_has_no_name_and_a_name_steers_no_terminal()
    {
        var sandbox = new Sandbox();
        sandbox.Apply(Stated(new ParticipantLoggedIn(new LoginId(1, 42, 8), ParticipantKind.User, default, "", default, "")));
        sandbox.Apply(Stated(new ParticipantLoggedIn(new LoginId(1, 42, 9), ParticipantKind.User, new UserId("mal\u001blory"), "", default, "")));
        CommunityReport.WriteAll(sandbox, asJson: false, _output);

        Assert.Equal(["  a guest", "  mal\\u001blory"], Lines[1..3].Select(static line => line.Split('\t')[0]).Order(StringComparer.Ordinal));
    }

    private static EventEnvelope Stated(IEvent fact) =>
        new(EventStreamName.Hub(1, 42), 1, new EventSource(1, 42), RecordedDay.At(9, 45), RecordedDay.At(9, 45), default, fact);
}
