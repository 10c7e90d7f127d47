using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Storage;
using Sametime.Services.ChatLogging;
using Sametime.Services.Logger;
using Sametime.Services.Privacy;
using Sametime.Services.UserStorage;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Services;
using Save = Sametime.Contracts.Wire.Storage.StorageSave;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>The limits of those who ask a store: User Storage, Privacy, Chat Logging and Logger.</summary>
internal static class StoreLimits
{
    public static LimitBook Book { get; } = new LimitBook()
        .Add<UserStorageOptions>(nameof(UserStorageOptions.KeysMax), "Success", "RequestInvalid", what: "loaded", attempt: static more =>
        {
            var (it, channel) = Storage(static options => options.KeysMax = 3);
            it.Hub.Send(channel, new StorageLoad(1, [.. Enumerable.Range(0, 3 + more).Select(static key => (uint)key)]));
            return it.Hub.Payloads<StorageLoaded>(channel)[0].Result.ToString();
        })
        .Add<UserStorageOptions>(nameof(UserStorageOptions.KeysMax), "Success", "RequestInvalid", what: "saved", attempt: static more =>
        {
            var (it, channel) = Storage(static options => options.KeysMax = 3);
            it.Hub.Send(channel, new Save(1, [.. Enumerable.Range(0, 3 + more).Select(static key => new StorageItem((uint)key, [1]))]));
            return it.Hub.Payloads<StorageSaved>(channel)[0].Result.ToString();
        })
        .Add<UserStorageOptions>(nameof(UserStorageOptions.AnswerBytesMax), "Success", "MessageTooLarge", static more =>
        {
            var (it, channel) = Storage(static options => options.AnswerBytesMax = 8);
            it.Hub.Send(channel, new Save(1, [new StorageItem(1, new Opaque(new byte[5])), new StorageItem(2, new Opaque(new byte[3 + more]))]));
            it.Hub.Send(channel, new StorageLoad(2, [1, 2, 3]));
            return it.Hub.Payloads<StorageLoaded>(channel)[0].Result.ToString();
        })
        .Add<UserStorageOptions>(nameof(UserStorageOptions.SavesBurst), "3 of 3", "3 of 4", static more =>
            SavedAtOnce(static options => options.SavesBurst = 3, 3 + more, TimeSpan.Zero))
        .Add<UserStorageOptions>(nameof(UserStorageOptions.SavesPerSecond), "2 of 4", "3 of 4", static more =>
            SavedAtOnce(static options => (options.SavesBurst, options.SavesPerSecond) = (2, 4), 4, LimitBook.Until(TimeSpan.FromMilliseconds(250),
                more)))
        .Add<PrivacyOptions>(nameof(PrivacyOptions.UsersMax), "Success", "RequestInvalid", static more =>
            Hidden([.. Enumerable.Range(0, 3 + more).Select(static i => new UserItem(new UserId($"u{i}")))]))
        .Add<PrivacyOptions>(nameof(PrivacyOptions.TextCharsMax), "Success", "RequestInvalid", what: "user id", attempt: static more =>
            Hidden(new UserItem(new UserId(new string('x', 4 + more)))))
        .Add<PrivacyOptions>(nameof(PrivacyOptions.TextCharsMax), "Success", "RequestInvalid", what: "community", attempt: static more =>
            Hidden(new UserItem(new UserId("u0"), Community: new string('x', 4 + more))))
        .Add<PrivacyOptions>(nameof(PrivacyOptions.TextCharsMax), "Success", "RequestInvalid", what: "name", attempt: static more =>
            Hidden(new UserItem(new UserId("u0"), Name: new string('x', 4 + more))))
        .Add<PrivacyOptions>(nameof(PrivacyOptions.TextCharsMax), "Success", "RequestInvalid", what: "of the last on the list",
            attempt: static more =>
            Hidden(new UserItem(new UserId("u0")), new UserItem(new UserId("u1")), new UserItem(new UserId("u2"), Name: new string('x', 4 + more))))
        .Add<ChatLogOptions>(nameof(ChatLogOptions.CaptureFactsMax), "Success", "BadData", static more =>
        {
            var it = ChatLog(new InMemoryChatLog(), static options => options.CaptureFactsMax = 3);
            return Captured(it, 3 + more)()?.ToString() ?? "no answer yet";
        })
        .Add<ChatLogOptions>(nameof(ChatLogOptions.RecordTimeout), "no answer yet", "ServerNotResponding", static more =>
        {
            var it = ChatLog(new InMemoryChatLog { Hold = new TaskCompletionSource().Task }, static options =>
                options.RecordTimeout = TimeSpan.FromSeconds(2));
            var answer = Captured(it, 1);
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromSeconds(2), more));
            return answer()?.ToString() ?? "no answer yet";
        })
        .Add<ChatLogOptions>(nameof(ChatLogOptions.PolicyRetryDelay), "0 told", "1 told", static more =>
        {
            var log = new InMemoryChatLog { Failure = new StoreUnavailableException("gone") };
            var it = ChatLog(log, static options => options.PolicyRetryDelay = TimeSpan.FromSeconds(2));
            log.Failure = null;
            it.Loop.Advance(LimitBook.Until(TimeSpan.FromSeconds(2), more));
            return $"{it.Hub.Sent<CapturePolicy>(LinkKind.CapturePolicy).Count} told";
        })
        .Add<LoggerOptions>(nameof(LoggerOptions.BatchEventsMax), "3", "3 1", static more =>
        {
            var log = new Records();
            Record(log, static options => options.BatchEventsMax = 3, 3 + more, TimeSpan.Zero);
            return string.Join(' ', log.Batches);
        })
        .Add<LoggerOptions>(nameof(LoggerOptions.RetryDelay), "1 attempt", "2 attempts", static more =>
        {
            var log = new Records { IsAway = true };
            Record(log, static options => options.RetryDelay = TimeSpan.FromSeconds(2), 1, LimitBook.Until(TimeSpan.FromSeconds(2), more));
            return log.Attempts == 1 ? "1 attempt" : $"{log.Attempts} attempts";
        });

    private static string SavedAtOnce(Action<UserStorageOptions> configure, int requests, TimeSpan within)
    {
        var (it, channel) = Storage(configure);
        for (uint i = 0; i < requests; i++)
            it.Hub.Send(channel, new Save(i, [new StorageItem(1, [1])]));
        it.Loop.Advance(within);
        return $"{it.Hub.Payloads<StorageSaved>(channel).Count} of {requests}";
    }

    private static (ApplicationFixture It, ChannelId Channel) Storage(Action<UserStorageOptions> configure)
    {
        var options = new UserStorageOptions();
        configure(options);
        var it = ApplicationFixture.Of(
            new UserStorageService(new InMemoryUserStorage(new UserStorageLimits()), options, NullLogger<UserStorageService>.Instance));
        return (it, it.Hub.Open(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Logins.Of("alice")));
    }

    private static string Hidden(params UserItem[] users)
    {
        var options = new PrivacyOptions { UsersMax = 3, TextCharsMax = 4 };
        var it = ApplicationFixture.Of(
            new PrivacyService(new InMemoryUserStorage(new UserStorageLimits()), options, NullLogger<PrivacyService>.Instance));
        var saved = it.Hub.Ask<SavePrivacyRequest, Done>(new(new UserId("alice"), "", new PrivacyInfo(Deny: true, [.. users])));
        return it.Hub.AnswerTo<Done>(saved)!.Value.Reason.ToString();
    }

    private static ApplicationFixture ChatLog(InMemoryChatLog log, Action<ChatLogOptions> configure)
    {
        var options = new ChatLogOptions();
        configure(options);
        var policies = new ChatLogPolicies(log, options, NullLogger<ChatLogPolicies>.Instance);
        return ApplicationFixture.Of(new ChatLoggingService(log, policies, options, NullLogger<ChatLoggingService>.Instance));
    }

    private static Func<Reason?> Captured(ApplicationFixture it, int facts)
    {
        var line = EventCatalogue.Current.Write(new ChatLineCaptured(
            new LoginId(7, 3, 1), new UserId("alice"), new LoginId(7, 3, 2), new UserId("bob"), ChatContent.Text, "text", ""));
        var asked = it.Hub.Ask<CaptureRequest, Done>(new CaptureRequest(7, 3, Enumerable.Range(1, facts).Select(number =>
            new CapturedFact(number, DateTimeOffset.UnixEpoch, "c", line.Name, line.Version,
                new Opaque(Encoding.UTF8.GetBytes(line.Json)))).ToItems()));
        return () => it.Hub.AnswerTo<Done>(asked)?.Reason;
    }

    private static void Record(Records log, Action<LoggerOptions> configure, int facts, TimeSpan within)
    {
        var options = new LoggerOptions();
        configure(options);
        using var loop = new ManualLoop();
        using var stop = new CancellationTokenSource();
        var logger = new EventLogger(log, options, loop.Time, NullLogger<EventLogger>.Instance);
        EventEnvelope[] batch =
        [
            .. Enumerable.Range(1, facts).Select(static i => new EventEnvelope(
                EventStreamName.Hub(1, 1), i, new EventSource(1, 1), default, default, default, new ChannelDestroyed(new LoginId(1, 1, 1), (uint)i,
                    Reason.Success))),
        ];
        loop.Run(() => _ = logger.OnEventsAsync(batch, stop.Token).AsTask());
        loop.Advance(within);
        stop.Cancel();
        loop.RunUntilIdle();
    }

    private sealed class Records : IEventLog
    {
        public List<int> Batches { get; } = [];

        public bool IsAway { get; init; }

        public int Attempts { get; private set; }

        public ValueTask<int> RecordAsync(IReadOnlyList<EventEnvelope> events, CancellationToken stop)
        {
            Attempts++;
            if (IsAway)
                throw new StoreUnavailableException("gone");
            Batches.Add(events.Count);
            return ValueTask.FromResult(events.Count);
        }

        public IAsyncEnumerable<StoredEvent> ReadAsync(LogRange range, EventView view, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<LogExtent> MeasureAsync(CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<long> PositionBeforeAsync(DateTimeOffset time, CancellationToken stop) => throw new NotSupportedException();
    }
}
