using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Services.Users.Tokens.LegacyLtpa;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Users.Tokens;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>The limits of making and checking tokens.</summary>
internal static class TokenLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    public static LimitBook Book { get; } = new LimitBook()
        .HeldBy<TokenOptions>(
            nameof(TokenOptions.ClockSkew), typeof(SametimeTokenTests),
            nameof(SametimeTokenTests.S11_A_token_ends_at_its_time_and_not_before))
        .HeldBy<TokenOptions>(
            nameof(TokenOptions.RefusalsPerAddress), typeof(TokenDoorTests),
            nameof(TokenDoorTests.Whoever_tries_tokens_by_the_hundred_is_not_listened_to_for_a_while_and_others_are))
        .HeldBy<LtpaOptions>(nameof(LtpaOptions.Lifetime), typeof(LtpaTests), nameof(LtpaTests.A_token_was_issued_its_lifetime_before_its_end))
        .Add<TokenOptions>(nameof(TokenOptions.KeyFileInterval), "the old", "the new", static more =>
        {
            var time = new FakeTimeProvider();
            var name = Path.GetTempFileName();
            try
            {
                var file = new WatchedFiles<string>([name], () => File.ReadAllText(name), Window, time, NullLogger.Instance);
                File.WriteAllText(name, "the new");
                time.Advance(LimitBook.Until(Window, more));
                return file.Current.Length == 0 ? "the old" : file.Current;
            }
            finally
            {
                File.Delete(name);
            }
        })
        .AddAsync<TokenOptions>(nameof(TokenOptions.Lifetime), "Success", "TokenExpired", static async more =>
        {
            await using var it = await TokenScene.StartAsync();
            it.Options.Lifetime = Window;
            var token = await it.IssueAsync();
            it.Time.Advance(Window + it.Options.ClockSkew - TimeSpan.FromMilliseconds(1 - more)); // as exact as a token says it
            return (await it.LogInAsync(token)).Reason.ToString();
        })
        .AddAsync<TokenOptions>(nameof(TokenOptions.LifetimeMax), "as long as asked for", "as long as allowed", static async more =>
        {
            await using var it = await TokenScene.StartAsync();
            it.Options.LifetimeMax = Window;
            var asked = Window + TimeSpan.FromMilliseconds(more);
            var issued = await it.Issuer.IssueAsync(new UserId("alice"), oneTime: false, asked, null, "test", TokenScene.Stop);
            return issued!.Expires - it.Time.GetUtcNow() is var lifetime && lifetime == asked ? "as long as asked for"
                : lifetime == Window ? "as long as allowed"
                : lifetime.ToString();
        })
        .Add<TokenOptions>(nameof(TokenOptions.TokenBytesMax), "TokenExpired", "TokenInvalid", static more =>
        {
            using var scene = new DoorScene(new TokenOptions { TokenBytesMax = 16 });
            return scene.Try(new string('x', 16 + more));
        })
        .Add<TokenOptions>(nameof(TokenOptions.RefusalWindow), "no answer yet", "TokenExpired", static more =>
        {
            using var scene = new DoorScene(new TokenOptions { RefusalsPerAddress = 1, RefusalWindow = Window });
            scene.Try("token");
            scene.Loop.Advance(LimitBook.Until(Window, more));
            return scene.Try("token");
        })
        .Add<TokenOptions>(nameof(TokenOptions.AddressesMax), "no answer yet", "TokenExpired", static more =>
        {
            using var scene = new DoorScene(new TokenOptions { RefusalsPerAddress = 1, AddressesMax = 3 });
            for (var i = 0; i < 3 + more; i++)
                scene.Try("token", i);
            return scene.Try("token", 0);
        })
        .Add<TokenOptions>(nameof(TokenOptions.ThrottledDelay), "no answer yet", "ServerNotResponding", static more =>
        {
            using var scene = new DoorScene(new TokenOptions { RefusalsPerAddress = 0, ThrottledDelay = Window });
            return scene.Try("token", within: LimitBook.Until(Window, more));
        })
        .Add<TokenOptions>(nameof(TokenOptions.IssuesBurst), "3 of 3", "3 of 4", static more =>
            AskedFor(new TokenOptions { IssuesBurst = 3 }, 3 + more, TimeSpan.Zero))
        .Add<TokenOptions>(nameof(TokenOptions.IssuesPerSecond), "2 of 4", "3 of 4", static more =>
            AskedFor(new TokenOptions { IssuesBurst = 2, IssuesPerSecond = 4 }, 4, LimitBook.Until(TimeSpan.FromMilliseconds(250), more)));

    // For somebody whom the directory does not know, so that no store is needed to answer.
    private static string AskedFor(TokenOptions options, int requests, TimeSpan within)
    {
        using var book = new TokenBook(new Kit.Events.InMemoryEventLog(), TimeProvider.System);
        var issuer = new TokenIssuer(new InMemoryDirectory(), keys: null!, book, options, TimeProvider.System);
        var it = ApplicationFixture.Of(new TokensService(issuer, options, NullLogger<TokensService>.Instance));
        var channel = it.Hub.Open(ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens, Logins.Of("alice"));
        for (uint i = 0; i < requests; i++)
            it.Hub.Send(channel, new TokenRequest(i, TokenRequestOptions.None, 0, default));
        it.Loop.Advance(within);
        return $"{it.Hub.Payloads<TokenReply>(channel).Count} of {requests}";
    }

    /// <summary>The door before a provider to whom every token is an expired one, on a loop that the test turns.</summary>
    private sealed class DoorScene(TokenOptions options) : IDisposable
    {
        private TokenDoor? _door;

        public ManualLoop Loop { get; } = new();

        public void Dispose() => Loop.Dispose();

        public string Try(string token, int from = 0, TimeSpan within = default)
        {
            _door ??= new TokenDoor([new Expired()], new RecordedEvents(), options, Loop.Time, NullLogger<TokenDoor>.Instance);
            using var credential = new Credential(CredentialKind.Token, System.Text.Encoding.ASCII.GetBytes(token));
            Task<Authentication>? login = null;
            Loop.Run(() => login = _door.VerifyAsync("alice", credential, new IPAddress([192, 0, 2, (byte)from]), CancellationToken.None).AsTask());
            Loop.Advance(within);
            return login!.IsCompleted ? login.Result.Reason.ToString() : "no answer yet";
        }
    }

    private sealed class Expired : IAuthenticationProvider
    {
        public bool Takes(CredentialKind kind) => true;

        public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop) =>
            ValueTask.FromResult(Authentication.TokenExpired);
    }
}
